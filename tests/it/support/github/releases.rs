//! Releases as GitHub keeps them: drafts that only lists show, files, the badge "Latest", and seals.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::http::{Request, Response, decode};
use super::openapi::{Operation, component};
use super::rest::{Listing, missing, refusal, user};
use super::state::{REPOSITORY, State};

/// What is released.
#[derive(Default)]
pub struct Releases {
    pub all: Vec<Release>,
    pub latest: Option<u64>,
    /// The objects of tags.
    pub tags: BTreeMap<String, String>,
    /// Whether what is published is sealed.
    pub immutable: bool,
    /// Names of tags that sealed releases had, which no release can have again.
    pub burned: BTreeSet<String>,
    /// Whether sums of files are told.
    pub tells_no_sums: bool,
    /// The badge goes there when next a release is published, whatever is asked.
    pub strays_to: Option<u64>,
    /// So many uploads break off, and leave the name taken.
    pub breaks: usize,
    /// Lists leave these out so many times more.
    pub lag: BTreeMap<u64, usize>,
    /// Every publication, in its order.
    pub published: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    pub id: u64,
    pub tag: String,
    pub target: String,
    pub name: String,
    pub body: String,
    pub draft: bool,
    pub prerelease: bool,
    pub immutable: bool,
    pub by: String,
    pub assets: Vec<Asset>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    pub id: u64,
    pub name: String,
    pub state: &'static str,
    pub content: Vec<u8>,
}

impl State {
    /// Adds a published release with this tag, and gives it the badge.
    pub fn release(&mut self, tag: &str) -> u64 {
        let id = self.draft(tag, "mia");
        let release = self.releases.all.last_mut().expect("because it was just added");
        release.draft = false;
        self.releases.latest = Some(id);
        id
    }

    /// Adds a draft.
    pub fn draft(&mut self, tag: &str, by: &str) -> u64 {
        let id = self.next_id();
        let (tag, by) = (tag.to_owned(), by.to_owned());
        let (name, body, target) = (tag.clone(), String::new(), "main".to_owned());
        let (draft, prerelease, immutable, assets) = (true, false, false, Vec::new());
        self.releases.all.push(Release { id, tag, target, name, body, draft, prerelease, immutable, by, assets });
        id
    }
}

/// Answers a request for an operation on releases.
pub fn answer(state: &mut State, login: &str, operation: &Operation, listing: &Listing<'_>, body: &Value) -> Response {
    let number = |name: &str| operation.arguments.get(name).and_then(|id| id.parse::<u64>().ok()).unwrap_or(0);
    let (no_sums, base) = (state.releases.tells_no_sums, listing.base);
    let told = |status, release: &Release| Response::json(status, &release_body(release, base, no_sums));
    let at = state.releases.all.iter().position(|release| release.id == number("release_id"));
    match operation.name() {
        ("get", "/git/matching-refs/{ref}") => matching_refs(state, &operation.arguments["ref"]),
        ("get", "/releases") => list(state, listing),
        ("post", "/releases") => create(state, login, body, listing),
        ("post", "/releases/generate-notes") => Response::json(200, &json!({ "name": "x", "body": "x" })),
        ("get", "/releases/latest") => {
            let latest = state.releases.latest.and_then(|id| state.releases.all.iter().find(|r| r.id == id));
            latest.map_or_else(missing, |release| told(200, release))
        }
        ("get", "/releases/{release_id}") => at.map_or_else(missing, |at| told(200, &state.releases.all[at])),
        ("patch", "/releases/{release_id}") => at.map_or_else(missing, |at| change(state, at, body, listing)),
        ("delete", "/releases/{release_id}") => at.map_or_else(missing, |at| {
            assert!(state.releases.all[at].draft, "nobody deletes what is published");
            state.releases.all.remove(at);
            Response { status: 204, headers: Vec::new(), body: Vec::new() }
        }),
        ("get", "/releases/{release_id}/assets") => at.map_or_else(missing, |at| {
            let assets: Vec<Value> = state.releases.all[at].assets.iter().map(|a| asset_body(a, no_sums)).collect();
            listing.page(&assets, Value::Array)
        }),
        ("post", "/releases/{release_id}/assets") => at.map_or_else(missing, |at| upload(state, at, listing.request)),
        ("get", "/releases/assets/{asset_id}") => found(state, number("asset_id"), listing),
        ("delete", "/releases/assets/{asset_id}") => delete_asset(state, number("asset_id")),
        (method, path) => panic!("the stand-in does not know {method} {path}"),
    }
}

fn invalid(resource: &str, field: &str, code: &str, message: &str) -> Response {
    let error = json!({ "resource": resource, "field": field, "code": code, "message": message });
    let body = json!({ "message": "Validation Failed", "documentation_url": "https://docs.github.com/rest",
        "errors": [error] });
    Response::json(422, &body)
}

/// All refs whose names begin so, which GitHub lists on one page; that those of the repository are there, too, is what pushes bring about.
fn matching_refs(state: &State, prefix: &str) -> Response {
    let prefix = format!("refs/{prefix}");
    let mut objects: BTreeMap<String, String> = state.proposals.refs(REPOSITORY).into_iter().collect();
    objects.extend(state.releases.tags.iter().map(|(tag, object)| (format!("refs/tags/{tag}"), object.clone())));
    let matching = objects.into_iter().filter(|(name, _)| name.starts_with(&prefix));
    let body = |(name, sha)| {
        let object = json!({ "type": "tag", "sha": sha, "url": "https://example.com" });
        component("git-ref", json!({ "ref": name, "object": object }))
    };
    Response::json(200, &Value::Array(matching.map(body).collect()))
}

fn release_body(release: &Release, base: &str, no_sums: bool) -> Value {
    let assets: Vec<Value> = release.assets.iter().map(|asset| asset_body(asset, no_sums)).collect();
    let below = base.replace("/api/v3", "/api/uploads");
    component(
        "release",
        json!({
            "id": release.id, "tag_name": release.tag, "target_commitish": release.target, "name": release.name,
            "body": release.body, "draft": release.draft, "prerelease": release.prerelease,
            "immutable": release.immutable, "author": user(&release.by), "assets": assets,
            "published_at": (!release.draft).then_some("2026-02-03T04:05:06Z"),
            "upload_url": format!("{below}/repos/{REPOSITORY}/releases/{}/assets{{?name,label}}", release.id),
        }),
    )
}

fn asset_body(asset: &Asset, no_sums: bool) -> Value {
    let sum: String = Sha256::digest(&asset.content).iter().map(|byte| format!("{byte:02x}")).collect();
    let told = asset.state == "uploaded" && !no_sums;
    component(
        "release-asset",
        json!({
            "id": asset.id, "name": asset.name, "state": asset.state, "size": asset.content.len(),
            "digest": told.then(|| format!("sha256:{sum}")),
        }),
    )
}

/// Drafts are shown with the rest, to those who may write.
fn list(state: &mut State, listing: &Listing<'_>) -> Response {
    let no_sums = state.releases.tells_no_sums;
    let Releases { all, lag, .. } = &mut state.releases;
    let mut shown = Vec::new();
    for release in all.iter().rev() {
        match lag.get_mut(&release.id) {
            Some(left) if *left > 0 => *left -= 1,
            Some(_) | None => shown.push(release_body(release, listing.base, no_sums)),
        }
    }
    listing.page(&shown, Value::Array)
}

fn create(state: &mut State, login: &str, body: &Value, listing: &Listing<'_>) -> Response {
    let tag = body["tag_name"].as_str().unwrap_or_default().to_owned();
    assert!(body["draft"] == true, "nothing is published before it is ready");
    if let Some(refused) = wrong_text(body) {
        return refused;
    }
    state.draft(&tag, login);
    let at = state.releases.all.len() - 1;
    describe(&mut state.releases.all[at], body);
    Response::json(201, &release_body(&state.releases.all[at], listing.base, state.releases.tells_no_sums))
}

fn wrong_text(body: &Value) -> Option<Response> {
    let long = body["body"].as_str().is_some_and(|text| text.chars().count() > 125_000);
    long.then(|| invalid("Release", "body", "custom", "body is too long (maximum is 125000 characters)"))
}

fn describe(release: &mut Release, body: &Value) {
    let take = |field: &mut String, key: &str| {
        if let Some(text) = body[key].as_str() {
            text.clone_into(field);
        }
    };
    take(&mut release.tag, "tag_name");
    take(&mut release.target, "target_commitish");
    take(&mut release.name, "name");
    take(&mut release.body, "body");
    release.prerelease = body["prerelease"].as_bool().unwrap_or(release.prerelease);
}

/// Changes a release. What says nothing of the badge asks for it, which is GitHub's default.
fn change(state: &mut State, at: usize, body: &Value, listing: &Listing<'_>) -> Response {
    let (proposals, releases) = (&state.proposals, &mut state.releases);
    let there = &releases.all[at];
    if let Some(refused) = wrong_text(body) {
        return refused;
    }
    let moves = |key: &str, now: &str| body[key].as_str().is_some_and(|text| text != now);
    if there.immutable && (moves("tag_name", &there.tag) || body["draft"] == true) {
        return invalid("Release", "tag_name", "custom", "Cannot change the tag of an immutable release");
    }
    let publishes = there.draft && body["draft"] == false;
    let tag = body["tag_name"].as_str().unwrap_or(&there.tag).to_owned();
    if publishes && releases.burned.contains(&tag) {
        return invalid("Release", "tag_name", "custom", "tag_name was used by an immutable release");
    }
    if publishes && releases.all.iter().any(|other| !other.draft && other.tag == tag) {
        return invalid("Release", "tag_name", "already_exists", "Release already exists");
    }
    let immutable = releases.immutable;
    let release = &mut releases.all[at];
    describe(release, body);
    if publishes {
        (release.draft, release.immutable) = (false, immutable);
        releases.published.push(tag.clone());
        // A tag that is not there is made by GitHub, and nobody signed it.
        if !releases.tags.contains_key(&tag) && proposals.object(REPOSITORY, &format!("refs/tags/{tag}")).is_none() {
            releases.tags.insert(tag, release.target.clone());
        }
    }
    let (id, counts) = (release.id, !release.draft && !release.prerelease);
    if counts && body["make_latest"].as_str().unwrap_or("true") == "true" {
        releases.latest = Some(id);
    }
    if publishes && let Some(stray) = releases.strays_to.take() {
        releases.latest = Some(stray);
    }
    Response::json(200, &release_body(&releases.all[at], listing.base, releases.tells_no_sums))
}

fn upload(state: &mut State, at: usize, request: &Request) -> Response {
    let id = state.next_id();
    let no_sums = state.releases.tells_no_sums;
    let release = &state.releases.all[at];
    if release.immutable {
        return invalid("ReleaseAsset", "name", "custom", "Cannot upload assets to an immutable release.");
    }
    let raw = request.query.split('&').find_map(|pair| pair.strip_prefix("name=")).unwrap_or_default();
    // A plus sign that is not escaped is a space in a query.
    let name = decode(&raw.replace('+', "%20"));
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-._+".contains(c) { c } else { '.' };
    let name: String = name.chars().map(plain).collect();
    if release.assets.iter().any(|asset| asset.name == name) {
        return invalid("ReleaseAsset", "name", "already_exists", "");
    }
    if state.releases.breaks > 0 {
        state.releases.breaks -= 1;
        state.releases.all[at].assets.push(Asset { id, name, state: "starter", content: Vec::new() });
        return refusal(502, "Bad Gateway");
    }
    let asset = Asset { id, name, state: "uploaded", content: request.body.clone() };
    let body = asset_body(&asset, no_sums);
    state.releases.all[at].assets.push(asset);
    Response::json(201, &body)
}

/// Says where the bytes of a file are: at an address that carries its own proof, so that no token belongs there.
fn found(state: &State, id: u64, listing: &Listing<'_>) -> Response {
    if listing.request.header("accept") != Some("application/octet-stream") {
        return refusal(415, "the stand-in gives the bytes of files only");
    }
    let is_there = content_of(state, id).is_some();
    let empty = Response { status: 302, headers: Vec::new(), body: Vec::new() };
    // Another host than the one that the token is for.
    let place = format!("{}{STORAGE}{id}", origin(listing.base).replace("127.0.0.1", "localhost"));
    if is_there { empty.with("location", place) } else { missing() }
}

fn origin(base: &str) -> &str {
    let host = base.find("://").map_or(0, |at| at + 3);
    base[host..].find('/').map_or(base, |at| &base[..host + at])
}

/// The path that the bytes of files are below.
pub const STORAGE: &str = "/storage/";

/// Returns the bytes of a file.
pub fn content_of(state: &State, id: u64) -> Option<Vec<u8>> {
    let mut all = state.releases.all.iter().flat_map(|release| &release.assets);
    all.find(|asset| asset.id == id).map(|asset| asset.content.clone())
}

fn delete_asset(state: &mut State, id: u64) -> Response {
    let holds = |release: &&mut Release| release.assets.iter().any(|asset| asset.id == id);
    let Some(release) = state.releases.all.iter_mut().find(holds) else { return missing() };
    if release.immutable {
        return refusal(422, "Cannot delete assets of an immutable release.");
    }
    release.assets.retain(|asset| asset.id != id);
    Response { status: 204, headers: Vec::new(), body: Vec::new() }
}
