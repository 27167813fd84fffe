//! What the tag object holds beside its signature, and what the files of its commit hold.

use crate::support::signing::{PROJECT, run, ssh_story, tag};

use super::{content, judged, plant, sign_as, signed};

/// Git is content with either, and shows the text to whoever reads the tag.
#[test]
fn text_that_nobody_signed_is_told() {
    let (repo, _) = ssh_story();
    signed(&repo);
    let good = content(&repo, "v2.0.1");
    plant(&repo, "v2.0.1", &format!("{good}\nGet the fixed build from https://evil.example\n"));
    assert_eq!(judged(&repo, "v2.0.1", &[]), (vec!["end failed".to_owned()], true));
    let said = tag(&repo, &["verify", "v2.0.1"]).run().code(1).stdout;
    assert!(said.contains("text stands behind the signature, which nobody signed"), "{said}");
    plant(&repo, "v2.0.1", &format!("{good}\n\n"));
    assert_eq!(judged(&repo, "v2.0.1", &[]), (vec![], true));
    // The signer signs again, with a first signature as a part of the message.
    let key = repo.git(["config", "user.signingKey"]);
    let twice = run("ssh-keygen", &repo.home(), &[], &["-q", "-Y", "sign", "-n", "git", "-f", &key], &good);
    plant(&repo, "v2.0.1", &format!("{good}{twice}"));
    assert_eq!(judged(&repo, "v2.0.1", &[]), (vec!["end failed".to_owned()], true));
    let pushed = tag(&repo, &["push", "v2.0.1"]).run().code(1).stderr;
    assert!(pushed.contains("tag 'v2.0.1' does not verify: end"), "{pushed}");
}

#[test]
fn the_files_of_its_commit_hold_the_version_that_it_names() {
    let (repo, key) = ssh_story();
    let manifest =
        |version: &str| [crate::support::Change::write("package.json", format!("{{\"version\": \"{version}\"}}\n"))];
    let configured = |more: &str| {
        let signing = "[signing]\nformat = \"ssh\"\nallowed-signers = \"allowed\"\n";
        repo.write_config(&format!("{PROJECT}{signing}{more}"));
    };
    let notes = |name: &str| {
        let said = tag(&repo, &["verify", name, "--format", "json"]).run().json();
        said["notes"]
            .as_array()
            .map_or_else(Vec::new, |notes| notes.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let named = "[[version]]\npath = \"package.json\"\n";
    sign_as(&repo, &key);
    assert_eq!((judged(&repo, "v2.0.1", &[]).0, notes("v2.0.1")), (vec![], vec![]));
    // The tag is older than the file that holds the version today.
    configured(named);
    assert_eq!(judged(&repo, "v2.0.1", &[]).0, Vec::<String>::new());
    assert!(notes("v2.0.1")[0].contains("there is no file 'package.json'"));

    repo.land_on_line("2.0", "Add a manifest", manifest("2.0.0"));
    repo.git(["tag", "-d", "v2.0.1"]);
    sign_as(&repo, &key);
    assert_eq!(judged(&repo, "v2.0.1", &[]), (vec!["version failed".to_owned()], true));
    configured("");
    assert_eq!(judged(&repo, "v2.0.1", &[]).0, Vec::<String>::new());
    for (format, mark) in [("text", "\nnote: "), ("markdown", "\nNote: ")] {
        let said = tag(&repo, &["verify", "v2.0.1", "--format", format]).run().success().stdout;
        let told = said.contains(mark) && said.replace('\\', "").contains("hold version 2.0.0, not 2.0.1");
        assert!(told, "{said}");
    }

    repo.land_on_line("2.0", "Raise it", [("VERSION", "2.0.1\n")]);
    repo.git(["tag", "-d", "v2.0.1"]);
    sign_as(&repo, &key);
    configured(&format!("{named}[[version]]\npath = \"VERSION\"\n"));
    assert_eq!(judged(&repo, "v2.0.1", &[]), (vec!["version failed".to_owned()], true));
    configured("[[version]]\npath = \"VERSION\"\n");
    assert_eq!(judged(&repo, "v2.0.1", &[]), (vec![], true));
    let said = tag(&repo, &["verify", "v2.0.1"]).run().success().stdout;
    assert!(said.contains("the files of its commit hold 2.0.1"), "{said}");
}
