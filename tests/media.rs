//! Who notices that no media come, and when.

mod common;

use std::sync::atomic::AtomicBool;

use byeloss::random::{Distribution, Probability};
use byeloss::sip::{Hold, HoldTimeout, Method, Profile, Quiet, ReleaseCause, Watch};
use byeloss::theory::media::{Silences, mean_recovery};
use byeloss::time::{Span, Time};
use byeloss::world::{
    Begin, Crash, Element, Fact, Fault, FaultClock, FaultEffect, FaultMessage, HangUp, Holds, Observer, Part, Periods,
    Runner, Setup,
};
use common::{Call, Callee, Caller, Story, assert_released};

/// A call of an hour in which both ends allow for 30 s of silence.
fn watched() -> Call {
    Call::established().until(1000.0).with(|setup| {
        setup.caller.media_timeout = Some(Span::from_secs(30));
        setup.callee.media_timeout = Some(Span::from_secs(30));
    })
}

#[test]
fn an_outage_of_all_silences_both_sides_for_as_long_as_it_lasts() {
    // Both say BYE in vain at 130 s.
    let story = watched().outage(None, 100.0, 200.0).run();
    assert_released(&story, Caller, 130.0, ReleaseCause::MediaSilent);
    assert_released(&story, Callee, 130.0, ReleaseCause::MediaSilent);
    // One that ends before is not noticed, nor do two add up.
    let story = watched().outage(None, 100.0, 29.0).outage(None, 130.0, 29.0).run();
    assert_eq!((story.released(Caller), story.released(Callee)), (None, None));
}

#[test]
fn two_outages_without_a_gap_are_one() {
    let story = watched().outage(None, 100.0, 20.0).outage(Some(Caller), 110.0, 40.0).run();
    assert_released(&story, Callee, 130.0, ReleaseCause::MediaSilent);
    // Its BYE arrives, and only what the caller sends is lost.
    assert_released(&story, Caller, 130.05, ReleaseCause::ByeReceived);
}

#[test]
fn an_outage_of_one_direction_silences_the_side_that_hears_nothing() {
    let story = watched().outage(Some(Caller), 100.0, 200.0).run();
    assert_released(&story, Callee, 130.0, ReleaseCause::MediaSilent);
    let story = watched().outage(Some(Callee), 100.0, 200.0).run();
    assert_released(&story, Caller, 130.0, ReleaseCause::MediaSilent);
}

#[test]
fn a_fault_that_loses_some_messages_alone_silences_nobody() {
    let [by_method, by_number, answered] = [
        (FaultMessage::Request(Method::Bye), vec![], FaultEffect::Lose),
        (FaultMessage::Any, vec![1, 2], FaultEffect::Lose),
        (
            FaultMessage::Request(Method::Update),
            vec![],
            FaultEffect::Refuse(byeloss::sip::Refusal {
                status: byeloss::sip::Status(503),
                retry_after_s: None,
                min_se: None,
            }),
        ),
    ]
    .map(|(message, nth, effect)| {
        let fault = fault(message, nth, effect, FaultClock::Run);
        watched().with(|setup| setup.faults.push(fault)).until(800.0).run()
    });
    for story in [by_method, by_number, answered] {
        assert_eq!((story.released(Caller), story.released(Callee)), (None, None));
    }
}

fn fault(message: FaultMessage, nth: Vec<u32>, effect: FaultEffect, clock: FaultClock) -> Fault {
    let (from, duration) = (Span::from_secs(100), Some(Span::from_secs(600)));
    Fault { senders: vec![], message, nth, clock, from, duration, effect }
}

#[test]
fn an_outage_counts_from_the_hang_up_or_from_the_calls_arrival_as_it_says() {
    // The callee hangs up at 50 s, and its BYE is lost: its media end with that, and the caller notices at 80 s. An
    // outage 100 s after the hang-up comes too late to matter, and one of the caller's own sending as well.
    let from_hang_up = fault(FaultMessage::Any, vec![], FaultEffect::Lose, FaultClock::HangUp);
    let story = watched().with(|setup| setup.faults.push(from_hang_up));
    let story = story.hangs_up(Callee, 50.0).ending(HangUp::ByeLost, 0.0).run();
    assert_released(&story, Caller, 80.0, ReleaseCause::MediaSilent);
    // The callee's limit is off: after the caller's hang-up of 50 s, whose BYE is lost, it hears nothing either way.
    let failing = fault(FaultMessage::Any, vec![], FaultEffect::FailToSend, FaultClock::Begin);
    let story = watched().with(|setup| setup.faults.push(failing)).run();
    assert_released(&story, Caller, 130.0, ReleaseCause::MediaSilent);
}

#[test]
fn a_call_that_is_set_up_in_an_outage_of_media_counts_from_its_establishment() {
    // What the callee sends from 0.1 s on is lost: its 200 has come by then.
    let call = watched().with(|setup| setup.calls.begin = Begin::Invite);
    let story = call.outage(Some(Callee), 0.1, 500.0).run();
    assert_eq!(story.established(Caller), Some(0.1));
    assert_released(&story, Caller, 30.1, ReleaseCause::MediaSilent);
}

#[test]
fn a_b2bua_hears_an_outage_on_the_side_where_it_is_and_passes_the_silence_on() {
    let limit = Some(Span::from_secs(30));
    let b2bua = |media_limit| Part::B2bua { legs: Box::new([Profile::RFC; 2]), media_limit };
    let [with_caller, with_callee] = [Element::numbered(2), Element::numbered(3)];
    // The caller's media are lost before the B2BUA, whose leg with the caller notices.
    let call = || Call::new().until(1000.0);
    let story = call().through(vec![b2bua(limit)]).outage(Some(Caller), 100.0, 200.0).run();
    assert_released(&story, with_caller, 130.0, ReleaseCause::MediaSilent);
    assert_released(&story, with_callee, 130.0, ReleaseCause::PartnerEnded);
    // Behind it what the B2BUA's leg with the callee sends is lost: the callee notices.
    let behind = call().through(vec![b2bua(limit)]).with(|setup| {
        let lost = fault(FaultMessage::Any, vec![], FaultEffect::Lose, FaultClock::Run);
        setup.faults.push(Fault { senders: vec![with_callee], ..lost });
        setup.callee.media_timeout = limit;
    });
    let story = behind.run();
    assert_released(&story, Callee, 130.0, ReleaseCause::MediaSilent);
    assert_released(&story, with_callee, 130.05, ReleaseCause::ByeReceived);
}

fn seconds(seconds: f64) -> Distribution {
    Distribution::Constant(Span::from_secs_f64(seconds))
}

fn periods(after_s: f64, last_s: f64) -> Periods {
    Periods { after: seconds(after_s), last: seconds(last_s) }
}

/// A call in which the caller alone allows for 30 s of silence, up to 1000 s.
fn caller_watches() -> Call {
    watched().with(|setup| setup.callee.media_timeout = None)
}

/// The callee talks for 10 s at a time, and is silent for 40 s in between.
fn pausing(in_silence: Quiet) -> Call {
    caller_watches().with(|setup| {
        setup.calls.conversation.speech = Some(periods(10.0, 40.0));
        setup.callee.media.in_silence = in_silence;
    })
}

/// The call is on hold from 100 to 160 s, by the caller or by the callee.
fn held(by_caller: bool, hold: Hold) -> Call {
    watched().with(|setup| {
        let by_caller = if by_caller { Probability::ALWAYS } else { Probability::NEVER };
        let periods = Periods { after: seconds(100.0), last: seconds(60.0) };
        setup.calls.conversation.holds = Some(Holds { periods, by_caller });
        setup.caller.media.hold = hold;
        setup.callee.media.hold = hold;
    })
}

fn assert_survives(story: &Story) {
    assert_eq!((story.released(Caller), story.released(Callee)), (None, None));
}

#[test]
fn a_pause_fools_a_limit_shorter_than_it_where_silence_is_suppressed() {
    let story = pausing(Quiet::Nothing).run();
    assert_released(&story, Caller, 40.0, ReleaseCause::MediaSilent);
    // A limit that is longer hears the next talkspurt in time.
    let patient = pausing(Quiet::Nothing).with(|setup| setup.caller.media_timeout = Some(Span::from_secs(41)));
    assert_survives(&patient.run());
}

#[test]
fn a_side_without_silence_suppression_is_heard_in_its_pauses() {
    assert_survives(&pausing(Quiet::Rtp).run());
}

#[test]
fn comfort_noise_is_heard_at_the_beginning_of_a_pause_and_then_at_its_interval() {
    let noise = |every_s| {
        let call = pausing(Quiet::ComfortNoise);
        call.with(|setup| setup.callee.media.noise_every = Span::from_secs_f64(every_s)).run()
    };
    // From 10 to 50 s: at 10, 30 and 50 s.
    assert_survives(&noise(20.0));
    // A packet that comes when the silence has lasted for the limit still counts.
    assert_survives(&noise(30.0));
}

#[test]
fn comfort_noise_further_apart_than_the_limit_does_not_save_a_call() {
    let every = Span::from_secs(35);
    let story = pausing(Quiet::ComfortNoise).with(|setup| setup.callee.media.noise_every = every).run();
    assert_released(&story, Caller, 40.0, ReleaseCause::MediaSilent);
}

/// The callee is muted from 100 to 150 s.
fn muted(quiet: Quiet) -> Call {
    caller_watches().with(|setup| {
        setup.calls.conversation.mutes = Some(periods(100.0, 50.0));
        setup.callee.media.muted = quiet;
    })
}

#[test]
fn a_mute_as_rtp_or_comfort_noise_is_heard() {
    assert_survives(&muted(Quiet::Rtp).run());
    assert_survives(&muted(Quiet::ComfortNoise).run());
}

#[test]
fn a_mute_without_packets_is_taken_for_a_dead_side() {
    let story = muted(Quiet::Nothing).run();
    assert_released(&story, Caller, 130.0, ReleaseCause::MediaSilent);
}

#[test]
fn on_hold_with_music_only_the_side_that_holds_hears_nothing() {
    let story = held(true, Hold::SendOnly).run();
    assert_released(&story, Caller, 130.0, ReleaseCause::MediaSilent);
    assert_released(&story, Callee, 130.05, ReleaseCause::ByeReceived);
    let story = held(false, Hold::SendOnly).run();
    assert_released(&story, Callee, 130.0, ReleaseCause::MediaSilent);
}

#[test]
fn on_hold_without_music_neither_side_hears_rtp() {
    for by_caller in [true, false] {
        let story = held(by_caller, Hold::Inactive).run();
        assert_released(&story, Caller, 130.0, ReleaseCause::MediaSilent);
        assert_released(&story, Callee, 130.0, ReleaseCause::MediaSilent);
    }
}

#[test]
fn rtcp_goes_on_while_a_call_is_on_hold() {
    for watch in [Watch::Rtcp, Watch::Either] {
        let call = held(true, Hold::Inactive).with(|setup| {
            setup.caller.media.watch = watch;
            setup.callee.media.watch = watch;
        });
        assert_survives(&call.run());
    }
}

#[test]
fn a_stack_that_stops_rtcp_on_hold_too_is_taken_for_dead() {
    let call = held(true, Hold::Inactive).with(|setup| {
        setup.caller.media.watch = Watch::Rtcp;
        setup.callee.media.rtcp_on_hold = false;
        setup.callee.media_timeout = None;
    });
    assert_released(&call.run(), Caller, 130.0, ReleaseCause::MediaSilent);
}

#[test]
fn reports_are_sent_every_5_s_and_the_silence_counts_from_the_last() {
    let ends = |hang_up_s| {
        let call = caller_watches().with(|setup| setup.caller.media.watch = Watch::Rtcp);
        let story = call.hangs_up(Callee, hang_up_s).ending(HangUp::ByeLost, 0.0).run();
        let (at, cause) = story.released(Caller).expect("a release");
        assert_eq!(cause, ReleaseCause::MediaSilent);
        assert!(at > hang_up_s + 25.0 && at <= hang_up_s + 30.0, "{at}");
        at
    };
    // The first is sent at an instant of chance that is the same in each.
    let (first, second) = (ends(50.0), ends(63.0));
    let apart = (second - first) / 5.0;
    assert!((apart - apart.round()).abs() < 1e-6 && (2.0..=3.0).contains(&apart), "{first} {second}");
}

#[test]
fn on_hold_another_limit_holds() {
    for timeout in [HoldTimeout::Off, HoldTimeout::After(Span::from_secs(61))] {
        let call = held(true, Hold::Inactive).with(|setup| {
            setup.caller.media.hold_timeout = timeout;
            setup.callee.media.hold_timeout = timeout;
        });
        assert_survives(&call.run());
    }
    let shorter = held(true, Hold::Inactive).with(|setup| {
        setup.caller.media.hold_timeout = HoldTimeout::After(Span::from_secs(45));
        setup.callee.media.hold_timeout = HoldTimeout::Off;
    });
    let story = shorter.run();
    assert_released(&story, Caller, 145.0, ReleaseCause::MediaSilent);
    assert_released(&story, Callee, 145.05, ReleaseCause::ByeReceived);
}

#[test]
fn the_silence_of_a_hold_does_not_count_after_it() {
    // An outage from 150 s on, ten seconds before the hold ends: 30 s count from 160 s.
    let call = held(true, Hold::Inactive).with(|setup| {
        setup.caller.media.hold_timeout = HoldTimeout::Off;
        setup.callee.media.hold_timeout = HoldTimeout::Off;
    });
    let story = call.outage(None, 150.0, 300.0).run();
    assert_released(&story, Caller, 190.0, ReleaseCause::MediaSilent);
    assert_released(&story, Callee, 190.0, ReleaseCause::MediaSilent);
}

#[test]
fn a_ghost_of_a_call_that_was_hung_up_on_hold_is_never_noticed_where_the_limit_is_off_on_hold() {
    let call = held(true, Hold::Inactive).with(|setup| {
        setup.caller.media.hold_timeout = HoldTimeout::Off;
        setup.caller.session_expires = None;
    });
    let story = call.hangs_up(Callee, 120.0).ending(HangUp::ByeLost, 0.0).run();
    assert_eq!(story.released(Caller), None);
}

#[test]
fn a_sender_that_goes_on_after_its_bye_keeps_a_ghost_alive_until_the_session_timer_ends_it() {
    let call = caller_watches().until(4000.0).hangs_up(Callee, 50.0).ending(HangUp::ByeLost, 0.0);
    let stuck = call.clone().with(|setup| setup.calls.ending.media_go_on = Probability::ALWAYS);
    assert_released(&call.run(), Caller, 80.0, ReleaseCause::MediaSilent);
    // The caller is the refresher: its refresh of 900 s meets 481.
    let story = stuck.run();
    assert_released(&story, Caller, 900.1, ReleaseCause::RefreshRefused);
}

#[test]
fn a_dead_agent_sends_nothing_whatever_goes_on_after_other_hang_ups() {
    let call = caller_watches().hangs_up(Callee, 50.0).ending(HangUp::Dies, 0.0);
    let story = call.with(|setup| setup.calls.ending.media_go_on = Probability::ALWAYS).run();
    assert_released(&story, Caller, 80.0, ReleaseCause::MediaSilent);
}

#[test]
fn a_b2bua_relays_media_while_it_holds_the_call() {
    let b2bua = Part::B2bua { legs: Box::new([Profile::RFC; 2]), media_limit: None };
    let crash = |memory| Crash {
        which: 0,
        clock: FaultClock::Run,
        at: Span::from_secs(100),
        back_after: Some(Span::from_secs(20)),
        memory,
    };
    let call = |memory| {
        let call = Call::new().until(1000.0).through(vec![b2bua.clone()]);
        call.with(|setup| {
            setup.callee.media_timeout = Some(Span::from_secs(30));
            setup.crashes.push(crash(memory));
        })
    };
    // Back after 20 s with the call, it relays again.
    assert_eq!(call(true).run().released(Callee), None);
    assert_released(&call(false).run(), Callee, 130.0, ReleaseCause::MediaSilent);
}

/// How many calls ended for want of media before their hang-up, and the recovery times of those that ended after it.
#[derive(Default)]
struct Ended {
    hung_up: Option<Time>,
    calls: u64,
    before: u64,
    after: Vec<f64>,
}

impl Observer for Ended {
    fn see(&mut self, now: Time, fact: &Fact) {
        match fact {
            Fact::Began => (self.hung_up, self.calls) = (None, self.calls + 1),
            Fact::HungUp { .. } => self.hung_up = Some(now),
            Fact::Released { cause: ReleaseCause::MediaSilent, .. } => match self.hung_up {
                None => self.before += 1,
                Some(at) => self.after.push(now.since(at).as_secs_f64()),
            },
            _ => {}
        }
    }
}

fn ended(setup: &Setup, calls: u32) -> Ended {
    let (stop, mut ended) = (AtomicBool::new(false), Ended::default());
    let mut runner = Runner::new(setup, &stop);
    (0..calls).for_each(|call| _ = runner.run(call, &mut ended));
    ended
}

fn exponential(mean_s: f64) -> Distribution {
    Distribution::Exponential { mean: Span::from_secs_f64(mean_s) }
}

#[track_caller]
fn assert_drops(ended: &Ended, expected: f64) {
    let calls = ended.calls as f64;
    let error = (expected * (1.0 - expected) / calls).sqrt();
    let distance = (ended.before as f64 / calls - expected) / error;
    assert!(distance.abs() <= 4.0, "{} of {calls} is {distance:.1} standard errors from {expected}", ended.before);
}

#[test]
fn calls_that_a_hold_ends_are_as_many_as_the_closed_form_says() {
    for (talk, after, last, limit) in
        [(600.0, 300.0, 60.0, 30.0), (180.0, 100.0, 45.0, 60.0), (3600.0, 600.0, 90.0, 300.0)]
    {
        let call = Call::established().until(1e6).with(|setup| {
            setup.caller.media_timeout = Some(Span::from_secs_f64(limit));
            setup.calls.talk_time = exponential(talk);
            let periods = Periods { after: exponential(after), last: exponential(last) };
            setup.calls.conversation.holds = Some(Holds { periods, by_caller: Probability::ALWAYS });
        });
        let expected = Silences::new(talk, after, last).expect("means").some_reaches(limit);
        assert_drops(&ended(&call.0, 10_000), expected);
    }
}

#[test]
fn calls_that_a_pause_ends_are_as_many_as_the_closed_form_says() {
    // Talkspurts and pauses of ITU-T P.59, and a limit that some pause of a call reaches.
    let (talk, talkspurt, pause, limit) = (180.0, 1.004, 1.587, 9.0);
    let call = Call::established().until(1e6).with(|setup| {
        setup.caller.media_timeout = Some(Span::from_secs_f64(limit));
        setup.callee.media.in_silence = Quiet::Nothing;
        setup.calls.talk_time = exponential(talk);
        setup.calls.conversation.speech = Some(Periods { after: exponential(talkspurt), last: exponential(pause) });
    });
    let expected = Silences::new(talk, talkspurt, pause).expect("means").some_reaches(limit);
    assert!((0.1..0.4).contains(&expected), "{expected}");
    assert_drops(&ended(&call.0, 10_000), expected);
}

#[test]
fn a_ghost_is_found_after_the_limit_less_half_an_interval_of_reports() {
    let call = Call::established().until(1e6).with(|setup| {
        setup.caller.media_timeout = Some(Span::from_secs(30));
        setup.caller.media.watch = Watch::Rtcp;
        // No refresh finds the ghost sooner.
        setup.caller.session_expires = None;
        setup.calls.talk_time = exponential(180.0);
        setup.calls.hangup_by_caller = Probability::NEVER;
        setup.calls.ending.bye_lost = Probability::ALWAYS;
    });
    let Ended { after, before, .. } = ended(&call.0, 10_000);
    assert_eq!((after.len(), before), (10_000, 0));
    let mean = after.iter().sum::<f64>() / after.len() as f64;
    // The age of the last report is uniform on 5 s.
    let error = 5.0 / 12f64.sqrt() / 100.0;
    assert!((mean - mean_recovery(30.0, 5.0)).abs() <= 4.0 * error, "{mean}");
}
