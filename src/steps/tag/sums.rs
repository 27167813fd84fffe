//! `patch-tag sums` and `verify-sums`: a signed list of the sums of files.

use std::fs::Metadata;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use crate::model::arrange::Arrange as _;
use crate::model::config::SigningFormat;
use crate::model::error::{Error, Result};
use crate::model::publish::{AssetName, refused_size};
use crate::model::request::Mode;
use crate::model::sums::{Sum, Sums};
use crate::model::sums_report::{
    CheckedFile, FileOutcome, Listable, NAMESPACE, SUMS_SCHEMA, SumsRequest, SumsVerification, SumsWritten,
    VERIFY_SUMS_SCHEMA, VerifySumsRequest, answer,
};
use crate::model::tag_object::armor_of;
use crate::model::tag_request::Sealing;
use crate::model::tag_verify::{Finding, Rule, SignatureFacts, SignedBy, judge_signature, require};
use crate::ports::folder::{Below, look_below};
use crate::ports::git::Git;
use crate::ports::platform::slashed;
use crate::ports::signing::{KeySession, Policy, sign};
use crate::ports::trouble::{cannot_read, explained};
use crate::ports::{files, sums};

/// What to do about a list that is none.
const NO_LIST: &str = "get it anew from those who made it, or make one with 'patch-tag sums FILE…'";

/// Opens the repository, where there is one. Asked only where a signature is, for nothing else of it is needed.
pub type OpenGit<'a> = &'a dyn Fn() -> Result<Option<&'static Git>>;

/// Writes a list of sums and signs it. The signature is checked before anything is written.
///
/// # Errors
/// When a file cannot be read, can be none of a release although the list is for one, stands outside of the list's folder or twice, or the signature cannot be made or does not
/// verify.
pub fn write(open: OpenGit<'_>, request: &SumsRequest) -> Result<SumsWritten> {
    let folder = folder_of(&request.list);
    request.files.iter().try_for_each(|file| not_written(file, &request.list))?;
    let sum = |file: &PathBuf| sum_of(file, &folder, request.listable);
    let sums = request.files.iter().map(sum).collect::<Result<Vec<_>>>()?;
    let sums = Sums::new(sums)
        .map_err(|bad| Error::usage("cannot list these files").because(bad).hint("name every file once"))?;
    let text = sums.to_string();
    let mut report = SumsWritten {
        schema: SUMS_SCHEMA.to_owned(),
        list: request.list.display().to_string(),
        signature: None,
        written: request.mode == Mode::Write,
        signed_by: None,
        files: sums.files().to_vec(),
    };
    let mut signature = None;
    if request.sealing == Sealing::Signed {
        let policy = Policy::read(open()?, &request.policy, request.now)?;
        let session = request.key.as_ref().map(KeySession::start).transpose()?;
        let format = policy.format(None, session.as_ref())?;
        let path = sums::signature_of(&request.list, format);
        report.signature = Some(path.display().to_string());
        if request.mode == Mode::Write {
            let made = sign(&policy.git, format, session.as_ref(), text.as_bytes(), NAMESPACE)?;
            let facts = policy.checker().check(format, &made, text.as_bytes(), NAMESPACE)?;
            let now = policy.now.timestamp();
            let findings = judge_signature(&facts, NAMESPACE, &policy.signing, None, None, now);
            require("the new list", &findings, &policy.refused_key())?;
            report.signed_by = Some(facts.signed_by());
            signature = Some((path, made));
        }
    }
    if request.mode == Mode::Write {
        files::write_whole(&request.list, text.as_bytes())?;
        if let Some((path, made)) = &signature {
            files::write_whole(path, made)?;
        }
    }
    Ok(report)
}

/// Refuses to sum what the run would write itself: the list, or a signature of it.
fn not_written(file: &Path, list: &Path) -> Result<()> {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let own = SigningFormat::ALL.map(|format| sums::signature_of(list, format)).into_iter().chain([list.to_owned()]);
    match own.into_iter().any(|own| real(&own) == real(file)) {
        true => Err(Error::usage(format!("'{}' is the list of sums or its signature", file.display()))
            .hint("leave it out, or write the list to another place with '--output'")),
        false => Ok(()),
    }
}

fn folder_of(list: &Path) -> PathBuf {
    list.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

fn sum_of(file: &Path, folder: &Path, listable: Listable) -> Result<Sum> {
    let shown = file.display().to_string().escape_debug().to_string();
    let below = if folder == Path::new(".") { file.strip_prefix(".").unwrap_or(file) } else { file };
    let below = if folder == Path::new(".") { Some(below) } else { below.strip_prefix(folder).ok() };
    let name = below.filter(|name| is_inside(name)).and_then(Path::to_str).ok_or_else(|| {
        Error::usage(format!("'{shown}' is not below the folder of the list, or its name is not UTF-8"))
            .hint("write the list beside the files with '--output FOLDER/SHA256SUMS'")
    })?;
    let found = std::fs::metadata(file);
    // Reading what is neither would wait for ever, or never come to an end.
    if found.as_ref().is_ok_and(|found| !found.is_file() && !found.is_dir()) {
        return Err(Error::usage(format!("'{shown}' is a pipe, a device or the like, and no file"))
            .hint("put what comes out of it into a file, and list that"));
    }
    let name = slashed(name);
    let refused = match listable {
        Listable::Any => None,
        Listable::OfRelease => refused(&name, found.ok().filter(Metadata::is_file).map(|found| found.len())),
    };
    if let Some(why) = refused {
        return Err(Error::usage(format!("'{shown}' cannot be a file of a release"))
            .because(why)
            .hint("release it under another name or packed; for a list that is of no release, give '--any-file'"));
    }
    let sha256 = sums::sha256(file).map_err(|error| cannot_read(file, error))?;
    Ok(Sum { name, sha256 })
}

/// Says why a file can be none of a release, as publishing one does, if it cannot.
fn refused(name: &str, size: Option<u64>) -> Option<String> {
    let bad_name = name.parse::<AssetName>().err().map(|bad| bad.to_string());
    bad_name.or_else(|| size.and_then(refused_size).map(|why| format!("it {why}")))
}

fn is_inside(name: &Path) -> bool {
    name.components().next().is_some() && name.components().all(|part| matches!(part, Component::Normal(_)))
}

/// Returns what verifies lists of sums, for verbs that publish the files.
pub fn verifier(git: &'static Git) -> impl Fn(&VerifySumsRequest) -> Result<SumsVerification> {
    |request| verify(&|| Ok(Some(git)), request)
}

/// Verifies a list, its signature and every file that it names.
///
/// # Errors
/// When the list cannot be read or is malformed, or a program cannot be started.
pub fn verify(open: OpenGit<'_>, request: &VerifySumsRequest) -> Result<SumsVerification> {
    let shown = request.list.display().to_string();
    let bytes = std::fs::read(&request.list).map_err(|error| cannot_read(&request.list, error))?;
    let text = String::from_utf8(bytes.clone()).map_err(|error| {
        Error::no(format!("'{shown}' is no list of sums: it is not UTF-8")).because(error).hint(NO_LIST)
    })?;
    let sums: Sums =
        text.parse().map_err(|bad| Error::no(format!("'{shown}' is no list of sums")).because(bad).hint(NO_LIST))?;
    let (policy, (signature, findings, signed_by)) = match request.sealing {
        Sealing::Unsigned => (None, (None, Vec::new(), None)),
        Sealing::Signed => {
            let policy = Policy::read(open()?, &request.policy, request.now)?;
            let judged = judged(&policy, request, &bytes)?;
            (Some(policy.source), judged)
        }
    };
    let folder = folder_of(&request.list);
    let files: Vec<CheckedFile> = sums.files().iter().map(|sum| check(&folder, sum)).collect();
    Ok(SumsVerification {
        schema: VERIFY_SUMS_SCHEMA.to_owned(),
        list: shown,
        signature: signature.as_deref().map(|path| path.display().to_string()),
        signed_by,
        policy,
        answer: answer(&findings, &files),
        findings,
        extra: extra(&folder, &sums, &[Some(request.list.as_path()), signature.as_deref()])?,
        files,
    })
}

type Judged = (Option<PathBuf>, Vec<Finding>, Option<SignedBy>);

fn judged(policy: &Policy, request: &VerifySumsRequest, list: &[u8]) -> Result<Judged> {
    let Some(path) = request.signature.clone().or_else(|| sums::signature_beside(&request.list)) else {
        let name = request.list.display();
        let missing = Finding::failed(Rule::Signed, format!("there is no '{name}.sig', '{name}.asc' or '{name}.p7s'"));
        return Ok((None, vec![missing], None));
    };
    // One that was not named may be anything that a stranger put there.
    let is_plain = |path: &Path| path.symlink_metadata().is_ok_and(|found| found.is_file());
    if request.signature.is_none() && !is_plain(&path) {
        let detail = format!("'{}' is not a plain file, so it was not opened", path.display());
        let named = Finding::failed(Rule::Signature, detail).hint("name the signature: --signature FILE");
        return Ok((Some(path), vec![named], None));
    }
    let armor = std::fs::read(&path).map_err(|error| cannot_read(&path, error))?;
    let shown = path.display().to_string();
    let Some(format) = armor_of(&armor) else {
        let failed = Finding::failed(Rule::Signature, format!("'{shown}' holds no signature that is known"));
        return Ok((Some(path), vec![failed], None));
    };
    let facts: SignatureFacts = policy.checker().check(format, &armor, list, NAMESPACE)?;
    let now = policy.now.timestamp();
    let findings = judge_signature(&facts, NAMESPACE, &policy.signing, None, None, now);
    Ok((Some(path), findings, Some(facts.signed_by())))
}

fn check(folder: &Path, sum: &Sum) -> CheckedFile {
    let path = Path::new(&sum.name);
    let outcome = if is_inside(path) {
        match look_below(folder, path) {
            Ok(Below::File(at)) => match sums::sha256(&at) {
                Ok(found) if found == sum.sha256 => FileOutcome::Same,
                Ok(_) => FileOutcome::Changed,
                Err(error) if error.kind() == ErrorKind::NotFound => FileOutcome::Missing,
                Err(_) => FileOutcome::Unreadable,
            },
            Ok(Below::Missing) => FileOutcome::Missing,
            Ok(Below::Special(_)) => FileOutcome::Special,
            Err(_) => FileOutcome::Unreadable,
        }
    } else {
        FileOutcome::Outside
    };
    CheckedFile { name: sum.name.clone(), outcome }
}

/// Returns the files beside the list that neither it names nor belong to it.
fn extra(folder: &Path, sums: &Sums, own: &[Option<&Path>]) -> Result<Vec<String>> {
    let cannot = |error| explained(Error::unfinished(format!("cannot list '{}'", folder.display())), folder, error);
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(cannot)? {
        let entry = entry.map_err(cannot)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_own = own.iter().flatten().any(|path| path.file_name() == Some(&entry.file_name()));
        let is_listed = sums.files().iter().any(|sum| sum.name == name);
        if entry.file_type().is_ok_and(|kind| kind.is_file()) && !is_own && !is_listed {
            names.push(name);
        }
    }
    names.arrange();
    Ok(names)
}
