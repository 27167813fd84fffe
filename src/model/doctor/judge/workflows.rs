//! Workflows: whether they start, what they may do, and whether their files may be pushed.

use crate::model::doctor::facts::{
    ActionsFacts, Asked, Facts, ForgeFacts, LineFacts, RemoteFacts, Told, Way, WorkflowFiles,
};
use crate::model::doctor::token::TokenKind;
use crate::model::doctor::{Finding, Rule};

/// How the token of an app comes into a job: as a secret it would be too old, and none goes from one job to the next.
const APP: &str = "use the token of an app, made in the same job by actions/create-github-app-token (patch-prepare, patch-command and patch-publish make it themselves: app-client-id)";

/// So many files are named.
const MOST_NAMED: usize = 3;

pub(super) fn judge(facts: &Facts, asked: &Asked) -> Vec<Finding> {
    let mut findings = vec![may_open(asked)];
    findings.extend(ci_starts(facts, asked.token));
    findings
}

/// Workflows open pull requests only where a setting lets them ("Managing GitHub Actions settings for a repository").
fn may_open(asked: &Asked) -> Finding {
    let would_fail = "opening a pull request: 'GitHub Actions is not permitted to create or approve pull requests'";
    let mend = format!(
        "in the settings of the repository, under Actions, General: 'Allow GitHub Actions to create and approve pull requests' \
         (of the organization first, where it is grey), or {APP}"
    );
    match asked.token {
        TokenKind::Workflow => {}
        TokenKind::Installation | TokenKind::Unknown => {
            return Finding::undecided(
                Rule::ActionsMayOpen,
                "it cannot be told whether this is the token of a workflow",
                would_fail,
            )
            .mend("see whose token it is");
        }
        TokenKind::Classic | TokenKind::FineGrained | TokenKind::App | TokenKind::OAuth | TokenKind::UserOfApp => {
            return Finding::passed(Rule::ActionsMayOpen, "the setting for workflows does not concern this token");
        }
    }
    match &asked.actions {
        Told::Told(ActionsFacts { may_open: true, .. }) => {
            Finding::passed(Rule::ActionsMayOpen, "workflows may open pull requests")
        }
        Told::Told(ActionsFacts { may_open: false, .. }) => Finding::failed(
            Rule::ActionsMayOpen,
            format!("workflows of '{}' may not open pull requests", asked.name),
            would_fail,
        )
        .mend(mend),
        Told::Missing(why) | Told::Denied(why) | Told::Failed(why) => {
            let detail = format!("only those who may read the administration are told ({})", why.sentence);
            Finding::undecided(Rule::ActionsMayOpen, detail, would_fail).mend(format!(
                "{mend}; where it is refused, 'patch-pick propose' prints the address at which a person opens it"
            ))
        }
    }
}

/// What the token of a workflow does starts no workflow, but for pull requests, whose runs wait for an approval ("Automatic token
/// authentication" and "Approving workflow runs" in GitHub's documentation). A push by SSH is not made with it.
fn ci_starts(facts: &Facts, token: TokenKind) -> Vec<Finding> {
    let none = |line: &LineFacts| line.workflows.as_ref().is_some_and(|files| files.number == 0);
    if !facts.lines.is_empty() && facts.lines.iter().all(none) {
        return vec![Finding::passed(Rule::CiStarts, "no line has workflows")];
    }
    let of_pulls = |finding: Finding| finding.about("pull requests");
    let of_pushes = |finding: Finding| finding.about("pushes");
    let by_ssh = matches!(&facts.clone.remote, RemoteFacts::Answers { way: Way::Ssh, .. });
    let app = format!("for what CI has to see, {APP}");
    let pulls = match token {
        TokenKind::Workflow => Finding::undecided(
            Rule::CiStarts,
            "the workflows of a pull request that this token opens wait for an approval",
            "required checks stay open until somebody with write access approves the runs",
        )
        .mend(format!("{app}; or let somebody press 'Approve workflows to run' on each")),
        TokenKind::Installation | TokenKind::Unknown => {
            let detail = "it cannot be told whether this is the token of a workflow, which starts none";
            Finding::undecided(Rule::CiStarts, detail, "required checks may stay open").mend(&app)
        }
        TokenKind::Classic | TokenKind::FineGrained | TokenKind::App | TokenKind::OAuth | TokenKind::UserOfApp => {
            return vec![Finding::passed(Rule::CiStarts, "what this token opens and pushes starts workflows")];
        }
    };
    let pushes = match (token, by_ssh) {
        (_, true) => Finding::passed(Rule::CiStarts, "what is pushed by SSH starts workflows"),
        (TokenKind::Workflow, false) => Finding::failed(
            Rule::CiStarts,
            "a branch or a tag that this token pushes starts no workflow",
            "workflows that run 'on: push', such as one that builds a release for a tag: nothing happens, and no error says so",
        )
        .mend(format!("{app}; or start them: gh workflow run FILE --ref TAG, with 'on: workflow_dispatch' and 'actions: write'")),
        (_, false) => {
            let detail = "it cannot be told whether this is the token of a workflow, which starts none";
            Finding::undecided(Rule::CiStarts, detail, "workflows that run 'on: push'").mend(&app)
        }
    };
    vec![of_pulls(pulls), of_pushes(pushes)]
}

/// Whether a push of each line changes workflow files. GitHub refuses those that no branch has as they are, unless the token may
/// change workflows; whether it looks beyond the default branch, its documentation does not say.
pub(super) fn files(facts: &Facts) -> Vec<Finding> {
    let by_ssh = matches!(&facts.clone.remote, RemoteFacts::Answers { way: Way::Ssh, .. });
    let token = match &facts.forge {
        ForgeFacts::Asked(asked) => Some(asked.as_ref()),
        ForgeFacts::Offline | ForgeFacts::NoToken | ForgeFacts::Impossible(_) => None,
    };
    let of_line = |line: &LineFacts| {
        let files = line.workflows.as_ref()?;
        if let Some(why) = line.commits_nothing().filter(|_| !files.differing.is_empty()) {
            let detail =
                format!("workflow files differ from main's, and the remote has the commit that is tagged: {why}");
            return Some(Finding::passed(Rule::WorkflowFiles, detail).about(&line.name));
        }
        Some(if by_ssh && !files.differing.is_empty() {
            let detail = "workflow files differ from main's, and a push by SSH needs no permission for them";
            Finding::passed(Rule::WorkflowFiles, detail).about(&line.name)
        } else {
            of_files(files, token).about(&line.name)
        })
    };
    facts.lines.iter().filter_map(of_line).collect()
}

fn of_files(files: &WorkflowFiles, asked: Option<&Asked>) -> Finding {
    if files.differing.is_empty() {
        return Finding::passed(Rule::WorkflowFiles, "its workflow files are those of main");
    }
    let token = asked.map(|asked| asked.token);
    let scopes = asked.and_then(|asked| asked.repository.told()).and_then(|repository| repository.scopes.as_ref());
    let scoped = token.filter(|token| token.has_scopes()).and(scopes);
    if scoped.is_some_and(|scopes| scopes.may_change_workflows()) {
        let detail = "workflow files differ from main's, and the token has the scope 'workflow'";
        return Finding::passed(Rule::WorkflowFiles, detail);
    }
    let would_fail =
        "a push of the line: 'refusing to allow … to create or update workflow … without `workflows` permission'";
    let lacks = matches!(token, Some(TokenKind::Workflow)) || scoped.is_some();
    let finding = match (files.new.as_deref(), lacks) {
        (None, _) => Finding::undecided(
            Rule::WorkflowFiles,
            format!(
                "{} differ from main's, and no branch of a remote is known here to compare with",
                named(&files.differing)
            ),
            would_fail,
        ),
        (Some([]), _) => Finding::undecided(
            Rule::WorkflowFiles,
            format!("{} differ from main's, and are on the remote already as they are", named(&files.differing)),
            format!(
                "a new branch from the line, which GitHub may refuse for files that the default branch has otherwise; {would_fail}"
            ),
        ),
        (Some(new), true) => Finding::failed(
            Rule::WorkflowFiles,
            format!("no branch of the remote has {} as here", named(new)),
            would_fail,
        ),
        (Some(new), false) => {
            let detail = format!(
                "no branch of the remote has {} as here; whether the token may change workflows is not told",
                named(new)
            );
            Finding::undecided(Rule::WorkflowFiles, detail, would_fail)
        }
    };
    finding.mend(grant(token))
}

/// Says how to let a token change workflow files.
fn grant(token: Option<TokenKind>) -> &'static str {
    match token {
        Some(TokenKind::Workflow) => {
            "a workflow's own token can never have it: push with the token of an app that has 'Workflows: read and write' (patch-prepare, patch-command and patch-publish: app-workflows), or with a deploy key by SSH; \
             or bring the files of the line to what main has"
        }
        Some(TokenKind::Classic | TokenKind::OAuth) => "give the token the scope 'workflow'",
        Some(
            TokenKind::FineGrained
            | TokenKind::App
            | TokenKind::Installation
            | TokenKind::UserOfApp
            | TokenKind::Unknown,
        )
        | None => "give the token or the app 'Workflows: read and write', or push with a key by SSH",
    }
}

fn named(paths: &[String]) -> String {
    let names: Vec<String> = paths.iter().take(MOST_NAMED).map(|path| format!("'{path}'")).collect();
    match paths.len().saturating_sub(MOST_NAMED) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}
