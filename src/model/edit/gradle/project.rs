//! The projects of a Gradle build: the one at its root, and those that its settings include (Gradle User Manual, "Structuring
//! Projects with Gradle", "Build Environment Configuration").

use super::settings;
use crate::model::edit::source::{Missing, Source, same_version};
use crate::model::edit::survey::Gather;
use crate::model::edit::syntax::{Syntax, file_name};
use crate::model::edit::tape::{Node, Tape, What};
use crate::model::edit::workspace::beside;
use crate::model::error::Result;
use crate::model::path::RepoPath;
use crate::model::version::Spelling;

const PROPERTIES: &str = "gradle.properties";

/// Finds the version in the build script of Gradle and in the `gradle.properties` beside it, and in those of the included
/// projects that have the same.
pub(in crate::model::edit) fn gather(gather: &mut Gather<'_>, path: &RepoPath) -> Result<()> {
    let mut versions: Vec<String> = Vec::new();
    let script = (file_name(path) != PROPERTIES).then(|| path.clone());
    for path in script.into_iter().chain(beside(path, PROPERTIES)) {
        let Some(bytes) = gather.read(&path)? else { continue };
        let (source, syntax) = (Source::new(&path, &bytes)?, syntax_of(&path));
        let tape = syntax.read(&source)?;
        let Some(node) = version(&source, &tape)? else { continue };
        versions.push(node.value().to_owned());
        let spot = source.spot(node, "version", Spelling::SemVer)?;
        gather.add(&path, syntax, tape, vec![spot]);
    }
    let Some(own) = versions.first() else {
        let bytes = gather.require(path)?;
        let missing = Missing::nothing("neither it nor the 'gradle.properties' beside it sets 'version' to a text");
        return Err(Source::new(path, &bytes)?.missing(missing));
    };
    included(gather, path, own)
}

fn syntax_of(path: &RepoPath) -> Syntax {
    if file_name(path) == PROPERTIES { Syntax::Properties } else { Syntax::Gradle }
}

fn version<'t>(source: &Source<'_>, tape: &'t Tape<'t>) -> Result<Option<Node<'t>>> {
    Ok(tape.root().map(|root| root.get(source, "version")).transpose()?.flatten())
}

/// Finds the versions of the projects that the settings beside a build script include.
fn included(gather: &mut Gather<'_>, root: &RepoPath, own: &str) -> Result<()> {
    for name in ["settings.gradle", "settings.gradle.kts"] {
        let Some(path) = beside(root, name) else { continue };
        let Some(bytes) = gather.read(&path)? else { continue };
        let source = Source::new(&path, &bytes)?;
        let settings = settings::read(&source)?;
        for (offset, text) in settings.unclear {
            gather.note(&source, offset, text);
        }
        for folder in settings.folders {
            for name in ["build.gradle", "build.gradle.kts", PROPERTIES] {
                if let Some(file) = beside(root, &format!("{folder}/{name}")) {
                    subproject(gather, &file, own)?;
                }
            }
        }
    }
    Ok(())
}

/// Takes the version of an included project if it is the product's, and notes it otherwise.
fn subproject(gather: &mut Gather<'_>, path: &RepoPath, own: &str) -> Result<()> {
    let Some(bytes) = gather.read(path)? else { return Ok(()) };
    let (source, syntax) = (Source::new(path, &bytes)?, syntax_of(path));
    let tape = syntax.read(&source)?;
    let Some(node) = version(&source, &tape)? else { return Ok(()) };
    if same_version(node.value(), own) {
        let spot = source.spot(node, "version", Spelling::SemVer)?;
        gather.add(path, syntax, tape, vec![spot]);
    } else if node.what() == What::Text {
        gather.note(&source, node.range().start, format!("'version' is '{}' and its own, so it stays", node.value()));
    } else {
        gather.note(&source, node.range().start, "'version' is worked out by the script, so it stays");
    }
    Ok(())
}
