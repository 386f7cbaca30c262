//! What is known of a proxy from the facts, and what it may do (rules P1 to P9, T7).

use super::asking::negotiates;
use super::obligations::{Obligations, What};
use super::world::World;
use crate::sip::{
    Branch, CallKeeping, Inserts, Kind, Message, Method, OnExpiry, ProxyProfile, Refresher, ReleaseCause, Session,
    SessionExpires, Side, Status, Tag, Timer, rules,
};
use crate::time::{Span, Time};
use crate::world::Element;

/// A proxy, as the facts show it.
#[derive(Debug)]
pub(super) struct Proxy {
    element: Element,
    profile: ProxyProfile,
    /// Whether what it sends toward the caller's side goes over TCP, and toward the callee's.
    reliable: [bool; 2],
    world: World,
    /// It holds the call.
    holds: bool,
    relays: Vec<Relay>,
    /// The message that has come last, and when.
    came: Option<(Time, Message)>,
}

/// A request that has come, and what was sent on.
#[derive(Debug)]
struct Relay {
    received: Message,
    came_at: Time,
    forwarded: Option<Message>,
    copies: u16,
    gap: Span,
    until: Time,
    waits: bool,
    proceeding: bool,
    answered: Option<Status>,
    /// When nothing of it can come any more.
    over: Time,
}

impl Proxy {
    pub(super) fn new(element: Element, profile: ProxyProfile, reliable: [bool; 2], world: World) -> Proxy {
        Proxy { element, profile, reliable, world, holds: false, relays: Vec::new(), came: None }
    }

    fn is_reliable(&self, toward: Side) -> bool {
        match toward {
            Side::Caller => self.reliable[0],
            Side::Callee => self.reliable[1],
        }
    }

    fn t1(&self, times: u64) -> Span {
        self.profile.timers.t1.times(times)
    }

    /// A message has come to it.
    pub(super) fn received(&mut self, now: Time, message: &Message, book: &mut Obligations) {
        self.came = Some((now, *message));
        match message.kind {
            Kind::Request if message.method == Method::Ack => {}
            Kind::Request => {
                let (branch, method) = (message.branch, message.method);
                let again = self.relays.iter().any(|relay| {
                    relay.received.branch == branch && relay.received.method == method && now < relay.over
                });
                if again {
                    return;
                }
                let expected = !self.world.refused;
                if method == Method::Invite && expected {
                    let what = What::Try(branch);
                    book.at_once("T7", self.element, what, "an INVITE is not answered 100 at once");
                }
                self.relays.retain(|relay| now < relay.over);
                let over = now + self.t1(2 * rules::TIMEOUT_IN_T1);
                self.relays.push(Relay {
                    received: *message,
                    came_at: now,
                    forwarded: None,
                    copies: 0,
                    gap: Span::ZERO,
                    until: over,
                    waits: true,
                    proceeding: false,
                    answered: None,
                    // One that is not answered yet is remembered.
                    over: if method == Method::Invite { Time::NEVER } else { over },
                });
                if expected {
                    let what = What::Forward(branch);
                    book.at_once("T7", self.element, what, "a request is not sent on");
                }
            }
            Kind::Response(status) => {
                let t1 = self.t1(2 * rules::TIMEOUT_IN_T1);
                let Some(relay) = self.relay_to(message.branch) else { return };
                relay.proceeding |= status.is_provisional();
                let ends = !status.is_provisional();
                if ends {
                    relay.waits = false;
                    relay.over = now + t1;
                }
                if ends || message.method == Method::Invite {
                    book.waive(self.element, What::Copy(message.branch));
                    book.waive(self.element, What::GiveUp(message.branch));
                }
            }
        }
    }

    fn relay_to(&mut self, forwarded: Branch) -> Option<&mut Relay> {
        self.relays.iter_mut().rev().find(|relay| relay.forwarded.is_some_and(|sent| sent.branch == forwarded))
    }

    fn relay_from(&mut self, response: &Message) -> Option<&mut Relay> {
        let own =
            |relay: &&mut Relay| relay.received.branch == response.branch && relay.received.method == response.method;
        self.relays.iter_mut().rev().find(own)
    }

    /// It has sent a message.
    pub(super) fn sent(&mut self, now: Time, message: &Message, copy: u16, book: &mut Obligations) {
        match message.kind {
            Kind::Request if message.method == Method::Ack => {}
            Kind::Request => self.forwards(now, message, copy, book),
            Kind::Response(status) => self.responds(now, message, status, copy, book),
        }
    }

    /// Rule T7: each hop resends on its own. Rules P1 to P5: what it does to a request.
    fn forwards(&mut self, now: Time, message: &Message, copy: u16, book: &mut Obligations) {
        let element = self.element;
        let reliable = self.is_reliable(message.toward);
        let (t1, t2, timeout) = (self.t1(1), self.profile.timers.t2, self.t1(rules::TIMEOUT_IN_T1));
        if let Some(relay) = self.relay_to(message.branch) {
            relay.copies += 1;
            let same = relay.forwarded == Some(*message) && relay.copies == copy;
            relay.gap = match (message.method, relay.proceeding) {
                (Method::Invite, _) => relay.gap.times(2),
                (_, true) => t2,
                (_, false) => relay.gap.times(2).min(t2),
            };
            let (next, until) = (now + relay.gap, relay.until);
            if reliable {
                return book.breach("T5", element, "a request is sent again over TCP");
            }
            let due = book.done(element, What::Copy(message.branch));
            book.require(due && same, "T7", element, "a copy that is not due on this hop");
            if next < until {
                book.due("T7", element, next, What::Copy(message.branch), "its next copy is not sent in time");
            }
            return;
        }
        if copy > 1 && self.world.stands {
            return;
        }
        let Some((_, received)) = self.came.filter(|(at, came)| *at == now && came.kind == Kind::Request) else {
            let at_expiry = self.profile.calls.is_some_and(|calls| calls.on_expiry == OnExpiry::Bye);
            let what = "it sends a request of its own";
            let pings = self.profile.calls.is_some_and(|calls| calls.pings.is_some());
            let may = message.is_bye() && (at_expiry || pings) || message.method == Method::Options && pings;
            return book.require(may, "P9", element, what);
        };
        book.done(element, What::Forward(received.branch));
        let holds = self.holds;
        if let Some(relay) = self.relays.iter_mut().rev().find(|relay| relay.received.branch == received.branch) {
            relay.forwarded = Some(*message);
            (relay.copies, relay.gap, relay.until) = (1, t1, now + timeout);
        }
        if !reliable {
            book.due("T7", element, now + t1, What::Copy(message.branch), "its next copy is not sent in time");
        }
        book.due("T7", element, now + timeout, What::GiveUp(message.branch), "it does not give up after 64 T1");
        let rest = |message: Message| {
            let branch = Branch { element: 0, method: Method::Bye, ordinal: 0 };
            Message { branch, session_expires: None, min_se: None, ..message }
        };
        book.require(rest(*message) == rest(received), "T7", element, "it changes what is not its to change");
        let keeping = self.profile.calls.filter(|_| negotiates(message.method) && (holds || !received.routed));
        match keeping {
            Some(keeping) => changes(element, &keeping, &received, message, book),
            None => {
                let untouched =
                    received.session_expires == message.session_expires && received.min_se == message.min_se;
                book.require(untouched, "P1", element, "it changes the interval of a call that it does not keep");
            }
        }
        if message.method == Method::Bye && self.holds {
            book.at_once("P9", element, What::Release, "a BYE passes it, and it does not let go");
        }
    }

    /// Rules P4, P6 to P8 and T7: what it sends back.
    fn responds(&mut self, now: Time, message: &Message, status: Status, copy: u16, book: &mut Obligations) {
        let element = self.element;
        let (keeping, t2) = (self.profile.calls, self.profile.timers.t2);
        let came = self.came.filter(|(at, came)| *at == now && came.kind != Kind::Request).map(|(_, came)| came);
        let (refused, stands, holds) = (self.world.refused, self.world.stands, self.holds);
        let Some(relay) = self.relay_from(message) else { return };
        if copy > 1 || relay.answered == Some(status) {
            return;
        }
        let (received, forwarded, came_at) = (relay.received, relay.forwarded, relay.came_at);
        relay.answered = Some(status);
        let invite = received.method == Method::Invite;
        let passed_on = came.filter(|came| forwarded.is_some_and(|sent| sent.branch == came.branch));
        let own = passed_on.is_none();
        if status == Status::TRYING && own {
            let in_time =
                if invite { book.done(element, What::Try(received.branch)) || refused } else { now == came_at + t2 };
            return book.require(in_time, "T7", element, "it says 100 when it must not");
        }
        if status == Status::REQUEST_TIMEOUT && own && !refused {
            return book.require(invite, "T7", element, "it makes a 408 to another method than INVITE");
        }
        if status == Status::SESSION_INTERVAL_TOO_SMALL && own && !refused {
            book.done(element, What::Forward(received.branch));
            let least = keeping.and_then(|keeping| keeping.min_se).unwrap_or(rules::LEAST_SESSION_EXPIRES_S);
            let small = received.session_expires.is_some_and(|asked| asked.interval_s < least);
            let rule = if received.supports_timer { "P4" } else { "P5" };
            let may = keeping.is_some_and(|keeping| keeping.refuses) && small && received.supports_timer;
            let right = message.min_se.is_none_or(|min_se| min_se == least);
            return book.require(may && right, rule, element, "it refuses what it may not, or by another least");
        }
        let (Some(came), Some(forwarded)) = (passed_on, forwarded) else { return };
        if !(status.is_success() && negotiates(received.method)) {
            return;
        }
        let keeping = keeping.filter(|_| holds || !received.routed);
        passes_2xx(element, keeping.as_ref(), [&received, &forwarded], [&came, message], book);
        if let Some(keeping) = keeping {
            let (what, why) = if holds {
                (What::Renew, "a 2xx passes it, and the interval does not begin anew")
            } else {
                (What::Establish, "a 2xx passes it, and it does not hold the call")
            };
            if !stands || holds {
                book.at_once("H5", element, what, why);
            }
            self.expect_expiry(now, message.session_expires, &keeping, book);
        }
    }

    /// Rule P9: it forgets the call when its interval, or its patience, is over.
    fn expect_expiry(
        &self,
        now: Time,
        session_expires: Option<SessionExpires>,
        keeping: &CallKeeping,
        book: &mut Obligations,
    ) {
        let interval = session_expires.map(|given| Span::from_secs(given.interval_s.into()));
        book.waive(self.element, What::Expire);
        if let Some(patience) = interval.or(keeping.lifetime) {
            let why = "it does not forget a call that nobody refreshed";
            book.due("P9", self.element, now + patience, What::Expire, why);
        }
    }

    pub(super) fn established(&mut self, now: Time, session: Session, book: &mut Obligations) {
        let due = book.done(self.element, What::Establish);
        book.require(due || self.world.stands, "H5", self.element, "it holds a call by no 2xx");
        if !due
            && !self.world.aged
            && let (Some(keeping), Session::Watching { interval_s } | Session::Refreshing { interval_s }) =
                (self.profile.calls, session)
        {
            self.expect_expiry(now, Some(SessionExpires { interval_s, refresher: None }), &keeping, book);
        }
        self.holds = true;
    }

    pub(super) fn refreshed(&mut self, _now: Time, _session: Session, book: &mut Obligations) {
        let due = book.done(self.element, What::Renew);
        book.require(due, "H5", self.element, "the interval begins at another instant than that of the 2xx");
    }

    pub(super) fn released(&mut self, _now: Time, cause: ReleaseCause, book: &mut Obligations) {
        if matches!(cause, ReleaseCause::StateExpired | ReleaseCause::IntervalEnded) {
            let due = book.done(self.element, What::Expire);
            let aged = self.world.aged || self.world.stands;
            book.require(due || aged, "P9", self.element, "it forgets the call at another instant");
        }
        book.done(self.element, What::Release);
        book.waive(self.element, What::Expire);
        self.holds = false;
    }

    /// One of its timers has fired.
    pub(super) fn fired(&mut self, now: Time, timer: Timer, book: &mut Obligations) {
        if let Timer::ClientTimeout(_) = timer {
            let over = now + self.t1(rules::TIMEOUT_IN_T1);
            let element = self.element;
            for relay in self.relays.iter_mut().filter(|relay| relay.waits && relay.until == now) {
                if let Some(sent) = relay.forwarded {
                    book.done(element, What::GiveUp(sent.branch));
                    book.waive(element, What::Copy(sent.branch));
                }
                relay.waits = false;
                // What nobody answered is forgotten; a repetition of it would be a new request.
                relay.over = if relay.received.method == Method::Invite { over } else { now };
            }
        }
    }
}

/// Rules P1 to P5: what a proxy that keeps the call does to a request.
fn changes(element: Element, keeping: &CallKeeping, received: &Message, sent: &Message, book: &mut Obligations) {
    let own_least = keeping.min_se.unwrap_or(rules::LEAST_SESSION_EXPIRES_S);
    let least = received.min_se.unwrap_or(rules::LEAST_SESSION_EXPIRES_S);
    let knows = received.supports_timer;
    let Some(asked) = received.session_expires else {
        if let Some(put_in) = sent.session_expires {
            let may = match keeping.inserts {
                Inserts::Never => false,
                Inserts::First => received.to == Tag::NONE,
                Inserts::Every => true,
            };
            let right = put_in.refresher.is_none() && put_in.interval_s >= own_least.max(least);
            book.require(may && right, "P1", element, "it inserts an interval that it may not");
        }
        return book.require(sent.min_se == received.min_se, "P4", element, "it touches Min-SE");
    };
    let Some(now) = sent.session_expires else {
        return book.breach("P2", element, "it takes an interval out");
    };
    if knows {
        book.require(now.interval_s <= asked.interval_s, "P3", element, "it raises an interval");
        let refuses = keeping.refuses && asked.interval_s < own_least;
        book.require(!refuses, "P4", element, "it sends on what it refuses");
        book.require(sent.min_se == received.min_se, "P4", element, "it touches Min-SE");
    } else if asked.interval_s < own_least {
        let raised = own_least.max(least);
        let right = now.interval_s == raised && sent.min_se == Some(raised);
        book.require(right, "P5", element, "it does not raise the interval and Min-SE of a client without support");
    } else {
        book.require(now.interval_s <= asked.interval_s, "P3", element, "it raises an interval");
    }
    let lowered = now.interval_s < asked.interval_s;
    let enough = !lowered || (keeping.lowers && now.interval_s >= least.max(rules::LEAST_SESSION_EXPIRES_S));
    book.require(enough, "P2", element, "it lowers an interval too far");
    book.require(now.refresher == asked.refresher, "P2", element, "it changes the refresher");
}

/// Rules P6 to P8: what a proxy does to a 2xx.
fn passes_2xx(
    element: Element,
    keeping: Option<&CallKeeping>,
    [received, forwarded]: [&Message; 2],
    [came, sent]: [&Message; 2],
    book: &mut Obligations,
) {
    if came.session_expires.is_some() || keeping.is_none() {
        let same = came.session_expires == sent.session_expires && came.requires_timer == sent.requires_timer;
        return book.require(same, "P6", element, "it changes a 2xx that has an interval");
    }
    let added = sent.session_expires;
    if !received.supports_timer {
        return book.require(added.is_none(), "P8", element, "it puts a timer in for a client without support");
    }
    let may = match forwarded.session_expires {
        Some(SessionExpires { refresher: None | Some(Refresher::Uac), .. }) => {
            keeping.is_some_and(|keeping| keeping.adds_to_2xx)
        }
        Some(SessionExpires { refresher: Some(Refresher::Uas), .. }) | None => false,
    };
    let interval_s = forwarded.session_expires.map(|asked| asked.interval_s);
    let right = interval_s.map(|interval_s| SessionExpires { interval_s, refresher: Some(Refresher::Uac) });
    let right = right.filter(|_| may);
    let fits = added == right && sent.requires_timer == right.is_some();
    book.require(fits, "P7", element, "it adds another interval to a 2xx than the client asked for");
}
