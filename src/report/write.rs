//! Puts a study's files into a folder: all of them whole, or none.

use super::figures::drawn;
use super::files::{csv_text, load_text, queues_text, releases_text, summary};
use super::page::html;
use super::point::Study;
use super::{Figure, mechanisms, png};
use crate::study::{PointResult, Results, Swept};
use serde_json::Value;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Why a study's files could not be put into their folder. None of them is there, or all those of before are.
#[derive(Debug)]
pub struct WriteError {
    /// The file or folder at fault.
    pub path: PathBuf,
    /// What the system says.
    pub cause: io::Error,
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot write `{}`: {}", self.path.display(), self.cause)
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.cause)
    }
}

/// The files of a study, drawn and written out in memory: names and contents, in the order in which they are put in
/// place.
#[derive(Debug, PartialEq, Eq)]
pub struct Files(Vec<(String, Vec<u8>)>);

/// What a study found, as people and tools read it.
pub trait Reported: Swept {
    /// The table on standard output.
    fn table(results: &Results<Self>) -> String
    where
        Self: Sized;

    /// The content of `summary.json`, which `--json` prints too.
    fn json(results: &Results<Self>) -> Value
    where
        Self: Sized;

    /// All files, in the order in which they are put in place.
    fn files(results: &Results<Self>) -> Files
    where
        Self: Sized;
}

impl Reported for PointResult {
    fn table(results: &Results) -> String {
        super::table(results)
    }

    fn json(results: &Results) -> Value {
        super::json(results)
    }

    fn files(results: &Results) -> Files {
        let study = Study::of(results);
        let figures = drawn(&study);
        let mut tables = vec![("points.csv", csv_text(&study)), ("releases.csv", releases_text(results))];
        tables.extend(load_text(results).map(|text| ("load.csv", text)));
        tables.extend(queues_text(results).map(|text| ("queues.csv", text)));
        tables.extend(study.sheet.as_ref().map(|sheet| ("mechanisms.csv", mechanisms::csv(sheet))));
        files(&tables, &summary(&study), &figures, html(&study, &figures))
    }
}

/// The files of a study: `tables`, `summary.json`, the figures as SVG and PNG, and `index.html`.
pub(super) fn files(tables: &[(&str, String)], summary: &Value, figures: &[Figure], page: String) -> Files {
    let tables = tables.iter().map(|(name, text)| ((*name).to_owned(), text.clone().into_bytes()));
    let summary = ("summary.json".to_owned(), format!("{summary:#}\n").into_bytes());
    let drawn = figures.iter().flat_map(|figure| {
        [
            (format!("{}.png", figure.name), png(&figure.svg)),
            (format!("{}.svg", figure.name), figure.svg.clone().into_bytes()),
        ]
    });
    Files(tables.chain([summary]).chain(drawn).chain([("index.html".to_owned(), page.into_bytes())]).collect())
}

/// Draws the figures of `results` and writes out all its [files](Reported::files). Nothing is put on disk.
pub fn draw<P: Reported>(results: &Results<P>) -> Files {
    P::files(results)
}

impl Files {
    /// Names and contents.
    pub fn as_slice(&self) -> &[(String, Vec<u8>)] {
        &self.0
    }

    /// Puts the files into `dir`, which is made if there is none. Files of these names are replaced, others are left
    /// alone.
    ///
    /// Everything is first written and synced in a folder inside `dir` and then renamed into place; if anything fails,
    /// what was there before is there again.
    ///
    /// # Errors
    /// The first file or folder that could not be written, and why.
    pub fn put_into(&self, dir: &Path) -> Result<(), WriteError> {
        // The path's own folders that are not there yet, the outermost last.
        let is_missing = |path: &&Path| !path.as_os_str().is_empty() && path.symlink_metadata().is_err();
        let made: Vec<&Path> = dir.ancestors().take_while(is_missing).collect();
        let outcome = fs::create_dir_all(dir).map_err(at(dir)).and_then(|()| put(&self.0, dir));
        if outcome.is_err() {
            // Only empty folders go; the cause is already known.
            let _ = made.iter().try_for_each(fs::remove_dir);
        }
        outcome
    }
}

/// Writes one file, whole or not at all; one of this name is replaced.
///
/// # Errors
/// If the system does not let it.
pub fn write_file(path: &Path, content: &[u8]) -> Result<(), WriteError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut aside = tempfile::NamedTempFile::with_prefix_in(".byeloss-", folder).map_err(at(path))?;
    aside.write_all(content).and_then(|()| aside.as_file().sync_all()).map_err(at(path))?;
    open_to_readers(aside.as_file()).map_err(at(path))?;
    aside.persist(path).map_err(|error| at(path)(error.error))?;
    sync_folder(folder);
    Ok(())
}

/// A file made aside can be read by its maker alone; what stays is as any other file.
#[cfg(unix)]
fn open_to_readers(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn open_to_readers(_: &File) -> io::Result<()> {
    Ok(())
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> WriteError {
    let path = path.to_owned();
    move |cause| WriteError { path, cause }
}

/// Writes all files aside, then moves them into place. The folder aside goes away on every path out.
fn put(files: &[(String, Vec<u8>)], dir: &Path) -> Result<(), WriteError> {
    let aside = tempfile::Builder::new().prefix(".byeloss-").tempdir_in(dir).map_err(at(dir))?;
    for (name, content) in files {
        let fresh = aside.path().join(name);
        write_synced(&fresh, content).map_err(at(&dir.join(name)))?;
    }
    let placed = replace(files, dir, &aside);
    // A folder that cannot be removed is no reason to call the files unwritten.
    let _ = aside.close();
    placed
}

fn write_synced(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Renames each file into place and, if one cannot be, takes all of it back.
fn replace(files: &[(String, Vec<u8>)], dir: &Path, aside: &TempDir) -> Result<(), WriteError> {
    let old = |name: &str| aside.path().join(format!("{name}.old"));
    for (name, _) in files {
        let target = dir.join(name);
        match target.symlink_metadata() {
            Ok(meta) if meta.is_dir() => return Err(at(&target)(io::ErrorKind::IsADirectory.into())),
            Ok(_) => fs::copy(&target, old(name)).map(drop).map_err(at(&target))?,
            Err(_) => {}
        }
    }
    for (done, (name, _)) in files.iter().enumerate() {
        let target = dir.join(name);
        if let Err(cause) = fs::rename(aside.path().join(name), &target) {
            for (name, _) in &files[..done] {
                let target = dir.join(name);
                // Best effort: the first cause is the one to tell.
                let _ = if old(name).exists() { fs::rename(old(name), target) } else { fs::remove_file(target) };
            }
            return Err(at(&target)(cause));
        }
    }
    sync_folder(dir);
    Ok(())
}

/// Makes the renaming last through a power cut, where the system can.
fn sync_folder(dir: &Path) {
    let _ = File::open(dir).and_then(|folder| folder.sync_all());
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    const ALL: [&str; 10] = [
        "index.html",
        "points.csv",
        "recovery.png",
        "recovery.svg",
        "releases.csv",
        "summary.json",
        "survival.png",
        "survival.svg",
        "trade-off.png",
        "trade-off.svg",
    ];

    #[test]
    fn all_files_are_there_twice_the_same_and_nothing_else_is() {
        let scratch = tempfile::tempdir().unwrap();
        let [one, two] = ["deep/one", "two"].map(|name| scratch.path().join(name));
        fs::create_dir(&two).unwrap();
        fs::write(two.join("notes.txt"), "mine").unwrap();
        let results = testing::sweep(&[90, 1800]);
        draw(&results).put_into(&one).unwrap();
        draw(&testing::sweep(&[90])).put_into(&two).unwrap();
        draw(&results).put_into(&two).unwrap();
        assert_eq!(names(&one), ALL);
        assert_eq!(names(&two).len(), ALL.len() + 1);
        assert_eq!(fs::read_to_string(two.join("notes.txt")).unwrap(), "mine");
        for name in ALL {
            assert!(fs::read(one.join(name)).unwrap() == fs::read(two.join(name)).unwrap(), "{name}");
        }
    }

    #[test]
    fn a_path_through_a_file_is_named_with_its_cause_and_leaves_nothing() {
        let scratch = tempfile::tempdir().unwrap();
        fs::write(scratch.path().join("file"), "mine").unwrap();
        let error = draw(&testing::sweep(&[90])).put_into(&scratch.path().join("file/results")).unwrap_err();
        assert!(error.to_string().contains("file/results"), "{error}");
        assert_eq!(names(scratch.path()), ["file"]);
    }

    #[test]
    fn a_folder_in_the_place_of_a_file_stops_all_files() {
        let scratch = tempfile::tempdir().unwrap();
        fs::create_dir(scratch.path().join("index.html")).unwrap();
        fs::write(scratch.path().join("points.csv"), "old").unwrap();
        let error = draw(&testing::sweep(&[90])).put_into(scratch.path()).unwrap_err();
        assert!(error.path.ends_with("index.html"), "{error}");
        assert_eq!(names(scratch.path()), ["index.html", "points.csv"]);
        assert_eq!(fs::read_to_string(scratch.path().join("points.csv")).unwrap(), "old");
    }

    #[test]
    fn what_was_renamed_is_taken_back_when_a_later_file_cannot_be() {
        let scratch = tempfile::tempdir().unwrap();
        let dir = scratch.path();
        fs::write(dir.join("a"), "old").unwrap();
        let aside = tempfile::tempdir_in(dir).unwrap();
        let files = ["a", "b", "c"].map(|name| (name.to_owned(), b"new".to_vec()));
        // The third was never written aside.
        files[..2].iter().for_each(|(name, content)| fs::write(aside.path().join(name), content).unwrap());
        let error = replace(&files, dir, &aside).unwrap_err();
        assert!(error.path.ends_with("c"));
        drop(aside);
        assert_eq!(names(dir), ["a"]);
        assert_eq!(fs::read_to_string(dir.join("a")).unwrap(), "old");
    }
}
