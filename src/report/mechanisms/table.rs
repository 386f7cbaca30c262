//! The sheet as tables: on the terminal and on the page.

use super::{Cell, Row, Sheet};
use crate::report::number::{NONE, rate, significant, trimmed};
use crate::report::page::{cells as html_cells, escape};

/// Columns of each condition, and what they mean.
const OF_CONDITION: [(&str, &str); 4] = [
    ("mean s", "mean recovery time of ghosts that ended, in seconds"),
    ("p99 s", "99 of 100 ghosts were held no longer than this, in seconds; those that never ended count"),
    ("un- recovered", "share of ghosts still held when the run ended"),
    ("dropped /10³", "false drops in a thousand calls, or false offlines in a thousand devices and day"),
];

fn of_condition(cell: Option<&Cell>) -> [String; OF_CONDITION.len()] {
    let Some(cell) = cell else { return [NONE, NONE, NONE, NONE].map(str::to_owned) };
    let seconds = |x: Option<f64>| x.map_or_else(|| NONE.to_owned(), |x| significant(x, 4));
    let unrecovered = match (cell.unrecovered, cell.ghosts) {
        (0, _) => "0".to_owned(),
        (some, all) => format!("{} %", trimmed(100.0 * some as f64 / all as f64, 3)),
    };
    [seconds(cell.mean_s), seconds(cell.p99_s), unrecovered, rate(cell.drops)]
}

/// Messages and bytes for each hour, under the first condition that was run.
fn costs(row: &Row) -> [String; 2] {
    let cell = row.cells.iter().flatten().next();
    let figure = |x: Option<f64>| x.map_or_else(|| NONE.to_owned(), |x| significant(x, 3));
    [figure(cell.map(|cell| cell.messages)), figure(cell.map(|cell| cell.bytes))]
}

/// The sheet as lines: a block for each condition.
pub(in crate::report) fn text(sheet: &Sheet) -> String {
    let all = || sheet.calls.iter().chain(&sheet.devices);
    let width = all().map(|row| row.name.chars().count()).max().unwrap_or(0).max("mechanism".len());
    let mut text = String::new();
    for (condition, name) in sheet.conditions.iter().enumerate() {
        text += &format!(
            "\n{name:width$}  {:>8}  {:>8}  {:>8}  {:>8}  {:>9}  {:>9}\n",
            "mean s", "p99 s", "unrecov.", "drop/10³", "msgs/h", "bytes/h"
        );
        for row in all().filter(|row| row.cells[condition].is_some()) {
            let [mean, p99, unrecovered, drops] = of_condition(row.cells[condition].as_ref());
            let [messages, bytes] = row.cells[condition]
                .map_or_else(Default::default, |cell| [cell.messages, cell.bytes].map(|x| significant(x, 3)));
            text += &format!(
                "{:width$}  {mean:>8}  {p99:>8}  {unrecovered:>8}  {drops:>8}  {messages:>9}  {bytes:>9}\n",
                row.name
            );
        }
    }
    text
}

/// The sheet as a table of a page: a row for each mechanism.
pub(in crate::report) fn html(sheet: &Sheet) -> String {
    let mut text = "<h2>Every mechanism under every condition</h2>\n<div class=\"wide\">\n<table>\n<caption>Messages and \
                    bytes are for each hour of a live call, or of a device that is switched on, under the first condition; all of them stand in \
                    mechanisms.csv.</caption>\n<thead>\n<tr><th scope=\"col\" class=\"text\" rowspan=\"2\">mechanism</th><th scope=\"col\" rowspan=\"2\">messages /h</th><th scope=\"col\" \
                    rowspan=\"2\">bytes /h</th>"
        .to_owned();
    for condition in &sheet.conditions {
        text += &format!("<th scope=\"colgroup\" colspan=\"{}\">{}</th>", OF_CONDITION.len(), escape(condition));
    }
    text += "</tr>\n<tr>";
    for (head, meaning) in sheet.conditions.iter().flat_map(|_| OF_CONDITION) {
        text += &format!("<th scope=\"col\" title=\"{}\">{}</th>", escape(meaning), escape(head));
    }
    text += "</tr>\n</thead>\n";
    for (rows, head) in [(&sheet.calls, ""), (&sheet.devices, "devices that register")] {
        if rows.is_empty() {
            continue;
        }
        text += "<tbody>\n";
        if !head.is_empty() {
            let columns = 3 + OF_CONDITION.len() * sheet.conditions.len();
            text += &format!("<tr><td class=\"text\" colspan=\"{columns}\">{head}</td></tr>\n");
        }
        for row in rows {
            let figures = row.cells.iter().flat_map(|cell| of_condition(cell.as_ref()));
            let figures: Vec<String> = costs(row).into_iter().chain(figures).collect();
            text += &format!(
                "<tr><th scope=\"row\" class=\"text\">{}</th>{}</tr>\n",
                escape(&row.name),
                html_cells(figures.iter().map(|cell| (false, cell.as_str())))
            );
        }
        text += "</tbody>\n";
    }
    text + "</table>\n</div>\n"
}
