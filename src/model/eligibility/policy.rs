//! The policy in force, with where each value comes from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Rule;
use crate::model::config::{Config, Eligibility, Evidence};
use crate::model::kind::FixKind;
use crate::model::path::PathGlob;

/// The value of the `schema` field of [`PolicyReport`].
pub const POLICY_SCHEMA: &str = "patch-check/policy@1";

/// What `patch-check policy` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PolicyReport {
    /// Always `patch-check/policy@1`.
    pub schema: String,
    /// Where the policy was read from, for people.
    pub policy: String,
    /// Every value, in the order of the reference.
    pub settings: Vec<Setting>,
}

/// One value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Setting {
    /// Its key: `eligibility.require.reviews`.
    pub key: String,
    /// What it is, as text.
    pub value: String,
    /// The line of the file that sets it; absent where it is the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
}

/// Returns every value of a policy that was read from `source`.
pub fn effective(config: &Config, source: &str) -> PolicyReport {
    let policy = &config.eligibility;
    let mut settings = Vec::new();
    let mut add = |key: String, value: String| {
        let line = policy.place_of(&key).map(|place| place.line);
        settings.push(Setting { key, value, line });
    };
    for kind in FixKind::ALL {
        let word = crate::model::config::admission_word(policy.admission(kind));
        add(format!("eligibility.{kind}"), word.to_owned());
    }
    add("eligibility.security-only".to_owned(), listed(&policy.security_only));
    add("eligibility.breaking-labels".to_owned(), listed(&policy.breaking_labels));
    for (key, value) in required(policy) {
        add(format!("eligibility.require.{key}"), value);
    }
    for rule in Rule::ALL {
        add(format!("eligibility.rules.{rule}"), policy.severity(rule).as_str().to_owned());
    }
    let sets = &policy.paths;
    for (key, globs) in [("forbidden", &sets.forbidden), ("tests", &sets.tests), ("generated", &sets.generated)] {
        add(format!("eligibility.paths.{key}"), listed::<PathGlob>(globs));
    }
    for right in &policy.labels {
        let labels = right.labels.as_ref().map_or_else(|| "every label".to_owned(), |labels| listed(labels));
        add("eligibility.labels".to_owned(), format!("{}: {labels}", listed(&right.by)));
    }
    for right in &policy.waivers {
        let rules = right.rules.as_ref().map_or_else(|| "every rule".to_owned(), |rules| listed(rules));
        add("eligibility.waivers".to_owned(), format!("{}: {rules}", listed(&right.by)));
    }
    for rule in &config.classify {
        let evidence = match &rule.evidence {
            Evidence::Label(label) => format!("label '{label}'"),
            Evidence::Type(name) => format!("type '{name}'"),
            Evidence::Path(glob) => format!("path '{glob}'"),
        };
        add("classify".to_owned(), format!("{evidence}: {}", rule.kind));
    }
    PolicyReport { schema: POLICY_SCHEMA.to_owned(), policy: source.to_owned(), settings }
}

fn required(policy: &Eligibility) -> Vec<(&'static str, String)> {
    let require = &policy.require;
    vec![
        ("priority", listed(&require.priority)),
        ("tests", require.tests.to_string()),
        ("reviews", require.reviews.to_string()),
        ("reviewers", require.reviewers.as_str().to_owned()),
        ("reviewed-head", require.reviewed_head.to_string()),
        ("checks", require.checks.to_string()),
        ("ignored-checks", listed(&require.ignored_checks)),
        ("required-checks", listed(&require.required_checks)),
        ("risk-assessment", require.risk_assessment.to_string()),
        ("applies-clean", require.applies_clean.to_string()),
        ("max-changed-lines", require.max_changed_lines.to_string()),
        ("baked-days", require.baked_days.map_or_else(|| "none".to_owned(), |days| days.to_string())),
    ]
}

fn listed<T: ToString>(all: &[T]) -> String {
    all.iter().map(T::to_string).collect::<Vec<_>>().join(", ")
}

/// The value of the `schema` field of [`Explained`].
pub const EXPLAIN_SCHEMA: &str = "patch-check/explain@1";

/// What `patch-check explain` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Explained {
    /// Always `patch-check/explain@1`.
    pub schema: String,
    /// The rule.
    pub rule: Rule,
    /// What it asks, and why.
    pub about: String,
    /// How severe it is here.
    pub severity: super::Severity,
    /// How to mend what breaks it.
    pub mend: String,
    /// The values that it goes by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<Setting>,
}

/// Explains one rule as a policy has it.
pub fn explain(rule: Rule, config: &Config, source: &str) -> Explained {
    let all = effective(config, source).settings;
    let goes_by = |setting: &Setting| {
        let key = setting.key.as_str();
        match rule {
            Rule::Kind => FixKind::ALL.iter().any(|kind| key == format!("eligibility.{kind}")) || key == "classify",
            Rule::LineSupport => key == "eligibility.security-only",
            Rule::Breaking => key == "eligibility.breaking-labels",
            Rule::Priority => key == "eligibility.require.priority",
            Rule::Tests => matches!(key, "eligibility.require.tests" | "eligibility.paths.tests"),
            Rule::Reviews => matches!(
                key,
                "eligibility.require.reviews" | "eligibility.require.reviewers" | "eligibility.require.reviewed-head"
            ),
            Rule::Checks => matches!(
                key,
                "eligibility.require.checks"
                    | "eligibility.require.ignored-checks"
                    | "eligibility.require.required-checks"
            ),
            Rule::AppliesClean => key == "eligibility.require.applies-clean",
            Rule::RiskAssessment => key == "eligibility.require.risk-assessment",
            Rule::Size => matches!(key, "eligibility.require.max-changed-lines" | "eligibility.paths.generated"),
            Rule::Paths => key == "eligibility.paths.forbidden",
            Rule::Baked => key == "eligibility.require.baked-days",
            Rule::Labels => key == "eligibility.labels",
            Rule::Waivers => key == "eligibility.waivers",
            Rule::Decision | Rule::OnMain | Rule::NewerLines | Rule::Dependencies | Rule::Embargo | Rule::Origin => {
                false
            }
        }
    };
    Explained {
        schema: EXPLAIN_SCHEMA.to_owned(),
        rule,
        about: rule.about().to_owned(),
        severity: config.eligibility.severity(rule),
        mend: rule.mend().to_owned(),
        settings: all.into_iter().filter(goes_by).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_says_where_it_comes_from() {
        let text =
            "[eligibility]\nbug = 'always'\n[eligibility.require]\nreviews = 2\n[eligibility.rules]\nsize = 'warn'\n";
        let config = Config::parse(text).expect("a configuration");
        let report = effective(&config, "patch.toml");
        let found = |key: &str| {
            let setting = report.settings.iter().find(|setting| setting.key == key).expect("it is listed");
            (setting.value.as_str(), setting.line)
        };
        assert_eq!(found("eligibility.bug"), ("always", Some(2)));
        assert_eq!(found("eligibility.crash"), ("always", None));
        assert_eq!(found("eligibility.require.reviews"), ("2", Some(4)));
        assert_eq!(found("eligibility.rules.size"), ("warn", Some(6)));
        assert_eq!(found("eligibility.rules.baked"), ("off", None));
        let explained = explain(Rule::Reviews, &config, "patch.toml");
        assert_eq!(explained.settings.len(), 3);
    }
}
