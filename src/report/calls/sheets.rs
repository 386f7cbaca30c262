//! The list of the tables of a study of calls, in the order of the page.

use super::{changes, holders, load, points, queues, releases};
use crate::analysis::Calls;
use crate::report::sheet::AnySheet;
use crate::report::{mechanisms, settings};

/// All of them. Those that these results do not have are marked so.
pub(super) fn sheets<'a>(calls: &'a Calls<'a>) -> Vec<Box<dyn AnySheet + 'a>> {
    vec![
        Box::new(points::sheet(calls)),
        Box::new(load::peaks_of_elements(calls)),
        Box::new(load::after_outages(calls)),
        Box::new(releases::sheet(calls)),
        Box::new(load::seconds(calls)),
        Box::new(queues::sheet(calls)),
        Box::new(mechanisms::sheet(calls)),
        Box::new(holders::sheet(calls)),
        Box::new(changes::sheet(calls)),
        Box::new(settings::sheet(&calls.results.provenance)),
    ]
}
