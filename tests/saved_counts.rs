//! What a run counted can be saved as JSON and read again: the same counts, which merge as they would have.

use byeloss::measure::Tally;
use byeloss::scenario::{self, AnyStudy};
use byeloss::study::{self, Options, Results};

fn results(sets: &[&str]) -> Results {
    let sets: Vec<String> = sets.iter().map(ToString::to_string).collect();
    let options = Options::default();
    study::run(&scenario::load("mechanisms", &sets).unwrap_or_else(|errors| panic!("{errors}")), &options)
        .expect("nobody stops it")
}

#[test]
fn counts_of_calls_are_the_same_after_a_round_trip_and_merge_as_before() {
    let [first, second] = ["seed=1", "seed=2"].map(|seed| results(&["calls.count=60", seed]));
    for (first, second) in first.points.iter().zip(&second.points) {
        let text = serde_json::to_string(&first.tally).expect("JSON");
        let mut read: Tally = serde_json::from_str(&text).expect("the same type");
        assert_eq!(read, first.tally);
        read.merge(&second.tally);
        let mut merged = first.tally.clone();
        merged.merge(&second.tally);
        assert_eq!(read, merged);
    }
}

#[test]
fn counts_of_devices_queues_and_loads_are_the_same_after_a_round_trip() {
    let options = Options::default();
    let AnyStudy::Devices(devices) = scenario::open("surveillance", &["devices.count=30".to_owned()]).unwrap() else {
        panic!("it is about devices")
    };
    for level in &study::run(&devices, &options).expect("nobody stops it").points[0].levels {
        let text = serde_json::to_string(&level.tally).expect("JSON");
        assert_eq!(serde_json::from_str::<byeloss::measure::DeviceTally>(&text).expect("the same type"), level.tally);
    }
    let sets = ["calls.count=300", "calls.arrivals={ process = \"poisson\", within = \"1 h\" }", "load=true"];
    let study = scenario::load("narrow-trunk", &sets.map(str::to_owned)).unwrap_or_else(|errors| panic!("{errors}"));
    let results = study::run(&study, &options).expect("nobody stops it");
    let mut compared = 0;
    for point in &results.points {
        for queue in &point.queues {
            let text = serde_json::to_string(&queue.count).expect("JSON");
            let read: byeloss::measure::QueueCount = serde_json::from_str(&text).expect("the same type");
            assert_eq!(read, queue.count);
            compared += 1;
        }
        let load = &point.load.as_ref().expect("a load").load;
        let text = serde_json::to_string(load).expect("JSON");
        assert_eq!(&serde_json::from_str::<byeloss::measure::Load>(&text).expect("the same type"), load);
    }
    assert!(compared > 0);
}

#[test]
fn whole_results_are_the_same_after_a_round_trip() {
    let results = results(&["calls.count=30"]);
    let text = serde_json::to_string(&results).expect("JSON");
    let read: Results = serde_json::from_str(&text).expect("the same type");
    assert_eq!(serde_json::to_string(&read).expect("JSON"), text);
    assert_eq!(read.fingerprint(), results.fingerprint());
    let companion = |results: &Results| results.companion.as_ref().map(|devices| devices.fingerprint());
    assert!(companion(&read).is_some() && companion(&read) == companion(&results));
}
