//! Every key of a scenario file, once: the reader, its messages and `docs/scenario.md` say the same.

use std::borrow::Cow;
use std::sync::LazyLock;

/// A key of a scenario file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its dotted name. In `faults` and `requests` it is a key of each table of the list.
    pub path: Cow<'static, str>,
    /// What may stand there.
    pub form: &'static str,
    /// What holds where the key is absent; `required` where nothing does.
    pub default: &'static str,
    /// What it decides.
    pub about: &'static str,
}

const fn key(path: &'static str, form: &'static str, default: &'static str, about: &'static str) -> Key {
    Key { path: Cow::Borrowed(path), form, default, about }
}

const SE: &str = "whole number of seconds, 90 to 4294967295, or \"off\"";
const MIN_SE: &str = "whole number of seconds, 90 to 4294967295, or \"none\"";
const LAW: &str = "law";
const SPAN: &str = "length of time";
const SHARE: &str = "probability";
const LOSS: &str = "loss";
const RATE: &str = "rate, or \"none\"";
const QUEUE: &str = "length in bytes, from 1500";
const OUTAGE: &str = "outage";
const NAT: &str = "NAT";
const PRESET: &str = "name of a preset";
const TRUTH: &str = "true or false";
const METHOD: &str = "\"update\", \"update-always\" or \"invite\"";
const PROFILE: &str = "\"rfc\", \"pjsip\", \"sofia\", \"jssip\", \"resiprocate\", \"linphone\", \"drachtio\", \"asterisk-chan-sip\" or \"baresip\"";
const GIVE_UP: &str = "rule of giving up";
const FAILURE: &str = "reaction";
const TRIES: &str = "whole number, 1 to 255";
const LOST: &str = "\"bye\", \"forget\" or \"nothing\"";
const LEAVING: &str = "\"refuse-refresh\", \"refuse-all\", \"accept-all\" or \"refuse-offers\"";
const COUNTS_FROM: &str = "\"success\", \"due\" or \"due-until-answered\"";
const QUIET: &str = "\"rtp\", \"comfort-noise\" or \"nothing\"";
const MEDIA_TIMER: &str = "\"asterisk\" or \"freeswitch\"";
const REPEATED: &str = "\"absorb\", \"answer\" or \"answer-and-count\"";
const NODES: &str = "\"all\", `{ largest = N }`, list of nodes, or `{ weights = { NODE = W } }`";

/// Defaults of an agent's key.
const SHARED: &str = "that of `session-timer`";
const OF_PROFILE: &str = "that of the profile";

/// The tables that speak of agents: of both, and of each.
const AGENTS: [&str; 3] = ["session-timer", "caller", "callee"];

/// The keys that all of [`AGENTS`] have alike. Each default is that of `[session-timer]`, which is that of the others.
#[rustfmt::skip]
pub const AGENT_KEYS: &[Key] = &[
    key("profile", PROFILE, "\"rfc\"", "How an agent behaves where nothing else is said: the recommendation, or a deployed stack."),
    key("supported", TRUTH, "true", "Whether it knows session timers (rules C1, S7)."),
    key("min-se", MIN_SE, "\"none\"", "Its Min-SE as caller, its least interval as callee (rules C3, S1, S2)."),
    key("refresh-by", METHOD, OF_PROFILE, "By which request it refreshes; \"update\" turns to re-INVITE where the other side does not allow it (rule C7)."),
    key("falls-back", TRUTH, OF_PROFILE, "Whether a 405 or 501 to its UPDATE makes it refresh by re-INVITE from then on (rule C7)."),
    key("allows-update", TRUTH, "true", "Whether its Allow lists UPDATE, and it takes one (rule C7)."),
    key("refresh-jitter", "length of time, up to 40 s", OF_PROFILE, "How much sooner or later than half the interval a refresh is sent, at most."),
    key("counts-from", COUNTS_FROM, OF_PROFILE, "From when the next refresh counts: from the 2xx of the last, from when that was due, or from when it was due until there is a 2xx (rule R1)."),
    key("when-busy", "\"wait\", \"skip\" or length of time from 100 ms", OF_PROFILE, "What becomes of a refresh that is due while another negotiation is under way: it waits for its end, is left out, or is looked at again after this time (rule C12)."),
    key("whole-seconds", TRUTH, OF_PROFILE, "Whether halves and parts of the interval are rounded down to seconds."),
    key("clock-late", "length of time, up to 1 s", OF_PROFILE, "How much too late its session timers are for each second that they wait."),
    key("timers-late", "length of time, up to 1 s", OF_PROFILE, "How much too late its session timers are, however long they wait."),
    key("clock-step", "length of time, up to 10 s", OF_PROFILE, "The step of the clock of its session timers, which is set when the timer is; \"0 s\" for none."),
    key("watcher-gives-up", GIVE_UP, OF_PROFILE, "When it gives up as watcher (rule R2)."),
    key("refresher-gives-up", GIVE_UP, OF_PROFILE, "When it gives up as refresher without a successful refresh (rule R2)."),
    key("on-refusal", FAILURE, OF_PROFILE, "What it does when its refresh is answered 481 or 408 (rule R3)."),
    key("on-timeout", FAILURE, OF_PROFILE, "What it does when its refresh times out (rule R3)."),
    key("on-unavailable", FAILURE, OF_PROFILE, "What it does when its refresh is answered 503 or cannot be sent (rule R4)."),
    key("on-server-error", FAILURE, OF_PROFILE, "What it does when its refresh is answered by another 5xx (rule R4)."),
    key("on-glare", FAILURE, OF_PROFILE, "What it does when its refresh is answered 491 (rule R4)."),
    key("on-ending", FAILURE, OF_PROFILE, "What it does when its refresh is answered 404, 405, 410, 416, 480, 482, 483, 484, 485 or 604, which by RFC 5057 end the session or the dialog (rule R4)."),
    key("on-other", FAILURE, OF_PROFILE, "What it does when its refresh is answered by any other refusal (rule R4)."),
    key("first-gap-in-t1", "whole number, 1 to 64", OF_PROFILE, "The first gap between copies of a request, in T1 (rules T1, T2)."),
    key("repeated-invite", REPEATED, OF_PROFILE, "What it does with an INVITE that comes again after its 2xx and before the ACK (rule T3)."),
    key("re-invite-apart", TRUTH, OF_PROFILE, "Whether the end of a call takes no notice of a re-INVITE whose ACK is missing: no BYE waits for that (rule R8), and the 2xx is repeated after the end as before."),
    key("retry-gap", "length of time, from 100 ms", OF_PROFILE, "From the end of a refused UPDATE's transaction, or from the refusal of a re-INVITE, to the next try of one that goes on trying."),
    key("glare-at-most", "length of time, 2.1 s to 30 s", OF_PROFILE, "The longest time that it waits after a 491 if the Call-ID is its own (RFC 3261 14.1: 4.0 s)."),
    key("refresh-tries", TRIES, OF_PROFILE, "How many refreshes in a row may fail before it tries no more, where the refusal says to try (rule R4)."),
    key("most-invites", TRIES, OF_PROFILE, "How many INVITEs it sends to set a call up, the first and those after a 422 together (rule C6)."),
    key("insists", TRUTH, OF_PROFILE, "Whether it refreshes on its own account after a 2xx without an interval (rule C5)."),
    key("answers-unasked", SE, OF_PROFILE, "The interval that it answers to a request without one, even if its sender knows no timers."),
    key("while-leaving", LEAVING, OF_PROFILE, "What it answers while its own BYE is unanswered (rule R7)."),
    key("second-bye", TRUTH, OF_PROFILE, "Whether it begins a second BYE while the first is unanswered: at the end of the interval, if its refresh has timed out, and when a refresh times out or is answered 481 or 408 meanwhile."),
    key("lingers", TRUTH, OF_PROFILE, "Whether it knows the dialog after its end, as long as a transaction of it lives: 200 to a BYE, 500 to an UPDATE, to an INVITE no answer."),
    key("heeds-icmp", TRUTH, OF_PROFILE, "Whether ICMP port unreachable fails a request as a 503 does (rule R4)."),
    key("icmp-ends-bye-at-copy", TRIES, OF_PROFILE, "From which copy of a BYE on it does so."),
    key("media-timer", MEDIA_TIMER, "none", "Limits as a deployed stack has them: `media-timeout`, `media-hold-timeout` and `media-watch`; each of them, where it is said, goes before."),
    key("media-timeout", "length of time, or \"off\"", OF_PROFILE, "After how long without media from the other side it says BYE (rule M6)."),
    key("media-hold-timeout", "length of time, \"same\" or \"off\"", OF_PROFILE, "After how long on hold; \"same\" as otherwise, \"off\" never (rule M7)."),
    key("media-watch", "\"rtp\", \"rtcp\" or \"either\"", OF_PROFILE, "Which packets of the other side it listens for (rule M6)."),
    key("media-in-silence", QUIET, OF_PROFILE, "What it sends while its user is silent: RTP as ever, or with silence suppression packets of comfort noise or nothing (rules M1, M2)."),
    key("media-when-muted", QUIET, OF_PROFILE, "What it sends while its user is muted (rule M3)."),
    key("media-noise-every", "length of time, from 20 ms", OF_PROFILE, "From one packet of comfort noise to the next (rule M2)."),
    key("media-hold", "\"sendonly\" or \"inactive\"", OF_PROFILE, "How it puts the other side on hold: with music, or without RTP of its own (rule M4)."),
    key("rtcp-every", "length of time, from 20 ms, or \"off\"", OF_PROFILE, "From one RTCP report to the next (rule M5)."),
    key("rtcp-on-hold", TRUTH, OF_PROFILE, "Whether its RTCP goes on while the call is on hold (rule M5)."),
    key("options-refresh", TRUTH, OF_PROFILE, "Whether a refresh to a side that has not said that it knows timers, and does not allow UPDATE, is an OPTIONS, whose 2xx is enough."),
    key("ping", "\"off\", \"options\" or \"invite\"", OF_PROFILE, "Whether it pings the other side in the dialog, beside the session timer, and by which request."),
    key("ping-every", "length of time, from 100 ms", OF_PROFILE, "How long after one ping the next is sent; the first is, as long after the establishment. One is left out while the last is unanswered."),
    key("ping-misses", "whole number, 0 to 255", OF_PROFILE, "How many pings in a row may be left unanswered."),
    key("ping-on-481", LOST, OF_PROFILE, "What it does when a ping is answered 481: says BYE, lets go without one, or nothing."),
    key("ping-on-408", LOST, OF_PROFILE, "What it does when a ping is answered 408."),
    key("ping-on-silence", LOST, OF_PROFILE, "What it does when more pings in a row than that are left unanswered."),
    key("ping-grace", SPAN, OF_PROFILE, "How long after that it does so."),
];

/// All keys, in the order in which the documentation lists them.
pub static KEYS: LazyLock<Vec<Key>> = LazyLock::new(|| {
    let agents = AGENTS.iter().flat_map(|table| {
        AGENT_KEYS.iter().map(move |key| {
            let default = if *table == "session-timer" { key.default } else { SHARED };
            Key { path: Cow::Owned(format!("{table}.{}", key.path)), default, ..key.clone() }
        })
    });
    let after = AFTER_AGENTS.iter().chain(OF_DEVICES).cloned();
    BEFORE_AGENTS.iter().cloned().chain(agents).chain(after).collect()
});

#[rustfmt::skip]
const BEFORE_AGENTS: &[Key] = &[
    key("name", "text of a-z, 0-9 and `-`", "required", "Name of the study; result files carry it."),
    key("title", "text", "\"\"", "What the study asks, in one sentence."),
    key("topology", "built-in name or path", "required", "The network. A path is relative to the file it stands in; given by `--set`, to the working directory."),
    key("seed", "whole number, 0 to 18446744073709551615", "1", "Seed of all chance."),
    key("horizon", "length of time, or \"none\"", "\"none\"", "When the run ends at the latest; \"none\": when nothing is pending, which needs settings by which everybody lets go of a lost call or does nothing more about it."),
    key("load", TRUTH, "false", "Whether messages, calls and ghosts are counted at every element for each second; needs a `horizon` of at most 1 d, and one way for all calls."),
    key("beside", "built-in scenario or path", "none", "A scenario of devices that is run too and stands beside this one on its page, where both sweep over `mechanism`. A path is relative to the file it stands in."),
    key("calls.count", "whole number, 1 to 4000000000", "required", "How many calls."),
    key("calls.arrivals", "\"at-start\", \"steady-state\", or a table with `process`", "\"at-start\"", "When calls begin."),
    key("calls.begin", "\"invite\" or \"established\"", "\"invite\"; in steady state \"established\"", "Whether calls are set up over the network or stand already."),
    key("calls.ring-time", LAW, "\"0 s\"", "From the INVITE's arrival to the callee's answer; at 0 it answers without ringing."),
    key("calls.talk-time", LAW, "required", "From the call's establishment, as the caller sees it, to the hang-up."),
    key("calls.nodes", NODES, "none", "At which nodes agents are: for each call a caller's is drawn, and a callee's among the others."),
    key("hangup.by-caller", SHARE, "0.5", "That the caller hangs up, not the callee."),
    key("hangup.bye-loss", SHARE, "0", "Share of hang-ups whose BYE is sent and no copy of it gets through."),
    key("hangup.dies", SHARE, "0", "Share of hang-ups at which the agent dies without a BYE and stays dead."),
    key("hangup.restarts", SHARE, "0", "Share of hang-ups at which the agent dies without a BYE and comes back without memory."),
    key("hangup.restart-after", LAW, "\"30 s\"; required if `restarts` is above 0", "From an agent's death to its return."),
    key("hangup.icmp", TRUTH, "false", "Whether the host of a dead agent answers what comes to it with ICMP port unreachable."),
    key("hangup.media-goes-on", SHARE, "0", "Share of hang-ups, but for deaths, after which the media of the agent go on all the same (rule M9)."),
    key("users.talkspurt", "law, with a mean of 20 ms or more", "exponential, mean 1.004 s", "How long a user talks at a time, where agents suppress silence (ITU-T P.59)."),
    key("users.pause", "law, with a mean of 20 ms or more", "exponential, mean 1.587 s", "How long a user is silent between (ITU-T P.59)."),
    key("users.mute-after", "law, with a mean of 20 ms or more, or \"never\"", "\"never\"", "From the establishment, or from the end of a mute, until a user is muted; each user for itself."),
    key("users.mute-time", "law, with a mean of 20 ms or more", "required beside `mute-after`", "How long a user is muted."),
    key("users.hold-after", "law, with a mean of 20 ms or more, or \"never\"", "\"never\"", "From the establishment, or from the end of a hold, until the call is put on hold."),
    key("users.hold-time", "law, with a mean of 20 ms or more", "required beside `hold-after`", "How long it is on hold."),
    key("users.hold-by-caller", SHARE, "0.5", "That it is the caller who holds, not the callee."),
    key("session-timer.session-expires", SE, "1800", "The interval the caller asks for (rule C2)."),
    key("session-timer.refresher", "\"uac\", \"uas\" or \"open\"", "\"open\"", "Whom the caller's INVITE names as refresher (rule C2)."),
    key("caller.node", "node of kind `agents`", "the first of two", "Where the callers are. A default needs a topology with exactly two nodes of kind `agents`."),
    key("caller.nodes", NODES, "that of `calls.nodes`", "At which nodes callers are."),
    key("caller.session-expires", SE, SHARED, "The interval the caller asks for."),
    key("caller.refresher", "\"uac\", \"uas\" or \"open\"", SHARED, "Whom the caller's INVITE names as refresher."),
    key("callee.node", "node of kind `agents`", "the second of two", "Where the callees are."),
    key("callee.nodes", NODES, "that of `calls.nodes`", "At which nodes callees are."),
    key("callee.session-expires", SE, "\"off\"", "The interval the callee sets where a request has none (rule S4)."),
    key("callee.refresher", "\"uac\", \"uas\" or \"none\"", "\"uac\"", "Whom the callee chooses where a request names no refresher (rule S5); \"none\": it answers without an interval."),
];

#[rustfmt::skip]
const AFTER_AGENTS: &[Key] = &[
    key("timers.t1", SPAN, "\"500 ms\"", "T1 of RFC 3261; above 0, up to 60 s."),
    key("timers.t2", SPAN, "\"4 s\"", "T2 of RFC 3261; at least T1, up to 60 s."),
    key("timers.t4", SPAN, "\"5 s\"", "T4 of RFC 3261; above 0, up to 60 s."),
    key("link.preset", PRESET, "none", "A link by name; what else is said of the link goes before it."),
    key("link.loss", LOSS, "that of each link", "Loss of every link of the topology, in both directions."),
    key("link.delay", LAW, "that of each link", "Delay of every link of the topology, in both directions."),
    key("link.order", TRUTH, "that of each link", "Whether a message never arrives before one that its call sent earlier in the same direction; over TCP it never does."),
    key("link.duplicate", SHARE, "that of each link", "The probability that a second copy of a message arrives as well, after a delay of its own."),
    key("link.rate", RATE, "that of each link", "How fast every link of the topology sends, in each direction: messages wait for their turn."),
    key("link.queue", QUEUE, "that of each link; \"64 kB\" where none is said", "How much each direction of a link with a rate keeps waiting, with what it is sending; what comes then is lost."),
    key("link.outage", OUTAGE, "that of each link", "When every link of the topology is down."),
    key("link.nat", NAT, "that of each link", "A NAT at the outer end of every link of the topology."),
    key("link.shared", TRUTH, "that of each link", "Whether all calls share the link, with one weather for all of them; else each call has one to itself."),
    key("link.transport", "\"udp\" or \"tcp\"", "that of each link", "What carries SIP over every link of the topology (rule T5)."),
    key("link.tcp-limit", SPAN, "\"924.6 s\"", "How long a TCP connection sends in vain before it is given up; beside `transport = \"tcp\"`."),
    key("link.to-callee.loss", LOSS, "`link.loss`", "Loss of every link of the route, towards the callee."),
    key("link.to-callee.delay", LAW, "`link.delay`", "Delay of every link of the route, towards the callee."),
    key("link.to-callee.order", TRUTH, "`link.order`", "The same as `link.order`, towards the callee."),
    key("link.to-callee.duplicate", SHARE, "`link.duplicate`", "The same as `link.duplicate`, towards the callee."),
    key("link.to-callee.rate", RATE, "`link.rate`", "The same as `link.rate`, towards the callee."),
    key("link.to-callee.queue", QUEUE, "`link.queue`", "The same as `link.queue`, towards the callee."),
    key("link.to-callee.outage", OUTAGE, "`link.outage`", "When every link of the route is down, towards the callee alone."),
    key("link.to-caller.loss", LOSS, "`link.loss`", "Loss of every link of the route, towards the caller."),
    key("link.to-caller.delay", LAW, "`link.delay`", "Delay of every link of the route, towards the caller."),
    key("link.to-caller.order", TRUTH, "`link.order`", "The same as `link.order`, towards the caller."),
    key("link.to-caller.duplicate", SHARE, "`link.duplicate`", "The same as `link.duplicate`, towards the caller."),
    key("link.to-caller.rate", RATE, "`link.rate`", "The same as `link.rate`, towards the caller."),
    key("link.to-caller.queue", QUEUE, "`link.queue`", "The same as `link.queue`, towards the caller."),
    key("link.to-caller.outage", OUTAGE, "`link.outage`", "When every link of the route is down, towards the caller alone."),
    key("links", "tables named \"A--B\", each with the keys of `link` but `to-callee` and `to-caller`", "none", "The same of the links between nodes A and B, in both directions; goes before `link`."),
    key("nodes", "tables by the name of a node", "none", "When nodes are down, and how proxies, B2BUAs and NATs behave; see below."),
    key("kinds.nodes", "\"all\", `{ largest = N }` or list of nodes", "required", "Which nodes of the topology are of this kind here."),
    key("kinds.kind", "kind of a node, but \"agents\"", "required", "The kind."),
    key("kinds.settings", "table", "none", "What a table of `[nodes]` says, for those of them that have none."),
    key("crashes.node", "node that takes part", "required", "Which node dies, with all calls that it carries."),
    key("crashes.clock", "\"run\" or \"call\"", "\"run\"", "What `at` counts from: the start of the run, or the arrival of each call."),
    key("crashes.at", SPAN, "required", "When it dies."),
    key("crashes.for", SPAN, "for ever", "After how long it comes back."),
    key("crashes.memory", TRUTH, "false", "Whether it then knows its established calls; transactions are lost either way."),
    key("faults.sender", "\"caller\", \"callee\" or a node that takes part; with devices \"device\" or \"platform\"", "all", "Only messages of this sender."),
    key("faults.method", "\"INVITE\", \"ACK\", \"BYE\", \"UPDATE\" or \"OPTIONS\"; with devices \"REGISTER\", \"KEEPALIVE\" or \"UNREGISTER\"", "all", "Only requests of this method; with `status`, only responses to it, of which an ACK has none."),
    key("faults.level", "whole number from 1", "all", "With devices: only units that register at the platforms of this level."),
    key("faults.status", "whole number, 100 to 699, or \"any\"", "none", "Only responses of this status, or of any."),
    key("faults.nth", "whole number or list of them, 1 to 4294967295", "every one", "Only the nth messages of each call that meet the other conditions, counted from 1."),
    key("faults.clock", "\"run\", \"call\" or \"hang-up\"; with devices \"run\", \"start\" or \"hang-up\"", "\"run\"", "What `from` counts from: the start of the run, the arrival of each call or the switching on of each device, its hang-up."),
    key("faults.from", SPAN, "\"0 s\"", "Only messages sent at or after this."),
    key("faults.for", SPAN, "without end", "Only messages sent before this much after `from`; above 0."),
    key("faults.answer", "whole number, 300 to 699", "none: they are lost", "The messages are not lost: whoever such a request reaches refuses it with this status, and its dialog knows nothing of it."),
    key("faults.retry-after", "whole number of seconds, 0 to 65535", "none", "Retry-After of that answer."),
    key("faults.min-se", "whole number of seconds, 90 to 4294967295", "none; required if `answer` is 422", "Min-SE of that answer."),
    key("faults.send-error", TRUTH, "false", "Whether the sender of a lost request sees at once that it cannot send it."),
    key("requests.sender", "\"caller\" or \"callee\"", "required", "Whose user asks for it."),
    key("requests.method", "\"INVITE\" or \"UPDATE\"", "required", "By which request."),
    key("requests.clock", "\"established\" or \"run\"", "\"established\"", "What `at` counts from: the establishment of each call, as the caller sees it, or the start of the run."),
    key("requests.at", SPAN, "required", "When."),
    key("requests.offer", TRUTH, "true", "Whether an UPDATE carries an offer; an INVITE always does."),
    key("requests.refresh", TRUTH, "true", "Whether it carries Session-Expires, as a refresh does."),
    key("sweep", "lists by dotted key, or of variants by any name", "none", "The values of each axis."),
];

/// The tables that only scenarios with devices have.
pub const TABLES_OF_DEVICES: [&str; 4] = ["devices", "http", "platforms", "restarts"];

/// The keys of scenarios with devices.
#[rustfmt::skip]
pub const OF_DEVICES: &[Key] = &[
    key("devices.count", "whole number, 1 to 4000000000", "required", "How many devices."),
    key("devices.mechanism", "\"gat1400\" or \"gb28181\"", "required", "By what they register and keep alive: GA/T 1400 over HTTP, or GB/T 28181 over SIP."),
    key("devices.node", "node of kind `agents`", "the only one", "Where the devices are."),
    key("devices.platform", "node of kind `platform`", "the last one", "The highest platform. Platforms on the way to it are levels of their own."),
    key("devices.starts", LAW, "uniform from 0 to `devices.interval`", "When a device is switched on, after the start of the run."),
    key("devices.interval", "length of time, 1 s or more", "\"90 s\"; with gb28181 \"60 s\"", "From one keepalive to the next (rules G4, B2)."),
    key("devices.jitter", "length of time, up to the interval", "\"0 s\"", "How much sooner or later than that, at most, each time by chance."),
    key("devices.tries", "whole number, 1 to 4294967295, or \"endless\"", "\"endless\"; with gb28181 3", "How many requests in a row may time out before a device counts as disconnected and registers anew (rules G5, B3)."),
    key("devices.register-gap", "length of time, 1 s or more", "\"30 s\"", "From a registration that was refused, or with gb28181 timed out, to the next."),
    key("devices.early-keepalive", "length of time, 1 s or more, or \"off\"", "\"off\"", "Before it registers a device sends a keepalive this often, until the platform answers (rule G3); gat1400 alone."),
    key("devices.on-timeout", "\"again\" or \"next\"", "\"again\"", "After a keepalive that timed out: send it again (rule G5), or wait for the next; gat1400 alone."),
    key("devices.retry-gap", SPAN, "\"0 s\"", "From a time-out to the sending again; gat1400 alone."),
    key("devices.retry-jitter", SPAN, "\"0 s\"", "How much sooner or later than that, at most; no more than the gap counts. gat1400 alone."),
    key("devices.sign-off-tries", "whole number, 1 to 4294967295", "3", "How many times an UnRegister is sent (rule G9); gat1400 alone."),
    key("devices.expires", "whole number of seconds, 60 to 4294967295", "3600", "For how long a device registers (rule B1); gb28181 alone."),
    key("devices.online-time", "law, or \"endless\"", "\"endless\"", "From a device's first registration to its switching off."),
    key("devices.unregister-lost", SHARE, "0", "Share of those whose UnRegister is sent and no copy of it gets through."),
    key("devices.dies", SHARE, "0", "Share of those that die without a word."),
    key("http.connect-timeout", SPAN, "\"3 s\"", "How long a device waits for a connection (rule G5); above 0."),
    key("http.response-timeout", SPAN, "\"3 s\"", "How long a device waits for a response (rule G5); above 0."),
    key("http.connection", "\"per-request\" or \"kept\"", "\"per-request\"", "Whether a connection carries one request or all (rule G12)."),
    key("platforms.count", "whole number or list of them, 1 to 4000000000", "1 at each level", "How many platforms there are at each level, from the lowest; a number stands for the lowest."),
    key("platforms.interval", SPAN, "`devices.interval`", "The interval by which the platforms count misses; above 0."),
    key("platforms.misses", "whole number, 1 to 1000000", "3", "How many intervals of silence they allow (rules G8, B4)."),
    key("platforms.tolerance", SPAN, "\"0 s\"", "How much longer the silence may be."),
    key("platforms.check-period", SPAN, "\"0 s\"", "How often they look for silent devices, each platform at instants of its own; \"0 s\": at once."),
    key("platforms.offline", "\"forgotten\" or \"kept\"", "\"forgotten\"", "Whether a device that was called offline must register again, or is back with its next keepalive."),
    key("platforms.refusal", "\"401\" or \"body\"", "\"401\"", "How they refuse what an unregistered device sends: by status, or by StatusCode in the body of a 200 (rule G7); gat1400 alone."),
    key("restarts.level", "whole number from 1", "1", "The platforms of which level go down, all at once; 1 is where the devices register."),
    key("restarts.at", SPAN, "required", "When."),
    key("restarts.for", SPAN, "required", "After how long they are back, without memory; above 0."),
];

/// The names that may stand directly under `path`, in the order of [`KEYS`]; of the file itself under "".
pub fn children(path: &str) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = Vec::new();
    for key in KEYS.iter() {
        let below = if path.is_empty() {
            Some(&*key.path)
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
        let rows: Vec<String> = [BEFORE_AGENTS, AGENT_KEYS, AFTER_AGENTS, OF_DEVICES]
            .into_iter()
            .flatten()
            .map(|key| format!("| `{}` | {} | {} | {} |", key.path, key.form, key.default, key.about))
            .collect();
        let missing: Vec<&String> = rows.iter().filter(|row| !page.contains(row.as_str())).collect();
        assert!(missing.is_empty(), "docs/scenario.md lacks these rows:\n{missing:#?}");
    }

    #[test]
    fn children_are_named_once_and_in_order() {
        assert_eq!(children("link")[..12], crate::scenario::link::LINK_KEYS);
        assert_eq!(children("link")[12..], ["to-callee", "to-caller"]);
        assert_eq!(children("link.to-callee"), crate::scenario::link::DIRECTION_KEYS);
        assert_eq!(children("timers"), ["t1", "t2", "t4"]);
        assert_eq!(homes("t1"), ["timers"]);
        assert!(children("nothing").is_empty());
    }
}
