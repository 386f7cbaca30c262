//! The page `index.html`: one file that reads without network and without script.

use super::figures::Figure;
use super::markup::escape;
use super::sheet::{Table, html};
use crate::scenario::{INPUT, SCENARIO};
use crate::study::Results;

const STYLE: &str = include_str!("page.css");

/// A page: head and takeaway, `figures`, `tables`, what the words of `glossary` mean, and how to make it again; `files`
/// are those that have all figures beside `summary.json`.
pub(super) fn page<P>(
    results: &Results<P>,
    takeaway: &str,
    figures: &[Figure],
    tables: &[Table],
    glossary: &[(&str, &str)],
    files: &[String],
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
    let (leading, others): (Vec<&Table>, Vec<&Table>) = tables.iter().partition(|table| table.leads);
    main.extend(leading.into_iter().chain(others).map(html::table));
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
