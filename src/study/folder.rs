//! The folder of a result: it belongs to one run, and what is written there is written whole or not at all.
//!
//! A folder is claimed before the run and written after it. `run.json` in it says what it is a result of, and which
//! files belong to the result; `input/` has the scenario as resolved and the files that it names.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use tempfile::TempDir;

use crate::scenario::{INPUT, MANIFEST, Manifest, Provenance};

/// A file or folder that could not be written, and why.
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

/// Why a folder cannot be had for a result.
#[derive(Debug)]
pub enum ClaimError {
    /// Something on its path is a file.
    NotAFolder(PathBuf),
    /// Another run is going on that writes into it.
    InUse,
    /// It holds the result of another question; the command that made it, if it is known.
    OtherQuestion(Option<String>),
    /// It cannot be written.
    Write(WriteError),
}

impl fmt::Display for ClaimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClaimError::NotAFolder(path) => write!(f, "`{}` is not a folder", path.display()),
            ClaimError::InUse => f.write_str("another run is writing into it"),
            ClaimError::OtherQuestion(Some(command)) => write!(f, "it holds the result of another question: {command}"),
            ClaimError::OtherQuestion(None) => f.write_str("it holds results of which nothing says what they are of"),
            ClaimError::Write(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ClaimError {}

/// The files of a result, drawn and written out in memory: names and contents, in the order in which they are put in
/// place.
#[derive(Debug, PartialEq, Eq)]
pub struct Files(Vec<(String, Vec<u8>)>);

impl Files {
    /// Files with these names and contents.
    pub fn new(files: Vec<(String, Vec<u8>)>) -> Files {
        Files(files)
    }

    /// Names and contents.
    pub fn as_slice(&self) -> &[(String, Vec<u8>)] {
        &self.0
    }
}

/// A folder that is claimed for the result of one run. While it is held, another run cannot claim it; given up without
/// being written, it is as it was.
#[derive(Debug)]
pub struct ResultFolder {
    path: PathBuf,
    /// What was made for it, the outermost last.
    made: Vec<PathBuf>,
    /// The files of the result that is there.
    earlier: Vec<String>,
    /// Held for as long as this lives.
    _lock: Option<File>,
}

impl ResultFolder {
    /// Claims the folder at `path`, which is made if there is none, for the result of the study with this provenance.
    ///
    /// # Errors
    /// If it cannot be a folder or cannot be written, if another run holds it, or if it has the result of another
    /// question and `force` does not say to overwrite that.
    pub fn claim(path: &Path, provenance: &Provenance, force: bool) -> Result<ResultFolder, ClaimError> {
        let above = path.ancestors().map(|above| if above.as_os_str().is_empty() { Path::new(".") } else { above });
        if let Some(file) = above.into_iter().find(|above| above.symlink_metadata().is_ok()).filter(|it| !it.is_dir()) {
            return Err(ClaimError::NotAFolder(file.to_owned()));
        }
        let is_missing = |path: &&Path| !path.as_os_str().is_empty() && path.symlink_metadata().is_err();
        let made = path.ancestors().take_while(is_missing).map(Path::to_owned).collect();
        let mut folder = ResultFolder { path: path.to_owned(), made, earlier: Vec::new(), _lock: None };
        match make_and_lock(path) {
            Ok(lock) => folder._lock = lock,
            Err(error) => {
                // Who holds the folder now may have found it made, and nothing in it yet.
                if matches!(error, ClaimError::InUse) {
                    folder.made.clear();
                }
                return Err(error);
            }
        }
        // Where anything below fails, what was made goes again with the claim.
        tempfile::tempfile_in(path).map_err(at(path)).map_err(ClaimError::Write)?;
        match Manifest::read(path) {
            Some(manifest) => {
                if !force && !is_of(path, provenance) {
                    return Err(ClaimError::OtherQuestion(Some(manifest.command)));
                }
                folder.earlier = manifest.files.into_iter().filter(|name| stays_inside(name)).collect();
            }
            // What other programs and people keep there is left alone; a result is not.
            None if !force && path.join("summary.json").exists() => return Err(ClaimError::OtherQuestion(None)),
            None => {}
        }
        Ok(folder)
    }

    /// Writes the result: `files`, the inputs of `provenance`, and `manifest`, whose list of files is made here. Files
    /// of the result that was there and is overwritten go; other files are left alone.
    ///
    /// Everything is first written and synced in a folder inside and then renamed into place; if anything fails, what
    /// was there before is there again.
    ///
    /// # Errors
    /// The first file or folder that could not be written, and why.
    pub fn write(self, files: Files, provenance: &Provenance, manifest: Manifest) -> Result<(), WriteError> {
        let inputs = provenance.inputs.iter();
        let inputs = inputs.map(|(name, text)| (format!("{INPUT}/{name}"), text.clone().into_bytes()));
        let mut all: Vec<(String, Vec<u8>)> = files.0.into_iter().chain(inputs).collect();
        let manifest = Manifest { files: all.iter().map(|(name, _)| name.clone()).collect(), ..manifest };
        let text = serde_json::to_string_pretty(&manifest).map_err(io::Error::other).map_err(at(&self.path))? + "\n";
        all.push((MANIFEST.to_owned(), text.into_bytes()));
        put(&all, &self.earlier, &self.path)
    }
}

impl Drop for ResultFolder {
    fn drop(&mut self) {
        // Only empty folders go: those of a claim that nothing was written for.
        let _ = self.made.iter().try_for_each(fs::remove_dir);
    }
}

/// Makes the folder and holds it against other runs, where the system can: a lock goes with its process.
#[cfg(unix)]
fn make_and_lock(folder: &Path) -> Result<Option<File>, ClaimError> {
    use std::os::unix::fs::MetadataExt;
    loop {
        fs::create_dir_all(folder).map_err(at(folder)).map_err(ClaimError::Write)?;
        let Ok(file) = File::open(folder) else { return Ok(None) };
        match file.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Err(ClaimError::InUse),
            // A file system without locks.
            Err(fs::TryLockError::Error(_)) => return Ok(None),
        }
        // A run that wrote nothing may have removed the folder between: then this is the lock of one that is gone.
        let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
        let there = fs::metadata(folder).map(identity);
        if there.is_ok_and(|there| file.metadata().map(identity).is_ok_and(|held| held == there)) {
            return Ok(Some(file));
        }
    }
}

#[cfg(not(unix))]
fn make_and_lock(folder: &Path) -> Result<Option<File>, ClaimError> {
    fs::create_dir_all(folder).map_err(at(folder)).map_err(ClaimError::Write)?;
    Ok(None)
}

/// Whether the result in `folder` is of the question of `provenance`: its inputs are the same, byte for byte.
fn is_of(folder: &Path, provenance: &Provenance) -> bool {
    let same = |(name, text): &(String, String)| {
        fs::read(folder.join(INPUT).join(name)).is_ok_and(|there| there == text.as_bytes())
    };
    provenance.inputs.iter().all(same)
}

/// Whether a name of a manifest is of a file in its folder.
fn stays_inside(name: &str) -> bool {
    !name.is_empty() && Path::new(name).components().all(|part| matches!(part, Component::Normal(_)))
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
fn put(files: &[(String, Vec<u8>)], earlier: &[String], dir: &Path) -> Result<(), WriteError> {
    let aside = tempfile::Builder::new().prefix(".byeloss-").tempdir_in(dir).map_err(at(dir))?;
    for (name, content) in files {
        let fresh = aside.path().join(NEW).join(name);
        write_synced(&fresh, content).map_err(at(&dir.join(name)))?;
    }
    let placed = replace(files, earlier, dir, &aside);
    // A folder that cannot be removed is no reason to call the files unwritten.
    let _ = aside.close();
    placed
}

/// Where the new files are written aside, and where the old ones are kept meanwhile.
const NEW: &str = "new";
const OLD: &str = "old";

fn write_synced(path: &Path, content: &[u8]) -> io::Result<()> {
    make_parent(path)?;
    let mut file = File::create(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// A change of the folder, by the name of its file.
#[derive(Clone, Copy)]
enum Change<'a> {
    /// The new file takes its place.
    Place(&'a str),
    /// A file of the earlier result goes.
    Remove(&'a str),
}

impl<'a> Change<'a> {
    fn name(self) -> &'a str {
        match self {
            Change::Place(name) | Change::Remove(name) => name,
        }
    }
}

/// Renames each file into place, removes those of the earlier result that this one does not have, and takes all of it
/// back if one cannot be.
fn replace(files: &[(String, Vec<u8>)], earlier: &[String], dir: &Path, aside: &TempDir) -> Result<(), WriteError> {
    let old = |name: &str| aside.path().join(OLD).join(name);
    let is_new = |name: &&String| files.iter().any(|(other, _)| other == *name);
    let placed = files.iter().map(|(name, _)| Change::Place(name));
    let removed = earlier.iter().filter(|name| !is_new(name)).map(|name| Change::Remove(name));
    let changes: Vec<Change> = placed.chain(removed).collect();
    for change in &changes {
        let target = dir.join(change.name());
        match target.symlink_metadata() {
            Ok(meta) if meta.is_dir() => return Err(at(&target)(io::ErrorKind::IsADirectory.into())),
            Ok(_) => copy(&target, &old(change.name())).map_err(at(&target))?,
            Err(_) => {}
        }
    }
    for (done, change) in changes.iter().enumerate() {
        let target = dir.join(change.name());
        let outcome = match *change {
            Change::Place(name) => {
                make_parent(&target).and_then(|()| fs::rename(aside.path().join(NEW).join(name), &target))
            }
            Change::Remove(name) if old(name).exists() => fs::remove_file(&target),
            Change::Remove(_) => Ok(()),
        };
        if let Err(cause) = outcome {
            for change in &changes[..done] {
                let (old, target) = (old(change.name()), dir.join(change.name()));
                // Best effort: the first cause is the one to tell.
                let _ = if old.exists() { fs::rename(old, target) } else { fs::remove_file(target) };
            }
            return Err(at(&target)(cause));
        }
    }
    sync_folder(dir);
    Ok(())
}

fn make_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    make_parent(to)?;
    fs::copy(from, to).map(drop)
}

/// Makes the renaming last through a power cut, where the system can.
fn sync_folder(dir: &Path) {
    let _ = File::open(dir).and_then(|folder| folder.sync_all());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    fn names(dir: &Path) -> Vec<String> {
        let mut names = Vec::new();
        let mut folders = vec![dir.to_owned()];
        while let Some(folder) = folders.pop() {
            for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                match path.is_dir() {
                    true => folders.push(path),
                    false => names.push(path.strip_prefix(dir).unwrap().to_str().unwrap().to_owned()),
                }
            }
        }
        names.sort();
        names
    }

    fn provenance(sets: &[&str]) -> Provenance {
        let sets: Vec<String> = sets.iter().map(ToString::to_string).collect();
        scenario::open("one-call", &sets).unwrap().provenance().clone()
    }

    fn write(dir: &Path, provenance: &Provenance, files: &[(&str, &str)]) -> Result<(), WriteError> {
        let manifest = Manifest {
            schema: Manifest::SCHEMA.to_owned(),
            schema_version: Manifest::SCHEMA_VERSION,
            byeloss_version: "0".to_owned(),
            name: "one-call".to_owned(),
            builtin: provenance.builtin.clone(),
            overrides: provenance.overrides.clone(),
            seed: 1,
            fingerprint: String::new(),
            command: provenance.command(),
            files: Vec::new(),
        };
        let files = files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
        ResultFolder::claim(dir, provenance, false).unwrap().write(Files::new(files), provenance, manifest)
    }

    #[test]
    fn a_result_has_its_inputs_and_replaces_the_earlier_one_of_the_same_question_alone() {
        let scratch = tempfile::tempdir().unwrap();
        let dir = scratch.path().join("deep/result");
        let question = provenance(&[]);
        write(&dir, &question, &[("points.csv", "old"), ("load.csv", "old")]).unwrap();
        fs::write(dir.join("notes.txt"), "mine").unwrap();
        write(&dir, &question, &[("points.csv", "new")]).unwrap();
        let expected = ["input/direct.json", "input/scenario.toml", "notes.txt", "points.csv", "run.json"];
        assert_eq!(names(&dir), expected);
        assert_eq!(fs::read_to_string(dir.join("points.csv")).unwrap(), "new");
        assert_eq!(fs::read_to_string(dir.join("notes.txt")).unwrap(), "mine");
        assert_eq!(Manifest::read(&dir).unwrap().files, ["points.csv", "input/scenario.toml", "input/direct.json"]);
    }

    #[test]
    fn another_question_is_refused_by_the_command_of_the_one_that_is_there_unless_forced() {
        let scratch = tempfile::tempdir().unwrap();
        let dir = scratch.path();
        write(dir, &provenance(&["seed=2"]), &[("points.csv", "old")]).unwrap();
        let other = provenance(&["seed=3"]);
        let refused = ResultFolder::claim(dir, &other, false).unwrap_err();
        assert!(refused.to_string().ends_with("byeloss run one-call --set seed=2"), "{refused}");
        assert!(ResultFolder::claim(dir, &other, true).is_ok());
        assert!(ResultFolder::claim(dir, &provenance(&["seed=2"]), false).is_ok());
    }

    #[test]
    fn results_of_nobody_knows_what_are_not_overwritten() {
        let scratch = tempfile::tempdir().unwrap();
        fs::write(scratch.path().join("notes.txt"), "mine").unwrap();
        assert!(ResultFolder::claim(scratch.path(), &provenance(&[]), false).is_ok());
        fs::write(scratch.path().join("summary.json"), "{}").unwrap();
        let refused = ResultFolder::claim(scratch.path(), &provenance(&[]), false).unwrap_err();
        assert!(matches!(refused, ClaimError::OtherQuestion(None)), "{refused}");
    }

    #[test]
    #[cfg(unix)]
    fn of_two_runs_into_one_folder_one_is_refused() {
        let scratch = tempfile::tempdir().unwrap();
        let dir = scratch.path().join("result");
        let first = ResultFolder::claim(&dir, &provenance(&[]), false).unwrap();
        let second = ResultFolder::claim(&dir, &provenance(&[]), true);
        assert!(matches!(second, Err(ClaimError::InUse)), "{second:?}");
        assert!(dir.exists(), "the folder of the first is left alone");
        drop(first);
        assert!(!dir.exists(), "what was made for a run that wrote nothing is gone");
        assert!(ResultFolder::claim(&dir, &provenance(&[]), false).is_ok());
    }

    #[test]
    #[cfg(unix)]
    fn however_many_claim_and_give_up_a_folder_at_once_never_two_hold_it() {
        use std::sync::atomic::{AtomicU32, Ordering};
        let scratch = tempfile::tempdir().unwrap();
        let dir = scratch.path().join("deep/result");
        let question = provenance(&[]);
        let (holding, held) = (AtomicU32::new(0), AtomicU32::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        if let Ok(folder) = ResultFolder::claim(&dir, &question, false) {
                            assert_eq!(holding.fetch_add(1, Ordering::SeqCst), 0, "two hold it");
                            assert!(dir.exists());
                            holding.fetch_sub(1, Ordering::SeqCst);
                            held.fetch_add(1, Ordering::SeqCst);
                            drop(folder);
                        }
                    }
                });
            }
        });
        assert!(held.into_inner() > 8);
    }

    #[test]
    fn a_manifest_takes_away_no_file_outside_its_folder() {
        let scratch = tempfile::tempdir().unwrap();
        let dir = scratch.path().join("result");
        write(&dir, &provenance(&[]), &[("points.csv", "old")]).unwrap();
        fs::write(scratch.path().join("mine.txt"), "mine").unwrap();
        let mut manifest = Manifest::read(&dir).unwrap();
        manifest.files.extend(["../mine.txt".to_owned(), "/etc/hostname".to_owned(), String::new()]);
        fs::write(dir.join(MANIFEST), serde_json::to_string(&manifest).unwrap()).unwrap();
        write(&dir, &provenance(&[]), &[("other.csv", "new")]).unwrap();
        assert!(scratch.path().join("mine.txt").exists());
        assert_eq!(names(&dir), ["input/direct.json", "input/scenario.toml", "other.csv", "run.json"]);
    }

    #[test]
    fn a_folder_in_the_place_of_a_file_stops_all_files() {
        let scratch = tempfile::tempdir().unwrap();
        fs::create_dir(scratch.path().join("index.html")).unwrap();
        let error =
            write(scratch.path(), &provenance(&[]), &[("points.csv", "new"), ("index.html", "new")]).unwrap_err();
        assert!(error.path.ends_with("index.html"), "{error}");
        assert_eq!(names(scratch.path()), [""; 0]);
    }

    #[test]
    fn what_was_placed_and_removed_is_taken_back_when_a_later_file_cannot_be_placed() {
        let scratch = tempfile::tempdir().unwrap();
        let dir = scratch.path();
        ["a", "gone"].iter().for_each(|name| fs::write(dir.join(name), "old").unwrap());
        let aside = tempfile::tempdir_in(dir).unwrap();
        let files = ["a", "b", "c"].map(|name| (name.to_owned(), b"new".to_vec()));
        // The third was never written aside.
        files[..2]
            .iter()
            .for_each(|(name, content)| write_synced(&aside.path().join(NEW).join(name), content).unwrap());
        let error = replace(&files, &["gone".to_owned()], dir, &aside).unwrap_err();
        assert!(error.path.ends_with("c"));
        drop(aside);
        assert_eq!(names(dir), ["a", "gone"]);
        assert_eq!(fs::read_to_string(dir.join("a")).unwrap(), "old");
    }
}
