//! What a conflict leaves on disk, below the git directory: `backstitch/picks/<plan>/<line>/`.
//!
//! `resolution/<fix>/` is for a person to edit, `resolved/<fix>/` holds resolutions that were taken, and `state.json`, which is
//! written last, says that the line waits. Nothing else is remembered: the picks are worked out again from the plan.

use std::path::{Path, PathBuf};

use crate::model::apply::{ConflictFile, ConflictNote, Removed, RunMode, shell_word};
use crate::model::commit::{BlobId, CommitId, TreeId};
use crate::model::error::{Error, Result};
use crate::model::line::LineName;
use crate::model::plan::{LinePlan, Plan};
use crate::model::resolution::{LineDirectory, LineState, Offer, Resolution, STATE_SCHEMA};
use crate::ports::git::Git;
use crate::ports::{files, folder};

use super::resolve::Given;

/// How many digits of a plan's digest name its directory.
const DIGITS: usize = 12;

/// How many resolutions are kept to be offered on other lines. Only one run at a time keeps any: it holds the lock.
const KEPT: folder::Bound = folder::Bound { folders: 256, bytes: 16 << 20 };

/// Returns the directory that everything of ours is below.
pub fn home(git: &Git) -> PathBuf {
    git.common_directory().join("backstitch")
}

/// The states of one plan's lines.
pub struct States {
    root: PathBuf,
    used: PathBuf,
    plan_file: String,
}

impl States {
    /// Looks where the states of a plan are.
    pub fn new(git: &Git, plan: &Plan, plan_file: Option<&Path>) -> Self {
        let root = home(git).join("picks").join(&plan.digest[..DIGITS]);
        let kept = root.join("plan.json");
        let plan_file = plan_file.unwrap_or(&kept).display().to_string();
        Self { root, used: home(git).join("resolutions"), plan_file }
    }

    fn of(&self, line: &LineName) -> PathBuf {
        self.root.join(LineDirectory::from(line).as_str())
    }

    /// Returns where a conflict is written out.
    pub fn to_edit(&self, line: &LineName, fix: CommitId) -> PathBuf {
        self.of(line).join("resolution").join(fix.to_string())
    }

    /// Returns what is remembered of a line that waits for a resolution.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self, plan: &Plan, line: &LineName) -> Result<Option<LineState>> {
        let path = self.of(line).join("state.json");
        if !path.exists() {
            return Ok(None);
        }
        let broken = || {
            Error::unfinished(format!("'{}' cannot be read", path.display()))
                .hint("give the conflict up and begin again: patch-pick apply --abort")
        };
        let state: LineState =
            serde_json::from_str(&files::read_text(&path)?).map_err(|error| broken().because(error))?;
        if state.schema == STATE_SCHEMA && state.plan == plan.digest && state.line == *line {
            return Ok(Some(state));
        }
        Err(broken())
    }

    /// Returns the directories to edit of all lines that wait.
    ///
    /// # Errors
    /// When a state cannot be read.
    pub fn waiting(&self, plan: &Plan) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for line in &plan.lines {
            let state = self.read(plan, &line.line)?;
            found.extend(state.map(|state| self.to_edit(&line.line, state.fix)));
        }
        Ok(found)
    }

    /// Returns a resolution that an earlier run took for this line.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn taken(&self, line: &LineName, fix: CommitId) -> Result<Option<Given>> {
        let path = self.of(line).join("resolved").join(fix.to_string());
        if path.exists() { Given::read(&path).map(Some) } else { Ok(None) }
    }

    /// Returns the resolution that was taken of the same conflict on the same tree of the line, in an earlier run that is done.
    /// One that came to nothing has left no other trace.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn used(&self, line: &LineName, fix: CommitId, onto: TreeId) -> Result<Option<Given>> {
        let path = self.used.join(fix.to_string()).join(LineDirectory::from(line).as_str());
        let given = if path.exists() { Some(Given::read(&path)?) } else { None };
        Ok(given.filter(|given| given.resolution.line == *line && given.resolution.parent == onto))
    }

    /// Keeps a resolution that was taken: for this line, and to offer it on others.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&self, given: &Given) -> Result<()> {
        let (line, fix) = (&given.resolution.line, given.resolution.fix.to_string());
        given.copy_to(&self.of(line).join("resolved").join(&fix))?;
        given.copy_to(&self.used.join(fix).join(LineDirectory::from(line).as_str()))?;
        folder::keep_newest(&self.used, KEPT)
    }

    /// Writes down that a line waits. The directory to edit must be there already.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn wait(&self, plan: &Plan, state: &LineState) -> Result<()> {
        folder::write(&self.root.join("plan.json"), pretty(plan).as_bytes())?;
        folder::write(&self.of(&state.line).join("state.json"), pretty(state).as_bytes())
    }

    /// Forgets a line that is done.
    ///
    /// # Errors
    /// When its directory cannot be removed.
    pub fn forget(&self, line: &LineName) -> Result<()> {
        forget(&self.root, &LineDirectory::from(line))
    }

    /// Returns how the files of a conflict were resolved on other lines.
    ///
    /// # Errors
    /// When a resolution that is there cannot be read.
    pub fn offers(&self, conflict: &Resolution) -> Result<Vec<(Offer, Option<Vec<u8>>)>> {
        let place = self.used.join(conflict.fix.to_string());
        let mut offers: Vec<(Offer, Option<Vec<u8>>)> = Vec::new();
        for name in folder::folders(&place)? {
            let other = Given::read(&place.join(name))?;
            for file in &conflict.files {
                let same =
                    other.resolution.files.iter().any(|theirs| {
                        theirs.path == file.path && theirs.base == file.base && theirs.theirs == file.theirs
                    });
                let is_new = !offers.iter().any(|(offer, _)| offer.path == file.path);
                if same && is_new && other.resolution.line != conflict.line {
                    let content = other.content(&file.path)?;
                    let at = content.as_ref().map(|_| format!("offered/{}", file.path));
                    let offer = Offer { path: file.path.clone(), from_line: other.resolution.line.clone(), file: at };
                    offers.push((offer, content));
                }
            }
        }
        Ok(offers)
    }

    /// Describes a conflict that was written out, with the commands to type.
    pub fn note(&self, conflict: &Resolution, repeat: &[String]) -> ConflictNote {
        let directory = self.to_edit(&conflict.line, conflict.fix).display().to_string();
        let words = |words: &[&str]| {
            let words = words.iter().copied().chain(repeat.iter().map(String::as_str));
            words.map(shell_word).collect::<Vec<_>>().join(" ")
        };
        let go_on = words(&["patch-pick", "apply", "--continue", &self.plan_file, "--resolution", &directory]);
        let line = conflict.line.as_str();
        let mut abort = ["patch-pick", "apply", "--abort", &self.plan_file, "--line", line].map(shell_word).join(" ");
        if let Some(at) = repeat.iter().position(|word| word == "--repo") {
            abort.push_str(&format!(" --repo {}", repeat.get(at + 1).map(|dir| shell_word(dir)).unwrap_or_default()));
        }
        let file = |file: &crate::model::resolution::ConflictedFile| ConflictFile {
            path: file.path.to_string(),
            kinds: file.kinds.clone(),
        };
        ConflictNote {
            fix: conflict.fix,
            directory: Some(directory),
            files: conflict.files.iter().map(file).collect(),
            special: Vec::new(),
            offered: conflict.offered.clone(),
            go_on: Some(go_on),
            abort: Some(abort),
        }
    }
}

/// Writes out the files of a conflict. A directory for the same conflict that is there already is a person's work and stays.
///
/// # Errors
/// When it cannot be written; then nothing is there.
pub fn write_out(
    place: &Path,
    conflict: &Resolution,
    offers: &[(Offer, Option<Vec<u8>>)],
    content: &mut dyn FnMut(&str) -> Result<Option<Vec<u8>>>,
) -> Result<Resolution> {
    if let Ok(there) = Given::read(place)
        && there.resolution.fix == conflict.fix
        && there.resolution.parent == conflict.parent
    {
        return Ok(there.resolution);
    }
    // What a person edited for another state of the line is moved aside, not lost.
    folder::set_aside(place)?;
    folder::make_folder(place, |new| {
        for file in &conflict.files {
            if let Some(bytes) = content(file.path.as_str())? {
                folder::write(&new.join("files").join(file.path.as_str()), &bytes)?;
            }
        }
        for (offer, bytes) in offers {
            if let Some(bytes) = bytes {
                folder::write(&new.join("offered").join(offer.path.as_str()), bytes)?;
            }
        }
        folder::write(&new.join("resolution.json"), pretty(conflict).as_bytes())
    })?;
    Ok(conflict.clone())
}

/// Removes the states of a plan, or of all plans.
///
/// # Errors
/// When a directory cannot be read or removed.
pub fn abandon(git: &Git, plan: Option<&Plan>, lines: &[LineName], mode: RunMode) -> Result<Vec<Removed>> {
    let picks = home(git).join("picks");
    let wanted = plan.map(|plan| plan.digest[..DIGITS].to_owned());
    let lines: Vec<LineDirectory> = lines.iter().map(LineDirectory::from).collect();
    let mut removed = Vec::new();
    for name in folder::folders(&picks)? {
        if wanted.as_ref().is_some_and(|wanted| *wanted != name) {
            continue;
        }
        let root = picks.join(&name);
        for line in folder::folders(&root)? {
            if !lines.is_empty() && !lines.iter().any(|asked| asked.as_str() == line) {
                continue;
            }
            let directory = root.join(&line);
            removed.push(Removed { plan: name.clone(), line, directory: directory.display().to_string() });
            if mode == RunMode::Apply {
                forget_directory(&root, &directory)?;
            }
        }
    }
    Ok(removed)
}

fn forget(root: &Path, line: &LineDirectory) -> Result<()> {
    forget_directory(root, &root.join(line.as_str()))
}

/// The state goes first: a directory without one is no conflict that waits.
fn forget_directory(root: &Path, directory: &Path) -> Result<()> {
    folder::remove(&directory.join("state.json"))?;
    folder::remove(directory)?;
    if folder::folders(root)?.is_empty() {
        folder::remove(root)?;
    }
    Ok(())
}

/// Returns the blob of an entry that is a file or a link.
pub fn blob_of(entry: Option<crate::model::forecast::Entry>) -> Option<BlobId> {
    entry.filter(|entry| !entry.mode.is_tree()).map(|entry| BlobId::from_bytes(entry.id))
}

fn pretty<T: serde::Serialize>(document: &T) -> String {
    serde_json::to_string_pretty(document).expect("our documents hold nothing that JSON cannot") + "\n"
}

/// Makes a state.
pub fn waiting(plan: &Plan, line: &LinePlan, made: Vec<crate::model::resolution::Made>, fix: CommitId) -> LineState {
    LineState { schema: STATE_SCHEMA.to_owned(), plan: plan.digest.clone(), line: line.line.clone(), made, fix }
}
