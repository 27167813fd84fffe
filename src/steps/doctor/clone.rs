//! The clone, its remote and its configuration.

use crate::model::commit::CommitId;
use crate::model::doctor::facts::{CloneFacts, ConfigFacts, Login, MainPlace, OfMain, RemoteFacts, Why};
use crate::model::doctor::request::DoctorRequest;
use crate::model::error::Result;
use crate::model::line::Line;
use crate::model::propose::repository_of_url;
use crate::model::tag_request::AskRemote;
use crate::ports::git::{Git, MINIMUM, PushWith, RemoteRef};
use crate::ports::settings::{Settings, own};

use super::forge::head_of;
use super::{World, why};

/// `asked` is the name of the remote that was asked.
pub(super) fn facts(git: &Git, remote: RemoteFacts, asked: Option<&str>) -> CloneFacts {
    CloneFacts {
        git: git.version().map(|_| MINIMUM.to_string()).map_err(|error| why(&error)),
        fetch: asked.map_or_else(|| git.fetch_from(), |name| git.fetch_from_remote(name)),
        // The setting stays when the rest has been fetched.
        lacks_objects: git.is_partial() && git.lacks_objects().unwrap_or(true),
        // What git says besides is how to set it, on many lines.
        identity: git.identity().map_err(|error| Why::new(error.to_string())),
        remote,
    }
}

/// Asks the remote for the refs that matter, and whether it lets a push of `probe` in.
pub(super) fn remote<'r>(
    git: &Git,
    request: &'r DoctorRequest,
    configured: Option<&(Settings, Vec<Line>)>,
    probe: Option<CommitId>,
) -> (Option<&'r str>, RemoteFacts, Option<Vec<RemoteRef>>) {
    let name = match &request.remote {
        AskRemote::Offline => return (git.has_remote("origin").then_some("origin"), RemoteFacts::Offline, None),
        AskRemote::Named(name) => name.as_str(),
        AskRemote::Usual => "origin",
    };
    if !git.has_remote(name) {
        return (None, RemoteFacts::None(name.to_owned()), None);
    }
    let silent = |error| (Some(name), RemoteFacts::Silent(name.to_owned(), why(&error)), None);
    if let Err(several) = git.push_target(name) {
        return (Some(name), RemoteFacts::Several(name.to_owned(), why(&several)), None);
    }
    let refs = match git.remote_refs_like(name, &patterns(git, configured)) {
        Ok(refs) => refs,
        Err(error) => return silent(error),
    };
    let way = match git.push_way(name) {
        Ok(way) => way,
        Err(error) => return silent(error),
    };
    let would = |with| probe.map(|commit| git.would_push(name, commit, with).map_err(|error| why(&error)));
    let credentials = git.is_logged_in(name).and_then(|is| Ok((is, is && git.keeps_header(name)?)));
    let login = match credentials {
        Ok((true, true)) => Login::Token { alone: would(PushWith::Own) },
        Ok((true, false)) => Login::Token { alone: None },
        Ok((false, _)) => Login::Own,
        Err(error) => return silent(error),
    };
    let repository = git.configured_url(name).as_deref().and_then(repository_of_url);
    let push = would(PushWith::Login);
    (Some(name), RemoteFacts::Answers { name: name.to_owned(), way, repository, push, login }, Some(refs))
}

/// The refs that matter: main, the branches of lines, those that picks wait on, and the tags, whatever form they have.
fn patterns(git: &Git, configured: Option<&(Settings, Vec<Line>)>) -> Vec<String> {
    let Some((settings, lines)) = configured else { return vec!["HEAD".to_owned()] };
    let branches = lines.iter().filter_map(|line| settings.branch_of(git, line).ok());
    let heads = lines.iter().filter_map(|line| head_of(&line.name));
    let names = branches.chain(heads).map(|branch| branch.full());
    [settings.main.full(), "refs/tags/*".to_owned()].into_iter().chain(names).collect()
}

/// Compares the configuration in the worktree with that of main. `is_named`: the user named another file.
///
/// # Errors
/// When the one here cannot be read.
pub(super) fn config(world: &World<'_>, settings: &Settings, is_named: bool) -> Result<ConfigFacts> {
    let git = world.git;
    let here = match is_named {
        true => None,
        false => own(git)?,
    };
    let (source, of_main) = match is_named {
        true => ("the file of '--config'".to_owned(), OfMain::NotCompared),
        false => {
            let source = if here.is_some() { "patch.toml" } else { "what the names of branches and tags tell" };
            (source.to_owned(), of_main(git, settings, here.as_deref().map(str::as_bytes)))
        }
    };
    Ok(ConfigFacts::Right { source, main: settings.main.clone(), place: main_place(world, settings), of_main })
}

fn main_place(world: &World<'_>, settings: &Settings) -> MainPlace {
    if world.git.protected_tip(&settings.main).is_some() {
        return MainPlace::Here;
    }
    match world.there(&settings.main.full()) {
        Some(Some(_)) => MainPlace::OnlyThere,
        Some(None) => MainPlace::Nowhere,
        None => MainPlace::NotHere,
    }
}

fn of_main(git: &Git, settings: &Settings, here: Option<&[u8]>) -> OfMain {
    let Some((name, commit)) = git.protected_tip(&settings.main) else {
        // That there is no such branch is a finding of its own.
        return OfMain::NotCompared;
    };
    let there: Result<Option<Vec<u8>>> = git.file_of(commit, "patch.toml");
    match (here, there) {
        (_, Err(error)) => OfMain::Unreadable(why(&error)),
        (None, Ok(None)) => OfMain::Neither,
        (None, Ok(Some(_))) => OfMain::OnlyThere(name),
        (Some(_), Ok(None)) => OfMain::OnlyHere(name),
        (Some(here), Ok(Some(there))) if here == there.as_slice() => OfMain::Same(name),
        (Some(_), Ok(Some(_))) => OfMain::Other(name),
    }
}
