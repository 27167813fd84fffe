//! What the files of a tagged commit say about the version that the tag names.
//!
//! A place that the project named in `[[version]]` has to hold the version. Files that only their names tell may hold anything, such
//! as a manifest that is never published, and a tag may be older than the list of places: neither breaks a tag that was good.

use semver::Version;

use crate::model::edit::Survey;
use crate::model::error::{Error, Kind, Result};
use crate::model::version::ReleaseVersion;

use super::{Finding, Rule};

/// How it is known where versions stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// The project says so, in `[[version]]`.
    Configured,
    /// By the names of the files.
    ByName,
}

/// What the files hold.
#[derive(Debug)]
pub enum Held {
    /// No file holds a version.
    Nothing,
    /// The version of the tag, in every place.
    Same,
    /// Another version, in every place.
    Other(ReleaseVersion),
    /// Not one version of a release line in every place, but several, or other texts; and which.
    Mixed(Error),
    /// That could not be found out.
    Untold(Error),
}

/// What the files of a commit say about the version of its tag.
#[derive(Debug)]
pub struct FileFacts {
    /// How it is known where to look.
    pub known: Known,
    /// What was found there.
    pub held: Held,
}

impl FileFacts {
    /// Compares what the files hold with the version that a tag names.
    pub fn compare(known: Known, found: Result<Survey>, version: &Version) -> Self {
        let held = match found {
            Err(error) => Held::Untold(error),
            Ok(found) if found.files.is_empty() => Held::Nothing,
            Ok(found) => match found.version() {
                Ok(held) if held.to_semver() == *version => Held::Same,
                Ok(held) => Held::Other(held),
                Err(error) => Held::Mixed(error),
            },
        };
        Self { known, held }
    }

    /// Decides about a tag. What does not count is no finding but a note.
    pub(super) fn finding(&self, version: &Version) -> Option<Finding> {
        let undecidable = |error: &Error| matches!(error.kind(), Kind::Undecided | Kind::Unfinished);
        let hint = "it was tagged at another commit, or before the version was written; if it stands elsewhere, correct [[version]] in patch.toml";
        match (self.known, &self.held) {
            (_, Held::Same) => Some(Finding::passed(Rule::Version, format!("the files of its commit hold {version}"))),
            (Known::Configured, Held::Other(held)) => {
                let detail = format!("the files of its commit hold version {held}, not {version}");
                Some(Finding::failed(Rule::Version, detail).hint(hint))
            }
            (Known::Configured, Held::Mixed(why)) => Some(
                Finding::failed(Rule::Version, format!("the files of its commit do not hold {version}: {why}"))
                    .hint(hint),
            ),
            // The places may have been named after that commit was made; but what is not here could tell.
            (Known::Configured, Held::Untold(why)) if undecidable(why) => {
                let finding = Finding::undecided(Rule::Version, why.to_string());
                Some(match why.hint_text() {
                    Some(hint) => finding.hint(hint),
                    None => finding,
                })
            }
            (Known::Configured, Held::Nothing | Held::Untold(_))
            | (Known::ByName, Held::Nothing | Held::Other(_) | Held::Mixed(_) | Held::Untold(_)) => None,
        }
    }

    /// Returns what a person should know that does not count.
    pub fn note(&self, version: &Version) -> Option<String> {
        match (self.known, &self.held) {
            (Known::ByName, Held::Other(held)) => Some(format!(
                "files of its commit hold version {held}, not {version}; that counts only where [[version]] of the policy names them"
            )),
            (Known::ByName, Held::Mixed(why) | Held::Untold(why)) | (Known::Configured, Held::Untold(why))
                if self.finding(version).is_none() =>
            {
                Some(format!("no version in the files was compared with the tag: {why}"))
            }
            (Known::Configured, Held::Nothing) => {
                Some("no version in the files was compared with the tag: none was found".to_owned())
            }
            (_, Held::Nothing | Held::Same | Held::Other(_) | Held::Mixed(_) | Held::Untold(_)) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tag_verify::Verdict;

    #[test]
    fn only_what_the_project_named_counts() {
        let tagged = Version::new(2, 0, 1);
        let other = || Held::Other("2.0.0".parse().expect("a version"));
        let mixed = || Held::Mixed(Error::undecided("'a' is '2.0.1', but 'b' is '2.0.0'"));
        let absent = || Held::Untold(Error::usage("there is no file 'a'"));
        let lacking = || Held::Untold(Error::undecided("cannot read object 'x'"));
        for (known, held, verdict, is_noted) in [
            (Known::Configured, Held::Same, Some(Verdict::Passed), false),
            (Known::Configured, other(), Some(Verdict::Failed), false),
            (Known::Configured, mixed(), Some(Verdict::Failed), false),
            (Known::Configured, absent(), None, true),
            (Known::Configured, lacking(), Some(Verdict::Undecided), false),
            (Known::Configured, Held::Nothing, None, true),
            (Known::ByName, Held::Same, Some(Verdict::Passed), false),
            (Known::ByName, other(), None, true),
            (Known::ByName, mixed(), None, true),
            (Known::ByName, absent(), None, true),
            (Known::ByName, lacking(), None, true),
            (Known::ByName, Held::Nothing, None, false),
        ] {
            let facts = FileFacts { known, held };
            let found = facts.finding(&tagged).map(|finding| finding.verdict);
            assert_eq!((found, facts.note(&tagged).is_some()), (verdict, is_noted), "{facts:?}");
        }
    }
}
