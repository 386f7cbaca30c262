//! The table of keys: every key of a scenario, put together from the tables that the readers read by.

use std::sync::LazyLock;

use super::agents::{CALLEE, CALLER, SHARED, TimersKeys};
use super::between::{CrashKeys, rows_of_kinds};
use super::devices::{self, DevicesKeys, HttpKeys, PlatformsKeys, RestartKeys};
use super::diagnostic::{Diagnostic, Diagnostics, listed, quoted};
use super::dotted::DottedKey;
use super::faults::{self, RequestKeys, WhenKeys};
use super::form::{Default, Form, Keys, Row};
use super::link::LINK_ROWS;
use super::media::UsersKeys;
use super::model::{CallsKeys, HangupKeys, RootKeys};
use super::network;
use super::old_names;
use super::places::{KindsKeys, PlaceKeys};
use super::read::Fields;
use super::tree::Tree;

/// The tables that only scenarios with devices have.
pub(super) const OF_DEVICES: [&str; 4] = ["devices", "http", "platforms", "restarts"];

/// The keys at the top of a scenario of calls.
pub(super) static CALLS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let calls: Vec<Row> = CallsKeys::get().rows().into_iter().chain(PlaceKeys::get().rows()).collect();
    let faults: Vec<Row> = faults::FaultKeys::get().rows().into_iter().chain(WhenKeys::get().rows()).collect();
    let mut rows = RootKeys::get().rows();
    rows.extend([
        table("calls", Form::Table(calls), "How many calls, when they begin and how long they last."),
        table("hangup", HangupKeys::get().form(), "How calls end."),
        table("users", UsersKeys::get().form(), "What users do in a call that shows in its media."),
        table("session-timer", SHARED.form(), "How both agents behave."),
        table("caller", CALLER.form(), "How and where callers are, where that differs."),
        table("callee", CALLEE.form(), "How and where callees are, where that differs."),
        table("timers", TimersKeys::get().form(), "The base timers of every transaction."),
        link(),
        links(),
        nodes(),
        list("kinds", kinds(), "Other kinds that nodes of the topology have here; later ones go before."),
        list("crashes", CrashKeys::get().form(), "Deaths of nodes that take part."),
        list("faults", Form::Table(faults), "Messages that are lost or refused by script."),
        list("requests", RequestKeys::get().form(), "Changes that users want in a call that stands, such as a hold."),
        sweep(),
    ]);
    rows
});

/// The keys at the top of a scenario with devices.
pub(super) static DEVICES: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let faults: Vec<Row> = devices::FaultKeys::get().rows().into_iter().chain(WhenKeys::get().rows()).collect();
    let mut rows = RootKeys::get().rows();
    rows.retain(|row| !["load", "companion"].contains(&&*row.name));
    rows.extend([
        table("devices", DevicesKeys::get().form(), "Devices that register at platforms and keep alive."),
        table("http", HttpKeys::get().form(), "How devices use HTTP; gat1400 alone."),
        table("platforms", PlatformsKeys::get().form(), "How many platforms there are, and how they behave."),
        list("restarts", RestartKeys::get().form(), "When platforms go down, all of a level at once."),
        link(),
        links(),
        nodes(),
        list("faults", Form::Table(faults), "Messages that are lost or refused by script."),
        sweep(),
    ]);
    rows
});

fn row(name: &'static str, form: Form, about: &'static str) -> Row {
    Row { name: name.into(), was: None, form, default: Default::Said("none"), about: about.into() }
}

fn table(name: &'static str, form: Form, about: &'static str) -> Row {
    row(name, form, about)
}

fn list(name: &'static str, form: Form, about: &'static str) -> Row {
    row(name, Form::List(Box::new(form)), about)
}

fn link() -> Row {
    table("link", network::ROWS.form(), "Every link of the topology, in both directions.")
}

fn links() -> Row {
    let form = Form::Map("pair of nodes \"A--B\"", Box::new(LINK_ROWS.form()));
    row("links", form, "The links between nodes A and B, in both directions; goes before `[link]`.")
}

/// A table of a node, of whatever kind.
fn node() -> Form {
    let tables = rows_of_kinds().into_iter().map(|(_, rows)| Form::Table(rows));
    Form::Either(tables.collect())
}

fn nodes() -> Row {
    let form = Form::Map("name of a node", Box::new(node()));
    row("nodes", form, "When nodes are down, and how proxies, B2BUAs and NATs behave.")
}

fn kinds() -> Form {
    let mut rows = KindsKeys::get().rows();
    for row in rows.iter_mut().filter(|row| row.name == KindsKeys::get().settings.name()) {
        row.form = node();
    }
    Form::Table(rows)
}

fn sweep() -> Row {
    let form = Form::Map("dotted key, of lists of values, or by any name, of variants", Box::new(Form::Any));
    row("sweep", form, "The values of each axis.")
}

/// Whether `tree` is a scenario with devices.
pub(super) fn has_devices(tree: &Tree) -> bool {
    let has = |key: &&str| tree.as_table().is_some_and(|table| table.get(key).is_some());
    OF_DEVICES.iter().any(has)
}

/// The top of the scenario that `tree` writes, with devices or of calls.
pub(super) fn root<'a>(tree: &'a Tree, errors: &mut Diagnostics) -> Fields<'a> {
    if !has_devices(tree) {
        return Fields::at_home("", tree, &CALLS.names(), homes, errors);
    }
    let (own, known) = (DEVICES.names(), CALLS.names());
    let entries = tree.as_table().map_or(&[][..], |table| &table.entries);
    let keys = entries.iter().map(|entry| entry.key.as_str());
    let of_calls: Vec<&str> = keys.filter(|key| known.contains(key) && !own.contains(key)).collect();
    let allowed: Vec<&str> = own.iter().copied().filter(|key| *key != "sweep").collect();
    let root = Fields::at_home("", tree, &[&allowed[..], &of_calls].concat(), homes, errors);
    for field in of_calls.iter().filter_map(|key| root.get(key)) {
        let message = format!("{} speaks of calls, and the scenario has devices", quoted(&field.path));
        let wrong = Diagnostic::new(message).at(&field.value.origin, "does not go with devices");
        errors.push(wrong.note(format!("allowed: {}", listed(&allowed))));
    }
    root
}

/// Renames the old keys and words of a scenario.
pub(super) fn renew(tree: &mut Tree, found: &mut Diagnostics) {
    let rows: &[Row] = if has_devices(tree) { &DEVICES } else { &CALLS };
    old_names::renew_table(tree, rows, found);
}

/// Renames the old parts of a dotted key, and the old words of its value.
pub(super) fn renew_setting(key: &mut DottedKey, value: &mut Tree, found: &mut Diagnostics) {
    let of_devices = key.segments.first().is_some_and(|first| OF_DEVICES.contains(&first.name.as_str()));
    let rows: &[Row] = if of_devices { &DEVICES } else { &CALLS };
    old_names::renew_setting(key, value, rows, found);
}

/// Whether `name` is a key at the top of a scenario.
pub(super) fn is_at_top(name: &str) -> bool {
    CALLS.iter().chain(DEVICES.iter()).any(|row| row.name == name || row.was == Some(name))
}

/// The tables in which a key `name` is at home, if a table or the file itself (`""`) knows it.
fn homes(name: &str) -> Vec<String> {
    fn look(rows: &[Row], path: &str, name: &str, found: &mut Vec<String>) {
        for row in rows {
            if row.name == name && !found.iter().any(|known| known == path) {
                found.push(path.to_owned());
            }
        }
        for row in rows {
            let below = if path.is_empty() { row.name.to_string() } else { format!("{path}.{}", row.name) };
            match &row.form {
                Form::Table(rows) => look(rows, &below, name, found),
                Form::List(form) => look(&form.rows(), &below, name, found),
                _ => {}
            }
        }
    }
    let mut found = Vec::new();
    look(&CALLS, "", name, &mut found);
    look(&DEVICES, "", name, &mut found);
    found
}

/// Every key that `--set` can name without the names of a topology, by its dotted name; of lists, in their first table.
pub(super) fn dotted() -> Vec<(String, Row)> {
    fn look(rows: &[Row], path: &str, found: &mut Vec<(String, Row)>) {
        for row in rows {
            let name = if path.is_empty() { row.name.to_string() } else { format!("{path}.{}", row.name) };
            if found.iter().all(|(known, _)| *known != name) {
                found.push((name.clone(), row.clone()));
            }
            look(&row.form.rows(), &name, found);
            if let Form::List(form) = &row.form {
                look(&form.rows(), &format!("{name}.0"), found);
            }
        }
    }
    let mut found = Vec::new();
    look(&CALLS, "", &mut found);
    look(&DEVICES, "", &mut found);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_at_home_in_each_table_that_has_it() {
        assert_eq!(homes("t1"), ["timers"]);
        assert_eq!(homes("session-expires"), ["session-timer", "caller", "callee"]);
        assert_eq!(homes("loss"), ["link", "link.to-callee", "link.to-caller"]);
        assert_eq!(homes("seed"), [""]);
        assert!(homes("nothing").is_empty());
    }

    /// Every row of a table and of the tables below it.
    fn every_row(rows: &[Row], found: &mut Vec<Row>) {
        for row in rows {
            found.push(row.clone());
            every_row(&row.form.rows(), found);
            if let Some(inner) = row.form.inner() {
                every_row(&inner.rows(), found);
            }
        }
    }

    #[test]
    fn no_table_has_a_key_twice_and_every_key_says_what_it_decides() {
        fn look(rows: &[Row]) {
            for (index, row) in rows.iter().enumerate() {
                assert!(rows[..index].iter().all(|other| other.name != row.name), "{}", row.name);
                look(&row.form.rows());
            }
        }
        look(&CALLS);
        look(&DEVICES);
        let mut rows = Vec::new();
        every_row(&CALLS, &mut rows);
        every_row(&DEVICES, &mut rows);
        assert!(rows.len() > 300, "{}", rows.len());
        assert!(rows.iter().all(|row| !row.about.is_empty()));
    }
}
