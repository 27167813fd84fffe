//! Two lines with a fix that nobody has yet, and what has to be so once everything is public.

use std::path::PathBuf;

use serde_json::Value;

use crate::support::github::Github;
use crate::support::github::state::{ALL_PERMISSIONS, Account, REPOSITORY, TOKEN};
use crate::support::signing::{SshKey, tag};
use crate::support::{Bin, Repo};

/// Two lines with a fix that is tagged and signed and that nobody has yet, an advisory that is ready, and a forge.
pub struct Story {
    pub repo: Repo,
    pub github: Github,
    /// The source as it was written.
    pub source: String,
}

const CONFIG: &str = "[project]\nname = \"Widget\"\nmain = \"main\"\nrepository = \"acme/widget\"\n\n\
    [[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n\n[[line]]\nname = \"1.9\"\nbranch = \"release/1.9\"\n\n\
    [signing]\nformat = \"ssh\"\nallowed-signers = \"allowed\"\n\n\
    [advisory]\nprefix = \"GSA\"\nnamespace = \"https://widget.example\"\naddress = \"https://widget.example/security\"\n\
    contact = \"security@widget.example\"\ncve-organization = \"f972b356-145d-4b2e-9a5c-b114d0982a3b\"\n";

const TAGS: [&str; 2] = ["v2.0.1", "v1.9.1"];

pub fn text(path: impl AsRef<std::path::Path>) -> String {
    let path = path.as_ref();
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

impl Story {
    pub fn new() -> Self {
        let repo = Repo::new();
        let key = SshKey::new(&repo, "mia", "");
        repo.write_config(CONFIG);
        repo.land_fix("Say who may sign", [("allowed", key.line("mia@example.com", "").as_str())]);
        repo.git(["config", "user.signingKey", key.path.to_str().expect("because the folder has a plain name")]);
        let flaw = repo.land_fix("Add the list", [("list", "one\n")]);
        for line in ["1.9", "2.0"] {
            repo.cut_line(line);
            repo.tag_release(&format!("v{line}.0"), line);
            repo.land_fix(&format!("Go on after {line}"), [("after", line)]);
        }
        let story = Self { repo, github: Github::start(), source: String::new() };
        let up = story.up().display().to_string();
        story.repo.git(["init", "-q", "--bare", "-b", "main", &up]);
        story.repo.git(["push", "-q", &up, "main", "release/1.9", "release/2.0", "v1.9.0", "v2.0.0"]);
        let fix = story.repo.land_fix("Check the length of the list", [("list", "one, fixed\n")]);
        for line in ["2.0", "1.9"] {
            story.repo.pick(line, fix);
            let _made = tag(&story.repo, &["create", &format!("{line}.1")]).run().success();
        }
        story.repo.git(["remote", "add", "origin", &up]);
        story.repo.git(["fetch", "-q", "origin"]);
        TAGS.iter().for_each(|name| story.files(name));
        let source = format!(
            include_str!("source.md"),
            flaw = flaw,
            fix = fix,
            vector = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
        );
        std::fs::create_dir(story.repo.path().join("advisories")).expect("it is made");
        std::fs::write(story.place(), source).expect("it is written");
        let _written = story.bin(&["affected", "GSA-2026-001", "--write"]).run().success();
        let source = text(story.place());
        story.keep_remote();
        Self { source, ..story }.told()
    }

    /// Tells the forge what was there before.
    pub fn told(self) -> Self {
        {
            let mut state = self.github.state();
            state.proposals.repositories.insert(REPOSITORY.to_owned(), self.up());
            state.advisories.publishes_at = self.repo.now();
            state.release("v1.9.0");
            state.release("v2.0.0");
        }
        self
    }

    /// The same before anything was done.
    pub fn begun_anew(self) -> Self {
        for gone in [self.up(), self.output(), self.repo.path().join(".git/backstitch")] {
            if gone.exists() {
                std::fs::remove_dir_all(gone).expect("because it is ours");
            }
        }
        copy(&self.repo.home().join("kept.git"), &self.up());
        std::fs::write(self.place(), &self.source).expect("it is written");
        Self { github: Github::start(), ..self }.told()
    }

    pub fn keep_remote(&self) {
        copy(&self.up(), &self.repo.home().join("kept.git"));
    }

    pub fn up(&self) -> PathBuf {
        self.repo.home().join("up.git")
    }

    pub fn place(&self) -> PathBuf {
        self.repo.path().join("advisories/GSA-2026-001.md")
    }

    pub fn output(&self) -> PathBuf {
        self.repo.home().join("public")
    }

    /// Writes the files of a release, with a signed list of their sums.
    pub fn files(&self, name: &str) {
        let folder = self.repo.home().join("dist").join(name);
        std::fs::create_dir_all(&folder).expect("because the folder is ours");
        let file = folder.join(format!("widget-{name}.tar.gz"));
        std::fs::write(&file, format!("the bytes of {name}")).expect("because the folder is ours");
        let list = folder.join("SHA256SUMS").display().to_string();
        let _made = tag(&self.repo, &["sums", "--output", &list, &file.display().to_string()]).run().success();
    }

    pub fn bin(&self, arguments: &[&str]) -> Bin {
        let now = self.repo.now();
        let bin = Bin::advisory().at(&self.repo).args(arguments).args(["--now", &now]);
        bin.env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", &self.github.url())
    }

    /// The run that publishes, without files of releases.
    pub fn publish(&self, more: &[&str]) -> Bin {
        let output = self.output().display().to_string();
        self.bin(&[&["publish", "GSA-2026-001", "--output", &output], more].concat())
    }

    /// The same with the files of both.
    pub fn with_files(&self, more: &[&str]) -> Bin {
        let dist = self.repo.home().join("dist").display().to_string();
        self.publish(&[&["--assets", &dist], more].concat())
    }

    /// Requires that each release has so many files, with the bytes that are here.
    #[track_caller]
    pub fn require_sent(&self, name: &str, files: usize) {
        let state = self.github.state();
        for release in state.releases.all.iter().filter(|release| TAGS.contains(&release.tag.as_str())) {
            assert_eq!(release.assets.len(), files, "{name}: {}", release.tag);
            for asset in &release.assets {
                let here = std::fs::read(self.repo.home().join("dist").join(&release.tag).join(&asset.name));
                assert_eq!(
                    (Some(&asset.content), asset.state),
                    (here.as_ref().ok(), "uploaded"),
                    "{name}: {}",
                    asset.name
                );
            }
        }
    }

    /// Replaces a part of the source.
    pub fn change(&self, from: &str, to: &str) {
        let before = text(self.place());
        assert!(before.contains(from), "{from}: {before}");
        std::fs::write(self.place(), before.replacen(from, to, 1)).expect("it is written");
    }

    /// The object of a ref of the remote.
    pub fn remote(&self, name: &str) -> Option<String> {
        let up = self.up().display().to_string();
        let listed = self.repo.git(["ls-remote", &up, name]);
        listed.split_whitespace().next().map(str::to_owned)
    }

    /// The tags that the remote has of what is published.
    pub fn pushed(&self) -> Vec<&'static str> {
        TAGS.into_iter().filter(|name| self.remote(&format!("refs/tags/{name}")).is_some()).collect()
    }

    /// Requires that nothing was written anywhere.
    #[track_caller]
    pub fn require_untouched(&self, name: &str) {
        assert_eq!(self.pushed(), Vec::<&str>::new(), "{name}");
        let state = self.github.state();
        assert_eq!(state.releases.all.len(), 2, "{name}");
        assert!(state.advisories.all.iter().all(|advisory| advisory.state != "published"), "{name}");
        assert!(!self.output().exists(), "{name}");
        assert!(!text(self.place()).contains("\"public\""), "{name}");
    }

    /// Requires that nothing is public before what has to be public first.
    #[track_caller]
    pub fn require_order(&self, name: &str) {
        let pushed = self.pushed().len();
        let (released, prepared, advisories) = {
            let state = self.github.state();
            (state.releases.published.len(), state.releases.all.len(), state.advisories.published.len())
        };
        let is_marked = text(self.place()).contains("state = \"public\"");
        if pushed > 0 {
            assert_eq!((pushed, prepared), (2, 4), "{name}: drafts come before tags");
            assert_eq!(self.github.state().advisories.all.len(), 1, "{name}: the draft comes before tags");
        }
        assert!(released == 0 || pushed == 2, "{name}: tags come before releases");
        assert!(advisories == 0 || released == 2, "{name}: releases come before the advisory");
        assert!(!is_marked || advisories == 1, "{name}: the advisory comes before the source");
        assert!(!self.output().exists() || is_marked, "{name}: the source comes before the documents");
    }

    /// Requires that everything is there once and whole.
    #[track_caller]
    pub fn require_whole(&self, name: &str) {
        for wanted in TAGS {
            let object = self.repo.git(["rev-parse", wanted]);
            assert_eq!(self.remote(&format!("refs/tags/{wanted}")), Some(object), "{name}");
        }
        let ghsa = {
            let state = self.github.state();
            assert_eq!(state.releases.published, ["v1.9.1", "v2.0.1"], "{name}");
            assert_eq!(state.releases.all.len(), 4, "{name}: {:#?}", state.releases.all);
            assert!(state.releases.all.iter().all(|release| !release.draft), "{name}");
            for wanted in TAGS {
                let release = state.releases.all.iter().find(|release| release.tag == wanted).expect("it is there");
                let commit = self.repo.git(["rev-parse", &format!("{wanted}^{{commit}}")]);
                assert_eq!(release.target, commit, "{name}");
            }
            let open: Vec<_> = state.advisories.all.iter().filter(|advisory| advisory.state != "closed").collect();
            assert_eq!((open.len(), open[0].state), (1, "published"), "{name}: {open:#?}");
            assert_eq!(state.advisories.published, [open[0].ghsa.as_str()], "{name}");
            assert_eq!(open[0].said["cve_id"], "CVE-2026-1234", "{name}");
            assert_eq!(open[0].said["vulnerabilities"].as_array().map(Vec::len), Some(2), "{name}");
            open[0].ghsa.clone()
        };
        let now = text(self.place());
        let kept: String = now
            .split_inclusive('\n')
            .filter(|line| !line.starts_with("published = ") && !line.starts_with("ghsa = "))
            .collect();
        let before = self.source.replacen("state = \"ready\"", "state = \"public\"", 1);
        assert_eq!(kept, before, "{name}: the rest of the source stays, byte for byte");
        assert!(now.contains(&format!("published = {}\n", self.repo.now())), "{name}: {now}");
        assert!(now.contains(&format!("ghsa = \"{ghsa}\"\n")), "{name}: {now}");
        self.require_files(name, &ghsa);
    }

    #[track_caller]
    pub fn require_files(&self, name: &str, ghsa: &str) {
        let mut there = files_below(&self.output());
        there.retain(|path| !path.contains("csaf/"));
        let osv = format!("osv/{ghsa}.json");
        let mut wanted = vec![
            "GSA-2026-001.md",
            "cve/CVE-2026-1234.json",
            "feed.atom",
            "ghsa/GSA-2026-001.json",
            "index.md",
            "notices/GSA-2026-001.txt",
            "openvex/GSA-2026-001.openvex.json",
            &osv,
        ];
        wanted.sort_unstable();
        assert_eq!(there, wanted, "{name}");
        let document: Value = serde_json::from_str(&text(self.output().join(&osv))).expect("JSON");
        assert_eq!(document["id"], ghsa, "{name}");
        assert_eq!(document["published"], self.repo.now(), "{name}");
        let csaf = self.output().join("csaf/white/2026/gsa-2026-001.json");
        assert!(csaf.is_file() && csaf.with_extension("json.sha256").is_file(), "{name}");
        assert!(!self.output().join("csaf/amber").exists(), "{name}: nothing is for a few only");
        let notice = text(self.output().join("notices/GSA-2026-001.txt"));
        for part in [
            "Subject: [SECURITY] Widget: Overflow in the list of widgets (GSA-2026-001)\n",
            &format!("Advisory: GSA-2026-001, CVE-2026-1234, {ghsa}\n"),
            "  2.0: affected 2.0.0; repaired in 2.0.1\n",
            "  1.9: affected 1.9.0; repaired in 1.9.1\n",
            "/acme/widget/releases/tag/v2.0.1\n",
            &format!("/security/advisories/{ghsa}\n"),
            &format!("  https://widget.example/security/osv/{ghsa}.json\n"),
        ] {
            assert!(notice.contains(part), "{name}: {part}: {notice}");
        }
    }
}

/// Copies a folder.
fn copy(from: &std::path::Path, to: &std::path::Path) {
    let copied = std::process::Command::new("cp").arg("-r").arg(from).arg(to).status();
    assert!(copied.is_ok_and(|status| status.success()), "{}", from.display());
}

pub fn files_below(folder: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(at) = waiting.pop() {
        for entry in std::fs::read_dir(&at).expect("it can be read") {
            let path = entry.expect("it can be read").path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let below = path.strip_prefix(folder).expect("it is below").to_string_lossy().into_owned();
                found.push(below);
            }
        }
    }
    found.sort_unstable();
    found
}

impl Story {
    /// What was written on the forge, in a word each.
    pub fn writes(&self) -> Vec<String> {
        let requests = self.github.requests();
        let writes = |line: &&String| {
            !line.starts_with("GET") && !line.contains("/graphql") && !line.contains("/generate-notes")
        };
        requests.iter().filter(writes).cloned().collect()
    }
}

impl Story {
    /// Lets the forge know the token that GitHub gives to workflows.
    pub fn workflow_token(&self) {
        let may = ALL_PERMISSIONS.into_iter().filter(|one| !one.starts_with("repository_advisories")).collect();
        let account = Account { login: "github-actions[bot]".to_owned(), may };
        self.github.state().tokens.insert("ghs_workflow", account);
    }
}
