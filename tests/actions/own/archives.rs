//! Where the binaries come from: the release that the manifest beside the action names, and no other bytes.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;

use super::{binaries, root, story};
use crate::executor::{Outcome, Runner, StepRun};
use crate::support::Repo;
use crate::support::signing::{has, run, script};

/// The target that the runner of the tests says it is.
const HERE: &str = "x86_64-unknown-linux-musl";

/// Answers each request with the same bytes, and tells which paths were asked for.
fn serve(bytes: Vec<u8>, requests: usize) -> (String, std::thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("because a port is free");
    let address = format!("http://{}", listener.local_addr().expect("because it is bound"));
    let server = std::thread::spawn(move || {
        let mut asked = Vec::new();
        for stream in listener.incoming().take(requests) {
            let mut stream = stream.expect("because somebody connects");
            let mut head = vec![0; 4096];
            let read = stream.read(&mut head).expect("because a request comes");
            let line = String::from_utf8_lossy(&head[..read]).lines().next().unwrap_or_default().to_owned();
            asked.push(line.split(' ').nth(1).unwrap_or_default().to_owned());
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", bytes.len());
            // Who asked may have enough of it.
            drop(stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&bytes)));
        }
        asked
    });
    (address, server)
}

/// A copy of the actions whose manifest names an archive with this sum.
fn published(repo: &Repo, target: &str, sum: &str) -> std::path::PathBuf {
    let copy = repo.home().join("action");
    let at = |path: &Path| copy.join(path.strip_prefix(root()).expect("because it is below the root"));
    for folder in ["actions", "actions/pick"] {
        for entry in std::fs::read_dir(root().join(folder)).expect("because it is there").map_while(Result::ok) {
            if entry.path().is_file() {
                let to = at(&entry.path());
                std::fs::create_dir_all(to.parent().expect("because it has a folder")).expect("because it is ours");
                std::fs::copy(entry.path(), to).expect("because it can be read");
            }
        }
    }
    let manifest = format!(
        "{{\n  \"version\": \"9.9.9\",\n  \"repository\": \"acme/backstitch\",\n  \"tag\": \"v9.9.9\",\n  \"targets\": {{\n    \"aarch64-apple-darwin\": {{\"file\": \"none.tar.gz\", \"sha256\": \"{0}\"}},\n    \"{target}\": {{\"file\": \"backstitch-9.9.9.tar.gz\", \"sha256\": \"{sum}\"}}\n  }}\n}}\n",
        "0".repeat(64)
    );
    std::fs::write(copy.join("dist-manifest.json"), manifest).expect("because the folder is ours");
    copy
}

/// Runs the action with the binary that it fetches, as if somebody's own action called it: GitHub tells the repository of that one.
fn asked(repo: &Repo, action: &Path, server: &str) -> StepRun {
    let runner: Runner<'_> = Runner::new(action).workspace(&repo.path());
    let runner = runner.github("server_url", server).github("action_repository", "eve/outer");
    let found = runner.run_action("actions/pick", &[("command", "status")]);
    found.unwrap_or_else(|trouble| panic!("it does not start: {trouble}"))
}

/// A `gh` that takes no attestation, and asks for a token first, as the real one does.
fn refusing_gh(repo: &Repo) -> std::path::PathBuf {
    let folder = repo.home().join("gh");
    std::fs::create_dir_all(&folder).expect("because the folder is ours");
    script(repo, "gh/gh", "[ \"$3\" = --help ] && exit 0\n[ -n \"$GH_TOKEN\" ] || exit 4\nexit 1");
    folder
}

#[test]
fn an_attestation_is_verified_where_there_is_a_token_to_ask_with() {
    if !has("curl") {
        return;
    }
    let repo = story();
    let (bytes, sum) = archive(&repo);
    let gh = refusing_gh(&repo);
    for (token, outcome) in [("", Outcome::Success), ("a-token", Outcome::Failure)] {
        let (server, asked_for) = serve(bytes.clone(), 1);
        let action = published(&repo, HERE, &sum);
        let runner: Runner<'_> = Runner::new(&action).workspace(&repo.path()).programs(&gh);
        let runner = runner.github("server_url", &server).github("action_repository", "eve/outer");
        let found = runner.run_action("actions/pick", &[("command", "status"), ("token", token)]);
        let found = found.unwrap_or_else(|trouble| panic!("it does not start: {trouble}"));
        assert_eq!(found.outcome, outcome, "{found}");
        assert_eq!(
            found.messages("error").iter().any(|said| said.contains("attestation")),
            !token.is_empty(),
            "{found}"
        );
        asked_for.join().expect("because it answers");
    }
}

/// The archive of the binaries that are here, and its sum.
fn archive(repo: &Repo) -> (Vec<u8>, String) {
    let to = repo.home().join("archive.tar.gz");
    let folder = binaries().to_str().expect("because the folder has a plain name");
    run("tar", &repo.home(), &[], &["-czf", to.to_str().expect("a path"), "-C", folder, "patch-pick"], "");
    let bytes = std::fs::read(&to).expect("because it was made");
    let sum = backstitch::model::sums::Sha256Sum::of(&bytes).to_string();
    (bytes, sum)
}

#[test]
fn the_archive_of_the_manifest_is_taken_and_another_one_is_refused() {
    if !has("curl") {
        return;
    }
    let repo = story();
    let (bytes, sum) = archive(&repo);
    let (server, asked_for) = serve(bytes.clone(), 1);
    let found = asked(&repo, &published(&repo, HERE, &sum), &server);
    assert_eq!(found.outcome, Outcome::Success, "{found}");
    assert!(found.outputs["result"].contains("patch-pick/status@1"));
    let paths = asked_for.join().expect("because it answers");
    assert_eq!(paths, ["/acme/backstitch/releases/download/v9.9.9/backstitch-9.9.9.tar.gz"]);

    let (server, asked_for) = serve(bytes, 1);
    let found = asked(&repo, &published(&repo, HERE, &"0".repeat(64)), &server);
    assert_eq!(found.outcome, Outcome::Failure);
    let said = "'backstitch-9.9.9.tar.gz' of release 'v9.9.9' has another sum than this commit of the action says";
    assert_eq!(found.messages("error"), [said], "{found}");
    asked_for.join().expect("because it answers");
}

#[test]
fn a_platform_without_an_archive_is_told_before_anything_is_downloaded() {
    let repo = story();
    let found = asked(&repo, &published(&repo, "x86_64-pc-windows-msvc", &"0".repeat(64)), "http://127.0.0.1:9");
    let said = format!("this commit of the action has no binaries for '{HERE}'");
    assert_eq!(found.messages("error"), [said.as_str()], "{found}");
    assert!(found.step("run").stderr.contains("hint: pin the commit of a release"), "{found}");
}
