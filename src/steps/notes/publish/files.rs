//! The files of a release: what its list of sums names, the list and its signature, and nothing else.

use std::path::{Path, PathBuf};

use crate::model::apply::shell_word;
use crate::model::arrange::Arrange as _;
use crate::model::error::{Error, Result};
use crate::model::name::NotAName;
use crate::model::publish::{AssetName, Checksums, PublishRequest, WantedAsset};
use crate::model::sums::{Sha256Sum, Sums};
use crate::model::sums_report::{FileOutcome, SumsVerification, VerifySumsRequest};
use crate::model::tag::TagName;
use crate::model::tag_request::Sealing;
use crate::model::tag_verify::require;
use crate::ports::sums::signature_beside;
use crate::ports::trouble::{cannot_read, explained};

use super::VerifySums;

/// What the list is called.
const LIST: &str = "SHA256SUMS";

/// The files of one release.
#[derive(Default)]
pub(super) struct Files {
    pub(super) assets: Vec<WantedAsset>,
    pub(super) checksums: Option<Checksums>,
}

impl Files {
    /// Reads them, and requires that the signature and all sums are right.
    ///
    /// # Errors
    /// When the list does not verify, a file is there that it does not name, or one has a name that GitHub changes.
    pub(super) fn read(verify: VerifySums<'_>, request: &PublishRequest, tag: &TagName) -> Result<Self> {
        let Some(folder) = folder_of(request, tag)? else { return Ok(Self::default()) };
        let list = folder.join(LIST);
        if names(&folder)?.is_empty() {
            return Ok(Self::default());
        }
        let bytes = std::fs::read(&list).map_err(|error| {
            let shown = shell_word(&folder.display().to_string());
            cannot_read(&list, error).hint(format!("make the list: patch-tag sums --output {shown}/{LIST} {shown}/*"))
        })?;
        let found = verified(verify, request, &list)?;
        let text = String::from_utf8_lossy(&bytes);
        let sums: Sums = text.parse().map_err(|_| changed(&list))?;
        let signature = found.signature.as_deref().map(Path::new);
        require_named(&folder, &sums, signature)?;
        let mut assets = Vec::new();
        for sum in sums.files() {
            assets.push(asset(&folder.join(&sum.name), &sum.name, sum.sha256.clone())?);
        }
        // The list that was verified has to be the one that was read.
        if std::fs::read(&list).ok().as_ref() != Some(&bytes) {
            return Err(changed(&list));
        }
        assets.push(asset(&list, LIST, Sha256Sum::of(&bytes))?);
        let mut checksums = Checksums { list: name(&list, LIST)?, sums, signature: None };
        if let Some(path) = signature {
            let bytes = std::fs::read(path).map_err(|error| cannot_read(path, error))?;
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            checksums.signature = Some(name(path, &file)?);
            assets.push(asset(path, &file, Sha256Sum::of(&bytes))?);
        }
        Ok(Self { assets, checksums: Some(checksums) })
    }
}

/// Returns the folder with the files of a release.
fn folder_of(request: &PublishRequest, tag: &TagName) -> Result<Option<PathBuf>> {
    let Some(assets) = &request.assets else { return Ok(None) };
    let own = assets.join(tag.as_str());
    if request.tags.len() == 1 && !own.is_dir() {
        return Ok(Some(assets.clone()));
    }
    if own.is_dir() {
        return Ok(Some(own));
    }
    Err(Error::usage(format!("there is no folder '{}' with the files of '{tag}'", own.display()))
        .hint("where several releases are published, the files of each are in a folder of the name of its tag; one without files has an empty one"))
}

fn verified(verify: VerifySums<'_>, request: &PublishRequest, list: &Path) -> Result<SumsVerification> {
    let asked = VerifySumsRequest {
        list: list.to_owned(),
        signature: None,
        // One that is there counts, whether or not there has to be one.
        sealing: if signature_beside(list).is_some() { Sealing::Signed } else { request.sealing },
        policy: request.policy.clone(),
        now: request.now,
    };
    let found = verify(&asked)?;
    let shown = list.display();
    let again = format!("see all: patch-tag verify-sums {}", shell_word(&shown.to_string()));
    if let Some(file) = found.files.iter().find(|file| file.outcome != FileOutcome::Same) {
        let name = file.name.escape_debug();
        return Err(Error::no(format!("'{name}' of '{shown}' is {}", file.outcome.as_str())).hint(again));
    }
    require(&format!("'{shown}'"), &found.findings, &again)?;
    Ok(found)
}

/// Requires that nothing is beside the list but what it names and what belongs to it, so that nothing is left out unseen.
fn require_named(folder: &Path, sums: &Sums, signature: Option<&Path>) -> Result<()> {
    let signature = signature.and_then(Path::file_name);
    for name in names(folder)? {
        let known = name == LIST
            || signature.is_some_and(|signature| *signature == *name)
            || sums.files().iter().any(|sum| sum.name == name);
        if !known {
            return Err(Error::no(format!(
                "'{}' in '{}' is not in the list of sums",
                name.escape_debug(),
                folder.display()
            ))
            .hint("make the list anew with it, or put it elsewhere"));
        }
    }
    Ok(())
}

fn names(folder: &Path) -> Result<Vec<String>> {
    let cannot = |error| explained(Error::usage(format!("cannot list '{}'", folder.display())), folder, error);
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(cannot)? {
        names.push(entry.map_err(cannot)?.file_name().to_string_lossy().into_owned());
    }
    names.arrange();
    Ok(names)
}

fn name(path: &Path, text: &str) -> Result<AssetName> {
    text.parse().map_err(|bad: NotAName| {
        Error::usage(format!("'{}' cannot be a file of a release", path.display().to_string().escape_debug()))
            .because(bad)
            .hint("give it another name, and make the list of sums anew")
    })
}

fn asset(path: &Path, text: &str, sha256: Sha256Sum) -> Result<WantedAsset> {
    let size = std::fs::metadata(path).map_err(|error| cannot_read(path, error))?.len();
    Ok(WantedAsset { name: name(path, text)?, size, sha256, path: path.to_owned() })
}

fn changed(list: &Path) -> Error {
    Error::unfinished(format!("'{}' changed while it was verified", list.display())).hint("run the same command again")
}
