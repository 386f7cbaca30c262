//! The list of the tables of a study of devices, in the order of the page.

use super::{levels, load, points};
use crate::analysis::Devices;
use crate::report::settings;
use crate::report::sheet::AnySheet;

/// All of them. Those that these results do not have are marked so.
pub(super) fn sheets<'a>(devices: &'a Devices<'a>) -> Vec<Box<dyn AnySheet + 'a>> {
    vec![
        Box::new(points::sheet(devices)),
        Box::new(levels::sheet(devices)),
        Box::new(load::sheet(devices)),
        Box::new(settings::sheet(&devices.results.provenance)),
    ]
}
