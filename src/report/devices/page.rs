//! The page `index.html` of devices.

use super::point::Study;
use super::table::{HEADS, LEVEL_HEADS, LEVEL_TEXTS, cells, level_cells};
use super::takeaway;
use crate::report::page::{bodies, cells as html_cells, escape, frame};
use crate::report::{Figure, sweep};

/// Words of the page, each with its definition.
const GLOSSARY: [(&str, &str); 8] = [
    (
        "Gone without a word",
        "A device that died, or of whose UnRegister no copy reached its platform. A platform holds it as a ghost until it finds out.",
    ),
    (
        "Detection",
        "From a device's going without a word until its platform calls it offline: the recovery time of its ghost.",
    ),
    ("Mean ± 95 %", "Mean over all ghosts that ended, and half its 95 % interval: 1.96 standard errors."),
    ("Theory, σ", "The closed form, and how many standard errors the simulated figure is above it."),
    ("Unrecovered", "Ghosts still held when the run ended. They are in no mean and no quantile."),
    (
        "False offline",
        "A platform calls a device offline that is switched on and wants to be online, for each thousand devices and day (10³ d d).",
    ),
    (
        "Requests",
        "Requests that arrive at the platforms: to register, to keep alive, to un-register, those sent again among them.",
    ),
    (
        "Storm",
        "What comes of a restart: platforms are down and come back without memory, and every device registers anew. Its peak is the \
         busiest second within two intervals of their return, at all platforms of the level together.",
    ),
];

/// The whole study as one HTML page.
pub fn html(study: &Study, figures: &[Figure]) -> String {
    let tables = points_table(study) + &levels_table(study);
    let mut files = vec!["points.csv", "levels.csv"];
    files.extend(study.results.points.iter().any(|point| !point.restarts.is_empty()).then_some("load.csv"));
    frame(study.results, &takeaway::say(study), figures, &tables, &GLOSSARY, &files)
}

fn points_table(study: &Study) -> String {
    let heads = HEADS.iter().map(|(lines, meaning)| (lines.join(" ").replace("- ", ""), *meaning, false));
    let columns = study.results.axes.len() + HEADS.len();
    let rows = bodies(study.results, columns, "points.csv", |index| {
        let row = cells(&study.points[index]);
        vec![html_cells(row.iter().map(|cell| (false, cell.as_str())))]
    });
    table("All figures", "Of the devices and the platforms at which they register.", study, heads, &rows)
}

fn levels_table(study: &Study) -> String {
    let heads = LEVEL_HEADS.iter().enumerate().map(|(column, head)| ((*head).to_owned(), "", column < LEVEL_TEXTS));
    let columns = study.results.axes.len() + LEVEL_HEADS.len();
    let rows = bodies(study.results, columns, "levels.csv", |index| {
        let point = &study.results.points[index];
        let row = |level| {
            let texts = level_cells(point, level);
            html_cells(texts.iter().enumerate().map(|(column, cell)| (column < LEVEL_TEXTS, cell.as_str())))
        };
        (0..point.levels.len()).map(row).collect()
    });
    table(
        "Who registers where",
        "Requests sent by those of each level, and how many arrived in a second.",
        study,
        heads,
        &rows,
    )
}

/// A table with the axes in its first columns; heads come with their meaning and whether they are over text.
fn table<'a>(
    title: &str,
    caption: &str,
    study: &Study,
    heads: impl Iterator<Item = (String, &'a str, bool)>,
    rows: &str,
) -> String {
    if study.points.is_empty() {
        return String::new();
    }
    let axes = sweep::axis_names(study.results).into_iter().map(|name| (name.to_owned(), "", false));
    let heads: String = axes
        .chain(heads)
        .map(|(head, meaning, is_text)| {
            let class = if is_text { " class=\"text\"" } else { "" };
            let title = if meaning.is_empty() { String::new() } else { format!(" title=\"{}\"", escape(meaning)) };
            format!("<th scope=\"col\"{class}{title}>{}</th>", escape(&head))
        })
        .collect();
    format!(
        "<h2>{title}</h2>\n<div class=\"wide\">\n<table class=\"points\">\n<caption>{caption}</caption>\n<thead>\n\
         <tr>{heads}</tr>\n</thead>\n{rows}</table>\n</div>\n"
    )
}
