//! Fixes that a release has by name alone, or that main does without.

use crate::model::commit::Commit;
use crate::model::eligibility::advisory::{Form, advisories, fixed};
use crate::model::eligibility::paths::{chosen, is_alongside};
use crate::model::error::Result;
use crate::model::notes::chore::is_changelog;
use crate::model::notes::words::FOLDER;

use super::chores::paths_of;
use super::entries::Said;
use super::group::Group;
use super::there::title_and_body;

impl Said<'_> {
    /// Leaves open what groups have by name alone. Returns what a person should know of that, and of what main took back, as far as [`Self::doubt`]
    /// read main.
    ///
    /// # Errors
    /// When an object is missing.
    pub(super) fn doubt_names(&self, groups: &mut [Group]) -> Result<Vec<String>> {
        let mut warnings = self.taken_back_on_main(groups)?;
        for group in groups {
            warnings.extend(self.doubt_aside(group)?);
        }
        Ok(warnings)
    }

    /// Leaves open what a group names that changes nothing but tests and what is written: a conflict can leave no more of a fix. Returns what
    /// a person should know.
    fn doubt_aside(&self, group: &mut Group) -> Result<Option<String>> {
        let all = group.sources().chain(group.speaking()).chain(&group.merges);
        let mut named: Vec<String> = all.flat_map(said_to_fix).collect();
        let pull = group.pull.value().and_then(Option::as_ref);
        named.extend(pull.into_iter().flat_map(|pull| fixed(&pull.title, &pull.body)));
        named.extend(self.sources.of(&group.whole_names()).public);
        if named.is_empty() || self.has_some_of_product(group)? {
            return Ok(None);
        }
        group.in_part.push("it changes nothing but tests and what is written".to_owned());
        group.doubted.extend(named);
        Ok(Some(format!(
            "{} changes nothing but tests and what is written: what it says to fix stays open, unless a file with words says that it is fixed",
            group.short()
        )))
    }

    /// Says whether picks of a group change a file that is neither a test nor goes along with the product.
    fn has_some_of_product(&self, group: &Group) -> Result<bool> {
        let mut objects = self.git.objects()?;
        let tests = &self.settings.config.eligibility.paths.tests;
        let is_aside = |path: &str| {
            let is_words = path.strip_prefix(FOLDER).is_some_and(|behind| behind.starts_with('/'));
            is_alongside(path) || is_changelog(path) || chosen(tests, path) || is_words
        };
        for pick in &group.picks {
            let paths = paths_of(self.git, &mut objects, pick)?;
            if paths.iter().any(|path| !is_aside(&String::from_utf8_lossy(path))) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Returns what a person should know of fixes of advisories that main had taken back when they were picked.
    fn taken_back_on_main(&self, groups: &[Group]) -> Result<Vec<String>> {
        let read = self.of_main.borrow();
        let mut warnings = Vec::new();
        for group in groups {
            let by = group.sources().find_map(|source| read.values().find_map(|main| main.taken_back(source.id)));
            let Some(by) = by.map(|id| self.git.commit(id)).transpose()? else { continue };
            // What main takes back later is another matter: the line goes its own way.
            if group.picks.iter().any(|pick| pick.committer.seconds >= by.committer.seconds) {
                let (by, of) = (by.id.short(), group.short());
                warnings.push(format!("{by} of main had taken back what {of} brings when it was picked"));
            }
        }
        Ok(warnings)
    }
}

/// Returns the identifiers that a message says to be fixed.
fn said_to_fix(commit: &Commit) -> Vec<String> {
    let (title, body) = title_and_body(commit);
    let stated = advisories(&commit.message).into_iter().filter(|named| named.form == Form::Stated);
    stated.map(|named| named.id).chain(fixed(&title, &body)).collect()
}
