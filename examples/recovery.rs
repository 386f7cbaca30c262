//! Runs a built-in study with fewer calls and reads its figures: how long does a call outlive a lost BYE?
//!
//! `cargo run --release --no-default-features --example recovery`

use byeloss::{analysis, scenario, study};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let study = scenario::load("session-expires", &["calls.count=20000".to_owned()])?;
    let results = study::run(&study, &study::Options::default()).ok_or("nobody stops it")?;
    let calls = analysis::of(&study, &results);
    for point in &calls.points {
        let recovery = point.recovery(analysis::Who::Both);
        if let (Some(mean), Some(p99)) = (recovery.mean_s, recovery.p99_s) {
            println!("Session-Expires {:>4} s: mean {mean:6.0} s, 99 % {p99:6.0} s", point.result.values[0]);
        }
    }
    Ok(())
}
