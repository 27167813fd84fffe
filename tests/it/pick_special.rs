//! Submodules and Git LFS pointers: a pick moves only a name, and `patch-pick` says what a person has to see to.

use backstitch::model::commit::CommitId;
use serde_json::{Value, json};

use crate::support::{Bin, Change, Output, Repo};

/// One line whose logo was changed otherwise, and a fix that moves a submodule and two pointers.
struct Story {
    repo: Repo,
    commits: [CommitId; 2],
    fix: CommitId,
}

fn oid(digit: char) -> String {
    format!("sha256:{}", digit.to_string().repeat(64))
}

fn pointer(digit: char) -> String {
    format!("version https://git-lfs.github.com/spec/v1\noid {}\nsize 12345\n", oid(digit))
}

fn story() -> Story {
    let repo = Repo::new();
    let commits = [repo.commit_id("HEAD"), repo.land_fix("Begin", [("list.c", "one\n")])];
    let at = |commit| Change::Submodule("vendor/dep".to_owned(), commit);
    let write = |path: &str, digit| Change::write(path, pointer(digit));
    repo.land_fix("Add files", [at(commits[0]), write("logo.bin", 'a'), write("font.bin", 'a')]);
    repo.cut_line("2.1");
    repo.cut_line("2.0");
    repo.land_on_line("2.0", "Change the logo", [write("logo.bin", 'c')]);
    let long = format!("{}{}", pointer('d'), "x\n".repeat(600));
    let changes = [
        at(commits[1]),
        write("logo.bin", 'b'),
        write("font.bin", 'b'),
        Change::write("list.c", "two\n"),
        Change::write("long", long),
    ];
    let fix = repo.land_fix("Renew the files", changes);
    Story { repo, commits, fix }
}

impl Story {
    fn run(&self, arguments: &[&str]) -> Output {
        Bin::pick().at(&self.repo).args(arguments).run()
    }

    fn submodule(&self) -> Value {
        json!({"sort": "submodule", "path": "vendor/dep",
            "before": self.commits[0].to_string(), "after": self.commits[1].to_string()})
    }
}

fn moved(path: &str) -> Value {
    json!({"sort": "lfs-pointer", "path": path, "before": oid('a'), "after": oid('b')})
}

#[track_caller]
fn says(text: &str, parts: &[&str]) {
    parts.iter().for_each(|part| assert!(text.contains(part), "{part}\n{text}"));
}

#[test]
fn a_forecast_tells_what_a_person_has_to_see_to() {
    let story = story();
    let fix = story.fix.to_string();
    let report = story.run(&["forecast", &fix, "--format", "json"]).code(1).json();
    assert_eq!(report["special"], json!([moved("font.bin"), moved("logo.bin"), story.submodule()]));
    let moves = format!("from {} to {}", story.commits[0].short(), story.commits[1].short());
    let text = story.run(&["forecast", &fix]).code(1).stdout;
    let logo = "\nlogo.bin is a Git LFS pointer, from sha256:aaaaaaaaaa to sha256:bbbbbbbbbb\n  see that the object was \
                pushed: git lfs fetch\n  in conflict on 2.0: choose one pointer whole and merge nothing, because conflict \
                markers break a pointer: git checkout --ours or --theirs\n";
    let submodule = format!(
        "\nvendor/dep is a submodule, {moves}\n  see that the line's submodule has {}: git submodule update --init vendor/dep\n",
        story.commits[1].short()
    );
    says(&text, &[logo, &submodule]);
    let markdown = story.run(&["forecast", &fix, "--format", "markdown"]).code(1).stdout;
    says(&markdown, &["|\n\n- font.bin is a Git LFS pointer", "\n- logo.bin is", &format!("submodule, {moves}; see")]);
    let line = Bin::pick().at(&story.repo).args(["forecast", "--stdin"]).stdin(format!("{fix} release/2.0\n")).run();
    assert!(!line.success().stdout.contains("special"));
}

#[test]
fn what_comes_and_what_goes_is_told() {
    let story = story();
    let new = Change::Submodule("vendor/new".to_owned(), story.commits[0]);
    let turned = Change::write("font.bin", "a font of its own\n");
    let fix = story.repo.land_fix("Turn", [Change::delete("logo.bin"), turned, new]).to_string();
    let report = story.run(&["forecast", &fix, "--onto", "main", "--format", "json"]).success().json();
    let gone = |path: &str| json!({"sort": "lfs-pointer", "path": path, "before": oid('b')});
    let new = json!({"sort": "submodule", "path": "vendor/new", "after": story.commits[0].to_string()});
    assert_eq!(report["special"], json!([gone("font.bin"), gone("logo.bin"), new]));
    let text = story.run(&["forecast", &fix, "--onto", "main"]).success().stdout;
    says(
        &text,
        &["\nlogo.bin is a Git LFS pointer, removed, last at sha256:bbbbbbbbbb\n\n", "is a submodule, new, at "],
    );
}

#[test]
fn a_plan_tells_it_of_each_pick_unless_a_policy_decides() {
    let story = story();
    let fix = story.fix.to_string();
    let ask = |arguments: &[&str]| story.run(&[&["plan", &fix, "--line", "2.0", "-q"], arguments].concat()).code(1);
    let of_pick = || ask(&["--format", "json"]).json()["lines"][0]["picks"][0]["special"].clone();
    assert_eq!(of_pick(), json!([moved("font.bin"), moved("logo.bin"), story.submodule()]));
    let note = format!("\nnote {} logo.bin is a Git LFS pointer, from ", story.fix.short());
    says(&ask(&[]).stdout, &[&note, "; in conflict on 2.0: choose one pointer whole"]);
    let note = format!("\n- `{}` vendor/dep is a submodule, from ", story.fix.short());
    says(&ask(&["--format", "markdown"]).stdout, &[&note]);
    story.repo.write_config("[[pick.path]]\npath = \"font.bin\"\npolicy = \"keep-line\"\n");
    assert_eq!(of_pick(), json!([moved("logo.bin"), story.submodule()]));
}

#[test]
fn a_pick_that_stops_at_a_pointer_says_how_to_choose() {
    let story = story();
    let repo = &story.repo;
    let _planned = story.run(&["plan", &story.fix.to_string(), "--line", "2.0", "--output", "../plan.json"]).code(1);
    let special = |arguments: &[&str]| {
        let arguments = [&["apply", "../plan.json", "--format", "json"], arguments].concat();
        story.run(&arguments).code(1).json()["lines"][0]["conflict"]["special"].clone()
    };
    for arguments in [&["--dry-run"][..], &[], &[]] {
        assert_eq!(special(arguments), json!([moved("logo.bin")]), "{arguments:?}");
    }
    let text = story.run(&["apply", "../plan.json"]).code(1).stdout;
    let theirs = format!("git show {}:logo.bin", story.fix);
    says(&text, &["choose one pointer whole", &theirs, "git show release/2.0:logo.bin"]);

    let report = story.run(&["apply", "../plan.json", "--format", "json"]).code(1).json();
    let place = report["lines"][0]["conflict"]["directory"].as_str().expect("because it is written out").to_owned();
    let written = format!("{place}/files/logo.bin");
    let left = std::fs::read_to_string(&written).expect("because it is in conflict");
    assert!(left.contains("<<<<<<< "), "git's outcome stays as it is: {left}");
    let chosen = repo.git(["show", &format!("{}:logo.bin", story.fix)]) + "\n";
    std::fs::write(&written, &chosen).expect("because it was written out");
    let _done = story.run(&["apply", "../plan.json", "--continue"]).success();
    assert_eq!(repo.git(["show", "release/2.0:logo.bin"]) + "\n", chosen);
}
