//! The rooms know only those below them, the files of a room do not know each other in circles, and the tour
//! (ARCHITECTURE.md) is complete.

use std::collections::{BTreeMap, BTreeSet};
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
    &["analysis"],
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
fn comments_end_at_120_columns_as_code_does() {
    const MOST_COLUMNS: usize = 120;
    for (_, path) in files() {
        let text = fs::read_to_string(&path).expect("a source file");
        let is_comment =
            |line: &str| line.trim_start().starts_with("//") && !line.contains("://") && !line.contains('|');
        let long = text.lines().zip(1..).find(|(line, _)| is_comment(line) && line.chars().count() > MOST_COLUMNS);
        assert!(long.is_none(), "{}: {long:?}", path.display());
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

/// The modules of the crate, by their paths such as `net::path::hop`, with their files' code without tests.
struct Modules(BTreeMap<String, String>);

impl Modules {
    fn of_the_crate() -> Modules {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let named = |path: &Path| {
            let inside = path.strip_prefix(&source).expect("inside src").with_extension("");
            let parts: Vec<&str> = inside.iter().filter_map(|part| part.to_str()).collect();
            let parts = parts.strip_suffix(&["mod"]).unwrap_or(&parts);
            parts.join("::")
        };
        let is_test =
            |name: &str| name.split("::").any(|part| matches!(part, "tests" | "testing" | "against_sampling"));
        let modules = files().into_iter().map(|(_, path)| {
            let text = fs::read_to_string(&path).expect("a source file");
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            let code = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            (named(&path), code.collect::<Vec<_>>().join("\n"))
        });
        Modules(modules.filter(|(name, _)| !is_test(name) && name != "main").collect())
    }

    /// The paths that `module` names, from the top of the crate: those of `use` declarations, with whether it only
    /// hands them on, and others that begin with `super::` or `crate::`.
    fn named_by(&self, module: &str) -> Vec<(bool, Vec<String>)> {
        let code = &self.0[module];
        let mut paths = Vec::new();
        let mut rest = code.as_str();
        while let Some(at) = rest.find("use ") {
            let before = rest[..at].rsplit('\n').next().unwrap_or_default().trim();
            let declaration = &rest[at + 4..];
            let end = declaration.find(';').unwrap_or(declaration.len());
            if before.is_empty() || before.starts_with("pub") {
                let hands_on = before.starts_with("pub");
                leaves(&declaration[..end], &mut Vec::new(), &mut |path| paths.push((hands_on, path.to_vec())));
                rest = &declaration[end..];
            } else {
                rest = declaration;
            }
        }
        for start in ["super::", "crate::"] {
            for (at, _) in code.match_indices(start) {
                let before = code[..at].chars().next_back();
                if before.is_none_or(|c| !c.is_alphanumeric() && c != ':' && c != '_') {
                    let path: String =
                        code[at..].chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':')).collect();
                    paths.push((false, path.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect()));
                }
            }
        }
        let absolute = paths.into_iter().filter_map(|(hands_on, path)| Some((hands_on, self.absolute(module, path)?)));
        absolute.collect()
    }

    /// A path as seen from the top of the crate; `None` if it leads out of it.
    fn absolute(&self, module: &str, path: Vec<String>) -> Option<Vec<String>> {
        let mut at: Vec<String> = module.split("::").map(str::to_owned).collect();
        let mut rest = path.into_iter().peekable();
        match rest.peek()?.as_str() {
            "crate" => {
                at.clear();
                rest.next();
            }
            "self" => _ = rest.next(),
            "super" => {}
            child => _ = self.0.get(&format!("{module}::{child}"))?,
        }
        while rest.next_if(|part| part == "super").is_some() {
            at.pop();
        }
        at.extend(rest);
        Some(at)
    }

    /// The module in which what this path names is written.
    fn home(&self, path: &[String], depth: usize) -> Option<String> {
        let length = (1..=path.len()).rev().find(|&length| self.0.contains_key(&path[..length].join("::")))?;
        let module = path[..length].join("::");
        let Some(item) = path.get(length).filter(|_| depth < 8) else { return Some(module) };
        let handed_on = self.named_by(&module).into_iter().find(|(_, to)| to.last() == Some(item));
        match handed_on.map(|(_, to)| to).filter(|to| to.as_slice() != path) {
            Some(to) => self.home(&to, depth + 1).or(Some(module)),
            None => Some(module),
        }
    }

    /// Which modules each module knows.
    fn arrows(&self) -> BTreeMap<&str, BTreeSet<String>> {
        let known = |module: &str| {
            let named = self.named_by(module).into_iter().filter(|(hands_on, _)| !hands_on);
            named.filter_map(|(_, path)| self.home(&path, 0)).filter(|home| home != module).collect()
        };
        self.0.keys().map(|module| (module.as_str(), known(module))).collect()
    }

    /// Groups of modules each of which knows all others of its group, by way of others or not.
    fn circles(&self) -> Vec<Vec<String>> {
        let arrows = self.arrows();
        let reached = |from: &str| {
            let mut reached = BTreeSet::new();
            let mut open = vec![from.to_owned()];
            while let Some(next) = open.pop() {
                for other in arrows.get(next.as_str()).into_iter().flatten() {
                    if reached.insert(other.clone()) {
                        open.push(other.clone());
                    }
                }
            }
            reached
        };
        let reached: BTreeMap<&str, BTreeSet<String>> =
            arrows.keys().map(|&module| (module, reached(module))).collect();
        let mut groups: Vec<Vec<String>> = Vec::new();
        for (&module, others) in &reached {
            let back = |other: &&String| reached.get(other.as_str()).is_some_and(|back| back.contains(module));
            let group: Vec<String> = others.iter().filter(back).cloned().collect();
            if group.len() > 1 && !groups.contains(&group) {
                groups.push(group);
            }
        }
        groups
    }
}

/// Calls `found` with each path of a `use` declaration such as `super::{a, b::{self, C}}`.
fn leaves(tree: &str, above: &mut Vec<String>, found: &mut impl FnMut(&[String])) {
    let tree = tree.trim();
    let depth_before = above.len();
    let (path, list) = match tree.split_once('{') {
        Some((path, list)) => (path, Some(list.trim_end().trim_end_matches('}'))),
        None => (tree.split(" as ").next().unwrap_or(tree), None),
    };
    above.extend(path.split("::").map(str::trim).filter(|part| !part.is_empty() && *part != "self").map(str::to_owned));
    match list {
        None => found(above),
        Some(list) => {
            let (mut depth, mut start) = (0usize, 0);
            for (at, c) in list.char_indices().chain([(list.len(), ',')]) {
                match c {
                    '{' => depth += 1,
                    '}' => depth = depth.saturating_sub(1),
                    ',' if depth == 0 => {
                        let part = &list[start..at];
                        if !part.trim().is_empty() {
                            leaves(part.trim(), above, found);
                        }
                        start = at + 1;
                    }
                    _ => {}
                }
            }
        }
    }
    above.truncate(depth_before);
}

#[test]
fn files_do_not_know_each_other_in_circles() {
    let circles = Modules::of_the_crate().circles();
    assert!(circles.is_empty(), "files that know each other in circles: {circles:?}");
}

#[test]
fn a_circle_would_be_found() {
    let files = [
        ("net", "mod a;\nmod b;\npub use a::A;\npub use b::B;"),
        ("net::a", "use super::B;\npub struct A(B);"),
        ("net::b", "use super::{a::{self, A}, c};\npub struct B;"),
        ("net::c", "use crate::net::A;"),
    ];
    let modules = Modules(files.map(|(name, code)| (name.to_owned(), code.to_owned())).into());
    assert_eq!(modules.circles(), [["net::a", "net::b", "net::c"]]);
    let inline = [("net", "mod a;"), ("net::a", "fn f() { super::g(); }")];
    let modules = Modules(inline.map(|(name, code)| (name.to_owned(), code.to_owned())).into());
    assert_eq!(modules.arrows()["net::a"], BTreeSet::from(["net".to_owned()]));
    assert!(modules.circles().is_empty());
}

/// Every file of the repository that is text, but for what is built, with its path.
fn texts() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR"))];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            let built = [".git", "target"].iter().any(|name| path.ends_with(name));
            match path.is_dir() {
                true if !built => folders.push(path),
                true => {}
                false => found.extend(fs::read_to_string(&path).ok().map(|text| (path, text))),
            }
        }
    }
    found
}

#[test]
fn no_file_has_conflict_markers() {
    for (path, text) in texts() {
        let marker = |line: &&str| {
            let marks = ["<<<<<<< ", ">>>>>>> ", "||||||| "];
            *line == "=======" || marks.iter().any(|mark| line.starts_with(mark))
        };
        let found = text.lines().zip(1..).find(|(line, _)| marker(line));
        assert!(found.is_none(), "{}: {found:?}", path.display());
    }
}

#[test]
fn the_tour_names_every_room_and_every_test_file() {
    let tour = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md")).expect("the tour");
    for room in FLOORS.concat().into_iter().filter(|room| *room != "main") {
        assert!(tour.contains(&format!("`{room}`")), "ARCHITECTURE.md lacks the room `{room}`");
    }
    for (room, path) in files() {
        assert!(FLOORS.concat().contains(&room.as_str()), "{} stands on no floor", path.display());
    }
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    for path in fs::read_dir(tests).expect("the tests").map(|entry| entry.expect("an entry").path()) {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        let listed = match path.is_dir() {
            true if path.join("main.rs").exists() => format!("`tests/{name}/`"),
            false if name.ends_with(".rs") => format!("`tests/{name}`"),
            _ => continue,
        };
        assert!(tour.contains(&listed), "ARCHITECTURE.md lacks {listed}");
    }
}

/// The words of code: of what is no comment.
fn words(code: &str) -> impl Iterator<Item = &str> {
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_')).filter(|word| !word.is_empty())
}

#[test]
fn every_public_item_is_used_somewhere() {
    let is_code = |path: &Path| path.extension().is_some_and(|extension| extension == "rs");
    let mut uses: BTreeMap<String, u32> = BTreeMap::new();
    for (_, text) in texts().into_iter().filter(|(path, _)| is_code(path)) {
        words(&text).for_each(|word| *uses.entry(word.to_owned()).or_default() += 1);
    }
    for (_, path) in files() {
        let text = fs::read_to_string(&path).expect("a source file");
        let found: Vec<&str> = words(&text).collect();
        for three in found.windows(3) {
            let name = match three {
                ["pub", "const" | "unsafe", "fn"] => continue,
                ["pub", "fn" | "struct" | "enum" | "const" | "static" | "trait" | "type", name] => name,
                ["const", "fn", name] => name,
                _ => continue,
            };
            assert!(uses[*name] > 1, "{}: nothing uses `{name}`", path.display());
        }
    }
}

#[test]
fn the_tour_lists_the_libraries_of_the_core() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = fs::read_to_string(top.join("Cargo.toml")).expect("the manifest");
    let (_, dependencies) = manifest.split_once("[dependencies]\n").expect("dependencies");
    let dependencies = dependencies.split("\n[").next().unwrap_or_default().lines();
    let of_the_core = dependencies.filter(|line| line.contains(" = ") && !line.contains("optional = true"));
    let names: Vec<String> = of_the_core.filter_map(|line| Some(format!("`{}`", line.split_once(" = ")?.0))).collect();
    let tour = fs::read_to_string(top.join("ARCHITECTURE.md")).expect("the tour");
    let tour = tour.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(tour.contains(&format!("{}.", names.join(", "))), "ARCHITECTURE.md does not list {}", names.join(", "));
}
