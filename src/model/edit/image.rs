//! The tags of one container image in the YAML files that say what runs: Compose (`services.*.image`) and Kubernetes.

use super::source::Source;
use super::survey::Gather;
use super::syntax::Syntax;
use super::tape::{Node, What};
use super::{Holds, RawSpot};
use crate::model::error::Result;
use crate::model::image::{ImageName, ImageParts, Names};
use crate::model::path::RepoPath;
use crate::model::version::Spelling;

/// Finds every `image` in every document of a file whose name is this one.
pub(super) fn gather(gather: &mut Gather<'_>, path: &RepoPath, image: &ImageName) -> Result<()> {
    let bytes = gather.require(path)?;
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Yaml.read(&source)?;
    let (mut spots, mut seen) = (Vec::new(), false);
    for map in tape.nodes().filter(|node| node.what() == What::Map) {
        let references = map.entries().filter(|(key, _)| key.what() == What::Key && key.value() == "image");
        for (_, reference) in references {
            match names(reference, image) {
                Names::It => {
                    map.get(&source, "image")?;
                    seen = true;
                    self::reference(gather, &source, reference, image, &mut spots)?;
                }
                Names::Perhaps => {
                    let text = format!(
                        "'{}' may be '{image}' from elsewhere, so it stays; name it in [[version]] of patch.toml if it moves",
                        reference.value()
                    );
                    gather.note(&source, reference.range().start, text);
                }
                Names::Another => {}
            }
        }
    }
    if !seen {
        return Err(source
            .lacks(format!("no 'image' in it is '{image}'"))
            .hint("correct 'image' in [[version]] of patch.toml"));
    }
    gather.add(path, Syntax::Yaml, tape, spots);
    Ok(())
}

fn names(value: Node<'_>, image: &ImageName) -> Names {
    value.scalar().map_or(Names::Another, |text| image.named_by(&text[ImageParts::of(text).name]))
}

fn reference(
    gather: &mut Gather<'_>,
    source: &Source<'_>,
    node: Node<'_>,
    image: &ImageName,
    spots: &mut Vec<RawSpot>,
) -> Result<()> {
    let name = format!("the tag of '{image}'");
    let range = source.scalar_range(node, &format!("image: {image}"))?;
    let text = node.value();
    let parts = ImageParts::of(text);
    let digest = parts.digest.map(|digest| RawSpot {
        range: range.start + digest.start..range.start + digest.end,
        name: format!("the digest of '{image}'"),
        holds: Holds::ImageDigest(image.clone()),
    });
    let Some(tag) = parts.tag else {
        match digest {
            // What is pinned by its digest alone is the release too, and must follow it.
            Some(digest) => spots.push(digest),
            None => gather.note(source, range.start, format!("'{image}' has no tag there, so it stays")),
        }
        return Ok(());
    };
    let Some(version) = version_in(&text[tag.clone()]) else {
        gather.note(
            source,
            range.start,
            format!("the tag of '{image}' is no version there, so it stays: '{}'", &text[tag]),
        );
        return Ok(());
    };
    let start = range.start + tag.start;
    let at = start + version.start..start + version.end;
    spots.push(RawSpot { range: at, name, holds: Holds::Version(Spelling::SemVer) });
    spots.extend(digest);
    Ok(())
}

/// Returns where in a tag its version stands: behind a `v`, or as the default of an interpolation (Compose specification,
/// "Interpolation": `${TAG:-2.0.0}` and `${TAG-2.0.0}`). `None`: it is a word such as `latest`, or comes from elsewhere.
fn version_in(tag: &str) -> Option<std::ops::Range<usize>> {
    let (start, default) = match tag.strip_prefix("${") {
        None => (0, tag),
        Some(inner) => {
            let inner = inner.strip_suffix('}').filter(|inner| !inner.contains(['$', '{', '}']))?;
            let dash = inner.find('-')?;
            ("${".len() + dash + 1, &inner[dash + 1..])
        }
    };
    let bare = default.strip_prefix('v').unwrap_or(default);
    let start = start + default.len() - bare.len();
    bare.starts_with(|c: char| c.is_ascii_digit()).then_some(start..start + bare.len() - variant(bare).len())
}

/// Returns the variant at the end of a tag, with its dash: `-alpine` of `2.0.0-alpine`, `-debian-12` of `2.0.0-rc.1-debian-12`.
/// What could be a pre-release is none, and so is a word with a digit in front.
fn variant(tag: &str) -> &str {
    const PRE_RELEASES: [&str; 9] = ["alpha", "beta", "rc", "dev", "pre", "snapshot", "nightly", "canary", "next"];
    let dashes = tag.match_indices('-').map(|(at, _)| at);
    let is_variant = |at: &usize| {
        let words = tag[at + 1..].to_ascii_lowercase();
        let letters = words.chars().take_while(char::is_ascii_alphabetic).count();
        // A milestone such as `m1` is a pre-release, too.
        let short = letters < 3 && words[letters..].starts_with(|c: char| c.is_ascii_digit());
        let pre = words.split(['-', '.']).any(|word| PRE_RELEASES.iter().any(|pre| word.starts_with(pre)));
        letters > 0 && !short && !pre
    };
    let is_whole = |at: &usize| Spelling::SemVer.parse(&tag[..*at]).is_some();
    dashes.into_iter().find(|at| is_variant(at) && is_whole(at)).map_or("", |at| &tag[at..])
}
