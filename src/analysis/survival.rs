//! How many ghosts are still held at each time after the hang-up.

use crate::measure::Ghosts;

/// A step of the survival curve: from `after_s` on so many ghosts are still held.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StillHeld {
    /// Seconds after the hang-up.
    pub after_s: f64,
    /// Ghosts still held from then on.
    pub held: u64,
    /// The same as a share of all.
    pub share: f64,
}

/// The steps of the survival curve of `ghosts`, the first at zero with all of them; none without ghosts.
pub fn still_held(ghosts: &Ghosts) -> Vec<StillHeld> {
    let all = ghosts.count();
    if all == 0 {
        return vec![];
    }
    let step = |after_s, held: u64| StillHeld { after_s, held, share: held as f64 / all as f64 };
    let steps = ghosts.recovery.bins().scan(all, |held, (bin, count)| {
        *held = held.saturating_sub(u64::from(count));
        Some(step(bin.as_secs_f64(), *held))
    });
    std::iter::once(step(0.0, all)).chain(steps).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Span;

    #[test]
    fn the_curve_falls_from_all_to_those_that_the_end_of_the_run_left() {
        let mut ghosts = Ghosts::default();
        [3, 1, 3].into_iter().for_each(|s| ghosts.add(Some(Span::from_secs(s))));
        ghosts.add(None);
        let steps: Vec<(f64, u64, f64)> =
            still_held(&ghosts).into_iter().map(|step| (step.after_s, step.held, step.share)).collect();
        assert_eq!(steps, [(0.0, 4, 1.0), (1.0, 3, 0.75), (3.0, 1, 0.25)]);
        assert!(still_held(&Ghosts::default()).is_empty());
    }
}
