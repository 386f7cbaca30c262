//! What is known of an agent from the facts, and what its session obliges it to (rules H5, C4, C5, C10, C11, R1, R2,
//! R7).
//!
//! Its own requests are in `requests`, its answers to others' in `answers`.

use super::answering::Answering;
use super::asking::Asking;
use super::obligations::{Obligations, What};
use super::world::World;
use crate::sip::{Kind, Message, Profile, Refresher, ReleaseCause, Session, SessionExpires, Side, Tag, rules};
use crate::time::{Span, Time};
use crate::world::Element;

/// How far the call is for an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// No call yet.
    Idle,
    /// Its INVITE is out.
    Calling,
    /// The session stands.
    Up,
    /// It has let go with a BYE.
    Leaving,
    /// The call is over for it.
    Gone,
}

/// An agent, as the facts show it.
#[derive(Debug)]
pub(super) struct Agent {
    pub(super) element: Element,
    pub(super) profile: Profile,
    /// Whether what it sends toward the caller's side goes over TCP, and toward the callee's.
    pub(super) reliable: [bool; 2],
    pub(super) world: World,
    pub(super) phase: Phase,
    pub(super) session: Session,
    /// From when its interval counts; `None` where that is not known.
    pub(super) since: Option<Time>,
    /// What the last 2xx made of the session, and by which rule; until the agent says so.
    pub(super) agreed: Option<(Session, &'static str)>,
    /// Its tag, where it is known.
    pub(super) local: Option<Tag>,
    /// The other side's tag, where it is known.
    pub(super) remote: Option<Tag>,
    /// The largest Min-SE of a 422 or of a request of this call that was accepted.
    pub(super) least: Option<u32>,
    /// Whether all that it may know of the other side has been told.
    pub(super) informed: bool,
    pub(super) asking: Asking,
    pub(super) answering: Answering,
}

impl Agent {
    pub(super) fn new(element: Element, profile: Profile, reliable: [bool; 2], world: World) -> Agent {
        Agent {
            element,
            profile,
            reliable,
            world,
            phase: Phase::Idle,
            session: Session::Untimed,
            since: None,
            agreed: None,
            local: None,
            remote: None,
            least: None,
            informed: !world.stands,
            asking: Asking::default(),
            answering: Answering::default(),
        }
    }

    /// It has sent a message.
    pub(super) fn sent(&mut self, now: Time, message: &Message, copy: u16, book: &mut Obligations) {
        let knows = self.profile.supports_timer;
        let says = message.supports_timer || message.requires_timer;
        book.require(knows || !says, "H4", self.element, "it names `timer` and does not know it");
        match message.kind {
            Kind::Request => self.asks(now, message, copy, book),
            Kind::Response(status) => self.answers(now, message, status, copy, book),
        }
    }

    /// A message has come to it.
    pub(super) fn received(&mut self, now: Time, message: &Message, book: &mut Obligations) {
        match message.kind {
            Kind::Request => self.asked(now, message, book),
            Kind::Response(status) => self.answered(now, message, status, book),
        }
    }

    /// Whether what it sends toward this side goes over TCP.
    pub(super) fn is_reliable(&self, toward: Side) -> bool {
        match toward {
            Side::Caller => self.reliable[0],
            Side::Callee => self.reliable[1],
        }
    }

    /// It knows of no call and never will.
    pub(super) fn dies(&mut self) {
        self.phase = Phase::Gone;
        self.session = Session::Untimed;
        self.asking.forget();
        self.answering.forget();
    }

    /// What a 2xx that it got for `request` makes of the session (rules C4, C5, C10).
    pub(super) fn takes(&self, response: &Message) -> Session {
        match response.session_expires {
            Some(SessionExpires { interval_s, refresher }) if self.profile.supports_timer => match refresher {
                None | Some(Refresher::Uac) => Session::Refreshing { interval_s },
                Some(Refresher::Uas) => Session::Watching { interval_s },
            },
            _ => Session::Untimed,
        }
    }

    /// What a 2xx that it sends makes of the session.
    pub(super) fn gives(response: &Message) -> Session {
        match response.session_expires {
            None => Session::Untimed,
            Some(SessionExpires { interval_s, refresher: Some(Refresher::Uas) }) => Session::Refreshing { interval_s },
            Some(SessionExpires { interval_s, .. }) => Session::Watching { interval_s },
        }
    }

    pub(super) fn established(&mut self, now: Time, session: Session, book: &mut Obligations) {
        if !book.done(self.element, What::Establish) && self.informed {
            book.breach("T3", self.element, "established without a 2xx");
        }
        self.phase = Phase::Up;
        self.settle(now, session, book);
        if !self.informed && self.world.aged {
            // How long ago the last refresh was, is not told.
            self.since = None;
            book.waive(self.element, What::Refresh);
            book.waive(self.element, What::Expire);
        }
    }

    pub(super) fn refreshed(&mut self, now: Time, session: Session, book: &mut Obligations) {
        if !book.done(self.element, What::Renew) {
            let again = self.answering.repeated_at == Some(now);
            let (rule, what) = if again {
                ("T6", "a repeated request counts as another refresh")
            } else {
                ("H5", "the interval begins at another instant than that of the 2xx")
            };
            book.breach(rule, self.element, what);
        }
        self.settle(now, session, book);
    }

    /// The session is what it is from now on, and what that obliges to.
    fn settle(&mut self, now: Time, session: Session, book: &mut Obligations) {
        if let Some((agreed, rule)) = self.agreed.take() {
            book.require(session == agreed, rule, self.element, "its part in the session is not what the 2xx says");
        }
        self.session = session;
        self.since = Some(now);
        (self.asking.failures, self.asking.overdue) = (0, false);
        let (refresh, expire) = (What::Refresh, What::Expire);
        for what in [refresh, expire, What::Again] {
            book.waive(self.element, what);
        }
        match session {
            Session::Untimed => {}
            Session::Refreshing { interval_s } => {
                let interval = Span::from_secs(interval_s.into());
                let half = interval.divided_by(rules::REFRESH_AT_ONE_OVER.into());
                book.due("R1", self.element, now + half, refresh, "it does not refresh at half the interval");
                book.due("R2", self.element, now + interval, expire, "it does not end when its interval does");
            }
            Session::Watching { interval_s } => {
                let interval = Span::from_secs(interval_s.into());
                let margin = interval.divided_by(rules::WATCHER_MARGIN_ONE_OVER.into()).min(rules::WATCHER_MARGIN);
                let why = "it does not give up the margin before the interval ends";
                book.due("R2", self.element, now + (interval - margin), expire, why);
            }
        }
    }

    pub(super) fn released(&mut self, now: Time, cause: ReleaseCause, book: &mut Obligations) {
        let said_bye = self.asking.said_bye == Some(now);
        match cause {
            ReleaseCause::RefreshMissing | ReleaseCause::IntervalEnded => {
                let watches = matches!(self.session, Session::Watching { .. });
                let is_due = book.done(self.element, What::Expire) || !self.informed && self.since.is_none();
                let may = is_due && watches == (cause == ReleaseCause::RefreshMissing);
                let late = self.answering.waited;
                book.require(may || late, "R2", self.element, "it gives up at another instant");
            }
            ReleaseCause::HungUp
            | ReleaseCause::ByeReceived
            | ReleaseCause::RefreshRefused
            | ReleaseCause::RefreshFailed
            | ReleaseCause::RefreshTimedOut
            | ReleaseCause::NoAck
            | ReleaseCause::SetupFailed
            | ReleaseCause::Died
            | ReleaseCause::PartnerEnded
            | ReleaseCause::MediaSilent
            | ReleaseCause::PingFailed
            | ReleaseCause::StateExpired => {}
        }
        let without_bye = matches!(
            cause,
            ReleaseCause::ByeReceived | ReleaseCause::SetupFailed | ReleaseCause::Died | ReleaseCause::PingFailed
        );
        book.require(said_bye || without_bye, "R7", self.element, "it lets go at another instant than that of its BYE");
        book.done(self.element, What::Release);
        self.answering.stop(self.element, book);
        for what in [What::Refresh, What::Again, What::Expire, What::Renew, What::Leave, What::Call] {
            book.waive(self.element, what);
        }
        self.phase = if said_bye { Phase::Leaving } else { Phase::Gone };
        if !said_bye {
            book.at_once("R7", self.element, What::Close, "it lets go without a BYE and is not closed");
        }
    }

    pub(super) fn closed(&mut self, now: Time, book: &mut Obligations) {
        let let_go = matches!(self.phase, Phase::Leaving | Phase::Gone);
        book.require(let_go, "R7", self.element, "it is closed before it has let go");
        let may = book.done(self.element, What::Close) || self.asking.ended_at == Some(now);
        book.require(may || !let_go, "R7", self.element, "it is closed before its BYE has ended");
        self.phase = Phase::Gone;
    }

    /// Whether a request has the tags of the agent's dialog, as far as they are known.
    pub(super) fn is_of_dialog(&self, request: &Message) -> bool {
        let is = |known: Option<Tag>, tag: Tag| known.is_none_or(|known| known == tag);
        is(self.local, request.to) && is(self.remote, request.from) && self.remote.or(self.local) != Some(Tag::NONE)
    }

    /// Takes note of a Min-SE of this call.
    pub(super) fn note_least(&mut self, min_se: Option<u32>) {
        self.least = self.least.max(min_se);
    }
}
