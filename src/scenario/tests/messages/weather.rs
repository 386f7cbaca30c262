//! Mistakes in what is said of links: loss, outages, NATs, presets.

use super::*;

#[test]
fn a_misspelt_preset() {
    let message = refused(AS_IT_IS, "[link]\npreset = \"trottled\"\n", &[]);
    assert_refused("a misspelt preset", &message, &["8:10: `link.preset` cannot be `\"trottled\"`"]);
    assert!(message.contains("did you mean `throttled`?"), "{message}");
}

#[test]
fn a_line_of_a_recording_that_is_no_time() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("losses.txt"), "0.5\n1,5\n").unwrap();
    let text = LEAST.to_owned() + "[link]\nloss = { model = \"trace\", file = \"losses.txt\", spacing = 0.02 }\n";
    let file = folder.path().join("study.toml");
    std::fs::write(&file, text).unwrap();
    let message = refused_file(file.to_str().unwrap()).replace(folder.path().to_str().unwrap(), "");
    insta::assert_snapshot!(message, @r#"
    error: a line of a recording is no time
     --> /losses.txt:2:1
      |
    2 | 1,5
      | ^^^ `,5` is no unit of time; ns, us, ms, s, min, h and d are
      |
      = note: allowed: a number of seconds, or a duration such as "40 ms"
    "#);
}

#[test]
fn each_mistake_of_weather_is_named_where_it_stands() {
    for (what, change, more, sets, errors) in [
        ("a loss above one", AS_IT_IS, "[link]\nloss = 1.5\n", &[][..], &["8:8: `link.loss` cannot be `1.5`"][..]),
        (
            "a negative delay",
            AS_IT_IS,
            "[link]\ndelay = -0.02\n",
            &[][..],
            &["8:9: `link.delay` cannot be `-0.02`"][..],
        ),
        (
            "a loss without its model",
            AS_IT_IS,
            "[link]\nloss = { good = \"600 s\", bad = \"10 s\" }\n",
            &[][..],
            &["8:8: `link.loss.model` is missing"][..],
        ),
        (
            "a misspelt model",
            AS_IT_IS,
            "[link]\nloss = { model = \"gilbert-eliott\", good = 1, bad = 1 }\n",
            &[][..],
            &[r#"8:18: `link.loss.model` cannot be `"gilbert-eliott"`"#][..],
        ),
        (
            "a bad time of nothing",
            AS_IT_IS,
            "[link]\nloss = { model = \"gilbert-elliott\", good = \"600 s\", bad = 0 }\n",
            &[][..],
            &["8:59: `link.loss.bad` cannot be `0`"][..],
        ),
        (
            "packets that change state more often than not",
            AS_IT_IS,
            "[link]\nloss = { model = \"gemodel\", p = 0.5, r = 0.6, spacing = \"20 ms\" }\n",
            &[][..],
            &["8:33: `p` and `r` sum to 1.1"][..],
        ),
        (
            "a share of a model out of range",
            AS_IT_IS,
            "[link]\nloss = { model = \"gemodel\", p = 0.1, r = 0.6, 1-h = 95, spacing = \"20 ms\" }\n",
            &[][..],
            &["8:53: `link.loss.1-h` cannot be `95`"][..],
        ),
        (
            "four states that lead away too often",
            AS_IT_IS,
            "[link]\nloss = { model = \"four-state\", p13 = 0.7, p31 = 0.5, p14 = 0.6, spacing = \"20 ms\" }\n",
            &[][..],
            &["8:38: `p13` and `p14` sum to 1.3"][..],
        ),
        (
            "a recording without losses",
            AS_IT_IS,
            "[link]\nloss = { model = \"trace\", lost = [], spacing = \"20 ms\" }\n",
            &[][..],
            &["8:34: `link.loss.lost` cannot be `[]`"][..],
        ),
        (
            "a recording that runs back",
            AS_IT_IS,
            "[link]\nloss = { model = \"trace\", lost = [2, 1], spacing = \"20 ms\" }\n",
            &[][..],
            &["8:34: `link.loss.lost` cannot be `[2, 1]`"][..],
        ),
        (
            "a recording that is not there",
            AS_IT_IS,
            "[link]\nloss = { model = \"trace\", file = \"no-such-losses.txt\", spacing = \"20 ms\" }\n",
            &[][..],
            &["8:34: cannot read `no-such-losses.txt`: there is no such file"][..],
        ),
        (
            "one state of one direction",
            AS_IT_IS,
            "[link.to-callee]\nloss = { model = \"gilbert-elliott\", good = 1, bad = 1, one-state = true }\n",
            &[][..],
            &["8:56: unknown key `one-state` in `link.to-callee.loss`"][..],
        ),
        (
            "an outage in two ways",
            AS_IT_IS,
            "[link]\noutage = { from = 1, for = 2, up = 3, down = 4 }\n",
            &[][..],
            &["8:36: `link.outage` says in two ways when it is down"][..],
        ),
        (
            "an outage without a length",
            AS_IT_IS,
            "[link]\noutage = { from = \"10 min\" }\n",
            &[][..],
            &["8:10: `link.outage.for` is missing"][..],
        ),
        (
            "an outage that never ends",
            AS_IT_IS,
            "[link]\noutage = { for = \"60 s\", every = \"60 s\" }\n",
            &[][..],
            &["8:18: `link.outage` has outages that last until the next"][..],
        ),
        (
            "an outage by a word",
            AS_IT_IS,
            "[link]\noutage = \"often\"\n",
            &[][..],
            &[r#"8:10: `link.outage` cannot be `"often"`"#][..],
        ),
        (
            "ups and downs of a millisecond",
            AS_IT_IS,
            "[link]\noutage = { up = \"1 ms\", down = \"1 ms\" }\n",
            &[][..],
            &["8:17: `link.outage` goes up and down in less than 0.1 s"][..],
        ),
        (
            "a nat with an unknown key",
            AS_IT_IS,
            "[link]\nnat = { expire = \"30 s\" }\n",
            &[][..],
            &["8:9: unknown key `expire` in `link.nat`"][..],
        ),
        (
            "a nat that is no table",
            AS_IT_IS,
            "[link]\nnat = \"30 s\"\n",
            &[][..],
            &[r#"8:7: `link.nat` cannot be `"30 s"`"#][..],
        ),
        (
            "a way that no node is down",
            AS_IT_IS,
            "[nodes.caller]\noutage = { for = 1, way = \"up\" }\n",
            &[][..],
            &[r#"8:27: `nodes.caller.outage.way` cannot be `"up"`"#][..],
        ),
    ] {
        assert_refused(what, &refused(change, more, sets), errors);
    }
}

#[test]
fn each_mistake_of_a_topology_in_weather_is_named_where_it_stands() {
    for (what, text, errors) in [
        (
            "a preset misspelt in a topology",
            r#"{"nodes": [{"id": "a", "kind": "agents"}, {"id": "b", "kind": "agents"}],
 "edges": [{"source": "a", "target": "b", "preset": "nat-31"}]}"#,
            &[r#"2:53: `edges[0].preset` cannot be `"nat-31"`"#][..],
        ),
        (
            "a negative delay in a topology",
            r#"{"nodes": [{"id": "a", "kind": "agents"}, {"id": "b", "kind": "agents"}],
 "edges": [{"source": "a", "target": "b", "delay": "-5 ms"}]}"#,
            &[r#"2:52: `edges[0].delay` cannot be `"-5 ms"`"#][..],
        ),
        (
            "an edge whose preset says nothing of its delay",
            r#"{"nodes": [{"id": "a", "kind": "agents"}, {"id": "b", "kind": "agents"}],
 "edges": [{"source": "a", "target": "b", "preset": "nat-30"}]}"#,
            &["2:12: `edges[0].delay` is missing"][..],
        ),
    ] {
        assert_refused(what, &refused_topology(text), errors);
    }
}
