//! What the rows of a sheet are grouped by.

use crate::analysis::axis_names;
use crate::report::sweep;
use crate::study::{Results, SweepPoint};

/// What the rows of a sheet are grouped by: the points of a sweep, or the values of a column.
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    /// Names of the axes in files; none where a column of the sheet's own has the value.
    pub keys: Vec<String>,
    /// Names of the axes where people read them.
    pub names: Vec<String>,
    /// The groups.
    pub groups: Vec<Group>,
}

/// A group of rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    /// The value of each axis.
    pub values: Vec<String>,
    /// The same in words.
    pub words: String,
}

impl Groups {
    /// The points of a sweep.
    pub(crate) fn points<P: SweepPoint>(results: &Results<P>) -> Groups {
        let value = |point: &P, axis: usize| point.values().get(axis).cloned().unwrap_or_default();
        let group = |point: &P| Group {
            values: (0..results.axes.len()).map(|axis| value(point, axis)).collect(),
            words: sweep::in_words(results, point),
        };
        Groups {
            keys: results.axes.clone(),
            names: axis_names(results).into_iter().map(str::to_owned).collect(),
            groups: results.points.iter().map(group).collect(),
        }
    }

    /// No groups: all rows belong together.
    pub(crate) fn one() -> Groups {
        Groups::each(1)
    }

    /// A group for each of so many rows.
    pub(crate) fn each(rows: usize) -> Groups {
        Groups { groups: vec![Group::default(); rows], ..Groups::default() }
    }
}
