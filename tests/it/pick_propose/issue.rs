//! `patch-pick status --issue`: one issue, created, kept up to date, and left alone.

use super::Story;
use crate::support::github::proposals::WrittenIssue;
use crate::support::github::state::TOKEN;
use crate::support::{Bin, Output};

fn status(story: &Story) -> Bin {
    let bin = Bin::pick().at(&story.repo).args(["status", "--all", "--issue", "Fixes and lines"]);
    bin.env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", &story.github.url())
}

fn issues(story: &Story) -> Vec<WrittenIssue> {
    story.github.state().proposals.issues.clone()
}

fn told(output: &Output, words: &str) {
    assert!(
        output.stderr.lines().any(|line| line.starts_with("note: issue ") && line.ends_with(words)),
        "{}",
        output.stderr
    );
}

#[test]
fn one_issue_is_kept_up_to_date() {
    let story = Story::new();
    // Somebody else wrote the mark.
    let foreign = "<!-- backstitch/patch-pick status -->\nmine";
    story.github.state().proposals.issues.push(WrittenIssue {
        number: 1,
        title: "Fixes and lines".to_owned(),
        body: foreign.to_owned(),
        by: "mallory".to_owned(),
        closed: false,
    });
    told(&status(&story).run().success(), "was created");
    let made = issues(&story)[1].clone();
    assert!(made.body.contains("| fix | pr | title |") && made.body.contains("Fix the map"), "{}", made.body);
    assert!(!made.body.contains("<img"), "{}", made.body);
    let writes = story.writes();
    told(&status(&story).run().success(), "says the same already");
    assert_eq!(story.writes(), writes);

    story.repo.pick("2.0", story.map);
    told(&status(&story).run().success(), "was brought up to date");
    let now = issues(&story);
    assert_eq!((now.len(), now[0].body.as_str(), now[1].number), (2, foreign, made.number));
    assert_ne!(now[1].body, made.body);

    // Two runs at the same time wrote two: the older one stays.
    let twin = WrittenIssue { number: made.number + 100, ..now[1].clone() };
    story.github.state().proposals.issues.push(twin);
    told(&status(&story).run().success(), "was brought up to date");
    let closed: Vec<bool> = issues(&story).iter().map(|issue| issue.closed).collect();
    assert_eq!(closed, [false, false, true]);
}

#[test]
fn an_issue_needs_a_token_that_may_write_it() {
    let story = Story::new();
    let said = status(&story).env("GITHUB_TOKEN", "").run().code(2).stderr;
    assert!(said.contains("there is no token to write the issue with") && said.contains("issues: write"), "{said}");
    let may = |account: &mut crate::support::github::state::Account| {
        account.may.retain(|may| !["issues=write", "pull_requests=write"].contains(may));
    };
    story.github.state().tokens.get_mut(TOKEN).into_iter().for_each(may);
    let said = status(&story).run().code(3).stderr;
    assert!(said.contains("give the token 'issues=write'"), "{said}");
    assert_eq!(issues(&story), []);
    let said = Bin::pick().at(&story.repo).args(["status", "--issue", "a\nb"]).run().code(2).stderr;
    assert!(said.contains("the title of an issue"), "{said}");
}
