//! The page `index.html`: one file that reads without network and without script.

use super::figures::drawn;
use super::point::Study;
use super::rows::{HEADS, left_out, left_out_words, paired_differences, rows};
use super::{Figure, load, mechanisms, queues, rates, releases, setups, sweep, takeaway};
use crate::measure::Z95;
use crate::scenario::{INPUT, Provenance, SCENARIO};
use crate::study::{Results, Swept};
use std::fmt::Write;

const STYLE: &str = include_str!("page.css");

/// Words of the page, each with its definition.
const GLOSSARY: [(&str, &str); 11] = [
    ("BYE loss", "A hang-up of which no BYE ever reaches the other agent: all copies lost, path cut, or agent dead."),
    ("Ghost", "A call after its hang-up, as long as some element still holds it."),
    ("Recovery time", "From the hang-up until the remaining agent lets go of the call: until it is released."),
    (
        "Released, closed",
        "An agent that says BYE has released the call at that instant. The call is closed when the transaction of that \
         BYE is over, up to 32 s later, and that is what many logs and call records show.",
    ),
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
    let tables = [
        study.sheet.as_ref().map(mechanisms::html).unwrap_or_default(),
        figures_table(study),
        setups_table(results),
        rates_table(results),
        load_table(results),
        queues_table(results),
        releases_table(results),
        paired_table(results),
    ];
    let files = ["points.csv", "releases.csv"].into_iter().chain(study.sheet.as_ref().map(|_| "mechanisms.csv"));
    let files: Vec<&str> = files.collect();
    frame(results, &takeaway::say(study), figures, &tables.concat(), &GLOSSARY, &files)
}

/// A page: head and takeaway, `figures`, `tables`, what the words of `glossary` mean, and how to make it again; `files` are those
/// that have all figures beside `summary.json`.
pub(super) fn frame<P>(
    results: &Results<P>,
    takeaway: &str,
    figures: &[Figure],
    tables: &str,
    glossary: &[(&str, &str)],
    files: &[&str],
) -> String {
    let name = escape(&results.name);
    let title = if results.title.is_empty() { &results.name } else { &results.title };
    let mut main = format!(
        "<header>\n<h1>{}</h1>\n<p>Study <code>{name}</code> of byeloss {}, seed {}.</p>\n</header>\n\
         <p class=\"takeaway\">{}</p>\n",
        escape(title),
        env!("CARGO_PKG_VERSION"),
        results.seed,
        escape(takeaway).replace('\n', "<br>\n")
    );
    for figure in figures {
        main += &format!("<figure>\n{}<figcaption>{}</figcaption>\n</figure>\n", figure.svg, escape(figure.caption));
    }
    main += tables;
    main += &settings_table(&results.provenance);
    main += "<h2>What the words mean</h2>\n<dl>\n";
    for (word, meaning) in glossary {
        main += &format!("<dt>{}</dt>\n<dd>{}</dd>\n", escape(word), escape(meaning));
    }
    let links: Vec<String> = files.iter().map(|file| format!("<a href=\"{file}\">{file}</a>")).collect();
    main += &format!(
        "</dl>\n<h2>Make it again</h2>\n<pre><code>{}</code></pre>\n<p>The same scenario, seed and version give the same \
         bytes. So does <code>byeloss run FOLDER</code> on the folder of this page, which has the <a \
         href=\"{INPUT}/{SCENARIO}\">scenario</a> and the files that it names. All figures are in {} and <a \
         href=\"summary.json\">summary.json</a>.</p>\n",
        escape(&results.provenance.command()),
        links.join(", ")
    );
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<title>{name}: byeloss</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{main}</main>\n</body>\n</html>\n"
    )
}

/// Every setting, with where it is stated.
fn settings_table(provenance: &Provenance) -> String {
    if provenance.settings.is_empty() {
        return String::new();
    }
    let mut text =
        "<h2>Settings</h2>\n<div class=\"wide\">\n<table>\n<caption>What was simulated. Keys that are not listed have \
                    their defaults.</caption>\n<thead>\n<tr><th scope=\"col\" class=\"text\">key</th><th scope=\"col\" \
                    class=\"text\">value</th><th scope=\"col\" class=\"text\">stated by</th></tr>\n</thead>\n<tbody>\n"
            .to_owned();
    for setting in &provenance.settings {
        let row = [setting.key.as_str(), &setting.value, setting.stated.name()];
        text += &format!("<tr>{}</tr>\n", cells(row.into_iter().map(|cell| (true, cell))));
    }
    text + "</tbody>\n</table>\n</div>\n"
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
    for name in sweep::axis_names(results) {
        text += &format!("<th scope=\"col\">{}</th>", escape(name));
    }
    for (i, (head, meaning)) in HEADS.iter().enumerate() {
        let head: Vec<&str> = head.iter().copied().filter(|line| *line != "s").collect();
        let head = head.join(" ").replace("- ", "").replace("refr.", "refresh");
        let class = if i == 0 { " class=\"text\"" } else { "" };
        text += &format!("<th scope=\"col\"{class} title=\"{}\">{}</th>", escape(meaning), escape(&head));
    }
    text += "</tr>\n</thead>\n";
    let columns = results.axes.len() + HEADS.len();
    text += &bodies(results, columns, "points.csv", |index| {
        let rows = rows(&study.points[index]).into_iter();
        rows.map(|row| cells(row.iter().enumerate().map(|(column, cell)| (column == 0, cell.as_str())))).collect()
    });
    text + "</table>\n</div>\n"
}

/// The peaks of the load at each element, of points that have one.
fn load_table(results: &Results) -> String {
    if !load::tells(results) {
        return String::new();
    }
    let mut text =
        "<h2>Load</h2>\n<div class=\"wide\">\n<table>\n<caption>The most of each element in a second, and the first \
                    second that had it. Every second stands in load.csv.</caption>\n<thead>\n<tr>"
            .to_owned();
    for name in sweep::axis_names(results) {
        text += &format!("<th scope=\"col\">{}</th>", escape(name));
    }
    for (index, (head, meaning)) in load::HEADS.iter().enumerate() {
        let class = if index == 0 { " class=\"text\"" } else { "" };
        text += &format!("<th scope=\"col\"{class} title=\"{}\">{}</th>", escape(meaning), escape(head));
    }
    text += "</tr>\n</thead>\n";
    text += &bodies(results, results.axes.len() + load::HEADS.len(), "load.csv", |index| {
        let rows = load::rows(&results.points[index]).into_iter();
        rows.map(|row| cells(row.iter().enumerate().map(|(column, cell)| (column == 0, cell.as_str())))).collect()
    });
    text + "</table>\n</div>\n"
}

/// What came to the queues before links with a rate.
fn queues_table(results: &Results) -> String {
    if !queues::tells(results) {
        return String::new();
    }
    let mut text =
        "<h2>Queues</h2>\n<div class=\"wide\">\n<table>\n<caption>Before each link with a rate: what came, how long it waited for \
                    its turn, what found no room.</caption>\n<thead>\n<tr>"
            .to_owned();
    for name in sweep::axis_names(results) {
        text += &format!("<th scope=\"col\">{}</th>", escape(name));
    }
    for (index, (head, meaning)) in queues::HEADS.iter().enumerate() {
        let class = if index < queues::TEXT_HEADS { " class=\"text\"" } else { "" };
        text += &format!("<th scope=\"col\"{class} title=\"{}\">{}</th>", escape(meaning), escape(head));
    }
    text += "</tr>\n</thead>\n";
    text += &bodies(results, results.axes.len() + queues::HEADS.len(), "queues.csv", |index| {
        let rows = queues::rows(&results.points[index]).into_iter();
        let texts = |row: [String; queues::HEADS.len()]| {
            cells(row.iter().enumerate().map(|(column, cell)| (column < queues::TEXT_HEADS, cell.as_str())))
        };
        rows.map(texts).collect()
    });
    text + "</table>\n</div>\n"
}

/// How calls were set up at each point, where there is anything to tell.
fn setups_table(results: &Results) -> String {
    if !setups::tells(results) {
        return String::new();
    }
    let mut text =
        "<h2>How calls were set up</h2>\n<div class=\"wide\">\n<table>\n<caption>INVITEs that a caller sent \
                    for a call, those after a 422 among them; the time from the first to the 2xx; and the session \
                    interval that came of it.</caption>\n<thead>\n<tr>"
            .to_owned();
    for head in sweep::axis_names(results).into_iter().chain(setups::HEADS) {
        text += &format!("<th scope=\"col\">{}</th>", escape(head));
    }
    text += "</tr>\n</thead>\n";
    text += &bodies(results, results.axes.len() + setups::HEADS.len(), "points.csv", |index| {
        let texts = setups::cells(&results.points[index]);
        vec![cells(texts.iter().map(|cell| (false, cell.as_str())))]
    });
    text + "</table>\n</div>\n"
}

/// How often BYEs were lost and calls dropped at each point, where the network has bad times.
fn rates_table(results: &Results) -> String {
    if !rates::tells(results) {
        return String::new();
    }
    let mut text =
        "<h2>How often BYEs were lost</h2>\n<div class=\"wide\">\n<table>\n<caption>Hang-ups of which no BYE \
                    arrived, and false drops, for each million of hang-ups and of calls; their closed forms; and \
                    simulated less closed form in standard errors.</caption>\n<thead>\n<tr>"
            .to_owned();
    for head in sweep::axis_names(results).into_iter().chain(rates::HEADS) {
        text += &format!("<th scope=\"col\">{}</th>", escape(head));
    }
    text += "</tr>\n</thead>\n";
    text += &bodies(results, results.axes.len() + rates::HEADS.len(), "points.csv", |index| {
        let texts = rates::cells(&results.points[index]);
        vec![cells(texts.iter().map(|cell| (false, cell.as_str())))]
    });
    text + "</table>\n</div>\n"
}

/// How calls ended at each element of each point.
fn releases_table(results: &Results) -> String {
    if results.points.iter().all(|point| releases::releases(point).is_empty()) {
        return String::new();
    }
    let mut text =
        "<h2>What ended the calls</h2>\n<div class=\"wide\">\n<table>\n<caption>At each element, how many calls \
                    ended by which timer or message, and the rule by which they did.</caption>\n<thead>\n<tr>"
            .to_owned();
    for name in sweep::axis_names(results) {
        text += &format!("<th scope=\"col\">{}</th>", escape(name));
    }
    for (column, head) in releases::HEADS.iter().enumerate() {
        let class = if column < releases::TEXT_HEADS { " class=\"text\"" } else { "" };
        text += &format!("<th scope=\"col\"{class}>{head}</th>");
    }
    text += "</tr>\n</thead>\n";
    let columns = results.axes.len() + releases::HEADS.len();
    text += &bodies(results, columns, "releases.csv", |index| {
        let point = &results.points[index];
        let row = |release: &releases::Release| {
            let texts = release.cells(point.tally.calls);
            cells(texts.iter().enumerate().map(|(column, cell)| (column < releases::TEXT_HEADS, cell.as_str())))
        };
        releases::releases(point).iter().map(row).collect()
    });
    text + "</table>\n</div>\n"
}

/// The rows of each point in a body of their own, headed by its values; a long sweep abridged, with a word of `file`,
/// which has all of it.
pub(super) fn bodies<P: Swept>(
    results: &Results<P>,
    columns: usize,
    file: &str,
    rows: impl Fn(usize) -> Vec<String>,
) -> String {
    let mut text = String::new();
    let left_out = left_out(results.points.len());
    for (index, point) in results.points.iter().enumerate() {
        if index == left_out.start && !left_out.is_empty() {
            let words = escape(&left_out_words(&left_out, file));
            text += &format!("<tbody>\n<tr><td class=\"text\" colspan=\"{columns}\">{words}</td></tr>\n</tbody>\n");
        }
        if left_out.contains(&index) {
            continue;
        }
        let rows = rows(index);
        text += "<tbody>\n";
        for (i, row) in rows.iter().enumerate() {
            text += "<tr>";
            for axis in (0..results.axes.len()).filter(|_| i == 0) {
                let value = point.values().get(axis).map_or("", String::as_str);
                text += &format!("<th scope=\"rowgroup\" rowspan=\"{}\">{}</th>", rows.len(), escape(value));
            }
            text += row;
            text += "</tr>\n";
        }
        text += "</tbody>\n";
    }
    text
}

/// Cells of a row, each with whether it is text.
pub(super) fn cells<'a>(cells: impl Iterator<Item = (bool, &'a str)>) -> String {
    cells
        .map(|(is_text, cell)| format!("<td{}>{}</td>", if is_text { " class=\"text\"" } else { "" }, escape(cell)))
        .collect()
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
    let left_out = left_out(differences.len());
    let steps = results.points.windows(2).zip(differences).zip(&results.paired);
    for (index, ((points, difference), paired)) in steps.enumerate() {
        if index == left_out.start && !left_out.is_empty() {
            let words = escape(&left_out_words(&left_out, "points.csv"));
            let _ = writeln!(text, "<tr><td class=\"text\" colspan=\"4\">{words}</td></tr>");
        }
        if left_out.contains(&index) {
            continue;
        }
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
    use crate::scenario::{Setting, Stated};

    #[test]
    fn the_page_has_all_parts_and_no_script_and_no_network() {
        let html = page(&testing::session_expires());
        assert_eq!(html.matches("<figure>").count(), 3);
        assert_eq!(html.matches("<tbody>").count(), 9 + 9 + 1);
        assert!(html.contains("byeloss run session-expires"));
        assert!(!html.contains("<script") && !html.contains("src="));
        assert_eq!(html.matches("http").count(), html.matches("xmlns=\"http://www.w3.org/2000/svg\"").count());
    }

    #[test]
    fn the_page_of_a_long_sweep_is_abridged() {
        let html = page(&testing::sweep(&(0..120).map(|i| 90 + i).collect::<Vec<u32>>()));
        for words in ["70 points left out; all of them are in points.csv", "69 points left out", "are in releases.csv"]
        {
            assert!(html.contains(words), "{words}");
        }
        assert_eq!(html.matches("<tbody>").count(), 2 * 51 + 1);
    }

    #[test]
    fn what_a_scenario_says_is_never_markup() {
        let mut results = testing::sweep(&[90, 1800]);
        results.name = "<b>&\u{1}".to_owned();
        results.title = "\"quoted\" <i>".to_owned();
        results.axes = vec!["a.<u>".to_owned()];
        results.points[0].values = vec!["<s>".to_owned()];
        let setting = Setting { key: "<em>".to_owned(), value: "<b>".to_owned(), stated: Stated::Scenario };
        results.provenance.settings = vec![setting];
        let html = page(&results);
        for markup in ["<b>", "<i>", "<u>", "<s>", "<em>", "\u{1}"] {
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
