//! What the forge tells of an environment. Bodies are by the schemas `environment`, `deployment-branch-policy` and
//! `deployment-protection-rule` of GitHub's OpenAPI description; `can_admins_bypass`, which GitHub sends, is not in it.

use serde::Deserialize;

use crate::model::branch::BranchName;
use crate::model::doctor::environment::{Approval, EnvironmentName, Protection, Takes};
use crate::model::doctor::facts::{Told, Why};
use crate::model::doctor::ruling::RefPatterns;
use crate::model::percent::encode;
use crate::model::pull::rest::{MOST_NAME_BYTES, bounded};

use super::failure::Trouble;
use super::preflight::told;
use super::preflight_body as body;
use super::rest::json;
use super::{Failure, Forge};

/// The permission without which a private repository shows no environment.
const ACTIONS: &str = "actions=read";
/// The most rules or patterns that are taken.
const MOST_RULES: usize = 1_000;

impl Forge {
    /// Returns what an environment asks, and whether it takes runs for a ref.
    ///
    /// # Errors
    /// `Missing` when there is no such environment. When the token may not see it, which the forge may answer alike, or the
    /// forge refuses or fails.
    pub fn environment(&self, name: &EnvironmentName, run_of: &str) -> Result<Protection, Failure> {
        let asked = format!("read the environment '{name}' of '{}'", self.repository);
        let path = format!("/environments/{}", encode(name.as_str()));
        let answer = match self.get(&asked, &path) {
            Err(failure) if failure.is_missing() => return Err(self.missing_environment(failure)),
            answer => answer?,
        };
        let raw = environment(&answer).map_err(|why| self.wire.unreadable(&asked, &why))?;
        let approval = match (raw.approval, raw.unknown) {
            (Some(approval), _) => approval,
            (None, Some(rule)) => {
                let sentence = format!("it has the rule '{rule}', of which it is not known whom it asks");
                Approval::Untold(Why::new(sentence))
            }
            (None, None) => self.deciding_apps(name, &path),
        };
        let takes = match raw.refs {
            Refs::All => Takes::All,
            Refs::Protected => Takes::Protected(self.protected_branch(run_of)),
            Refs::Named => {
                let asked = format!("read which branches the environment '{name}' of '{}' takes", self.repository);
                let path = format!("{path}/deployment-branch-policies?per_page=100");
                let found = self.list(&asked, "their patterns", &path, patterns);
                Takes::Named(told(found).map(|include| RefPatterns { include, exclude: Vec::new() }))
            }
        };
        Ok(Protection { approval, spares_administrators: raw.spares_administrators, wait: raw.wait, takes })
    }

    /// Tells an environment that is not there from one that is not shown: who may see environments is given their list.
    fn missing_environment(&self, missing: Failure) -> Failure {
        let asked = format!("read the environments of '{}'", self.repository);
        match self.get(&asked, "/environments?per_page=1") {
            Ok(_) => missing,
            Err(failure) if failure.is_missing() => {
                Failure { trouble: Trouble::Denied { needs: Some(ACTIONS.to_owned()) }, ..failure }
            }
            Err(failure) => failure,
        }
    }

    /// Asks whether apps decide in place of reviewers.
    fn deciding_apps(&self, name: &EnvironmentName, path: &str) -> Approval {
        let asked = format!("read which apps decide in the environment '{name}' of '{}'", self.repository);
        let answer = self.get(&asked, &format!("{path}/deployment_protection_rules"));
        let found = answer.and_then(|answer| apps(&answer).map_err(|why| self.wire.unreadable(&asked, &why)));
        match found {
            Ok(apps) if apps.is_empty() => Approval::Nobody,
            Ok(apps) => Approval::Apps(apps),
            Err(failure) => Approval::Untold(failure.why()),
        }
    }

    /// Says whether the branch of a run is a protected one. `None`: the run is for no branch.
    fn protected_branch(&self, run_of: &str) -> Option<Told<bool>> {
        let branch: BranchName = run_of.strip_prefix("refs/heads/")?.parse().ok()?;
        let asked = format!("read the branch '{branch}' of '{}'", self.repository);
        let answer = self.get(&asked, &format!("/branches/{}", encode(branch.as_str())));
        let seen = answer.and_then(|answer| body::branch(&answer).map_err(|why| self.wire.unreadable(&asked, &why)));
        Some(told(seen.map(|seen| seen.is_protected)))
    }
}

/// An environment, as far as one answer tells it.
struct Raw {
    /// The reviewers, where there are any.
    approval: Option<Approval>,
    /// A rule that is not known here.
    unknown: Option<String>,
    spares_administrators: Option<bool>,
    wait: u64,
    refs: Refs,
}

/// Which runs it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refs {
    All,
    Protected,
    Named,
}

#[derive(Deserialize)]
struct RawRule {
    #[serde(rename = "type")]
    kind: String,
    wait_timer: Option<u64>,
    prevent_self_review: Option<bool>,
    #[serde(default)]
    reviewers: Vec<serde::de::IgnoredAny>,
}

fn environment(body: &[u8]) -> Result<Raw, String> {
    #[derive(Deserialize)]
    struct Body {
        #[serde(default)]
        protection_rules: Vec<RawRule>,
        deployment_branch_policy: Option<Policy>,
        can_admins_bypass: Option<bool>,
    }
    #[derive(Deserialize)]
    struct Policy {
        protected_branches: bool,
    }
    let raw: Body = json(body)?;
    let refs = match raw.deployment_branch_policy {
        None => Refs::All,
        Some(Policy { protected_branches: true }) => Refs::Protected,
        Some(Policy { protected_branches: false }) => Refs::Named,
    };
    let spares_administrators = raw.can_admins_bypass;
    let mut read = Raw { approval: None, unknown: None, spares_administrators, wait: 0, refs };
    for rule in raw.protection_rules.into_iter().take(MOST_RULES) {
        match rule.kind.as_str() {
            "wait_timer" => read.wait = rule.wait_timer.unwrap_or(0),
            "required_reviewers" if !rule.reviewers.is_empty() => {
                let by_starter = !rule.prevent_self_review.unwrap_or(false);
                read.approval = Some(Approval::Reviewers { number: rule.reviewers.len(), by_starter });
            }
            "required_reviewers" | "branch_policy" => {}
            _ => read.unknown = Some(short("type", rule.kind)?),
        }
    }
    Ok(read)
}

/// Reads a page of the patterns of branches and tags, as patterns of full names of refs.
fn patterns(body: &[u8]) -> Result<Vec<String>, String> {
    #[derive(Deserialize)]
    struct Page {
        branch_policies: Vec<Policy>,
    }
    #[derive(Deserialize)]
    struct Policy {
        name: String,
        #[serde(rename = "type")]
        of: Option<String>,
    }
    let page: Page = json(body)?;
    let one = |policy: Policy| {
        let place = if policy.of.as_deref() == Some("tag") { "refs/tags" } else { "refs/heads" };
        short("name", policy.name).map(|name| format!("{place}/{name}"))
    };
    page.branch_policies.into_iter().take(MOST_RULES).map(one).collect()
}

/// Reads the apps that decide.
fn apps(body: &[u8]) -> Result<Vec<String>, String> {
    #[derive(Deserialize)]
    struct Body {
        #[serde(default)]
        custom_deployment_protection_rules: Vec<Rule>,
    }
    #[derive(Deserialize)]
    struct Rule {
        enabled: bool,
        app: App,
    }
    #[derive(Deserialize)]
    struct App {
        slug: String,
    }
    let raw: Body = json(body)?;
    let rules = raw.custom_deployment_protection_rules.into_iter().take(MOST_RULES);
    rules.filter(|rule| rule.enabled).map(|rule| short("slug", rule.app.slug)).collect()
}

fn short(field: &'static str, text: String) -> Result<String, String> {
    bounded(field, text, MOST_NAME_BYTES).map_err(|error| error.to_string())
}
