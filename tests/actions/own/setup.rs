//! The pieces that all actions share: words, addresses, platforms, and files that cannot be written.

use super::{binaries, root, runner, step, story};
use crate::executor::Outcome;
use crate::support::command;
use crate::support::signing::script;

/// What a piece of `setup.sh` says: its exit code and all that it wrote.
fn piece(text: &str, arguments: &[&str], variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let mut bash = command("bash", &root());
    let text = format!("set -Eeuo pipefail; . actions/setup.sh; {text}");
    bash.args(["-c", &text, "piece"]).args(arguments).current_dir(root()).envs(variables.iter().copied());
    let output = bash.output().expect("because there is a bash");
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn a_command_line_is_split_as_a_shell_does_it() {
    for (text, expected) in [
        ("patch-pick status", "<patch-pick><status>"),
        ("  a\tb\n c \n", "<a><b><c>"),
        ("a ''", "<a><>"),
        ("'' \"\" a", "<><><a>"),
        ("a'b c'\"d e\"f", "<ab cd ef>"),
        ("'a\\b' \"a\\b\" a\\b", "<a\\b><a\\b><ab>"),
        ("\"\\$x \\`y\\` \\\" \\\\ \\z\"", "<$x `y` \" \\ \\z>"),
        ("a\\ b \\'c \\\"d", "<a b><'c><\"d>"),
        ("a\\\nb \"c\\\nd\" 'e\\\nf'", "<ab><cd><e\\\nf>"),
        ("'two\nlines'", "<two\nlines>"),
        ("$(touch owned) `id` $HOME * ~ # ; & | > <", "<$(touch><owned)><`id`><$HOME><*><~><#><;><&><|><>><<>"),
        ("--x=\u{e4}\u{20ac} -n -e", "<--x=\u{e4}\u{20ac}><-n><-e>"),
        ("", ""),
        (" \n\t", ""),
    ] {
        let said = piece(
            "split_words \"$1\"; for word in ${words[@]+\"${words[@]}\"}; do printf '<%s>' \"$word\"; done",
            &[text],
            &[],
        );
        assert_eq!(said, (Some(0), expected.to_owned()), "{text:?}");
    }
    for text in ["'", "a \"b", "a 'b", "a\\", "\"\\", "\"\\\""] {
        assert_eq!(piece("split_words \"$1\" || exit 9", &[text], &[]).0, Some(9), "{text:?}");
    }
    let long = "ab 'c d' ".repeat(7000);
    assert_eq!(piece("split_words \"$1\"; echo ${#words[@]}", &[&long], &[]).1, "14000\n");
}

#[test]
fn only_an_address_of_this_machine_is_one() {
    let is_loopback = |text: &str| piece("is_loopback \"$1\" || exit 9", &[text], &[]).0 == Some(0);
    for good in ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:1/"] {
        assert!(is_loopback(good), "{good}");
    }
    for bad in [
        "http://127.0.0.1:1@evil.example",
        "http://127.0.0.1:pw@evil.example:80",
        "http://127.0.0.1.evil.example",
        "http://127.0.0.1:1/../x@evil",
        "http://127.0.0.1:",
        "http://localhost.evil.example",
        "http://127.0.0.1:1\n@evil.example",
        "https://github.com",
        "",
    ] {
        assert!(!is_loopback(bad), "{bad}");
    }
}

#[test]
fn a_platform_without_binaries_is_told_and_ends_the_step() {
    let variables = [("RUNNER_OS", "Plan9"), ("RUNNER_ARCH", "MIPS")];
    let (code, said) = piece("fetched /nowhere; echo went on", &[], &variables);
    assert_eq!(code, Some(2), "{said}");
    assert_eq!(said, "::error title=backstitch::there are no binaries for 'Plan9' on 'MIPS'\n");
}

#[test]
fn a_download_has_its_limits() {
    let fake = "curl() { echo \"$*\" >&2; return 7; }; listed() { echo a.tar.gz 0; }; fetched /nowhere 2>&1";
    let variables = [("RUNNER_OS", "Linux"), ("RUNNER_ARCH", "X64")];
    for (server, protocol) in [("http://127.0.0.1:1", "=http"), ("http://127.0.0.1:1@evil.example", "=https")] {
        let (_, said) = piece(fake, &[], &[&variables[..], &[("GITHUB_SERVER_URL", server)]].concat());
        for limit in ["--connect-timeout ", "--max-time ", "--retry "] {
            assert!(said.contains(limit), "{limit}: {said}");
        }
        assert!(said.contains(&format!("--proto {protocol} --proto-redir {protocol} ")), "{said}");
    }
}

#[test]
fn an_empty_command_is_told() {
    let found = step(&story(), "actions/pick", &[("command", "")]);
    assert_eq!(found.outcome, Outcome::Failure);
    assert_eq!(found.messages("error"), ["the input 'command' is empty"], "{found}");
    let blank = step(&story(), ".", &[("run", "  \n ")]);
    assert_eq!(blank.messages("error"), ["the input 'run' holds no word"], "{blank}");
}

#[test]
fn a_file_that_cannot_be_written_is_no_answer_of_the_binary() {
    let repo = story();
    let saved =
        |path: &str| step(&repo, "actions/pick", &[("command", "status"), ("allow-exit-codes", "1"), ("save", path)]);
    let at = repo.home().join("no/such/folder").display().to_string();
    let found = saved(&at);
    assert_eq!(found.outcome, Outcome::Failure, "{found}");
    assert_eq!(found.messages("error"), [format!("cannot write '{at}', which the input 'save' names")], "{found}");
    // A disk without room for all of it.
    std::fs::create_dir(repo.home().join("full")).expect("because the folder is ours");
    let tee = script(&repo, "full/tee", "head -c 10; exit 1");
    let (folder, to) = (binaries().display().to_string(), repo.home().join("saved").display().to_string());
    let full = runner(&repo).programs(tee.parent().expect("because it is in a folder"));
    let inputs = [("bin-dir", folder.as_str()), ("command", "status"), ("allow-exit-codes", "1"), ("save", &to)];
    let full =
        full.run_action("actions/pick", &inputs).unwrap_or_else(|trouble| panic!("it does not start: {trouble}"));
    assert_eq!(full.outcome, Outcome::Failure, "{full}");
    assert_eq!(full.messages("error"), [format!("cannot write all of '{to}', which the input 'save' names")], "{full}");
    assert!(full.step("run").complaints[0].contains("exit code 4"), "{full}");
}

#[test]
fn a_wrong_argument_is_an_error_said_once() {
    let found = step(&story(), "actions/pick", &[("command", "no-such-verb")]);
    let [told] = found.messages("error")[..] else { panic!("{found}") };
    assert!(!told.starts_with("error") && told.contains("no-such-verb"), "{told}");
}
