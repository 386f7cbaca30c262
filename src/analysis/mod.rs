//! Everything that can be known of a run, as data: estimates with their intervals, closed forms beside them, peaks of
//! the load, what followed an outage, queues, causes of endings, and the decisions that a report words.
//!
//! It is given a study and what was counted of it. Nothing here is worded, drawn or written to a file.

mod axes;
mod calls;
mod closed_form;
mod conclusion;
mod devices;
mod endings;
mod estimate;
mod grid;
mod load;
mod mechanisms;
mod queues;
mod releases;
mod survival;

pub use axes::{AxisNumbers, axis_name, axis_names, axis_numbers, compares_the_same_calls, is_session_expires};
pub use calls::{CallFigures, Calls};
pub use closed_form::{CallTheory, DeviceTheory, call_theory, device_theory, queue_wait_s};
pub use conclusion::{
    Conclusion, FailedSetups, LEAST_FOR_ALL_COPIES_S, MainFinding, NoRecovery, Places, Unrecovered, WithoutTimes,
    WorstDrops,
};
pub use devices::{DeviceFigures, Devices, FalseOfflines, LevelFigures, Range, Storm as RestartStorm};
pub use endings::{Ending, Endings, HangUpSeen, LetGo, Reason, endings};
pub use estimate::{RecoveryTimes, Share, Who};
pub use grid::Grid;
pub use load::{
    Aftermath, ElementPeaks, ElementSeconds, Peak, Storm, aftermaths, elements, peaks, retransmissions, sum_of_elements,
};
pub use mechanisms::{MOST_DROPS, Mechanism, MechanismCell, Mechanisms};
pub use queues::QueueFigures;
pub use releases::{Release, ReleaseKind, releases};
pub use survival::{StillHeld, still_held};

use crate::scenario::Study;
use crate::study::{Results, Work};
use crate::world::Setup;
use crate::world::devices::Fleet;

/// A kind of work whose results can be analysed.
pub trait Analyse: Work {
    /// All figures of a study.
    type Analysis<'a>;

    /// The figures of `study`, of which `results` were counted.
    fn analyse<'a>(study: &Study<Self>, results: &'a Results<Self::Result>) -> Self::Analysis<'a>;
}

impl Analyse for Setup {
    type Analysis<'a> = Calls<'a>;

    fn analyse<'a>(study: &Study<Setup>, results: &'a Results) -> Calls<'a> {
        Calls::of(study, results)
    }
}

impl Analyse for Fleet {
    type Analysis<'a> = Devices<'a>;

    fn analyse<'a>(study: &Study<Fleet>, results: &'a Results<Self::Result>) -> Devices<'a> {
        Devices::of(study, results)
    }
}

/// All figures of `study`, of which `results` were counted.
pub fn of<'a, W: Analyse>(study: &Study<W>, results: &'a Results<W::Result>) -> W::Analysis<'a> {
    W::analyse(study, results)
}
