//! The page of a study of devices.

use super::{sheets, takeaway};
use crate::analysis::Devices;
use crate::report::figures::Figure;
use crate::report::{page, reported};

/// Words of the page, each with its definition.
const GLOSSARY: [(&str, &str); 8] = [
    (
        "Gone without a word",
        "A device that died, or of whose UnRegister no copy reached its platform. A platform holds it as a ghost until it finds out.",
    ),
    (
        "Detection",
        "From a device's going without a word until its platform calls it offline: the recovery time of its ghost.",
    ),
    ("Mean ± 95 %", "Mean over all ghosts that ended, and half its 95 % interval: 1.96 standard errors."),
    ("Theory, z", "The closed form, and how many standard errors the simulated figure is above it."),
    ("Open", "Ghosts still held when the run ended. They are in no mean and no quantile."),
    (
        "False offline",
        "A platform calls a device offline that is switched on and wants to be online, for each thousand devices and day.",
    ),
    (
        "Requests",
        "Requests that arrive at the platforms: to register, to keep alive, to un-register, those sent again among them.",
    ),
    (
        "Storm",
        "What comes of a restart: platforms are down and come back without memory, and every device registers anew. Its peak is the \
         busiest second within two intervals of their return, at all platforms of the level together.",
    ),
];

/// The page with these figures.
pub(super) fn html(devices: &Devices, figures: &[Figure]) -> String {
    let sheets = sheets::sheets(devices);
    let (tables, files) = (reported::tables(&sheets), reported::table_files(&sheets));
    page::page(devices.results, &takeaway::summary(devices), figures, &tables, &GLOSSARY, &files)
}
