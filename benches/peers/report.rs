//! What every peer counts and prints. Shared by the peers in Rust; `simpy/ka1.py` prints the same lines.

use std::collections::BTreeMap;

/// Closed forms of the mean recovery time, in seconds (`docs/model.md`): the refresher hung up, the watcher did.
const CLOSED_FORMS: [(&str, &str, f64); 2] = [("R", "refresher", 1336.8), ("W", "watcher", 468.9)];

/// An exact histogram of whole milliseconds.
pub type Histogram = BTreeMap<u64, u64>;

/// What is counted. An event is a message delivered or a timer that fired and did something, hang-ups among them.
#[derive(Default)]
pub struct Counts {
    pub sent: u64,
    pub delivered: u64,
    pub firings: u64,
    /// Recovery times by who hung up: the refresher, the watcher.
    pub recovery: [Histogram; 2],
}

impl Counts {
    pub fn print(&self, calls: u32, cpu_s: f64) {
        let (calls, events) = (f64::from(calls), (self.delivered + self.firings) as f64);
        println!("calls     {calls}");
        println!("events    {events} ({:.3} a call)", events / calls);
        println!("messages  {} sent ({:.3} a call)", self.sent, self.sent as f64 / calls);
        println!("firings   {} ({:.3} a call)", self.firings, self.firings as f64 / calls);
        for ((name, who, expected), histogram) in CLOSED_FORMS.iter().zip(&self.recovery) {
            let (ghosts, mean, error) = moments(histogram);
            let distance = (mean - expected) / error;
            println!(
                "{name}         {mean:.1} s until a ghost is found whose {who} hung up \
                 ({ghosts} ghosts, {distance:+.1} standard errors from {expected} s)"
            );
        }
        println!("CPU       {cpu_s:.4} s ({:.1} million events a second)", events / cpu_s / 1e6);
    }
}

/// Number, mean in seconds, and standard error of the mean.
fn moments(histogram: &Histogram) -> (u64, f64, f64) {
    let n: u64 = histogram.values().sum();
    let over = |f: &dyn Fn(f64) -> f64| {
        histogram.iter().map(|(&ms, &count)| f(ms as f64 / 1e3) * count as f64).sum::<f64>() / n as f64
    };
    let mean = over(&|s| s);
    let variance = over(&|s| (s - mean) * (s - mean));
    (n, mean, (variance / n as f64).sqrt())
}
