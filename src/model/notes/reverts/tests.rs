use super::*;
use crate::model::commit::{Signature, TreeId};

fn id(number: u8) -> CommitId {
    CommitId::from_bytes([number; 20])
}

fn number(id: CommitId) -> u8 {
    id.as_bytes()[0]
}

fn commit(number: u8, parents: &[u8], message: &str) -> Commit {
    let someone = Signature { name: "A".into(), email: "a@b".into(), seconds: 0, offset: 0 };
    Commit {
        id: id(number),
        tree: TreeId::from_bytes([0; 20]),
        parents: parents.iter().copied().map(id).collect(),
        author: someone.clone(),
        committer: someone,
        message: message.to_owned(),
    }
}

fn revert(number: u8) -> String {
    format!("Revert \"x\"\n\nThis reverts commit {}.\n", id(number))
}

fn claimed(messages: &[&str], origins: &[(u8, u8)]) -> Vec<(u8, Vec<u8>)> {
    let origin = |origin: u8| Origin { commits: vec![id(origin)], ..Origin::default() };
    claimed_of(messages, origins.iter().map(|(pick, of)| (id(*pick), origin(*of))).collect())
}

fn claimed_of(messages: &[&str], origins: Origins) -> Vec<(u8, Vec<u8>)> {
    let commits: Vec<Commit> = (1..).zip(messages).map(|(at, message)| commit(at, &[], message)).collect();
    let plain = |claim: Claim| (number(claim.by), claim.of.into_iter().map(number).collect());
    claims(&commits, &origins).into_iter().map(plain).collect()
}

#[test]
fn messages_claim_what_they_name() {
    let (own, of_main, second) = (revert(1), revert(0xa1), revert(2));
    assert_eq!(claimed(&["Fix the map", "Fix the list"], &[]), []);
    assert_eq!(claimed(&["Fix the map", &own], &[]), [(2, vec![1])]);
    // By the subject alone, as when the revert was picked and its origin is not known.
    assert_eq!(claimed(&["Fix the map (#1)", "Revert \"Fix the map (#1)\" (#2)"], &[]), [(2, vec![1])]);
    // The picks of a fix and of its revert; the fix was picked twice.
    assert_eq!(claimed(&["Fix the map", &of_main], &[(1, 0xa1), (2, 0xa2)]), [(2, vec![1])]);
    assert_eq!(claimed(&["Fix", "Fix", &of_main], &[(1, 0xa1), (2, 0xa1)]), [(3, vec![2, 1])]);
    assert_eq!(claimed(&["Fix the map", &of_main], &[]), []);
    assert_eq!(claimed(&["Fix the map", &own, &second], &[]), [(2, vec![1]), (3, vec![2])]);
    assert_eq!(
        claimed(&["Fix", "Revert \"Fix\"", "Reapply \"Fix\""], &[]).last(),
        Some(&(3, vec![2])),
        "what is brought back is the revert"
    );
    // A revert of what an earlier release has is a change; so is one of what comes later.
    assert_eq!(claimed(&["Fix the map", &revert(0x77)], &[]), []);
    assert_eq!(claimed(&[&revert(2), "Fix the map"], &[]), []);
    // Taking a part back leaves the rest.
    assert_eq!(claimed(&["Fix the map", &own.replace("Revert", "Partially revert")], &[]), []);
}

#[test]
fn a_revert_calls_a_pick_by_any_of_its_names() {
    let origin = Origin { numbers: vec![73], titles: vec!["Stop the leaks".to_owned()], ..Origin::default() };
    let found = |pick: &str, revert: &str| claimed_of(&[pick, revert], HashMap::from([(id(1), origin.clone())]));
    for (pick, revert) in [
        ("Stop it", "Undo it (#91)\n\nReverts godel/godel#73"),
        ("Stop it (#79)", "Undo it (#91)\n\nReverts godel/godel#79"),
        ("Stop it (backport #70) (#79)", "Undo it (#91)\n\nReverts #70"),
        ("Stop it", "Revert \"Stop the leaks\""),
        ("Stop it (backport #73) (#79)", "Revert \"Stop it\" (backport #90) (#91)"),
        ("Stop it (#73) (#79)", "Revert \"Stop it (#73)\" (#90) (#91)"),
        ("Stop it (backport #73)", "[2.0] Revert \"Stop it (#73)\""),
        ("Merge pull request #79 from a/b\n\nStop it", "Merge pull request #80 from a/revert-79-b\n\nUndo it"),
        ("Merge pull request #79 from a/b\n\nStop it", "Revert \"Stop it\""),
        ("Revert \"Stop it (backport #73)\" (#80)", "Reapply \"Stop it\""),
        ("Revert \"Stop it (backport #73)\" (#80)", "Revert \"Revert \"Stop it\" (#80)\""),
    ] {
        assert_eq!(found(pick, revert), [(2, vec![1])], "{pick} / {revert}");
    }
    for (pick, revert) in [
        ("Stop it", "Revert \"Stop\""),
        ("Stop it", "Revert \"Revert \"Stop it\"\""),
        ("Stop it", "Reverts #7"),
        ("Merge pull request #79 from a/b\n\nStop it", "Merge pull request #80 from a/revert-79\n\nUndo it"),
    ] {
        assert_eq!(found(pick, revert), [], "{pick} / {revert}");
    }
}

#[test]
fn a_merge_brought_what_its_first_parent_had_not() {
    // 9 is of an earlier release.
    let line = [
        commit(1, &[9], "Fix"),
        commit(2, &[9], "Fix on a branch"),
        commit(3, &[2], "More"),
        commit(4, &[1, 3], "Merge"),
        commit(5, &[3], "Late"),
        commit(6, &[4, 5], "Merge again"),
    ];
    let found = brought(&line);
    assert_eq!(found, HashMap::from([(id(4), vec![id(2), id(3)]), (id(6), vec![id(5)])]));
}

type Pairs = Vec<(u8, u8)>;

/// Settles claims; `undone` has what each commit undoes.
fn settled(claims: &[(u8, &[u8])], brought: &[(u8, &[u8])], undone: &[(u8, u8)]) -> (Pairs, Pairs) {
    let ids = |of: &[u8]| of.iter().copied().map(id).collect::<Vec<CommitId>>();
    let claims: Vec<Claim> = claims.iter().map(|(by, of)| Claim { by: id(*by), of: ids(of) }).collect();
    let brought = brought.iter().map(|(merge, of)| (id(*merge), ids(of))).collect();
    let is_one = |by: CommitId, of: &[CommitId]| of.len() == 1 && undone.contains(&(number(by), number(of[0])));
    let found = settle(&claims, &brought, is_one);
    let plain = |pairs: Vec<TakenBack>| pairs.iter().map(|pair| (number(pair.commit), number(pair.by))).collect();
    (plain(found.pairs), plain(found.doubtful))
}

#[test]
fn only_exact_inverses_are_pairs() {
    assert_eq!(settled(&[(2, &[1])], &[], &[(2, 1)]), (vec![(1, 2)], vec![]));
    assert_eq!(settled(&[(2, &[1])], &[], &[]), (vec![], vec![(1, 2)]));
    // The fix was picked twice; the revert undoes either, and the newer one goes.
    assert_eq!(settled(&[(3, &[2, 1])], &[], &[(3, 2), (3, 1)]), (vec![(2, 3)], vec![]));
    // Landed anew after the revert: what undoes nothing more counts itself, without doubt.
    assert_eq!(settled(&[(2, &[1]), (3, &[2])], &[], &[(2, 1)]), (vec![(1, 2)], vec![]));
    // Brought back exactly: the fix counts.
    assert_eq!(settled(&[(2, &[1]), (3, &[2])], &[], &[(2, 1), (3, 2)]), (vec![(2, 3)], vec![]));
    // And taken back once more.
    let again: &[(u8, &[u8])] = &[(2, &[1]), (3, &[2]), (4, &[3, 1])];
    assert_eq!(settled(again, &[], &[(2, 1), (3, 2), (4, 1)]), (vec![(2, 3), (1, 4)], vec![]));
    let third: &[(u8, &[u8])] = &[(2, &[1]), (3, &[2]), (4, &[3])];
    assert_eq!(settled(third, &[], &[(2, 1), (3, 2), (4, 3)]), (vec![(1, 2), (3, 4)], vec![]));
    // Of a revert that took only a part, what takes it back is the pair.
    assert_eq!(settled(&[(2, &[1]), (3, &[2])], &[], &[(3, 2)]), (vec![(2, 3)], vec![]));
}

#[test]
fn one_commit_takes_several_back_together_or_none() {
    let claims = [Claim { by: id(4), of: vec![id(3), id(2), id(1)] }];
    let plain = |pairs: Vec<TakenBack>| pairs.iter().map(|pair| number(pair.commit)).collect::<Vec<u8>>();
    for undoes_all in [true, false] {
        let found = settle(&claims, &HashMap::new(), |_, of| undoes_all && of == claims[0].of.as_slice());
        let (all, none) = (vec![3, 2, 1], vec![]);
        let expected = if undoes_all { (all, none) } else { (none, all) };
        assert_eq!((plain(found.pairs), plain(found.doubtful)), expected);
    }
}

#[test]
fn what_changes_the_same_paths_may_take_back_without_a_word() {
    let found = claims_without_words([(id(1), "a"), (id(2), "b"), (id(3), "a"), (id(4), "a")]);
    let plain: Vec<(u8, Vec<u8>)> =
        found.into_iter().map(|claim| (number(claim.by), claim.of.into_iter().map(number).collect())).collect();
    assert_eq!(plain, [(3, vec![1]), (4, vec![3, 1])]);
}

#[test]
fn a_merge_goes_with_what_it_brought() {
    let merge: [(u8, &[u8]); 1] = [(3, &[1, 2])];
    let late: [(u8, &[u8]); 1] = [(3, &[2])];
    assert_eq!(settled(&[(4, &[3])], &merge, &[(4, 3)]), (vec![(3, 4), (1, 4), (2, 4)], vec![]));
    assert_eq!(settled(&[(4, &[3])], &merge, &[]), (vec![], vec![(3, 4)]));
    assert_eq!(settled(&[(4, &[3]), (5, &[4])], &merge, &[(4, 3), (5, 4)]), (vec![(4, 5)], vec![]));
    // The revert is inside of a merge that says the same.
    assert_eq!(settled(&[(2, &[1]), (3, &[1])], &late, &[(2, 1), (3, 1)]), (vec![(1, 2)], vec![]));
    // The merge alone says so.
    assert_eq!(settled(&[(3, &[1])], &late, &[(3, 1)]), (vec![(1, 3), (1, 2)], vec![]));
    // The merge that brought the revert goes: the fix is there again.
    assert_eq!(settled(&[(2, &[1]), (4, &[3])], &late, &[(2, 1), (4, 3)]), (vec![(3, 4), (2, 4)], vec![]));
}
