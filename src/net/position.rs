//! Places on the earth, and how long light takes between two of them in fibre.

/// A place on the earth, in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// North of the equator, from -90 to 90.
    latitude: f64,
    /// East of Greenwich, from -180 to below 180.
    longitude: f64,
}

/// The earth's mean radius (IUGG).
const EARTH_RADIUS_KM: f64 = 6_371.008_8;

/// Two thirds of the speed of light in vacuum, in km/s: light in fibre, whose refractive index is about 1.5.
pub const FIBRE_KM_PER_S: f64 = 299_792.458 * 2.0 / 3.0;

impl Position {
    /// The place at `latitude` from -90 to 90 and `longitude` from -360 to 360 degrees; `None` for any other number.
    pub fn new(latitude: f64, longitude: f64) -> Option<Position> {
        let on_earth = (-90.0..=90.0).contains(&latitude) && (-360.0..=360.0).contains(&longitude);
        let longitude = match longitude {
            east if east >= 180.0 => east - 360.0,
            west if west < -180.0 => west + 360.0,
            between => between,
        };
        on_earth.then_some(Position { latitude, longitude })
    }

    /// Degrees north of the equator, from -90 to 90.
    pub fn latitude(&self) -> f64 {
        self.latitude
    }

    /// Degrees east of Greenwich, from -180 to 180.
    pub fn longitude(&self) -> f64 {
        self.longitude
    }

    /// The great-circle distance to `other` in km, on a sphere of the earth's mean radius (haversine formula).
    pub fn distance_km(&self, other: &Position) -> f64 {
        let half_chord = |degrees: f64| {
            let sine = libm::sin(degrees.to_radians() / 2.0);
            sine * sine
        };
        let [a, b] = [self, other].map(|place| libm::cos(place.latitude.to_radians()));
        let square = half_chord(other.latitude - self.latitude) + a * b * half_chord(other.longitude - self.longitude);
        2.0 * EARTH_RADIUS_KM * libm::asin(square.clamp(0.0, 1.0).sqrt())
    }

    /// The middle of `places`: where the mean of their directions from the earth's centre meets the surface. `None` of
    /// none, and of places whose directions cancel out.
    pub fn middle<'a>(places: impl IntoIterator<Item = &'a Position>) -> Option<Position> {
        let mut sum = [0.0; 3];
        for place in places {
            let [latitude, longitude] = [place.latitude, place.longitude].map(f64::to_radians);
            let across = libm::cos(latitude);
            let direction = [across * libm::cos(longitude), across * libm::sin(longitude), libm::sin(latitude)];
            sum.iter_mut().zip(direction).for_each(|(sum, part)| *sum += part);
        }
        let [x, y, z] = sum;
        let across = libm::hypot(x, y);
        let meets = libm::hypot(across, z) > 1e-9;
        let degrees = [libm::atan2(z, across), libm::atan2(y, x)].map(f64::to_degrees);
        meets.then(|| Position::new(degrees[0], degrees[1])).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(latitude: f64, longitude: f64) -> Position {
        Position::new(latitude, longitude).unwrap()
    }

    #[test]
    fn a_quarter_of_the_earth_is_a_quarter_of_its_girth() {
        let quarter = EARTH_RADIUS_KM * std::f64::consts::PI / 2.0;
        for (a, b) in [
            (at(0.0, 0.0), at(90.0, 17.0)),
            (at(0.0, 10.0), at(0.0, 100.0)),
            (at(0.0, 135.0), at(0.0, -135.0)),
            (at(45.0, 0.0), at(-45.0, 0.0)),
        ] {
            assert!((a.distance_km(&b) - quarter).abs() < 1e-6, "{a:?} {b:?}");
            assert_eq!(a.distance_km(&b), b.distance_km(&a));
        }
        assert!((at(0.0, 0.0).distance_km(&at(0.0, 180.0)) - 2.0 * quarter).abs() < 1e-6);
    }

    #[test]
    fn a_degree_along_a_parallel_shortens_with_the_cosine_of_its_latitude() {
        // 111.195 km on the equator; at 60 degrees north half of that, but for the great circle's cut.
        assert!((at(0.0, 7.0).distance_km(&at(0.0, 8.0)) - 111.195).abs() < 0.001);
        assert!((at(60.0, 7.0).distance_km(&at(60.0, 8.0)) - 55.5975).abs() < 0.001);
        assert_eq!(at(52.5, 13.4).distance_km(&at(52.5, 13.4)), 0.0);
    }

    #[test]
    fn a_longitude_counts_the_same_a_whole_turn_further() {
        assert_eq!(at(1.0, 190.0), at(1.0, -170.0));
        assert_eq!(at(1.0, -190.0), at(1.0, 170.0));
        assert!(at(10.0, 359.0).distance_km(&at(10.0, -1.0)) < 1e-6);
    }

    #[test]
    fn what_is_not_on_the_earth_is_no_position() {
        for (latitude, longitude) in [(90.1, 0.0), (-91.0, 0.0), (0.0, 361.0), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
            assert_eq!(Position::new(latitude, longitude), None);
        }
    }

    #[test]
    fn the_middle_lies_between_and_crosses_the_date_line() {
        let middle = Position::middle(&[at(0.0, 170.0), at(0.0, -170.0)]).unwrap();
        assert!(middle.distance_km(&at(0.0, 180.0)) < 1e-6, "{middle:?}");
        let middle = Position::middle(&[at(10.0, 20.0), at(30.0, 20.0)]).unwrap();
        assert!(middle.distance_km(&at(20.0, 20.0)) < 1e-6, "{middle:?}");
        assert_eq!(Position::middle(&[]), None);
        assert_eq!(Position::middle(&[at(0.0, 0.0), at(0.0, 180.0)]), None);
    }
}
