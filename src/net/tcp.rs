//! TCP as SIP sees it: messages arrive in order, later when segments are lost, or the connection is given up (rule T5).
//!
//! One message is one segment. A lost one is sent again after the retransmission time-out, which doubles (RFC 6298); a
//! later message of the same connection waits for an earlier one. Each call has a connection of its own on each hop,
//! and it stands from the call's beginning. Not here: handshake, windows, congestion, fast retransmit, lost
//! acknowledgements (they cost segments, not time).

use crate::time::{Span, Time};

/// The first retransmission time-out (RFC 6298 2.1). Deployed kernels go as low as 200 ms on a fast path.
pub const FIRST_TIMEOUT: Span = Span::from_secs(1);

/// The longest (RFC 6298 2.4: at least 60 s).
pub const LONGEST_TIMEOUT: Span = Span::from_secs(60);

/// How long a segment is sent in vain before the connection is given up, unless a topology says otherwise: what
/// `tcp_retries2 = 15` comes to on Linux. RFC 1122 4.2.3.5 asks for at least 100 s.
pub const GIVEN_UP_AFTER: Span = Span::from_millis(924_600);

/// What became of a segment on one hop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It arrives at this instant, if nothing earlier is under way.
    Arrives(Time),
    /// The connection is given up at this instant.
    GivenUp(Time),
}

/// Carries a segment over a hop from `now` on.
///
/// `cross` says when it arrives if it is sent at an instant for an attempt, from 0, or that it is lost then.
pub fn carry(limit: Span, now: Time, mut cross: impl FnMut(Time, u64) -> Option<Time>) -> Delivery {
    let (mut sent, mut timeout) = (now, FIRST_TIMEOUT);
    for attempt in 0.. {
        if let Some(at) = cross(sent, attempt) {
            return Delivery::Arrives(at);
        }
        sent = sent + timeout;
        timeout = timeout.times(2).min(LONGEST_TIMEOUT);
        if sent.since(now) > limit {
            break;
        }
    }
    Delivery::GivenUp(now + limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Streams, unit};

    const DELAY: Span = Span::from_millis(10);

    #[test]
    fn segments_are_sent_again_after_1_3_7_15_31_63_s_and_every_60_s() {
        let at = |open_from: u64| {
            let open = |sent: Time| sent >= Time::ZERO + Span::from_secs(open_from);
            match carry(GIVEN_UP_AFTER, Time::ZERO, |sent, _| open(sent).then(|| sent + DELAY)) {
                Delivery::Arrives(at) => at.since(Time::ZERO).as_secs_f64(),
                Delivery::GivenUp(at) => -at.since(Time::ZERO).as_secs_f64(),
            }
        };
        for (open_from, arrives) in
            [(0, 0.01), (1, 1.01), (2, 3.01), (8, 15.01), (32, 63.01), (64, 123.01), (184, 243.01)]
        {
            assert_eq!(at(open_from), arrives);
        }
        // 63 + 14 * 60 = 903 s is the last before the limit.
        assert_eq!(at(903), 903.01);
        assert_eq!(at(904), -924.6);
    }

    #[test]
    fn the_mean_delay_is_that_of_its_closed_form() {
        // P(k lost) = p^k (1 - p), and k lost segments cost 2^k - 1 s, up to 63 s.
        let (p, n) = (0.2f64, 200_000u64);
        let streams = Streams::new(7, 0);
        let waits: Vec<f64> = (0..n)
            .map(|call| {
                let arrives = |attempt| unit(streams.pair(call, attempt)[0]) > p;
                match carry(GIVEN_UP_AFTER, Time::ZERO, |sent, attempt| arrives(attempt).then(|| sent + DELAY)) {
                    Delivery::Arrives(at) => at.since(Time::ZERO).as_secs_f64() - 0.01,
                    Delivery::GivenUp(_) => panic!("a fifth of all segments is lost, not all"),
                }
            })
            .collect();
        let mean = waits.iter().sum::<f64>() / n as f64;
        let cost = |k: i32| if k <= 6 { libm::pow(2.0, f64::from(k)) - 1.0 } else { 63.0 + 60.0 * f64::from(k - 6) };
        let expected: f64 = (0..60).map(|k| libm::pow(p, f64::from(k)) * (1.0 - p) * cost(k)).sum();
        let square: f64 = (0..60).map(|k| libm::pow(p, f64::from(k)) * (1.0 - p) * cost(k) * cost(k)).sum();
        let error = ((square - expected * expected) / n as f64).sqrt();
        assert!((mean - expected).abs() < 4.0 * error, "{mean} against {expected} +- {error}");
    }
}
