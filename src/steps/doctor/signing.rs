//! Whether a tag could be signed, and whether the signature would count.

use crate::model::config::SigningFormat;
use crate::model::doctor::Rule;
use crate::model::doctor::facts::{Attempt, CommitSigning, PolicyFacts, SigningFacts, Why};
use crate::model::doctor::request::DoctorRequest;
use crate::model::error::{Error, Result};
use crate::model::tag::TagName;
use crate::model::tag_request::Sealing;
use crate::model::tag_verify::{
    Finding, Lists, Rule as SignatureRule, SignatureFacts, Verdict, answer, judge_policy, judge_signature,
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
    let configured = settings.config.signing.as_ref();
    if request.key.is_none() && !request.choice.takes(Rule::SigningKey) {
        // The key is elsewhere, and so is what git is configured with there: only the project tells its kind.
        let said = policy.as_ref().ok().and_then(|policy| policy.signing.format);
        let format = configured.and_then(|signing| signing.format).or(said);
        let formats = format.map_or(SigningFormat::ALL.to_vec(), |format| vec![format]);
        return Ok(SigningFacts::Elsewhere(without(policy.as_ref(), &formats, Keyring::Elsewhere, next.as_ref())));
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
                Ok(found) => judged(policy, &found, next.as_ref()),
                Err(error) => PolicyFacts::Unreadable(why(&error)),
            }
        }
        (policy, _) => without(policy.as_ref(), &[format], Keyring::Here, next.as_ref()),
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
    next: Option<&TagName>,
) -> PolicyFacts {
    let policy = match policy {
        Ok(policy) => policy,
        Err(error) => return PolicyFacts::Unreadable(why(error)),
    };
    let checker = policy.checker();
    let signers = match checker.standing(NAMESPACE) {
        Ok(signers) => signers,
        Err(error) => return PolicyFacts::Unreadable(why(&error)),
    };
    // Where the user signs, their keyring says itself what it trusts; the public half of a key that is elsewhere may be here all the same.
    let asks_gpg =
        formats.contains(&SigningFormat::Openpgp) && (checker.keys.is_some() || keyring == Keyring::Elsewhere);
    let held = match if asks_gpg { checker.held() } else { Ok(Vec::new()) } {
        Ok(held) => held,
        Err(error) if checker.keys.is_some() || formats == [SigningFormat::Openpgp] => {
            return PolicyFacts::Unreadable(why(&error));
        }
        // Keys of another kind need no gpg.
        Err(_) => Vec::new(),
    };
    let keys = checker.keys.map(|listed| listed.name.as_str());
    let lists = Lists { signers, keys, held: &held, keyring: keyring == Keyring::Here };
    let finding = judge_policy(&policy.signing, formats, lists, next, NAMESPACE);
    let why = Why { sentence: finding.detail, hint: finding.hint.or_else(|| Some(policy.refused_key())) };
    match finding.verdict {
        Verdict::Passed => PolicyFacts::Readable(policy.source.clone()),
        Verdict::Failed => PolicyFacts::Refused(why),
        Verdict::Undecided => PolicyFacts::Open(why),
    }
}

/// Judges a signature as that of the next tag.
fn judged(policy: &Policy, found: &SignatureFacts, next: Option<&TagName>) -> PolicyFacts {
    let findings = judge_signature(found, NAMESPACE, &policy.signing, next, None, policy.now.timestamp());
    let first = |verdict: Verdict| findings.iter().find(|finding| finding.verdict == verdict);
    let why = |finding: Option<&Finding>| {
        let sentence = finding.map_or_else(String::new, |finding| finding.detail.clone());
        let hint = finding.and_then(|finding| finding.hint.clone()).unwrap_or_else(|| policy.refused_key());
        Why { sentence, hint: Some(hint) }
    };
    match answer(&findings) {
        Answer::Yes => PolicyFacts::Counts(policy.source.clone()),
        Answer::No => PolicyFacts::Refused(why(first(Verdict::Failed))),
        Answer::Undecided => {
            let open = first(Verdict::Undecided);
            // It was made by the clock of the machine, which a moment that was given may be before.
            let is_moved =
                policy.now.given().is_some() && open.is_some_and(|open| open.rule == SignatureRule::Signature);
            if is_moved { PolicyFacts::Open(why(open)) } else { PolicyFacts::Refused(why(open)) }
        }
    }
}
