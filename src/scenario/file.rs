//! Finding and reading the text that a name or a path stands for.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;

use super::builtin::{self, BuiltinKind};
use super::diagnostic::{Diagnostic, Origin, Source, did_you_mean, listed, quoted};

/// The largest file that is read, in bytes: a topology of some hundred thousand links.
const LARGEST: u64 = 64 << 20;

/// The text of the scenario or topology that `argument` names: a built-in, unless it has a path separator, ends like a
/// file of its kind, or is the path of a file. A relative path starts at `folder`, or else at the working directory.
/// `origin` is where the argument itself is written, if it is written in a file.
///
/// # Errors
/// If there is no such built-in, or the file cannot be read as UTF-8.
pub(super) fn open(
    kind: BuiltinKind,
    argument: &str,
    folder: Option<&Path>,
    origin: Option<&Origin>,
) -> Result<Arc<Source>, Diagnostic> {
    let fail = |message: String, label: &str| match origin {
        Some(origin) => Diagnostic::new(message).at(origin, label),
        None => Diagnostic::new(message),
    };
    let path = folder.map_or_else(|| Path::new(argument).to_owned(), |folder| folder.join(argument));
    let has_separator = argument.contains('/') || argument.contains(std::path::MAIN_SEPARATOR);
    let is_path = has_separator || kind.extensions().iter().any(|end| argument.ends_with(end)) || path.is_file();
    let is_folder = path.is_dir() && builtin::find(kind, argument).is_none();
    if !is_path && !is_folder {
        return match builtin::find(kind, argument) {
            Some(found) => Ok(Source::new(format!("built-in {}", found.path), found.text)),
            None => {
                let names = builtin::names(kind);
                let message = format!("there is no {} {}", kind.name(), quoted(argument));
                let also = format!("or the path of a {} file", kind.extensions().join(" or "));
                Err(fail(message, "no such built-in")
                    .note(format!("allowed: {}, {also}", listed(&names)))
                    .help(did_you_mean(argument, names)))
            }
        };
    }
    read_path(&path, fail)
}

/// The text of the file at `path`, which stands at `origin` in another file and is relative to the folder of that.
///
/// # Errors
/// If the file cannot be read as UTF-8.
pub(super) fn read(path: &str, origin: &Origin) -> Result<Arc<Source>, Diagnostic> {
    let folder = origin.source.folder.as_deref();
    let path = folder.map_or_else(|| Path::new(path).to_owned(), |folder| folder.join(path));
    read_path(&path, |message, label| Diagnostic::new(message).at(origin, label))
}

fn read_path(path: &Path, fail: impl Fn(String, &str) -> Diagnostic) -> Result<Arc<Source>, Diagnostic> {
    let name = path.to_string_lossy().into_owned();
    let cannot = |why: &str| fail(format!("cannot read {}: {why}", quoted(&name)), why);
    if path.is_dir() {
        return Err(cannot("it is a folder"));
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes));
    read.map_err(|error| match error.kind() {
        ErrorKind::NotFound => cannot("there is no such file").help(nearest_file(path)),
        ErrorKind::PermissionDenied => cannot("permission denied"),
        _ => cannot(&error.to_string()),
    })?;
    if bytes.len() as u64 > LARGEST {
        return Err(cannot("it is larger than 64 MiB"));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(&error.as_bytes()[..valid]);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
        cannot("it is not UTF-8 text").note(format!("the first bad byte is in line {line}, column {column}"))
    })?;
    Ok(Arc::new(Source { name, text, folder: path.parent().map(Path::to_owned) }))
}

/// The file of the same folder whose name is nearest to that of `path`.
fn nearest_file(path: &Path) -> Option<String> {
    const MOST: usize = 1000;
    let wanted = path.file_name()?.to_str()?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = std::fs::read_dir(folder).ok()?.take(MOST);
    let mut names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    // The order of a folder is the file system's own.
    names.sort();
    did_you_mean(wanted, names)
}
