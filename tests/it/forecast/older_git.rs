//! The same answers where git merges commits only, as it did before 2.45.

use super::generate;
use crate::support::{Bin, OtherGit, Repo};

#[test]
fn forecasts_do_not_depend_on_what_git_takes() {
    let repo = Repo::new();
    let (_, pairs) = generate(&repo);
    let asked: String = pairs.iter().map(|pair| format!("{} {}\n", pair.fix, pair.onto)).collect();
    let run = |bin: Bin| bin.at(&repo).args(["forecast", "--stdin"]).stdin(asked.clone()).run();
    let older = OtherGit::new("2.44.1");
    let (plain, wrapped) = (run(Bin::pick()).success(), run(Bin::pick().env("PATH", &older.path())).success());
    let parted = plain.stdout.lines().zip(wrapped.stdout.lines()).find(|(plain, wrapped)| plain != wrapped);
    assert_eq!(parted, None);
    assert_eq!(wrapped.stdout.lines().count(), pairs.len());
    assert!(older.merged() > 300, "{} names were asked about", older.merged());
    // With the answer of a newer git the same program refuses the trees.
    let refused = run(Bin::pick().env("PATH", &OtherGit::new("2.45.0").path())).code(4);
    assert!(refused.stderr.contains("could not lookup commit"), "{}", refused.stderr);
}
