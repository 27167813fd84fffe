use proptest::prelude::*;

use super::*;
use crate::model::commit::{PatchId, Signature, TreeId};
use crate::model::notes::claim::TitleKey;
use crate::model::presence::{Origins, all_keys};

fn id(number: u8) -> CommitId {
    CommitId::from_bytes([
        number.wrapping_mul(37),
        number,
        3,
        4,
        5,
        6,
        7,
        8,
        9,
        10,
        11,
        12,
        13,
        14,
        15,
        16,
        17,
        18,
        19,
        number,
    ])
}

fn commit(number: u8, written: i64, parents: usize, message: &str) -> Commit {
    let someone = |seconds| Signature { name: "A".into(), email: "a@b".into(), seconds, offset: 0 };
    Commit {
        id: id(number),
        tree: TreeId::from_bytes([0; 20]),
        parents: (0..parents as u8).map(|parent| id(200 + parent)).collect(),
        author: someone(written),
        committer: someone(written + 1),
        message: message.to_owned(),
    }
}

/// Returns what is let through, of the commits as git stores them; of their gists the same is.
fn let_through(sieve: &Sieve, commits: &[Commit]) -> Vec<Commit> {
    let gists = sieve.for_gists();
    let passes = |commit: &&Commit| {
        let parents: String = commit.parents.iter().map(|parent| format!("parent {parent}\n")).collect();
        let (written, made) = (commit.author.seconds, commit.committer.seconds);
        let object = format!(
            "tree {}\n{parents}author A <a@b> {written} +0000\ncommitter A <a@b> {made} +0000\n\n{}",
            commit.tree, commit.message
        );
        let outline = Outline::read(object.as_bytes()).expect("the form of git");
        let passes = sieve.lets_through(commit.id, Some(&outline));
        assert_eq!(gists.lets_through(commit.id, written, &Gist::of(outline.message)), passes, "{}", commit.message);
        passes
    };
    commits.iter().filter(passes).cloned().collect()
}

#[test]
fn any_likeness_lets_a_commit_through() {
    let named = id(9);
    let pick = commit(
        1,
        100,
        1,
        &format!("[2.0] Fix the map (#5) (#6)\n\n(cherry picked from commit {named})\nBackport of #7\n"),
    );
    let sieve = Sieve::for_origins_of([&pick]);
    let table = [
        (2, 100, "Something else", true),
        (2, 1, "Fix the map", true),
        (2, 1, "Fix the map (#77)", true),
        (2, 1, "Merge pull request #77 from a/b\n\nFix the map\n", true),
        (2, 1, "Some words (#5)", true),
        (2, 1, "Some words (GH-6)", true),
        (2, 1, "Some words\n\nPR-URL: https://example.org/a/b/pull/7\n", true),
        (2, 1, "Some words (#007)", true),
        (9, 1, "Some words", true),
        (2, 1, "Some words (#55)", false),
        (2, 1, "Some words, 5 of them", false),
        (2, 10, "Fix the maps", false),
    ];
    for (number, written, message, passes) in table {
        let found = let_through(&sieve, &[commit(number, written, 1, message)]);
        assert_eq!(found.len() == 1, passes, "{message}");
    }
    assert!(sieve.lets_through(id(2), None));
}

#[test]
fn what_may_speak_of_a_change_as_of_its_own_is_let_through() {
    let key = TitleKey::without_parts("server/auth: check the nested ones (#5)");
    let wording = Wording::of([&key], [8], ["CVE-2026-12345", "GHSA-cfgh-jmpq-rvwx", "PYSEC-2026-7", "GSA-2026-001"]);
    for (message, passes) in [
        ("auth: Check the nested ones (#77)", true),
        ("Merge pull request #77 from a/b\n\n[2.0] auth: check the nested ones\n", true),
        ("Check it (#8)", true),
        ("x\n\nFixes: cve-2026-12345", true),
        ("x\n\nFixes: https://github.com/a/b/security/advisories/GHSA-CFGH-jmpq-rvwx", true),
        ("PYSEC-2026-7", true),
        ("GSA-2026-001: x", true),
        ("Look at other ones", true),
        ("server/auth: check the nested one", false),
        ("Check it (#5)", false),
        ("CVE-2026-12346", false),
        ("CVE-2025-12345", false),
        ("GHSA-cfgh-jmpq-rvwc", false),
        ("GHSA-cfgh", false),
        ("\u{e4}-GHS-\u{e4}", false),
        ("", false),
    ] {
        assert_eq!(wording.lets_through(&Gist::of(message.as_bytes())), passes, "{message}");
    }
}

#[test]
fn what_names_an_origin_is_let_through_as_its_pick() {
    let origin = commit(9, 100, 1, "Fix the map (#5)");
    let sieve = Sieve::for_picks_of([&origin], &HashMap::from([(id(9), 8)]));
    let name = id(9).to_string();
    let table = [
        (format!("x\n\n(cherry picked from commit {name})\n"), true),
        (format!("x\n\ncommit {} upstream.\n", name[..7].to_uppercase()), true),
        (format!("x\n\n(cherry picked from commit {})\n", id(10)), false),
        ("Backport of #8".to_owned(), true),
        ("Backport of #9".to_owned(), false),
        ("[2.0] Fix the map".to_owned(), true),
    ];
    for (message, passes) in table {
        assert_eq!(let_through(&sieve, &[commit(2, 1, 1, &message)]).len() == 1, passes, "{message}");
    }
}

#[test]
fn what_names_a_commit_or_has_a_title_is_let_through_alone() {
    let name = id(9).to_string();
    let naming = Sieve::for_what_names([id(9)]);
    for (message, passes) in [(format!("x\n\nFixes: {}\n", &name[..9]), true), (format!("x {}", &name[..6]), false)] {
        assert_eq!(let_through(&naming, &[commit(9, 1, 1, &message)]).len() == 1, passes, "{message}");
    }
    let titled = Sieve::for_titles(["Fix the map"]);
    for (message, passes) in [("[2.0] Fix the map (#7)\n\nx", true), ("x\n\nFix the map", false), ("", false)] {
        assert_eq!(let_through(&titled, &[commit(9, 1, 1, message)]).len() == 1, passes, "{message}");
    }
}

#[test]
fn words_that_take_back_are_seen_in_any_case() {
    for message in [
        "Revert \"x\"",
        "x\n\nThis reverts commit 1234567.",
        "REAPPLY \"x\"",
        "chore: Undo 1234567",
        "Back out 1234567",
        "backout: 1",
        "Roll back #1",
        "x\n\nThis rolls back 1234567",
        "Rolled back #1",
        "rollback \"x\"",
    ] {
        assert!(may_take_back(message.as_bytes()), "{message}");
    }
    for message in ["Fix the map", "", "Bring back", "under", "rever"] {
        assert!(!may_take_back(message.as_bytes()), "{message}");
    }
}

/// Parts of messages that say something about other commits, or look as if they did.
fn message() -> impl Strategy<Value = String> {
    let number = 1..6_u8;
    let title = prop_oneof![
        (0..3_u8).prop_map(|n| format!("Mend the thing {n}")),
        (0..3_u8, number.clone()).prop_map(|(n, pr)| format!("Mend the thing {n} (#{pr})")),
        (0..3_u8, number.clone(), number.clone())
            .prop_map(|(n, a, b)| format!("[2.0] Mend the thing {n} (#{a}) (GH-{b})")),
        number.clone().prop_map(|pr| format!("Merge pull request #{pr} from x/y")),
        number.clone().prop_map(|pr| format!("Merge pull request #{pr} from x/backport-{pr}-to-2.0")),
        (0..3_u8).prop_map(|n| format!("Revert \"Mend the thing {n}\"")),
        (0..3_u8).prop_map(|n| format!("Roll back \"Mend the thing {n}\"")),
        number.clone().prop_map(|pr| format!("Undo #{pr}")),
        number.clone().prop_map(|pr| format!("Backport PR #{pr} on branch 2.0.x (Mend the thing 1)")),
    ];
    let line = prop_oneof![
        Just(String::new()),
        (0..3_u8).prop_map(|n| format!("Mend the thing {n}")),
        (0..12_u8, 7..40_usize)
            .prop_map(|(n, digits)| format!("(cherry picked from commit {})", &id(n).to_string()[..digits])),
        (0..12_u8).prop_map(|n| format!("This reverts commit {}.", id(n))),
        (0..12_u8).prop_map(|n| format!("commit {} upstream.", id(n))),
        number.clone().prop_map(|pr| format!("PR-URL: https://example.org/a/b/pull/{pr}")),
        number.clone().prop_map(|pr| format!("Backport of #{pr}, a/b#{pr}")),
        number.prop_map(|pr| format!("* Mend the thing (#00{pr})")),
    ];
    (title, proptest::collection::vec(line, 0..4))
        .prop_map(|(title, lines)| format!("{title}\n\n{}\n", lines.join("\n")))
}

fn commits(from: u8) -> impl Strategy<Value = Vec<Commit>> {
    let one = (0..4_i64, 1..3_usize, message());
    proptest::collection::vec(one, 1..8).prop_map(move |all| {
        let numbered = all.into_iter().zip(from..);
        numbered.map(|((written, parents, message), number)| commit(number, written, parents, &message)).collect()
    })
}

proptest! {
    #[test]
    fn no_evidence_is_held_back(
        main in commits(0),
        line in commits(100),
        brought in proptest::collection::vec((0..8_u8, 1..6_u64), 0..4),
        patches in proptest::collection::vec(prop_oneof![0..8_u8, 100..108_u8], 0..6),
    ) {
        let requests: HashMap<CommitId, u64> = brought.into_iter().map(|(at, number)| (id(at), number)).collect();
        let patch_ids: HashMap<CommitId, PatchId> =
            patches.iter().map(|at| (id(*at), PatchId::from_bytes([1; 20]))).collect();
        let whole = Origins::new(&main, &requests).matches(&line, &patch_ids, &all_keys());
        let sieve = Sieve::for_origins_of(&line);
        let mut kept = let_through(&sieve, &main);
        // The caller keeps what a pull request that is asked for brought, and what has the patch of a pick.
        let more = |commit: &&Commit| {
            let asked = requests.get(&commit.id).is_some_and(|number| sieve.asks_for_request(*number));
            asked || patch_ids.contains_key(&commit.id)
        };
        let added: Vec<Commit> =
            main.iter().filter(more).filter(|one| kept.iter().all(|known| known.id != one.id)).cloned().collect();
        kept.extend(added);
        kept.sort_by_key(|commit| main.iter().position(|one| one.id == commit.id));
        prop_assert_eq!(Origins::new(&kept, &requests).matches(&line, &patch_ids, &all_keys()), whole);
    }

    #[test]
    fn no_pick_is_held_back(
        main in commits(0),
        line in commits(100),
        brought in proptest::collection::vec((0..8_u8, 1..6_u64), 0..4),
    ) {
        let requests: HashMap<CommitId, u64> = brought.into_iter().map(|(at, number)| (id(at), number)).collect();
        let origins = Origins::new(&main, &requests);
        let kept = let_through(&Sieve::for_picks_of(&main, &requests), &line);
        let none = HashMap::new();
        prop_assert_eq!(origins.matches(&kept, &none, &all_keys()), origins.matches(&line, &none, &all_keys()));
    }

    #[test]
    fn names_begin_where_seven_digits_stand_together(text in "([0-9a-fA-F]{5,9}|[gG @/`\\u{e9}]|[0-9a-f]{40}){0,6}") {
        let digits = |seven: &[u8]| seven.iter().map(|byte| char::from(*byte).to_digit(16)).collect::<Option<Vec<_>>>();
        let number = |seven: &[u8]| digits(seven).map(|all| all.into_iter().fold(0, |number, digit| number << 4 | digit));
        let expected: Vec<u32> = text.as_bytes().windows(7).filter_map(number).collect();
        prop_assert_eq!(beginnings(text.as_bytes()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn no_word_that_takes_back_is_overseen(message in message()) {
        let takes_back = markers(&message).iter().any(|marker| match marker.relation {
            Relation::Reverts(_) | Relation::RevertsPullRequest(_) | Relation::RevertsSubject(_) | Relation::Reapplies(_) => true,
            Relation::OriginCommit(_)
            | Relation::OriginPullRequest(_)
            | Relation::OwnPullRequest(_)
            | Relation::KeptPullRequest(_)
            | Relation::Fixes(_)
            | Relation::Requires { .. }
            | Relation::StableFrom(_) => false,
        });
        prop_assert!(!takes_back || may_take_back(message.as_bytes()));
    }
}
