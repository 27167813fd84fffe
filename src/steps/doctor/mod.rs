//! `patch-doctor`: gathers, from git and the forge, what decides whether later steps will work. Nothing is written, not even a ref.

mod clone;
mod forge;
mod lines;
mod signing;
mod tags;

use crate::model::branch::BranchName;
use crate::model::commit::{CommitId, ObjectId};
use crate::model::config::{Project, RepositoryName};
use crate::model::doctor::facts::{ConfigFacts, Facts, SignOffFacts, Why};
use crate::model::doctor::request::DoctorRequest;
use crate::model::doctor::{Diagnosis, Job, judge};
use crate::model::error::{Error, Kind, Result};
use crate::model::line::Line;
use crate::ports::forge::Reach;
use crate::ports::git::{Git, RemoteRef};
use crate::ports::settings::{self, Settings};

/// So many of the newest commits of main are looked at for sign-offs.
const MOST_COMMITS: usize = 50;

/// What is gathered from.
struct World<'w> {
    git: &'w Git,
    request: &'w DoctorRequest,
    /// The name of the remote, where there is one to ask.
    remote: Option<&'w str>,
    /// Its refs, where it answered.
    refs: Option<Vec<RemoteRef>>,
    /// The repository that its address names, if it names one.
    repository: Option<RepositoryName>,
}

impl World<'_> {
    /// Returns what the remote has under a full name. `None`: it did not tell; `Some(None)`: nothing.
    fn there(&self, name: &str) -> Option<Option<ObjectId>> {
        let refs = self.refs.as_ref()?;
        Some(refs.iter().find(|found| found.name == name).map(|found| found.object))
    }
}

/// Finds what would fail later. `open` prepares to ask the forge about a project, and is called after git was asked, for a token
/// is kept from programs from then on.
///
/// # Errors
/// When a line is unknown, or the repository cannot be read.
pub fn run(git: &Git, request: &DoctorRequest, open: &dyn Fn(&Project) -> Reach) -> Result<Diagnosis> {
    let configured = match settings::load(git, request.config.as_deref()) {
        Ok(settings) => {
            // A name that the user gave is theirs to correct; that there is no line at all is a finding.
            let lines = settings.lines(&request.lines).map(|lines| lines.into_iter().cloned().collect());
            match lines {
                Ok(lines) => Ok((settings, lines)),
                Err(unknown) if !request.lines.is_empty() => return Err(unknown),
                Err(none) => Err(none),
            }
        }
        Err(broken) => Err(broken),
    };
    let configured = match configured {
        Ok(configured) => Ok(configured),
        Err(error) if error.kind() == Kind::Unfinished => return Err(error),
        Err(error) => Err(why(&error)),
    };
    let facts = gather(git, request, configured, open)?;
    Ok(Diagnosis::new(judge(&facts), request.choice.clone()))
}

fn gather(
    git: &Git,
    request: &DoctorRequest,
    configured: std::result::Result<(Settings, Vec<Line>), Why>,
    open: &dyn Fn(&Project) -> Reach,
) -> Result<Facts> {
    let main = configured.as_ref().ok().and_then(|(settings, _)| tip_of(git, &settings.main));
    let probe = if request.asks(&[Job::Push]) { main.or_else(|| git.resolve("HEAD").ok()) } else { None };
    let (remote, remote_facts, refs) = clone::remote(git, request, configured.as_ref().ok(), probe);
    let repository = remote_facts.repository().cloned();
    let world = World { git, request, remote, refs, repository };
    let clone = clone::facts(git, remote_facts, remote);
    let environment = request.environment.as_ref().map(|wanted| wanted.name.clone());
    let commits = signing::commits(git, request);
    let (settings, lines) = match configured {
        Ok(configured) => configured,
        Err(why) => {
            let forge = forge::facts(&world, None, &[], open(&Project::default()));
            let config = ConfigFacts::Broken(why);
            let (lines, signing, sign_off) = (Vec::new(), None, None);
            return Ok(Facts { clone, config, tags: None, lines, signing, commits, sign_off, forge, environment });
        }
    };
    let config = clone::config(&world, &settings, request.config.is_some())?;
    let tags = Some(tags::form(&world, &settings)?);
    let lines = lines::facts(&world, &settings, &lines)?;
    let signing = signing::facts(git, &settings, request, lines.iter().find_map(lines::Gathered::signs))?;
    let signed = main.map(|main| git.sign_offs(main, MOST_COMMITS)).transpose()?.unwrap_or_default();
    let sign_off = SignOffFacts { is_configured: settings.config.pick.signoff, signed };
    let forge = forge::facts(&world, main, &lines, open(&settings.config.project));
    let next = lines.into_iter().map(|line| line.facts).collect();
    let (lines, signing, sign_off) = (next, Some(signing), Some(sign_off));
    Ok(Facts { clone, config, tags, lines, signing, commits, sign_off, forge, environment })
}

/// Returns where a branch is that others protect.
fn tip_of(git: &Git, branch: &BranchName) -> Option<CommitId> {
    git.protected_tip(branch).map(|(_, commit)| commit)
}

/// Returns an error as the reason for a finding: all of its causes in one sentence.
fn why(error: &Error) -> Why {
    let chain = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    let said: Vec<String> = chain.map(|error| error.to_string().lines().collect::<Vec<_>>().join("; ")).collect();
    Why { sentence: said.join(": "), hint: error.hint_text().map(str::to_owned) }
}
