//! Finds what `uses:` names.

use std::path::{Path, PathBuf};

use super::model::{Action, Uses, Workflow};
use super::yaml::Document;
use super::{Result, Trouble};

/// The repositories of this machine.
pub struct Library {
    root: PathBuf,
    others: Vec<(String, PathBuf)>,
}

/// An action with the folder that it is in.
pub struct FoundAction {
    pub action: Action,
    pub folder: PathBuf,
    /// The repository that `$/` means within it.
    pub root: PathBuf,
    /// The name and the version of that repository, if it is another one.
    pub origin: Option<(String, String)>,
}

/// A workflow with its place.
pub struct FoundWorkflow {
    pub workflow: Workflow,
    pub root: PathBuf,
    pub path: String,
}

impl Library {
    /// The library of a repository.
    pub fn new(root: PathBuf) -> Self {
        Self { root, others: Vec::new() }
    }

    pub(super) fn add(&mut self, name: &str, folder: &Path) {
        self.others.push((name.to_owned(), folder.to_owned()));
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    fn other(&self, repository: &str) -> Option<&Path> {
        self.others.iter().find(|(name, _)| name == repository).map(|(_, folder)| folder.as_path())
    }

    /// Finds an action for a step of a file in the repository `from`. `None`: it is of a repository that is not here.
    pub fn action(&self, uses: &Uses, from: &Path, workspace: &Path) -> Result<Option<FoundAction>> {
        let (base, path, root) = match uses {
            Uses::Itself(path) => (from, path, from),
            Uses::Here(path) => (workspace, path, from),
            Uses::Other { repository, path, .. } => match self.other(repository) {
                Some(base) => (base, path, base),
                None => return Ok(None),
            },
        };
        let folder = if path.is_empty() { base.to_owned() } else { base.join(path) };
        let file = ["action.yml", "action.yaml"].into_iter().find(|name| folder.join(name).is_file());
        let file = file.ok_or_else(|| {
            let where_to = folder.display();
            Trouble::new(format!(
                "Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under '{where_to}'. Did you forget to run actions/checkout before running your local action?"
            ))
        })?;
        let action = Action::read(&Document::read(&folder, file)?).map_err(|trouble| trouble.of(&uses.to_string()))?;
        let origin = match uses {
            Uses::Other { repository, reference, .. } => Some((repository.clone(), reference.clone())),
            Uses::Itself(_) | Uses::Here(_) => None,
        };
        Ok(Some(FoundAction { action, folder, root: root.to_owned(), origin }))
    }

    /// Finds a workflow that a job of a file in the repository `from` calls.
    pub fn workflow(&self, uses: &Uses, from: &Path) -> Result<FoundWorkflow> {
        let (root, path) = match uses {
            Uses::Itself(path) | Uses::Here(path) => (from, path),
            Uses::Other { repository, path, .. } => {
                let missing =
                    || Trouble::new(format!("'{repository}' is not on this machine: give its folder to the runner"));
                (self.other(repository).ok_or_else(missing)?, path)
            }
        };
        let file = path.strip_prefix(".github/workflows/").filter(|file| !file.contains('/'));
        file.ok_or_else(|| {
            Trouble::new(format!("invalid workflow reference '{uses}': it is not directly in '.github/workflows'"))
        })?;
        Self::read(root, path)
    }

    /// Reads a workflow.
    pub fn read(root: &Path, path: &str) -> Result<FoundWorkflow> {
        let workflow = Workflow::read(&Document::read(root, path)?)?;
        Ok(FoundWorkflow { workflow, root: root.to_owned(), path: path.to_owned() })
    }
}
