//! Where texts stand so that none covers a node or another text.

use super::layout::Place;

/// A rectangle: left, top, right and bottom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Box {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Box {
    /// One of this width and height around `at`.
    pub(super) fn around(at: Place, wide: f64, high: f64) -> Box {
        Box { left: at.0 - wide / 2.0, right: at.0 + wide / 2.0, top: at.1 - high / 2.0, bottom: at.1 + high / 2.0 }
    }

    fn overlaps(&self, other: &Box) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    fn is_within(&self, size: Place) -> bool {
        self.left >= 2.0 && self.top >= 2.0 && self.right <= size.0 - 2.0 && self.bottom <= size.1 - 2.0
    }

    /// Whether the straight line between two places goes through it (Liang and Barsky).
    fn is_crossed(&self, (a, b): (Place, Place)) -> bool {
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let (mut from, mut to) = (0.0f64, 1.0f64);
        let sides = [(-dx, a.0 - self.left), (dx, self.right - a.0), (-dy, a.1 - self.top), (dy, self.bottom - a.1)];
        for (p, q) in sides {
            if p == 0.0 {
                if q < 0.0 {
                    return false;
                }
            } else if p < 0.0 {
                from = from.max(q / p);
            } else {
                to = to.min(q / p);
            }
        }
        from <= to
    }
}

/// Texts in a drawing, each in a place of its own.
pub(super) struct Labels<'a> {
    size: Place,
    lines: &'a [(Place, Place)],
    taken: Vec<Box>,
}

impl<'a> Labels<'a> {
    /// For a drawing of this size, with these lines, and `taken` where no text may stand.
    pub(super) fn new(size: Place, lines: &'a [(Place, Place)], taken: Vec<Box>) -> Labels<'a> {
        Labels { size, lines, taken }
    }

    /// A place for a text of this width and height beside a node of this radius: its middle. Where the fewest lines go
    /// through it; `None` if there is no room.
    pub(super) fn beside(&mut self, node: Place, radius: f64, wide: f64, high: f64) -> Option<Place> {
        let (dx, dy) = (radius + 3.0 + wide / 2.0, radius + 2.0 + high / 2.0);
        let slant = radius * 0.7 + 2.0;
        let sides = [
            (dx, 0.0),
            (-dx, 0.0),
            (0.0, -dy),
            (0.0, dy),
            (slant + wide / 2.0, -slant - high / 2.0),
            (slant + wide / 2.0, slant + high / 2.0),
            (-slant - wide / 2.0, -slant - high / 2.0),
            (-slant - wide / 2.0, slant + high / 2.0),
        ];
        self.best(sides.map(|(dx, dy)| (node.0 + dx, node.1 + dy)), wide, high)
    }

    /// A place for a text that found none beside its node, a little away: its middle, and the end of a line that leads
    /// there from the node.
    pub(super) fn away(&mut self, node: Place, wide: f64, high: f64) -> Option<(Place, Place)> {
        const DIRECTIONS: usize = 16;
        let mut places = [(0.0, 0.0); DIRECTIONS];
        for far in [22.0, 36.0, 52.0, 70.0] {
            for (nth, place) in places.iter_mut().enumerate() {
                let angle = std::f64::consts::TAU * nth as f64 / DIRECTIONS as f64;
                let (dx, dy) = (libm::cos(angle), libm::sin(angle));
                *place = (node.0 + dx * (far + wide / 2.0), node.1 + dy * (far + high / 2.0));
            }
            if let Some(at) = self.best(places, wide, high) {
                let near = |from: f64, middle: f64, half: f64| from.clamp(middle - half, middle + half);
                return Some((at, (near(node.0, at.0, wide / 2.0), near(node.1, at.1, high / 2.0))));
            }
        }
        None
    }

    /// A place for a text of this width and height near the middle of a line.
    pub(super) fn on(&mut self, (a, b): (Place, Place), wide: f64, high: f64) -> Option<Place> {
        let along = |share: f64| (a.0 + (b.0 - a.0) * share, a.1 + (b.1 - a.1) * share);
        let length = libm::hypot(b.0 - a.0, b.1 - a.1).max(1e-9);
        let (nx, ny) = ((b.1 - a.1) / length, -(b.0 - a.0) / length);
        let off = nx.abs() * wide / 2.0 + ny.abs() * high / 2.0 + 3.0;
        let places = [0.5, 0.4, 0.6, 0.3, 0.7].map(along);
        let above = places.map(|at| (at.0 - nx * off, at.1 - ny * off));
        let below = places.map(|at| (at.0 + nx * off, at.1 + ny * off));
        let mut all = [(0.0, 0.0); 10];
        all.iter_mut()
            .zip(below.into_iter().zip(above).flat_map(|(below, above)| [below, above]))
            .for_each(|(place, at)| *place = at);
        self.best(all, wide, high)
    }

    fn best<const N: usize>(&mut self, places: [Place; N], wide: f64, high: f64) -> Option<Place> {
        let free = places.into_iter().filter_map(|at| {
            let found = Box::around(at, wide, high);
            let fits = found.is_within(self.size) && !self.taken.iter().any(|other| other.overlaps(&found));
            fits.then(|| (self.lines.iter().filter(|line| found.is_crossed(**line)).count(), at, found))
        });
        // Among equals the first.
        let (_, at, found) = free.min_by_key(|(crossed, ..)| *crossed)?;
        self.taken.push(found);
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_crosses_a_box_that_it_goes_through() {
        let found = Box::around((10.0, 10.0), 4.0, 4.0);
        for (a, b, crossed) in [
            ((0.0, 10.0), (20.0, 10.0), true),
            ((0.0, 0.0), (20.0, 20.0), true),
            ((0.0, 13.0), (20.0, 13.0), false),
            ((0.0, 10.0), (7.0, 10.0), false),
            ((10.0, 10.0), (10.5, 10.5), true),
        ] {
            assert_eq!(found.is_crossed((a, b)), crossed, "{a:?} {b:?}");
        }
    }

    #[test]
    fn texts_never_cover_each_other_and_stay_within() {
        let mut labels = Labels::new((100.0, 100.0), &[], vec![Box::around((50.0, 50.0), 10.0, 10.0)]);
        let placed: Vec<Place> = (0..20).filter_map(|_| labels.beside((50.0, 50.0), 5.0, 30.0, 10.0)).collect();
        assert!((4..=8).contains(&placed.len()), "{placed:?}");
        for (nth, one) in labels.taken.iter().enumerate() {
            assert!(one.is_within((100.0, 100.0)));
            assert!(labels.taken[nth + 1..].iter().all(|other| !other.overlaps(one)));
        }
    }

    #[test]
    fn a_text_stands_where_no_line_goes() {
        let to_the_right = [((50.0, 50.0), (90.0, 50.0))];
        let mut labels = Labels::new((100.0, 100.0), &to_the_right, Vec::new());
        let at = labels.beside((50.0, 50.0), 5.0, 30.0, 10.0).unwrap();
        assert!(at.0 < 50.0, "{at:?}");
    }
}
