//! What is known of the media of one call.

use super::silence_detector::SilenceDetector;
use crate::time::Time;

/// What is known of the media of the call under way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Media {
    /// Whether anybody watches them.
    pub watched: bool,
    /// Whether the caller, and the callee, send none any more.
    pub ended: [bool; 2],
    /// Whether those of the caller, and of the callee, go on after its hang-up.
    pub go_on: [bool; 2],
    /// When the first of the ends was established.
    pub began: Option<Time>,
    /// Who listens, by the number of the element; empty before the beginning.
    pub detectors: Vec<Option<SilenceDetector>>,
}
