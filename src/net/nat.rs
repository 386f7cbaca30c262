//! Network address translation: who is inside can be reached from outside as long as it is not silent.

use crate::time::{Span, Time};

/// A NAT between the two ends of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nat {
    /// A binding that nothing refreshes for this long is gone.
    pub expires: Span,
    /// What refreshes it.
    pub refreshed_by: Refreshing,
    /// Which side is inside; `None`: that of the nearer end of the route.
    pub inside: Option<Inside>,
}

/// Which packets refresh a binding (RFC 4787, REQ-6: outbound ones must, inbound ones may).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refreshing {
    /// Those that leave.
    Outbound,
    /// Those that leave and those that come in.
    BothWays,
}

/// The side of the route that is inside a NAT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inside {
    /// The caller's.
    Caller,
    /// The callee's.
    Callee,
}

/// The binding of one call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Binding {
    refreshed: Time,
}

impl Binding {
    /// A binding that stands since `now`.
    pub(super) fn new(now: Time) -> Binding {
        Binding { refreshed: now }
    }

    /// A packet leaves at `at`: the binding stands, whatever it was.
    pub(super) fn let_out(&mut self, at: Time) {
        self.refreshed = self.refreshed.max(at);
    }

    /// Whether a packet that comes from outside at `at` is let in.
    pub(super) fn lets_in(&mut self, nat: &Nat, at: Time) -> bool {
        let stands = at.since(self.refreshed) <= nat.expires;
        if stands && nat.refreshed_by == Refreshing::BothWays {
            self.let_out(at);
        }
        stands
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secs(seconds: u64) -> Time {
        Time::ZERO + Span::from_secs(seconds)
    }

    fn nat(refreshed_by: Refreshing) -> Nat {
        Nat { expires: Span::from_secs(30), refreshed_by, inside: None }
    }

    #[test]
    fn a_binding_lets_in_until_it_has_been_silent_too_long_and_again_when_something_has_left() {
        let mut binding = Binding::new(secs(100));
        let nat = nat(Refreshing::Outbound);
        assert!(binding.lets_in(&nat, secs(130)));
        assert!(!binding.lets_in(&nat, secs(131)));
        binding.let_out(secs(140));
        assert!(binding.lets_in(&nat, secs(141)));
    }

    #[test]
    fn what_comes_in_refreshes_only_where_it_may() {
        for (refreshed_by, let_in) in [(Refreshing::Outbound, false), (Refreshing::BothWays, true)] {
            let mut binding = Binding::new(secs(0));
            assert!(binding.lets_in(&nat(refreshed_by), secs(20)));
            assert_eq!(binding.lets_in(&nat(refreshed_by), secs(40)), let_in);
        }
    }

    #[test]
    fn nothing_that_is_shut_out_refreshes() {
        let mut binding = Binding::new(secs(0));
        let nat = nat(Refreshing::BothWays);
        assert!(!binding.lets_in(&nat, secs(31)));
        assert!(!binding.lets_in(&nat, secs(32)));
    }
}
