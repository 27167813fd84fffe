mod release;
mod rules;

use super::*;
use crate::model::config::SigningFormat;
use crate::model::doctor::Found;
use crate::model::doctor::facts::*;
use crate::model::doctor::request::ReleaseFiles;
use crate::model::doctor::ruling::{Bypass, Ruled, Ruling};
use crate::model::doctor::token::{Scopes, TokenKind};
use crate::model::fetch::FetchFrom;

fn asked(token: TokenKind) -> Asked {
    Asked {
        name: "acme/widget".parse().expect("a name"),
        token,
        account: Told::Told("mia".to_owned()),
        repository: Told::Told(RepositoryFacts {
            default_branch: "main".to_owned(),
            is_private: true,
            is_archived: false,
            role: Some(Role::Admin),
            wants_sign_off: false,
            scopes: Some(Scopes::parse("repo")),
        }),
        reads: Vec::new(),
        writes_contents: Some(Told::Told(())),
        actions: Told::Told(ActionsFacts { may_open: true, writes_by_default: false }),
        branches: vec![("release/2.0".parse().expect("a branch"), Told::Told(BranchRulings::default()))],
        heads: Vec::new(),
        tags: Told::Told(Vec::new()),
        next_tags: vec!["v2.0.1".parse().expect("a tag")],
        pushed_tags: Vec::new(),
        untold_tags: Vec::new(),
        release: None,
        immutable: Told::Told(false),
        environment: None,
    }
}

/// Facts of which nothing fails.
fn well() -> Facts {
    let (push, login) = (Some(Ok(())), Login::Own);
    let repository = Some("Acme/Widget".parse().expect("a name"));
    let remote = RemoteFacts::Answers { name: "origin".to_owned(), way: Way::Http, repository, push, login };
    let highest = HighestTag {
        tag: "v2.0.0".parse().expect("a tag"),
        version: semver::Version::new(2, 0, 0),
        on_branch: Some(true),
    };
    Facts {
        clone: CloneFacts {
            git: Ok("2.47".to_owned()),
            fetch: FetchFrom { remote: "origin".to_owned(), has_remote: true, has_refspec: true, is_shallow: false },
            lacks_objects: false,
            identity: Ok("Mia <mia@example.com>".to_owned()),
            remote,
        },
        config: ConfigFacts::Right {
            source: "patch.toml".to_owned(),
            main: "main".parse().expect("a branch"),
            place: MainPlace::Here,
            of_main: OfMain::Same("refs/remotes/origin/main".to_owned()),
        },
        tags: Some(TagForm { form: "v{version}".to_owned(), matching: 1, ..TagForm::default() }),
        lines: vec![LineFacts {
            config: None,
            name: "2.0".parse().expect("a line"),
            branch: Ok(BranchFacts {
                name: "release/2.0".parse().expect("a branch"),
                step: Step::Same,
                worktree: None,
                unpushed_merge: None,
            }),
            tags: LineTags { highest: Some(highest), ..LineTags::default() },
            version: Some(HeldVersion { said: VersionsSaid::Named, held: Ok(Some(semver::Version::new(2, 0, 0))) }),
            workflows: Some(WorkflowFiles { number: 1, ..WorkflowFiles::default() }),
            release: None,
        }],
        signing: Some(SigningFacts::Tried {
            format: SigningFormat::Ssh,
            attempt: Attempt::Signed,
            policy: PolicyFacts::Counts("patch.toml".to_owned()),
        }),
        commits: CommitSigning::Left,
        sign_off: Some(SignOffFacts::default()),
        forge: ForgeFacts::Asked(Box::new(asked(TokenKind::Classic))),
        environment: None,
    }
}

/// What is open, as `rule found`.
fn open(facts: &Facts) -> Vec<String> {
    let findings = judge(facts);
    for finding in &findings {
        let needs = finding.found != Found::Passed;
        assert_eq!(finding.would_fail.is_some(), needs, "{finding:?}");
    }
    let open = findings.iter().filter(|finding| finding.found != Found::Passed);
    open.map(|finding| format!("{} {}", finding.rule.as_str(), finding.found.as_str())).collect()
}

/// Requires what is open after a change, besides what is open anyway.
#[track_caller]
fn after(change: impl FnOnce(&mut Facts), expected: &[&str]) {
    let mut facts = well();
    change(&mut facts);
    let beside = |said: &String| said != "checks failed";
    assert_eq!(open(&facts).into_iter().filter(beside).collect::<Vec<_>>(), expected);
}

fn asked_of(facts: &mut Facts) -> &mut Asked {
    match &mut facts.forge {
        ForgeFacts::Asked(asked) => asked,
        ForgeFacts::Offline | ForgeFacts::NoToken | ForgeFacts::Impossible(_) => panic!("it was asked"),
    }
}

#[test]
fn what_is_well_is_told_in_order() {
    let findings = judge(&well());
    assert!(findings.is_sorted_by_key(|finding| finding.rule));
    // Only apps write check runs.
    assert_eq!(open(&well()), ["checks failed"]);
    after(|_| {}, &[]);
}

#[test]
fn each_state_of_a_branch_has_its_verdict() {
    for (step, expected) in [
        (Step::Same, &[][..]),
        (Step::Ahead, &[]),
        (Step::OnlyThere, &[]),
        (Step::NotCompared, &[]),
        (Step::Behind, &["line-branch undecided"]),
        (Step::OnlyHere, &["line-branch undecided"]),
        (Step::Unseen, &["line-branch undecided"]),
        (Step::Apart, &["line-branch failed"]),
        (Step::Unfetched, &["line-branch failed"]),
    ] {
        after(|facts| facts.lines[0].branch.as_mut().expect("there is one").step = step, expected);
    }
    after(|facts| facts.lines[0].branch = Err(Why::new("there is none")), &["line-branch failed"]);
}

#[test]
fn tags_and_versions_have_their_verdicts() {
    let on = |facts: &mut Facts, on| facts.lines[0].tags.highest.as_mut().expect("there is one").on_branch = on;
    after(|facts| on(facts, Some(false)), &["line-tag failed"]);
    after(|facts| on(facts, None), &["line-tag undecided"]);
    after(|facts| facts.lines[0].tags.highest = None, &[]);
    let pair = || ("v2.0.0".parse().expect("a tag"), "v2.0.1".parse().expect("a tag"));
    after(|facts| facts.lines[0].tags.unordered = vec![pair()], &["tag-order undecided"]);
    after(|facts| facts.lines[0].tags.above = Some(pair().1), &["line-tag failed"]);
    let (named, nothing) = (VersionsSaid::Named, VersionsSaid::Nothing);
    for (said, held, expected) in [
        (named, Ok(None), &["line-version failed"][..]),
        (nothing, Ok(None), &["line-version failed"]),
        (VersionsSaid::InTags, Ok(None), &[]),
        (named, Err(Why::new("two versions")), &["line-version failed"]),
        (nothing, Err(Why::new("two versions")), &["line-version undecided"]),
        (named, Ok(Some(semver::Version::new(1, 9, 9))), &["line-version failed"]),
        (nothing, Ok(Some(semver::Version::new(1, 9, 9))), &["line-version undecided"]),
        (named, Ok(Some(semver::Version::new(2, 0, 1))), &[]),
    ] {
        after(|facts| facts.lines[0].version = Some(HeldVersion { said, held }), expected);
    }
}

#[test]
fn tags_that_cannot_be_seen_are_no_tags_in_order() {
    let both = ["line-tag undecided", "tag-order undecided"];
    for narrow in [Narrow::Shallow, Narrow::NoTags, Narrow::SomeBranches, Narrow::Unasked] {
        after(|facts| facts.lines[0].tags.sight = Sight::Narrow(narrow), &both);
        let none = LineTags { sight: Sight::Narrow(narrow), ..LineTags::default() };
        after(|facts| facts.lines[0].tags = none, &both);
    }
    let lacking = Sight::Lacking(vec!["v2.0.0-rc.1".parse().expect("a tag")]);
    after(|facts| facts.lines[0].tags.sight = lacking, &["tag-order undecided"]);
    after(|facts| facts.lines[0].tags.is_cut = true, &["tag-order undecided"]);
    let form = |matching, look_like_releases, others: &[&str]| {
        let others = others.iter().map(|name| (*name).to_owned()).collect();
        Some(TagForm { form: "v{version}".to_owned(), matching, others, look_like_releases })
    };
    after(|facts| facts.tags = form(0, true, &["release-2.0.1"]), &["tag-form failed"]);
    after(|facts| facts.tags = form(0, false, &["nightly"]), &["tag-form undecided"]);
    after(|facts| facts.tags = form(1, true, &["release-2.0.1"]), &[]);
    after(|facts| facts.tags = form(0, false, &[]), &[]);
}

#[test]
fn the_clone_and_its_configuration_have_their_verdicts() {
    let why = || Why::new("so");
    after(|facts| facts.clone.git = Err(why()), &["git-version failed"]);
    after(|facts| facts.clone.identity = Err(why()), &["identity failed"]);
    after(|facts| facts.clone.fetch.is_shallow = true, &["history failed"]);
    after(|facts| facts.clone.lacks_objects = true, &["objects undecided"]);
    after(|facts| facts.clone.remote = RemoteFacts::Offline, &[]);
    after(|facts| facts.clone.remote = RemoteFacts::None("x".to_owned()), &["remote failed"]);
    after(|facts| facts.clone.remote = RemoteFacts::Silent("x".to_owned(), why()), &["remote failed"]);
    for way in [Way::Ssh, Way::Http, Way::Other] {
        let (name, push, login) = ("x".to_owned(), Some(Err(why())), Login::Own);
        after(
            |facts| facts.clone.remote = RemoteFacts::Answers { name, way, repository: None, push, login },
            &["push failed"],
        );
    }
    for (push, alone, expected) in [
        (Ok(()), None, &[][..]),
        (Ok(()), Some(Ok(())), &[]),
        (Ok(()), Some(Err(why())), &["push undecided"]),
        (Err(why()), Some(Ok(())), &["push failed"]),
    ] {
        let (name, push, login) = ("x".to_owned(), Some(push), Login::Token { alone });
        after(
            |facts| facts.clone.remote = RemoteFacts::Answers { name, way: Way::Http, repository: None, push, login },
            expected,
        );
    }
    for (of_main, expected) in [
        (OfMain::Neither, &[][..]),
        (OfMain::NotCompared, &[]),
        (OfMain::Other("m".to_owned()), &["configuration-of-main undecided"]),
        (OfMain::OnlyHere("m".to_owned()), &["configuration-of-main undecided"]),
        (OfMain::OnlyThere("m".to_owned()), &["configuration-of-main undecided"]),
        (OfMain::Unreadable(why()), &["configuration-of-main undecided"]),
    ] {
        let (source, main) = ("patch.toml".to_owned(), "main".parse().expect("a branch"));
        after(|facts| facts.config = ConfigFacts::Right { source, main, place: MainPlace::Here, of_main }, expected);
    }
    for place in [MainPlace::OnlyThere, MainPlace::Nowhere, MainPlace::NotHere] {
        let (source, main) = ("patch.toml".to_owned(), "main".parse().expect("a branch"));
        let config = ConfigFacts::Right { source, main, place, of_main: OfMain::NotCompared };
        after(|facts| facts.config = config, &["configuration failed"]);
    }
}

#[test]
fn each_kind_of_token_has_its_verdicts() {
    let app = ["checks undecided", "pull-requests undecided"];
    for (token, expected) in [
        (TokenKind::Classic, &["checks failed"][..]),
        (TokenKind::OAuth, &["checks failed"]),
        (TokenKind::FineGrained, &["checks failed", "pull-requests undecided"]),
        (TokenKind::App, &app),
        (TokenKind::UserOfApp, &app),
        (
            TokenKind::Workflow,
            &["checks undecided", "pull-requests undecided", "ci-starts undecided", "ci-starts failed"],
        ),
        (
            TokenKind::Installation,
            &[
                "checks undecided",
                "pull-requests undecided",
                "actions-may-open undecided",
                "ci-starts undecided",
                "ci-starts undecided",
            ],
        ),
    ] {
        let mut facts = well();
        facts.forge = ForgeFacts::Asked(Box::new(asked(token)));
        assert_eq!(open(&facts), expected, "{token}");
    }
    after(|facts| facts.forge = ForgeFacts::NoToken, &["token undecided"]);
    after(|facts| facts.forge = ForgeFacts::Impossible(Why::new("so")), &["token undecided"]);
    after(|facts| asked_of(facts).repository = Told::Failed(Why::new("no answer")), &["token undecided"]);
    after(|facts| asked_of(facts).repository = Told::Denied(Why::new("no")), &["token failed"]);
    // A key that SSH takes starts workflows, whosever the token is.
    let mut facts = well();
    facts.forge = ForgeFacts::Asked(Box::new(asked(TokenKind::Workflow)));
    let (push, login) = (Some(Ok(())), Login::Own);
    facts.clone.remote =
        RemoteFacts::Answers { name: "origin".to_owned(), way: Way::Ssh, repository: None, push, login };
    assert!(!open(&facts).contains(&"ci-starts failed".to_owned()));
}

#[test]
fn rules_that_were_not_told_leave_it_open() {
    let why = || Why::new("so");
    after(|facts| asked_of(facts).tags = Told::Denied(why()), &["tag-rules undecided"]);
    after(|facts| asked_of(facts).branches[0].1 = Told::Failed(why()), &["branch-rules undecided"]);
    let rulings = |rules: Vec<Ruled>| Told::Told(BranchRulings { rules, untold: Some(why()) });
    after(|facts| asked_of(facts).branches[0].1 = rulings(Vec::new()), &["branch-rules undecided"]);
    let other = Ruled { source: "x".to_owned(), bypass: Bypass::Never, ruling: Ruling::Other("new".to_owned()) };
    after(
        |facts| asked_of(facts).branches[0].1 = rulings(vec![other]),
        &["branch-rules undecided", "branch-rules undecided"],
    );
    after(|facts| asked_of(facts).immutable = Told::Missing(why()), &[]);
    after(|facts| asked_of(facts).immutable = Told::Denied(why()), &["immutable-releases undecided"]);
}

#[test]
fn the_branches_of_proposals_are_made_and_replaced() {
    let judged = |is_there, bypass, ruling| {
        let rules = vec![Ruled { source: "x".to_owned(), bypass, ruling }];
        let rulings = Told::Told(BranchRulings { rules, untold: None });
        let mut facts = well();
        let name = "backstitch/2.0".parse().expect("a branch");
        asked_of(&mut facts).heads = vec![HeadFacts { name, is_there, rulings }];
        let found = judge(&facts).into_iter().find(|finding| finding.rule == Rule::HeadRules);
        found.expect("it was asked").found
    };
    for (is_there, ruling, expected) in [
        (Some(false), Ruling::Creation, Found::Failed),
        (Some(true), Ruling::Creation, Found::Passed),
        (None, Ruling::Creation, Found::Undecided),
        (Some(true), Ruling::Update, Found::Failed),
        (Some(false), Ruling::Update, Found::Undecided),
        (Some(true), Ruling::NonFastForward, Found::Undecided),
        (Some(true), Ruling::Deletion, Found::Passed),
        (Some(true), Ruling::PullRequest, Found::Failed),
        (Some(true), Ruling::Other("new".to_owned()), Found::Undecided),
    ] {
        assert_eq!(judged(is_there, Bypass::Never, ruling.clone()), expected, "{is_there:?} {ruling:?}");
        assert_eq!(judged(is_there, Bypass::Always, ruling), Found::Passed);
    }
}

#[test]
fn signing_has_its_verdicts() {
    let why = || Why::new("so");
    let tried = |attempt, policy| Some(SigningFacts::Tried { format: SigningFormat::Ssh, attempt, policy });
    let readable = || PolicyFacts::Readable("x".to_owned());
    after(|facts| facts.signing = tried(Attempt::Failed(why()), readable()), &["signing-key failed"]);
    after(|facts| facts.signing = tried(Attempt::Locked(why()), readable()), &["signing-key undecided"]);
    after(|facts| facts.signing = tried(Attempt::Signed, PolicyFacts::Refused(why())), &["signing-policy failed"]);
    after(|facts| facts.signing = tried(Attempt::Signed, PolicyFacts::Open(why())), &["signing-policy undecided"]);
    after(|facts| facts.signing = tried(Attempt::Signed, PolicyFacts::Unreadable(why())), &["signing-policy failed"]);
    after(|facts| facts.signing = Some(SigningFacts::Broken(why())), &["signing-key failed"]);
    for (unreadable, expected) in [(None, &[][..]), (Some(why()), &["signing-policy failed"])] {
        after(|facts| facts.signing = Some(SigningFacts::Unsigned { unreadable }), expected);
    }
    let elsewhere = |policy| Some(SigningFacts::Elsewhere(policy));
    after(|facts| facts.signing = elsewhere(PolicyFacts::Readable("main".to_owned())), &[]);
    after(|facts| facts.signing = elsewhere(PolicyFacts::Refused(why())), &["signing-policy failed"]);
    let alone = |files| elsewhere(PolicyFacts::TagsAlone(why(), files));
    after(|facts| facts.signing = alone(ReleaseFiles::Untold), &["signing-policy undecided"]);
    after(|facts| facts.signing = alone(ReleaseFiles::There), &["signing-policy failed"]);
    let commits = |attempt| CommitSigning::Tried { format: SigningFormat::Ssh, attempt };
    for (attempt, expected) in [
        (Attempt::Signed, &[][..]),
        (Attempt::Locked(why()), &["commit-signatures undecided"]),
        (Attempt::Failed(why()), &["commit-signatures failed"]),
    ] {
        after(|facts| (facts.commits, facts.forge) = (commits(attempt.clone()), ForgeFacts::Offline), expected);
        after(|facts| facts.commits = commits(attempt), expected);
    }
    after(|facts| facts.commits = CommitSigning::Broken(why()), &["commit-signatures failed"]);
    let habit = |signed| Some(SignOffFacts { is_configured: false, signed });
    after(|facts| facts.sign_off = habit((9, 10)), &["sign-off undecided"]);
    after(|facts| facts.sign_off = habit((8, 10)), &[]);
    after(|facts| facts.sign_off = habit((5, 5)), &[]);
}

#[test]
fn workflow_files_are_judged_by_who_pushes_them() {
    let files = |new: Option<&[&str]>| {
        let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        Some(WorkflowFiles { number: 1, differing: named(&["ci.yml"]), new: new.map(named) })
    };
    let judged = |token, scopes: &str, new: Option<&[&str]>| {
        let mut facts = well();
        facts.lines[0].workflows = files(new);
        facts.forge = ForgeFacts::Asked(Box::new(asked(token)));
        if let Told::Told(repository) = &mut asked_of(&mut facts).repository {
            repository.scopes = Some(Scopes::parse(scopes));
        }
        let found = judge(&facts).into_iter().find(|finding| finding.rule == Rule::WorkflowFiles);
        found.map(|finding| finding.found)
    };
    let new: Option<&[&str]> = Some(&["ci.yml"]);
    assert_eq!(judged(TokenKind::Workflow, "", new), Some(Found::Failed));
    assert_eq!(judged(TokenKind::Classic, "repo", new), Some(Found::Failed));
    assert_eq!(judged(TokenKind::Classic, "repo, workflow", new), Some(Found::Passed));
    assert_eq!(judged(TokenKind::App, "", new), Some(Found::Undecided));
    assert_eq!(judged(TokenKind::FineGrained, "workflow", new), Some(Found::Undecided));
    for known in [Some(&[][..]), None] {
        assert_eq!(judged(TokenKind::Workflow, "", known), Some(Found::Undecided));
        assert_eq!(judged(TokenKind::Classic, "workflow", known), Some(Found::Passed));
    }
}
