//! `actions/upload-artifact` and `actions/download-artifact`, in a folder of the run.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{Call, outputs};
use crate::executor::{Result, Texts, Trouble};

/// Plays the upload of files and folders; a pattern has one `*`, in the name of a file. A name is taken once, unless it may be overwritten.
pub fn upload_artifact(call: &mut Call<'_>) -> Result<Texts> {
    call.only(&[
        "name",
        "path",
        "if-no-files-found",
        "retention-days",
        "compression-level",
        "overwrite",
        "include-hidden-files",
    ])?;
    let name = call.input("name", "artifact");
    let target = place(call, &name)?;
    let paths = call.input("path", "");
    let (files, base) = chosen(call, &paths)?;
    if files.is_empty() {
        let message = format!("No files were found with the provided path: {paths}. No artifacts will be uploaded.");
        return match call.input("if-no-files-found", "warn").as_str() {
            "error" => Err(Trouble::new(message)),
            "ignore" => Ok(Texts::new()),
            _ => {
                call.complaints.push(message);
                Ok(Texts::new())
            }
        };
    }
    if target.exists() {
        if call.input("overwrite", "false") != "true" {
            return Err(Trouble::new(
                "Failed to CreateArtifact: an artifact with this name already exists on the workflow run",
            ));
        }
        std::fs::remove_dir_all(&target).map_err(|error| io("remove", &target, &error))?;
    }
    for file in &files {
        let inner = file.strip_prefix(&base).expect("because it is what they have in common");
        copy(file, &target.join(inner))?;
    }
    let digest = digest(&target)?;
    let noted = call.artifacts.join(format!("{name}.sha256"));
    std::fs::write(&noted, &digest).map_err(|error| io("write", &noted, &error))?;
    let id = std::fs::read_dir(&call.artifacts).map_or(0, Iterator::count);
    Ok(outputs([
        ("artifact-id", id.to_string()),
        ("artifact-digest", digest),
        (
            "artifact-url",
            format!("{}/{}/actions/runs/1/artifacts/{id}", call.github("server_url"), call.github("repository")),
        ),
    ]))
}

/// The files that the lines of `path` name, and the folder from which the artifact names them.
fn chosen(call: &Call<'_>, paths: &str) -> Result<(Vec<PathBuf>, PathBuf)> {
    let lines: Vec<_> = paths.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut files = Vec::new();
    for line in &lines {
        let (folder, name) = line.rsplit_once('/').unwrap_or(("", line));
        if folder.contains(['*', '?', '[', '!']) || name.contains(['?', '[', '!']) || name.matches('*').count() > 1 {
            return Err(Trouble::new(format!("patterns such as '{line}' are not played")));
        }
        if name.contains('*') {
            let mut inner = Vec::new();
            collect(&call.workspace.join(folder), &mut inner)?;
            let direct = |file: &PathBuf| file.parent() == Some(&call.workspace.join(folder));
            files.extend(inner.into_iter().filter(|file| direct(file) && matches(name, &named(file))));
        } else {
            collect(&call.workspace.join(line), &mut files)?;
        }
    }
    let base = match lines[..] {
        [folder] if call.workspace.join(folder).is_dir() => call.workspace.join(folder),
        _ => common(&files),
    };
    Ok((files, base))
}

/// Plays the download of one artifact, or of all into folders of their names. One that is not what was uploaded is refused.
pub fn download_artifact(call: &mut Call<'_>) -> Result<Texts> {
    call.only(&["name", "path", "pattern", "merge-multiple"])?;
    let (pattern, merged) = (call.input("pattern", "*"), call.input("merge-multiple", "false") == "true");
    let path = call.workspace.join(call.input("path", ""));
    match call.with.get("name").filter(|name| !name.is_empty()).cloned() {
        Some(name) => download(call, &name, &path)?,
        None => {
            let entries = std::fs::read_dir(&call.artifacts).map_err(|error| io("list", &call.artifacts, &error))?;
            let folders =
                entries.filter_map(std::result::Result::ok).map(|entry| entry.path()).filter(|path| path.is_dir());
            for folder in folders.collect::<Vec<_>>() {
                let name = named(&folder);
                if matches(&pattern, &name) {
                    download(call, &name, &if merged { path.clone() } else { path.join(&name) })?;
                }
            }
        }
    }
    Ok(outputs([("download-path", path.display().to_string())]))
}

fn named(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Whether a name is that of a pattern with one `*` at most.
fn matches(pattern: &str, name: &str) -> bool {
    pattern.split_once('*').map_or(pattern == name, |(begin, end)| {
        name.len() >= begin.len() + end.len() && name.starts_with(begin) && name.ends_with(end)
    })
}

fn download(call: &Call<'_>, name: &str, to: &Path) -> Result<()> {
    let from = place(call, name)?;
    if !from.is_dir() {
        return Err(Trouble::new(format!("Unable to download artifact(s): Artifact not found for name: {name}")));
    }
    let noted = call.artifacts.join(format!("{name}.sha256"));
    let noted = std::fs::read_to_string(&noted).map_err(|error| io("read", &noted, &error))?;
    if digest(&from)? != noted {
        return Err(Trouble::new(format!("the digest of artifact '{name}' is not that of its upload")));
    }
    let mut files = Vec::new();
    collect(&from, &mut files)?;
    files
        .iter()
        .try_for_each(|file| copy(file, &to.join(file.strip_prefix(&from).expect("because it was found there"))))
}

/// The folder of an artifact, whose name must be one that GitHub takes.
fn place(call: &Call<'_>, name: &str) -> Result<PathBuf> {
    if name.contains(['"', ':', '<', '>', '|', '*', '?', '\r', '\n', '\\', '/']) {
        return Err(Trouble::new(format!("The artifact name is not valid: {name}")));
    }
    Ok(call.artifacts.join(name))
}

/// Every file below a path, in their order.
fn collect(path: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        found.push(path.to_owned());
    }
    if path.is_dir() {
        let entries = std::fs::read_dir(path).map_err(|error| io("list", path, &error))?;
        let mut inner: Vec<_> = entries.filter_map(std::result::Result::ok).map(|entry| entry.path()).collect();
        inner.sort();
        inner.iter().try_for_each(|path| collect(path, found))?;
    }
    Ok(())
}

/// The innermost folder that holds all files.
fn common(files: &[PathBuf]) -> PathBuf {
    let first = files.first().and_then(|file| file.parent()).unwrap_or_else(|| Path::new("/"));
    let holds = |folder: &&Path| files.iter().all(|file| file.starts_with(folder));
    first.ancestors().find(holds).unwrap_or_else(|| Path::new("/")).to_owned()
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let folder = to.parent().unwrap_or(to);
    std::fs::create_dir_all(folder).map_err(|error| io("make", folder, &error))?;
    std::fs::copy(from, to).map(drop).map_err(|error| io("copy", from, &error))
}

/// SHA-256 over the paths and contents.
fn digest(folder: &Path) -> Result<String> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    let mut hash = Sha256::new();
    for file in files {
        let inner = file.strip_prefix(folder).expect("because it was found there").display().to_string();
        let content = std::fs::read(&file).map_err(|error| io("read", &file, &error))?;
        hash.update(format!("{inner}\0{}\0", content.len()));
        hash.update(content);
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn io(verb: &str, path: &Path, error: &std::io::Error) -> Trouble {
    Trouble::new(format!("cannot {verb} '{}': {error}", path.display()))
}
