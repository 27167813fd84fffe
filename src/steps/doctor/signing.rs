//! Whether a tag could be signed, and whether the signature would count.

use crate::model::doctor::facts::{Attempt, PolicyFacts, SigningFacts, Why};
use crate::model::doctor::request::DoctorRequest;
use crate::model::error::Result;
use crate::model::tag::TagName;
use crate::model::tag_request::Sealing;
use crate::model::tag_verify::{Verdict, answer, judge_signature};
use crate::model::verify::Answer;
use crate::ports::git::{Git, GitConfig};
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
    if request.sealing == Sealing::Unsigned {
        return Ok(SigningFacts::Unsigned);
    }
    let session = match request.key.as_ref().map(KeySession::start).transpose() {
        Ok(session) => session,
        Err(error) => return Ok(SigningFacts::Broken(why(&error))),
    };
    let policy = Policy::read(Some(git), &request.policy, request.now);
    let configured = settings.config.signing.as_ref();
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
    let (attempt, signature) = match attempt(config, format, session.as_ref(), PAYLOAD, NAMESPACE) {
        Attempted::Signed(signature) => (Attempt::Signed, Some(signature)),
        Attempted::Locked(error) => (Attempt::Locked(why(&error)), None),
        Attempted::Failed(error) => (Attempt::Failed(why(&error)), None),
    };
    let policy = match (&policy, signature) {
        (Err(error), _) => PolicyFacts::Unreadable(why(error)),
        (Ok(policy), None) => PolicyFacts::Readable(policy.source.clone()),
        (Ok(policy), Some(signature)) => {
            match policy.checker(session.as_ref()).check(format, &signature, PAYLOAD, NAMESPACE) {
                Ok(found) => judged(policy, &found, next.as_ref()),
                Err(error) => PolicyFacts::Unreadable(why(&error)),
            }
        }
    };
    Ok(SigningFacts::Tried { format, attempt, policy })
}

/// Judges a signature as that of the next tag.
fn judged(policy: &Policy, found: &crate::model::tag_verify::SignatureFacts, next: Option<&TagName>) -> PolicyFacts {
    let findings = judge_signature(found, NAMESPACE, &policy.signing, next, None, policy.now.timestamp());
    let first = |verdict: Verdict| {
        let finding = findings.iter().find(|finding| finding.verdict == verdict);
        let sentence = finding.map_or_else(String::new, |finding| finding.detail.clone());
        let hint = finding.and_then(|finding| finding.hint.clone()).unwrap_or_else(|| policy.refused_key());
        Why { sentence, hint: Some(hint) }
    };
    match answer(&findings) {
        Answer::Yes => PolicyFacts::Counts(policy.source.clone()),
        Answer::No => PolicyFacts::Refused(first(Verdict::Failed)),
        Answer::Undecided => PolicyFacts::Open(first(Verdict::Undecided)),
    }
}
