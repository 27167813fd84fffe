//! Several picks that came to a line as one commit, as the button "Squash and merge" of a forge makes it.

use serde_json::{Value, json};

use super::check::broken_of;
use super::grouping::{authors, line};
use super::{json as ask, markdown, notes};
use crate::support::Repo;

/// Three fixes on main by three people, each with a number and a file.
const FIXES: [(u64, &str, &str, &str); 3] = [
    (113, "Fix encoding of attachments", "Jon", "list"),
    (114, "search: fix off-by-one", "Kim", "map"),
    (115, "Rotate logs correctly", "Lou", "log"),
];

/// A line that got the three as one commit; `{0}`, `{1}` and `{2}` in its message are their names on main.
fn squashed(message: &str) -> Repo {
    let repo = line();
    let mut said = message.to_owned();
    for (at, (number, title, who, file)) in FIXES.into_iter().enumerate() {
        let author = format!("{who} <{who}@example.com>");
        let fix =
            repo.commit_with(&format!("{title} (#{number})"), &author, [(file, format!("{title}\nfixed\n").as_str())]);
        said = said.replace(&format!("{{{at}}}"), &fix.to_string()[..9]);
    }
    let all = FIXES.map(|(_, title, _, file)| (file, format!("{title}\nfixed\n")));
    repo.land_on_line("2.0", &said, all.each_ref().map(|(file, text)| (*file, text.as_str())));
    repo
}

fn told(repo: &Repo) -> Value {
    let found = ask(repo, &["--target", "2.0.1"]);
    assert_eq!(found["entries"].as_array().map(Vec::len), Some(1), "{found:#}");
    found["entries"][0].clone()
}

#[test]
fn a_squash_of_several_picks_has_all_their_origins() {
    let squash =
        "* Fix encoding of attachments (#113)\n\n* search: fix off-by-one (#114)\n\n* Rotate logs correctly (#115)";
    for message in [
        format!("Backports for 2.0.1 (#213)\n\n{squash}"),
        format!(
            "[2.0] Several fixes for users (#213)\n\n{squash}\n\n* Resolve conflicts\n\n---------\n\nCo-authored-by: Bo <bo@example.com>"
        ),
        "Backports for 2.0.1 (#213)\n\n* Fix encoding of attachments (#113) by @jon\n* search: fix off-by-one by @kim in \
         https://github.com/o/r/pull/114\n* Rotate logs correctly (#115), thanks Lou"
            .to_owned(),
        "Backport fixes to 2.0 (#213)\n\n- Encoding (#113) by @jon\n- Search by @kim in #114\n- Logs (#115), thanks Lou"
            .to_owned(),
        "Backport fixes to 2.0 (#213)\n\nThis backports:\n\n- #113\n- #114\n- #115\n".to_owned(),
        "Backport fixes to 2.0 (#213)\n\n- #113\n- #114\n- #115\n".to_owned(),
        "Backport of three fixes (#213)\n\n- #113\n- #114\n- #115\n".to_owned(),
        "Fixes of the week (#213)\n\n## Backported PRs\n\n1. [x] #113\n2. Search (#114)\n3. Logs (#115)\n4. [ ] #99"
            .to_owned(),
        "Pick fixes for 2.0.1\n\nPicked: {0}, {1}, {2}".to_owned(),
    ] {
        let repo = squashed(&message);
        let one = told(&repo);
        assert_eq!(
            (&one["origin"]["from"], one["origin"]["claimed"].is_null()),
            (&json!("main"), true),
            "{message}: {one:#}"
        );
        assert_eq!(one["origin"]["commits"].as_array().map(Vec::len), Some(3), "{message}");
        assert_eq!(one["pull-requests"], json!([113, 114, 115]), "{message}");
        assert_eq!(authors(&one), ["Jon", "Kim", "Lou"], "{message}");
        assert_eq!(broken_of(&repo), Vec::<String>::new(), "{message}");
        let text = markdown(&repo, &["--target", "2.0.1"]);
        let own = if message.contains("for users") || message.contains("of the week") {
            "- "
        } else {
            "- Fix encoding of attachments; "
        };
        assert!(text.contains(own) && text.contains(" (#113, #114, #115)\n"), "{text}");
    }
}

#[test]
fn a_title_of_a_squash_names_only_what_is_called_so() {
    // #113 is another change of main than the one whose title is quoted, #114 is not brought, and #99 is none of main's.
    let repo = squashed(
        "Sort it all (#213)\n\n* Fix decoding (#113)\n\n* see the search (#114)\n\n* Rotate logs correctly (#115)\n\n* More (#99)",
    );
    let one = told(&repo);
    assert_eq!((&one["pull-request"], &one["title"]), (&json!(115), &json!("Sort it all")), "{one:#}");
    assert_eq!(authors(&one), ["Lou"]);
    assert_eq!(broken_of(&repo), ["origin undecided"]);
}

#[test]
fn a_pick_keeps_what_its_origin_was_squashed_from() {
    for with_trailer in [true, false] {
        let repo = line();
        repo.squash_merge(21, "Keep the leaves", "", [("tree", "leaf\n")]);
        let body = "* Keep the leaves (#21)\n\n* Keep the roots";
        let fix = repo.squash_merge(22, "Keep the tree", body, [("root", "root\n")]);
        let trailer = if with_trailer { format!("\n\n(cherry picked from commit {fix})") } else { String::new() };
        repo.land_on_line("2.0", &format!("Keep the tree (#22)\n\n{body}{trailer}"), [("root", "root\n")]);
        let one = told(&repo);
        assert_eq!((&one["pull-request"], &one["pull-requests"]), (&json!(22), &Value::Null), "{one:#}");
        assert_eq!(one["origin"]["commits"], json!([fix.to_string()]));
    }
}

#[test]
fn a_point_of_a_squash_fixes_its_advisory() {
    let repo = line();
    let check = repo.squash_merge(
        113,
        "CVE-2026-4444: check the length",
        "Release-note: Long names are refused.",
        [("list", "checked\n")],
    );
    repo.squash_merge(114, "search: fix off-by-one", "", [("map", "fixed\n")]);
    assert_ne!(check, repo.commit_id("main"));
    let message =
        "Backports for 2.0.1 (#213)\n\n* CVE-2026-4444: check the length (#113)\n\n* search: fix off-by-one (#114)";
    repo.land_on_line("2.0", message, [("list", "checked\n"), ("map", "fixed\n")]);
    let one = told(&repo);
    assert_eq!((&one["section"], &one["advisories"]), (&json!("security"), &json!(["CVE-2026-4444"])), "{one:#}");
}

#[test]
fn a_squash_that_is_called_as_one_of_its_picks_tells_of_all() {
    let repo = line();
    for (number, title, _, file) in FIXES {
        let title = if number == 114 { "CVE-2026-4444: fix off-by-one" } else { title };
        repo.land_fix(&format!("{title} (#{number})"), [(file, "1\n2, fixed\n3\n")]);
    }
    let all = FIXES.map(|(_, _, _, file)| (file, "1\n2, fixed\n3\n"));
    for title in ["Fix encoding of attachments (#213)", "[2.0] CVE-2026-4444: fix off-by-one", "Backport fixes to 2.0"]
    {
        repo.land_on_line("2.0", &format!("{title}\n\nBackport of #113, #114 and #115.\n"), all);
        let text = markdown(&repo, &["--target", "2.0.1"]);
        let told =
            "- [CVE-2026-4444] fix off-by-one; Fix encoding of attachments; Rotate logs correctly (#113, #114, #115)\n";
        assert!(text.contains(told), "{title}: {text}");
        repo.git(["branch", "-q", "-f", "release/2.0", "v2.0.0"]);
    }
}

#[test]
fn what_is_to_be_written_for_a_squash_is_about_its_security_fix() {
    let repo = line();
    let encoding = repo.squash_merge(113, "Fix encoding of attachments", "", [("list", "1\n2, fixed\n3\n")]);
    let search = repo.squash_merge(114, "CVE-2026-4444: fix off-by-one", "", [("map", "1\n2, fixed\n3\n")]);
    let both = [("list", "1\n2, fixed\n3\n"), ("map", "1\n2, fixed\n3\n")];
    repo.land_on_line("2.0", "Several fixes\n\nBackport of #113 and #114.\n", both);
    let check = notes(&repo, &["check", "--target", "2.0.1"]).run().code(3).stdout;
    assert!(
        check.contains(&format!("'.patch/notes/{search}.md'")) && !check.contains(&encoding.to_string()),
        "{check}"
    );
    // Who follows the hint hides no other fix.
    repo.land_fix("Say it", [(format!(".patch/notes/{search}.md").as_str(), "Searches end.\n")]);
    assert_eq!(broken_of(&repo), Vec::<String>::new());
    let text = markdown(&repo, &["--target", "2.0.1"]);
    assert!(text.contains("- [CVE-2026-4444] Fix encoding of attachments. Searches end. (#113, #114)\n"), "{text}");
    // An advisory that is only named: what it is can be decided.
    let repo = line();
    repo.squash_merge(113, "Fix encoding of attachments", "", [("list", "1\n2, fixed\n3\n")]);
    let search = repo.squash_merge(114, "Search anew", "It is like CVE-2026-4444.", [("map", "1\n2, fixed\n3\n")]);
    repo.land_on_line("2.0", "Several fixes\n\nBackport of #113 and #114.\n", both);
    let check = notes(&repo, &["check", "--target", "2.0.1"]).run().code(3).stdout;
    assert!(check.contains(&format!("patch-pick decide {search} ")), "{check}");
}

#[test]
fn a_squash_of_several_kinds_is_of_the_most_urgent_one() {
    let repo = line();
    let (list, map) = (("list", "3\n2\n1\n"), ("docs/map.md", "The map\n"));
    repo.squash_merge(109, "perf: walk the list once", "", [list]);
    repo.squash_merge(110, "docs: tell of the map", "", [map]);
    repo.land_on_line("2.0", "Backport of #109 and #110", [list, map]);
    let told = told(&repo);
    assert_eq!((&told["section"], &told["kind"]), (&json!("performance"), &json!("performance")), "{told}");
    assert_eq!(told["pull-requests"], json!([109, 110]), "{told}");
}

#[test]
fn a_squash_with_a_change_of_no_known_kind_is_no_matter_of_speed_or_writing() {
    let (list, map) = (("list", "1\n2, kept\n3\n"), ("map", "1\n2, kept\n3\n"));
    for (other, alone) in [("perf: read the map once", "Performance"), ("docs: tell of the map", "Documentation")] {
        for (title, section) in [("Stop when the list is empty", "Bug Fixes"), (other, alone)] {
            let repo = line();
            repo.squash_merge(111, title, "Closes #5", [list]);
            repo.squash_merge(108, other, "", [map]);
            repo.land_on_line("2.0", "Backport fixes\n\nBackport of #111 and #108\n", [list, map]);
            assert_eq!(told(&repo)["pull-requests"], json!([111, 108]), "{title}");
            let text = markdown(&repo, &["--target", "2.0.1"]);
            assert!(text.contains(&format!("## {section}\n")), "{title}: {text}");
        }
    }
}
