//! What `yarn.lock` repeats of the pins (Yarn documentation, "yarn.lock" of version 1; "Lockfile" of later ones).
//!
//! It holds no version of the project or of a member: version 1 leaves members out, and later ones write `0.0.0-use.local`.
//! An exact pin may be the name of an entry, which is sorted by it, so such a file is left to Yarn.

use super::Product;
use super::pins::asks;
use crate::model::edit::asked::Asks;
use crate::model::edit::source::Source;
use crate::model::edit::survey::Gather;
use crate::model::edit::workspace::beside;
use crate::model::error::Result;
use crate::model::path::RepoPath;

/// Notes the first pin that moves in a manifest and stays in the lock file.
pub(super) fn lock(gather: &mut Gather<'_>, root: &RepoPath, product: &Product) -> Result<()> {
    let Some(path) = beside(root, "yarn.lock") else { return Ok(()) };
    let Some(bytes) = gather.read(&path)? else { return Ok(()) };
    let source = Source::new(&path, &bytes)?;
    // Only the later ones have this entry, and only they can write the file without an installation.
    let later = source.body().lines().any(|line| line.starts_with("__metadata:"));
    let command = if later { "yarn install --mode=update-lockfile" } else { "yarn install" };
    let mut offset = source.start();
    for line in source.body().split_inclusive('\n') {
        if let Some(pin) = pin(line, product) {
            let text = format!("the entry '{pin}' stays; afterwards write the file anew: {command}");
            gather.note(&source, offset, text);
            return Ok(());
        }
        offset += line.len();
    }
    Ok(())
}

/// Returns the name of an entry that pins a package of the product: `"core@npm:2.0.0, core@workspace:packages/core":`.
fn pin<'l>(line: &'l str, product: &Product) -> Option<&'l str> {
    if line.starts_with([' ', '\t', '#']) {
        return None;
    }
    let names = line.trim_end().trim_start_matches("? ").trim_end_matches(':');
    names.split(", ").map(|name| name.trim_matches('"')).find(|name| {
        // An `@` at the front is that of a scope.
        let split = name.get(1..).and_then(|rest| rest.find('@')).map(|at| name.split_at(at + 1));
        split.is_some_and(|(package, asked)| {
            let asked = asked[1..].trim_start_matches("npm:");
            product.names.contains(package) && matches!(asks(asked, &product.version), Asks::Exactly(_))
        })
    })
}
