//! What a point of any study has.

/// What a point of any study has: its place in the sweep, and what it cost.
pub trait SweepPoint {
    /// The value of each axis, as written in the scenario.
    fn values(&self) -> &[String];

    /// The caller's Session-Expires, in seconds, if there is a caller and it asks for one.
    fn session_expires_s(&self) -> Option<u32>;

    /// What running it took.
    fn cost(&self) -> Cost;

    /// That of all facts of all calls or devices.
    fn fingerprint(&self) -> u64;
}

/// What running a point took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Calls, or units of a fleet.
    pub units: u64,
    /// Messages put on the wire.
    pub messages: u64,
    /// Timers that fired and did something.
    pub firings: u64,
    /// Messages delivered and timers that fired.
    pub events: u64,
}
