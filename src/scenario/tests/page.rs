//! `docs/keys.md` is written from the table of keys, with the notes of `notes.md` below the tables of the same heading:
//! `BYELOSS_RENEW=1 cargo test --lib the_page_of_keys` renews it.

use std::fmt::Write;
use std::path::Path as FilePath;

use super::*;
use form::{Form, Row};

const INTRODUCTION: &str = "\
# Keys of scenario files

Written from the table of keys that the reader reads by; `BYELOSS_RENEW=1 cargo test --lib the_page_of_keys` writes it anew.
[scenario.md](scenario.md) is the guide, with examples. `byeloss schema` prints the same as JSON Schema for editors,
`byeloss completions SHELL` a script by which a shell completes keys and words of `--set`. The rule ids are those of
[conformance.md](conformance.md).

A **duration** is a string of a decimal number and a unit (`ns`, `us`, `ms`, `s`, `min`, `h`, `d`), such as `\"40 ms\"` or
`\"1.5 h\"`, or a number of seconds; at most 584 years, digits below a nanosecond are dropped. A **rate** is a string of a
decimal number and `bit/s`, `kbit/s`, `Mbit/s` or `Gbit/s`, or an integer of bits a second, above 0. A **size** is one of `B`,
`kB` or `MB` (1000 each), or an integer of bytes. A **probability** is a number from 0 to 1.
";

/// The page, section by section.
#[derive(Default)]
struct Page {
    text: String,
    /// The heading of the last section, whose notes are still to be written.
    open: String,
    /// The headings whose notes are written.
    noted: Vec<String>,
    /// What is described by itself, in the order in which it was met.
    named: Vec<(&'static str, Form)>,
}

impl Page {
    fn heading(&mut self, level: usize, title: &str, about: &str) {
        self.notes();
        self.open = title.to_owned();
        let _ = write!(self.text, "\n{} {title}\n\n", "#".repeat(level));
        if !about.is_empty() {
            let _ = write!(self.text, "{about}\n\n");
        }
    }

    /// Writes the notes of the last section.
    fn notes(&mut self) {
        let title = std::mem::take(&mut self.open);
        if let Some((_, notes)) = notes().find(|(of, _)| *of == title) {
            let _ = write!(self.text, "\n{}\n", notes.trim());
            self.noted.push(title);
        }
    }

    fn table(&mut self, rows: &[Row]) {
        self.text += "| key | type | default | meaning |\n|---|---|---|---|\n";
        for row in rows {
            let form = self.form(&row.form);
            let old = row.was.map_or_else(String::new, |old| format!(" Before: `{old}`."));
            let line = format!("`{}` | {form} | {} | {}{old}", row.name, row.default, row.about);
            let _ = writeln!(self.text, "| {line} |");
        }
    }

    /// What may stand there, with links to what is described by itself.
    fn form(&mut self, form: &Form) -> String {
        match form {
            Form::Named(name, inner) => {
                if self.named.iter().all(|(known, _)| known != name) {
                    self.named.push((name, (**inner).clone()));
                }
                format!("[{name}](#{})", name.replace(' ', "-").to_lowercase())
            }
            Form::Either(forms) => forms.iter().map(|form| self.form(form)).collect::<Vec<_>>().join(", or "),
            Form::List(inner) => match &**inner {
                Form::Table(_) => "list of tables".to_owned(),
                inner => format!("list of {}", self.form(inner)),
            },
            Form::Table(rows) if rows.iter().all(|row| row.form.rows().is_empty()) && rows.len() < 3 => {
                let rows: Vec<String> = rows.iter().map(|row| format!("`{}` ({})", row.name, row.form)).collect();
                format!("table with {}", rows.join(" and "))
            }
            Form::Table(_) => "table".to_owned(),
            form => form.to_string(),
        }
    }

    /// The tables under keys of `rows`.
    fn sections(&mut self, rows: &[Row], of: &str) {
        for row in rows {
            match &row.form {
                Form::Table(rows) => {
                    self.heading(2, &format!("`[{}]`{of}", row.name), &row.about);
                    self.agents(&row.name, rows);
                    for row_below in rows.iter().filter(|row| matches!(&row.form, Form::Table(rows) if rows.len() > 2))
                    {
                        self.heading(3, &format!("`[{}.{}]`", row.name, row_below.name), &row_below.about);
                        self.table(&row_below.form.rows());
                    }
                }
                Form::List(inner) if !inner.rows().is_empty() => {
                    self.heading(2, &format!("`[[{}]]`{of}", row.name), &row.about);
                    self.table(&inner.rows());
                }
                _ => {}
            }
        }
    }

    /// The table of an agent, of which that of both has most keys.
    fn agents(&mut self, name: &str, rows: &[Row]) {
        let shared = agents::SHARED.clone();
        let as_there = |row: &Row| shared.iter().any(|known| known.name == row.name && known.about == row.about);
        match name {
            "caller" | "callee" => {
                self.text += "All keys of `[session-timer]`, where what that says is the default; and of its own:\n\n";
                let own: Vec<Row> = rows.iter().filter(|row| !as_there(row)).cloned().collect();
                self.table(&own);
            }
            _ => self.table(rows),
        }
    }

    /// What was met that is described by itself.
    fn types(&mut self) {
        let mut next = 0;
        while let Some((name, form)) = self.named.get(next).cloned() {
            next += 1;
            let what = self.form(&form);
            let old = |word: &form::Word| word.was.map(|old| format!("`\"{old}\"` for `\"{}\"`", word.name));
            let old: Vec<String> = form.each_word().iter().filter_map(old).collect();
            let old = if old.is_empty() { String::new() } else { format!(" Before: {}.", old.join(", ")) };
            self.heading(3, name, &format!("{what}.{old}"));
            let tables = match form {
                Form::Either(forms) => forms,
                form => vec![form],
            };
            for table in tables {
                match table {
                    Form::Table(rows) if rows.len() > 2 => self.table(&rows),
                    Form::Tagged(tagged) => {
                        for variant in tagged.variants {
                            let _ = write!(self.text, "`{} = \"{}\"`: {}\n\n", tagged.tag, variant.word, variant.about);
                            self.table(&variant.rows);
                            self.text += "\n";
                        }
                    }
                    _ => {}
                }
            }
        }
    }
}

/// The headings of `notes.md`, each with what stands under it.
fn notes() -> impl Iterator<Item = (&'static str, &'static str)> {
    let sections = include_str!("notes.md").split("## ").skip(1);
    sections.filter_map(|section| section.split_once('\n'))
}

fn page() -> String {
    let mut page = Page { text: INTRODUCTION.to_owned(), ..Page::default() };
    page.heading(2, "The top of a scenario", "A scenario has either `[calls]` and its like, or `[devices]`.");
    page.table(&vocabulary::CALLS);
    page.text += "\nWith devices in their place:\n\n";
    let of_devices = |row: &&Row| !vocabulary::CALLS.iter().any(|known| known.name == row.name);
    let of_devices: Vec<Row> = vocabulary::DEVICES.iter().filter(of_devices).cloned().collect();
    page.table(&of_devices);
    page.sections(&vocabulary::CALLS, "");
    page.heading(2, "`[nodes.NAME]`", "What is said of a node, by its kind.");
    for (kind, rows) in between::rows_of_kinds() {
        page.heading(3, &format!("Of kind `{kind}`"), "");
        page.table(&rows);
    }
    page.sections(&of_devices, "");
    let faults: Vec<Row> = vocabulary::DEVICES.iter().filter(|row| row.name == "faults").cloned().collect();
    page.sections(&faults, " with devices");
    page.heading(2, "`[sweep]`", "The values of each axis.");
    page.heading(2, "Types of values", "");
    page.types();
    page.notes();
    for (title, _) in notes() {
        assert!(page.noted.iter().any(|noted| noted == title), "notes of {title}, which is no section");
    }
    while page.text.contains("\n\n\n") {
        page.text = page.text.replace("\n\n\n", "\n\n");
    }
    page.text.trim_end().to_owned() + "\n"
}

#[test]
fn the_page_of_keys_is_that_of_the_table_of_keys() {
    let path = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("docs/keys.md");
    let page = page();
    if std::env::var_os("BYELOSS_RENEW").is_some() {
        std::fs::write(&path, &page).expect("a folder that can be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let renew = "docs/keys.md differs from the table of keys: BYELOSS_RENEW=1 cargo test --lib the_page_of_keys";
    assert!(kept == page, "{renew}");
}
