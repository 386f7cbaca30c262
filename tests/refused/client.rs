//! Headers and the client's rules.

use byeloss::sip::{Method, Refresher, Session, SessionExpires};
use byeloss::world::{Element, Fact};

use super::common::{Call, Callee, Caller};
use super::{Trace, alter, at, expires, remove};

/// A call that is set up at once, refreshed at 45.1 and 90.2 s and hung up by the caller.
fn plain() -> Call {
    Call::new().session_expires(90).hangs_up(Caller, 100.0)
}

/// A call whose callee refuses the first INVITE: it wants 300 s at least.
fn refused_once() -> Call {
    plain().with(|setup| setup.callee.min_se = Some(300)).hangs_up(Caller, 200.0)
}

#[test]
fn session_expires_in_a_bye_breaks_h1() {
    let given = Some(SessionExpires { interval_s: 90, refresher: None });
    Trace::of(&plain()).breaks("H1", |facts| alter(facts, Caller, "BYE", 1, |bye| bye.session_expires = given));
}

#[test]
fn an_interval_below_90_s_breaks_h1() {
    Trace::of(&plain())
        .breaks("H1", |facts| alter(facts, Caller, "UPDATE", 1, |update| expires(update).interval_s = 89));
}

#[test]
fn min_se_in_an_ack_breaks_h2() {
    Trace::of(&plain()).breaks("H2", |facts| alter(facts, Caller, "ACK", 1, |ack| ack.min_se = Some(90)));
}

#[test]
fn a_422_without_min_se_breaks_h3() {
    Trace::of(&refused_once())
        .breaks("H3", |facts| alter(facts, Callee, "422 INVITE", 1, |refusal| refusal.min_se = None));
}

#[test]
fn naming_timer_without_support_breaks_h4() {
    let trace = Trace::of(&plain().with(|setup| setup.caller.supports_timer = false));
    trace.breaks("H4", |facts| alter(facts, Caller, "INVITE", 1, |invite| invite.supports_timer = true));
}

#[test]
fn an_interval_that_begins_anew_without_a_2xx_breaks_h5() {
    let again = Fact::Refreshed { element: Element::CALLEE, session: Session::Watching { interval_s: 90 } };
    Trace::of(&plain()).breaks("H5", |facts| facts.push((at(46.0), again)));
}

#[test]
fn an_invite_without_supported_timer_breaks_c1() {
    Trace::of(&plain()).breaks("C1", |facts| alter(facts, Caller, "INVITE", 1, |invite| invite.supports_timer = false));
}

#[test]
fn a_refresher_that_the_caller_was_not_set_to_name_breaks_c2() {
    let named = Some(Refresher::Uas);
    Trace::of(&plain())
        .breaks("C2", |facts| alter(facts, Caller, "INVITE", 1, |invite| expires(invite).refresher = named));
}

#[test]
fn asking_for_less_than_ones_own_min_se_breaks_c3() {
    let trace = Trace::of(&plain().session_expires(600).with(|setup| setup.caller.min_se = Some(120)));
    trace.breaks("C3", |facts| alter(facts, Caller, "INVITE", 1, |invite| invite.min_se = Some(700)));
}

/// Changes what `element` makes of the session at its establishment.
fn established(facts: &mut super::Facts, element: Element, other: Session) {
    for (_, fact) in facts.iter_mut() {
        if let Fact::Established { element: of, session } = fact
            && *of == element
        {
            *session = other;
        }
    }
}

#[test]
fn watching_a_session_that_one_is_to_refresh_breaks_c4() {
    let other = Session::Watching { interval_s: 90 };
    Trace::of(&plain()).breaks("C4", |facts| established(facts, Element::CALLER, other));
}

#[test]
fn refreshing_a_session_that_does_not_expire_breaks_c5() {
    let trace = Trace::of(&plain().with(|setup| setup.callee.supports_timer = false));
    let other = Session::Refreshing { interval_s: 90 };
    trace.breaks("C5", |facts| established(facts, Element::CALLER, other));
}

#[test]
fn an_invite_after_a_422_without_its_min_se_or_a_new_tag_breaks_c6() {
    let trace = Trace::of(&refused_once());
    trace.breaks("C6", |facts| alter(facts, Caller, "INVITE", 2, |invite| invite.min_se = None));
    trace.breaks("C6", |facts| alter(facts, Caller, "INVITE", 2, |invite| invite.from.0 -= 1));
}

#[test]
fn an_update_to_a_side_that_does_not_allow_it_breaks_c7() {
    let trace = Trace::of(&plain().with(|setup| setup.callee.allows_update = false));
    trace.breaks("C7", |facts| {
        alter(facts, Caller, "INVITE", 2, |invite| {
            (invite.method, invite.branch.method) = (Method::Update, Method::Update)
        });
    });
}

#[test]
fn a_refresh_that_names_the_other_side_breaks_c8() {
    let other = Some(Refresher::Uas);
    Trace::of(&plain())
        .breaks("C8", |facts| alter(facts, Caller, "UPDATE", 1, |update| expires(update).refresher = other));
}

#[test]
fn a_refresh_with_another_interval_breaks_c8() {
    Trace::of(&plain())
        .breaks("C8", |facts| alter(facts, Caller, "UPDATE", 1, |update| expires(update).interval_s = 91));
}

#[test]
fn a_refresh_that_forgets_the_min_se_of_the_422_breaks_c9() {
    Trace::of(&refused_once()).breaks("C9", |facts| alter(facts, Caller, "UPDATE", 1, |update| update.min_se = None));
}

#[test]
fn keeping_the_old_session_after_a_2xx_that_changes_it_breaks_c10() {
    Trace::of(&plain()).breaks("C10", |facts| {
        let refreshed = facts.iter_mut().find_map(|(_, fact)| match fact {
            Fact::Refreshed { element: Element::CALLER, session } => Some(session),
            _ => None,
        });
        *refreshed.expect("a refresh") = Session::Refreshing { interval_s: 1800 };
    });
}

#[test]
fn a_2xx_that_refreshes_nothing_breaks_c11() {
    let refreshed = |fact: &Fact| matches!(fact, Fact::Refreshed { element: Element::CALLER, .. });
    Trace::of(&plain()).breaks("C11", |facts| remove(facts, refreshed));
}

#[test]
fn a_second_update_before_the_first_is_answered_breaks_c12() {
    Trace::of(&plain()).breaks("C12", |facts| {
        let is_update = |fact: &Fact| {
            matches!(fact, Fact::Sent { from: Element::CALLER, message, .. } if message.to_string() == "UPDATE")
        };
        let (_, mut second) = *facts.iter().find(|(_, fact)| is_update(fact)).expect("an UPDATE");
        if let Fact::Sent { message, .. } = &mut second {
            (message.cseq, message.branch.ordinal) = (message.cseq + 1, message.branch.ordinal + 9);
        }
        facts.push((at(45.12), second));
    });
}
