//! Bundles: files of commits and tags that another clone takes as if it fetched them (`gitformat-bundle(5)`).

use std::io::{BufRead as _, BufReader};
use std::path::Path;

use crate::model::commit::CommitId;
use crate::model::error::Result;
use crate::ports::process::failed;
use crate::ports::trouble::cannot_read;

use super::Git;

/// What the header of a bundle says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BundleHeader {
    /// The commits that whoever takes it has to have.
    pub needs: Vec<CommitId>,
    /// The refs in it, each as `OBJECT NAME`.
    pub refs: Vec<String>,
}

impl BundleHeader {
    /// Reads it. `None`: the file is no bundle.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(file: &Path) -> Result<Option<Self>> {
        let cannot = |error| cannot_read(file, error);
        let mut reader = BufReader::new(std::fs::File::open(file).map_err(cannot)?);
        let (mut found, mut is_first) = (Self::default(), true);
        loop {
            let mut bytes = Vec::new();
            reader.read_until(b'\n', &mut bytes).map_err(cannot)?;
            let line = String::from_utf8_lossy(&bytes);
            let Some(line) = line.strip_suffix('\n') else { return Ok(None) };
            match line.strip_prefix('-') {
                _ if is_first && !line.starts_with("# v") => return Ok(None),
                _ if is_first || line.starts_with('@') => {}
                _ if line.is_empty() => return Ok(Some(found)),
                Some(need) => match need.split(' ').next().unwrap_or_default().parse() {
                    Ok(id) => found.needs.push(id),
                    Err(_) => return Ok(None),
                },
                None => found.refs.push(line.to_owned()),
            }
            is_first = false;
        }
    }
}

impl Git {
    /// Writes a bundle of refs, without what `without` names, as `git rev-list` has it. The path has to be whole.
    ///
    /// # Errors
    /// When git cannot make it.
    pub fn write_bundle(&self, file: &Path, refs: &[String], without: &str) -> Result<()> {
        let file = file.to_string_lossy().into_owned();
        // With one thread the same commits give the same bytes.
        let begin = ["-c", "pack.threads=1", "bundle", "create", "--quiet", &file];
        let words = begin.into_iter().chain(refs.iter().map(String::as_str)).chain(["--not", without]);
        let finished = self.program().run(words)?;
        if finished.success() { Ok(()) } else { Err(failed("git bundle create", &finished)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_and_what_is_no_bundle_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("x.bundle");
        let read = |text: &str| {
            std::fs::write(&file, text).expect("it is written");
            BundleHeader::read(&file).expect("it is read")
        };
        let (need, object) = ("1".repeat(40), "2".repeat(40));
        let found = read(&format!(
            "# v3 git bundle\n@object-format=sha1\n-{need} Add it\n{object} refs/tags/v1\n\nPACK\n-no need\n"
        ));
        let refs = vec![format!("{object} refs/tags/v1")];
        assert_eq!(found, Some(BundleHeader { needs: vec![need.parse().expect("a name")], refs }));
        for text in ["", "junk\n\n", "# v2 git bundle\n", "# v2 git bundle\n-x\n\n"] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }
}
