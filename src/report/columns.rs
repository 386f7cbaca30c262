//! The figures of a point under the names that files give them: the one list behind `points.csv` and `summary.json`.
//!
//! A name is a path: `recovery.both.mean_s` is the column `recovery_both_mean_s` of the one and three levels of the
//! other. `docs/results.md` defines each.

use super::number::nine_digits;
use super::point::{Recovery, Study, Who};
use super::queues;
use super::rates::Rate;
use super::sweep;
use crate::measure::Ghosts;
use crate::sip::ReleaseCause;
use crate::time::Span;
use serde_json::Value;

/// Name and value of every figure of point `index`, in the order of the columns; null where there is no value.
pub(super) fn columns(study: &Study, index: usize) -> Vec<(String, Value)> {
    let figures = &study.points[index];
    let point = figures.result;
    let tally = &point.tally;
    let all = figures.recovery(Who::Both);
    let mut list = List(Vec::with_capacity(96));
    list.value("session_expires_s", point.session_expires_s.map_or(Value::Null, Value::from));
    list.count("calls", tally.calls);
    list.count("established", tally.established);
    list.count("failed_setups", tally.failed_setups);
    list.figure("setup.invites_per_call", tally.setups.invites_per_call());
    list.figure("setup.mean_s", tally.setups.delay.mean_s());
    list.figure("setup.p95_s", tally.setups.delay.quantile(0.95).map(|span| span.as_secs_f64()));
    list.value("setup.interval_min_s", tally.setups.intervals_s.map_or(Value::Null, |[least, _]| least.into()));
    list.value("setup.interval_max_s", tally.setups.intervals_s.map_or(Value::Null, |[_, most]| most.into()));
    list.count("hangups", tally.hangups);
    list.count("byes_delivered", tally.byes_delivered);
    list.count("bye_losses", all.ghosts);
    let (byes, drops) = (Rate::bye_loss(point), Rate::false_drops(point));
    list.figure("bye_losses_per_million_hangups", byes.share().map(|share| share * 1e6));
    list.figure("bye_losses_per_million_hangups_theory", byes.theory.map(|share| share * 1e6));
    list.figure("bye_losses_distance_se", byes.distance_se());
    list.count("unrecovered", all.unrecovered);
    list.count("false_drops", tally.false_drops);
    list.figure("false_drops_per_million_calls", tally.false_drops_per_million());
    list.figure("false_drops_per_million_calls_theory", point.theory.and_then(|theory| theory.false_drops_per_million));
    list.figure("false_drops_distance_se", drops.distance_se());
    for who in Who::ALL {
        list.recovery(&format!("recovery.{}", who.key()), figures.recovery(who));
    }
    let closed = Recovery::of(&tally.closed);
    list.count("closed.unclosed", closed.unrecovered);
    list.figure("closed.mean_s", closed.mean_s);
    list.figure("closed.mean_error_s", closed.error_s);
    list.figure("closed.p50_s", closed.p50_s);
    list.figure("closed.p95_s", closed.p95_s);
    list.figure("closed.p99_s", closed.p99_s);
    list.figure("closed.max_s", closed.max_s);
    let paired = index
        .checked_sub(1)
        .and_then(|before| study.results.paired.get(before))
        .filter(|_| sweep::has_the_same_calls(study.results));
    list.value("paired_difference.calls", paired.map_or(Value::Null, |paired| paired.count().into()));
    list.figure("paired_difference.mean_s", paired.and_then(|paired| paired.mean_s()));
    list.figure("paired_difference.error_s", paired.and_then(|paired| paired.error_s()));
    list.count("refresh.successes", tally.refreshes);
    list.count("refresh.first_sends", tally.refresh_before_hangup.first_sends);
    list.count("refresh.retransmissions", tally.refresh_before_hangup.retransmissions);
    list.figure("refresh.messages_per_call_hour", figures.messages());
    list.figure(
        "refresh.messages_per_call_hour_theory",
        point.theory.and_then(|theory| theory.refresh_messages_per_call_hour),
    );
    list.count("refresh.ghost_first_sends", tally.refresh_after_hangup.first_sends);
    list.count("refresh.ghost_retransmissions", tally.refresh_after_hangup.retransmissions);
    list.figure("call_hours", Some(tally.call_hours()));
    let mut between = Ghosts::default();
    tally.held_between.iter().for_each(|ghosts| between.merge(ghosts));
    for (holder, ghosts) in ["caller", "callee", "between"].into_iter().zip(tally.held_by.iter().chain([&between])) {
        list.0.extend(held(ghosts).map(|(name, value)| (format!("held_by.{holder}.{name}"), value)));
    }
    list.figure("ended_by_bye.mean_s", tally.ended_by_bye.mean_s());
    list.figure("ended_by_bye.max_s", tally.ended_by_bye.max().map(|span| span.as_secs_f64()));
    for cause in ReleaseCause::ALL {
        list.count(&format!("released.{}", cause.name().replace('-', "_")), tally.releases.by_ends(cause));
    }
    list.count("messages_sent", tally.messages_sent);
    list.count("messages_delivered", tally.messages_delivered);
    list.count("timers_fired", tally.timers_fired);
    list.count("events", tally.events());
    if queues::tells(study.results) {
        let busiest = queues::busiest(point);
        let seconds = |span: Option<Span>| span.map(Span::as_secs_f64);
        list.value("queue.link", busiest.map_or(Value::Null, |queue| queue.link.as_str().into()));
        list.value("queue.messages", busiest.map_or(Value::Null, |queue| queue.messages().into()));
        list.value("queue.lost", busiest.map_or(Value::Null, |queue| queue.count.dropped().into()));
        list.figure("queue.offered_load", busiest.map(|queue| queue.count.offered(queue.length)));
        list.figure("queue.wait_mean_s", busiest.and_then(|queue| queue.count.waits.mean_s()));
        list.figure("queue.wait_theory_s", busiest.and_then(|queue| queue.theory_wait_s));
        list.figure("queue.wait_max_s", seconds(busiest.and_then(|queue| queue.count.waits.max())));
    }
    list.0
}

/// How many ghosts were held, and how long, under the names that files give it.
pub(super) fn held(ghosts: &Ghosts) -> [(&'static str, Value); 4] {
    let held = Recovery::of(ghosts);
    [
        ("ghosts", held.ghosts.into()),
        ("unrecovered", held.unrecovered.into()),
        ("mean_s", number(held.mean_s)),
        ("mean_error_s", number(held.error_s)),
    ]
}

/// A number as files carry it; null if there is none.
pub(super) fn number(figure: Option<f64>) -> Value {
    figure.and_then(nine_digits).map_or(Value::Null, Value::from)
}

/// Names and values, in the order of the columns.
pub(super) struct List(pub Vec<(String, Value)>);

impl List {
    pub fn value(&mut self, name: &str, value: Value) {
        self.0.push((name.to_owned(), value));
    }

    pub fn count(&mut self, name: &str, count: u64) {
        self.value(name, count.into());
    }

    pub fn figure(&mut self, name: &str, figure: Option<f64>) {
        self.value(name, number(figure));
    }

    pub fn recovery(&mut self, name: &str, recovery: &Recovery) {
        self.count(&format!("{name}.ghosts"), recovery.ghosts);
        self.count(&format!("{name}.unrecovered"), recovery.unrecovered);
        for (last, figure) in [
            ("mean_s", recovery.mean_s),
            ("mean_error_s", recovery.error_s),
            ("theory_s", recovery.theory_s),
            ("distance_se", recovery.distance_se),
            ("p50_s", recovery.p50_s),
            ("p95_s", recovery.p95_s),
            ("p99_s", recovery.p99_s),
            ("max_s", recovery.max_s),
        ] {
            self.figure(&format!("{name}.{last}"), figure);
        }
    }
}
