//! Old names of keys and words are read as the new ones, each with a warning.

use super::*;

/// The warnings of a study, each with its place.
fn warnings(study: &Study) -> Vec<String> {
    let first = |warning: &Diagnostic| warning.places().next().map(|(place, _)| place.to_string());
    study.warnings.iter().map(|warning| format!("{}: {}", first(warning).unwrap(), warning.message())).collect()
}

#[test]
fn an_old_key_and_an_old_word_mean_the_new_ones_and_are_warned_of_where_they_stand() {
    let old = loaded(&format!("{LEAST}[caller]\nfalls-back = false\non-timeout = \"silent\"\n"), &[]);
    let new =
        loaded(&format!("{LEAST}[caller]\nfallback-to-reinvite = false\non-timeout = \"drop-without-bye\"\n"), &[]);
    assert_eq!(old.points[0].setup.caller, new.points[0].setup.caller);
    assert_ne!(old.points[0].setup.caller, Profile::RFC);
    let expected = [
        "scenario.toml:8:1: the key `falls-back` is now `fallback-to-reinvite`",
        "scenario.toml:9:14: the word `silent` is now `drop-without-bye`",
    ];
    assert_eq!(warnings(&old), expected);
    assert!(warnings(&new).is_empty());
    assert!(old.warnings[0].render(false).starts_with("warning: the key `falls-back` is now `fallback-to-reinvite`"));
}

#[test]
fn arguments_axes_and_variants_may_use_old_names_too() {
    let text = format!(
        "{LEAST}[sweep]\n\"callee.clock-late\" = [\"1 ms\", \"2 ms\"]\n\"callee.on-glare\" = [\"again\", \"bye\"]\n"
    );
    let study = loaded(&text, &["session-timer.insists=true"]);
    assert_eq!(study.axes, ["callee.timer-drift", "callee.on-glare"]);
    assert_eq!(study.points[3].values, ["2 ms", "bye"]);
    assert_eq!(study.points[0].values, ["1 ms", "next-half-interval"]);
    assert_eq!(study.points[0].setup.callee.timer_drift, Span::from_millis(1));
    assert!(study.points[0].setup.caller.refresh_without_se);
    let expected = [
        "scenario.toml:8:9: the key `clock-late` is now `timer-drift`",
        "scenario.toml:9:22: the word `again` is now `next-half-interval`",
        "command line:1:15: the key `insists` is now `refresh-without-se`",
    ];
    assert_eq!(warnings(&study), expected);
    let variants =
        format!("{LEAST}[[sweep.kind]]\nname = \"a\"\ncaller.lingers = true\n[[sweep.kind]]\nname = \"b\"\n");
    let study = loaded(&variants, &[]);
    assert_eq!(
        study.points.iter().map(|point| point.setup.caller.dialog_outlives_bye).collect::<Vec<_>>(),
        [true, false]
    );
    assert_eq!(warnings(&study), ["scenario.toml:9:8: the key `lingers` is now `dialog-outlives-bye`"]);
}

#[test]
fn the_legs_of_a_b2bua_may_use_old_names_too() {
    let text = LEAST.replace("direct", "sbc") + "[nodes.sbc.caller-leg]\nanswers-unasked = 90\n";
    let study = loaded(&text, &[]);
    let Part::B2bua { legs, .. } = &study.points[0].setup.between[0].part else { panic!("a B2BUA") };
    assert_eq!(legs[0].default_se_as_uas, Some(90));
    assert_eq!(warnings(&study), ["scenario.toml:8:1: the key `answers-unasked` is now `default-se-as-uas`"]);
}

#[test]
fn a_key_under_both_of_its_names_is_an_error() {
    let text = format!("{LEAST}[caller]\nlingers = true\ndialog-outlives-bye = true\n");
    let errors = load_text("scenario.toml", &text, &[]).unwrap_err();
    let messages: Vec<&str> = errors.iter().map(Diagnostic::message).collect();
    assert_eq!(messages, ["`dialog-outlives-bye` and its old name `lingers` are both set"]);
}

#[test]
fn the_word_again_of_devices_is_no_old_one() {
    let text = "name = \"cameras\"\ntopology = \"platforms\"\nhorizon = \"1 h\"\n\
        [devices]\ncount = 1\nmechanism = \"gat1400\"\non-timeout = \"again\"\n";
    let asked = open_text("scenario.toml", text, &[]).unwrap_or_else(|errors| panic!("{errors}"));
    assert!(asked.warnings().is_empty());
}
