//! What the forge tells, before anything is written, of what it would refuse. Nothing is changed by any of these requests.

use std::collections::BTreeMap;

use serde_json::json;

use crate::model::branch::BranchName;
use crate::model::commit::CommitId;
use crate::model::doctor::facts::{ActionsFacts, BranchRulings, RepositoryFacts, Role, Told, Why};
use crate::model::doctor::job::Readable;
use crate::model::doctor::ruling::{Bypass, Ruled, Ruling, TagRuleset};
use crate::model::doctor::token::TokenKind;
use crate::model::error::Error;
use crate::model::percent::encode;
use crate::model::publish::Release;
use crate::model::tag::TagName;

use super::failure::Trouble;
use super::preflight_body as body;
use super::wire::{Method, Request};
use super::{Failure, Forge};

/// So many sets of rules are read.
const MOST_SETS: usize = 40;
/// What writing contents needs, as GitHub names it.
const CONTENTS: &str = "contents=write";

/// Whether there is a forge to ask.
pub enum Reach {
    /// It is not to be asked.
    Offline,
    /// There is no token.
    NoToken,
    /// It cannot be asked.
    Impossible(Error),
    /// It can be.
    Open(Box<Forge>),
}

impl Failure {
    /// Returns why something was not told.
    pub fn why(&self) -> Why {
        Why { sentence: self.sentence(), hint: Some(self.hint()) }
    }
}

/// Sorts an answer by whether the token may ask, there is no such thing, or asking failed.
pub fn told<T>(answer: Result<T, Failure>) -> Told<T> {
    answer.map_or_else(
        |failure| match &failure.trouble {
            Trouble::Missing => Told::Missing(failure.why()),
            Trouble::Unauthorized | Trouble::Denied { .. } | Trouble::SingleSignOn { .. } | Trouble::Address => {
                Told::Denied(failure.why())
            }
            Trouble::Moved
            | Trouble::Invalid
            | Trouble::Limited { .. }
            | Trouble::Unavailable
            | Trouble::Unreadable => Told::Failed(failure.why()),
        },
        Told::Told,
    )
}

impl Forge {
    /// Returns the kind of the token, as its first letters tell.
    pub fn token_kind(&self) -> TokenKind {
        self.wire.token_kind()
    }

    /// Returns the account that the token acts as.
    ///
    /// # Errors
    /// When the forge refuses or fails.
    pub fn account(&self) -> Result<String, Failure> {
        self.own_login().map(ToString::to_string)
    }

    /// Returns what the forge says about the repository, and the scopes of the token where it has any.
    ///
    /// # Errors
    /// When there is no such repository for the token, or the forge refuses or fails.
    pub fn repository_facts(&self) -> Result<RepositoryFacts, Failure> {
        let asked = format!("read the repository '{}'", self.repository);
        let request = Request { method: Method::Get, path: self.path(""), asked: asked.clone() };
        let answer = self.wire.send(&request)?;
        body::repository(&answer.body, answer.marks.scopes.as_deref()).map_err(|why| self.wire.unreadable(&asked, &why))
    }

    /// Says whether the token may read something of the repository: it asks for one of them.
    ///
    /// # Errors
    /// When it may not, or the forge fails.
    pub fn may_read(&self, what: Readable) -> Result<(), Failure> {
        let path = match what {
            Readable::Pulls => "/pulls?per_page=1",
            Readable::Issues => "/issues?per_page=1",
            Readable::Checks => "/commits/HEAD/check-runs?per_page=1",
            Readable::Statuses => "/commits/HEAD/status?per_page=1",
        };
        self.get(&format!("read the {} of '{}'", what.words(), self.repository), path).map(drop)
    }

    /// Says whether the token may write contents, without writing any: it asks for generated notes, which needs the same
    /// permission and keeps nothing ("Generate release notes content for a release" in GitHub's documentation).
    ///
    /// # Errors
    /// When it may not, with the permission that lacks, or the forge fails.
    pub fn may_write_contents(&self, tag: &TagName, commit: CommitId) -> Result<(), Failure> {
        let asked = format!("write releases of '{}'", self.repository);
        let body = json!({ "tag_name": tag.as_str(), "target_commitish": commit.to_string() });
        let path = self.path("/releases/generate-notes");
        let answer = self.wire.send(&Request { method: Method::Post(body), path, asked });
        let Err(failure) = answer else { return Ok(()) };
        match failure.trouble {
            Trouble::Invalid => Ok(()),
            // A token that may read the repository and not write to it is told that there is no such thing.
            Trouble::Denied { needs: None } | Trouble::Missing => {
                Err(Failure { trouble: Trouble::Denied { needs: Some(CONTENTS.to_owned()) }, ..failure })
            }
            Trouble::Denied { needs: Some(_) }
            | Trouble::Unauthorized
            | Trouble::SingleSignOn { .. }
            | Trouble::Address
            | Trouble::Moved
            | Trouble::Limited { .. }
            | Trouble::Unavailable
            | Trouble::Unreadable => Err(failure),
        }
    }

    /// Returns what workflows of the repository may do.
    ///
    /// # Errors
    /// When the token may not read the administration, or the forge fails.
    pub fn actions_facts(&self) -> Result<ActionsFacts, Failure> {
        let asked = format!("read what workflows of '{}' may do", self.repository);
        let answer = self.get(&asked, "/actions/permissions/workflow")?;
        body::actions(&answer).map_err(|why| self.wire.unreadable(&asked, &why))
    }

    /// Says whether releases of the repository never change once they are published.
    ///
    /// # Errors
    /// When that is not set or the token may not read the administration, which the forge answers alike, or the forge fails.
    pub fn immutable_releases(&self) -> Result<bool, Failure> {
        let asked = format!("read whether releases of '{}' are immutable", self.repository);
        let answer = self.get(&asked, "/immutable-releases")?;
        body::immutable(&answer).map_err(|why| self.wire.unreadable(&asked, &why))
    }

    /// Returns what is there of the release of a tag, drafts with it where the token may write. Files are left out.
    ///
    /// # Errors
    /// When the forge refuses or fails.
    pub fn releases_of(&self, tag: &TagName) -> Result<Vec<Release>, Failure> {
        let releases = self.releases()?.into_iter().map(|found| found.release);
        Ok(releases.filter(|release| release.tag == *tag).collect())
    }

    /// Returns the sets of rules for tags that count.
    ///
    /// # Errors
    /// When the forge refuses or fails.
    pub fn tag_rulesets(&self) -> Result<Vec<TagRuleset>, Failure> {
        let asked = format!("read the rules for tags of '{}'", self.repository);
        let sets = self.list(&asked, "its rulesets", "/rulesets?targets=tag&per_page=100", body::sets)?;
        sets.into_iter().take(MOST_SETS).map(|id| self.ruleset(id)).collect()
    }

    fn ruleset(&self, id: u64) -> Result<TagRuleset, Failure> {
        let asked = format!("read the ruleset {id} of '{}'", self.repository);
        let answer = self.get(&asked, &format!("/rulesets/{id}"))?;
        body::set(&answer).map_err(|why| self.wire.unreadable(&asked, &why))
    }

    /// Returns the rules for a branch: those of rulesets, and those of the older protection as far as the token is told of them.
    /// `known` keeps the sets of rules that were read already.
    ///
    /// # Errors
    /// When the forge refuses or fails.
    pub fn branch_rulings(
        &self,
        branch: &BranchName,
        role: Option<Role>,
        known: &mut BTreeMap<u64, (String, Bypass)>,
    ) -> Result<BranchRulings, Failure> {
        let asked = format!("read the rules for '{branch}' of '{}'", self.repository);
        let path = format!("/rules/branches/{}?per_page=100", encode(branch.as_str()));
        let mut rulings = BranchRulings::default();
        for rule in self.list(&asked, "its rules", &path, body::rules)? {
            let (source, bypass) = match rule.set {
                Some(id) => self.set_of(id, known),
                None => ("a ruleset".to_owned(), Bypass::Untold),
            };
            rulings.rules.push(Ruled { source, bypass, ruling: rule.ruling });
        }
        self.add_protection(branch, role, &mut rulings)?;
        Ok(rulings)
    }

    /// Returns the name of a set of rules, and who may pass over it. Those of an organization are not told to everybody.
    fn set_of(&self, id: u64, known: &mut BTreeMap<u64, (String, Bypass)>) -> (String, Bypass) {
        if let Some(found) = known.get(&id) {
            return found.clone();
        }
        let read = if known.len() < MOST_SETS { self.ruleset(id).ok() } else { None };
        let found = read.map_or_else(
            || (format!("ruleset {id}"), Bypass::Untold),
            |set| (format!("ruleset '{}'", set.name), set.bypass),
        );
        known.insert(id, found.clone());
        found
    }

    /// Adds the rules of the older protection of branches. All of them are told to administrators only, to everybody else
    /// that there are some and which checks they ask for.
    fn add_protection(
        &self,
        branch: &BranchName,
        role: Option<Role>,
        rulings: &mut BranchRulings,
    ) -> Result<(), Failure> {
        let asked = format!("read the branch '{branch}' of '{}'", self.repository);
        let path = format!("/branches/{}", encode(branch.as_str()));
        let seen = match self.get(&asked, &path) {
            Ok(answer) => body::branch(&answer).map_err(|why| self.wire.unreadable(&asked, &why))?,
            // A branch that is not there yet is protected by no older protection that could be told.
            Err(failure) if failure.trouble == Trouble::Missing => return Ok(()),
            Err(failure) => return Err(failure),
        };
        if !seen.is_protected {
            return Ok(());
        }
        let source = "the protection of the branch".to_owned();
        let asked = format!("read the protection of '{branch}' of '{}'", self.repository);
        match self.get(&asked, &format!("{path}/protection")) {
            Ok(answer) => {
                let (found, spares) = body::protection(&answer).map_err(|why| self.wire.unreadable(&asked, &why))?;
                let bypass = if spares && role == Some(Role::Admin) { Bypass::Always } else { Bypass::Never };
                rulings.rules.extend(found.into_iter().map(|ruling| Ruled { source: source.clone(), bypass, ruling }));
            }
            Err(failure) if failure.is_denial() => {
                let sentence = format!("'{branch}' is protected, and what by is told to administrators only");
                let hint = "look in the settings of the repository under 'Branches', or ask with a token that has 'Administration: read'";
                rulings.untold = Some(Why { sentence, hint: Some(hint.to_owned()) });
                if !seen.checks.is_empty() {
                    let ruling = Ruling::Checks(seen.checks);
                    rulings.rules.push(Ruled { source, bypass: Bypass::Untold, ruling });
                }
            }
            Err(failure) => return Err(failure),
        }
        Ok(())
    }
}
