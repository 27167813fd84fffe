use chrono::{NaiveDate, Weekday};
use proptest::prelude::*;

use super::*;
use crate::model::eligibility::Rule;
use crate::model::kind::FixKind;
use crate::model::line::{BranchSpec, LineStatus};

const WHOLE: &str = r#"
[project]
name = "Godel"
main = "main"
tag = "v{version}"
repository = "godel/godel"

[[line]]
name = "1.9"
branch = "release/v{version}"
status = "security-only"

[[line]]
name = "2.0"
branch = "release/2.0"
status = "maintained"
until = 2027-03-31

[eligibility]
security = "always"
bug = "case-by-case"

[eligibility.require]
priority = ["P0", "P1"]
tests = true
reviews = 1
risk-assessment = true
applies-clean = true
max-changed-lines = 300

[[classify]]
label = "kind/crash"
kind = "crash"

[[version]]
path = "package.json"
[[version]]
path = "src/version.ts"
pattern = 'export const VERSION = "{version}"'
[[version]]
path = "helm/Chart.yaml"
fields = ["version", "appVersion"]
[[version]]
path = "docker-compose.yml"
image = "localhost:5000/godel/api"

[signing]
format = "ssh"
allowed-signers = ".github/allowed_signers"

[validate.unit]
run = "npm run test:all"
proves = "tests"
[validate.audit]
run = "npm audit"
proves = "security"

[schedule]
patch = "weekly on Wednesday"
timezone = "Europe/Berlin"

[rollout]
targets = "config/customers.json"

[pick]
look-back = 90
signoff = true
[[pick.path]]
path = "CHANGELOG.md"
policy = "keep-line"
[[pick.path]]
path = "package-lock.json"
regenerate = "npm install --package-lock-only"
"#;

#[test]
fn a_whole_file_is_read() {
    let config = Config::parse(WHOLE).expect("a good file");
    let lines: Vec<_> = config.lines.iter().map(|l| (l.name.as_str(), l.branch.to_string(), l.status)).collect();
    assert_eq!(
        lines,
        [
            ("2.0", "release/2.0".to_owned(), LineStatus::Maintained),
            ("1.9", "release/v{version}".to_owned(), LineStatus::SecurityOnly),
        ]
    );
    assert_eq!(config.lines[0].until, NaiveDate::from_ymd_opt(2027, 3, 31));
    assert!(matches!(config.lines[1].branch, BranchSpec::PerRelease(_)));
    assert_eq!(config.project.tag.map(|tag| tag.to_string()).as_deref(), Some("v{version}"));
    assert_eq!(config.eligibility.admission(FixKind::Bug), Admission::CaseByCase);
    assert_eq!(config.eligibility.admission(FixKind::Crash), Admission::Always);
    assert_eq!(config.eligibility.admission(FixKind::Feature), Admission::Never);
    assert_eq!(config.eligibility.require.priority.len(), 2);
    assert_eq!(config.eligibility.require.max_changed_lines.get(), 300);
    assert_eq!(config.classify[0].kind, FixKind::Crash);
    assert_eq!(
        config.versions[2].spot,
        VersionSpot::Fields(["version", "appVersion"].map(|field| field.parse().expect("a field")).into())
    );
    assert_eq!(config.validate.iter().map(|suite| suite.name.as_str()).collect::<Vec<_>>(), ["unit", "audit"]);
    let schedule = config.schedule.expect("a schedule");
    assert_eq!((schedule.patch, schedule.timezone), (Cadence::Weekly(Weekday::Wed), chrono_tz::Europe::Berlin));
    assert_eq!(config.pick.look_back_days.get(), 90);
    assert!(config.pick.signoff);
    assert_eq!(config.pick.paths.policy_of(b"docs/CHANGELOG.md"), &PathPolicy::KeepLine);
    assert!(matches!(config.pick.paths.policy_of(b"package-lock.json"), PathPolicy::Regenerate(_)));
}

#[test]
fn an_empty_file_is_the_default() {
    assert_eq!(Config::parse(""), Ok(Config::default()));
    assert_eq!(Config::parse("[eligibility]\n[pick]\n[project]\n"), Ok(Config::default()));
    assert_eq!(Config::default().pick.look_back_days.get(), 180);
}

#[test]
fn tables_may_stand_in_one_line() {
    let config = Config::parse("line = [{ name = '2.0', branch = '2.0.x' }]\npick.look-back = 7").expect("a good file");
    assert_eq!((config.lines.len(), config.pick.look_back_days.get()), (1, 7));
    let unknown = refused("line = [{ name = '2.0', brnach = '2.0.x' }]");
    assert_eq!(unknown, "line 1, column 25: unknown key 'brnach' in [[line]]; nearest: 'branch'");
}

#[test]
fn a_cadence_reads_back() {
    for text in ["daily", "weekly on Wednesday", "monthly on the second Tuesday", "monthly on the last Friday"] {
        assert_eq!(text.parse::<Cadence>().map(|cadence| cadence.to_string()).as_deref(), Ok(text));
    }
    for bad in ["", "weekly", "weekly on  Monday", "monthly on the fifth Monday", "every day", "weekly on Someday"] {
        assert!(bad.parse::<Cadence>().is_err(), "{bad}");
    }
}

#[test]
fn an_error_knows_its_file_place_and_neighbour() {
    let broken = Config::parse("[project]\nnmae = 'x'\n").expect_err("a bad file");
    assert_eq!(broken.place(), Some(Place { line: 2, column: 1 }));
    assert_eq!(broken.nearest_known(), Some("name"));
    let error = broken.in_file("patch.toml");
    assert_eq!(error.to_string(), "cannot read 'patch.toml'");
    assert_eq!(error.hint_text(), Some("write 'name', or see docs/configuration.md for every key"));
    assert_eq!(error.kind(), crate::model::error::Kind::Usage);
}

fn refused(text: &str) -> String {
    match Config::parse(text) {
        Ok(config) => panic!("{text:?} was read as {config:?}"),
        Err(broken) => broken.to_string(),
    }
}

#[test]
fn unknown_keys_are_found_at_every_depth() {
    let table = [
        ("[projekt]\n", "line 1, column 2: unknown key 'projekt' in the file; nearest: 'project'"),
        (
            "\nlookback = 3",
            "line 2, column 1: unknown key 'lookback' in the file; known: project, line, eligibility, \
          classify, version, signing, validate, schedule, rollout, pick, advisory",
        ),
        (
            "[[line]]\nname = '2.0'\n\n  brnach = 'x'",
            "line 4, column 3: unknown key 'brnach' in [[line]]; nearest: 'branch'",
        ),
        (
            "[eligibility.require]\nprioritty = ['a']",
            "line 2, column 1: unknown key 'prioritty' in [eligibility.require]; nearest: 'priority'",
        ),
        ("[eligibility]\ncrahs = 'never'", "line 2, column 1: unknown key 'crahs' in [eligibility]; nearest: 'crash'"),
        ("[validate.unit]\nrum = 'x'", "line 2, column 1: unknown key 'rum' in [validate.unit]; nearest: 'run'"),
        ("[[pick.path]]\npaht = 'x'", "line 2, column 1: unknown key 'paht' in [[pick.path]]; nearest: 'path'"),
        ("pick.signof = true", "line 1, column 6: unknown key 'signof' in [pick]; nearest: 'signoff'"),
        ("[signing]\n\"for mat\" = 1", "line 2, column 1: unknown key 'for mat' in [signing]; nearest: 'format'"),
    ];
    for (text, expected) in table {
        assert_eq!(refused(text), expected, "{text}");
    }
}

#[test]
fn unknown_words_name_the_nearest_one() {
    let status = "[[line]]\nname='2.0'\nbranch='x'\nstatus='maintaned'";
    assert_eq!(
        refused(status),
        "line 4, column 8: unknown status 'maintaned' in [[line]]; known: current, maintained, security-only, end-of-life; \
         nearest: 'maintained'"
    );
    let table = [
        ("[eligibility]\nbug = 'allways'", "always"),
        ("[[classify]]\nlabel='a'\nkind='data_loss'", "data-loss"),
        ("[signing]\nformat='pgp'", "openpgp"),
        ("[validate.a]\nrun='x'\nproves='test'", "tests"),
        ("[[pick.path]]\npath='a'\npolicy='keep'", "keep-line"),
    ];
    for (text, nearest) in table {
        assert!(refused(text).ends_with(&format!("nearest: '{nearest}'")), "{}", refused(text));
    }
}

const LINE: &str = "[[line]]\nname = '2.0'\nbranch = 'r/2.0'\n";

#[test]
fn wrong_values_are_refused_where_they_stand() {
    let table = [
        ("[[line]]\nbranch = 'x'", "line 1, column 1: missing key 'name' in [[line]]"),
        ("[line]\nname = 'x'", "line 1, column 1: 'line' must be a list of tables: write [[line]] above each of them"),
        ("[[line]]\nname = 2.0", "line 2, column 8: 'name' in [[line]] must be a text in quotes, not a float"),
        ("[project]\ntag = 'v'", "line 2, column 7: 'v' is not a tag pattern: it must hold '{version}' exactly once"),
        ("[project]\nrepository = 'x'", "line 2, column 14: 'x' is not a repository: write it as 'owner/name'"),
        ("[pick]\nlook-back = 0", "line 2, column 13: 'look-back' in [pick] must be 1 or more"),
        ("[pick]\nlook-back = -1", "line 2, column 13: 'look-back' in [pick] must be between 0 and 4294967295"),
        ("[[pick.path]]\npath = 'a'", "line 1, column 1: missing key 'policy' or 'regenerate' in [[pick.path]]"),
        (
            "[[pick.path]]\npath = 'a'\npolicy = 'keep-line'\nregenerate = 'x'",
            "line 4, column 14: 'policy' and 'regenerate' in [[pick.path]] exclude each other",
        ),
        (
            "[schedule]\npatch = 'daily'\ntimezone = 'Berlin'",
            "line 3, column 12: unknown timezone 'Berlin' in [schedule]; write one such as 'Europe/Berlin'",
        ),
        ("[eligibility.require]\npriority = []", "line 2, column 12: 'priority' in [eligibility.require] is empty"),
        (
            "[eligibility.require]\npriority = ['P0', 1]",
            "line 2, column 19: 'priority' in [eligibility.require] must hold texts in quotes, not an integer",
        ),
        (
            "[rollout]\ntargets = '../x'",
            "line 2, column 11: '../x' is not a path in the repository: a part of it is empty, '.' or '..'",
        ),
    ];
    for (text, expected) in table {
        assert_eq!(refused(text), expected, "{text}");
    }
}

#[test]
fn lines_that_contradict_each_other_are_refused() {
    let table = [
        ("[[line]]\nname = '2.0'\nbranch = 'other'", "line 5, column 8: there is a line '2.0' already"),
        (
            "[[line]]\nname = 'v2.0'\nbranch = 'other'",
            "line 5, column 8: lines '2.0' and 'v2.0' hold the same versions",
        ),
        ("[[line]]\nname = '2.1'\nbranch = 'r/2.0'", "line 6, column 10: 'r/2.0' is the branch of line '2.0' already"),
        ("[project]\nmain = 'r/2.0'", "line 3, column 10: 'r/2.0' is the main branch, which is not a line"),
    ];
    for (text, expected) in table {
        assert_eq!(refused(&format!("{LINE}{text}")), expected, "{text}");
    }
    let current = "status = 'current'\n[[line]]\nname = '1.0'\nbranch = 'a'\nstatus = 'current'";
    assert_eq!(refused(&format!("{LINE}{current}")), "line 8, column 10: line '2.0' is the current one already");
    let shared = "[[line]]\nname='1.0'\nbranch='r/v{version}'\n[[line]]\nname='1.1'\nbranch='r/v{version}'";
    assert!(Config::parse(shared).is_ok(), "two lines may share a pattern");
}

#[test]
fn more_bad_files_are_refused() {
    for text in [
        "[[line]]\nname='2.0'\nbranch='a..b'",
        "[[line]]\nname='lts'\nbranch='r/{version}'",
        "[[line]]\nname='2.0'\nbranch='r'\nuntil='2027-03-31'",
        "[[line]]\nname='2.0'\nbranch='r'\nuntil=2027-03-31T00:00:00Z",
        "[[line]]\nname='2.0'\nbranch='r'\nuntil=2027-02-30",
        "line = [1]",
        "[[version]]\npath='a'\n[[version]]\npath='a'",
        "[[version]]\npath='a'\npattern='x'",
        "[[version]]\npath='a'\npattern='{version}'\nimage='b'",
        "[[version]]\npath='a'\nimage='Godel:1'",
        "[[classify]]\nlabel='a'\nkind='bug'\n[[classify]]\nlabel='a'\nkind='crash'",
        "[validate.Unit]\nrun='x'\nproves='tests'",
        "[validate]\nunit = 1",
        "[[pick.path]]\npath='a'\npolicy='keep-line'\n[[pick.path]]\npath='a'\npolicy='three-way'",
        "[[pick.path]]\npath='a'\nregenerate=' '",
        "[project]\nname=''",
        "[project",
        "[project]\nname='a'\nname='b'",
        "a = 99999999999999999999999",
    ] {
        let message = refused(text);
        assert!(message.starts_with("line ") && !message.contains('\n'), "{message}");
    }
}

/// Texts made of the pieces of real files, which reach far deeper than arbitrary ones.
fn pieces() -> impl Strategy<Value = String> {
    let words: Vec<String> = WHOLE.split_inclusive([' ', '\n', '"', '.']).map(str::to_owned).collect();
    proptest::collection::vec(proptest::sample::select(words), 0..60).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in any::<String>()) {
        let _ = Config::parse(&text).map_err(|broken| broken.to_string());
    }

    #[test]
    fn no_mixture_of_real_pieces_makes_the_parser_panic(text in pieces()) {
        let _ = Config::parse(&text).map_err(|broken| broken.to_string());
    }

    #[test]
    fn no_cut_of_a_real_file_makes_the_parser_panic(from in 0..WHOLE.len(), to in 0..WHOLE.len()) {
        let cut = WHOLE.get(from.min(to)..from.max(to)).unwrap_or("");
        let _ = Config::parse(&WHOLE.replacen(cut, "", 1)).map_err(|broken| broken.to_string());
    }
}

const REFERENCE: &str = include_str!("../../../docs/configuration.md");

#[test]
fn the_examples_of_the_reference_are_read() {
    let examples: Vec<&str> =
        REFERENCE.split("```toml\n").skip(1).filter_map(|rest| rest.split("\n```").next()).collect();
    assert_eq!(examples.len(), 3, "an example was added or lost");
    for example in examples {
        assert!(Config::parse(example).is_ok(), "{}\n{example}", refused(example));
    }
    let whole = REFERENCE.split("```toml\n").nth(1).unwrap_or_default();
    for (_, keys) in sections() {
        keys.iter().for_each(|key| assert!(whole.contains(key), "the whole file does not show '{key}'"));
    }
}

#[test]
fn the_reference_names_every_key_in_its_section() {
    for (section, keys) in sections() {
        let heading = |open: &str, close: &str| REFERENCE.find(&format!("# `{open}{section}{close}`\n"));
        let start = heading("[", "]").or_else(|| heading("[[", "]]"));
        let start = start.unwrap_or_else(|| panic!("the reference has no section '{section}'"));
        let end = REFERENCE[start + 1..].find("\n## ").map(|end| start + 1 + end).unwrap_or(REFERENCE.len());
        let is_table = |key: &&&str| sections().iter().any(|(other, _)| *other == format!("{section}.{key}"));
        for key in keys.iter().filter(|key| !is_table(key)) {
            assert!(REFERENCE[start..end].contains(&format!("\n| `{key}` |")), "'{key}' of '{section}'");
        }
    }
}

#[test]
fn the_reference_states_the_defaults_the_code_has() {
    for kind in FixKind::ALL {
        let admission = Word::word(Eligibility::default().admission(kind));
        assert!(REFERENCE.contains(&format!("\n| `{kind}` | `{admission}` |\n")), "{kind}");
    }
    for rule in Rule::ALL {
        let severity = Word::word(rule.usual_severity());
        assert!(REFERENCE.contains(&format!("\n| `{rule}` | `{severity}` |\n")), "{rule}");
    }
    let days = Pick::default().look_back_days;
    assert!(REFERENCE.contains(&format!("| `look-back` | days, 1 or more | `{days}` |")));
}

#[test]
fn names_of_repositories_are_the_same_whatever_their_case() {
    let name = |text: &str| text.parse::<RepositoryName>().expect("a name");
    assert!(name("acme/widget").is_same(&name("Acme/Widget")));
    assert!(!name("acme/widget").is_same(&name("acme/widget-ghsa-2345-6789-cfgh")));
}
