//! Whether a run without a horizon need not end: somebody holds a call whose other side is gone, never lets go of it by
//! itself, and is never done with it.

use super::calls::{Calls, Ending};
use super::fault::{Fault, FaultEffect};
use super::parts::{Between, Crash, Part};
use super::setup::{Setup, Share};
use crate::net::{Direction, Outage, Path};
use crate::random::Probability;
use crate::sip::{CallKeeping, CountsFrom, GiveUp, HoldTimeout, OnFailure, Ping, Profile, Quiet, WhenLost};

const WAYS: [Direction; 2] = [Direction::ToCallee, Direction::ToCaller];

/// Why a run of `setup` need not end; `None` where it ends, by its horizon or because nothing is pending.
pub fn endless(setup: &Setup) -> Option<&'static str> {
    if setup.horizon.is_some() {
        return None;
    }
    ways_of(setup).find_map(|way| way.endless(setup))
}

/// Whether a run of `setup` has no horizon and watches media with silence suppression: as long as somebody holds a
/// call, its pauses and mutes are events.
pub fn watches_pauses_without_end(setup: &Setup) -> bool {
    let mutes = setup.calls.conversation.mutes.is_some();
    let others = setup.otherwise.iter().flatten().map(|share| &share.profile);
    let mut profiles = [&setup.caller, &setup.callee].into_iter().chain(others);
    let pauses =
        profiles.any(|Profile { media, .. }| media.in_silence != Quiet::Rtp || (mutes && media.muted != Quiet::Rtp));
    setup.horizon.is_none() && pauses && setup.watches_media()
}

/// How the other side of a call can be lost, for those who hold it.
#[derive(Clone, Copy)]
struct Lost {
    /// It never answers again.
    silent: bool,
    /// It answers that it has no such call.
    gone: bool,
    /// Requests are refused by script for ever.
    refused: bool,
}

impl Lost {
    fn at_all(self) -> bool {
        self.silent || self.gone
    }
}

/// One way of calls.
struct Way<'a> {
    path: &'a Path,
    between: &'a [Between],
    crashes: &'a [Crash],
    faults: &'a [Fault],
}

fn ways_of(setup: &Setup) -> impl Iterator<Item = Way<'_>> {
    let Setup { path, between, crashes, faults, .. } = setup;
    let only = setup.ways.is_none().then_some(Way { path, between, crashes, faults });
    let several = setup.ways.iter().flat_map(|ways| ways.all());
    let several =
        several.map(|way| Way { path: &way.path, between: &way.between, crashes: &way.crashes, faults: &way.faults });
    only.into_iter().chain(several)
}

/// A dialog on a way: all agents that may be its UAC, and its UAS, and the proxies that keep calls between them.
struct Dialog<'a> {
    callers: Vec<&'a Profile>,
    callees: Vec<&'a Profile>,
    keepers: Vec<&'a CallKeeping>,
}

impl Way<'_> {
    /// Why a call on this way need not end.
    fn endless(&self, setup: &Setup) -> Option<&'static str> {
        let go_on = setup.calls.ending.media_go_on != Probability::NEVER && setup.watches_media();
        if go_on && self.outages_come_again() {
            return Some("media that go on after a BYE are watched for as long as outages come again");
        }
        let lost = self.lost(&setup.calls.ending, setup);
        let (dialogs, media_limit) = self.dialogs(setup);
        if !lost.at_all() {
            return None;
        }
        let deaf = |agent: &&Profile| !is_ended_by_silence(agent, &setup.calls);
        for dialog in &dialogs {
            let refreshes = |agent: &Profile| dialog.may_have_session() && refreshes_for_ever(agent, lost);
            if dialog.agents().filter(deaf).any(refreshes) {
                return Some(
                    "an agent that never gives its session up refreshes it again and again, though the other side is gone",
                );
            }
            let pings = |agent: &Profile| agent.ping.is_some_and(|ping| pings_for_ever(&ping, lost));
            if !dialog.is_timed() && dialog.agents().filter(deaf).any(pings) {
                return Some("an agent pings again and again, though the other side is gone");
            }
            let pings = |keeper: &&CallKeeping| {
                keeper.pings.is_some_and(|pings| pings.sides != [true; 2] || pings_for_ever(&pings.ping, lost))
            };
            if !dialog.is_timed() && dialog.keepers.iter().any(|keeper| keeper.lifetime.is_none() && pings(keeper)) {
                return Some("a proxy that keeps the call pings again and again, though one side is gone");
            }
        }
        // A B2BUA that does not notice on one side keeps the other side busy.
        let unnoticed = |nth: usize| !dialogs[nth].is_timed() && !dialogs[nth].is_pinged(lost);
        let busy = |nth: usize| dialogs[nth].may_have_session() || dialogs[nth].has_pings();
        let mut pairs =
            (0..dialogs.len()).flat_map(|a| (0..dialogs.len()).map(move |b| (a, b))).filter(|(a, b)| a != b);
        let endless = !media_limit && pairs.any(|(a, b)| unnoticed(a) && busy(b));
        endless.then_some("a B2BUA that does not notice that one side is gone goes on with the other")
    }

    /// Whether outages of links or nodes come again and again.
    fn outages_come_again(&self) -> bool {
        let links = WAYS.into_iter().flat_map(|way| self.path.links(way));
        let of_links = links.filter_map(|link| link.outage.as_ref()).map(|down| &*down.outage);
        let mut outages = of_links.chain(self.path.node_outages().iter().map(|down| &*down.outage));
        outages.any(|outage| matches!(outage, Outage::Periodic { .. } | Outage::Random { .. }))
    }

    fn lost(&self, ending: &Ending, setup: &Setup) -> Lost {
        let share = |share: Probability| share != Probability::NEVER;
        let loses_all = WAYS.iter().any(|&way| self.path.loss(way) >= 1.0);
        let loses = WAYS.iter().any(|&way| self.path.loss(way) > 0.0);
        let for_ever = |fault: &&Fault| fault.duration.is_none() && fault.nth.is_empty();
        let lost_for_ever =
            self.faults.iter().filter(for_ever).any(|fault| !matches!(fault.effect, FaultEffect::Refuse(_)));
        let vanishes = self.profiles(setup).any(|profile| {
            let Profile { on_refusal, on_timeout, .. } = *profile;
            let lost = profile.ping.iter().flat_map(|ping| [ping.on_gone, ping.on_timeout, ping.on_silence]);
            [on_refusal, on_timeout].contains(&OnFailure::Vanish)
                || lost.into_iter().any(|what| what == WhenLost::Vanish)
        });
        let disturbed = !self.faults.is_empty() || !self.crashes.is_empty() || self.path.has_impairments();
        Lost {
            silent: share(ending.dies)
                || loses_all
                || lost_for_ever
                || self.crashes.iter().any(|crash| crash.back_after.is_none()),
            gone: share(ending.bye_lost) || share(ending.restarts) || loses || disturbed || vanishes,
            refused: self.faults.iter().filter(for_ever).any(|fault| matches!(fault.effect, FaultEffect::Refuse(_))),
        }
    }

    fn profiles<'s>(&'s self, setup: &'s Setup) -> impl Iterator<Item = &'s Profile> {
        let others = setup.otherwise.iter().flatten().map(|share| &share.profile);
        let legs = self.between.iter().flat_map(|between| match &between.part {
            Part::Proxy(_) => &[][..],
            Part::B2bua { legs, .. } => &legs[..],
        });
        [&setup.caller, &setup.callee].into_iter().chain(others).chain(legs)
    }

    /// The dialogs from the caller to the callee, and whether a B2BUA between them ends a call without media.
    fn dialogs<'s>(&'s self, setup: &'s Setup) -> (Vec<Dialog<'s>>, bool) {
        let of_end = |usual: &'s Profile, others: &'s [Share]| -> Vec<&'s Profile> {
            [usual].into_iter().chain(others.iter().map(|share| &share.profile)).collect()
        };
        let mut dialogs = Vec::new();
        let mut limited = false;
        let mut open =
            Dialog { callers: of_end(&setup.caller, &setup.otherwise[0]), callees: Vec::new(), keepers: Vec::new() };
        for between in self.between {
            match &between.part {
                Part::Proxy(profile) => open.keepers.extend(&profile.calls),
                Part::B2bua { legs, media_limit } => {
                    limited |= media_limit.is_some() || legs.iter().all(|leg| leg.media_timeout.is_some());
                    let [called, calling] = &**legs;
                    open.callees.push(called);
                    dialogs.push(open);
                    open = Dialog { callers: vec![calling], callees: Vec::new(), keepers: Vec::new() };
                }
            }
        }
        open.callees = of_end(&setup.callee, &setup.otherwise[1]);
        dialogs.push(open);
        (dialogs, limited)
    }
}

impl<'a> Dialog<'a> {
    fn agents(&self) -> impl Iterator<Item = &'a Profile> + '_ {
        self.callers.iter().chain(&self.callees).copied()
    }

    /// Whether any of its calls may have a session timer.
    fn may_have_session(&self) -> bool {
        self.agents().any(|agent| agent.session_expires.is_some() || agent.default_se_as_uas.is_some())
            || self.keepers.iter().any(|keeper| keeper.session_expires.is_some())
    }

    /// Whether all of its calls have a session timer that ends them when nobody refreshes.
    fn is_timed(&self) -> bool {
        let lets_go = |agent: &Profile| {
            agent.supports_timer && agent.watcher_gives_up != GiveUp::Never && agent.refresher_gives_up != GiveUp::Never
        };
        self.agents().all(lets_go)
            && self.callers.iter().all(|caller| {
                self.callees.iter().all(|callee| {
                    let asked = caller.session_expires.is_some() || callee.session_expires.is_some();
                    asked && (callee.uas_refresher.is_some() || caller.uac_refresher.is_some())
                })
            })
    }

    /// Whether pings find any side that is gone.
    fn is_pinged(&self, lost: Lost) -> bool {
        let finds = |ping: &Ping| !pings_for_ever(ping, lost);
        let by_ends = self.agents().all(|agent| agent.ping.as_ref().is_some_and(finds));
        let by =
            |keeper: &&CallKeeping| keeper.pings.is_some_and(|pings| pings.sides == [true; 2] && finds(&pings.ping));
        by_ends || self.keepers.iter().any(by)
    }

    fn has_pings(&self) -> bool {
        self.agents().any(|agent| agent.ping.is_some()) || self.keepers.iter().any(|keeper| keeper.pings.is_some())
    }
}

/// Whether `agent` goes on refreshing when the other side is lost, and never gives up.
fn refreshes_for_ever(agent: &Profile, lost: Lost) -> bool {
    let own_clock = agent.counts_from != CountsFrom::Success;
    let goes_on = |what: OnFailure| match what {
        OnFailure::Leave | OnFailure::Vanish => false,
        OnFailure::Again | OnFailure::KeepTrying | OnFailure::Halve => true,
        OnFailure::WhenTold => own_clock || lost.refused,
        OnFailure::RunOut | OnFailure::Glare | OnFailure::OfferOnce => own_clock,
    };
    let Profile { on_unavailable, on_server_error, on_ending, on_other, on_glare, .. } = *agent;
    agent.refresher_gives_up == GiveUp::Never
        && (lost.silent && goes_on(agent.on_timeout)
            || lost.gone && goes_on(agent.on_refusal)
            || lost.refused
                && [on_unavailable, on_server_error, on_ending, on_other, on_glare].into_iter().any(goes_on))
}

/// Whether these pings go on when the other side is lost.
fn pings_for_ever(ping: &Ping, lost: Lost) -> bool {
    let nothing = WhenLost::Nothing;
    lost.silent && ping.on_silence == nothing || lost.gone && ping.on_gone == nothing
}

/// Whether `agent` ends a call whose other side is gone because no media come.
fn is_ended_by_silence(agent: &Profile, calls: &Calls) -> bool {
    let may_stay_on_hold = calls.conversation.holds.is_some() && agent.media.hold_timeout == HoldTimeout::Off;
    agent.media_timeout.is_some() && calls.ending.media_go_on == Probability::NEVER && !may_stay_on_hold
}
