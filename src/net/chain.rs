//! A Markov chain that can be asked for its state at any instant, in any order, and always gives the same answer.
//!
//! Nothing is stepped. Time is cut into blocks so long that their ends are as good as independent: the state at each
//! border is drawn from the stationary distribution, by a number addressed by the border. Inside a block the state in
//! the middle is drawn given those at both ends, P(m | a, b) = P(a, m) P(m, b) / P(a, b), by a number addressed by the
//! middle; then that of the half that holds the instant, and so on. Of each interval it is drawn as well whether the
//! chain stays in one state all through it; once it does, the answer is known, and for the whole interval at once. So a
//! question costs a few draws more than there are halvings from a block to a stay, and down at one tick (a nanosecond,
//! or one step of a chain that moves by steps) nothing is left to draw: the answer is exact.

use crate::random::{Pair, unit};
use crate::time::{Span, Time};

/// The most states that a chain has.
pub(super) const MOST_STATES: usize = 4;

type Row = [f64; MOST_STATES];
type Matrix = [Row; MOST_STATES];

/// A stationary Markov chain of up to four states.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    states: usize,
    /// The length of a tick. Between ticks nothing changes.
    tick: Span,
    stationary: Row,
    /// For intervals of 2^k ticks, k from 0.
    levels: Vec<Level>,
    /// Whether the ends of an interval of the last level are independent; else there is one such interval in all time.
    settles: bool,
}

/// What happens in intervals of one length.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Level {
    /// The probability that the chain stays in this state all through it.
    stays: Row,
    /// The probability that it moves meanwhile and ends in that state; from a state to itself, that it leaves and
    /// comes back.
    moves: Matrix,
}

/// A time through which the chain is known to stay in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay {
    /// From when.
    pub from: Time,
    /// Before when.
    pub until: Time,
    /// In which state.
    pub state: usize,
}

/// Halvings of a nanosecond from which the matrices of a continuous chain are built up: there, terms of the third order
/// in rate times length are nothing.
const HALVINGS: u32 = 20;

/// No interval has more ticks than 2^62: two of them are more than all of time.
const MOST_LEVELS: usize = 63;

impl Chain {
    /// The chain that leaves state i for state j at `rates[i][j]`, per second. `None` unless all rates between
    /// different states are finite and not negative and from every state the chain comes to a common one.
    pub fn in_continuous_time<const N: usize>(rates: [[f64; N]; N]) -> Option<Chain> {
        let q = whole(rates)?;
        let stationary = stationary(&q, N)?;
        let leave: Row = std::array::from_fn(|i| row_sum(&q, i));
        let whole_tick = 1e-9;
        let length = whole_tick / f64::from(1u32 << HALVINGS);
        let stays_for = |length: f64| leave.map(|rate| libm::exp(-rate * length));
        let moves = std::array::from_fn(|i| {
            std::array::from_fn(|j| {
                let direct = if i == j { 0.0 } else { q[i][j] * (1.0 - (leave[i] + leave[j]) * length / 2.0) };
                let by_one: f64 = (0..N).filter(|&k| k != i && k != j).map(|k| q[i][k] * q[k][j]).sum();
                (direct + by_one * length / 2.0).max(0.0) * length
            })
        });
        let mut level = Level { stays: stays_for(length), moves };
        for halving in (0..HALVINGS).rev() {
            let length = whole_tick / f64::from(1u32 << halving);
            level = level.twice(|i| leave[i] * length, N);
        }
        let leaves = |i: usize, ticks: f64| leave[i] * ticks * whole_tick;
        Some(Chain::from_level(level, stationary, Span::from_nanos(1), N, leaves))
    }

    /// The chain that moves once each `step` from state i to state j with probability `matrix[i][j]`. `None` unless
    /// `step` is above 0, all are probabilities, those of each row sum to 1 (to a millionth of a millionth), and from
    /// every state the chain comes to a common one.
    pub fn by_steps<const N: usize>(step: Span, matrix: [[f64; N]; N]) -> Option<Chain> {
        let sums_to_one = |row: &[f64; N]| (row.iter().sum::<f64>() - 1.0).abs() < 1e-12;
        (step > Span::ZERO && matrix.iter().all(sums_to_one)).then_some(())?;
        let p = whole(matrix)?;
        let stationary = stationary(&p, N)?;
        let stays: Row = std::array::from_fn(|i| p[i][i]);
        let moves = std::array::from_fn(|i| std::array::from_fn(|j| if i == j { 0.0 } else { p[i][j] }));
        let leaves = |i: usize, ticks: f64| -libm::log(stays[i]) * ticks;
        Some(Chain::from_level(Level { stays, moves }, stationary, step, N, leaves))
    }

    /// Builds the levels up from that of one tick; `leaves` gives -ln P(stays) for a number of ticks.
    fn from_level(
        first: Level,
        stationary: Row,
        tick: Span,
        states: usize,
        leaves: impl Fn(usize, f64) -> f64,
    ) -> Chain {
        let mut levels = vec![first];
        let mut settles = false;
        while !settles && levels.len() < MOST_LEVELS {
            let ticks = libm::ldexp(1.0, levels.len() as i32);
            let next = levels[levels.len() - 1].twice(|i| leaves(i, ticks), states);
            settles = next.forgets(&stationary, states);
            levels.push(next);
        }
        Chain { states, tick, stationary, levels, settles }
    }

    /// The probability of each state in the long run.
    pub fn shares(&self) -> &[f64] {
        &self.stationary[..self.states]
    }

    /// The state at `at`, and the time around it through which it is known to last.
    ///
    /// `draw` gives the numbers of a point of time, counted in ticks; [`u64::MAX`] is that of the whole chain.
    pub fn stay(&self, at: Time, draw: impl Fn(u64) -> Pair) -> Stay {
        let tick = self.tick.as_nanos();
        // Steps begin anywhere between two whole numbers of them.
        let phase = if tick == 1 { 0 } else { ((u128::from(draw(u64::MAX)[0]) * u128::from(tick)) >> 64) as u64 };
        let (from, ticks, state) = self.stay_in_ticks(at.as_nanos().saturating_add(phase) / tick, draw);
        let instant = |ticks: u64| Time::from_nanos(ticks.saturating_mul(tick).saturating_sub(phase));
        Stay { from: instant(from), until: instant(from.saturating_add(ticks)), state }
    }

    /// Since which tick, for how many and in which state.
    fn stay_in_ticks(&self, at: u64, draw: impl Fn(u64) -> Pair) -> (u64, u64, usize) {
        let mut k = self.levels.len() - 1;
        let at = if self.settles { at } else { at.min((1 << k) - 1) };
        let mut left = at >> k << k;
        let [border, stays] = draw(left).map(unit);
        let mut a = pick(&self.stationary, border);
        let level = &self.levels[k];
        let [next_border, _] = draw(left.wrapping_add(1 << k)).map(unit);
        let mut b = pick(&if self.settles { self.stationary } else { level.row(a) }, next_border);
        let mut one_state = a == b && stays * (level.stays[a] + level.moves[a][a]) < level.stays[a];
        while !one_state && k > 0 {
            k -= 1;
            let middle = left + (1 << k);
            let halves = self.levels[k].halves(a, b, self.states, unit(draw(middle)[0]));
            if at < middle {
                (b, one_state) = (halves.middle, halves.stays_before);
            } else {
                (a, left, one_state) = (halves.middle, middle, halves.stays_after);
            }
        }
        (left, 1 << k, a)
    }
}

/// How an interval in which the chain moves falls into halves.
struct Halves {
    middle: usize,
    stays_before: bool,
    stays_after: bool,
}

impl Level {
    /// The level of intervals twice as long: P² with P = stays + moves, all but the part that stays in both halves.
    /// `leaves` gives -ln P(stays) of the longer interval; by it each row sums to 1 again.
    fn twice(&self, leaves: impl Fn(usize) -> f64, states: usize) -> Level {
        let Level { stays: s, moves: m } = self;
        let mut moves = [[0.0; MOST_STATES]; MOST_STATES];
        for (i, row) in moves.iter_mut().enumerate().take(states) {
            for (j, cell) in row.iter_mut().enumerate().take(states) {
                *cell = s[i] * m[i][j] + m[i][j] * s[j] + (0..states).map(|k| m[i][k] * m[k][j]).sum::<f64>();
            }
            let (sum, expected) = (row.iter().sum::<f64>(), -libm::expm1(-leaves(i)));
            if sum > 0.0 {
                row.iter_mut().for_each(|cell| *cell *= expected / sum);
            }
        }
        let stays = std::array::from_fn(|i| if i < states { libm::exp(-leaves(i)) } else { 0.0 });
        Level { stays, moves }
    }

    /// The probability to be in each state at its end.
    fn row(&self, from: usize) -> Row {
        std::array::from_fn(|to| self.moves[from][to] + if to == from { self.stays[from] } else { 0.0 })
    }

    /// Whether its end does not depend on its beginning, to the digits that sums of so many terms have.
    fn forgets(&self, stationary: &Row, states: usize) -> bool {
        (0..states).all(|from| {
            self.row(from).iter().zip(stationary).all(|(found, share)| (found - share).abs() <= 1e-12 * share)
        })
    }

    /// Of two neighbouring intervals of this level, between which the chain moves from `a` to `b` or leaves `a` and
    /// comes back: what `u`, uniform from 0 to 1, decides of their border.
    fn halves(&self, a: usize, b: usize, states: usize, u: f64) -> Halves {
        let Level { stays: s, moves: m } = self;
        let moving = |middle| (Halves { middle, stays_before: false, stays_after: false }, m[a][middle] * m[middle][b]);
        let ways = [
            (Halves { middle: a, stays_before: true, stays_after: false }, s[a] * m[a][b]),
            (Halves { middle: b, stays_before: false, stays_after: true }, m[a][b] * s[b]),
        ];
        let total = ways.iter().map(|way| way.1).sum::<f64>() + (0..states).map(|middle| moving(middle).1).sum::<f64>();
        let mut left = u * total;
        let mut last = Halves { middle: a, stays_before: true, stays_after: false };
        for (way, weight) in ways.into_iter().chain((0..states).map(moving)) {
            if weight > 0.0 {
                last = way;
                if left < weight {
                    return last;
                }
                left -= weight;
            }
        }
        last
    }
}

/// The state that the number `u`, uniform from 0 to 1, stands for.
fn pick(shares: &Row, u: f64) -> usize {
    let mut left = u * shares.iter().sum::<f64>();
    let mut last = 0;
    for (state, &share) in shares.iter().enumerate() {
        if share > 0.0 {
            last = state;
            if left < share {
                break;
            }
            left -= share;
        }
    }
    last
}

/// `matrix` with room for [`MOST_STATES`], if its numbers between different states are finite and not negative.
fn whole<const N: usize>(matrix: [[f64; N]; N]) -> Option<Matrix> {
    let mut all = [[0.0; MOST_STATES]; MOST_STATES];
    for (i, row) in matrix.iter().enumerate() {
        for (j, &cell) in row.iter().enumerate() {
            if i != j && !(cell.is_finite() && cell >= 0.0) {
                return None;
            }
            all[i][j] = cell;
        }
    }
    Some(all)
}

fn row_sum(matrix: &Matrix, row: usize) -> f64 {
    (0..MOST_STATES).filter(|&other| other != row).map(|other| matrix[row][other]).sum()
}

/// The distribution that a chain with these rates or probabilities of moving keeps: states are taken out one by one,
/// with their traffic shared out among the rest, so that nothing is subtracted (Grassmann, Taksar, Heyman 1985). `None`
/// if the chain has two parts that it does not leave.
fn stationary(moves: &Matrix, states: usize) -> Option<Row> {
    // In an order in which each state that is taken out leads to one that is left.
    let order = order_of_leaving(moves, states)?;
    let mut m: Matrix = std::array::from_fn(|i| {
        std::array::from_fn(|j| if i < states && j < states { moves[order[i]][order[j]] } else { 0.0 })
    });
    let mut out = [0.0; MOST_STATES];
    for last in (1..states).rev() {
        out[last] = (0..last).map(|to| m[last][to]).sum();
        (out[last] > 0.0).then_some(())?;
        for from in 0..last {
            for to in (0..last).filter(|&to| to != from) {
                m[from][to] += m[from][last] * m[last][to] / out[last];
            }
        }
    }
    let mut weight = [0.0; MOST_STATES];
    weight[0] = 1.0;
    for state in 1..states {
        weight[state] = (0..state).map(|from| weight[from] * m[from][state]).sum::<f64>() / out[state];
    }
    let sum: f64 = weight.iter().sum();
    let mut shares = [0.0; MOST_STATES];
    order.iter().zip(weight).take(states).for_each(|(&state, weight)| shares[state] = weight / sum);
    Some(shares)
}

/// The states by their distance to one that all of them come to, that one first.
fn order_of_leaving(moves: &Matrix, states: usize) -> Option<Vec<usize>> {
    (0..states).find_map(|home| {
        let mut order = vec![home];
        let mut next = 0;
        while let Some(&to) = order.get(next) {
            order
                .extend((0..states).filter(|from| moves[*from][to] > 0.0 && !order.contains(from)).collect::<Vec<_>>());
            next += 1;
        }
        (order.len() == states).then_some(order)
    })
}

#[cfg(test)]
mod tests;
