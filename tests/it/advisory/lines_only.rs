//! A flaw that came on a line only, as with a bad pick: people name its commits there, and no commit of main brought it.

use super::advisory;
use super::affected::{Story, evidence, found, line, piece, ran, source, story, told};
use super::matrix::{MORE, matrix, publisher, update};

#[test]
fn commits_that_people_name_on_a_line_are_enough() {
    let Story { repo, .. } = story();
    publisher(&repo);
    let flaw =
        repo.land_on_line("2.0", "Keep the old reader", [("reader", "int read_all(void);\nint read_more(void);\n")]);
    repo.tag_release("v2.0.1", "2.0");
    let fix = repo.land_on_line("2.0", "Bound the old reader", [("reader", "int read_all(int most);\n")]);
    repo.tag_release("v2.0.2", "2.0");
    let stated = |more: &str| {
        format!(
            "{MORE}\n[[stated]]\nline = \"2.0\"\nintroduced-by = [\"{flaw}\"]\n{more}reason = \"only there\"\nby = \"Mia\"\n"
        )
    };
    let both = stated(&format!("fixed-by = [\"{fix}\"]\n"));
    source(&repo, &[], &[], &both);
    let document = found(&repo);
    assert_eq!(told(&document, "2.0"), "fixed | 2.0.1 | 2.0.0-rc.1 2.0.0 2.0.2 | 2.0.2");
    for other in ["1.0", "1.1", "2.1"] {
        assert_eq!(line(&document, other)["verdict"], "not-affected", "{other}");
        assert_eq!(line(&document, other)["lacks-code"], true, "{other}: its files were looked into");
    }
    assert_eq!(evidence(&document, "2.0"), [piece("introduced", flaw, "stated"), piece("fixed", fix, "stated")]);
    update(&repo);
    drop(matrix(&repo).success());
    let check = advisory(&repo).args(["check", "GSA-2026-001"]).run().success().stdout;
    assert!(check.contains("no commit of main brought it, as [[stated]] says"), "{check}");

    source(&repo, &[], &[], &stated(""));
    assert_eq!(told(&found(&repo), "2.0"), "affected | 2.0.1 2.0.2 | 2.0.0-rc.1 2.0.0 | -");
    update(&repo);
    let check = advisory(&repo).args(["check", "GSA-2026-001"]).run().code(3).stdout;
    assert!(check.contains("set 'fixed-by' in [[stated]]"), "{check}");

    // What was always there was brought by nothing later.
    source(&repo, &["0"], &[], &both);
    let said = ran(&repo, &[]).code(2).stderr;
    assert!(said.contains("that it was there from the first commit on") && said.contains("introduced = []"), "{said}");
    assert!(!said.contains("is not on it"), "{said}");
}

#[test]
fn a_line_where_main_has_a_fix_is_not_the_only_one() {
    let Story { repo, bug, fix } = story();
    let stated =
        format!("\n[[stated]]\nline = \"2.0\"\nintroduced-by = [\"{bug}\"]\nreason = \"there\"\nby = \"Mia\"\n");
    source(&repo, &[], &[&fix.to_string()], &stated);
    let said = ran(&repo, &[]).code(3).stderr;
    assert!(said.contains("does not say which commits brought the flaw"), "{said}");
}

#[test]
fn a_commit_that_stands_for_two_is_told_once() {
    let Story { repo, bug, fix } = story();
    repo.revert(fix);
    repo.tick(60);
    repo.git(["cherry-pick", &fix.to_string()]);
    let again = repo.commit_id("main");
    let pick = repo.pick_without_trailer("2.0", again);
    repo.tag_release("v2.0.1", "2.0");
    source(&repo, &[&bug.to_string()], &[&fix.to_string(), &again.to_string()], "");
    let of_pick = piece("fixed", pick, "patch-id");
    assert_eq!(evidence(&found(&repo), "2.0").into_iter().filter(|one| *one == of_pick).count(), 2);
    let said = advisory(&repo).args(["affected", "GSA-2026-001"]).run().stdout;
    assert_eq!(said.matches(&format!("fixed {} (patch-id)", pick.short())).count(), 1, "{said}");
}
