//! The rooms know only those below them (ARCHITECTURE.md).

use std::fs;
use std::path::{Path, PathBuf};

/// The floors, from the ground up. A room may use rooms of floors below its own, and no other.
const FLOORS: [&[&str]; 10] = [
    &["time"],
    &["random", "engine", "sip", "theory"],
    &["net", "heartbeat"],
    &["world"],
    &["scenario", "measure", "conformance"],
    &["study"],
    &["plan"],
    &["report"],
    &["cli"],
    &["main"],
];

/// Exceptions to the floors: what a room must not use although it stands above it.
const FORBIDDEN: [(&str, &str); 6] = [
    ("theory", "sip"),
    ("net", "sip"),
    ("net", "engine"),
    ("heartbeat", "engine"),
    ("heartbeat", "random"),
    ("heartbeat", "theory"),
];

fn floor(room: &str) -> usize {
    FLOORS.iter().position(|rooms| rooms.contains(&room)).unwrap_or_else(|| panic!("`{room}` stands on no floor"))
}

/// Every source file, with the room that it belongs to.
fn files() -> Vec<(String, PathBuf)> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![source.clone()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inside = path.strip_prefix(&source).expect("inside src");
                let room = inside.iter().next().and_then(|part| part.to_str()).expect("a name");
                found.push((room.trim_end_matches(".rs").to_owned(), path));
            }
        }
    }
    found.sort();
    found.retain(|(room, _)| room != "lib");
    found
}

/// The rooms that `text` uses: what follows `crate::`, alone or in braces.
fn used(text: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut rooms = Vec::new();
    for (at, path) in text.match_indices("crate::") {
        let rest = &text[at + path.len()..];
        match rest.strip_prefix('{') {
            Some(list) => {
                let list = &list[..list.find("};").unwrap_or(list.len())];
                let mut depth = 0;
                for part in list.split_inclusive([',', '{', '}']) {
                    if depth == 0 {
                        rooms.push(word(part.trim_start()));
                    }
                    depth += part.matches('{').count();
                    depth -= part.matches('}').count().min(depth);
                }
            }
            None => rooms.push(word(rest)),
        }
    }
    rooms.retain(|room| !room.is_empty());
    rooms
}

#[test]
fn a_room_uses_only_rooms_below_it() {
    for (room, path) in files() {
        let text = fs::read_to_string(&path).expect("a source file");
        for other in used(&text) {
            let allowed = other == room || floor(&other) < floor(&room);
            assert!(allowed, "{}: `{room}` must not use `{other}`", path.display());
            let forbidden = FORBIDDEN.contains(&(room.as_str(), other.as_str()));
            assert!(!forbidden, "{}: `{room}` must never hear of `{other}`", path.display());
        }
    }
}

#[test]
fn a_forbidden_use_would_be_found() {
    assert_eq!(used("use crate::sip::Agent;"), ["sip"]);
    assert_eq!(used("use crate::{report, scenario::{self, Study}, study};"), ["report", "scenario", "study"]);
    assert_eq!(used("let x = crate::world::Runner::new();"), ["world"]);
}

#[test]
fn no_source_file_is_too_long_to_be_read() {
    const MOST_LINES: usize = 500;
    for (_, path) in files() {
        let lines = fs::read_to_string(&path).expect("a source file").lines().count();
        assert!(lines <= MOST_LINES, "{} has {lines} lines", path.display());
    }
}

#[test]
fn protocols_know_no_queue_no_network_no_chance_and_no_clock() {
    for (room, path) in files() {
        if room == "sip" || room == "heartbeat" {
            let text = fs::read_to_string(&path).expect("a source file");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for word in ["crate::engine", "crate::net", "crate::random", "std::time", "std::net", "rand"] {
                let found = code.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(word));
                assert!(!found, "{} uses {word}", path.display());
            }
        }
    }
}
