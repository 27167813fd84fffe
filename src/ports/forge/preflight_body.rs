//! Bodies about a repository, its settings and its rules, by the schemas `full-repository`, `repository-rule-detailed`,
//! `repository-ruleset`, `branch-protection` and `actions-get-default-workflow-permissions` of GitHub's OpenAPI description.

use serde::Deserialize;
use serde_json::Value;

use crate::model::doctor::facts::{ActionsFacts, RepositoryFacts, Role};
use crate::model::doctor::ruling::{Bypass, Operator, Pattern, PatternOf, RefPatterns, Ruling, TagRuleset};
use crate::model::doctor::token::Scopes;
use crate::model::pull::rest::{MOST_NAME_BYTES, bounded};

use super::rest::json;

/// The most rules of one list that are taken.
const MOST_RULES: usize = 1_000;
/// The longest pattern that is taken.
const MOST_PATTERN_BYTES: usize = 4096;

fn name(field: &'static str, text: String) -> Result<String, String> {
    bounded(field, text, MOST_NAME_BYTES).map_err(|error| error.to_string())
}

/// Reads a repository. `scopes` is the header `x-oauth-scopes`.
pub(super) fn repository(body: &[u8], scopes: Option<&str>) -> Result<RepositoryFacts, String> {
    #[derive(Deserialize)]
    struct Raw {
        default_branch: String,
        private: bool,
        #[serde(default)]
        archived: bool,
        permissions: Option<RawRole>,
        #[serde(default)]
        web_commit_signoff_required: bool,
    }
    #[derive(Deserialize)]
    struct RawRole {
        #[serde(default)]
        admin: bool,
        #[serde(default)]
        push: bool,
    }
    let raw: Raw = json(body)?;
    let role = |raw: RawRole| match (raw.admin, raw.push) {
        (true, _) => Role::Admin,
        (false, true) => Role::Write,
        (false, false) => Role::Read,
    };
    Ok(RepositoryFacts {
        default_branch: name("default_branch", raw.default_branch)?,
        is_private: raw.private,
        is_archived: raw.archived,
        role: raw.permissions.map(role),
        wants_sign_off: raw.web_commit_signoff_required,
        scopes: scopes.map(Scopes::parse),
    })
}

/// Reads what workflows may do.
pub(super) fn actions(body: &[u8]) -> Result<ActionsFacts, String> {
    #[derive(Deserialize)]
    struct Raw {
        default_workflow_permissions: String,
        can_approve_pull_request_reviews: bool,
    }
    let raw: Raw = json(body)?;
    Ok(ActionsFacts {
        may_open: raw.can_approve_pull_request_reviews,
        writes_by_default: raw.default_workflow_permissions == "write",
    })
}

/// Reads whether releases never change.
pub(super) fn immutable(body: &[u8]) -> Result<bool, String> {
    #[derive(Deserialize)]
    struct Raw {
        enabled: bool,
    }
    json::<Raw>(body).map(|raw| raw.enabled)
}

/// A rule for a branch, with the number of its set.
pub(super) struct NumberedRule {
    pub(super) set: Option<u64>,
    pub(super) ruling: Ruling,
}

#[derive(Deserialize)]
struct RawRule {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    parameters: Value,
    ruleset_id: Option<u64>,
}

/// Reads a page of the rules for a branch.
pub(super) fn rules(body: &[u8]) -> Result<Vec<NumberedRule>, String> {
    let raw: Vec<RawRule> = json(body)?;
    let rule = |raw: RawRule| Ok(NumberedRule { set: raw.ruleset_id, ruling: ruling(raw)? });
    raw.into_iter().take(MOST_RULES).map(rule).collect()
}

/// Reads the numbers of a page of sets of rules, of those that count.
pub(super) fn sets(body: &[u8]) -> Result<Vec<u64>, String> {
    #[derive(Deserialize)]
    struct Raw {
        id: u64,
        enforcement: String,
    }
    let raw: Vec<Raw> = json(body)?;
    Ok(raw.into_iter().filter(|raw| raw.enforcement == "active").map(|raw| raw.id).collect())
}

/// Reads a set of rules.
pub(super) fn set(body: &[u8]) -> Result<TagRuleset, String> {
    #[derive(Deserialize)]
    struct Raw {
        name: String,
        current_user_can_bypass: Option<String>,
        conditions: Option<Conditions>,
        #[serde(default)]
        rules: Vec<RawRule>,
    }
    #[derive(Deserialize)]
    struct Conditions {
        ref_name: Option<RefName>,
    }
    #[derive(Deserialize)]
    struct RefName {
        #[serde(default)]
        include: Vec<String>,
        #[serde(default)]
        exclude: Vec<String>,
    }
    let raw: Raw = json(body)?;
    let patterns = |list: Vec<String>| -> Result<Vec<String>, String> {
        let one = |text| bounded("ref_name", text, MOST_PATTERN_BYTES).map_err(|error| error.to_string());
        list.into_iter().take(MOST_RULES).map(one).collect()
    };
    let refs = match raw.conditions.and_then(|conditions| conditions.ref_name) {
        Some(RefName { include, exclude }) => {
            Some(RefPatterns { include: patterns(include)?, exclude: patterns(exclude)? })
        }
        None => None,
    };
    Ok(TagRuleset {
        name: name("name", raw.name)?,
        bypass: bypass(raw.current_user_can_bypass.as_deref()),
        refs,
        rulings: raw.rules.into_iter().take(MOST_RULES).map(ruling).collect::<Result<_, _>>()?,
    })
}

fn bypass(word: Option<&str>) -> Bypass {
    match word {
        Some("always" | "exempt") => Bypass::Always,
        Some("pull_requests_only") => Bypass::InPullRequests,
        Some("never") => Bypass::Never,
        Some(_) | None => Bypass::Untold,
    }
}

fn ruling(raw: RawRule) -> Result<Ruling, String> {
    let of = match raw.kind.as_str() {
        "creation" => return Ok(Ruling::Creation),
        "update" => return Ok(Ruling::Update),
        "deletion" => return Ok(Ruling::Deletion),
        "non_fast_forward" => return Ok(Ruling::NonFastForward),
        "required_linear_history" => return Ok(Ruling::LinearHistory),
        "pull_request" => return Ok(Ruling::PullRequest),
        "merge_queue" => return Ok(Ruling::MergeQueue),
        "required_signatures" => return Ok(Ruling::Signatures),
        "required_status_checks" => {
            let checks = raw.parameters["required_status_checks"].as_array().cloned().unwrap_or_default();
            let named = checks.iter().filter_map(|check| check["context"].as_str());
            let names =
                named.take(MOST_RULES).map(|text| name("context", text.to_owned())).collect::<Result<_, _>>()?;
            return Ok(Ruling::Checks(names));
        }
        "commit_message_pattern" => PatternOf::Message,
        "commit_author_email_pattern" => PatternOf::AuthorMail,
        "committer_email_pattern" => PatternOf::CommitterMail,
        "branch_name_pattern" => PatternOf::Branch,
        "tag_name_pattern" => PatternOf::Tag,
        _ => return name("type", raw.kind).map(Ruling::Other),
    };
    let text = |key: &str| raw.parameters[key].as_str().unwrap_or_default();
    let operator = match text("operator") {
        "starts_with" => Operator::StartsWith,
        "ends_with" => Operator::EndsWith,
        "contains" => Operator::Contains,
        // One that is not known here is taken for the one that only GitHub can compare.
        _ => Operator::Regex,
    };
    let pattern =
        bounded("pattern", text("pattern").to_owned(), MOST_PATTERN_BYTES).map_err(|error| error.to_string())?;
    let negated = raw.parameters["negate"].as_bool().unwrap_or(false);
    Ok(Ruling::Pattern(Pattern { of, operator, text: pattern, negated }))
}

/// What everybody who may read is told of a branch.
pub(super) struct SeenBranch {
    /// Whether the older protection of branches is set for it.
    pub(super) is_protected: bool,
    /// The checks that it asks for.
    pub(super) checks: Vec<String>,
}

/// Reads a branch.
pub(super) fn branch(body: &[u8]) -> Result<SeenBranch, String> {
    #[derive(Deserialize)]
    struct Raw {
        protected: bool,
        #[serde(default)]
        protection: Value,
    }
    let raw: Raw = json(body)?;
    // Rulesets make a branch a protected one, too; `enabled` is about the older protection alone.
    let is_protected = raw.protection["enabled"].as_bool().unwrap_or(raw.protected);
    Ok(SeenBranch { is_protected, checks: contexts(&raw.protection)? })
}

fn contexts(protection: &Value) -> Result<Vec<String>, String> {
    let contexts = protection["required_status_checks"]["contexts"].as_array().cloned().unwrap_or_default();
    let named = contexts.iter().filter_map(Value::as_str).take(MOST_RULES);
    named.map(|text| name("contexts", text.to_owned())).collect()
}

/// Reads the older protection of a branch, with whether administrators may pass over it.
pub(super) fn protection(body: &[u8]) -> Result<(Vec<Ruling>, bool), String> {
    let raw: Value = json(body)?;
    let enabled = |key: &str| raw[key]["enabled"].as_bool().unwrap_or(false);
    let mut rulings = Vec::new();
    if raw["required_pull_request_reviews"].is_object() {
        rulings.push(Ruling::PullRequest);
    }
    let names = contexts(&raw)?;
    if !names.is_empty() {
        rulings.push(Ruling::Checks(names));
    }
    let restricted = raw["restrictions"].is_object();
    for (is_set, ruling) in [
        (enabled("required_signatures"), Ruling::Signatures),
        (enabled("required_linear_history"), Ruling::LinearHistory),
        (enabled("lock_branch"), Ruling::Update),
        (restricted, Ruling::Other("restrictions of who may push".to_owned())),
    ] {
        rulings.extend(is_set.then_some(ruling));
    }
    Ok((rulings, !enabled("enforce_admins")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_by_their_words() {
        let read = |body: &str| rules(body.as_bytes()).map(|rules| rules.into_iter().map(|rule| rule.ruling).collect());
        let body = r#"[{"type":"creation","ruleset_id":4},{"type":"required_status_checks","parameters":{"required_status_checks":[{"context":"DCO"}]}},
            {"type":"tag_name_pattern","parameters":{"operator":"starts_with","pattern":"v","negate":true}},{"type":"new_thing"}]"#;
        let pattern =
            Pattern { of: PatternOf::Tag, operator: Operator::StartsWith, text: "v".to_owned(), negated: true };
        let expected = vec![
            Ruling::Creation,
            Ruling::Checks(vec!["DCO".to_owned()]),
            Ruling::Pattern(pattern),
            Ruling::Other("new_thing".to_owned()),
        ];
        assert_eq!(read(body), Ok(expected));
        let broken: Result<Vec<Ruling>, String> = read("{}");
        assert!(broken.is_err());
        let long = format!(r#"[{{"type":"{}"}}]"#, "x".repeat(10_000));
        assert!(read(&long).is_err());
    }

    #[test]
    fn who_may_pass_over_a_set_is_read() {
        for (word, expected) in [
            (Some("always"), Bypass::Always),
            (Some("exempt"), Bypass::Always),
            (Some("pull_requests_only"), Bypass::InPullRequests),
            (Some("never"), Bypass::Never),
            (Some("later"), Bypass::Untold),
            (None, Bypass::Untold),
        ] {
            assert_eq!(bypass(word), expected, "{word:?}");
        }
    }
}
