//! The workflows against `emulate`, whose state is its own: tokens of an app that may do what their job may, objects with git's own
//! ids. What is pushed goes to `git http-backend`, and is copied into it.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::PathBuf;

use backstitch::model::base64;
use serde_json::{Value, json};

use super::service::{Service, ask, judged};
use super::{prism, publish, relay, require_conforming};
use crate::chain::{Project, started};
use crate::executor::{Outcome, Permissions};
use crate::support::github::state::{ALL_PERMISSIONS, Account};
use crate::support::run_with_input;

const APP: &str = "12345";
const PERSON: &str = "token_of_mia";

/// The emulator with a repository, and an app that is installed there.
struct Emulated {
    service: Service,
    key: PathBuf,
}

impl Emulated {
    fn start(project: &Project, address: &str) -> Self {
        let home = project.repo.home();
        let (key, seed) = (home.join("app.pem"), home.join("seed.yml"));
        let path = key.display().to_string();
        let made = openssl(project, &["genrsa", "-traditional", "-out", &path, "2048"], &[]);
        drop(made);
        let pem = std::fs::read_to_string(&key).expect("because it was made");
        let may = json!({ "contents": "write", "pull_requests": "write", "issues": "write", "checks": "write",
            "statuses": "read", "metadata": "read" });
        // JSON is YAML.
        let seeded = json!({
            "tokens": { PERSON: { "login": "mia", "scopes": ["repo", "workflow"] } },
            "github": {
                "users": [{ "login": "mia", "name": "Mia", "email": "mia@example.com" }],
                "orgs": [{ "login": "acme", "name": "Acme", "members": [{ "login": "mia", "role": "admin" }] }],
                "repos": [{ "owner": "acme", "name": "widget", "auto_init": true }],
                "apps": [{ "app_id": 12345, "slug": "backstitch", "name": "Backstitch", "permissions": may, "private_key": pem,
                    "installations": [{ "installation_id": 100, "account": "acme", "repository_selection": "all" }] }],
            },
        });
        std::fs::write(&seed, seeded.to_string()).expect("because the folder is ours");
        let seed = seed.display().to_string();
        let service = Service::start("emulate", |port| {
            let port = port.to_string();
            ["start", "--service", "github", "--port", &port, "--seed", &seed, "--base-url", address]
                .map(str::to_owned)
                .to_vec()
        });
        Self { service, key }
    }

    fn at(&self, path: &str) -> String {
        format!("{}/repos/acme/widget{path}", self.service.url())
    }

    /// A token that may do what a job may ("Generating an installation access token for a GitHub App").
    fn mint(&self, project: &Project, may: &Permissions) -> String {
        let now = std::fs::metadata("/proc/self").and_then(|own| own.modified()).expect("because this process runs");
        let now = now.duration_since(std::time::UNIX_EPOCH).expect("because it is later").as_secs();
        let part = |value: &Value| url_safe(value.to_string().as_bytes());
        let claims = json!({ "iat": now - 60, "exp": now + 540, "iss": APP });
        let text = format!("{}.{}", part(&json!({ "alg": "RS256", "typ": "JWT" })), part(&claims));
        let path = self.key.display().to_string();
        let signature = url_safe(&openssl(project, &["dgst", "-sha256", "-sign", &path], text.as_bytes()));
        let known = ["contents", "pull-requests", "issues", "checks", "statuses"];
        let named = may.iter().filter(|(name, _)| known.contains(name));
        let wanted: BTreeMap<String, String> =
            named.map(|(name, access)| (name.replace('-', "_"), access.to_string())).collect();
        let address = format!("{}/app/installations/100/access_tokens", self.service.url());
        let asked = json!({ "permissions": wanted });
        let (status, answer) = ask("POST", &address, &format!("{text}.{signature}"), Some(&asked));
        assert_eq!(status, 201, "{answer}");
        answer["token"].as_str().expect("because it was made").to_owned()
    }

    /// Copies every object and ref of the bare repository. It makes the same ids, or the test ends; but annotated tags get ids that
    /// it draws.
    fn copy(&self, project: &Project) {
        let all = project.there(&["rev-list", "--objects", "--all", "--reverse", "--in-commit-order"]);
        let mut ids: Vec<&str> = all.lines().filter_map(|line| line.split(' ').next()).collect();
        let kind = |id: &str| project.there(&["cat-file", "-t", id]);
        let order = |kind: &str| ["blob", "tree", "commit", "tag"].iter().position(|one| *one == kind);
        // Trees come after the trees in them.
        let depth = |id: &str| {
            project.there(&["ls-tree", "-r", "-t", id]).lines().filter(|line| line.contains(" tree ")).count()
        };
        let rank = |id: &&str| {
            let kind = kind(id);
            let inner = if kind == "tree" { depth(id) } else { 0 };
            (order(&kind), inner)
        };
        ids.sort_by_cached_key(rank);
        let made: BTreeMap<&str, String> =
            ids.into_iter().map(|id| (id, self.object(project, id, &kind(id)))).collect();
        for line in project.there(&["for-each-ref", "--format=%(objectname) %(refname)"]).lines() {
            let (id, name) = line.split_once(' ').expect("because that is the form");
            let id = &made[id];
            let (status, answer) = ask("POST", &self.at("/git/refs"), PERSON, Some(&json!({ "ref": name, "sha": id })));
            if status != 201 {
                let short = name.trim_start_matches("refs/");
                let change = json!({ "sha": id, "force": true });
                let (status, changed) = ask("PATCH", &self.at(&format!("/git/refs/{short}")), PERSON, Some(&change));
                assert_eq!(status, 200, "{name}: {answer} {changed}");
            }
        }
    }

    fn object(&self, project: &Project, id: &str, kind: &str) -> String {
        let text = || project.there(&["cat-file", kind, id]);
        let body = match kind {
            "blob" => json!({ "content": text() + "\n", "encoding": "utf-8" }),
            "tree" => {
                let entries = project.there(&["ls-tree", id]);
                let entry = |line: &str| {
                    let (head, path) = line.split_once('\t').expect("because that is the form");
                    let words: Vec<&str> = head.split(' ').collect();
                    json!({ "mode": words[0], "type": words[1], "sha": words[2], "path": path })
                };
                json!({ "tree": entries.lines().map(entry).collect::<Vec<_>>() })
            }
            "commit" => {
                let show = |form: &str| {
                    project.there(&[
                        "show",
                        "-s",
                        &format!("--format={form}"),
                        "--date=format-local:%Y-%m-%dT%H:%M:%SZ",
                        id,
                    ])
                };
                let parents = show("%P");
                json!({ "message": show("%B").trim_end_matches('\n').to_owned() + "\n", "tree": show("%T"),
                    "parents": parents.split_whitespace().collect::<Vec<_>>(),
                    "author": { "name": show("%an"), "email": show("%ae"), "date": show("%ad") },
                    "committer": { "name": show("%cn"), "email": show("%ce"), "date": show("%cd") } })
            }
            _ => tag(&text()),
        };
        let (status, answer) = ask("POST", &self.at(&format!("/git/{kind}s")), PERSON, Some(&body));
        assert_eq!(status, 201, "{kind} {id}: {answer}");
        let made = answer["sha"].as_str().expect("because it was made").to_owned();
        assert!(kind == "tag" || made == id, "{kind} {id}: {body} is {made}");
        made
    }
}

/// A tag object as the API takes it.
fn tag(text: &str) -> Value {
    let (head, message) = text.split_once("\n\n").expect("because a tag has a message");
    let line = |name: &str| {
        let found = head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        found.expect("because a tag has this line")
    };
    let (who, at) = line("tagger").split_once("> ").expect("because that is the form");
    let (name, mail) = who.split_once(" <").expect("because that is the form");
    let at: i64 = at.split(' ').next().and_then(|at| at.parse().ok()).expect("because it is a number");
    let date = chrono::DateTime::from_timestamp(at, 0).expect("because it is a moment");
    let date = date.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    json!({ "tag": line("tag"), "message": message, "object": line("object"), "type": line("type"),
        "tagger": { "name": name, "email": mail, "date": date } })
}

fn url_safe(bytes: &[u8]) -> String {
    base64::encode(bytes).replace('+', "-").replace('/', "_").trim_end_matches('=').to_owned()
}

fn openssl(project: &Project, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut command = crate::support::command("openssl", &project.repo.home());
    let output = run_with_input(command.args(arguments), input.to_vec());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
#[ignore = "needs node: .ci/github-oracle"]
fn pull_requests_issues_and_releases_come_to_be_in_the_emulator() {
    let project = Project::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("because a port is free");
    let address = relay::address(&listener);
    let emulated = Emulated::start(&project, &address);
    let prism = prism(&emulated.service.url());
    // It knows no GraphQL, by which it is asked whose a token is and what pull requests fixes came by, and draws the ids of tags.
    relay::relay(listener, &project.github.url(), &prism.url());
    project.through(&address);
    emulated.copy(&project);
    let admit = |may: &Permissions| {
        let token = emulated.mint(&project, may);
        project.allow(&token, may);
        let account = Account { login: "backstitch[bot]".to_owned(), may: ALL_PERMISSIONS.into_iter().collect() };
        project.github.state().tokens.insert(token.clone().leak(), account);
        token
    };
    let mint = |_: &str, may: &Permissions| admit(may);
    let status = ".github/workflows/patch-status.yml";
    let less = started(&project.runner().mint(|_, _| admit(&Permissions::restricted())), status);
    let told = less.ended(Outcome::Failure).job("status").step("status").messages("error").join("\n");
    assert!(told.contains("cannot write an issue of 'acme/widget': GitHub answered 403"), "{told}");
    started(&project.runner().mint(mint), status).ended(Outcome::Success);
    let (_, issues) = ask("GET", &emulated.at("/issues"), PERSON, None);
    assert_eq!(issues[0]["title"], "Fixes and release lines", "{issues}");

    let runner = project.runner().mint(mint).input("line", "2.0").input("fixes", "main");
    started(&runner, ".github/workflows/patch-prepare.yml").ended(Outcome::Success);
    let (_, pulls) = ask("GET", &emulated.at("/pulls"), PERSON, None);
    assert_eq!((&pulls[0]["base"]["ref"], &pulls[0]["head"]["ref"]), (&json!("release/2.0"), &json!("backstitch/2.0")));

    // It has no environments.
    let runner = || publish(&project, project.runner().mint(mint)).input("environment", "").input("approval", "false");
    let publish = || started(&runner(), ".github/workflows/patch-publish.yml");
    publish().ended(Outcome::Success);
    let (_, releases) = ask("GET", &emulated.at("/releases"), PERSON, None);
    let release = &releases[0];
    assert_eq!((&release["tag_name"], &release["draft"]), (&json!("v2.0.1"), &json!(false)), "{releases}");
    let names = release["assets"].as_array().expect("because it has files").iter().map(|asset| asset["name"].as_str());
    let mut names: Vec<&str> = names.flatten().collect();
    names.sort_unstable();
    assert_eq!(names, ["SHA256SUMS", "SHA256SUMS.sig", "widget-v2.0.1.txt"]);
    require_conforming(&prism, 15);

    // What a wrong request is found by.
    let address = format!("{}/repos/acme/widget/pulls", prism.url());
    ask("POST", &address, PERSON, Some(&json!({ "title": 5, "head": "x", "base": "main" })));
    let (_, wrong) = judged(&prism);
    assert!(wrong.iter().any(|wrong| wrong.contains("title")), "prism finds nothing anywhere: {wrong:?}");
}
