//! `patch-pick forecast` against git itself: the answer is git's own, in outcome, tree and conflicting paths.

mod changes;
mod lines;
mod older_git;
pub mod random;

use std::collections::BTreeMap;

use crate::support::oracle::{Answer, Outcome, Pair, git_cherry_pick, git_merge_tree};
use crate::support::stream::{Commits, Entry, Mark, Stream, Tree};
use crate::support::{Bin, Repo};
use changes::{Focus, KINDS, Kind};
use random::Random;

/// How many pairs are generated.
const PAIRS: u64 = 800;

/// A pair before git has named its commits, with what tells a reader how it came about.
struct Draft {
    fix: Mark,
    onto: Mark,
    base: Mark,
    parents: usize,
    story: String,
    kinds: Vec<&'static str>,
    /// Whether a tree holds attributes, which `git merge-tree` would not see.
    attributes: bool,
}

/// What `patch-pick forecast --stdin` answers for all pairs, in order.
fn forecast(repo: &Repo, pairs: &[Pair]) -> Vec<Answer> {
    let asked: String = pairs.iter().map(|pair| format!("{} {}\n", pair.fix, pair.onto)).collect();
    let output = Bin::pick().at(repo).args(["forecast", "--stdin"]).stdin(asked).run().success();
    let lines = output.json_lines();
    assert_eq!(lines.len(), pairs.len(), "one answer for each pair\n{}", output.stderr);
    lines.iter().zip(pairs).map(|(line, pair)| Answer::from_json(line, pair)).collect()
}

#[test]
fn forecast_is_what_cherry_pick_does() {
    let repo = Repo::new();
    let (drafts, pairs) = generate(&repo);
    let ours = forecast(&repo, &pairs);
    let theirs = git_cherry_pick(&repo, &pairs);
    let merged = git_merge_tree(&repo, &pairs);
    let wrong: Vec<_> = (0..pairs.len())
        .filter(|&i| ours[i] != theirs[i])
        .map(|i| describe(&repo, &drafts[i], &pairs[i], &ours[i], &theirs[i]))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} differ from git\n\n{}",
        wrong.len(),
        pairs.len(),
        wrong[..wrong.len().min(5)].join("\n")
    );
    require_variety(&theirs, &drafts);
    let parted: Vec<_> = (0..pairs.len()).filter(|&i| merged[i] != theirs[i]).map(|i| &drafts[i]).collect();
    let unexplained: Vec<_> = parted.iter().filter(|draft| !draft.attributes).map(|draft| &draft.story).collect();
    assert!(unexplained.is_empty(), "the two oracles differ: {unexplained:?}");
    assert!(parted.len() >= 20, "attributes in the tree decide only {} pairs", parted.len());
}

#[test]
fn a_file_that_is_no_text_conflicts_like_any_other() {
    let repo = Repo::new();
    repo.land_fix("Add a logo", [("logo.bin", "\0one"), ("text", "one\ntwo\nthree\n")]);
    repo.cut_line("2.0");
    repo.land_on_line("2.0", "Change both", [("logo.bin", "\0two"), ("text", "eins\ntwo\nthree\n")]);
    let fix = repo.land_fix("Change both otherwise", [("logo.bin", "\0three"), ("text", "uno\ntwo\nthree\n")]);
    let pair = Pair { fix, onto: repo.commit_id("release/2.0"), base: repo.commit_id("main~1"), parents: 1 };
    assert_eq!(forecast(&repo, &[pair]), git_merge_tree(&repo, &[pair]));
    let said = Bin::pick().at(&repo).args(["forecast", &fix.to_string(), "--format", "json"]).run().code(1).json();
    let kinds = said["forecasts"][0]["conflicts"].as_array().expect("conflicts").iter().map(|one| one["kind"].clone());
    assert_eq!(kinds.collect::<Vec<_>>(), ["binary", "contents", "contents"]);
}

#[test]
fn attributes_of_the_line_and_normalization_count_as_git_has_them() {
    let tree_by_git = |repo: &Repo, fix: &str, onto: &str| {
        let (source, base) = (format!("--attr-source={onto}"), format!("--merge-base={fix}^"));
        let mut command = repo.git_command();
        command.args([&source, "merge-tree", "--write-tree", &base, onto, fix]);
        let said = command.output().expect("because git is installed").stdout;
        String::from_utf8_lossy(&said).lines().next().unwrap_or_default().to_owned()
    };
    let ours = |repo: &Repo, fix: &str, onto: &str| {
        let asked = format!("{fix} {onto}\n");
        let answers = Bin::pick().at(repo).args(["forecast", "--stdin"]).stdin(asked).run().success().json_lines();
        (answers[0]["outcome"].as_str().unwrap_or_default().to_owned(), answers[0]["tree"].clone())
    };
    let repo = Repo::new();
    repo.land_fix("Add", [(".gitattributes", "*.txt conflict-marker-size=20\n"), ("f.txt", "a\nb\nc\n")]);
    repo.cut_line("2.0");
    let onto = repo.land_on_line("2.0", "Line", [("f.txt", "a\nline\nc\n")]).to_string();
    let fix = repo.land_fix("Fix", [("f.txt", "a\nfix\nc\n")]).to_string();
    assert_eq!(ours(&repo, &fix, &onto), ("conflict".to_owned(), tree_by_git(&repo, &fix, &onto).into()));

    let repo = Repo::new();
    repo.git(["config", "merge.renormalize", "true"]);
    repo.land_fix("Add", [("f.txt", "a\r\nb\r\nc\r\nd\r\ne\r\n")]);
    repo.land_fix("Name texts", [(".gitattributes", "* text\n")]);
    repo.cut_line("2.0");
    let onto = repo.land_on_line("2.0", "Normalize", [("f.txt", "line\nb\nc\nd\ne\n")]).to_string();
    let fix = repo.land_fix("Fix", [("f.txt", "a\nb\nc\nd\nfix\n")]).to_string();
    assert_eq!(ours(&repo, &fix, &onto), ("clean".to_owned(), tree_by_git(&repo, &fix, &onto).into()));
}

/// A generator that makes only easy cases would prove nothing.
fn require_variety(answers: &[Answer], drafts: &[Draft]) {
    let mut counts = BTreeMap::new();
    answers.iter().for_each(|answer| *counts.entry(answer.outcome).or_insert(0) += 1);
    for outcome in [Outcome::Clean, Outcome::Conflict, Outcome::Empty] {
        assert!(counts.get(&outcome).is_some_and(|&count| count >= 60), "{counts:?}");
    }
    for kind in KINDS {
        let count = drafts.iter().filter(|draft| draft.kinds.contains(&kind.name)).count();
        assert!(count >= 10, "{count} of '{}'", kind.name);
    }
}

fn describe(repo: &Repo, draft: &Draft, pair: &Pair, ours: &Answer, theirs: &Answer) -> String {
    let diff = |to| repo.git(["diff-tree", "-r", "-M", "--abbrev", &pair.base.to_string(), &format!("{to}")]);
    let sides = format!("fix:\n{}\nline:\n{}", diff(pair.fix), diff(pair.onto));
    format!("{}\n{pair:?}\nforecast {ours:?}\ngit      {theirs:?}\n{sides}\n", draft.story)
}

/// Generates all pairs into one repository.
fn generate(repo: &Repo) -> (Vec<Draft>, Vec<Pair>) {
    let mut stream = Stream::default();
    let nothing = stream.commit(&[], &Tree::new());
    let drafts: Vec<_> = (0..PAIRS).map(|seed| draft(&mut stream, nothing, &mut Random::new(seed))).collect();
    let commits = stream.write_to(repo);
    let pairs = drafts.iter().map(|draft| pair(draft, &commits)).collect();
    (drafts, pairs)
}

fn pair(draft: &Draft, commits: &Commits) -> Pair {
    let Draft { fix, onto, base, parents, .. } = *draft;
    Pair { fix: commits[fix], onto: commits[onto], base: commits[base], parents }
}

fn draft(stream: &mut Stream, nothing: Mark, random: &mut Random) -> Draft {
    let base = project(random);
    let focus = Focus {
        file: (*random.one_of(&["src/main.c", "src/net/socket.c", "lib/list.c", "docs/a.md", "run.sh"])).to_owned(),
        line: random.below(20),
        folder: (*random.one_of(&["src", "src/net", "lib", "docs"])).to_owned(),
    };
    let mut kinds = |most: usize| {
        let count = if random.percent(8) { 0 } else { 1 + random.below(most) };
        let mut kinds: Vec<&Kind> = (0..count).map(|_| changes::choose(random)).collect();
        // Attributes matter only where both sides change the same file.
        kinds.extend(base.contains_key(".gitattributes").then(|| changes::named("edit-near")));
        kinds
    };
    // A quarter of the lines has the fix already, wholly or with changes of their own around it.
    let (fix_kinds, line_kinds) = (kinds(3), kinds(4));
    let mut fixed = base.clone();
    fix_kinds.iter().for_each(|kind| changes::apply(kind, &mut fixed, &focus, random));
    let mut line = if random.percent(25) { fixed.clone() } else { base.clone() };
    line_kinds.iter().for_each(|kind| changes::apply(kind, &mut line, &focus, random));

    let before = stream.commit(&[], &base);
    let onto = stream.commit(&[before], &line);
    let (fix, base_mark, parents) = match random.below(12) {
        0 => (stream.commit(&[], &fixed), nothing, 0),
        1 => {
            let side = stream.commit(&[], &project(random));
            (stream.commit(&[before, side], &fixed), before, 2)
        }
        _ => (stream.commit(&[before], &fixed), before, 1),
    };
    let attributes = [&base, &fixed, &line].iter().any(|tree| tree.keys().any(|path| path.ends_with(".gitattributes")));
    let names = |kinds: &[&Kind]| kinds.iter().map(|kind| kind.name).collect::<Vec<_>>();
    let story = format!("fix {:?}, {parents} parents, onto line {:?}", names(&fix_kinds), names(&line_kinds));
    let kinds = names(&[fix_kinds, line_kinds].concat());
    Draft { fix, onto, base: base_mark, parents, story, kinds, attributes }
}

/// A small project: folders, repeated lines, a script, CRLF, no final newline, bytes, a link and a submodule.
fn project(random: &mut Random) -> Tree {
    let text = |name: &str, lines: usize, end: &str| {
        let line = |number: usize| match number % 7 {
            3 => "}".to_owned(),
            4 => String::new(),
            5 => "    return 0;".to_owned(),
            _ => format!("{name} line {number}"),
        };
        (0..lines).map(|number| line(number) + end).collect::<String>().into_bytes()
    };
    let mut tree: Tree = [
        ("README.md", Entry::File(text("readme", 12, "\n"))),
        ("src/main.c", Entry::File(text("main", 24, "\n"))),
        ("src/util.c", Entry::File(text("util", 9, "\n"))),
        ("src/net/socket.c", Entry::File(text("socket", 20, "\n"))),
        ("src/net/tls.c", Entry::File(text("tls", 15, "\n"))),
        ("lib/list.c", Entry::File(text("list", 30, "\r\n"))),
        ("lib/map.c", Entry::File(b"only\nthree\nlines, no end".to_vec())),
        ("docs/a.md", Entry::File(text("docs", 18, "\n"))),
        ("docs/b.md", Entry::File(text("docs", 18, "\n"))),
        ("run.sh", Entry::Executable(text("run", 10, "\n"))),
        ("logo.bin", Entry::File((0..200u8).map(|byte| byte.wrapping_mul(7)).collect())),
        ("empty", Entry::File(Vec::new())),
        ("latest", Entry::Link("docs".to_owned())),
        ("vendor/dep", Entry::Submodule(9)),
    ]
    .map(|(path, entry)| (path.to_owned(), entry))
    .into();
    if random.percent(25) {
        let rule =
            *random.one_of(&["* merge=union\n", "* -merge\n", "* merge=ours\n", "*.c merge=union\n", "*.md binary\n"]);
        tree.insert(".gitattributes".to_owned(), Entry::File(rule.as_bytes().to_vec()));
    }
    tree
}
