//! How a link loses messages: each for itself, in bursts, or when a recording says so.

use std::sync::Arc;

use super::chain::Chain;
use crate::random::Probability;
use crate::time::Span;

/// How one direction of a link loses messages.
#[derive(Clone, Debug, PartialEq)]
pub enum Loss {
    /// Each message independently.
    Independent(Probability),
    /// By the state of a chain.
    Bursts {
        /// The chain and the loss in each state.
        bursts: Arc<Bursts>,
        /// Whether both directions of the link are in one state.
        together: bool,
    },
    /// When a recording lost a packet.
    Trace {
        /// The recording.
        trace: Arc<LossTrace>,
        /// Whether both directions of the link are at one place of it.
        together: bool,
    },
}

impl Loss {
    /// The share of messages lost in the long run.
    pub fn mean(&self) -> f64 {
        match self {
            Loss::Independent(loss) => loss.get(),
            Loss::Bursts { bursts, .. } => bursts.mean(),
            Loss::Trace { trace, .. } => trace.mean(),
        }
    }
}

impl From<Probability> for Loss {
    fn from(loss: Probability) -> Loss {
        Loss::Independent(loss)
    }
}

/// A chain that loses messages with the loss of its present state.
#[derive(Clone, Debug, PartialEq)]
pub struct Bursts {
    chain: Chain,
    losses: Vec<Probability>,
    /// Of two states, the mean lengths of a good and a bad time in seconds.
    times_s: Option<[f64; 2]>,
}

impl Bursts {
    /// The Gilbert-Elliott channel: good and bad times, exponential with these means, and the loss in each. `None`
    /// unless both means are above 0.
    pub fn gilbert(good: Span, bad: Span, losses: [Probability; 2]) -> Option<Bursts> {
        let [good, bad] = [good, bad].map(Span::as_secs_f64);
        Bursts::by_rates(1.0 / good, 1.0 / bad, losses)
    }

    /// The same from what netem's `gemodel` says per packet: `p` good to bad, `r` bad to good, of packets `spacing`
    /// apart. The channel seen at that spacing has just these: a + b = -ln(1 - p - r) / spacing, a : b = p : r. `None`
    /// unless p, r and `spacing` are above 0 and p + r below 1, else no channel in continuous time is like that.
    pub fn per_packet([p, r]: [f64; 2], spacing: Span, losses: [Probability; 2]) -> Option<Bursts> {
        (p > 0.0 && r > 0.0 && p + r < 1.0 && spacing > Span::ZERO).then_some(())?;
        let total = -libm::log1p(-(p + r)) / spacing.as_secs_f64();
        Bursts::by_rates(total * p / (p + r), total * r / (p + r), losses)
    }

    fn by_rates(to_bad: f64, to_good: f64, losses: [Probability; 2]) -> Option<Bursts> {
        let chain = Chain::in_continuous_time([[0.0, to_bad], [to_good, 0.0]])?;
        Some(Bursts { chain, losses: losses.to_vec(), times_s: Some([1.0 / to_bad, 1.0 / to_good]) })
    }

    /// netem's chain of four states, which moves with each packet, here once each `spacing`: 1 received in a gap, 2
    /// received in a burst, 3 lost in a burst, 4 lost alone. No channel in continuous time is like it, for state 4
    /// lasts one packet. `None` unless these are probabilities, of each state at most 1 together, and the chain
    /// settles.
    pub fn four_states(p13: f64, p31: f64, p32: f64, p23: f64, p14: f64, spacing: Span) -> Option<Bursts> {
        let lost = Probability::ALWAYS;
        let received = Probability::NEVER;
        let matrix = [
            [1.0 - p13 - p14, 0.0, p13, p14],
            [0.0, 1.0 - p23, p23, 0.0],
            [p31, p32, 1.0 - p31 - p32, 0.0],
            [1.0, 0.0, 0.0, 0.0],
        ];
        // A rounding below 0 is 0.
        let matrix = matrix.map(|row| row.map(|p| if (-1e-12..0.0).contains(&p) { 0.0 } else { p }));
        let meant = matrix.iter().flatten().all(|p| (0.0..=1.0).contains(p));
        let chain = meant.then(|| Chain::by_steps(spacing, matrix))??;
        Some(Bursts { chain, losses: vec![received, received, lost, lost], times_s: None })
    }

    /// The chain.
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// The loss in this state.
    pub fn loss(&self, state: usize) -> Probability {
        self.losses.get(state).copied().unwrap_or(Probability::NEVER)
    }

    /// The share of messages lost in the long run.
    pub fn mean(&self) -> f64 {
        self.chain.shares().iter().zip(&self.losses).map(|(share, loss)| share * loss.get()).sum()
    }

    /// Of the Gilbert-Elliott channel, the mean lengths of a good and a bad time in seconds, and the loss in each.
    pub fn as_gilbert(&self) -> Option<([f64; 2], [f64; 2])> {
        Some((self.times_s?, [self.loss(0).get(), self.loss(1).get()]))
    }
}

/// A recording of when packets were lost.
#[derive(Clone, Debug, PartialEq)]
pub struct LossTrace {
    /// When the lost packets were sent, rising.
    lost: Vec<Span>,
    spacing: Span,
    length: Option<Span>,
}

impl LossTrace {
    /// A recording of packets `spacing` apart, of which those sent at the times `lost` were lost; a message is lost
    /// that is sent within `spacing` after one of them. With `length`, the recording is that long and comes again and
    /// again. `None` unless there is a time, none comes before the one before it or after the end, and `spacing` is
    /// above 0.
    pub fn new(lost: Vec<Span>, spacing: Span, length: Option<Span>) -> Option<LossTrace> {
        let ends = length.is_none_or(|length| lost.last().is_some_and(|&last| last < length));
        let rises = lost.is_sorted() && !lost.is_empty();
        (rises && ends && spacing > Span::ZERO).then_some(LossTrace { lost, spacing, length })
    }

    /// Whether a message is lost that is sent this long after the beginning.
    pub fn loses(&self, after: Span) -> bool {
        let after = self.length.map_or(after, |length| after.modulo(length));
        let before = self.lost.partition_point(|&lost| lost <= after);
        before.checked_sub(1).is_some_and(|last| after < self.lost[last] + self.spacing)
    }

    /// How long it is before it comes again.
    pub fn length(&self) -> Option<Span> {
        self.length
    }

    /// The share of messages lost in the long run: none where it does not come again.
    fn mean(&self) -> f64 {
        let Some(length) = self.length else { return 0.0 };
        let ends = self.lost.iter().skip(1).copied().chain([length]);
        let covered = self.lost.iter().zip(ends).map(|(&from, next)| (next - from).min(self.spacing).as_secs_f64());
        covered.sum::<f64>() / length.as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_loses_what_is_sent_within_its_spacing_of_a_lost_packet() {
        let ms = Span::from_millis;
        let once = LossTrace::new(vec![ms(100), ms(120), ms(500)], ms(20), None).unwrap();
        let again = LossTrace::new(vec![ms(100), ms(120), ms(500)], ms(20), Some(ms(1000))).unwrap();
        for (at, lost) in [(0, false), (99, false), (100, true), (139, true), (140, false), (510, true), (999, false)] {
            assert_eq!(once.loses(ms(at)), lost, "{at}");
            assert_eq!(again.loses(ms(7000 + at)), lost, "{at}");
        }
        assert!(!once.loses(ms(7100)));
        assert!((again.mean() - 0.06).abs() < 1e-12);
    }

    #[test]
    fn a_recording_of_nothing_is_refused() {
        let ms = Span::from_millis;
        assert_eq!(LossTrace::new(vec![], ms(20), None), None);
        assert_eq!(LossTrace::new(vec![ms(2), ms(1)], ms(20), None), None);
        assert_eq!(LossTrace::new(vec![ms(2)], ms(20), Some(ms(2))), None);
        assert_eq!(LossTrace::new(vec![ms(2)], Span::ZERO, None), None);
    }

    #[test]
    fn figures_per_packet_become_times_and_keep_their_mean_loss() {
        let [never, always] = [Probability::NEVER, Probability::ALWAYS];
        let wlan = Bursts::per_packet([0.0958, 0.594], Span::from_millis(20), [never, always]).unwrap();
        assert!((wlan.mean() - 0.0958 / 0.6898).abs() < 1e-12);
        let ([good, bad], losses) = wlan.as_gilbert().unwrap();
        assert!((good / bad - 0.594 / 0.0958).abs() < 1e-9);
        assert_eq!(losses, [0.0, 1.0]);
        let total = 1.0 / good + 1.0 / bad;
        assert!((libm::exp(-total * 0.02) - (1.0 - 0.6898)).abs() < 1e-12);
        assert_eq!(Bursts::per_packet([0.4, 0.6], Span::from_millis(20), [never, always]), None);
    }

    #[test]
    fn the_chain_of_four_states_has_its_published_loss() {
        let (p13, p31, p32, p23, p14) = (0.02, 0.2, 0.3, 0.7, 0.01);
        let chain = Bursts::four_states(p13, p31, p32, p23, p14, Span::from_millis(20)).unwrap();
        let lost = (p13 * p23 + p14 * p31 * p23) / (p31 * p23 + p13 * p32 + p13 * p23 + p14 * p31 * p23);
        assert!((chain.mean() - lost).abs() < 1e-12);
        assert_eq!(Bursts::four_states(0.6, 0.2, 0.3, 0.7, 0.5, Span::from_millis(20)), None);
    }
}
