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
      = note: allowed: a rate such as "64 kbit/s" or 64000 (bits a second), or "none"
      = help: did you mean "64 kbit/s"?
    "#);
}

#[test]
fn a_rate_without_a_unit() {
    insta::assert_snapshot!(refused_link("rate = \"64\""), @r#"
    error: `links."core--proxy-b".rate` cannot be `"64"`
     --> scenario.toml:8:8
      |
    8 | rate = "64"
      |        ^^^^ a number without a unit
      |
      = note: allowed: a rate such as "64 kbit/s" or 64000 (bits a second), or "none"
      = help: write "64 bit/s", or the number alone
    "#);
}

#[test]
fn a_rate_in_bytes() {
    insta::assert_snapshot!(refused_link("rate = \"8 kB/s\""), @r#"
    error: `links."core--proxy-b".rate` cannot be `"8 kB/s"`
     --> scenario.toml:8:8
      |
    8 | rate = "8 kB/s"
      |        ^^^^^^^^ no such unit: `kB/s`
      |
      = note: allowed: a rate such as "64 kbit/s" or 64000 (bits a second), or "none"
      = help: the units are bit/s, kbit/s, Mbit/s, Gbit/s
    "#);
}

#[test]
fn a_rate_of_nothing() {
    insta::assert_snapshot!(refused_link("rate = 0"), @r#"
    error: `links."core--proxy-b".rate` cannot be `0`
     --> scenario.toml:8:8
      |
    8 | rate = 0
      |        ^ nothing at all
      |
      = note: allowed: a rate such as "64 kbit/s" or 64000 (bits a second), or "none"
      = help: the units are bit/s, kbit/s, Mbit/s, Gbit/s
    "#);
}

#[test]
fn a_rate_of_part_of_a_bit() {
    insta::assert_snapshot!(refused_link("rate = \"0.0005 kbit/s\""), @r#"
    error: `links."core--proxy-b".rate` cannot be `"0.0005 kbit/s"`
     --> scenario.toml:8:8
      |
    8 | rate = "0.0005 kbit/s"
      |        ^^^^^^^^^^^^^^^ not a whole number of bit/s
      |
      = note: allowed: a rate such as "64 kbit/s" or 64000 (bits a second), or "none"
      = help: the units are bit/s, kbit/s, Mbit/s, Gbit/s
    "#);
}

#[test]
fn a_rate_that_is_no_number() {
    insta::assert_snapshot!(refused_link("rate = \"fast\""), @r#"
    error: `links."core--proxy-b".rate` cannot be `"fast"`
     --> scenario.toml:8:8
      |
    8 | rate = "fast"
      |        ^^^^^^ not a number with a unit, nor a whole number of bit/s
      |
      = note: allowed: a rate such as "64 kbit/s" or 64000 (bits a second), or "none"
      = help: the units are bit/s, kbit/s, Mbit/s, Gbit/s
    "#);
    insta::assert_snapshot!(refused_link("rate = true"), @r#"
    error: `links."core--proxy-b".rate` cannot be `true`
     --> scenario.toml:8:8
      |
    8 | rate = true
      |        ^^^^ not a number with a unit, nor a whole number of bit/s
      |
      = note: allowed: a rate such as "64 kbit/s" or 64000 (bits a second), or "none"
      = help: the units are bit/s, kbit/s, Mbit/s, Gbit/s
    "#);
}

#[test]
fn a_negative_rate() {
    insta::assert_snapshot!(refused_link("rate = \"-64 kbit/s\""), @r#"
    error: `links."core--proxy-b".rate` cannot be `"-64 kbit/s"`
     --> scenario.toml:8:8
      |
    8 | rate = "-64 kbit/s"
      |        ^^^^^^^^^^^^ out of range
      |
      = note: allowed: a rate such as "64 kbit/s" or 64000 (bits a second), or "none"
      = help: the units are bit/s, kbit/s, Mbit/s, Gbit/s
    "#);
    insta::assert_snapshot!(refused_link("rate = -64000"), @r#"
    error: `links."core--proxy-b".rate` cannot be `-64000`
     --> scenario.toml:8:8
      |
    8 | rate = -64000
      |        ^^^^^^ out of range
      |
      = note: allowed: a rate such as "64 kbit/s" or 64000 (bits a second), or "none"
      = help: the units are bit/s, kbit/s, Mbit/s, Gbit/s
    "#);
}

#[test]
fn a_queue_that_holds_no_message() {
    insta::assert_snapshot!(refused_link("rate = \"64 kbit/s\"\nqueue = \"1 kB\""), @r#"
    error: `links."core--proxy-b".queue` cannot be `"1 kB"`
     --> scenario.toml:9:9
      |
    9 | queue = "1 kB"
      |         ^^^^^^ below 1500 B
      |
      = note: allowed: a length such as "64 kB" or 64000 (bytes), from 1500 bytes on
      = help: the units are B, kB, MB
    "#);
}

#[test]
fn a_queue_in_a_word_that_others_use() {
    insta::assert_snapshot!(refused_link("rate = \"64 kbit/s\"\nqueue = \"10 KB\""), @r#"
    error: `links."core--proxy-b".queue` cannot be `"10 KB"`
     --> scenario.toml:9:9
      |
    9 | queue = "10 KB"
      |         ^^^^^^^ no such unit: `KB`
      |
      = note: allowed: a length such as "64 kB" or 64000 (bytes), from 1500 bytes on
      = help: did you mean "10 kB"?
    "#);
}

#[test]
fn a_queue_without_a_rate() {
    insta::assert_snapshot!(refused_link("queue = \"10 kB\""), @r#"
    error: `links."core--proxy-b".queue` stands without a rate
     --> scenario.toml:8:9
      |
    8 | queue = "10 kB"
      |         ^^^^^^^ nothing waits where there is no rate
      |
      = help: for example `rate = "64 kbit/s"` beside it, in `links."core--proxy-b"`
    "#);
    insta::assert_snapshot!(refused(AS_IT_IS, "[link.to-caller]\nqueue = \"10 kB\"\n", &[]), @r#"
    error: `link.to-caller.queue` stands without a rate
     --> scenario.toml:8:9
      |
    8 | queue = "10 kB"
      |         ^^^^^^^ nothing waits where there is no rate
      |
      = help: for example `rate = "64 kbit/s"` beside it, in `link.to-caller`
    "#);
}

#[test]
fn a_queue_of_an_edge_without_a_rate() {
    let text = r#"{
  "nodes": [{"id": "a", "kind": "agents"}, {"id": "b", "kind": "agents"}],
  "edges": [{"source": "a", "target": "b", "delay": "10 ms", "queue": "10 kB"}]
}"#;
    insta::assert_snapshot!(refused_topology(text), @r#"
    error: `edges[0].queue` stands without a rate
     --> net.json:3:71
      |
    3 |   "edges": [{"source": "a", "target": "b", "delay": "10 ms", "queue": "10 kB"}]
      |                                                                       ^^^^^^^ nothing waits where there is no rate
      |
      = help: for example `rate = "64 kbit/s"` beside it, in `edges[0]`
    "#);
}

#[test]
fn a_rate_over_tcp() {
    insta::assert_snapshot!(refused(AS_IT_IS, "[link]\nrate = \"1 Mbit/s\"\ntransport = \"tcp\"\n", &[]), @r#"
    error: the link `caller--callee` has a rate and carries SIP over TCP
     --> scenario.toml:2:12
      |
    2 | topology = "direct"
      |            ^^^^^^^^ on this route
      |
      = note: allowed: a rate beside `transport = "udp"`
    "#);
}

#[test]
fn a_rate_beside_duplicates() {
    insta::assert_snapshot!(refused_link("rate = \"64 kbit/s\"\n[links.\"caller--proxy-a\"]\nduplicate = 0.1"), @r#"
    error: the link `caller--proxy-a` duplicates messages on a route with a rate
     --> scenario.toml:2:12
      |
    2 | topology = "two-proxies"
      |            ^^^^^^^^^^^^^ on this route
      |
      = note: allowed on one route: `rate` or `duplicate`
    "#);
}

#[test]
fn a_rate_where_calls_take_several_ways() {
    let message = refused(["direct", "carrier-backbone"], "nodes = \"all\"\n[link]\nrate = \"1 Mbit/s\"\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: calls take several ways, and a link on one has a rate
     --> scenario.toml:7:9
      |
    7 | nodes = "all"
      |         ^^^^^
      |         |
      |         puts callers there
      |         puts callees there
      |
      = note: allowed: a rate where all calls take one way, or links without a rate
    "#);
}

#[test]
fn a_rate_beside_devices() {
    let text = "name = \"cameras\"\ntopology = \"platforms\"\nhorizon = \"1 h\"\n[link]\nrate = \"64 kbit/s\"\n\
        [devices]\ncount = 1\nmechanism = \"gat1400\"\n";
    let errors = open_text("scenario.toml", text, &[]).map(|asked| asked.name().to_owned()).unwrap_err();
    insta::assert_snapshot!(errors.render(false), @r#"
    error: the link `devices--base-station` has a rate, and the scenario has devices, which share nothing
     --> scenario.toml:2:12
      |
    2 | topology = "platforms"
      |            ^^^^^^^^^^^ on this route
      |
      = note: allowed with `[devices]`: links without a rate; `rate = "none"` takes it from a link
    "#);
}

#[test]
fn a_queue_goes_with_a_rate_that_is_said_elsewhere_and_without_one_where_none_is_wanted() {
    let load = |more: &str| load_text("scenario.toml", &(LEAST.to_owned() + more), &[]).map(|study| study.points.len());
    assert_eq!(load("[link]\nrate = \"64 kbit/s\"\n[link.to-caller]\nqueue = \"10 kB\"\n").unwrap(), 1);
    assert_eq!(load("[link]\nqueue = \"10 kB\"\n[sweep]\n\"link.rate\" = [\"none\", \"64 kbit/s\"]\n").unwrap(), 2);
    assert_eq!(load("[link]\nqueue = \"10 kB\"\n[link.to-caller]\nrate = 19200\n").unwrap(), 1);
}
