//! Whether outages cut a path, for what flows all the time.

use super::Path;
use crate::net::weather::Weather;
use crate::time::Time;

impl Path {
    /// Whether an outage of a link or node lets nothing pass at `at` from one node to another, counted from the
    /// caller's, from 0; and before when none of them begins or ends.
    pub fn is_cut(&self, at: Time, [from, to]: [u8; 2], weather: &mut Weather) -> (bool, Time) {
        let (from, to) = (usize::from(from), usize::from(to));
        let all = self.to_callee.len();
        let hops = if from <= to { &self.to_callee[from..to] } else { &self.to_caller[all - from..all - to] };
        let outages = hops.iter().flat_map(|hop| hop.on_entry.iter().chain(&hop.on_exit)).filter(|on| on.is_outage());
        outages.fold((false, Time::NEVER), |(cut, until), outage| {
            let (lasts, changes) = weather.lasts(outage, at);
            (cut || lasts, until.min(changes))
        })
    }
}
