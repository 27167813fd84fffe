//! Finds main and the release lines in branch names, for a repository without a `patch.toml`.

use std::collections::BTreeMap;

use semver::Version;

use crate::model::arrange::Arrange as _;
use crate::model::config::{Config, Project};
use crate::model::line::{BranchName, BranchPattern, BranchSpec, Line, LineName, LineStatus, Series, TagPattern};

/// A line whose last commit is this many days older than main's is taken to be at the end of its life.
pub const QUIET_DAYS: i64 = 400;

const SECONDS_A_DAY: i64 = 24 * 60 * 60;

/// The names that the branch where changes land first usually has, the most usual first.
pub const USUAL_MAIN: [&str; 4] = ["main", "master", "trunk", "develop"];

/// A branch and the moment of its newest commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BranchTip {
    /// The short name, without `refs/heads/` and without a remote.
    pub name: String,
    /// The committer date of the tip, in seconds since 1970-01-01 UTC.
    pub seconds: i64,
}

/// What the names in a repository tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detected {
    /// The branch where changes land first.
    pub main: Option<BranchName>,
    /// The lines, the newest first.
    pub lines: Vec<Line>,
    /// How release tags are named. `None`: no tag holds a version.
    pub tag: Option<TagPattern>,
    /// What people should be told about how this was found, one sentence each. May hold names from strangers.
    pub notes: Vec<String>,
}

impl Detected {
    /// Fills in what a configuration leaves out: main, the tags, and the lines when it has none.
    pub fn complete(&self, config: Config) -> Config {
        let Config { project, lines, .. } = config.clone();
        let project = Project {
            main: project.main.or_else(|| self.main.clone()),
            tag: project.tag.or_else(|| self.tag.clone()),
            ..project
        };
        Config { project, lines: if lines.is_empty() { self.lines.clone() } else { lines }, ..config }
    }
}

/// Finds main and the lines.
///
/// `remote_head` is the branch the remote calls its default, as a short name.
pub fn detect(branches: &[BranchTip], tags: &[String], remote_head: Option<&str>) -> Detected {
    let mut notes = Vec::new();
    let main = main_branch(branches, remote_head);
    match &main {
        Some(main) => notes.push(format!("main is '{main}'")),
        None => notes.push("no main branch was found: set 'main' in [project]".to_owned()),
    }
    let mut lines = standing_lines(branches, main.as_ref(), &mut notes);
    if lines.is_empty() {
        lines = per_release_lines(branches, &mut notes);
    }
    lines.arrange_by(|a, b| a.line.newest_first(&b.line));
    let lines = with_status(lines, newest_of_main(branches, main.as_ref()), &mut notes);
    Detected { main, lines, tag: tag_pattern(tags), notes }
}

fn main_branch(branches: &[BranchTip], remote_head: Option<&str>) -> Option<BranchName> {
    let exists = |name: &&str| branches.iter().any(|tip| tip.name == *name);
    let named = remote_head.into_iter().chain(USUAL_MAIN);
    named.into_iter().find(exists).and_then(|name| name.parse().ok())
}

fn newest_of_main(branches: &[BranchTip], main: Option<&BranchName>) -> Option<i64> {
    let main_tip = main.and_then(|main| branches.iter().find(|tip| tip.name == main.as_str()));
    main_tip.or_else(|| branches.iter().max_by_key(|tip| tip.seconds)).map(|tip| tip.seconds)
}

/// A line that was found, with the moment of its newest commit.
struct Found {
    line: Line,
    seconds: i64,
}

fn standing_lines(branches: &[BranchTip], main: Option<&BranchName>, notes: &mut Vec<String>) -> Vec<Found> {
    let mut by_series: BTreeMap<Series, Vec<(&BranchTip, LineName, BranchName)>> = BTreeMap::new();
    for tip in branches {
        let Some(Shape::Line(digits)) = Shape::of(&tip.name) else { continue };
        let (Ok(name), Ok(branch)) = (digits.parse::<LineName>(), tip.name.parse::<BranchName>()) else { continue };
        if let Some(series) = name.series()
            && main != Some(&branch)
        {
            by_series.entry(series).or_default().push((tip, name, branch));
        }
    }
    let mut lines = Vec::new();
    for (_, mut twins) in by_series {
        twins.arrange_by(|(a, ..), (b, ..)| b.seconds.cmp(&a.seconds).then_with(|| a.name.cmp(&b.name)));
        let mut twins = twins.into_iter();
        let Some((tip, name, branch)) = twins.next() else { continue };
        for (other, ..) in twins {
            notes.push(format!(
                "line '{name}' is taken from '{branch}' and not from '{}', which is not newer",
                other.name
            ));
        }
        let line = Line { name, branch: BranchSpec::Standing(branch), status: LineStatus::Maintained, until: None };
        lines.push(Found { line, seconds: tip.seconds });
    }
    lines
}

/// Makes lines of branches that belong to one release each, such as `release/2.0.1`, one line for each `2.0`.
fn per_release_lines(branches: &[BranchTip], notes: &mut Vec<String>) -> Vec<Found> {
    let mut by_series: BTreeMap<Series, (i64, BranchPattern)> = BTreeMap::new();
    for tip in branches {
        let Some(Shape::OneRelease { before, version, after }) = Shape::of(&tip.name) else { continue };
        let Ok(pattern) = format!("{before}{{version}}{after}").parse::<BranchPattern>() else { continue };
        let series = Series { major: version.major, minor: Some(version.minor) };
        let newest = by_series.entry(series).or_insert_with(|| (tip.seconds, pattern.clone()));
        if tip.seconds > newest.0 {
            *newest = (tip.seconds, pattern);
        }
    }
    let found = |(series, (seconds, pattern)): (Series, (i64, BranchPattern))| {
        let branch = BranchSpec::PerRelease(pattern);
        let name = series.to_string().parse().ok()?;
        Some(Found { line: Line { name, branch, status: LineStatus::Maintained, until: None }, seconds })
    };
    let lines: Vec<Found> = by_series.into_iter().filter_map(found).collect();
    if let Some(first) = lines.first() {
        notes.push(format!("each release has its own branch, named like '{}'", first.line.branch));
    }
    lines
}

/// Sets the status of lines that stand newest first.
fn with_status(lines: Vec<Found>, main_seconds: Option<i64>, notes: &mut Vec<String>) -> Vec<Line> {
    let is_quiet =
        |seconds: i64| main_seconds.is_some_and(|main| main.saturating_sub(seconds) > QUIET_DAYS * SECONDS_A_DAY);
    let mut current_is_open = true;
    let mut quiet = Vec::new();
    let mut result = Vec::new();
    for Found { mut line, seconds } in lines {
        line.status = if is_quiet(seconds) {
            quiet.push(format!("'{}'", line.name));
            LineStatus::EndOfLife
        } else if current_is_open {
            current_is_open = false;
            LineStatus::Current
        } else {
            LineStatus::Maintained
        };
        result.push(line);
    }
    if result.is_empty() {
        notes.push("no branch is named like a release line: add a [[line]] to patch.toml".to_owned());
    }
    if !quiet.is_empty() {
        let lines = if quiet.len() == 1 { "line" } else { "lines" };
        let names = quiet.join(", ");
        notes.push(format!("{lines} {names}: taken as end-of-life, over {QUIET_DAYS} days older than main"));
    }
    result
}

/// What the name of a branch tells.
#[derive(Debug, PartialEq, Eq)]
enum Shape<'a> {
    /// A line, with its digits: `2.0` of `release/v2.0`.
    Line(&'a str),
    /// The branch of one release: `release/2.0.1`.
    OneRelease { before: &'a str, version: Version, after: &'a str },
}

const PREFIXES: [&str; 16] = [
    "releases/",
    "releases-",
    "release/",
    "release-",
    "rel/",
    "rel-",
    "maintenance/",
    "maintenance-",
    "maint/",
    "maint-",
    "stable/",
    "stable-",
    "branch/",
    "branch-",
    "support/",
    "support-",
];
const SUFFIXES: [&str; 4] = ["-maintenance", "-maint", "-stable", ".x"];

impl<'a> Shape<'a> {
    fn of(name: &'a str) -> Option<Self> {
        let bare = PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
        let versioned = bare.strip_prefix('v').unwrap_or(bare);
        let suffix = SUFFIXES.iter().copied().find(|suffix| versioned.ends_with(suffix)).unwrap_or("");
        let digits = versioned.strip_suffix(suffix)?;
        let before = &name[..name.len() - versioned.len()];
        if !digits.chars().all(|c| c.is_ascii_digit() || c == '.') {
            return None;
        }
        match digits.split('.').filter(|number| !number.is_empty()).count() {
            // A lone number could be anything: an issue, a year. Something beside it must say that it is a version.
            1 if before.is_empty() && suffix.is_empty() => None,
            1 | 2 if Series::in_name(digits).is_some() => Some(Self::Line(digits)),
            3 if suffix != ".x" => {
                Version::parse(digits).ok().map(|version| Self::OneRelease { before, version, after: suffix })
            }
            _ => None,
        }
    }
}

/// Finds the text that most version tags have in front of their version; the shorter one of two with as many.
fn tag_pattern(tags: &[String]) -> Option<TagPattern> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for tag in tags {
        let starts = tag.char_indices().filter(|(at, c)| c.is_ascii_digit() && !ends_in_digit(&tag[..*at]));
        let start = starts.map(|(at, _)| at).find(|at| Version::parse(&tag[*at..]).is_ok());
        if let Some(start) = start {
            *counts.entry(&tag[..start]).or_default() += 1;
        }
    }
    let (prefix, _) = counts.into_iter().max_by_key(|(prefix, count)| (*count, std::cmp::Reverse(prefix.len())))?;
    format!("{prefix}{{version}}").parse().ok()
}

fn ends_in_digit(text: &str) -> bool {
    text.ends_with(|c: char| c.is_ascii_digit() || c == '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = SECONDS_A_DAY;

    fn tips(names: &[&str]) -> Vec<BranchTip> {
        names.iter().map(|name| BranchTip { name: (*name).to_owned(), seconds: 1000 * DAY }).collect()
    }

    fn names(detected: &Detected) -> Vec<String> {
        detected.lines.iter().map(|line| format!("{} {} {}", line.name, line.branch, line.status)).collect()
    }

    #[test]
    fn the_names_of_lines_are_known() {
        for (branch, digits) in [
            ("release/2.0", "2.0"),
            ("release-2.0", "2.0"),
            ("release-v2.0", "2.0"),
            ("rel-2.0", "2.0"),
            ("2.28-maintenance", "2.28"),
            ("maint-2.0", "2.0"),
            ("8.3.x", "8.3"),
            ("v2.0.x", "2.0"),
            ("v2.0", "2.0"),
            ("stable/2.0", "2.0"),
            ("stable-2.0", "2.0"),
            ("branch-2.0", "2.0"),
            ("2.0", "2.0"),
            ("8.x", "8"),
            ("release-3.5", "3.5"),
            ("release-24.05", "24.05"),
            ("v2", "2"),
        ] {
            assert_eq!(Shape::of(branch), Some(Shape::Line(digits)), "{branch}");
        }
        for branch in [
            "2.0-release-notes",
            "0.5-release",
            "dependabot/npm_and_yarn/lodash-4.17",
            "release",
            "release/",
            "8",
            "fix-2.0",
            "release/2.0/docs",
            "2..0",
            "2.0.",
            ".x",
            "v",
            "release/2.0.1.x",
            "backport-12-to-release-2.0",
        ] {
            assert_eq!(Shape::of(branch), None, "{branch}");
        }
    }

    #[test]
    fn the_newest_line_is_current_and_quiet_ones_are_at_their_end() {
        let mut branches = tips(&["master", "release-3.4", "release-3.5", "release-3.6", "release-0.4", "0.5-release"]);
        branches[4].seconds = 599 * DAY;
        branches[1].seconds = 600 * DAY;
        let detected = detect(&branches, &["v3.5.1".to_owned()], Some("master"));
        assert_eq!(
            names(&detected),
            [
                "3.6 release-3.6 current",
                "3.5 release-3.5 maintained",
                "3.4 release-3.4 maintained",
                "0.4 release-0.4 end-of-life"
            ]
        );
        assert_eq!(
            detected.notes,
            ["main is 'master'", "line '0.4': taken as end-of-life, over 400 days older than main"]
        );
    }

    #[test]
    fn the_remote_says_which_branch_is_main() {
        let main = |names: &[&str], head| detect(&tips(names), &[], head).main.map(String::from);
        assert_eq!(main(&["dev", "main"], Some("dev")).as_deref(), Some("dev"));
        assert_eq!(main(&["main", "master"], Some("gone")).as_deref(), Some("main"));
        assert_eq!(main(&["develop", "trunk"], None).as_deref(), Some("trunk"));
        assert_eq!(main(&["feature"], None), None);
    }

    #[test]
    fn main_is_never_a_line() {
        let detected = detect(&tips(&["2.x", "1.x"]), &[], Some("2.x"));
        assert_eq!(names(&detected), ["1 1.x current"]);
    }

    #[test]
    fn branches_of_one_release_make_lines_only_when_nothing_else_does() {
        let only = detect(&tips(&["main", "release/v2.0.1", "release/v2.0.2", "release/v1.9.4"]), &[], None);
        assert_eq!(names(&only), ["2.0 release/v{version} current", "1.9 release/v{version} maintained"]);
        let both = detect(&tips(&["main", "release/2.0.1", "release/2.0"]), &[], None);
        assert_eq!(names(&both), ["2.0 release/2.0 current"]);
    }

    #[test]
    fn of_two_branches_for_a_line_the_newer_one_counts() {
        let mut branches = tips(&["main", "release/2.0", "2.0.x"]);
        branches[2].seconds += 1;
        let detected = detect(&branches, &[], None);
        assert_eq!(names(&detected), ["2.0 2.0.x current"]);
        assert!(
            detected.notes.contains(
                &"line '2.0' is taken from '2.0.x' and not from 'release/2.0', which is not newer".to_owned()
            )
        );
    }

    #[test]
    fn the_tags_tell_their_pattern() {
        let pattern = |tags: &[&str]| {
            tag_pattern(&tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>())
                .map(|pattern| pattern.to_string())
        };
        assert_eq!(pattern(&["v1.0.0", "v1.0.1-rc.1", "api/v1.0.0"]).as_deref(), Some("v{version}"));
        assert_eq!(pattern(&["2.28.1", "2.28.2", "v1.0.0"]).as_deref(), Some("{version}"));
        assert_eq!(pattern(&["release-10.0.1"]).as_deref(), Some("release-{version}"));
        assert_eq!(pattern(&["nightly", "2.0", "1.2.3.4"]), None);
    }

    #[test]
    fn a_repository_without_lines_is_told_what_to_do() {
        let detected = detect(&tips(&["main", "topic"]), &[], None);
        assert!(detected.lines.is_empty());
        assert!(detected.notes.iter().any(|note| note.contains("add a [[line]]")), "{:?}", detected.notes);
    }

    proptest::proptest! {
        #[test]
        fn no_name_makes_it_panic(names in proptest::collection::vec("(release/|v)?[0-9x.é{}-]{0,8}", 0..6)) {
            let branches = tips(&names.iter().map(String::as_str).collect::<Vec<_>>());
            let detected = detect(&branches, &names, names.first().map(String::as_str));
            assert!(detected.lines.len() <= names.len());
        }
    }

    #[test]
    fn a_configuration_is_completed_and_never_overruled() {
        let detected = detect(&tips(&["main", "release/2.0"]), &["2.0.0".to_owned()], None);
        let whole = detected.complete(Config::default());
        assert_eq!((whole.lines.len(), whole.project.main.map(String::from)), (1, Some("main".to_owned())));
        let own = "[project]\nmain = 'dev'\ntag = 'v{version}'\n[[line]]\nname = '1'\nbranch = '1.x'";
        let own = Config::parse(own).expect("a good file");
        assert_eq!(detected.complete(own.clone()), own);
    }
}
