//! Which link it is: what its chance, its bad times and its queue are found by.

/// Which link of a network it is, and in which direction: what its good and bad times are addressed by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The number of the link, below 2^20.
    pub number: u32,
    /// Against the direction in which it is drawn.
    pub back: bool,
}
