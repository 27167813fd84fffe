//! What takes back one of several changes that came as one commit.

use serde_json::{Value, json as value};

use super::reverts::{FIXED, MAP, line, merged, short, warnings};
use super::{entry, json, notes, titles};
use crate::support::Repo;

const CVE: &str = "Kind: security\nFixes: CVE-2026-0007\nRelease-note: Maps are safe.";

/// A line with a pick of two changes: of the map, which closes a way to attack, and of the set.
struct Squash {
    repo: Repo,
    map: String,
    pick: String,
}

fn squash() -> Squash {
    let repo = line();
    let map = repo.commit_with(&format!("Fix the map (#7)\n\n{CVE}\n"), "Bo <bo@example.com>", [("map", FIXED)]);
    let set = repo.commit_with("Fix the set (#8)", "Cy <cy@example.com>", [("set", "1\n2, checked\n3\n")]);
    let picked = format!("(cherry picked from commit {map})\n(cherry picked from commit {set})");
    // As who merges a squash copies it.
    let message =
        format!("Fix the map and the set (#20)\n\n* Fix the map (#7)\n\n{CVE}\n\n* Fix the set (#8)\n\n{picked}\n");
    let pick = repo.land_on_line("2.0", &message, [("map", FIXED), ("set", "1\n2, checked\n3\n")]);
    Squash { map: map.to_string(), pick: pick.to_string(), repo }
}

fn rendered(repo: &Repo) -> Value {
    json(repo, &["--target", "2.0.1", "--own-line-only"])
}

#[test]
fn a_revert_of_one_of_several_changes_takes_that_one_away() {
    for says in [
        "Undo the map\n\nReverts #7",
        "Undo the map\n\nThis reverts commit MAP.",
        "Undo the map\n\nThis reverts commit PICK.",
        "Revert \"Fix the map\" (#21)",
        "Revert \"Fix the map (#7)\" (#21)",
    ] {
        for in_merge in [false, true] {
            let Squash { repo, map, pick } = squash();
            let says = says.replace("MAP", &map).replace("PICK", &pick);
            let by = match in_merge {
                false => repo.land_on_line("2.0", &says, [("map", MAP)]).to_string(),
                true => {
                    merged(&repo, "b/1", &format!("Merge pull request #30 from bot/x\n\n{says}"), || {
                        std::fs::write(repo.path().join("map"), MAP).expect("because the folder is ours");
                        repo.git(["commit", "-q", "-a", "-m", "Undo it"]);
                    });
                    repo.commit_id("release/2.0^2").to_string()
                }
            };
            let found = rendered(&repo);
            assert_eq!((titles(&found), warnings(&found)), (vec!["Fix the set"], vec![]), "{says}: {found:#}");
            let told = entry(&found, "Fix the set");
            assert_eq!((&told["pull-request"], told.get("pull-requests")), (&value!(8), None), "{says}");
            assert_eq!((&told["section"], told.get("words")), (&value!("fixes"), None), "{says}: {found:#}");
            assert_eq!((told.get("advisories"), told.get("open-advisories")), (None, None), "{says}: {found:#}");
            assert_eq!(
                (told["authors"].as_array().map(Vec::len), &told["authors"][0]["name"]),
                (Some(1), &value!("Cy"))
            );
            assert_eq!(told["picks"], value!([pick]));
            let left = found["left-out"].as_array().into_iter().flatten();
            let why: Vec<&Value> = left.filter(|one| one["commit"] == by.as_str()).map(|one| &one["why"]).collect();
            assert_eq!(why, [&value!("takes-back")], "{says}: {found:#}");
            let _passed = notes(&repo, &["check", "--target", "2.0.1"]).run().success();
        }
    }
}

#[test]
fn of_a_change_that_is_not_exactly_taken_back_the_advisory_is_open() {
    let Squash { repo, pick, .. } = squash();
    let half = FIXED.replace("8, fixed", "8");
    let by =
        repo.land_on_line("2.0", "Undo the map\n\nReverts #7\n\nLine-only: main needs it", [("map", half.as_str())]);
    let found = rendered(&repo);
    let told = entry(&found, "Fix the map and the set");
    assert_eq!(told["pull-requests"], value!([7, 8]), "{found:#}");
    assert_eq!((told.get("advisories"), &told["open-advisories"]), (None, &value!(["CVE-2026-0007"])), "{found:#}");
    let names_both = |text: &&str| text.contains(&short(&pick)) && text.contains(&short(&by));
    assert_eq!(warnings(&found).iter().filter(|text| names_both(text)).count(), 1, "{found:#}");
    let checked = notes(&repo, &["check", "--target", "2.0.1"]).run().code(3);
    assert!(checked.stderr.contains(&short(&pick)) && checked.stderr.contains(&short(&by)), "{}", checked.stderr);
    assert!(checked.stdout.contains("undecided"), "{}", checked.stdout);
}

#[test]
fn a_revert_of_nothing_that_a_pick_of_several_brought_leaves_all_of_it() {
    let Squash { repo, .. } = squash();
    repo.land_on_line("2.0", "Undo the map\n\nReverts #7", [("other", "1\n")]);
    let found = rendered(&repo);
    assert_eq!(entry(&found, "Fix the map and the set")["advisories"], value!(["CVE-2026-0007"]), "{found:#}");
    assert_eq!(warnings(&found).len(), 1, "{found:#}");
}

#[test]
fn what_is_brought_back_is_told_again_and_what_goes_bit_by_bit_is_gone() {
    let Squash { repo, pick, .. } = squash();
    let back = repo.land_on_line("2.0", "Undo the map\n\nReverts #7", [("map", MAP)]).to_string();
    let again = format!("Reapply it\n\nThis reverts commit {back}.");
    repo.land_on_line("2.0", &again, [("map", FIXED)]);
    let found = rendered(&repo);
    assert_eq!(titles(&found), ["Fix the map and the set"], "{found:#}");
    assert_eq!(found["entries"][0]["advisories"], value!(["CVE-2026-0007"]));
    let Squash { repo, pick: other, .. } = squash();
    assert_eq!(pick, other);
    let map = repo.land_on_line("2.0", "Undo the map\n\nReverts #7", [("map", MAP)]).to_string();
    let set = repo.land_on_line("2.0", "Revert \"Fix the set\"", [("set", MAP)]).to_string();
    let found = rendered(&repo);
    assert_eq!((titles(&found), warnings(&found)), (vec![], vec![]), "{found:#}");
    let pairs = value!([{ "commit": pick, "by": map }, { "commit": pick, "by": set }]);
    assert_eq!(found["taken-back"], pairs, "{found:#}");
}
