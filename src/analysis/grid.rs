//! A sweep of two axes as rows and columns.

use crate::study::{Results, SweepPoint};

/// The values of the two axes of a sweep that has a point for each pair of them, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid<'a> {
    /// Values of the first axis.
    pub rows: Vec<&'a str>,
    /// Values of the second axis: point `i` stands in row `i / columns.len()`.
    pub columns: Vec<&'a str>,
}

impl<'a> Grid<'a> {
    /// The grid of `results`; `None` unless they have two axes and a point for each pair of values.
    pub fn of<P: SweepPoint>(results: &'a Results<P>) -> Option<Grid<'a>> {
        let pairs: Option<Vec<[&str; 2]>> = results.points.iter().map(|point| pair(point.values())).collect();
        let (pairs, [_, _]) = (pairs?, results.axes.as_slice()) else { return None };
        let columns: Vec<&str> = pairs.iter().take_while(|[row, _]| *row == pairs[0][0]).map(|[_, v]| *v).collect();
        let rows: Vec<&str> = pairs.iter().step_by(columns.len().max(1)).map(|[row, _]| *row).collect();
        let all = rows.iter().flat_map(|row| columns.iter().map(move |column| [*row, *column]));
        (!pairs.is_empty() && all.eq(pairs.iter().copied())).then_some(Grid { rows, columns })
    }
}

fn pair(values: &[String]) -> Option<[&str; 2]> {
    match values {
        [row, column] => Some([row, column]),
        _ => None,
    }
}
