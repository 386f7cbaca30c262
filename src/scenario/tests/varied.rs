//! What `--set` and `[sweep]` do.

use super::*;

#[test]
fn the_built_in_sweep_runs_nine_intervals_in_their_order() {
    let study = load("session-expires", &[]).unwrap();
    assert_eq!(study.axes, ["session-timer.session-expires"]);
    let values: Vec<&str> = study.points.iter().map(|point| point.values[0].as_str()).collect();
    assert_eq!(values, ["90", "120", "128", "180", "300", "600", "900", "1800", "3600"]);
    let asked: Vec<Option<u32>> = study.points.iter().map(|point| point.session_expires_s).collect();
    assert_eq!(asked, [90, 120, 128, 180, 300, 600, 900, 1800, 3600].map(Some));
}

#[test]
fn a_set_value_overrides_creates_tables_and_needs_no_quotes() {
    let sets = ["topology=two-proxies", "timers.t1=1 s", "calls.count=7", "seed=18446744073709551615", "horizon = 2 h"];
    let study = loaded(LEAST, &sets);
    let setup = &study.points[0].setup;
    assert_eq!(study.points[0].nodes.len(), 5);
    assert_eq!((setup.calls.count, study.seed, setup.seed), (7, u64::MAX, u64::MAX));
    assert_eq!(setup.caller.timers.t1, Span::from_secs(1));
    assert_eq!(setup.horizon, Some(Time::ZERO + Span::from_secs(7200)));
}

#[test]
fn a_set_value_pins_its_axis() {
    let text = format!("{LEAST}[sweep]\n\"calls.count\" = [1, 2]\nseed = [3, 4]\n");
    assert_eq!(loaded(&text, &[]).points.len(), 4);
    let study = loaded(&text, &["calls.count=9"]);
    assert_eq!(study.axes, ["seed"]);
    assert!(study.points.iter().all(|point| point.setup.calls.count == 9));
    assert_eq!(loaded(&text, &["sweep={}"]).points.len(), 1);
}

#[test]
fn a_set_axis_replaces_the_one_of_its_name_and_else_comes_last() {
    let text = format!("{LEAST}[sweep]\n\"calls.count\" = [1, 2]\nseed = [3, 4]\n");
    let study = loaded(&text, &["sweep.\"calls.count\"=[5]", "sweep.timers.t1=[\"1 s\", \"2 s\"]"]);
    assert_eq!(study.axes, ["calls.count", "seed", "timers.t1"]);
    let values: Vec<String> = study.points.iter().map(|point| point.values.join(" ")).collect();
    assert_eq!(values, ["5 3 1 s", "5 3 2 s", "5 4 1 s", "5 4 2 s"]);
}

#[test]
fn an_axis_may_be_any_key_in_either_notation_and_the_first_is_slowest() {
    let study = loaded(
        &format!(
            "{LEAST}[[faults]]\nmethod = \"BYE\"\n[sweep]\nhangup.bye-loss = [0, 1.0]\ntopology = ['direct', \"two-proxies\"]\n\
             \"calls.talk-time\" = [\"1 s\", {{ distribution = \"exponential\",  mean = 2 }}]\n\"faults.0.nth\" = [[1, 2]]\n"
        ),
        &[],
    );
    assert_eq!(study.axes, ["hangup.bye-loss", "topology", "calls.talk-time", "faults.0.nth"]);
    assert_eq!(study.points.len(), 8);
    assert_eq!(study.points[0].values, ["0", "direct", "1 s", "[1, 2]"]);
    assert_eq!(
        study.points[7].values,
        ["1.0", "two-proxies", "{ distribution = \"exponential\", mean = 2 }", "[1, 2]"]
    );
    assert_eq!(study.points[7].setup.calls.talk_time, Distribution::Exponential { mean: Span::from_secs(2) });
    assert_eq!(study.points[7].setup.faults[0].nth, [1, 2]);
}

#[test]
fn a_sweep_has_at_most_ten_thousand_points_and_32_axes() {
    let list = (1..=100).map(|value| value.to_string()).collect::<Vec<_>>().join(",");
    let text = format!("{LEAST}[sweep]\nseed = [{list}]\ncalls.count = [{list}]\n");
    assert_eq!(loaded(&text, &[]).points.len(), 10_000);
    let axes: String = (0..33).map(|index| format!("x{index} = [1]\n")).collect();
    let errors = load_text("scenario.toml", &format!("{LEAST}[sweep]\n{axes}"), &[]).unwrap_err();
    assert!(errors.render(false).starts_with("error: the sweep has 33 axes"), "{errors}");
}

#[test]
fn what_nodes_do_can_be_set_and_swept() {
    let limit = |point: &Point| match &point.setup.between[0].part {
        Part::B2bua { media_limit, .. } => *media_limit,
        Part::Proxy(_) => None,
    };
    let sbc = LEAST.replace("direct", "sbc");
    let study = loaded(&format!("{sbc}[sweep]\nnodes.sbc.media-limit = [\"off\", \"30 s\", 60]\n"), &[]);
    let limits = [None, Some(30), Some(60)].map(|limit| limit.map(Span::from_secs));
    assert_eq!(study.points.iter().map(limit).collect::<Vec<_>>(), limits);
    assert_eq!(limit(&loaded(&sbc, &["nodes.sbc.media-limit=30s"]).points[0]), limits[1]);
    let least = |point: &Point| match &point.setup.between[0].part {
        Part::Proxy(profile) => profile.calls.and_then(|calls| calls.min_se),
        Part::B2bua { .. } => None,
    };
    let chain = LEAST.replace("direct", "proxy-chain");
    let study = loaded(&format!("{chain}[sweep]\n\"nodes.proxy-1.min-se\" = [90, 600]\n"), &[]);
    assert_eq!(study.points.iter().map(least).collect::<Vec<_>>(), [Some(90), Some(600)]);
}

/// An axis of three variants, one of which sets nothing.
const VARIANTS: &str = "\
[sweep]
\"hangup.bye-loss\" = [0, 1]

[[sweep.mechanism]]
name = \"none\"
session-timer.session-expires = \"off\"

[[sweep.mechanism]]
name = \"ping\"
session-timer = { session-expires = \"off\", ping = \"options\" }
calls.talk-time = { distribution = \"uniform\", min = 1, max = 2 }

[[sweep.mechanism]]
name = \"as it is\"
";

#[test]
fn an_axis_may_be_of_variants_each_of_several_settings() {
    let study = loaded(&format!("{LEAST}{VARIANTS}"), &[]);
    assert_eq!(study.axes, ["hangup.bye-loss", "mechanism"]);
    let values: Vec<String> = study.points.iter().map(|point| point.values.join(" ")).collect();
    assert_eq!(values, ["0 none", "0 ping", "0 as it is", "1 none", "1 ping", "1 as it is"]);
    let asked: Vec<Option<u32>> = study.points.iter().map(|point| point.session_expires_s).collect();
    assert_eq!(asked, [None, None, Some(1800), None, None, Some(1800)]);
    let pings: Vec<bool> = study.points.iter().map(|point| point.setup.caller.ping.is_some()).collect();
    assert_eq!(pings, [false, true, false, false, true, false]);
    let uniform = Distribution::Uniform { min: Span::from_secs(1), max: Span::from_secs(2) };
    assert_eq!(study.points[1].setup.calls.talk_time, uniform);
}

#[test]
fn variants_are_chosen_by_their_names_in_the_order_asked_for() {
    let study = loaded(&format!("{LEAST}{VARIANTS}"), &["hangup.bye-loss=1", "sweep.mechanism=['ping', 'none']"]);
    let values: Vec<String> = study.points.iter().map(|point| point.values.join(" ")).collect();
    assert_eq!(values, ["ping", "none"]);
    let study = loaded(&format!("{LEAST}{VARIANTS}"), &["hangup.bye-loss=1", "sweep.mechanism=none"]);
    assert_eq!(study.points.len(), 1);
}
