//! Bundles: files of commits and tags that another clone takes as if it fetched them (`gitformat-bundle(5)`).

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use crate::model::commit::CommitId;
use crate::model::error::{Error, Result};
use crate::ports::process::{GitProgram, failed};
use crate::ports::trouble::cannot_read;

use super::Git;

/// What the header of a bundle says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BundleHeader {
    /// The commits that whoever takes it has to have.
    pub needs: Vec<CommitId>,
    /// The refs in it, each as `OBJECT NAME`.
    pub refs: Vec<String>,
}

impl BundleHeader {
    /// Reads it. `None`: the file is no bundle.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(file: &Path) -> Result<Option<Self>> {
        let cannot = |error| cannot_read(file, error);
        let mut reader = BufReader::new(std::fs::File::open(file).map_err(cannot)?);
        let (mut found, mut is_first) = (Self::default(), true);
        loop {
            let mut bytes = Vec::new();
            reader.read_until(b'\n', &mut bytes).map_err(cannot)?;
            let line = String::from_utf8_lossy(&bytes);
            let Some(line) = line.strip_suffix('\n') else { return Ok(None) };
            match line.strip_prefix('-') {
                _ if is_first && !line.starts_with("# v") => return Ok(None),
                _ if is_first || line.starts_with('@') => {}
                _ if line.is_empty() => return Ok(Some(found)),
                Some(need) => match need.split(' ').next().unwrap_or_default().parse() {
                    Ok(id) => found.needs.push(id),
                    Err(_) => return Ok(None),
                },
                None => found.refs.push(line.to_owned()),
            }
            is_first = false;
        }
    }
}

impl Git {
    /// Returns the commits behind what `tips` have and `public` lack: who has those and all that is before them lacks nothing else.
    ///
    /// # Errors
    /// When history is missing.
    pub fn border(&self, public: &[CommitId], tips: &[CommitId]) -> Result<Vec<CommitId>> {
        let outgoing: HashSet<CommitId> = self.outgoing(public, tips)?.into_iter().collect();
        let mut border: Vec<CommitId> = tips.to_vec();
        for id in &outgoing {
            border.extend(self.commit(*id)?.parents);
        }
        border.retain(|id| !outgoing.contains(id));
        border.sort_unstable();
        border.dedup();
        Ok(border)
    }

    /// Writes a bundle of refs, without what is reachable from `border`. The path has to be whole.
    ///
    /// # Errors
    /// When git cannot make it.
    pub fn write_bundle(&self, file: &Path, refs: &[String], border: &[CommitId]) -> Result<()> {
        let file = file.to_string_lossy().into_owned();
        let border: Vec<String> = border.iter().map(ToString::to_string).collect();
        // With one thread the same commits give the same bytes.
        let begin = ["-c", "pack.threads=1", "bundle", "create", "--quiet", &file];
        let words = begin.into_iter().chain(refs.iter().map(String::as_str)).chain(["--not"]);
        let finished = self.program().run(words.chain(border.iter().map(String::as_str)))?;
        if finished.success() { Ok(()) } else { Err(failed("git bundle create", &finished)) }
    }

    /// Requires that a clone takes a bundle which has these commits with all that is before them, and nothing else. It is tried in a new
    /// repository in the folder `place`; both paths have to be whole.
    ///
    /// # Errors
    /// When it does not, or that cannot be tried, as where history is missing.
    pub fn require_taken(&self, bundle: &Path, needs: &[CommitId], place: &Path) -> Result<()> {
        empty(place)
            .map_err(|error| Error::unfinished("cannot make a repository to try a bundle in").because(error))?;
        if !needs.is_empty() {
            let refs = needs.iter().enumerate().map(|(at, id)| format!("{id}:refs/heads/public-{at}"));
            let settings = ["push.followTags=false", "push.gpgSign=false", "push.recurseSubmodules=no"];
            let mut words: Vec<String> = settings.iter().flat_map(|one| ["-c".to_owned(), (*one).to_owned()]).collect();
            words.extend(["push", "--quiet", "--no-verify"].map(str::to_owned));
            words.push(place.to_string_lossy().into_owned());
            words.extend(refs);
            let finished = self.program().run(&words)?;
            if !finished.success() {
                return Err(Error::undecided("it cannot be tried whether git takes the bundle")
                    .because(failed("git push", &finished))
                    .hint("fetch all of history: in a shallow clone run 'git fetch --unshallow'"));
            }
        }
        let file = bundle.to_string_lossy().into_owned();
        let finished = GitProgram::new(place, place).run(["fetch", "--quiet", &file, "refs/tags/*:refs/tags/*"])?;
        if finished.success() { Ok(()) } else { Err(failed("git fetch", &finished)) }
    }
}

/// Makes an empty repository that nothing tidies up while it is used.
fn empty(place: &Path) -> std::result::Result<(), git2::Error> {
    let mut options = git2::RepositoryInitOptions::new();
    options.bare(true).external_template(false);
    let mut config = git2::Repository::init_opts(place, &options)?.config()?;
    config.set_bool("receive.autogc", false)?;
    config.set_i32("gc.auto", 0)?;
    config.set_bool("maintenance.auto", false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_and_what_is_no_bundle_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("x.bundle");
        let read = |text: &str| {
            std::fs::write(&file, text).expect("it is written");
            BundleHeader::read(&file).expect("it is read")
        };
        let (need, object) = ("1".repeat(40), "2".repeat(40));
        let found = read(&format!(
            "# v3 git bundle\n@object-format=sha1\n-{need} Add it\n{object} refs/tags/v1\n\nPACK\n-no need\n"
        ));
        let refs = vec![format!("{object} refs/tags/v1")];
        assert_eq!(found, Some(BundleHeader { needs: vec![need.parse().expect("a name")], refs }));
        for text in ["", "junk\n\n", "# v2 git bundle\n", "# v2 git bundle\n-x\n\n"] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }
}
