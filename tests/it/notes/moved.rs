//! Which lines a security fix is told not to be needed on: never one whose code only moved, or was written anew.

use serde_json::{Value, json};

use super::{entry, json as ask, markdown};
use crate::support::{Change, Repo};

const LINES: &str = "[project]\nname = \"Godel\"\nmain = \"main\"\n\n[[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n\n\
    [[line]]\nname = \"1.9\"\nbranch = \"release/1.9\"\n";

/// A line that has the first file, and one that has the second in its place, in which main changes a line by a fix of that title.
fn moved((old, was): (&str, &str), (new, is): (&str, &str), (line, fixed): (&str, &str), message: &str) -> Repo {
    let repo = Repo::new();
    repo.write_config(LINES);
    repo.land_fix("Begin", [(old, was), ("README.md", "It serves pages in constant time.\n")]);
    repo.cut_line("1.9");
    repo.tag_release("v1.9.0", "1.9");
    repo.land_fix("Write it anew", [Change::delete(old), Change::write(new, is)]);
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    assert!(is.contains(line), "{line}");
    repo.pick("2.0", repo.land_fix(message, [(new, is.replace(line, fixed).as_str())]));
    repo
}

/// What is told of line 1.9: that it does not need the fix, and that nobody looked.
fn told(repo: &Repo) -> (Value, Value) {
    let found = ask(repo, &["--target", "2.0.1"]);
    let of = |name: &str| entry(&found, "").get(name).cloned().unwrap_or(Value::Null);
    (of("not-needed"), of("not-evaluated"))
}

const JS: &str = "var http = require('http');\n\nfunction compare(a, b) {\n  return a === b;\n}\n\nfunction session(req) {\n  \
    return sessions[req.headers.cookie.split('sid=')[1]];\n}\n";
const TOKENS: &str =
    "export function tokensMatch(given: string, stored: string): boolean {\n  return given === stored;\n}\n";
const STORE: &str =
    "export class SessionStore {\n  find(request: Request) {\n    return this.all.get(request.jar('sid'));\n  }\n}\n";
const UTIL: &str = "import yaml\n\n\ndef load_config(path):\n    with open(path) as f:\n        return yaml.load(f)\n";
const LOADER: &str =
    "class Loader:\n    \"\"\"Reads the settings.\"\"\"\n\n    def whole(self):\n        return yaml.load(self.text)\n";

#[test]
fn a_flaw_is_not_absent_where_its_code_only_moved() {
    let requirements = ("requirements.txt", "requests==2.19.0\nflask==1.0.0\n");
    let project = ("pyproject.toml", "[project]\ndependencies = [\n  \"requests==2.19.0\",\n  \"flask==1.0.0\",\n]\n");
    for (old, new, change, title) in [
        (requirements, project, ("requests==2.19.0", "requests==2.20.0"), "Bump requests from 2.19.0 to 2.20.0"),
        (("util.py", UTIL), ("config/loader.py", LOADER), ("yaml.load(", "yaml.safe_load("), "Load settings safely"),
        (
            ("server.js", JS),
            ("auth/tokens.ts", TOKENS),
            ("given ===", "same(given) ==="),
            "Compare tokens in constant time",
        ),
        (
            ("server.js", JS),
            ("auth/store.ts", STORE),
            ("request.jar('sid')", "signed(request.jar('sid'))"),
            "Verify cookies",
        ),
    ] {
        let repo = moved(old, new, change, &format!("{title} (#101)\n\nFixes CVE-2026-0801"));
        assert_eq!(told(&repo), (Value::Null, json!(["1.9"])), "{title}");
        assert!(!markdown(&repo, &["--target", "2.0.1"]).contains("not needed"), "{title}");
    }
}

#[test]
fn a_flaw_is_absent_where_nothing_speaks_of_it() {
    let greet = ("greet.py", "def greet(user):\n    print('Hello', user)\n");
    let fix = ("return given === stored;", "return same(given, stored);");
    let absent = json!([{ "line": "1.9", "because": "code absent" }]);
    let repo = moved(greet, ("auth/tokens.ts", TOKENS), fix, "Compare in constant time (#101)\n\nFixes CVE-2026-0801");
    assert_eq!(told(&repo), (absent, Value::Null));
    // A decision says so as well.
    let repo = moved(("server.js", JS), ("auth/tokens.ts", TOKENS), fix, "Compare it (#101)\n\nFixes CVE-2026-0801");
    let name = repo.commit_id("main").to_string();
    let decide = ["decide", &name, "--line", "1.9", "--decline", "--reason", "it has no tokens"];
    let _ = crate::support::Bin::pick().at(&repo).args(decide).run().success();
    repo.git(["add", "-A"]);
    repo.git(["commit", "-q", "-m", "Decide"]);
    assert_eq!(told(&repo), (json!([{ "line": "1.9", "because": "it has no tokens" }]), Value::Null));
}
