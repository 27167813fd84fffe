//! The rules that a forge has for branches and tags: those of rulesets, and those of the older protection of branches.

/// What one rule asks ("Available rules for rulesets" in GitHub's documentation).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ruling {
    /// Nobody may make it.
    Creation,
    /// Nobody may change it.
    Update,
    /// Nobody may delete it.
    Deletion,
    /// It never goes back.
    NonFastForward,
    /// It holds no merges.
    LinearHistory,
    /// Changes come by pull requests only.
    PullRequest,
    /// Changes come through the merge queue only.
    MergeQueue,
    /// These checks have passed on each commit that comes.
    Checks(Vec<String>),
    /// Commits are signed.
    Signatures,
    /// A text has a form.
    Pattern(Pattern),
    /// Something else, by GitHub's word.
    Other(String),
}

/// The form that a text has to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// Which text.
    pub of: PatternOf,
    /// How it is compared.
    pub operator: Operator,
    /// What is compared with. Text from a stranger.
    pub text: String,
    /// Whether the text must not have the form.
    pub negated: bool,
}

/// The text that a pattern is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatternOf {
    /// The messages of commits.
    Message,
    /// The addresses of authors.
    AuthorMail,
    /// The addresses of committers.
    CommitterMail,
    /// The names of branches.
    Branch,
    /// The names of tags.
    Tag,
}

impl PatternOf {
    /// Returns what it is, in the plural.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Message => "the messages of commits",
            Self::AuthorMail => "the addresses of authors",
            Self::CommitterMail => "the addresses of committers",
            Self::Branch => "the names of branches",
            Self::Tag => "the names of tags",
        }
    }
}

/// How a pattern is compared with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// The text begins with it.
    StartsWith,
    /// The text ends with it.
    EndsWith,
    /// The text holds it.
    Contains,
    /// The text matches it, in a dialect of regular expressions that is GitHub's own.
    Regex,
}

impl Pattern {
    /// Says whether a text has the form. `None`: only GitHub can tell.
    pub fn allows(&self, text: &str) -> Option<bool> {
        let matches = match self.operator {
            Operator::StartsWith => text.starts_with(&self.text),
            Operator::EndsWith => text.ends_with(&self.text),
            Operator::Contains => text.contains(&self.text),
            Operator::Regex => return None,
        };
        Some(matches != self.negated)
    }

    /// Says what it asks.
    pub fn sentence(&self) -> String {
        let operator = match self.operator {
            Operator::StartsWith => "begin with",
            Operator::EndsWith => "end with",
            Operator::Contains => "hold",
            Operator::Regex => "match",
        };
        let must = if self.negated { "must not" } else { "must" };
        format!("{} {must} {operator} '{}'", self.of.as_str(), self.text)
    }
}

/// Whether the account of the token may pass over the rules of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bypass {
    /// It may.
    Always,
    /// It may, in pull requests.
    InPullRequests,
    /// It may not.
    Never,
    /// That was not told.
    Untold,
}

/// A rule with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruled {
    /// The set of rules, for people: such as `ruleset 'lines'`. May quote a stranger.
    pub source: String,
    /// Whether the account of the token may pass over it.
    pub bypass: Bypass,
    /// What it asks.
    pub ruling: Ruling,
}

/// A set of rules for tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagRuleset {
    /// Its name, from a stranger.
    pub name: String,
    /// Whether the account of the token may pass over it.
    pub bypass: Bypass,
    /// The refs that it is about. `None`: that was not told.
    pub refs: Option<RefPatterns>,
    /// What it asks.
    pub rulings: Vec<Ruling>,
}

/// The refs that a set of rules is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RefPatterns {
    /// One of these matches.
    pub include: Vec<String>,
    /// None of these does.
    pub exclude: Vec<String>,
}

impl RefPatterns {
    /// Says whether a ref of this full name is among them. `None`: a pattern is of a form that is not known here.
    pub fn match_ref(&self, name: &str) -> Option<bool> {
        let any = |patterns: &[String]| {
            let told: Vec<Option<bool>> = patterns.iter().map(|pattern| matches(pattern, name)).collect();
            match told.contains(&Some(true)) {
                true => Some(true),
                false if told.contains(&None) => None,
                false => Some(false),
            }
        };
        match (any(&self.include), any(&self.exclude)) {
            (Some(false), _) | (_, Some(true)) => Some(false),
            (Some(true), Some(false)) => Some(true),
            (None, _) | (_, None) => None,
        }
    }
}

/// Matches as `fnmatch` of Ruby does with `File::FNM_PATHNAME` ("Creating rulesets for a repository" in GitHub's documentation): `*`
/// and `?` stand for no slash, `**/` for any number of folders.
fn matches(pattern: &str, name: &str) -> Option<bool> {
    match pattern {
        "~ALL" => return Some(true),
        "~DEFAULT_BRANCH" => return Some(false),
        _ if pattern.contains(['[', ']', '{', '}', '\\']) => return None,
        _ => {}
    }
    Some(matches_plain(pattern.as_bytes(), name.as_bytes()))
}

fn matches_plain(pattern: &[u8], name: &[u8]) -> bool {
    let mut parts = Vec::new();
    let mut rest = pattern;
    while let Some((first, after)) = rest.split_first() {
        let (part, after) = match rest.strip_prefix(b"**/") {
            Some(after) => (Part::Folders, after),
            None => match first {
                b'*' => (Part::Star, after),
                b'?' => (Part::One, after),
                byte => (Part::Byte(*byte), after),
            },
        };
        parts.push(part);
        rest = after;
    }
    // Whether the parts that were looked at match what stands behind each place of the name, from the last part to the first.
    let mut behind: Vec<bool> = (0..=name.len()).map(|at| at == name.len()).collect();
    for part in parts.iter().rev() {
        let mut now = vec![false; name.len() + 1];
        for at in (0..=name.len()).rev() {
            let byte = name.get(at);
            let next = |row: &[bool]| row.get(at + 1).copied().unwrap_or(false);
            now[at] = match part {
                Part::Byte(own) => byte == Some(own) && next(&behind),
                Part::One => byte.is_some_and(|byte| *byte != b'/') && next(&behind),
                Part::Star => behind[at] || (byte.is_some_and(|byte| *byte != b'/') && next(&now)),
                Part::Folders => {
                    let slash = name[at..].iter().position(|byte| *byte == b'/');
                    behind[at] || slash.is_some_and(|slash| now[at + slash + 1])
                }
            };
        }
        behind = now;
    }
    behind[0]
}

/// A part of a pattern.
enum Part {
    Byte(u8),
    /// `?`
    One,
    /// `*`
    Star,
    /// `**/`
    Folders,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refs_are_matched_as_the_forge_matches_them() {
        let of = |include: &[&str], exclude: &[&str]| RefPatterns {
            include: include.iter().map(|text| (*text).to_owned()).collect(),
            exclude: exclude.iter().map(|text| (*text).to_owned()).collect(),
        };
        let tag = "refs/tags/v2.0.1";
        for (include, exclude, expected) in [
            (&["~ALL"][..], &[][..], Some(true)),
            (&["refs/tags/v*"], &[], Some(true)),
            (&["refs/tags/v?.?.?"], &[], Some(true)),
            (&["refs/tags/v1.*"], &[], Some(false)),
            (&["refs/tags/*.1"], &[], Some(true)),
            (&["refs/*"], &[], Some(false)),
            (&["refs/**"], &[], Some(false)),
            (&["refs/**/*"], &[], Some(true)),
            (&["**/v*"], &[], Some(true)),
            (&["refs/**/x*"], &[], Some(false)),
            (&["refs/**/v2*"], &[], Some(true)),
            (&["refs/tags/v*"], &["refs/tags/v2*"], Some(false)),
            (&["refs/tags/v*"], &["refs/tags/v3*"], Some(true)),
            (&["refs/tags/v[0-9]*"], &[], None),
            (&["refs/tags/v[0-9]*", "~ALL"], &[], Some(true)),
            (&["~ALL"], &["refs/tags/v{1,2}"], None),
            (&["refs/tags/x"], &["refs/tags/v{1,2}"], Some(false)),
            (&["~DEFAULT_BRANCH"], &[], Some(false)),
            (&[], &[], Some(false)),
        ] {
            assert_eq!(of(include, exclude).match_ref(tag), expected, "{include:?} {exclude:?}");
        }
    }

    #[test]
    fn a_pattern_is_compared_where_it_can_be() {
        let of = |operator, text: &str, negated| {
            Pattern { of: PatternOf::Tag, operator, text: text.to_owned(), negated }.allows("v2.0.1")
        };
        assert_eq!(of(Operator::StartsWith, "v", false), Some(true));
        assert_eq!(of(Operator::StartsWith, "v", true), Some(false));
        assert_eq!(of(Operator::EndsWith, "-rc", false), Some(false));
        assert_eq!(of(Operator::Contains, ".0.", false), Some(true));
        assert_eq!(of(Operator::Regex, "v.*", false), None);
    }
}
