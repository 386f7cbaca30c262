//! What holds for all elements of a world.

/// What holds for all elements of a world.
#[derive(Clone, Copy, Debug)]
pub(super) struct World {
    /// Calls stand from the beginning, set up by messages that are not told.
    pub(super) stands: bool,
    /// Calls that stand were refreshed at some time before.
    pub(super) aged: bool,
    /// Users change sessions in the middle, by requests that are no refreshes.
    pub(super) scripted: bool,
    /// Some requests are refused by script, below the dialog.
    pub(super) refused: bool,
}
