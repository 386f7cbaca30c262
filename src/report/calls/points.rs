//! `points.csv`: a row for each point.

use super::releases::cause_key;
use crate::analysis::{CallFigures, Calls, RecoveryTimes, Who};
use crate::report::sheet::{Cell, Column, Each, Groups, Sheet, Shown, Stack, View};
use crate::sip::ReleaseCause;
use crate::time::Span;

const RECOVERY: &str = "recovery";
const SETUPS: &str = "setups";
const RATES: &str = "rates";

/// Whose hang-ups a figure is about, in the order of [`Who::ALL`].
const WHO: Each =
    Each { placeholder: "WHO", words: || Who::ALL.into_iter().map(|who| who_name(who).replace(' ', "_")).collect() };
/// Who holds a ghost.
const END: Each = Each { placeholder: "END", words: || ["caller", "callee", "between"].map(str::to_owned).into() };
/// Why an end let go, in the order of [`ReleaseCause::ALL`].
const CAUSE: Each = Each { placeholder: "CAUSE", words: || ReleaseCause::ALL.into_iter().map(cause_key).collect() };

/// How people call those whose hang-ups a figure is about.
pub(crate) fn who_name(who: Who) -> &'static str {
    match who {
        Who::Refresher => "refresher",
        Who::Watcher => "watcher",
        Who::NoTimer => "no timer",
        Who::Both => "both",
    }
}

/// A row: the figures of a point.
type Row<'a> = &'a CallFigures<'a>;

/// A column of the sheet.
type Field<'a> = Column<Row<'a>>;

/// The sheet.
pub(super) fn sheet<'a>(calls: &'a Calls<'a>) -> Sheet<Row<'a>> {
    Sheet {
        id: "points",
        caption: "one row for each point of the sweep",
        has_file: true,
        file: "points.csv",
        applies: true,
        groups: Groups::points(calls.results),
        columns: columns(calls),
        rows: calls.points.iter().enumerate().collect(),
        views: vec![
            View {
                stack: Some(Stack {
                    each: &WHO,
                    shown: |point| point.who().into_iter().map(|who| who as usize).collect(),
                }),
                ..View::new(RECOVERY, "All figures", "Recovery times are in seconds.")
            },
            View {
                applies: calls.has_setups(),
                ..View::new(
                    SETUPS,
                    "How calls were set up",
                    "INVITEs that a caller sent for a call, those after a 422 among them; the time from the first to the 2xx; and \
                     the session interval that came of it.",
                )
            },
            View {
                applies: calls.has_impairments(),
                ..View::new(
                    RATES,
                    "How often BYEs were lost",
                    "Hang-ups of which no BYE arrived, and false drops, for each million of hang-ups and of calls; their closed \
                     forms; and simulated less closed form in standard errors.",
                )
            },
        ],
    }
}

/// Its columns, in the order of the file.
fn columns<'a>(calls: &Calls) -> Vec<Field<'a>> {
    let has_queues = calls.has_queues();
    vec![
        Field::new("session_expires_s", "s", "Session-Expires that the caller asks for", |p, _| {
            Cell::count(p.result.session_expires_s.map(u64::from))
        }),
        Field::new("calls", "calls", "calls begun", |p, _| Cell::Count(p.result.tally.calls))
            .shown("calls", &[SETUPS]),
        Field::new("established", "calls", "calls of which both ends learned that they stood", |p, _| {
            Cell::Count(p.result.tally.established)
        }),
        Field::new("failed_setups", "calls", "calls that ended before that", |p, _| {
            Cell::Count(p.result.tally.failed_setups)
        })
        .shown("not set up", &[SETUPS]),
        Field::new(
            "setup.invites_per_call",
            "INVITEs",
            "INVITEs that a caller sent to set a call up, those after a 422 among them, retransmissions not; none where calls begin \
             established",
            |p, _| Cell::number(p.result.tally.setups.invites_per_call(), Shown::Significant(3)),
        )
        .shown("INVITEs", &[SETUPS]),
        Field::new(
            "setup.mean_s",
            "s",
            "mean time from the first INVITE to the 2xx at the caller, ringing included",
            |p, _| Cell::number(p.result.tally.setups.delay.mean_s(), Shown::Significant(3)),
        )
        .shown("set-up s", &[SETUPS]),
        Field::new("setup.p95_s", "s", "95 of 100 calls were set up in no more than this", |p, _| {
            Cell::number(seconds(p.result.tally.setups.delay.quantile(0.95)), Shown::Significant(3))
        })
        .shown("p95 s", &[SETUPS]),
        Field::new(
            "setup.interval_min_s",
            "s",
            "the shortest session interval that a caller took from the 2xx",
            |p, _| Cell::count(p.result.tally.setups.intervals_s.map(|[least, _]| u64::from(least))),
        )
        .shown("shortest interval s", &[SETUPS]),
        Field::new(
            "setup.interval_max_s",
            "s",
            "the longest session interval that a caller took from the 2xx",
            |p, _| Cell::count(p.result.tally.setups.intervals_s.map(|[_, most]| u64::from(most))),
        )
        .shown("longest s", &[SETUPS]),
        Field::new("hangups", "calls", "hang-ups and deaths while both ends held the call", |p, _| {
            Cell::Count(p.result.tally.hangups)
        })
        .shown("hang-ups", &[RATES]),
        Field::new(
            "byes_delivered",
            "calls",
            "of those, the ones whose BYE reached the other end while it still held the call",
            |p, _| Cell::Count(p.result.tally.byes_delivered),
        ),
        Field::new("", "calls", "hang-ups of which no BYE arrived: `recovery.both.ghosts`", |p, _| {
            Cell::Count(p.bye_loss().hits)
        })
        .shown("lost BYEs", &[RATES]),
        Field::new(
            "bye_losses_per_million_hangups",
            "per 10⁶ hang-ups",
            "hang-ups of which no BYE arrived, as a rate",
            |p, _| Cell::number(p.bye_loss().value().map(|share| share * 1e6), Shown::Significant(4)),
        )
        .shown("/10⁶", &[RATES]),
        Field::new(
            "bye_losses_per_million_hangups_theory",
            "per 10⁶ hang-ups",
            "closed form of that rate",
            |p, _| Cell::number(p.bye_loss().theory.map(|share| share * 1e6), Shown::Significant(4)),
        )
        .shown("theory", &[RATES])
        .rank(1),
        Field::new(
            "bye_losses_z",
            "standard errors",
            "simulated rate less closed form, in the standard errors that the closed form has in so many hang-ups; none where it \
             expects fewer than 5 hits, or fewer than 5 misses",
            |p, _| Cell::number(p.bye_loss().z(), Shown::Fixed(1)),
        )
        .shown("z", &[RATES])
        .rank(2),
        Field::new("", "calls", "ghosts still held when the run ended: `recovery.both.unrecovered`", |p, _| {
            Cell::Count(p.recovery(Who::Both).unrecovered)
        })
        .shown("open", &[RECOVERY]),
        Field::new(
            "false_drops",
            "calls",
            "false drops: a timer or a failed refresh ended the call before any hang-up, and both ends had held it; calls whose \
             2xx was never acknowledged are among them",
            |p, _| Cell::Count(p.result.tally.false_drops),
        ),
        Field::new(
            "false_drops_per_million_calls",
            "per 10⁶ established calls",
            "false drops, as a rate",
            |p, _| Cell::number(p.result.tally.false_drops_per_million(), Shown::Trimmed(4)),
        )
        .shown("false drops /10⁶", &[RECOVERY, RATES]),
        Field::new(
            "false_drops_per_million_calls_theory",
            "per 10⁶ established calls",
            "closed form of that rate",
            |p, _| Cell::number(p.theory.false_drops_per_million, Shown::Significant(4)),
        )
        .shown("theory", &[RATES])
        .rank(1),
        Field::new(
            "false_drops_z",
            "standard errors",
            "simulated rate less closed form, in the standard errors that the closed form has in so many calls; none where it \
             expects fewer than 5 hits, or fewer than 5 misses",
            |p, _| Cell::number(p.false_drops().z(), Shown::Fixed(1)),
        )
        .shown("z", &[RATES])
        .rank(2),
        Field::new("", "", "what the agent that hung up was to the session", |_, who| {
            Cell::text(who_name(Who::ALL[who]))
        })
        .shown("hung up by", &[RECOVERY])
        .left()
        .each(&WHO),
        Field::new("recovery.WHO.ghosts", "calls", "ghosts by the side that hung up", |p, who| {
            Cell::Count(recovery(p, who).ghosts)
        })
        .each(&WHO),
        Field::new("recovery.WHO.unrecovered", "calls", "of those, the ones still held when the run ended", |p, who| {
            Cell::Count(recovery(p, who).unrecovered)
        })
        .each(&WHO),
        Field::new("recovery.WHO.mean_s", "s", "mean recovery time; tables give half its 95 % interval with it", |p, who| {
            let found = recovery(p, who);
            Cell::estimate(found.mean_s, found.half_interval_s())
        })
        .shown("recovery s mean\u{a0}±\u{a0}95\u{a0}%", &[RECOVERY])
        .each(&WHO),
        Field::new(
            "recovery.WHO.mean_error_s",
            "s",
            "its standard error; 1.96 times that is half the 95 % interval",
            |p, who| Cell::of(recovery(p, who).error_s),
        )
        .each(&WHO),
        Field::new(
            "recovery.WHO.theory_s",
            "s",
            "closed form of the mean; none for `no_timer`, and none for `both` where a ghost had no timer",
            |p, who| theory_cell(recovery(p, who)),
        )
        .shown("theory s", &[RECOVERY])
        .rank(3)
        .each(&WHO),
        Field::new("recovery.WHO.z", "standard errors", "mean less closed form, in standard errors", |p, who| {
            Cell::number(recovery(p, who).z, Shown::Z)
        })
        .shown("z", &[RECOVERY])
        .rank(4)
        .each(&WHO),
        Field::new("recovery.WHO.p50_s", "s", "half of all ghosts were held no longer than this, rounded down to the millisecond", |p, who| quantile_cell(recovery(p, who).p50_s))
            .shown("p50 s", &[RECOVERY])
            .rank(2)
            .each(&WHO),
        Field::new("recovery.WHO.p95_s", "s", "95 of 100 ghosts were held no longer than this, rounded down to the millisecond", |p, who| quantile_cell(recovery(p, who).p95_s))
            .shown("p95 s", &[RECOVERY])
            .rank(1)
            .each(&WHO),
        Field::new("recovery.WHO.p99_s", "s", "99 of 100 ghosts were held no longer than this, rounded down to the millisecond", |p, who| quantile_cell(recovery(p, who).p99_s))
            .shown("p99 s", &[RECOVERY])
            .each(&WHO),
        Field::new("recovery.WHO.max_s", "s", "the longest recovery time", |p, who| quantile_cell(recovery(p, who).max_s))
            .shown("max s", &[RECOVERY])
            .rank(2)
            .each(&WHO),
        Field::new("closed.unclosed", "calls", "ghosts not yet closed when the run ended", |p, _| {
            Cell::Count(p.closed().unrecovered)
        }),
        Field::new(
            "closed.mean_s",
            "s",
            "mean time of the others from the hang-up until the remaining agent had closed the call",
            |p, _| Cell::of(p.closed().mean_s),
        ),
        Field::new("closed.mean_error_s", "s", "standard error of that mean", |p, _| Cell::of(p.closed().error_s)),
        Field::new("closed.p50_s", "s", "the time to close that 50 of 100 do not exceed", |p, _| Cell::of(p.closed().p50_s)),
        Field::new("closed.p95_s", "s", "the time to close that 95 of 100 do not exceed", |p, _| Cell::of(p.closed().p95_s)),
        Field::new("closed.p99_s", "s", "the time to close that 99 of 100 do not exceed", |p, _| Cell::of(p.closed().p99_s)),
        Field::new("closed.max_s", "s", "the longest time to close", |p, _| Cell::of(p.closed().max_s)),
        Field::new(
            "paired_difference.calls",
            "calls",
            "calls that were ghosts with a recovery time at this point and at the one before",
            |p, _| Cell::count(p.change.map(|change| change.count())),
        ),
        Field::new(
            "paired_difference.mean_s",
            "s",
            "mean over those calls of the recovery time here less that of the same call at the point before; none at the first \
             point. All three are empty where `seed` is an axis: other seeds make other calls",
            |p, _| Cell::of(p.change.and_then(|change| change.mean_s())),
        ),
        Field::new("paired_difference.error_s", "s", "standard error of that mean", |p, _| {
            Cell::of(p.change.and_then(|change| change.error_s()))
        }),
        Field::new("refresh.successes", "refreshes", "successful refreshes", |p, _| Cell::Count(p.result.tally.refreshes)),
        Field::new(
            "refresh.first_sends",
            "messages",
            "refresh requests and their final responses before the hang-up, first sends",
            |p, _| Cell::Count(p.result.tally.refresh_before_hangup.first_sends),
        ),
        Field::new("refresh.retransmissions", "messages", "the same, sent again", |p, _| {
            Cell::Count(p.result.tally.refresh_before_hangup.retransmissions)
        }),
        Field::new(
            "refresh.messages_per_call_hour",
            "messages per hour",
            "first sends and retransmissions before the hang-up, for each hour of an established call; where elements stand \
             between the ends, a message counts once for each that sends it on",
            |p, _| Cell::number(p.refresh_messages_per_call_hour(), Shown::Significant(3)),
        )
        .shown("refresh msgs /call\u{a0}h", &[RECOVERY]),
        Field::new(
            "refresh.messages_per_call_hour_theory",
            "messages per hour",
            "closed form of that rate",
            |p, _| Cell::of(p.theory.refresh_messages_per_call_hour),
        ),
        Field::new("refresh.ghost_first_sends", "messages", "refresh messages after the hang-up, first sends", |p, _| {
            Cell::Count(p.result.tally.refresh_after_hangup.first_sends)
        }),
        Field::new("refresh.ghost_retransmissions", "messages", "the same, sent again", |p, _| {
            Cell::Count(p.result.tally.refresh_after_hangup.retransmissions)
        }),
        Field::new(
            "call_hours",
            "h",
            "sum over all calls of the time from establishment to hang-up, false drop or end of the run",
            |p, _| Cell::of(p.result.tally.call_hours()),
        ),
        Field::new(
            "held_by.END.ghosts",
            "calls",
            "ghosts that the caller, or the callee, held; of `between`, those that elements between the ends held, once for each \
             of them",
            |p, end| Cell::Count(held_by(p, end).ghosts),
        )
        .each(&END),
        Field::new("held_by.END.unrecovered", "calls", "of those, the ones still held when the run ended", |p, end| {
            Cell::Count(held_by(p, end).unrecovered)
        })
        .each(&END),
        Field::new("held_by.END.mean_s", "s", "mean recovery time of those that ended", |p, end| {
            Cell::of(held_by(p, end).mean_s)
        })
        .each(&END),
        Field::new("held_by.END.mean_error_s", "s", "standard error of that mean", |p, end| {
            Cell::of(held_by(p, end).error_s)
        })
        .each(&END),
        Field::new(
            "ended_by_bye.mean_s",
            "s",
            "mean time from the hang-up to the release where the BYE reached the other end",
            |p, _| Cell::of(p.result.tally.ended_by_bye.mean_s()),
        ),
        Field::new("ended_by_bye.max_s", "s", "the longest such time", |p, _| {
            Cell::of(seconds(p.result.tally.ended_by_bye.max()))
        }),
        Field::new(
            "released.CAUSE",
            "ends",
            "ends that let go of a call for this cause, caller and callee together",
            |p, cause| Cell::Count(p.result.tally.releases.by_ends(ReleaseCause::ALL[cause])),
        )
        .each(&CAUSE),
        Field::new("messages_sent", "messages", "messages put on the wire", |p, _| Cell::Count(p.result.tally.messages_sent)),
        Field::new("messages_delivered", "messages", "messages delivered", |p, _| {
            Cell::Count(p.result.tally.messages_delivered)
        }),
        Field::new(
            "timers_fired",
            "timers",
            "timers that fired and did something, hang-ups and deaths among them",
            |p, _| Cell::Count(p.result.tally.timers_fired),
        ),
        Field::new("events", "events", "messages delivered and timers fired", |p, _| Cell::Count(p.result.tally.events())),
        Field::new("queue.link", "", "of the queue that most was lost at, or most was offered: the link", |p, _| {
            Cell::text(p.busiest_queue().map(|queue| queue.counts.link.as_str()))
        })
        .when(has_queues),
        Field::new("queue.messages", "messages", "messages that came to it", |p, _| {
            Cell::count(p.busiest_queue().map(|queue| queue.counts.messages()))
        })
        .when(has_queues),
        Field::new("queue.lost", "messages", "messages that found no room", |p, _| {
            Cell::count(p.busiest_queue().map(|queue| queue.counts.count.dropped()))
        })
        .when(has_queues),
        Field::new("queue.offered_load", "1", "how many times as much came as the link can send", |p, _| {
            Cell::of(p.busiest_queue().map(|queue| queue.offered_load()))
        })
        .when(has_queues),
        Field::new("queue.wait_mean_s", "s", "mean wait of the messages that found room", |p, _| {
            Cell::of(p.busiest_queue().and_then(|queue| queue.counts.count.waits.mean_s()))
        })
        .when(has_queues),
        Field::new("queue.wait_theory_s", "s", "closed form of that mean, where it holds", |p, _| {
            Cell::of(p.busiest_queue().and_then(|queue| queue.wait_theory_s))
        })
        .when(has_queues),
        Field::new("queue.wait_max_s", "s", "the longest wait", |p, _| {
            Cell::of(seconds(p.busiest_queue().and_then(|queue| queue.counts.count.waits.max())))
        })
        .when(has_queues),
    ]
}

fn recovery<'p>(point: &'p Row, who: usize) -> &'p RecoveryTimes {
    point.recovery(Who::ALL[who])
}

/// A closed form, with the decimals of the mean that it stands beside.
pub(crate) fn theory_cell(times: &RecoveryTimes) -> Cell {
    let decimals =
        crate::report::number::decimals(times.mean_s.or(times.theory_s).unwrap_or(0.0), times.half_interval_s());
    Cell::number(times.theory_s, Shown::Fixed(decimals))
}

fn quantile_cell(x: Option<f64>) -> Cell {
    Cell::number(x, Shown::Significant(4))
}

fn held_by(point: &Row, end: usize) -> RecoveryTimes {
    match point.result.tally.held_by.get(end) {
        Some(ghosts) => RecoveryTimes::of(ghosts),
        None => point.held_between(),
    }
}

fn seconds(span: Option<Span>) -> Option<f64> {
    span.map(Span::as_secs_f64)
}
