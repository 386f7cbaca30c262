//! What is refused, and in which words.

mod between;
mod devices;
mod files;
mod keys;
mod lengths;
mod media;
mod places;
mod rates;
mod sets;
mod sweeps;
mod together;
mod topologies;
mod weather;

use super::*;

const AS_IT_IS: [&str; 2] = ["", ""];

/// What is wrong with `LEAST`, after `from` in it became `to`, with `more` after it, under these `--set` arguments.
fn refused([from, to]: [&str; 2], more: &str, sets: &[&str]) -> String {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    let text = LEAST.replacen(from, to, 1) + more;
    load_text("scenario.toml", &text, &sets).map(|study| study.name).unwrap_err().render(false)
}

/// What is wrong with the scenario of this name.
fn refused_file(argument: &str) -> String {
    load(argument, &[]).map(|study| study.name).unwrap_err().render(false)
}

/// What is wrong with a topology file.
fn refused_topology(text: &str) -> String {
    topology::parse(&Source::new("net.json", text)).unwrap_err().render(false)
}

/// The errors of a rendered message, each as `line:column: message`; in another text than the scenario or topology that
/// the test writes, with its name before.
fn named(message: &str) -> Vec<String> {
    let mut lines = message.lines().peekable();
    let mut named = Vec::new();
    while let Some(line) = lines.next() {
        let Some(error) = line.strip_prefix("error: ") else { continue };
        let place = lines.peek().and_then(|next| next.trim_start().strip_prefix("--> "));
        let place = place.map(|place| {
            let own = ["scenario.toml:", "net.json:"].into_iter().find_map(|name| place.strip_prefix(name));
            format!("{}: ", own.unwrap_or(place))
        });
        named.push(place.unwrap_or_default() + error);
    }
    named
}

fn assert_said(message: &str, errors: &[&str]) {
    assert_eq!(named(message), errors, "{message}");
}

/// That `what` was refused with just these errors.
fn assert_refused(what: &str, message: &str, errors: &[&str]) {
    assert_eq!(named(message), errors, "{what}:\n{message}");
}
