//! Every key of a scenario file, once: the reader, its messages and `docs/scenario.md` say the same.

/// A key of a scenario file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its dotted name. In `faults` it is a key of each table of the list.
    pub path: &'static str,
    /// What may stand there.
    pub form: &'static str,
    /// What holds where the key is absent; `required` where nothing does.
    pub default: &'static str,
    /// What it decides.
    pub about: &'static str,
}

const fn key(path: &'static str, form: &'static str, default: &'static str, about: &'static str) -> Key {
    Key { path, form, default, about }
}

const SE: &str = "whole number of seconds, 90 to 4294967295, or \"off\"";
const MIN_SE: &str = "whole number of seconds, 90 to 4294967295, or \"none\"";
const LAW: &str = "law";
const SPAN: &str = "length of time";
const SHARE: &str = "probability";
const TRUTH: &str = "true or false";
const METHOD: &str = "\"update\" or \"invite\"";
const PROFILE: &str =
    "\"rfc\", \"pjsip\", \"sofia\", \"jssip\", \"resiprocate\", \"linphone\", \"drachtio\" or \"baresip\"";
const GIVE_UP: &str = "rule of giving up";
const FAILURE: &str = "\"bye\", \"silent\", \"nothing\" or \"again\"";
const LEAVING: &str = "\"refuse-refresh\", \"refuse-all\" or \"accept-all\"";

/// Defaults of an agent's key.
const SHARED: &str = "that of `session-timer`";
const OF_PROFILE: &str = "that of the profile";

/// All keys, in the order in which the documentation lists them.
#[rustfmt::skip]
pub const KEYS: &[Key] = &[
    key("name", "text of a-z, 0-9 and `-`", "required", "Name of the study; result files carry it."),
    key("title", "text", "\"\"", "What the study asks, in one sentence."),
    key("topology", "built-in name or path", "required", "The network. A path is relative to the file it stands in; given by `--set`, to the working directory."),
    key("seed", "whole number, 0 to 18446744073709551615", "1", "Seed of all chance."),
    key("horizon", "length of time, or \"none\"", "\"none\"", "When the run ends at the latest; \"none\": when nothing is pending."),
    key("calls.count", "whole number, 1 to 4000000000", "required", "How many calls."),
    key("calls.arrivals", "\"at-start\", \"steady-state\", or a table with `process`", "\"at-start\"", "When calls begin."),
    key("calls.begin", "\"invite\" or \"established\"", "\"invite\"; in steady state \"established\"", "Whether calls are set up over the network or stand already."),
    key("calls.ring-time", LAW, "\"0 s\"", "From the INVITE's arrival to the callee's answer; at 0 it answers without ringing."),
    key("calls.talk-time", LAW, "required", "From the call's establishment, as the caller sees it, to the hang-up."),
    key("hangup.by-caller", SHARE, "0.5", "That the caller hangs up, not the callee."),
    key("hangup.bye-loss", SHARE, "0", "Share of hang-ups whose BYE is sent and no copy of it gets through."),
    key("hangup.dies", SHARE, "0", "Share of hang-ups at which the agent dies without a BYE and stays dead."),
    key("hangup.restarts", SHARE, "0", "Share of hang-ups at which the agent dies without a BYE and comes back without memory."),
    key("hangup.restart-after", LAW, "\"30 s\"; required if `restarts` is above 0", "From an agent's death to its return."),
    key("session-timer.session-expires", SE, "1800", "The interval the caller asks for (rule C2)."),
    key("session-timer.min-se", MIN_SE, "\"none\"", "Min-SE of caller and callee (rules C3, S1, S2)."),
    key("session-timer.refresher", "\"uac\", \"uas\" or \"open\"", "\"open\"", "Whom the caller's INVITE names as refresher (rule C2)."),
    key("session-timer.supported", TRUTH, "true", "Whether caller and callee know session timers (rules C1, S7)."),
    key("session-timer.refresh-by", METHOD, "\"update\"", "By which request caller and callee refresh; \"update\" turns to re-INVITE where the other side does not allow it (rule C7)."),
    key("session-timer.allows-update", TRUTH, "true", "Whether the Allow of caller and callee lists UPDATE, and they take one (rule C7)."),
    key("session-timer.profile", PROFILE, "\"rfc\"", "How either agent behaves where nothing else is said: the recommendation, or a deployed stack."),
    key("session-timer.refresh-jitter", "length of time, up to 40 s", OF_PROFILE, "How much sooner or later than half the interval a refresh is sent, at most."),
    key("session-timer.whole-seconds", TRUTH, OF_PROFILE, "Whether halves and parts of the interval are rounded down to seconds."),
    key("session-timer.watcher-gives-up", GIVE_UP, OF_PROFILE, "When the watcher gives up (rule R2)."),
    key("session-timer.refresher-gives-up", GIVE_UP, OF_PROFILE, "When the refresher gives up without a successful refresh (rule R2)."),
    key("session-timer.on-refusal", FAILURE, OF_PROFILE, "What a refresher does when its refresh is answered 481 or 408 (rule R3)."),
    key("session-timer.on-timeout", FAILURE, OF_PROFILE, "What a refresher does when its refresh times out (rule R3)."),
    key("session-timer.while-leaving", LEAVING, OF_PROFILE, "What a side answers while its own BYE is unanswered (rule R7)."),
    key("session-timer.first-gap-in-t1", "whole number, 1 to 64", OF_PROFILE, "The first gap between copies of a request other than INVITE, in T1 (rule T2)."),
    key("caller.node", "node of kind `agents`", "the first of two", "Where the callers are. A default needs a topology with exactly two nodes of kind `agents`."),
    key("caller.session-expires", SE, SHARED, "The interval the caller asks for."),
    key("caller.min-se", MIN_SE, SHARED, "The caller's Min-SE."),
    key("caller.refresher", "\"uac\", \"uas\" or \"open\"", SHARED, "Whom the caller's INVITE names as refresher."),
    key("caller.supported", TRUTH, SHARED, "Whether the caller knows session timers."),
    key("caller.refresh-by", METHOD, SHARED, "By which request the caller refreshes."),
    key("caller.allows-update", TRUTH, SHARED, "Whether the caller takes an UPDATE."),
    key("caller.profile", PROFILE, SHARED, "How either agent behaves where nothing else is said: the recommendation, or a deployed stack."),
    key("caller.refresh-jitter", "length of time, up to 40 s", SHARED, "How much sooner or later than half the interval a refresh is sent, at most."),
    key("caller.whole-seconds", TRUTH, SHARED, "Whether halves and parts of the interval are rounded down to seconds."),
    key("caller.watcher-gives-up", GIVE_UP, SHARED, "When the watcher gives up (rule R2)."),
    key("caller.refresher-gives-up", GIVE_UP, SHARED, "When the refresher gives up without a successful refresh (rule R2)."),
    key("caller.on-refusal", FAILURE, SHARED, "What a refresher does when its refresh is answered 481 or 408 (rule R3)."),
    key("caller.on-timeout", FAILURE, SHARED, "What a refresher does when its refresh times out (rule R3)."),
    key("caller.while-leaving", LEAVING, SHARED, "What a side answers while its own BYE is unanswered (rule R7)."),
    key("caller.first-gap-in-t1", "whole number, 1 to 64", SHARED, "The first gap between copies of a request other than INVITE, in T1 (rule T2)."),
    key("callee.node", "node of kind `agents`", "the second of two", "Where the callees are."),
    key("callee.session-expires", SE, "\"off\"", "The interval the callee sets where a request has none (rule S4)."),
    key("callee.min-se", MIN_SE, SHARED, "The callee's Min-SE, its least interval."),
    key("callee.refresher", "\"uac\" or \"uas\"", "\"uac\"", "Whom the callee chooses where a request names no refresher (rule S5)."),
    key("callee.supported", TRUTH, SHARED, "Whether the callee knows session timers."),
    key("callee.refresh-by", METHOD, SHARED, "By which request the callee refreshes."),
    key("callee.allows-update", TRUTH, SHARED, "Whether the callee takes an UPDATE."),
    key("callee.profile", PROFILE, SHARED, "How either agent behaves where nothing else is said: the recommendation, or a deployed stack."),
    key("callee.refresh-jitter", "length of time, up to 40 s", SHARED, "How much sooner or later than half the interval a refresh is sent, at most."),
    key("callee.whole-seconds", TRUTH, SHARED, "Whether halves and parts of the interval are rounded down to seconds."),
    key("callee.watcher-gives-up", GIVE_UP, SHARED, "When the watcher gives up (rule R2)."),
    key("callee.refresher-gives-up", GIVE_UP, SHARED, "When the refresher gives up without a successful refresh (rule R2)."),
    key("callee.on-refusal", FAILURE, SHARED, "What a refresher does when its refresh is answered 481 or 408 (rule R3)."),
    key("callee.on-timeout", FAILURE, SHARED, "What a refresher does when its refresh times out (rule R3)."),
    key("callee.while-leaving", LEAVING, SHARED, "What a side answers while its own BYE is unanswered (rule R7)."),
    key("callee.first-gap-in-t1", "whole number, 1 to 64", SHARED, "The first gap between copies of a request other than INVITE, in T1 (rule T2)."),
    key("timers.t1", SPAN, "\"500 ms\"", "T1 of RFC 3261; above 0, up to 60 s."),
    key("timers.t2", SPAN, "\"4 s\"", "T2 of RFC 3261; at least T1, up to 60 s."),
    key("timers.t4", SPAN, "\"5 s\"", "T4 of RFC 3261; above 0, up to 60 s."),
    key("link.loss", SHARE, "that of each link", "Loss of every link of the topology, in both directions."),
    key("link.delay", LAW, "that of each link", "Delay of every link of the topology, in both directions."),
    key("link.to-callee.loss", SHARE, "`link.loss`", "Loss of every link of the route, towards the callee."),
    key("link.to-callee.delay", LAW, "`link.delay`", "Delay of every link of the route, towards the callee."),
    key("link.to-caller.loss", SHARE, "`link.loss`", "Loss of every link of the route, towards the caller."),
    key("link.to-caller.delay", LAW, "`link.delay`", "Delay of every link of the route, towards the caller."),
    key("links", "tables named \"A--B\", each with `loss` and `delay`", "none", "Loss and delay of the links between nodes A and B, in both directions; goes before `link`."),
    key("nodes", "tables by the name of a node that takes part", "none", "How proxies and B2BUAs behave; see below."),
    key("crashes.node", "node that takes part", "required", "Which node dies, with all calls that it carries."),
    key("crashes.clock", "\"run\" or \"call\"", "\"run\"", "What `at` counts from: the start of the run, or the arrival of each call."),
    key("crashes.at", SPAN, "required", "When it dies."),
    key("crashes.for", SPAN, "for ever", "After how long it comes back."),
    key("crashes.memory", TRUTH, "false", "Whether it then knows its established calls; transactions are lost either way."),
    key("faults.sender", "\"caller\", \"callee\" or a node that takes part", "all", "Only messages of this sender."),
    key("faults.method", "\"INVITE\", \"ACK\", \"BYE\" or \"UPDATE\"", "all", "Only requests of this method; with `status`, only responses to it, of which an ACK has none."),
    key("faults.status", "whole number, 100 to 699, or \"any\"", "none", "Only responses of this status, or of any."),
    key("faults.nth", "whole number or list of them, 1 to 4294967295", "every one", "Only the nth messages of each call that meet the other conditions, counted from 1."),
    key("faults.clock", "\"run\", \"call\" or \"hang-up\"", "\"run\"", "What `from` counts from: the start of the run, the arrival of each call, its hang-up."),
    key("faults.from", SPAN, "\"0 s\"", "Only messages sent at or after this."),
    key("faults.for", SPAN, "without end", "Only messages sent before this much after `from`; above 0."),
    key("sweep", "lists by dotted key", "none", "The values of each axis."),
];

/// The names that may stand directly under `path`, in the order of [`KEYS`]; of the file itself under "".
pub fn children(path: &str) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = Vec::new();
    for key in KEYS {
        let below = if path.is_empty() {
            Some(key.path)
        } else {
            key.path.strip_prefix(path).and_then(|rest| rest.strip_prefix('.'))
        };
        if let Some(name) = below.and_then(|rest| rest.split('.').next())
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    names
}

/// The tables in which a key `name` is at home, if the file itself or a table knows it.
pub fn homes(name: &str) -> Vec<&'static str> {
    KEYS.iter()
        .filter_map(|key| match key.path.rsplit_once('.') {
            Some((table, last)) => (last == name).then_some(table),
            None => (key.path == name).then_some(""),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_lists_every_key_with_its_form_and_default() {
        let page = include_str!("../../docs/scenario.md");
        let rows: Vec<String> = KEYS
            .iter()
            .map(|key| format!("| `{}` | {} | {} | {} |", key.path, key.form, key.default, key.about))
            .collect();
        let missing: Vec<&String> = rows.iter().filter(|row| !page.contains(row.as_str())).collect();
        assert!(missing.is_empty(), "docs/scenario.md lacks these rows:\n{missing:#?}");
    }

    #[test]
    fn children_are_named_once_and_in_order() {
        assert_eq!(children("link"), ["loss", "delay", "to-callee", "to-caller"]);
        assert_eq!(children("timers"), ["t1", "t2", "t4"]);
        assert_eq!(homes("t1"), ["timers"]);
        assert!(children("nothing").is_empty());
    }
}
