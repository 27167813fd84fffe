//! `propose --plan`: picks of somebody else's have to be what the plan says.

use super::{Story, outcome};
use crate::support::Bin;

impl Story {
    fn file(&self, name: &str) -> String {
        self.repo.home().join(name).display().to_string()
    }

    /// Puts another commit in the place of the newest pick of line 2.0, here and in the report.
    fn swap(&self, change: &dyn Fn(&str) -> String) {
        let pick = self.repo.git(["rev-parse", "release/2.0"]);
        let made = change(&pick);
        self.repo.git(["update-ref", "refs/heads/release/2.0", &made]);
        let report = std::fs::read_to_string(self.file("applied.json")).expect("because it was kept");
        std::fs::write(self.file("applied.json"), report.replace(&pick, &made)).expect("because the folder is ours");
    }

    /// Makes a commit like this one, with these words of its text replaced.
    fn alike(&self, commit: &str, from: &str, to: &str) -> String {
        let text = self.repo.git(["cat-file", "commit", commit]) + "\n";
        assert!(text.contains(from), "{from}: {text}");
        let file = self.file("commit");
        std::fs::write(&file, text.replacen(from, to, 1)).expect("because the folder is ours");
        self.repo.git(["hash-object", "-t", "commit", "-w", &file])
    }

    #[track_caller]
    fn refused(&self, name: &str, words: &str) {
        let said = self.bin(&["--plan", &self.file("plan.json")]).run().code(1).stderr;
        assert!(said.contains(words) && said.contains("hint: plan and apply again"), "{name}: {said}");
        assert!(self.writes().is_empty() && self.served(&["branch", "--list", "backstitch/*"]).is_empty(), "{name}");
    }
}

#[test]
fn picks_that_are_what_the_plan_says_are_proposed() {
    let story = Story::new();
    story.apply(&["2.0", "2.1"], &[story.map, story.set]);
    let report = story.bin(&["--plan", &story.file("plan.json"), "--format", "json"]).run().success().json();
    assert_eq!([outcome(&report, 0), outcome(&report, 1)], ["opened", "opened"]);
}

#[test]
fn other_picks_than_the_plan_says_are_refused() {
    type Change = (&'static str, &'static str, fn(&Story, &str) -> String);
    let changes: [Change; 7] = [
        ("content", "has other content", |story, pick| {
            story.repo.git(["checkout", "-q", "--detach", pick]);
            std::fs::write(story.repo.path().join("set.c"), "evil\n").expect("because the folder is ours");
            story.repo.git(["commit", "-q", "--all", "--amend", "--no-edit"]);
            let made = story.repo.git(["rev-parse", "HEAD"]);
            story.repo.git(["checkout", "-q", "main"]);
            made
        }),
        ("message", "another place, author or message", |story, pick| story.alike(pick, "Fix the set", "Fix the met")),
        ("author", "another place, author or message", |story, pick| story.alike(pick, "author ", "author x")),
        ("encoding", "another place, author or message", |story, pick| {
            story.alike(pick, "\n\n", "\nencoding ISO-8859-7\n\n")
        }),
        ("header", "another place, author or message", |story, pick| story.alike(pick, "\n\n", "\nx-hidden y\n\n")),
        ("place", "another place, author or message", |story, pick| {
            let (parent, before) = (format!("{pick}^"), format!("{pick}^^"));
            let [parent, before] = [parent, before].map(|name| story.repo.git(["rev-parse", &name]));
            story.alike(pick, &parent, &before)
        }),
        ("two parents", "another place, author or message", |story, pick| {
            let main = story.repo.git(["rev-parse", "main"]);
            story.alike(pick, "\nauthor ", &format!("\nparent {main}\nauthor "))
        }),
    ];
    for (name, words, change) in changes {
        let story = Story::new();
        story.apply(&["2.0"], &[story.map, story.set]);
        story.swap(&|pick| change(&story, pick));
        story.refused(name, words);
    }
}

#[test]
fn a_report_of_another_plan_or_with_other_outcomes_is_refused() {
    let story = Story::new();
    story.apply(&["2.0"], &[story.map, story.set]);
    let report = std::fs::read_to_string(story.file("applied.json")).expect("because it was kept");
    let write = |text: &str| std::fs::write(story.file("applied.json"), text).expect("because the folder is ours");
    let other = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut value = serde_json::from_str(&report).expect("JSON");
        change(&mut value);
        write(&value.to_string());
    };
    other(&|report| report["plan"] = "0".repeat(64).into());
    story.refused("plan", "the report is of another plan");
    other(&|report| report["lines"][0]["branch"] = "release/2.1".into());
    story.refused("line", "otherwise than the plan");
    other(&|report| drop(report["lines"][0]["picks"].as_array_mut().expect("picks").pop()));
    story.refused("line", "otherwise than the plan");
    other(&|report| {
        let pick = report["lines"][0]["picks"][0].as_object_mut().expect("a pick");
        pick.remove("commit");
        pick.insert("outcome".to_owned(), "empty".into());
    });
    story.refused("outcome", "came to something else");
    // A plan that was changed is none.
    write(&report);
    let plan = std::fs::read_to_string(story.file("plan.json")).expect("because it was made");
    std::fs::write(story.file("plan.json"), plan.replacen("\"signoff\": false", "\"signoff\": true", 1)).expect("ours");
    let said = story.bin(&["--plan", &story.file("plan.json")]).run().code(2).stderr;
    assert!(said.contains("does not match its digest"), "{said}");
}

#[test]
fn what_a_person_resolved_is_proposed_without_a_plan_only() {
    let story = Story::new();
    assert_eq!(story.apply(&["2.0"], &[story.map, story.two]), 1);
    let report = story.bin(&["--plan", &story.file("plan.json"), "--format", "json"]).run().code(1).json();
    assert_eq!(outcome(&report, 0), "opened", "{report:#}");
    let place = report["lines"][0]["conflict"]["directory"].as_str().expect("because it conflicts").to_owned();
    let file = story.repo.path().join(place).join("files/list.c");
    std::fs::write(file, "one\ntwo, fixed\nthree\n").expect("because the folder is there");
    let go_on = Bin::pick().at(&story.repo).args(["apply", &story.file("plan.json"), "--continue", "--format", "json"]);
    std::fs::write(story.file("applied.json"), go_on.run().success().stdout).expect("because the folder is ours");
    let said = story.bin(&["--plan", &story.file("plan.json")]).run().code(1).stderr;
    assert!(said.contains("was resolved by somebody"), "{said}");
    story.propose(0);
}

/// The content of such a file is what a command says, and is in no plan.
#[test]
fn a_file_that_is_made_anew_may_be_another_and_nothing_else() {
    let story = Story::new();
    let path = "\n[[pick.path]]\npath = \"map.c\"\nregenerate = \"echo anew > map.c\"\n";
    story.repo.write_config(&(super::CONFIG.to_owned() + path));
    let both = story.repo.squash_merge(14, "Fix both", "", [("map.c", "both\n"), ("new.c", "new\n")]);
    assert_eq!(story.apply(&["2.0"], &[both, story.set]), 0);
    assert_eq!(story.repo.git(["show", "release/2.0:map.c"]), "anew");
    let ask = || story.bin(&["--plan", &story.file("plan.json"), "--dry-run", "--format", "json"]).run();
    assert_eq!(outcome(&ask().success().json(), 0), "would-open");
    story.swap(&|pick| {
        story.repo.git(["checkout", "-q", "--detach", pick]);
        std::fs::write(story.repo.path().join("new.c"), "evil\n").expect("because the folder is ours");
        story.repo.git(["commit", "-q", "--all", "--amend", "--no-edit"]);
        let made = story.repo.git(["rev-parse", "HEAD"]);
        story.repo.git(["checkout", "-q", "main"]);
        made
    });
    story.refused("content", "has other content");
}
