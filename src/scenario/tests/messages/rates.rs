//! Mistakes in rates and queues of links, and in what goes with them.

use super::*;

/// `LEAST` over two proxies, with these settings of the link between them.
fn refused_link(settings: &str) -> String {
    refused(["\"direct\"", "\"two-proxies\""], &format!("[links.\"core--proxy-b\"]\n{settings}\n"), &[])
}

#[test]
fn a_rate_in_a_word_that_others_use() {
    insta::assert_snapshot!(refused_link("rate = \"64 kbps\""), @r#"
    error: `links."core--proxy-b".rate` cannot be `"64 kbps"`
     --> scenario.toml:8:8
      |
    8 | rate = "64 kbps"
      |        ^^^^^^^^^ no such unit: `kbps`
      |
      = note: allowed: rate, such as "64 kbit/s" or 64000 (bit/s), or "none"
      = help: did you mean "64 kbit/s"?
    "#);
}

#[test]
fn a_rate_beside_devices() {
    let text = "name = \"cameras\"\ntopology = \"platforms\"\nhorizon = \"1 h\"\n[link]\nrate = \"64 kbit/s\"\n\
        [devices]\ncount = 1\nmechanism = \"gat1400\"\n";
    let errors = open_text("scenario.toml", text, &[]).map(|asked| asked.name().to_owned()).unwrap_err();
    assert_said(
        &errors.render(false),
        &["2:12: the link `devices--base-station` has a rate, and the scenario has devices, which share nothing"],
    );
}

#[test]
fn a_duplicating_link_beside_devices_that_speak_http() {
    let text = |mechanism: &str| {
        format!(
            "name = \"cameras\"\ntopology = \"platforms\"\nhorizon = \"1 h\"\n[link]\nduplicate = 0.1\n\
            [devices]\ncount = 1\nmechanism = \"{mechanism}\"\n"
        )
    };
    let read = |mechanism: &str| open_text("scenario.toml", &text(mechanism), &[]).map(|asked| asked.name().to_owned());
    assert_said(
        &read("gat1400").unwrap_err().render(false),
        &["2:12: the link `devices--base-station` duplicates messages that go over TCP, which drops the second copy"],
    );
    assert_eq!(read("gb28181").unwrap(), "cameras");
}

#[test]
fn a_queue_goes_with_a_rate_that_is_said_elsewhere_and_without_one_where_none_is_wanted() {
    let load = |more: &str| load_text("scenario.toml", &(LEAST.to_owned() + more), &[]).map(|study| study.points.len());
    assert_eq!(load("[link]\nrate = \"64 kbit/s\"\n[link.to-caller]\nqueue = \"10 kB\"\n").unwrap(), 1);
    assert_eq!(load("[link]\nqueue = \"10 kB\"\n[sweep]\n\"link.rate\" = [\"none\", \"64 kbit/s\"]\n").unwrap(), 2);
    assert_eq!(load("[link]\nqueue = \"10 kB\"\n[link.to-caller]\nrate = 19200\n").unwrap(), 1);
}

#[test]
fn each_mistake_in_a_rate_is_named_where_it_stands() {
    for (what, more, errors) in [
        ("a rate without a unit", "rate = \"64\"", &[r#"8:8: `links."core--proxy-b".rate` cannot be `"64"`"#][..]),
        ("a rate in bytes", "rate = \"8 kB/s\"", &[r#"8:8: `links."core--proxy-b".rate` cannot be `"8 kB/s"`"#][..]),
        ("a rate of nothing", "rate = 0", &[r#"8:8: `links."core--proxy-b".rate` cannot be `0`"#][..]),
        (
            "a rate of part of a bit",
            "rate = \"0.0005 kbit/s\"",
            &[r#"8:8: `links."core--proxy-b".rate` cannot be `"0.0005 kbit/s"`"#][..],
        ),
        (
            "a rate that is no number",
            "rate = \"fast\"",
            &[r#"8:8: `links."core--proxy-b".rate` cannot be `"fast"`"#][..],
        ),
        ("a rate that is no number", "rate = true", &[r#"8:8: `links."core--proxy-b".rate` cannot be `true`"#][..]),
        (
            "a negative rate",
            "rate = \"-64 kbit/s\"",
            &[r#"8:8: `links."core--proxy-b".rate` cannot be `"-64 kbit/s"`"#][..],
        ),
        ("a negative rate", "rate = -64000", &[r#"8:8: `links."core--proxy-b".rate` cannot be `-64000`"#][..]),
        (
            "a queue that holds no message",
            "rate = \"64 kbit/s\"\nqueue = \"1 kB\"",
            &[r#"9:9: `links."core--proxy-b".queue` cannot be `"1 kB"`"#][..],
        ),
        (
            "a queue in a word that others use",
            "rate = \"64 kbit/s\"\nqueue = \"10 KB\"",
            &[r#"9:9: `links."core--proxy-b".queue` cannot be `"10 KB"`"#][..],
        ),
        (
            "a queue without a rate",
            "queue = \"10 kB\"",
            &[r#"8:9: `links."core--proxy-b".queue` stands without a rate"#][..],
        ),
        (
            "a rate beside duplicates",
            "rate = \"64 kbit/s\"\n[links.\"caller--proxy-a\"]\nduplicate = 0.1",
            &["2:12: the link `caller--proxy-a` duplicates messages on a route with a rate"][..],
        ),
    ] {
        assert_refused(what, &refused_link(more), errors);
    }
}

#[test]
fn each_mistake_of_rates_is_named_where_it_stands() {
    for (what, change, more, sets, errors) in [
        (
            "a queue without a rate",
            AS_IT_IS,
            "[link.to-caller]\nqueue = \"10 kB\"\n",
            &[][..],
            &["8:9: `link.to-caller.queue` stands without a rate"][..],
        ),
        (
            "a rate over tcp",
            AS_IT_IS,
            "[link]\nrate = \"1 Mbit/s\"\ntransport = \"tcp\"\n",
            &[][..],
            &["2:12: the link `caller--callee` has a rate and carries SIP over TCP"][..],
        ),
        (
            "a rate where calls take several ways",
            ["direct", "carrier-backbone"],
            "nodes = \"all\"\n[link]\nrate = \"1 Mbit/s\"\n",
            &[][..],
            &["7:9: calls take several ways, and a link on one has a rate"][..],
        ),
    ] {
        assert_refused(what, &refused(change, more, sets), errors);
    }
}

#[test]
fn each_mistake_of_a_topology_in_rates_is_named_where_it_stands() {
    let message = refused_topology(
        r#"{
  "nodes": [{"id": "a", "kind": "agents"}, {"id": "b", "kind": "agents"}],
  "edges": [{"source": "a", "target": "b", "delay": "10 ms", "queue": "10 kB"}]
}"#,
    );
    assert_refused("a queue of an edge without a rate", &message, &["3:71: `edges[0].queue` stands without a rate"]);
}
