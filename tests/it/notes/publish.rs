//! `patch-notes publish`: from tags and files that verify to releases that are there once and whole.

mod before;
mod folders;
mod kills;
mod signatures;
mod tagged;

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::github::Github;
use crate::support::github::state::TOKEN;
use crate::support::signing::{SshKey, tag};
use crate::support::{Bin, Repo};

/// Two lines whose fixes are released and signed, with the files of both, and a forge that has the tags and what was before.
pub struct Story {
    pub(super) repo: Repo,
    pub(super) github: Github,
}

const CONFIG: &str = "[project]\nname = \"Widget\"\nmain = \"main\"\nrepository = \"acme/widget\"\n\n\
    [[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n\n[[line]]\nname = \"1.9\"\nbranch = \"release/1.9\"\n\n\
    [signing]\nformat = \"ssh\"\nallowed-signers = \"allowed\"\n";

pub(super) const TAGS: [&str; 2] = ["v2.0.1", "v1.9.1"];

impl Story {
    pub fn new() -> Self {
        let repo = Repo::new();
        let key = SshKey::new(&repo, "mia", "");
        repo.write_config(CONFIG);
        repo.land_fix("Say who may sign", [("allowed", key.line("mia@example.com", "").as_str())]);
        repo.git(["config", "user.signingKey", key.path.to_str().expect("because the folder has a plain name")]);
        repo.land_fix("Add the list", [("list", "one\n")]);
        for line in ["1.9", "2.0"] {
            repo.cut_line(line);
            repo.tag_release(&format!("v{line}.0"), line);
            repo.land_fix(&format!("Go on after {line}"), [("after", line)]);
        }
        let fix = repo.land_fix("Fix the list", [("list", "one, fixed\n")]);
        for line in ["2.0", "1.9"] {
            repo.pick(line, fix);
            let _made = tag(&repo, &["create", &format!("{line}.1")]).run().success();
        }
        let story = Self { repo, github: Github::start() };
        TAGS.iter().for_each(|name| story.files(name));
        story.told()
    }

    /// The same with a forge that knows nothing yet of what was done.
    pub(super) fn begun_anew(self) -> Self {
        let kept = self.repo.path().join(".git/backstitch/publish");
        std::fs::remove_dir_all(kept).expect("because an earlier run kept its record there");
        Self { github: Github::start(), ..self }.told()
    }

    /// Tells the forge what was there before.
    fn told(self) -> Self {
        TAGS.iter().for_each(|name| self.hand_over(name));
        let mut state = self.github.state();
        state.release("v1.9.0");
        state.release("v2.0.0");
        drop(state);
        self
    }

    /// Writes the files of a release, with a signed list of their sums.
    fn files(&self, name: &str) {
        let folder = self.folder(name);
        std::fs::create_dir_all(&folder).expect("because the folder is ours");
        let file = folder.join(format!("widget-{name}+linux.tar.gz"));
        std::fs::write(&file, format!("the bytes of {name}")).expect("because the folder is ours");
        let list = folder.join("SHA256SUMS").display().to_string();
        let _made = tag(&self.repo, &["sums", "--output", &list, &file.display().to_string()]).run().success();
    }

    /// Lets the forge have a tag as it is here.
    fn hand_over(&self, name: &str) {
        let object = self.repo.git(["rev-parse", name]);
        self.github.state().releases.tags.insert(name.to_owned(), object);
    }

    fn dist(&self) -> PathBuf {
        self.repo.home().join("dist")
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.dist().join(name)
    }

    fn bin(&self, arguments: &[&str]) -> Bin {
        let now = self.repo.now();
        let bin = Bin::notes().at(&self.repo).args(["publish"]).args(arguments).args(["--now", &now]);
        bin.env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", &self.github.url())
    }

    /// The run that publishes both.
    pub fn both(&self, more: &[&str]) -> Bin {
        let dist = self.dist().display().to_string();
        self.bin(&[&TAGS[..], &["--assets", &dist, "--format", "json"], more].concat())
    }

    /// The run that publishes 2.0.1 alone.
    fn one(&self, more: &[&str]) -> Bin {
        let folder = self.folder("v2.0.1").display().to_string();
        self.bin(&[&["v2.0.1", "--assets", &folder], more].concat())
    }

    /// What was written on the forge, in a word each.
    pub(super) fn writes(&self) -> Vec<String> {
        let requests = self.github.requests();
        let write = |line: &&String| {
            !line.starts_with("GET") && !line.contains("/graphql") && !line.contains("/generate-notes")
        };
        requests.iter().filter(write).cloned().collect()
    }

    /// Requires that both are there once and whole, the older one first, and that the badge is where it belongs.
    pub(super) fn require_whole(&self, name: &str) {
        let state = self.github.state();
        let releases = &state.releases;
        assert_eq!(releases.published, ["v1.9.1", "v2.0.1"], "{name}");
        assert_eq!(releases.all.len(), 4, "{name}: {:#?}", releases.all);
        let latest = releases.all.iter().find(|release| Some(release.id) == releases.latest);
        assert_eq!(latest.map(|release| release.tag.as_str()), Some("v2.0.1"), "{name}");
        for wanted in TAGS {
            let release = releases.all.iter().find(|release| release.tag == wanted).expect("because it was published");
            let commit = self.repo.git(["rev-parse", &format!("{wanted}^{{commit}}")]);
            assert_eq!((release.draft, &release.target), (false, &commit), "{name}");
            assert!(release.body.contains("- Fix the list"), "{name}: {}", release.body);
            let mut there: Vec<&str> = release.assets.iter().map(|asset| asset.name.as_str()).collect();
            there.sort_unstable();
            let file = format!("widget-{wanted}+linux.tar.gz");
            assert_eq!(there, ["SHA256SUMS", "SHA256SUMS.sig", &file], "{name}");
            for asset in &release.assets {
                let here = std::fs::read(self.folder(wanted).join(&asset.name)).expect("because it was sent from here");
                assert_eq!((&asset.content, asset.state), (&here, "uploaded"), "{name}: {}", asset.name);
            }
        }
    }
}

#[test]
fn lines_are_published_together_and_a_second_run_has_nothing_to_do() {
    let story = Story::new();
    story.github.state().releases.immutable = true;
    let found = story.both(&[]).run().success().json();
    story.require_whole("one run");
    let writes = story.writes();
    let first = writes.iter().position(|line| line.starts_with("PATCH")).expect("because drafts were published");
    let last = writes.iter().rposition(|line| line.contains("/assets?name=")).expect("because files were sent");
    assert!(last < first, "every file is there before the first release is published: {writes:#?}");

    let [old, new] = [&found["releases"][0], &found["releases"][1]];
    assert_eq!(
        (&old["tag"], &old["make-latest"], &old["outcome"]),
        (&"v1.9.1".into(), &"false".into(), &"published".into())
    );
    assert_eq!((&new["tag"], &new["make-latest"]), (&"v2.0.1".into(), &"true".into()));
    assert_eq!(found["badge"]["holder"], "v2.0.1");
    assert_eq!(
        old["channels"],
        json!({
            "npm-dist-tag": "release-1.9.x", "image-tags": ["1.9.1", "1.9", "1"], "moving-tag": "v1",
        })
    );
    assert_eq!(
        new["channels"],
        json!({
            "npm-dist-tag": "latest", "image-tags": ["2.0.1", "2.0", "2", "latest"], "moving-tag": "v2",
        })
    );

    let again = story.both(&[]).run().success();
    assert_eq!(again.json()["releases"], found["releases"]);
    assert_eq!(again.stderr, "");
    assert_eq!(story.writes(), writes);
    // Without the record, too: what is on the forge says enough.
    std::fs::remove_dir_all(story.repo.path().join(".git/backstitch/publish")).expect("because it was kept there");
    let again = story.both(&[]).run().success().json();
    assert_eq!(
        (&again["releases"][0]["outcome"], &again["releases"][1]["outcome"]),
        (&"already".into(), &"already".into())
    );
    assert_eq!(story.writes(), writes);
}

#[test]
fn the_notes_name_the_sums_of_the_files() {
    let story = Story::new();
    let said = story.one(&[]).run().success();
    assert!(said.stdout.contains("published") && said.stdout.ends_with("latest: v2.0.1\n"), "{}", said.stdout);
    let told: Vec<&str> = said.stderr.lines().collect();
    assert_eq!(
        told,
        [
            "note: there is a draft for 'v2.0.1'",
            "note: 1 of 3 files of 'v2.0.1' are there",
            "note: 2 of 3 files of 'v2.0.1' are there",
            "note: 3 of 3 files of 'v2.0.1' are there",
            "note: 'v2.0.1' is published",
        ]
    );
    let body = story.github.state().releases.all.last().expect("because it was published").body.clone();
    let sum = backstitch::model::sums::Sha256Sum::of("the bytes of v2.0.1");
    assert!(body.contains(&format!("{sum}  widget-v2.0.1+linux.tar.gz")), "{body}");
}

#[test]
fn nothing_is_written_where_something_does_not_verify() {
    let story = Story::new();
    let refused = |bin: Bin, code: i32, words: &str| {
        let said = bin.run().code(code).stderr;
        assert!(said.contains(words) && said.contains("hint: "), "{words:?}: {said}");
        assert_eq!(story.writes(), Vec::<String>::new(), "{words}");
    };
    refused(story.bin(&["v9.9.9"]), 2, "there is no tag 'v9.9.9'");
    refused(story.bin(&["v2.0.0"]), 1, "tag 'v2.0.0' does not verify: signed");
    refused(story.bin(&["v2.0.1", "v1.9.1", "--assets", "none"]), 2, "there is no folder 'none/v2.0.1'");

    let folder = story.folder("v2.0.1");
    std::fs::write(folder.join("extra"), "x").expect("because the folder is ours");
    refused(story.one(&[]), 1, "'extra' in '");
    std::fs::remove_file(folder.join("extra")).expect("because it was made");
    let file = folder.join("widget-v2.0.1+linux.tar.gz");
    let good = std::fs::read(&file).expect("because it was made");
    std::fs::write(&file, "other bytes").expect("because the folder is ours");
    refused(story.one(&[]), 1, "is changed");
    std::fs::write(&file, good).expect("because the folder is ours");
    std::fs::rename(folder.join("SHA256SUMS.sig"), folder.join("kept")).expect("because it was made");
    refused(story.one(&[]), 1, "does not verify: signed");
    std::fs::rename(folder.join("kept"), folder.join("SHA256SUMS.sig")).expect("because it was renamed");

    story.github.state().releases.tags.remove("v2.0.1");
    refused(story.one(&[]), 3, "the tag 'v2.0.1' is not on the forge");
    story.github.state().releases.tags.insert("v2.0.1".to_owned(), "a".repeat(40));
    refused(story.one(&[]), 1, "the tag 'v2.0.1' on the forge is another object");
    story.hand_over("v2.0.1");
    let _published = story.one(&[]).run().success();
}

#[test]
fn what_is_under_embargo_is_not_published() {
    let story = Story::new();
    let list = story.repo.home().join("embargo");
    let list = list.to_str().expect("because the folder has a plain name");
    for (text, words) in [
        ("fix the LIST", "the notes of 'v2.0.1' names"),
        ("widget-v2.0.1", "of 'v2.0.1' names"),
        ("v2.0.1", "the tag names"),
    ] {
        std::fs::write(list, text).expect("because the folder is ours");
        let said = story.one(&["--embargoed", list]).run().code(1).stderr;
        assert!(said.contains("what is under embargo") && said.contains(words), "{text}: {said}");
        assert_eq!(story.writes(), Vec::<String>::new());
    }
    std::fs::write(list, "CVE-2026-9999").expect("because the folder is ours");
    let _published = story.one(&["--embargoed", list]).run().success();
}

#[test]
fn words_of_ones_own_are_published_and_stay() {
    let story = Story::new();
    let notes = story.repo.home().join("notes");
    std::fs::create_dir(&notes).expect("because it is new");
    for name in TAGS {
        std::fs::write(notes.join(format!("{name}.md")), format!("# {name}\n\n- Fix the list, by hand\n"))
            .expect("ours");
    }
    let folder = notes.display().to_string();
    let _published = story.both(&["--notes", &folder]).run().success();
    let body = |github: &Github| github.state().releases.all.last().expect("because there are some").body.clone();
    assert!(body(&story.github).contains("by hand"));
    // A person edits them on the page; a run that comes after says so and leaves them.
    story.github.state().releases.all.iter_mut().for_each(|release| release.body.push_str("\nEdited - Fix the list\n"));
    let before = story.writes();
    let said = story.both(&["--notes", &folder]).run().success();
    assert_eq!(said.json()["releases"][0]["kept-words"], json!(["its notes are others"]));
    let dist = story.dist().display().to_string();
    let text = story.bin(&[&TAGS[..], &["--assets", &dist, "--notes", &folder]].concat()).run().success().stdout;
    assert!(text.contains("'v2.0.1' was published already, and its notes are others now"), "{text}");
    assert_eq!(story.writes(), before);
    // What cannot be a body is refused before anything is written.
    std::fs::write(notes.join("v2.0.1.md"), "ü".repeat(125_001)).expect("because the folder is ours");
    let said = story.both(&["--notes", &folder]).run().code(1).stderr;
    assert!(
        said.contains("the notes of 'v2.0.1' cannot be published") && said.contains("GitHub takes 125000"),
        "{said}"
    );
}

#[test]
fn drafts_of_others_and_another_products_badge_are_left_alone() {
    let story = Story::new();
    story.github.state().draft("v2.0.1", "zoe");
    let said = story.one(&[]).run().code(3).stderr;
    assert!(said.contains("'zoe' has made a draft for 'v2.0.1'") && said.contains("--adopt-drafts"), "{said}");
    assert_eq!(story.writes(), Vec::<String>::new());
    let holder = story.github.state().releases.latest;
    let record = story.repo.home().join("record.json");
    let record = record.to_str().expect("because the folder has a plain name");
    let found = story.one(&["--adopt-drafts", "--keep-latest", "--record", record, "--format", "json"]).run().success();
    assert_eq!(found.json()["releases"][0]["make-latest"], "false");
    assert_eq!(story.github.state().releases.latest, holder);
    let kept: Value =
        serde_json::from_str(&std::fs::read_to_string(record).expect("because it was kept")).expect("JSON");
    assert_eq!(kept, found.json());
    // The record of other releases is not gone on with.
    let said = story.bin(&["v1.9.1", "--record", record]).run().code(2).stderr;
    assert!(said.contains("is not the record of this run") && said.contains("--record FILE"), "{said}");
}

#[test]
fn a_draft_of_the_same_account_that_something_else_wrote_stays() {
    let story = Story::new();
    let own = "backstitch[bot]";
    story.github.state().draft("v2.0.1", own);
    story.github.state().releases.all.last_mut().expect("because it was made").body = "By hand".to_owned();
    let said = story.one(&[]).run().code(3).stderr;
    assert!(said.contains("there is a draft for 'v2.0.1' that patch-notes did not write"), "{said}");
    assert_eq!(story.writes(), Vec::<String>::new());
    let _published = story.one(&["--adopt-drafts"]).run().success();
}

#[test]
fn two_runs_at_the_same_time_come_to_one_release() {
    for _ in 0..3 {
        let story = Story::new();
        let record = story.repo.home().join("other.json").display().to_string();
        let mut other = story.both(&["--record", &record]).start();
        let first = story.both(&[]).run();
        other.wait().expect("because it ends");
        // Either may have met the other's half, and says so; one more run has nothing left to do but that.
        let _again = story.both(&[]).run().success();
        story.require_whole(&format!("{first:?}"));
    }
}

#[test]
fn a_signature_that_is_there_counts_also_where_there_need_not_be_one() {
    let story = Story::new();
    let list = story.folder("v2.0.1").join("SHA256SUMS.sig");
    let good = std::fs::read_to_string(&list).expect("because it was made");
    std::fs::write(&list, good.replace('A', "B")).expect("because the folder is ours");
    let _refused = story.one(&["--unsigned"]).run().code(1);
    assert_eq!(story.writes(), Vec::<String>::new());
    std::fs::write(&list, good).expect("because the folder is ours");
    let _published = story.one(&["--unsigned"]).run().success();
}

#[test]
fn what_is_asked_for_has_to_make_sense() {
    let story = Story::new();
    let twice = story.bin(&["v2.0.1", "v2.0.1"]).run().code(2).stderr;
    assert!(twice.contains("the tag 'v2.0.1' is named twice"), "{twice}");
    let file = story.repo.home().join("notes.md");
    std::fs::write(&file, " \n").expect("because the folder is ours");
    let file = file.display().to_string();
    let one = story.both(&["--notes", &file]).run().code(2).stderr;
    assert!(one.contains("is no folder with notes for each"), "{one}");
    let empty = story.one(&["--notes", &file]).run().code(1).stderr;
    assert!(empty.contains("the notes are empty"), "{empty}");
    assert_eq!(story.writes(), Vec::<String>::new());
}
