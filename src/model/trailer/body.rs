//! Statements that are told by the words of one line, wherever in the message it stands.

use crate::model::line::Series;
use crate::model::trailer::{Found, Marker, PullRequest, Relation, list, scan, takes};

/// Reads one line.
pub fn read(line: &str, found: &mut Found) {
    picked_from(line, found);
    takes::read_line(line, found);
    let bulleted = line.trim();
    let line = bulleted.strip_prefix("* ").or_else(|| bulleted.strip_prefix("- ")).unwrap_or(bulleted).trim();
    stable_origin(line, found);
    backport_of(line, found);
    if let Some((key, value)) = line.split_once(':') {
        trailer(line, key, value.trim(), found);
    }
    if line != bulleted {
        squashed(line, found);
    }
}

/// `(cherry picked from commit …)` of `git cherry-pick -x`, and the forms that people make of it.
fn picked_from(line: &str, found: &mut Found) {
    let quoted = takes::quoted_by_revert(line);
    for (at, _) in line.match_indices('(').filter(|(at, _)| !quoted.contains(at)) {
        let inside = &line[at + 1..];
        if let Some(names) = scan::strip_any(inside, &scan::NAMING_ACTS) {
            let text = &line[at..inside.find(')').map_or(line.len(), |end| at + end + 2)];
            found.add_origins(scan::pull_requests(names).0, text);
            continue;
        }
        let forms = ["cherry picked from ", "cherry-picked from ", "backported from "];
        let Some(origin) = scan::strip_any(inside, &forms) else { continue };
        let text = &line[at..inside.find(')').map_or(line.len(), |end| at + end + 2)];
        if let Some(names) = scan::strip_any(origin, &["commits ", "commit "]) {
            scan::commits(names).into_iter().for_each(|name| found.add(Relation::OriginCommit(name), text));
            continue;
        }
        found.add_origins(scan::pull_requests(origin).0, text);
    }
}

/// `commit … upstream.` and `[ Upstream commit … ]` of Linux stable (`Documentation/process/stable-kernel-rules.rst`).
fn stable_origin(line: &str, found: &mut Found) {
    let upstream = scan::strip_word(line, "commit ").and_then(scan::commit);
    if let Some((name, rest)) = upstream
        && matches!(rest.trim().trim_end_matches('.'), "upstream" | "Upstream")
    {
        found.add(Relation::OriginCommit(name), line);
    }
    let bracketed = line.strip_prefix('[').and_then(|inside| inside.strip_suffix(']'));
    let upstream = bracketed.and_then(|inside| scan::strip_word(inside.trim(), "upstream commit "));
    if let Some((name, "")) = upstream.and_then(|name| scan::commit(name.trim())) {
        found.add(Relation::OriginCommit(name), line);
    }
}

/// `Backport of … from main.` (Django), `Automated cherry pick of #12` (Kubernetes), `Backport PR #12 on branch …`
/// (meeseeks), `This backports <address>` (cargo), `cherry-pick 12: …` (etcd).
pub fn backport_of(line: &str, found: &mut Found) {
    let Some(mut rest) = scan::behind_act(line) else { return };
    // `Backport cherry-pick of #12`
    while let Some(inner) = scan::behind_act(rest) {
        rest = inner;
    }
    origin(rest, line, found);
}

/// Reads the commit or the pull requests that stand where the origin does.
fn origin(text: &str, line: &str, found: &mut Found) {
    let text = scan::strip_any(text, &["commits ", "commit "]).unwrap_or(text);
    if let Some(number) = scan::number_of_title(text) {
        found.add_origins(vec![PullRequest::here(number)], line);
        return;
    }
    if let Some((name, behind)) = scan::commit(text) {
        // A bare word of hexadecimal digits is a name only where the sentence goes on as one.
        if behind.is_empty() || scan::strip_any(behind, &[" from ", " to ", "."]).is_some() {
            found.add(Relation::OriginCommit(name), line);
        }
        return;
    }
    found.add_origins(scan::meant_pull_requests(text).0, line);
}

fn trailer(line: &str, key: &str, value: &str, found: &mut Found) {
    if key.eq_ignore_ascii_case("fixes") {
        let value = scan::strip_word(value, "commit ").unwrap_or(value);
        let names = scan::commit(value).map(|(name, _)| name);
        names.into_iter().for_each(|name| found.add(Relation::Fixes(name), line));
    } else if key.eq_ignore_ascii_case("requires") {
        let names = scan::commits(value);
        names.into_iter().for_each(|commit| found.add(Relation::Requires { commit, on: None }, line));
    } else if ["backported-from", "backport-of", "upstream-commit"].iter().any(|known| key.eq_ignore_ascii_case(known))
    {
        let names = scan::commits(value);
        found.add_origins(scan::meant_pull_requests(value).0, line);
        names.into_iter().for_each(|name| found.add(Relation::OriginCommit(name), line));
    } else if key.eq_ignore_ascii_case("cc") {
        stable(line, value, found);
    } else if key.eq_ignore_ascii_case("pr-url") {
        if let Some((landed, _)) = scan::pull_request(value) {
            found.pr_url = Some(Marker { relation: Relation::OwnPullRequest(landed), text: line.to_owned() });
        }
    } else if key.eq_ignore_ascii_case("backport-pr-url")
        && let Some((own, _)) = scan::pull_request(value)
    {
        found.backport_pr_url = true;
        found.add(Relation::OwnPullRequest(own), line);
    }
}

/// `Cc: <stable@…> # 3.3.x: a1f84a3: sched: …` asks for a commit first on that line; `# 3.3.x-` or `# v3.3+` is where a fix
/// begins to be needed (`Documentation/process/stable-kernel-rules.rst`).
fn stable(line: &str, value: &str, found: &mut Found) {
    let Some((address, comment)) = value.split_once('#') else { return };
    if !address.trim().trim_start_matches('<').starts_with("stable@") {
        return;
    }
    let mut parts = comment.splitn(3, ':').map(str::trim);
    let word = parts.next().and_then(|words| words.split_whitespace().next()).unwrap_or("");
    let series = Series::in_name(word.trim_end_matches(['-', '+', ',']));
    let needed = parts.next().and_then(|name| scan::commit(name).filter(|(_, rest)| rest.is_empty()));
    match (needed, series) {
        (Some((commit, _)), on) => found.add(Relation::Requires { commit, on }, line),
        (None, Some(from)) => found.add(Relation::StableFrom(from), line),
        (None, None) => {}
    }
}

/// The subject of a commit that was squashed in.
fn squashed(line: &str, found: &mut Found) {
    let (title, numbers) = list::titled(line);
    numbers.into_iter().for_each(|number| found.add(Relation::KeptPullRequest(number), title));
}
