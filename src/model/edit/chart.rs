//! Helm charts: `Chart.yaml` with its two versions, the charts it holds, and `Chart.lock` with its digest.

mod digest;

pub use digest::LockDigest;

use super::asked::Rules;
use super::source::{Source, same_version, without_v};
use super::survey::Gather;
use super::syntax::{Syntax, file_name};
use super::tape::Node;
use super::workspace::beside;
use super::{Holds, RawSpot, detect};
use crate::model::config::{VersionFile, VersionSpot};
use crate::model::error::Result;
use crate::model::field::FieldPath;
use crate::model::path::RepoPath;
use crate::model::version::Spelling;

/// Says whether a configured file is a chart of which the versions are meant.
pub(super) fn is_chart(file: &VersionFile) -> bool {
    let by_name = matches!(file_name(&file.path), "Chart.yaml" | "Chart.yml");
    by_name && matches!(file.spot, VersionSpot::ByFormat | VersionSpot::Fields(_))
}

/// A local chart that the chart depends on and whose version moves with it, by the name of the dependency.
struct Subchart {
    name: String,
}

/// Finds the versions of a chart. Of `version`, which is the chart's, and `appVersion`, which is the product's, those move that
/// are the version of the product, unless `fields` says which.
pub(super) fn gather(gather: &mut Gather<'_>, file: &VersionFile) -> Result<()> {
    let path = &file.path;
    let bytes = gather.require(path)?;
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Yaml.read(&source)?;
    let root = detect::document(&source, &tape, file.document.as_ref())?;
    let spelling = file.spelling.unwrap_or(Spelling::SemVer);
    let mut spots = match &file.spot {
        VersionSpot::Fields(fields) => chosen(&source, root, fields, spelling)?,
        VersionSpot::ByFormat | VersionSpot::Pattern { .. } | VersionSpot::Image(_) => {
            usual(gather, &source, root, spelling)?
        }
    };
    let own = spots.iter().find(|spot| spot.name == "version").map(|spot| source.text[spot.range.clone()].to_owned());
    if let Some(version) = own {
        let subcharts = dependencies(gather, &source, root, &version, &mut spots)?;
        lock(gather, &source, root, &version, &subcharts)?;
    }
    gather.add(path, Syntax::Yaml, tape, spots);
    Ok(())
}

fn chosen(source: &Source<'_>, root: Node<'_>, fields: &[FieldPath], spelling: Spelling) -> Result<Vec<RawSpot>> {
    let spot = |field: &FieldPath| {
        let node = root.follow(source, field)?.ok_or_else(|| source.lacks(format!("it has no '{field}'")))?;
        source.tag_spot(node, field.to_string(), spelling)
    };
    fields.iter().map(spot).collect()
}

fn usual(gather: &mut Gather<'_>, source: &Source<'_>, root: Node<'_>, spelling: Spelling) -> Result<Vec<RawSpot>> {
    let version = root.get(source, "version")?.ok_or_else(|| source.lacks("it has no 'version'"))?;
    let product = gather.product.as_ref().map(|version| spelling.render(version));
    let product = product.unwrap_or_else(|| version.value().to_owned());
    let app = root.get(source, "appVersion")?;
    let named = [("version", Some(version)), ("appVersion", app)];
    let (moving, left): (Vec<_>, Vec<_>) = named
        .into_iter()
        .filter_map(|(name, node)| Some((name, node?)))
        .partition(|(_, node)| same_version(without_v(node.value()), without_v(&product)));
    if moving.is_empty() {
        return Ok(vec![source.tag_spot(version, "version", spelling)?]);
    }
    for (name, node) in left {
        let text = format!("'{name}' is '{}' and not the version of the product, so it stays", node.value());
        gather.note(source, node.range().start, text);
    }
    moving.into_iter().map(|(name, node)| source.tag_spot(node, name, spelling)).collect()
}

/// Finds the local charts that have the same version, and the exact pins of them.
fn dependencies(
    gather: &mut Gather<'_>,
    source: &Source<'_>,
    root: Node<'_>,
    version: &str,
    spots: &mut Vec<RawSpot>,
) -> Result<Vec<Subchart>> {
    let mut subcharts = Vec::new();
    let list = root.get(source, "dependencies")?;
    for (at, entry) in list.into_iter().flat_map(Node::items).enumerate() {
        let text = |key: &str| entry.get(source, key).map(|node| node.and_then(Node::scalar).unwrap_or_default());
        let name = text("name")?;
        let Some(path) = local(source.path, name, text("repository")?) else { continue };
        if !subchart(gather, &path, version)? {
            continue;
        }
        subcharts.push(Subchart { name: name.to_owned() });
        let Some(pin) = entry.get(source, "version")? else { continue };
        let name = format!("dependencies[{at}].version");
        match pin.value() == version {
            true => spots.push(source.spot(pin, name, Spelling::SemVer)?),
            false => gather.ask(source, Rules::Helm, pin, &name),
        }
    }
    Ok(subcharts)
}

/// Returns the `Chart.yaml` of a dependency that is a folder of the repository (Helm documentation, "Charts", "file://").
fn local(chart: &RepoPath, name: &str, repository: &str) -> Option<RepoPath> {
    match repository.strip_prefix("file://") {
        Some(folder) if !folder.starts_with('/') => beside(chart, &format!("{folder}/Chart.yaml")),
        None if repository.is_empty() && !name.is_empty() => beside(chart, &format!("charts/{name}/Chart.yaml")),
        Some(_) | None => None,
    }
}

/// Takes a local chart if its version is the product's, and says whether it is.
fn subchart(gather: &mut Gather<'_>, path: &RepoPath, version: &str) -> Result<bool> {
    let Some(bytes) = gather.read(path)? else { return Ok(false) };
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Yaml.read(&source)?;
    let root = detect::document(&source, &tape, None)?;
    let Some(own) = root.get(&source, "version")? else { return Ok(false) };
    if without_v(own.value()) != version {
        let text = format!("the version of this chart is '{}' and its own, so it stays", own.value());
        gather.note(&source, own.range().start, text);
        return Ok(false);
    }
    let mut spots = vec![source.tag_spot(own, "version", Spelling::SemVer)?];
    if let Some(app) = root.get(&source, "appVersion")?.filter(|app| without_v(app.value()) == version) {
        spots.push(source.tag_spot(app, "appVersion", Spelling::SemVer)?);
    }
    gather.add(path, Syntax::Yaml, tape, spots);
    Ok(true)
}

/// Finds what `Chart.lock` locks of the moving charts, and its digest, which Helm compares before it uses the file.
fn lock(gather: &mut Gather<'_>, chart: &Source<'_>, root: Node<'_>, version: &str, moving: &[Subchart]) -> Result<()> {
    let Some(path) = beside(chart.path, "Chart.lock").filter(|_| !moving.is_empty()) else { return Ok(()) };
    let Some(bytes) = gather.read(&path)? else { return Ok(()) };
    let source = Source::new(&path, &bytes)?;
    let tape = Syntax::Yaml.read(&source)?;
    let locked = detect::document(&source, &tape, None)?;
    let moves = |name: &str, pin: &str| pin == version && moving.iter().any(|chart| chart.name == name);
    let mut spots = Vec::new();
    let list = locked.get(&source, "dependencies")?;
    for (at, entry) in list.into_iter().flat_map(Node::items).enumerate() {
        let name = entry.get(&source, "name")?.and_then(Node::scalar).unwrap_or_default();
        if let Some(pin) = entry.get(&source, "version")?.filter(|pin| moves(name, pin.value())) {
            spots.push(source.spot(pin, format!("dependencies[{at}].version"), Spelling::SemVer)?);
        }
    }
    let digest = locked.get(&source, "digest")?.ok_or_else(|| source.lacks("it has no 'digest'"))?;
    let computed = LockDigest::of((chart, root), (&source, locked), &moves)?;
    if computed.with(version) != digest.value() {
        let message = "'digest' is not what Helm would compute for this chart, so it cannot be computed anew";
        return Err(source
            .obstacle(digest.range().start, message)
            .hint("run 'helm dependency update' and commit Chart.lock"));
    }
    let range = source.scalar_range(digest, "digest")?;
    spots.push(RawSpot { range, name: "digest".to_owned(), holds: Holds::LockDigest(computed) });
    gather.add(&path, Syntax::Yaml, tape, spots);
    Ok(())
}
