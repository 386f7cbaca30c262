//! The page `index.html`: one file that reads without network and without script.

use super::figures::drawn;
use super::point::Study;
use super::rows::{HEADS, paired_differences, rows};
use super::{Figure, sweep, takeaway};
use crate::measure::Z95;
use crate::study::Results;
use std::fmt::Write;

const STYLE: &str = include_str!("page.css");

/// Words of the page, each with its definition.
const GLOSSARY: [(&str, &str); 10] = [
    ("BYE loss", "A hang-up of which no BYE ever reaches the other agent: all copies lost, path cut, or agent dead."),
    ("Ghost", "A call after its hang-up, as long as some element still holds it."),
    ("Recovery time", "From the hang-up until the remaining agent lets go of the call."),
    ("Refresher, watcher", "The agent that refreshes the session; the one that waits for the refresh."),
    ("Mean ± 95 %", "Mean over all ghosts that ended, and half its 95 % interval: 1.96 standard errors."),
    ("Theory, σ", "The closed form of that mean, and how many standard errors the simulated mean is above it."),
    ("p50, p95, p99", "Recovery times that 50, 95 and 99 of 100 ghosts that ended did not exceed, to the millisecond."),
    ("Unrecovered", "Ghosts still held when the run ended. They are in no mean and no quantile."),
    ("False drop", "A call that a timer or a failed refresh ended while both users wanted it."),
    (
        "Refresh messages",
        "Requests and final responses of refreshes before the hang-up, retransmissions included, for each hour of an \
         established call.",
    ),
];

/// The whole study as one HTML page.
pub fn page(results: &Results) -> String {
    let study = Study::of(results);
    html(&study, &drawn(&study))
}

/// See [`page`].
pub(super) fn html(study: &Study, figures: &[Figure]) -> String {
    let results = study.results;
    let name = escape(&results.name);
    let title = if results.title.is_empty() { &results.name } else { &results.title };
    let mut main = format!(
        "<header>\n<h1>{}</h1>\n<p>Study <code>{name}</code> of byeloss {}, seed {}.</p>\n</header>\n\
         <p class=\"takeaway\">{}</p>\n",
        escape(title),
        env!("CARGO_PKG_VERSION"),
        results.seed,
        escape(&takeaway::say(study))
    );
    for figure in figures {
        main += &format!("<figure>\n{}<figcaption>{}</figcaption>\n</figure>\n", figure.svg, escape(figure.caption));
    }
    main += &figures_table(study);
    main += &paired_table(results);
    main += "<h2>What the words mean</h2>\n<dl>\n";
    for (word, meaning) in GLOSSARY {
        main += &format!("<dt>{}</dt>\n<dd>{}</dd>\n", escape(word), escape(meaning));
    }
    main += &format!(
        "</dl>\n<h2>Make it again</h2>\n<pre><code>byeloss run {name}</code></pre>\n<p>The same scenario, seed and \
         version give the same bytes. All figures are in <a href=\"points.csv\">points.csv</a> and <a \
         href=\"summary.json\">summary.json</a>.</p>\n"
    );
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<title>{name}: byeloss</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{main}</main>\n</body>\n</html>\n"
    )
}

/// All rows, those of a point in a body of their own.
fn figures_table(study: &Study) -> String {
    let results = study.results;
    if results.points.is_empty() {
        return String::new();
    }
    let mut text =
        "<h2>All figures</h2>\n<div class=\"wide\">\n<table class=\"points\">\n<caption>Recovery times are in seconds.\
                    </caption>\n<thead>\n<tr>"
            .to_owned();
    for key in &results.axes {
        text += &format!("<th scope=\"col\">{}</th>", escape(sweep::axis_name(key)));
    }
    for (i, (head, meaning)) in HEADS.iter().enumerate() {
        let head: Vec<&str> = head.iter().copied().filter(|line| *line != "s").collect();
        let head = head.join(" ").replace("- ", "").replace("refr.", "refresh");
        let class = if i == 0 { " class=\"text\"" } else { "" };
        text += &format!("<th scope=\"col\"{class} title=\"{}\">{}</th>", escape(meaning), escape(&head));
    }
    text += "</tr>\n</thead>\n";
    for point in &study.points {
        let rows = rows(point);
        text += "<tbody>\n";
        for (i, row) in rows.iter().enumerate() {
            text += "<tr>";
            for axis in (0..results.axes.len()).filter(|_| i == 0) {
                let value = point.result.values.get(axis).map_or("", String::as_str);
                text += &format!("<th scope=\"rowgroup\" rowspan=\"{}\">{}</th>", rows.len(), escape(value));
            }
            for (column, cell) in row.iter().enumerate() {
                let class = if column == 0 { " class=\"text\"" } else { "" };
                text += &format!("<td{class}>{}</td>", escape(cell));
            }
            text += "</tr>\n";
        }
        text += "</tbody>\n";
    }
    text + "</table>\n</div>\n"
}

/// The paired differences between neighbouring points.
fn paired_table(results: &Results) -> String {
    let differences = paired_differences(results);
    if differences.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "<h2>From point to point, the same calls compared</h2>\n<div class=\"wide\">\n<table>\n<caption>The same call \
         talks as long and is hung up by the same side at both points, so the difference is sharper than that of the \
         two means. Recovery times in seconds, with half the 95 % interval ({Z95:.2} standard errors).</caption>\n\
         <thead>\n<tr><th scope=\"col\" class=\"text\">from</th><th scope=\"col\" class=\"text\">to</th><th \
         scope=\"col\">change of the mean</th><th scope=\"col\">calls compared</th></tr>\n</thead>\n<tbody>\n"
    );
    for ((points, difference), paired) in results.points.windows(2).zip(differences).zip(&results.paired) {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "<tr><td class=\"text\">{}</td><td class=\"text\">{}</td><td>{}</td><td>{}</td></tr>",
            escape(&sweep::in_words(results, &points[0])),
            escape(&sweep::in_words(results, &points[1])),
            escape(&difference),
            super::number::count(paired.count())
        );
    }
    text + "</tbody>\n</table>\n</div>\n"
}

/// `text` with nothing left that HTML or XML would read as markup.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // XML has no place for other control characters.
            c if c.is_control() && c != '\n' && c != '\t' => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn the_page_has_all_parts_and_no_script_and_no_network() {
        let html = page(&testing::session_expires());
        assert_eq!(html.matches("<figure>").count(), 3);
        assert_eq!(html.matches("<tbody>").count(), 9 + 1);
        assert!(html.contains("byeloss run session-expires"));
        assert!(!html.contains("<script") && !html.contains("src="));
        assert_eq!(html.matches("http").count(), html.matches("xmlns=\"http://www.w3.org/2000/svg\"").count());
    }

    #[test]
    fn what_a_scenario_says_is_never_markup() {
        let mut results = testing::sweep(&[90, 1800]);
        results.name = "<b>&\u{1}".to_owned();
        results.title = "\"quoted\" <i>".to_owned();
        results.axes = vec!["a.<u>".to_owned()];
        results.points[0].values = vec!["<s>".to_owned()];
        let html = page(&results);
        for markup in ["<b>", "<i>", "<u>", "<s>", "\u{1}"] {
            assert!(!html.contains(markup), "{markup}");
        }
    }

    #[test]
    fn results_of_every_shape_have_a_page() {
        for (_, results) in testing::edge_cases() {
            let html = page(&results);
            assert!(html.ends_with("</html>\n") && !html.contains("NaN"));
        }
    }
}
