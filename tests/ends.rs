//! A run without a horizon that is taken ends, and one that need not end is refused.

use std::sync::atomic::{AtomicBool, Ordering};

use byeloss::scenario;
use byeloss::time::Time;
use byeloss::world::{Fact, Observer, Runner};

/// Far more facts than a call has that ends.
const MANY: u32 = 100_000;

/// Stops a run that has too many facts.
struct Counter<'a>(u32, &'a AtomicBool);

impl Observer for Counter<'_> {
    fn see(&mut self, _: Time, _: &Fact) {
        self.0 += 1;
        if self.0 > MANY {
            self.1.store(true, Ordering::Relaxed);
        }
    }
}

/// Whether calls of the scenario end; `Err` with the message if it is refused.
fn ends(text: &str) -> Result<bool, String> {
    let study = scenario::load_text("test", text, &[]).map_err(|errors| errors.to_string())?;
    let stop = AtomicBool::new(false);
    let setup = &study.points[0].setup;
    let mut runner = Runner::new(setup, &stop);
    Ok((0..setup.calls.count).all(|call| {
        runner.run(call, &mut Counter(0, &stop));
        !stop.load(Ordering::Relaxed)
    }))
}

const PROFILES: [&str; 9] =
    ["rfc", "pjsip", "sofia", "jssip", "resiprocate", "linphone", "drachtio", "asterisk-chan-sip", "baresip"];

fn pair(topology: &str, [caller, callee]: [&str; 2], more: &str) -> String {
    format!(
        "name = \"test\"\ntopology = \"{topology}\"\n[calls]\ncount = 6\ntalk-time = {{ distribution = \"exponential\", mean = \"400 s\" }}\n\
         [session-timer]\nsession-expires = 120\n[caller]\nprofile = \"{caller}\"\n[callee]\nprofile = \"{callee}\"\nsession-expires = 120\n{more}"
    )
}

#[test]
fn whatever_two_stacks_do_when_one_is_lost_their_calls_end_or_the_run_is_refused() {
    let endings = ["bye-loss = 1", "dies = 1", "restarts = 1\nrestart-after = \"40 s\""];
    let (mut taken, mut refused, mut endless) = (0, 0, 0);
    for caller in PROFILES {
        for callee in PROFILES {
            for ending in endings {
                let text = pair("direct", [caller, callee], &format!("[hangup]\n{ending}\n[link]\nloss = 0\n"));
                match ends(&text) {
                    Ok(ended) => {
                        assert!(ended, "{caller} calls {callee}, {ending}");
                        taken += 1;
                    }
                    Err(message) => {
                        assert!(message.contains("need not end") && message.contains("horizon = \"8 h\""), "{message}");
                        refused += 1;
                        // What is refused for its lack of a horizon is taken with one.
                        let text = text.replace("[calls]", "horizon = \"8 d\"\n[calls]");
                        let study = scenario::load_text("test", &text, &[]).unwrap_or_else(|errors| panic!("{errors}"));
                        let stop = AtomicBool::new(false);
                        let mut runner = Runner::new(&study.points[0].setup, &stop);
                        let end = Time::ZERO + byeloss::time::Span::from_secs(8 * 86_400);
                        endless += u32::from((0..6).any(|call| runner.run(call, &mut Counter(0, &stop)) == end));
                    }
                }
            }
        }
    }
    assert!(taken > 150 && refused > 10 && endless > 5, "{taken} {refused} {endless}");
}

#[test]
fn a_limit_of_silence_ends_the_call_of_a_stack_that_refreshes_for_ever() {
    let text = |more: &str| pair("direct", ["linphone", "linphone"], &format!("[hangup]\nrestarts = 1\n{more}"));
    let limit = |text: String| {
        let limited = "profile = \"linphone\"\nmedia-timeout = \"30 s\"";
        text.replace("profile = \"linphone\"", limited)
    };
    assert!(ends(&text("restart-after = \"40 s\"\n")).is_err());
    assert_eq!(ends(&limit(text("restart-after = \"40 s\"\n"))), Ok(true));
    assert!(ends(&limit(text("restart-after = \"40 s\"\nmedia-goes-on = 0.5\n"))).is_err());
}

#[test]
fn media_that_go_on_need_a_horizon_where_outages_come_again() {
    let text = |outage: &str| {
        format!(
            "name = \"test\"\ntopology = \"direct\"\n[calls]\ncount = 6\ntalk-time = \"100 s\"\n[hangup]\nbye-loss = 1\n\
             media-goes-on = 1\n[session-timer]\nsession-expires = \"off\"\nmedia-timeout = \"60 s\"\n[link]\nloss = 0\noutage = {outage}\n"
        )
    };
    let message = ends(&text("{ up = \"10 min\", down = \"20 s\" }")).unwrap_err();
    assert!(message.contains("media that go on after a BYE are watched"), "{message}");
    assert_eq!(ends(&text("{ from = \"50 s\", for = \"20 s\" }")), Ok(true));
}

#[test]
fn pings_that_nothing_follows_and_sides_that_nobody_watches_need_a_horizon() {
    let off = "[session-timer]\nsession-expires = \"off\"\n";
    let cases = [
        (
            "direct",
            "ping = \"options\"\nping-every = \"30 s\"\nping-on-481 = \"nothing\"\n",
            "an agent pings again and again",
            true,
        ),
        ("direct", "ping = \"options\"\nping-every = \"30 s\"\n", "", false),
    ];
    for (topology, pings, expected, refused) in cases {
        let text = format!(
            "name = \"test\"\ntopology = \"{topology}\"\n[calls]\ncount = 6\ntalk-time = \"100 s\"\n[hangup]\nbye-loss = 1\n{off}{pings}"
        );
        match ends(&text) {
            Ok(ended) => assert!(ended && !refused, "{text}"),
            Err(message) => assert!(refused && message.contains(expected), "{message}"),
        }
    }
}

#[test]
fn a_b2bua_that_keeps_one_side_busy_when_the_other_is_gone_needs_a_horizon() {
    let text = |caller_leg: &str| {
        format!(
            "name = \"test\"\ntopology = \"sbc\"\n[calls]\ncount = 6\ntalk-time = \"100 s\"\n[hangup]\nbye-loss = 1\nby-caller = 1\n\
             [session-timer]\nsession-expires = 90\n[caller]\nsession-expires = \"off\"\n[nodes.sbc]\n\
             caller-leg = {{ session-expires = {caller_leg} }}\ncallee-leg = {{ session-expires = 90 }}\n"
        )
    };
    let message = ends(&text("\"off\"")).unwrap_err();
    assert!(message.contains("a B2BUA that does not notice that one side is gone"), "{message}");
    assert_eq!(ends(&text("90")), Ok(true));
}
