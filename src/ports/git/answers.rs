//! Answers that take long, kept under the git directory by all that they follow from, for the next command that asks the same.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha1::Digest as _;

use crate::model::commit::ObjectId;
use crate::model::error::Result;

use super::Git;
use super::attributes::outside_files;
use super::cache::{keep_document, kept_document};

/// What is kept from run to run, the newest first.
#[derive(Serialize, Deserialize)]
struct Kept<T> {
    /// The version of this form.
    form: u32,
    known: Vec<(ObjectId, T)>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self { form: FORM, known: Vec::new() }
    }
}

/// The form of files of answers.
const FORM: u32 = 2;
/// So many answers are kept at most: they are for the commands that follow one another.
const MOST_KEPT: usize = 4;

impl Git {
    /// Names what an answer follows from: a question, which must hold every commit that is asked about and every tip, this program, the
    /// version of git, and what the user configured that could change a patch. `None` where commits have other parents, or are others,
    /// than their objects say: nothing is kept then.
    ///
    /// # Errors
    /// When git cannot be started or is too old.
    pub fn follows_from(&self, question: &[u8]) -> Result<Option<ObjectId>> {
        let mut replaced = self.repository().references_glob("refs/replace/*");
        let is_replaced = replaced.as_mut().map_or(true, |refs| refs.names().next().is_some());
        let config = self.repository().config().and_then(|mut config| config.snapshot());
        let Some(config) = config.ok().filter(|_| self.is_plain() && !is_replaced) else { return Ok(None) };
        let mut digest = sha1::Sha1::new();
        let mut add = |piece: &[u8]| {
            digest.update((piece.len() as u64).to_be_bytes());
            digest.update(piece);
        };
        add(env!("CARGO_PKG_VERSION").as_bytes());
        add(self.version()?.to_string().as_bytes());
        add(question);
        let Ok(mut entries) = config.entries(None) else { return Ok(None) };
        while let Some(Ok(entry)) = entries.next() {
            add(entry.name_bytes());
            add(entry.value_bytes());
        }
        let own = self.worktree().map(|folder| folder.join(".gitattributes"));
        for path in outside_files(&config, self.repository()).into_iter().chain(own) {
            add(&std::fs::read(path).unwrap_or_default());
        }
        Ok(Some(ObjectId::from_bytes(digest.finalize().into())))
    }

    /// Returns the answer that is kept in a file for what it follows from.
    pub fn kept_answer<T: DeserializeOwned>(&self, file: &str, follows_from: ObjectId) -> Option<T> {
        let kept: Kept<T> = kept_document(self, file);
        let known = kept.known.into_iter().filter(|_| kept.form == FORM);
        known.into_iter().find_map(|(name, answer)| (name == follows_from).then_some(answer))
    }

    /// Keeps an answer in a file, which may be deleted at any time.
    pub fn keep_answer<T: DeserializeOwned + Serialize>(&self, file: &str, follows_from: ObjectId, answer: T) {
        let kept: Kept<T> = kept_document(self, file);
        let others = kept.known.into_iter().filter(|(name, _)| kept.form == FORM && *name != follows_from);
        let known = std::iter::once((follows_from, answer)).chain(others).take(MOST_KEPT).collect();
        keep_document(self, file, &Kept { form: FORM, known });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::git::same_paths::tests::history;

    #[test]
    fn an_answer_is_found_for_what_it_follows_from_only() {
        let folder = tempfile::tempdir().expect("a directory");
        let root = folder.path().canonicalize().expect("it exists");
        let git = history(&root, &[&[("x", "1")], &[("x", "2")]]);
        let name = |question: &str| {
            let git = Git::open(&root).expect("a repository");
            git.follows_from(question.as_bytes()).expect("git is here").expect("history is as it says")
        };
        let first = name("a");
        assert_eq!(git.kept_answer::<u32>("t.json", first), None);
        git.keep_answer("t.json", first, 7_u32);
        assert_eq!(git.kept_answer("t.json", name("a")), Some(7));
        assert_eq!(git.kept_answer::<u32>("t.json", name("b")), None);
        for (path, text) in [(".gitattributes", "* -diff\n"), (".git/info/attributes", "*.c binary\n")] {
            std::fs::write(root.join(path), text).expect("it is written");
            assert_eq!(git.kept_answer::<u32>("t.json", name("a")), None, "{path}");
            std::fs::remove_file(root.join(path)).expect("it is there");
        }
        git.program().text(&["config", "diff.c.binary", "true"]).expect("git does it");
        assert_eq!(git.kept_answer::<u32>("t.json", name("a")), None);
        git.program().text(&["config", "--unset", "diff.c.binary"]).expect("git does it");
        (0..MOST_KEPT as u32).for_each(|at| git.keep_answer("t.json", name(&at.to_string()), at));
        assert_eq!(git.kept_answer::<u32>("t.json", first), None);
        assert_eq!(git.kept_answer("t.json", name("0")), Some(0));
    }

    #[test]
    fn nothing_is_kept_where_commits_are_not_what_their_objects_say() {
        let folder = tempfile::tempdir().expect("a directory");
        let root = folder.path().canonicalize().expect("it exists");
        let git = history(&root, &[&[("x", "1")], &[("x", "2")]]);
        git.program().text(&["replace", "main", "main~1"]).expect("git does it");
        assert_eq!(git.follows_from(b"a").expect("git is here"), None);
        git.program().text(&["replace", "-d", "main"]).expect("git does it");
        assert!(git.follows_from(b"a").expect("git is here").is_some());
        let tip = git.resolve("main").expect("a branch");
        std::fs::write(git.common_directory().join("shallow"), format!("{tip}\n")).expect("it is written");
        assert_eq!(Git::open(&root).expect("a repository").follows_from(b"a").expect("git is here"), None);
    }
}
