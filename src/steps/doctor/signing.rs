//! Whether a tag could be signed, and whether the signature would count.

use crate::model::config::SigningFormat;
use crate::model::doctor::Rule;
use crate::model::doctor::facts::{Attempt, CommitSigning, PolicyFacts, SigningFacts, Why};
use crate::model::doctor::request::{DoctorRequest, ReleaseFiles};
use crate::model::error::{Error, Result};
use crate::model::sums_report;
use crate::model::tag::TagName;
use crate::model::tag_request::Sealing;
use crate::model::tag_verify::{
    Finding, Lists, Rule as SignatureRule, SignatureFacts, SshFacts, Verdict, answer, judge_policy, judge_signature,
};
use crate::model::verify::Answer;
use crate::ports::git::{Git, GitConfig, SignCommits};
use crate::ports::settings::Settings;
use crate::ports::signing::{Attempted, KeySession, Policy, attempt};

use super::why;

/// What is signed: it is not kept, and says what it is to whoever might find it.
const PAYLOAD: &[u8] = b"patch-doctor tries whether this key can sign. This is no release.\n";
/// What the signatures of git are made for (`gpg-interface.c` of git).
const NAMESPACE: &str = "git";

/// What a signature has to count for.
#[derive(Clone, Copy)]
struct Next<'a> {
    /// The next tag.
    tag: Option<&'a TagName>,
    /// Whether the release that comes of it has files, which are listed and signed as well. `None`: none comes of it.
    files: Option<ReleaseFiles>,
}

pub(super) fn facts(
    git: &Git,
    settings: &Settings,
    request: &DoctorRequest,
    next: Option<TagName>,
) -> Result<SigningFacts> {
    let policy = Policy::read(Some(git), &request.policy, request.now);
    if request.sealing == Sealing::Unsigned {
        return Ok(SigningFacts::Unsigned { unreadable: policy.err().map(|error| why(&error)) });
    }
    let next = Next { tag: next.as_ref(), files: request.release.as_ref().map(|_| request.files) };
    let configured = settings.config.signing.as_ref();
    if request.key.is_none() && !request.choice.takes(Rule::SigningKey) {
        // The key is elsewhere, and so is what git is configured with there: only the project tells its kind.
        let said = policy.as_ref().ok().and_then(|policy| policy.signing.format);
        let format = configured.and_then(|signing| signing.format).or(said);
        let formats = format.map_or(SigningFormat::ALL.to_vec(), |format| vec![format]);
        return Ok(SigningFacts::Elsewhere(without(policy.as_ref(), &formats, Keyring::Elsewhere, next)));
    }
    let session = match request.key.as_ref().map(KeySession::start).transpose() {
        Ok(session) => session,
        Err(error) => return Ok(SigningFacts::Broken(why(&error))),
    };
    let format = match &policy {
        Ok(policy) => policy.format(configured, session.as_ref()),
        Err(_) => match session.as_ref().map(KeySession::format).or(configured.and_then(|signing| signing.format)) {
            Some(format) => Ok(format),
            None => GitConfig::read(Some(git), std::path::Path::new(".")).and_then(|config| config.signing_format()),
        },
    };
    let format = match format {
        Ok(format) => format,
        Err(error) => return Ok(SigningFacts::Broken(why(&error))),
    };
    let own;
    let config = match &policy {
        Ok(policy) => &policy.git,
        Err(_) => {
            own = GitConfig::read(Some(git), std::path::Path::new("."))?;
            &own
        }
    };
    let (attempt, signature) = tried(config, format, session.as_ref());
    let policy = match (&policy, signature) {
        (Ok(policy), Some(signature)) => {
            // The key is gone when `patch-tag push` and a later run verify the tag, so nothing is checked with it here.
            match policy.checker().check(format, &signature, PAYLOAD, NAMESPACE) {
                Ok(found) => judged(policy, found, next),
                Err(error) => PolicyFacts::Unreadable(why(&error)),
            }
        }
        (policy, _) => without(policy.as_ref(), &[format], Keyring::Here, next),
    };
    Ok(SigningFacts::Tried { format, attempt, policy })
}

/// Finds out whether git signs commits here, and whether it can. The key of tags is of no use for them.
pub(super) fn commits(git: &Git, request: &DoctorRequest) -> CommitSigning {
    if !request.choice.takes(Rule::CommitSignatures) {
        return CommitSigning::Left;
    }
    match git.signs_by_default() {
        Ok(SignCommits::Leave) => return CommitSigning::Left,
        Ok(SignCommits::Sign) => {}
        Err(error) => return CommitSigning::Broken(why(&error)),
    }
    let read = GitConfig::read(Some(git), std::path::Path::new("."));
    match read.and_then(|config| config.signing_format().map(|format| (config, format))) {
        Ok((config, format)) => CommitSigning::Tried { format, attempt: tried(&config, format, None).0 },
        Err(error) => CommitSigning::Broken(why(&error)),
    }
}

fn tried(config: &GitConfig, format: SigningFormat, session: Option<&KeySession>) -> (Attempt, Option<Vec<u8>>) {
    match attempt(config, format, session, PAYLOAD, NAMESPACE) {
        Attempted::Signed(signature) => (Attempt::Signed, Some(signature)),
        Attempted::Locked(error) => (Attempt::Locked(why(&error)), None),
        Attempted::Failed(error) => (Attempt::Failed(why(&error)), None),
    }
}

/// Where the keyring is that may trust the key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keyring {
    Here,
    Elsewhere,
}

/// Judges a policy without a signature.
fn without(
    policy: std::result::Result<&Policy, &Error>,
    formats: &[SigningFormat],
    keyring: Keyring,
    next: Next<'_>,
) -> PolicyFacts {
    let policy = match policy {
        Ok(policy) => policy,
        Err(error) => return PolicyFacts::Unreadable(why(error)),
    };
    let checker = policy.checker();
    let names = next.tag.and_then(|tag| policy.signing.rule_for(tag)).flatten().map(|rule| &rule.signers[..]);
    let standing = checker
        .standing(NAMESPACE, names)
        .and_then(|git| Ok((git, checker.standing_beside((NAMESPACE, names), sums_report::NAMESPACE)?)));
    let (signers, of_files) = match standing {
        Ok(standing) => standing,
        Err(error) => return PolicyFacts::Unreadable(why(&error)),
    };
    // The public half of a key that is elsewhere may be here all the same.
    let held = match if formats.contains(&SigningFormat::Openpgp) { checker.held() } else { Ok(Vec::new()) } {
        Ok(held) => held,
        Err(error)
            if checker.keys.is_some() || (formats == [SigningFormat::Openpgp] && keyring == Keyring::Elsewhere) =>
        {
            return PolicyFacts::Unreadable(why(&error));
        }
        // Keys of another kind need no gpg; and where the key is here, what signs with it is tried, and says so itself.
        Err(_) => Vec::new(),
    };
    let keys = checker.keys.map(|listed| listed.name.as_str());
    let lists = Lists { signers, keys, held: &held, keyring: keyring == Keyring::Here };
    let finding = judge_policy(&policy.signing, formats, lists, next.tag, NAMESPACE);
    match (finding.verdict, next.files) {
        (Verdict::Passed, Some(files)) => {
            let lists = Lists { signers: of_files, ..lists };
            let of_files = judge_policy(&policy.signing, formats, lists, None, sums_report::NAMESPACE);
            match of_files.verdict {
                Verdict::Passed | Verdict::Undecided => PolicyFacts::Readable(policy.source.clone()),
                Verdict::Failed => PolicyFacts::TagsAlone(because(policy, Some(of_files)), files),
            }
        }
        (Verdict::Passed, None) => PolicyFacts::Readable(policy.source.clone()),
        (Verdict::Failed, _) => PolicyFacts::Refused(because(policy, Some(finding))),
        (Verdict::Undecided, _) => PolicyFacts::Open(because(policy, Some(finding))),
    }
}

/// Says why a policy does not let a key sign, and what to do about it.
fn because(policy: &Policy, finding: Option<Finding>) -> Why {
    let (sentence, hint) = finding.map_or_else(Default::default, |finding| (finding.detail, finding.hint));
    Why { sentence, hint: hint.or_else(|| Some(policy.refused_key())) }
}

/// Judges a signature as that of the next tag and, where there is to be a release, of the list of its files.
fn judged(policy: &Policy, found: SignatureFacts, next: Next<'_>) -> PolicyFacts {
    let judge = |found: &SignatureFacts, namespace: &str, tag: Option<&TagName>| {
        judge_signature(found, namespace, &policy.signing, tag, None, policy.now.timestamp())
    };
    let findings = judge(&found, NAMESPACE, next.tag);
    let first = |findings: Vec<Finding>, verdict| findings.into_iter().find(|finding| finding.verdict == verdict);
    match (answer(&findings), next.files) {
        (Answer::Yes, Some(files)) => {
            let of_files = judge(&of_files(found), sums_report::NAMESPACE, None);
            match answer(&of_files) {
                Answer::No => PolicyFacts::TagsAlone(because(policy, first(of_files, Verdict::Failed)), files),
                Answer::Yes | Answer::Undecided => PolicyFacts::Counts(policy.source.clone()),
            }
        }
        (Answer::Yes, None) => PolicyFacts::Counts(policy.source.clone()),
        (Answer::No, _) => PolicyFacts::Refused(because(policy, first(findings, Verdict::Failed))),
        (Answer::Undecided, _) => {
            let open = first(findings, Verdict::Undecided);
            // It was made by the clock of the machine, which a moment that was given may be before.
            let is_moved =
                policy.now.given().is_some() && open.as_ref().is_some_and(|open| open.rule == SignatureRule::Signature);
            let why = because(policy, open);
            if is_moved { PolicyFacts::Open(why) } else { PolicyFacts::Refused(why) }
        }
    }
}

/// Returns a signature as the same key makes it for a list of files. A second one is not asked of it, for a person may have to touch it.
fn of_files(found: SignatureFacts) -> SignatureFacts {
    match found {
        SignatureFacts::Ssh(ssh) => {
            SignatureFacts::Ssh(SshFacts { namespace: sums_report::NAMESPACE.to_owned(), ..ssh })
        }
        other @ (SignatureFacts::Gpg(_) | SignatureFacts::Unreadable(_)) => other,
    }
}
