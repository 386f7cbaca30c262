//! A table as HTML.

use super::table::{Body, Head, Part, Table};
use crate::report::markup::escape;

/// The table with its title; the rows of a group stand in a body of their own, headed by its values.
pub(crate) fn table(table: &Table) -> String {
    let axes = table.axes.iter().map(|name| format!("<th scope=\"col\">{}</th>", escape(name)));
    let heads: String = axes.chain(table.heads.iter().map(head)).collect();
    let columns = table.axes.len() + table.heads.len();
    let bodies: String = table
        .parts()
        .map(|part| match part {
            Part::Body(body) => rows(table, body),
            Part::LeftOut(words) => {
                format!(
                    "<tbody>\n<tr><td class=\"text\" colspan=\"{columns}\">{}</td></tr>\n</tbody>\n",
                    escape(&words)
                )
            }
        })
        .collect();
    // The last row of a group is set off where it stands for the others.
    let class = if table.is_stacked { " class=\"points\"" } else { "" };
    format!(
        "<h2>{}</h2>\n<div class=\"wide\">\n<table{class}>\n<caption>{}</caption>\n<thead>\n<tr>{heads}</tr>\n\
         </thead>\n{bodies}</table>\n</div>\n",
        escape(table.title),
        escape(table.caption)
    )
}

fn head(head: &Head) -> String {
    let class = if head.is_text { " class=\"text\"" } else { "" };
    format!("<th scope=\"col\"{class} title=\"{}\">{}</th>", escape(&plain(head.meaning)), escape(&head.plain_name()))
}

/// A meaning without the marks of the documentation: code, and links.
fn plain(meaning: &str) -> String {
    meaning.replace('`', "")
}

fn rows(table: &Table, body: &Body) -> String {
    let mut text = "<tbody>\n".to_owned();
    for (nth, row) in body.rows.iter().enumerate() {
        text += "<tr>";
        for value in body.values.iter().filter(|_| nth == 0) {
            text += &format!("<th scope=\"rowgroup\" rowspan=\"{}\">{}</th>", body.rows.len(), escape(value));
        }
        for (cell, head) in row.iter().zip(&table.heads) {
            let class = if head.is_text { " class=\"text\"" } else { "" };
            text += &format!("<td{class}>{}</td>", escape(cell));
        }
        text += "</tr>\n";
    }
    text + "</tbody>\n"
}
