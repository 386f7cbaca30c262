//! What an agent keeps in memory.

use super::{Agent, Input, Profile, establish};
use crate::sip::actions::{Action, Actions, Timer};
use crate::sip::message::{Message, Side};
use crate::sip::profile::RefreshBy;
use crate::time::{Span, Time};

/// What `agent` sends on this input.
fn sends(agent: &mut Agent, now: Time, input: Input) -> Vec<Message> {
    let mut out = Actions::new();
    agent.handle(now, input, &mut out);
    let message = |action: &Action| match action {
        Action::Send { message, .. } => Some(*message),
        _ => None,
    };
    out.as_slice().iter().filter_map(message).collect()
}

#[test]
fn ten_thousand_refreshes_leave_no_more_behind_than_a_few() {
    for (refresh_by, kept) in [(RefreshBy::Update, [1, 1]), (RefreshBy::Invite, [2, 1])] {
        let profile = Profile { refresh_by, ..Profile::RFC };
        let [mut caller, mut callee] = [(0, Side::Callee), (1, Side::Caller)]
            .map(|(element, faces)| Agent::new(element, faces, profile, Span::ZERO));
        let [mut out, mut of_callee] = [Actions::new(), Actions::new()];
        establish(&mut caller, &mut callee, Time::ZERO, Span::ZERO, [&mut out, &mut of_callee]);
        let mut most = [0, 0];
        for nth in 1..=10_000 {
            let now = Time::ZERO + Span::from_secs(900 * nth);
            let mut to_callee = sends(&mut caller, now, Input::Fire(Timer::Refresh));
            assert_eq!(to_callee[0].cseq, 1 + nth as u32, "each is a request of its own");
            while let Some(message) = to_callee.pop() {
                for answer in sends(&mut callee, now, Input::Receive(&message)) {
                    to_callee.extend(sends(&mut caller, now, Input::Receive(&answer)));
                }
            }
            let of = |agent: &Agent| agent.clients.kept() + agent.servers.kept();
            most = [most[0].max(of(&caller)), most[1].max(of(&callee))];
        }
        assert!(caller.is_up() && callee.is_up());
        assert_eq!(most, kept, "{refresh_by:?}");
    }
}
