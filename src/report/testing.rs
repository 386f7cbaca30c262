//! Results made by hand, for the tests of this room.

use std::ops::{Deref, DerefMut};

use crate::analysis::{CallTheory, Calls};
use crate::measure::{Fate, Ghosts, Histogram, HungUpAs, Paired, RefreshMessages, Tally};
use crate::scenario::Provenance;
use crate::sip::ReleaseCause;
use crate::study::{PointResult, Results};
use crate::time::Span;

const EACH: u64 = 5000;

/// Results made by hand, with closed forms made by hand.
pub(super) struct Made {
    pub results: Results,
    pub theory: Vec<CallTheory>,
}

impl Made {
    /// Their figures.
    pub(super) fn analysed(&self) -> Calls<'_> {
        Calls::with_theory(&self.results, self.theory.iter().cloned())
    }
}

impl Deref for Made {
    type Target = Results;

    fn deref(&self) -> &Results {
        &self.results
    }
}

impl DerefMut for Made {
    fn deref_mut(&mut self) -> &mut Results {
        &mut self.results
    }
}

/// A sweep of Session-Expires as the closed forms have it: uniform recovery times, 5000 for each side.
pub(super) fn session_expires() -> Made {
    sweep(&[90, 120, 128, 180, 300, 600, 900, 1800, 3600])
}

/// The same at chosen values.
pub(super) fn sweep(values: &[u32]) -> Made {
    let lengths: Vec<Vec<Span>> = values.iter().map(|&se| lengths(se)).collect();
    let paired = lengths.windows(2).map(|two| {
        let mut paired = Paired::default();
        two[0].iter().zip(&two[1]).for_each(|(&before, &after)| paired.add(before, after));
        paired
    });
    let results = Results {
        name: "session-expires".to_owned(),
        title: "How long does a call outlive a lost BYE, and what does it cost to find out sooner?".to_owned(),
        seed: 1,
        axes: vec!["session-timer.session-expires".to_owned()],
        points: values.iter().map(|&se| point(se)).collect(),
        paired: paired.collect(),
        companion: None,
        provenance: Provenance { builtin: Some("session-expires".to_owned()), ..Provenance::default() },
    };
    Made { results, theory: values.iter().map(|&se| theory(se)).collect() }
}

/// Results that are hard to show, each with its name.
pub(super) fn edge_cases() -> Vec<(&'static str, Made)> {
    let mut none = session_expires();
    none.points.clear();
    none.paired.clear();
    let mut single = sweep(&[1800]);
    single.axes.clear();
    single.points[0].values.clear();
    let shaped = |shape: &dyn Fn(&mut PointResult)| {
        let mut made = sweep(&[90, 1800]);
        made.points.iter_mut().for_each(shape);
        made
    };
    let no_ghosts = shaped(&|point| point.tally.ghosts = Default::default());
    let nothing = shaped(&|point| point.tally = Tally::default());
    let unrecovered = shaped(&|point| {
        point.tally.ghosts = Default::default();
        point.tally.ghosts[HungUpAs::NoTimer as usize].unrecovered = 12;
    });
    let mut no_timer = shaped(&|point| {
        let ghosts = std::mem::take(&mut point.tally.ghosts[0]);
        point.tally.ghosts = [Ghosts::default(), Ghosts::default(), ghosts];
        point.tally.ghosts[2].unrecovered = 700;
    });
    no_timer.theory.fill(CallTheory::default());
    let one = shaped(&|point| {
        point.tally.ghosts = Default::default();
        point.tally.ghosts[0].recovery.add(Span::ZERO);
    });
    let mut no_number = sweep(&[90, 1800]);
    no_number.theory.fill(CallTheory {
        recovery_mean_s: [Some(f64::NAN), Some(f64::INFINITY), Some(-1.0)],
        refresh_messages_per_call_hour: Some(f64::NAN),
        false_drops_per_million: Some(f64::NEG_INFINITY),
        ..CallTheory::default()
    });
    let extreme = shaped(&|point| {
        point.tally.ghosts[0].recovery.add(Span::from_secs(2_000_000));
        point.tally.ghosts[1].recovery.add(Span::from_nanos(1));
        point.tally.ghosts[1].unrecovered = u64::MAX / 4;
        point.tally.false_drops = u64::MAX;
        point.tally.call_time_ns = 1;
    });
    let mut two_axes = sweep(&[90, 600, 1800]);
    two_axes.axes.push("faults.<burst & \"loss\">".to_owned());
    for point in &mut two_axes.points {
        point.values.push("<a value that is rather long for a column of a table> & \"more\" of it: 0.25".to_owned());
    }
    let mut ragged = sweep(&[90, 600, 1800]);
    ragged.axes = vec!["link.delay".to_owned()];
    ragged.points[0].values = vec!["40 ms".to_owned()];
    ragged.points[1].values.clear();
    ragged.points[2].values = vec!["1".to_owned(), "2".to_owned()];
    ragged.paired.clear();
    let mut spans = sweep(&[90, 600, 1800]);
    spans.axes = vec!["link.delay".to_owned()];
    for (point, delay) in spans.points.iter_mut().zip(["0 ms", "40 ms", "0.2 s"]) {
        point.values = vec![delay.to_owned()];
    }
    let many = sweep(&(0..40).map(|i| 90 + i * 7).collect::<Vec<u32>>());
    vec![
        ("no point", none),
        ("one point", single),
        ("no ghost", no_ghosts),
        ("nothing counted", nothing),
        ("unrecovered only", unrecovered),
        ("no timer", no_timer),
        ("one ghost", one),
        ("theory without numbers", no_number),
        ("extremes", extreme),
        ("two axes", two_axes),
        ("ragged values", ragged),
        ("lengths of time", spans),
        ("many points", many),
    ]
}

fn margin(se: u32) -> f64 {
    (f64::from(se) / 3.0).min(32.0)
}

/// Recovery times at `se`, refresher and watcher in turn: the same ages at every value.
fn lengths(se: u32) -> Vec<Span> {
    let half = f64::from(se) / 2.0;
    let length = |i: u64| {
        // Golden-section steps: as even as a distribution and as uneven as a sample.
        let uniform = ((i / 2 + 1) as f64 * 0.618_033_988_749_895).fract();
        let from = if i.is_multiple_of(2) { half - margin(se) } else { 0.0 };
        Span::from_secs_f64(from + uniform * half)
    };
    (0..2 * EACH).map(length).collect()
}

fn point(se: u32) -> PointResult {
    let mut sides = [Histogram::new(), Histogram::new()];
    for (i, &length) in lengths(se).iter().enumerate() {
        sides[i % 2].add(length);
    }
    let [refresher, watcher] = sides.map(|recovery| Ghosts { recovery, unrecovered: 0 });
    let false_drops = match se {
        ..100 => 131,
        100..125 => 17,
        _ => 0,
    };
    let (calls, hours) = (1_000_000, 500_000);
    let first_sends = hours * 2 * 7200 / u64::from(se);
    let mut tally = Tally {
        calls,
        established: calls,
        hangups: calls - false_drops,
        byes_delivered: calls - false_drops - 2 * EACH,
        ghosts: [refresher.clone(), watcher.clone(), Ghosts::default()],
        held_by: [watcher, refresher],
        false_drops,
        call_time_ns: u128::from(Span::from_secs(3600).times(hours).as_nanos()),
        refresh_before_hangup: RefreshMessages { first_sends, retransmissions: first_sends / 20 },
        ..Tally::default()
    };
    // The caller refreshes and hangs up every second call.
    let hung_up = (calls - false_drops) / 2;
    for (element, cause, times) in [
        (0, ReleaseCause::HungUp, hung_up),
        (0, ReleaseCause::RefreshRefused, EACH),
        (0, ReleaseCause::ByeReceived, calls - hung_up - EACH),
        (1, ReleaseCause::HungUp, calls - false_drops - hung_up),
        (1, ReleaseCause::RefreshMissing, EACH + false_drops),
        (1, ReleaseCause::ByeReceived, hung_up - EACH),
    ] {
        (0..times).for_each(|_| tally.releases.add(element, Fate::Released(cause)));
    }
    PointResult {
        fingerprint: 0x0123_4567_89ab_cdef,
        load: None,
        values: vec![se.to_string()],
        session_expires_s: Some(se),
        elements: vec!["caller".to_owned(), "callee".to_owned()],
        tally,
        has_impairments: false,
        queues: Vec::new(),
    }
}

/// What closed forms say at `se`.
fn theory(se: u32) -> CallTheory {
    let half = f64::from(se) / 2.0;
    CallTheory {
        recovery_mean_s: [1.5 * half - margin(se), half / 2.0, half - margin(se) / 2.0].map(Some),
        refresh_messages_per_call_hour: Some(7200.0 / half * 1.05),
        false_drops_per_million: Some(0.0),
        ..CallTheory::default()
    }
}
