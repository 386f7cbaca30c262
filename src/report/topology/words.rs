//! What was read, as lines of text and as JSON.

use serde_json::{Value, json};

use super::super::number;
use super::super::sheet::text::{WIDTH, wrap};
use super::TopologyReport;
use crate::net::{NodeKind, Survey};
use crate::scenario::Ignored;
use crate::time::Span;

/// How many names a line gives.
const SHOWN: usize = 5;

/// The report as text: a line for each thing there is to say.
pub fn text(report: &TopologyReport) -> String {
    let import = report.import;
    let mut lines = Vec::new();
    let directed = if import.directed { "directed" } else { "undirected" };
    let title = if import.title.is_empty() { String::new() } else { format!(" \"{}\"", import.title) };
    lines.extend(wrap(&format!("{}: {}{title}, {directed}", report.argument, import.format.name()), "  ", WIDTH));
    let mut say = |head: &str, said: String| {
        // Spaces in a row become one where lines are broken: the head is padded with what does not.
        let broken = wrap(&format!("{head:\u{a0}<12}{said}"), &" ".repeat(12), WIDTH);
        lines.extend(broken.into_iter().map(|line| line.replace('\u{a0}', " ")));
    };
    let kinds: Vec<String> = kinds(report).into_iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let places = report.nodes().iter().filter(|node| !node.is_place).count();
    let others = if places == 0 {
        String::new()
    } else {
        format!("; {places} of them external or hyperedges, no places of agents")
    };
    say("nodes", format!("{}: {}{others}", report.nodes().len(), kinds.join(", ")));
    let loops = match import.self_loops.as_slice() {
        [] => "none from a node to itself".to_owned(),
        loops => format!("{} from a node to itself left out ({})", loops.len(), some_of(loops)),
    };
    let parallel = match report.parallel {
        0 => "none parallel".to_owned(),
        count => format!("{count} parallel to another"),
    };
    say("links", format!("{}: {parallel}, {loops}", report.links().len()));
    let sizes: Vec<String> = report.survey.components.iter().take(SHOWN).map(|nodes| nodes.len().to_string()).collect();
    say(
        "components",
        match report.survey.components.as_slice() {
            [_, _, ..] => format!(
                "{}: not all nodes hang together; of {} nodes{}; the first outside the largest is {}",
                report.survey.components.len(),
                sizes.join(", "),
                if report.survey.components.len() > SHOWN { ", ..." } else { "" },
                name(report, report.survey.components[1][0]),
            ),
            components => components.len().to_string(),
        },
    );
    let [given, filled, missing] = report.positions();
    say("positions", format!("{given} given, {filled} of their neighbours' middle, {missing} not known"));
    let delays = import.delays;
    let range = report.delays().map_or_else(String::new, |[least, mean, most]| {
        format!("; {} to {} ms, mean {} ms", ms(least), ms(most), ms(mean))
    });
    say(
        "delays",
        format!(
            "{} given, {} from positions, {} by default{range}",
            delays.given, delays.from_positions, delays.default
        ),
    );
    say("diameter", diameter(report));
    let degrees: Vec<String> = report
        .survey
        .by_degree()
        .into_iter()
        .take(SHOWN)
        .map(|node| format!("{} {}", name(report, node), report.survey.degrees[node]))
        .collect();
    if !degrees.is_empty() {
        say("degrees", format!("the largest: {}", degrees.join(", ")));
    }
    for of in ["file", "node", "edge"] {
        let ignored: Vec<String> =
            import.ignored.iter().filter(|ignored| ignored.of == of).map(ignored_words).collect();
        if !ignored.is_empty() {
            say("not read", format!("of the {of}{}: {}", if of == "file" { "" } else { "s" }, ignored.join(", ")));
        }
    }
    import.remarks.iter().for_each(|remark| say("note", remark.clone()));
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn ignored_words(ignored: &Ignored) -> String {
    let meant = ignored.meant.map_or_else(String::new, |meant| format!(", meant to be `{meant}`?"));
    let count = if ignored.of == "file" { String::new() } else { format!(" ({})", ignored.count) };
    format!("{}{count}{meant}", ignored.name)
}

fn diameter(report: &TopologyReport) -> String {
    let survey = &report.survey;
    match (survey.widest_in_links, survey.widest_in_delay) {
        (Some(links), Some(delay)) => format!(
            "{} links ({} to {}); {} ms ({} to {})",
            links.far,
            name(report, links.from),
            name(report, links.to),
            ms(delay.far),
            name(report, delay.from),
            name(report, delay.to)
        ),
        _ if report.nodes().len() > Survey::MOST_ACROSS => {
            format!("not looked for in more than {} nodes", Survey::MOST_ACROSS)
        }
        _ => "none: no link joins two nodes".to_owned(),
    }
}

/// The report as JSON, for tools.
pub fn json(report: &TopologyReport) -> Value {
    let (import, survey) = (report.import, &report.survey);
    let [given, filled, missing] = report.positions();
    let range = report.delays();
    let delay_ms = |at: usize| range.map(|range| in_ms(range[at]));
    let kinds: serde_json::Map<String, Value> =
        kinds(report).into_iter().map(|(kind, count)| (kind.to_owned(), json!(count))).collect();
    let ends = |from: usize, to: usize| json!({"from": name(report, from), "to": name(report, to)});
    let with = |mut object: Value, key: &str, value: Value| {
        object[key] = value;
        object
    };
    json!({
        "schema": "byeloss/topology",
        "schema_version": 1,
        "byeloss_version": env!("CARGO_PKG_VERSION"),
        "argument": report.argument,
        "format": import.format.name(),
        "title": import.title,
        "directed": import.directed,
        "nodes": {
            "count": report.nodes().len(),
            "by_kind": kinds,
            "no_places_of_agents": report.nodes().iter().filter(|node| !node.is_place).count(),
        },
        "links": {
            "count": report.links().len(),
            "parallel": report.parallel,
            "self_loops_left_out": import.self_loops,
        },
        "components": survey.components.iter().map(Vec::len).collect::<Vec<_>>(),
        "positions": {"given": given, "of_neighbours": filled, "missing": missing},
        "delays": {
            "given": import.delays.given,
            "from_positions": import.delays.from_positions,
            "default": import.delays.default,
            "min_ms": delay_ms(0),
            "mean_ms": delay_ms(1),
            "max_ms": delay_ms(2),
        },
        "diameter": {
            "links": survey.widest_in_links.map(|widest| with(ends(widest.from, widest.to), "links", json!(widest.far))),
            "delay": survey.widest_in_delay.map(|widest| with(ends(widest.from, widest.to), "ms", json!(in_ms(widest.far)))),
        },
        "degrees": survey.by_degree().into_iter().map(|node| json!({"node": name(report, node), "degree": survey.degrees[node]})).collect::<Vec<_>>(),
        "not_read": import.ignored.iter().map(|ignored| json!({
            "of": ignored.of,
            "attribute": ignored.name,
            "count": ignored.count,
            "meant": ignored.meant,
        })).collect::<Vec<_>>(),
        "remarks": import.remarks,
    })
}

/// How many nodes there are of each kind that there is.
fn kinds(report: &TopologyReport) -> Vec<(&'static str, usize)> {
    let count = |kind| report.nodes().iter().filter(|node| node.kind == kind).count();
    NodeKind::NAMES.into_iter().map(|(name, kind)| (name, count(kind))).filter(|(_, count)| *count > 0).collect()
}

fn name<'a>(report: &TopologyReport<'a>, node: usize) -> &'a str {
    &report.nodes()[node].id
}

/// The first of `names`, with dots where there are more.
fn some_of(names: &[String]) -> String {
    let dots = if names.len() > SHOWN { ", ..." } else { "" };
    format!("{}{dots}", names.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", "))
}

fn in_ms(span: Span) -> f64 {
    span.as_nanos() as f64 / 1e6
}

/// Milliseconds to three significant digits.
fn ms(span: Span) -> String {
    number::significant(in_ms(span), 3)
}
