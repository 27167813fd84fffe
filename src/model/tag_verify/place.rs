//! What is decided about a tag itself: its object, its name, its commit, its moment, its place in the line.

use crate::model::config::Signing;
use crate::model::fetch::FetchFrom;
use crate::model::tag_object::{Stray, TagObject};

use super::{
    BranchFacts, Containment, Finding, Found, LineFacts, Rule, SignatureFacts, TagFacts, Tagged, judge_signature,
    moment,
};

/// Clocks of different machines differ by this much, in seconds.
const SLACK: i64 = 600;

/// What to do about a tag object in which more than one signed message stands.
const STRAY_HINT: &str =
    "read it with 'git cat-file tag NAME', believe none of it, and ask the maintainers for the tag as they made it";

/// Decides about every rule that can be asked about. `now` is in seconds since 1970-01-01 UTC.
pub fn judge(facts: &TagFacts, signing: &Signing, now: i64) -> Vec<Finding> {
    let mut findings = vec![annotated(facts)];
    if let Found::Tag(object) = &facts.found {
        findings.push(name(facts, object));
    }
    findings.extend(object(facts));
    findings.extend(expected(facts));
    findings.extend(facts.remote.as_ref().map(|_| remote(facts)));
    if let Found::Tag(object) = &facts.found {
        let then = object.tagger().seconds;
        match &facts.signature {
            None => findings.push(Finding::failed(Rule::Signed, "it is not signed")),
            Some(signature) => {
                findings.push(Finding::passed(Rule::Signed, "it is signed"));
                findings.push(end(object));
                findings.extend(judge_signature(signature, "git", signing, Some(&facts.tag), Some(then), now));
            }
        }
        findings.push(date(facts, then, now));
    }
    findings.extend(place(facts));
    findings
}

fn annotated(facts: &TagFacts) -> Finding {
    match &facts.found {
        Found::Tag(_) => Finding::passed(Rule::Annotated, "it is a tag object"),
        Found::Lightweight(kind) => Finding::failed(
            Rule::Annotated,
            format!("it is a lightweight tag: its ref points to a {} and nobody can have signed it", kind.as_str()),
        ),
        Found::Malformed(why) => Finding::failed(Rule::Annotated, why.to_string()),
    }
}

fn name(facts: &TagFacts, object: &TagObject) -> Finding {
    let said = object.name();
    if said == facts.tag.as_str() {
        return Finding::passed(Rule::Name, format!("the tag object says '{said}' too"));
    }
    let detail = format!("the tag object was made as '{said}', and somebody gave it another name");
    Finding::failed(Rule::Name, detail).hint("a signature does not cover the name of the ref: do not use this tag")
}

/// Git takes what stands behind a signature for a part of it, so it shows text that nobody signed (`parse_signature` in git's
/// `gpg-interface.c`: the last line that begins an armor begins the signature, which goes on to the end).
fn end(object: &TagObject) -> Finding {
    match object.stray() {
        None => Finding::passed(Rule::End, "nothing stands behind the signature"),
        Some(Stray::Behind) => {
            Finding::failed(Rule::End, "text stands behind the signature, which nobody signed").hint(STRAY_HINT)
        }
        Some(Stray::Another) => {
            let detail = "another signature stands before this one, and programs do not agree on which of them counts";
            Finding::failed(Rule::End, detail).hint(STRAY_HINT)
        }
    }
}

fn object(facts: &TagFacts) -> Option<Finding> {
    let Found::Tag(object) = &facts.found else { return None };
    Some(match facts.tagged {
        Tagged::Commit(commit, _) => Finding::passed(Rule::Object, format!("it points to commit {}", commit.short())),
        Tagged::Other(kind) if kind != object.kind() => Finding::failed(
            Rule::Object,
            format!("it says that it points to a {}, and that is a {}", object.kind().as_str(), kind.as_str()),
        ),
        Tagged::Other(kind) => {
            Finding::failed(Rule::Object, format!("it points to a {}, not to a commit", kind.as_str()))
        }
        Tagged::Missing => {
            Finding::undecided(Rule::Object, format!("{} is not in this repository", object.target().short()))
                .hint(format!("fetch it: {}", facts.fetch.tags()))
        }
    })
}

fn expected(facts: &TagFacts) -> Option<Finding> {
    let expected = facts.expected?;
    let commit = match facts.tagged {
        Tagged::Commit(commit, _) => commit,
        Tagged::Other(_) | Tagged::Missing => return None,
    };
    Some(if commit == expected {
        Finding::passed(Rule::Commit, "it is the commit that was asked for")
    } else {
        let detail = format!("it is at {}, and {} was asked for", commit.short(), expected.short());
        Finding::failed(Rule::Commit, detail)
    })
}

fn remote(facts: &TagFacts) -> Finding {
    let (remote, object) = match &facts.remote {
        Some(found) => (found.remote.as_str(), found.object),
        None => ("", None),
    };
    match object {
        None => Finding::failed(Rule::Remote, format!("'{remote}' has no such tag")),
        Some(object) if object == facts.object => Finding::passed(Rule::Remote, format!("'{remote}' has the same tag")),
        Some(object) => {
            let (here, there) = (facts.object.short(), object.short());
            Finding::failed(Rule::Remote, format!("it is {here} here and {there} on '{remote}': one of them was moved"))
        }
    }
}

/// The tagger's date is what the signer says. It cannot be before the commit was made, and not in the future; and gpg says
/// when it made the signature.
fn date(facts: &TagFacts, then: i64, now: i64) -> Finding {
    let failed = |detail| Finding::failed(Rule::Date, detail);
    if then > now + SLACK {
        return failed(format!("it is dated {}, which is yet to come", moment(then)));
    }
    if let Tagged::Commit(_, committed) = facts.tagged
        && then < committed - SLACK
    {
        return failed(format!(
            "it is dated {}, before its commit was made at {}: it was backdated",
            moment(then),
            moment(committed)
        ));
    }
    if let Some(SignatureFacts::Gpg(gpg)) = &facts.signature
        && let Some(made) = gpg.report.made
        && (made - then).abs() > SLACK
    {
        return failed(format!("it is dated {}, and was signed at {}", moment(then), moment(made)));
    }
    Finding::passed(Rule::Date, format!("it is dated {}", moment(then)))
}

fn place(facts: &TagFacts) -> Vec<Finding> {
    let Some(version) = &facts.version else {
        return vec![Finding::failed(Rule::Form, format!("the name is not of the form '{}'", facts.form))];
    };
    let mut findings = vec![Finding::passed(Rule::Form, format!("it names version {version}"))];
    findings.extend(facts.files.as_ref().and_then(|files| files.finding(version)));
    let commit = match facts.tagged {
        Tagged::Commit(..) => Some(()),
        Tagged::Other(_) | Tagged::Missing => None,
    };
    match (&facts.line, commit) {
        (_, None) => {}
        (None, _) => findings.push(
            Finding::undecided(Rule::Line, format!("version {version} belongs to no line that is known here"))
                .hint("describe the line with [[line]] in the policy, or fetch its branch"),
        ),
        (Some(line), Some(())) => findings.extend([on_branch(line, &facts.fetch), order(line, &facts.fetch)]),
    }
    findings
}

fn on_branch(line: &LineFacts, fetch: &FetchFrom) -> Finding {
    let name = &line.name;
    match &line.branch {
        BranchFacts::Missing(branch) => {
            Finding::undecided(Rule::Line, format!("'{branch}', the branch of line '{name}', is not here"))
                .hint(format!("fetch it with its history: {}", fetch.branch(branch)))
        }
        BranchFacts::Gone(branch) => match &line.previous {
            Some((previous, Containment::Inside)) => Finding::passed(
                Rule::Line,
                format!("'{branch}' is gone, and its commit descends from '{previous}' of line '{name}'"),
            ),
            Some((_, Containment::Outside | Containment::Unknown)) | None => {
                Finding::undecided(Rule::Line, format!("'{branch}' is gone, and nothing else tells the line"))
                    .hint(format!("fetch it, if there still is one: {}", fetch.branch(branch)))
            }
        },
        BranchFacts::Here(branch, Containment::Inside) => {
            Finding::passed(Rule::Line, format!("its commit is on '{branch}', the branch of line '{name}'"))
        }
        BranchFacts::Here(branch, Containment::Outside) => {
            Finding::failed(Rule::Line, format!("its commit is not on '{branch}', the branch of line '{name}'"))
        }
        BranchFacts::Here(branch, Containment::Unknown) => {
            Finding::undecided(Rule::Line, format!("the history of '{branch}' is not all here"))
                .hint(format!("this clone is shallow: run {}", fetch.tags()))
        }
    }
}

fn order(line: &LineFacts, fetch: &FetchFrom) -> Finding {
    let neighbours = [("previous", &line.previous), ("next", &line.next)];
    let known = neighbours.iter().filter_map(|(which, tag)| tag.as_ref().map(|(tag, inside)| (*which, tag, *inside)));
    for (which, tag, inside) in known.clone() {
        match inside {
            Containment::Inside => {}
            Containment::Outside if which == "previous" => {
                let detail = format!("its commit does not descend from '{tag}', the {which} version of the line");
                return Finding::failed(Rule::Order, detail);
            }
            Containment::Outside => {
                let detail = format!("'{tag}', the {which} version of the line, does not descend from its commit");
                return Finding::failed(Rule::Order, detail);
            }
            Containment::Unknown => {
                return Finding::undecided(Rule::Order, format!("the history between it and '{tag}' is not all here"))
                    .hint(format!("this clone is shallow: run {}", fetch.tags()));
            }
        }
    }
    let names: Vec<String> = known.map(|(which, tag, _)| format!("{which}: '{tag}'")).collect();
    let detail = if names.is_empty() { "it is the only tag of its line".to_owned() } else { names.join(", ") };
    Finding::passed(Rule::Order, detail)
}
