//! What is said about a commit on its page: a check run with annotations, and the comment on a pull request.

use std::collections::BTreeSet;
use std::str::FromStr;

use super::commit::CommitId;
use super::name::NotAName;

/// The most characters that GitHub takes in a comment, and, less one, in the summary of a check run.
pub const MOST_CHARS: usize = 65_536;

/// What a text that was too long ends with.
const CUT: &str = "\n\n*The rest was cut: it is longer than GitHub takes.*\n";

/// What is said about a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRun {
    /// The name by which a rule of the repository may require it.
    pub name: String,
    /// What it comes to.
    pub conclusion: Conclusion,
    /// The line under its name.
    pub title: String,
    /// The page, in Markdown.
    pub summary: String,
    /// Remarks on files.
    pub annotations: Vec<Annotation>,
    /// The pull requests that it speaks of, by their numbers. They are kept in its `external_id`, so that a later judgement of another
    /// pull request with this newest commit finds them.
    pub pulls: BTreeSet<u64>,
}

/// What a check run of ours says, and which one it is: by that a later reader tells that somebody wrote it since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Its number.
    pub id: u64,
    /// GitHub's word for what it comes to, if it is done.
    pub conclusion: Option<String>,
    /// The line under its name.
    pub title: String,
    /// The page, in Markdown.
    pub summary: String,
    /// The pull requests that it speaks of.
    pub pulls: BTreeSet<u64>,
}

/// What stood on the newest commit of a pull request before that was judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    /// The number of the pull request.
    pub pull: u64,
    /// Its newest commit.
    pub commit: CommitId,
    /// What our check run said; `None`: there was none.
    pub said: Option<Said>,
}

/// What the `external_id` of a check run of ours begins with. That of a job, which has the same app, is another.
const OURS: &str = "backstitch";

/// Makes the `external_id` of a check run of ours, with the pull requests that it speaks of: `backstitch 7 9`.
pub fn external_id(pulls: &BTreeSet<u64>) -> String {
    pulls.iter().fold(OURS.to_owned(), |text, number| format!("{text} {number}"))
}

/// Reads the pull requests in the `external_id` of a check run of ours. `None`: it is none of ours.
pub fn pulls_of(external_id: &str) -> Option<BTreeSet<u64>> {
    let mut words = external_id.split(' ');
    if words.next() != Some(OURS) {
        return None;
    }
    words.map(str::parse).collect::<Result<_, _>>().ok()
}

/// What a check run comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conclusion {
    /// Yes.
    Success,
    /// No.
    Failure,
    /// Nothing that could be yes or no.
    Neutral,
    /// A person has to do something first.
    ActionRequired,
}

impl Conclusion {
    /// Returns GitHub's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Neutral => "neutral",
            Self::ActionRequired => "action_required",
        }
    }
}

/// A remark on lines of a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Annotation {
    /// The file.
    pub path: String,
    /// The first line, counted from one.
    pub first_line: u64,
    /// The last line.
    pub last_line: u64,
    /// How bad it is.
    pub level: Level,
    /// Its title.
    pub title: String,
    /// What it says.
    pub message: String,
}

/// How bad a remark is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// Good to know.
    Notice,
    /// Somebody should look.
    Warning,
    /// The reason of a no.
    Failure,
}

impl Level {
    /// Returns GitHub's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Failure => "failure",
        }
    }
}

/// The hidden mark by which a comment is found again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker(String);

impl Marker {
    /// Returns the first line of a comment that bears it, which nobody sees.
    pub fn line(&self) -> String {
        format!("<!-- {} -->", self.0)
    }

    /// Says whether a comment bears it. A comment that quotes it further down does not.
    pub fn is_on(&self, comment: &str) -> bool {
        comment.lines().next().is_some_and(|line| line.trim_end() == self.line())
    }

    /// Returns a comment that bears it and is no longer than GitHub takes.
    pub fn comment(&self, body: &str) -> String {
        let line = self.line();
        let room = MOST_CHARS - line.chars().count() - 1;
        format!("{line}\n{}", cut(body, room))
    }
}

impl FromStr for Marker {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | ':' | '_' | '-' | ' ');
        let refuse = |rule| Err(NotAName::new("the mark of a comment", text, rule));
        if text.is_empty() || text.len() > 200 {
            return refuse("it has from 1 to 200 characters");
        }
        if !text.chars().all(plain) || text.contains("--") || text.trim() != text || text.ends_with('-') {
            return refuse("it holds letters, digits, '.', '/', ':', '_', spaces and single '-' only");
        }
        Ok(Self(text.to_owned()))
    }
}

/// Cuts a Markdown text after so many characters, between lines where it can, and says so in the text. A block of code that
/// is open there is closed.
pub fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let fence = "\n```";
    let room = most.saturating_sub(CUT.chars().count() + fence.len());
    let end = text.char_indices().nth(room).map_or(text.len(), |(at, _)| at);
    let kept = &text[..end];
    let kept = kept.rfind('\n').filter(|at| *at > 0).map_or(kept, |at| &kept[..at]);
    let fences = kept.lines().filter(|line| line.trim_start().starts_with("```")).count();
    let closing = if fences % 2 == 1 { fence } else { "" };
    format!("{kept}{closing}{CUT}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_check_run_of_ours_names_its_pull_requests() {
        for pulls in [vec![], vec![7], vec![7, 12]] {
            let pulls: BTreeSet<u64> = pulls.into_iter().collect();
            assert_eq!(pulls_of(&external_id(&pulls)), Some(pulls));
        }
        for other in ["", "7", "backstitch2 7", "backstitch x", "2f1c6f4e-0001-5c1d-9c8e-000000000007"] {
            assert_eq!(pulls_of(other), None, "{other}");
        }
    }

    #[test]
    fn a_marker_is_the_first_line_only() {
        let marker: Marker = "backstitch: patch-check 2.0".parse().expect("a marker");
        assert!(marker.is_on("<!-- backstitch: patch-check 2.0 -->\r\nhello"));
        assert!(marker.is_on(&marker.comment("hello")));
        for other in ["", "hello\n<!-- backstitch: patch-check 2.0 -->", "> <!-- backstitch: patch-check 2.0 -->"] {
            assert!(!marker.is_on(other), "{other}");
        }
        for bad in ["", "a--b", "a>", "a\n", " a", "a-", &"a".repeat(201)] {
            assert!(bad.parse::<Marker>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_long_comment_is_cut_between_lines_and_says_so() {
        let marker: Marker = "m".parse().expect("a marker");
        assert_eq!(marker.comment("short\n"), "<!-- m -->\nshort\n");
        let long = "ä line of text\n".repeat(10_000);
        let comment = marker.comment(&long);
        assert!(comment.chars().count() <= MOST_CHARS && comment.chars().count() > MOST_CHARS - 200);
        assert!(comment.ends_with(&format!("ä line of text{CUT}")));
        let code = format!("```\n{long}```\n");
        assert!(marker.comment(&code).ends_with(&format!("ä line of text\n```{CUT}")));
    }

    proptest! {
        #[test]
        fn a_cut_text_is_never_too_long(text in "(\\PC|\n|`{3}){0,400}", most in 100usize..300) {
            let after = cut(&text, most);
            prop_assert!(after.chars().count() <= most);
            prop_assert!(after == text || after.ends_with(CUT));
        }
    }
}
