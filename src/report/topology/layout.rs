//! Where nodes are drawn: as on a map where their positions are known, else so that the distances on paper are as near
//! as can be to the numbers of links between them (stress majorization: Gansner, Koren and North, 2004).
//!
//! Only sums, products, quotients and square roots, and `libm`: the same topology gives the same picture everywhere.

use super::TopologyReport;

/// A place on paper, in pixels.
pub(super) type Place = (f64, f64);

/// Where everything is.
pub(super) struct Layout {
    /// Of each node.
    pub places: Vec<Place>,
    /// Width and height of what is drawn, from 0.
    pub size: Place,
    /// How many km a pixel is, if it is a map.
    pub km_per_pixel: Option<f64>,
    /// Nodes without a position, which stand in a row below the map.
    pub beside_the_map: usize,
}

/// Nodes are drawn no nearer to each other than this, in pixels.
const APART: f64 = 15.0;

/// Room for labels around what is drawn, in pixels.
const MARGIN: Place = (90.0, 40.0);

pub(super) fn layout(report: &TopologyReport) -> Layout {
    let known = report.nodes().iter().filter(|node| node.position.is_some()).count();
    if known > 1 { map(report) } else { by_links(report) }
}

fn map(report: &TopologyReport) -> Layout {
    const KM_PER_DEGREE: f64 = 111.195;
    let nodes = report.nodes();
    let known: Vec<(f64, f64)> =
        nodes.iter().flat_map(|node| node.position).map(|at| (at.longitude(), at.latitude())).collect();
    let west = westernmost(known.iter().map(|at| at.0).collect());
    let east_of_west = |longitude: f64| if longitude < west { longitude + 360.0 } else { longitude };
    let latitudes = range(known.iter().map(|at| at.1));
    let squeeze = libm::cos(((latitudes.0 + latitudes.1) / 2.0).to_radians()).max(0.05);
    let flat = |(longitude, latitude): (f64, f64)| (east_of_west(longitude) * squeeze, -latitude);
    let xs = range(known.iter().map(|&at| flat(at).0));
    let ys = (-latitudes.1, -latitudes.0);
    let room = room_for(nodes.len());
    let (wide, high) = (xs.1 - xs.0, ys.1 - ys.0);
    let scale = (room / wide.max(1e-6)).min(room * 0.75 / high.max(1e-6));
    let mut size = (wide * scale, high * scale);
    let mut beside = 0;
    let columns = ((size.0 / 110.0) as usize).max(1);
    let mut places: Vec<Place> = nodes
        .iter()
        .map(|node| match node.position {
            Some(at) => {
                let (x, y) = flat((at.longitude(), at.latitude()));
                ((x - xs.0) * scale, (y - ys.0) * scale)
            }
            None => {
                beside += 1;
                let nth = beside - 1;
                ((nth % columns) as f64 * 110.0, size.1 + 60.0 + (nth / columns) as f64 * 30.0)
            }
        })
        .collect();
    if beside > 0 {
        size.1 += 60.0 + ((beside - 1) / columns) as f64 * 30.0;
    }
    push_apart(&mut places);
    let km_per_pixel = (wide * scale > 1.0 || high * scale > 1.0).then_some(KM_PER_DEGREE / scale);
    frame(Layout { places, size, km_per_pixel, beside_the_map: beside })
}

/// How wide a drawing of so many nodes is, in pixels.
fn room_for(nodes: usize) -> f64 {
    ((nodes as f64).sqrt() * 115.0).clamp(760.0, 3200.0)
}

/// The longitude that begins the shortest arc around the earth that holds all: what follows the widest gap.
fn westernmost(mut longitudes: Vec<f64>) -> f64 {
    longitudes.sort_by(f64::total_cmp);
    let Some((&first, &last)) = longitudes.first().zip(longitudes.last()) else { return 0.0 };
    let gaps = longitudes.windows(2).map(|pair| (pair[1] - pair[0], pair[1]));
    gaps.fold((first + 360.0 - last, first), |widest, gap| if gap.0 > widest.0 { gap } else { widest }).1
}

fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), x| (least.min(x), most.max(x)))
}

/// Moves everything so that labels have room around it.
fn frame(layout: Layout) -> Layout {
    let (xs, ys) = (range(layout.places.iter().map(|at| at.0)), range(layout.places.iter().map(|at| at.1)));
    let shift = (MARGIN.0 - xs.0.min(0.0), MARGIN.1 - ys.0.min(0.0));
    let places = layout.places.into_iter().map(|(x, y)| (x + shift.0, y + shift.1)).collect();
    let size = (xs.1.max(layout.size.0) + shift.0 + MARGIN.0, ys.1.max(layout.size.1) + shift.1 + MARGIN.1);
    Layout { places, size, ..layout }
}

/// Moves nodes that would lie on each other a little apart.
fn push_apart(places: &mut [Place]) {
    const ROUNDS: usize = 60;
    for _ in 0..ROUNDS {
        let mut order: Vec<usize> = (0..places.len()).collect();
        order.sort_by(|&a, &b| places[a].0.total_cmp(&places[b].0));
        let mut moved = false;
        for (nth, &a) in order.iter().enumerate() {
            for &b in &order[nth + 1..] {
                let (dx, dy) = (places[b].0 - places[a].0, places[b].1 - places[a].1);
                if dx > APART {
                    break;
                }
                let far = (dx * dx + dy * dy).sqrt();
                if far >= APART {
                    continue;
                }
                // On one spot each pair goes its own way.
                let (dx, dy) = if far > 1e-3 { (dx / far, dy / far) } else { direction(a + 7 * b) };
                let step = (APART - far) / 2.0 + 0.05;
                places[a] = (places[a].0 - dx * step, places[a].1 - dy * step);
                places[b] = (places[b].0 + dx * step, places[b].1 + dy * step);
                moved = true;
            }
        }
        if !moved {
            return;
        }
    }
}

/// The nth of directions that spread evenly around (by the golden angle).
fn direction(nth: usize) -> (f64, f64) {
    let angle = 2.399_963_229_728_653 * (nth % 10_000) as f64;
    (libm::cos(angle), libm::sin(angle))
}

/// A layout by numbers of links.
fn by_links(report: &TopologyReport) -> Layout {
    /// A link, in pixels.
    const LINK: f64 = 125.0;
    /// Above this, finding the places takes too long: they go around in order.
    const MOST: usize = 1_500;
    let nodes = report.nodes().len();
    let mut places: Vec<Place> = if nodes <= MOST {
        let distances = distances(report);
        let mut places = first_guess(&distances);
        majorize(&distances, &mut places);
        places
    } else {
        (0..nodes).map(|node| (node, (node as f64).sqrt() * 0.5)).map(|(node, r)| times(direction(node), r)).collect()
    };
    turn_wide(&mut places);
    let (xs, ys) = (range(places.iter().map(|at| at.0)), range(places.iter().map(|at| at.1)));
    let (wide, high) = ((xs.1 - xs.0).max(0.0), (ys.1 - ys.0).max(0.0));
    let room = room_for(nodes);
    let scale = LINK.max(room * 0.6 / wide.max(1.0)).min(room / wide.max(1.0)).min(room * 0.8 / high.max(1e-6));
    places.iter_mut().for_each(|at| *at = ((at.0 - xs.0) * scale, (at.1 - ys.0) * scale));
    push_apart(&mut places);
    frame(Layout { places, size: (wide * scale, high * scale), km_per_pixel: None, beside_the_map: 0 })
}

fn times((x, y): Place, factor: f64) -> Place {
    (x * factor, y * factor)
}

/// The number of links between each two nodes; between components, a little more than any of them is wide.
fn distances(report: &TopologyReport) -> Vec<Vec<f64>> {
    let nodes = report.nodes().len();
    let mut near = vec![Vec::new(); nodes];
    for link in report.links() {
        near[link.source].push(link.target);
        near[link.target].push(link.source);
    }
    let mut rows: Vec<Vec<Option<u32>>> = Vec::with_capacity(nodes);
    for from in 0..nodes {
        let mut row = vec![None; nodes];
        row[from] = Some(0u32);
        let mut found = vec![from];
        let mut next = 0;
        while let Some(&node) = found.get(next) {
            next += 1;
            let further = row[node].map(|links| links + 1);
            for &other in &near[node] {
                if row[other].is_none() {
                    row[other] = further;
                    found.push(other);
                }
            }
        }
        rows.push(row);
    }
    let widest = rows.iter().flatten().flatten().copied().max().unwrap_or(0);
    let between = f64::from(widest) * 0.7 + 1.5;
    rows.into_iter().map(|row| row.into_iter().map(|links| links.map_or(between, f64::from)).collect()).collect()
}

/// Places by the distances from two nodes far from each other, and from a third that lies off the way between them.
fn first_guess(distances: &[Vec<f64>]) -> Vec<Place> {
    let Some(first) = distances.first() else { return Vec::new() };
    let farthest = |far: &dyn Fn(usize) -> f64| {
        (0..distances.len()).fold(0, |best, node| if far(node) > far(best) { node } else { best })
    };
    let a = farthest(&|node| first[node]);
    let b = farthest(&|node| distances[a][node]);
    let c = farthest(&|node| distances[a][node] + distances[b][node]);
    let off = distances[a][c] + distances[b][c] > distances[a][b];
    (0..distances.len())
        .map(|node| {
            let [a, b, c] = [a, b, c].map(|pivot| distances[pivot][node]);
            let aside = times(direction(node), 0.02);
            let across = if off { c - (a + b) / 2.0 } else { 0.0 };
            ((a - b) / 2.0 + aside.0, across + aside.1)
        })
        .collect()
}

/// Moves each node to where its distances to all others, the near ones most of all, are best kept; again and again.
fn majorize(distances: &[Vec<f64>], places: &mut [Place]) {
    const WORK: usize = 60_000_000;
    let rounds = (WORK / (distances.len() * distances.len()).max(1)).clamp(15, 400);
    for _ in 0..rounds {
        let mut most_moved: f64 = 0.0;
        for node in 0..places.len() {
            let (mut x, mut y, mut weights) = (0.0, 0.0, 0.0);
            let at = places[node];
            for (other, &wanted) in distances[node].iter().enumerate() {
                if other == node {
                    continue;
                }
                let (dx, dy) = (at.0 - places[other].0, at.1 - places[other].1);
                let far = (dx * dx + dy * dy).sqrt().max(1e-9);
                let weight = 1.0 / (wanted * wanted);
                x += weight * (places[other].0 + wanted * dx / far);
                y += weight * (places[other].1 + wanted * dy / far);
                weights += weight;
            }
            if weights > 0.0 {
                let to = (x / weights, y / weights);
                most_moved = most_moved.max((to.0 - at.0).abs()).max((to.1 - at.1).abs());
                places[node] = to;
            }
        }
        if most_moved < 1e-4 {
            return;
        }
    }
}

/// Turns everything so that it is widest from left to right, the first node on the left.
fn turn_wide(places: &mut [Place]) {
    let count = places.len().max(1) as f64;
    let middle = places.iter().fold((0.0, 0.0), |sum, at| (sum.0 + at.0, sum.1 + at.1));
    let middle = (middle.0 / count, middle.1 / count);
    places.iter_mut().for_each(|at| *at = (at.0 - middle.0, at.1 - middle.1));
    let [xx, xy, yy] =
        places.iter().fold([0.0; 3], |[xx, xy, yy], at| [xx + at.0 * at.0, xy + at.0 * at.1, yy + at.1 * at.1]);
    let angle = libm::atan2(2.0 * xy, xx - yy) / 2.0;
    let (sine, cosine) = (libm::sin(angle), libm::cos(angle));
    places.iter_mut().for_each(|at| *at = (at.0 * cosine + at.1 * sine, at.1 * cosine - at.0 * sine));
    if places.first().is_some_and(|at| at.0 > 0.0) {
        places.iter_mut().for_each(|at| *at = (-at.0, -at.1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_westernmost_place_follows_the_widest_gap() {
        assert_eq!(westernmost(vec![10.0, -120.0, 0.0]), -120.0);
        assert_eq!(westernmost(vec![170.0, -170.0, 175.0]), 170.0);
        assert_eq!(westernmost(Vec::new()), 0.0);
    }

    #[test]
    fn nodes_on_one_spot_are_drawn_apart() {
        let mut places = vec![(5.0, 5.0); 12];
        push_apart(&mut places);
        for (nth, a) in places.iter().enumerate() {
            for b in &places[nth + 1..] {
                let far = libm::hypot(a.0 - b.0, a.1 - b.1);
                assert!(far > APART * 0.9, "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn a_chain_becomes_a_line_with_links_of_one_length() {
        let distances: Vec<Vec<f64>> = (0..6).map(|a| (0..6).map(|b| f64::from(i32::abs(a - b))).collect()).collect();
        let mut places = first_guess(&distances);
        majorize(&distances, &mut places);
        turn_wide(&mut places);
        for pair in places.windows(2) {
            assert!((pair[1].0 - pair[0].0 - 1.0).abs() < 0.01 && (pair[1].1 - pair[0].1).abs() < 0.05, "{places:?}");
        }
    }
}
