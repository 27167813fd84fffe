//! What was found out, as data. What could not be is said with the reason, and never taken for "no".

mod lines;
mod remote;

pub use lines::{
    Beginning, BranchFacts, HeldVersion, HighestTag, LineConfig, LineFacts, LineTags, Narrow, ReleaseFacts, Sight,
    Step, TagForm, Unsound, VersionsSaid, WorkflowFiles,
};
pub use remote::{Login, RemoteFacts, Way};

use super::environment::{EnvironmentFacts, EnvironmentName};
use super::job::Readable;
use super::request::ReleaseFiles;
use super::ruling::{Ruled, TagRuleset};
use super::token::{Scopes, TokenKind};
use crate::model::branch::BranchName;
use crate::model::config::{RepositoryName, SigningFormat};
use crate::model::fetch::FetchFrom;
use crate::model::line::LineName;
use crate::model::publish::Release;
use crate::model::tag::TagName;

/// Why something was not told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// One sentence without a full stop. May quote a stranger.
    pub sentence: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Why {
    /// Makes one without a hint.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), hint: None }
    }
}

/// An answer of the forge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told<T> {
    /// It told it.
    Told(T),
    /// It says that there is no such thing, or that the token may not see it.
    Missing(Why),
    /// The token may not ask.
    Denied(Why),
    /// It was asked and failed.
    Failed(Why),
}

impl<T> Told<T> {
    /// Returns what was told.
    pub fn told(&self) -> Option<&T> {
        match self {
            Self::Told(told) => Some(told),
            Self::Missing(_) | Self::Denied(_) | Self::Failed(_) => None,
        }
    }

    /// Makes something else of what was told.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Told<U> {
        match self {
            Self::Told(told) => Told::Told(make(told)),
            Self::Missing(why) => Told::Missing(why),
            Self::Denied(why) => Told::Denied(why),
            Self::Failed(why) => Told::Failed(why),
        }
    }

    /// Returns why nothing was.
    pub fn why(&self) -> Option<&Why> {
        match self {
            Self::Told(_) => None,
            Self::Missing(why) | Self::Denied(why) | Self::Failed(why) => Some(why),
        }
    }
}

/// Everything.
#[derive(Debug, Clone)]
pub struct Facts {
    /// About the clone.
    pub clone: CloneFacts,
    /// About the configuration.
    pub config: ConfigFacts,
    /// About the tags of all lines together. `None` where the configuration is broken.
    pub tags: Option<TagForm>,
    /// About the lines, the newest first. Empty where the configuration is broken.
    pub lines: Vec<LineFacts>,
    /// About signing tags. `None` where the configuration is broken.
    pub signing: Option<SigningFacts>,
    /// About signing commits.
    pub commits: CommitSigning,
    /// About sign-offs. `None` where the configuration is broken.
    pub sign_off: Option<SignOffFacts>,
    /// About the forge.
    pub forge: ForgeFacts,
    /// The environment that was asked about, whether the forge told of it or not.
    pub environment: Option<EnvironmentName>,
}

impl Facts {
    /// Returns the repository of the remote where that is another one than the forge is asked about, such as a fork.
    pub fn fork(&self) -> Option<&RepositoryName> {
        let repository = self.clone.remote.repository()?;
        let ForgeFacts::Asked(asked) = &self.forge else { return None };
        (!repository.is_same(&asked.name)).then_some(repository)
    }

    /// Returns the tag of the release that was asked about, where the forge told that it is out and keeps its notes.
    pub fn keeps_notes(&self) -> Option<&TagName> {
        let ForgeFacts::Asked(asked) = &self.forge else { return None };
        let (tag, told) = asked.release.as_ref()?;
        told.told()?.iter().any(Release::keeps_notes).then_some(tag)
    }

    /// Says why the release that was asked about commits nothing to any line. `None`: it does, or none was asked about.
    pub fn commits_nothing(&self) -> Option<String> {
        let why: Vec<Option<String>> = self.lines.iter().map(LineFacts::commits_nothing).collect();
        if why.contains(&None) { None } else { why.into_iter().flatten().next() }
    }
}

/// About the clone.
#[derive(Debug, Clone)]
pub struct CloneFacts {
    /// The oldest version that works, which git has reached, or why it is of no use.
    pub git: Result<String, Why>,
    /// Where it gets from what it lacks, and whether history is missing.
    pub fetch: FetchFrom,
    /// Whether the clone is partial, and objects of its history are not here.
    pub lacks_objects: bool,
    /// Who commits, or what git says in place of it.
    pub identity: Result<String, Why>,
    /// About the remote.
    pub remote: RemoteFacts,
}

/// About the configuration.
#[derive(Debug, Clone)]
pub enum ConfigFacts {
    /// It cannot be used.
    Broken(Why),
    /// It is right.
    Right {
        /// Where it was read from, for people.
        source: String,
        /// The branch where changes land first.
        main: BranchName,
        /// Whether there is such a branch.
        place: MainPlace,
        /// How main's compares with it.
        of_main: OfMain,
    },
}

/// Where the branch is that changes land on first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MainPlace {
    /// It is here.
    Here,
    /// Only the remote has it.
    OnlyThere,
    /// Neither this clone nor the remote has it.
    Nowhere,
    /// It is not here, and the remote did not tell.
    NotHere,
}

/// How main's `patch.toml` compares with the one in the worktree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfMain {
    /// It is the same.
    Same(String),
    /// Neither has one.
    Neither,
    /// It is another one.
    Other(String),
    /// Main has none.
    OnlyHere(String),
    /// Only main has one.
    OnlyThere(String),
    /// It cannot be read.
    Unreadable(Why),
    /// The user named another file, or there is no main here.
    NotCompared,
}

/// About signing tags.
#[derive(Debug, Clone)]
pub enum SigningFacts {
    /// The user said that tags are not signed.
    Unsigned {
        /// Why the policy cannot be read, which tags without a signature need, too.
        unreadable: Option<Why>,
    },
    /// The key is not here, and nobody asked about it.
    Elsewhere(PolicyFacts),
    /// It cannot be told with which kind of key.
    Broken(Why),
    /// It was tried.
    Tried {
        /// The kind of signature.
        format: SigningFormat,
        /// What came of it.
        attempt: Attempt,
        /// Whether it counts.
        policy: PolicyFacts,
    },
}

/// Whether git signs commits here (`commit.gpgSign`). It takes its own key for that, whatever tags are signed with.
#[derive(Debug, Clone)]
pub enum CommitSigning {
    /// It does not.
    Left,
    /// It cannot be told, or not with which kind of key.
    Broken(Why),
    /// It does, and that was tried.
    Tried {
        /// The kind of signature.
        format: SigningFormat,
        /// What came of it.
        attempt: Attempt,
    },
}

/// What came of an attempt to sign.
#[derive(Debug, Clone)]
pub enum Attempt {
    /// It was signed.
    Signed,
    /// A person has to open the key.
    Locked(Why),
    /// It cannot be.
    Failed(Why),
}

/// Whether a signature counts by the policy.
#[derive(Debug, Clone)]
pub enum PolicyFacts {
    /// The policy cannot be read.
    Unreadable(Why),
    /// It counts.
    Counts(String),
    /// It does not.
    Refused(Why),
    /// That cannot be told.
    Open(Why),
    /// There is no signature to judge, and by the policy one may count.
    Readable(String),
    /// A signature of the next tag counts, or one may, and none of the list of its files does, should it have any.
    TagsAlone(Why, ReleaseFiles),
}

/// About sign-offs.
#[derive(Debug, Clone, Default)]
pub struct SignOffFacts {
    /// Whether `[pick]` asks for them.
    pub is_configured: bool,
    /// How many of the newest commits of main have one, of how many that were looked at.
    pub signed: (usize, usize),
}

/// About the forge.
#[derive(Debug, Clone)]
pub enum ForgeFacts {
    /// It was not to be asked.
    Offline,
    /// There is no token.
    NoToken,
    /// It cannot be asked.
    Impossible(Why),
    /// It was asked.
    Asked(Box<Asked>),
}

/// What the forge said.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The repository.
    pub name: RepositoryName,
    /// The kind of token.
    pub token: TokenKind,
    /// The account that it acts as.
    pub account: Told<String>,
    /// What GitHub says about the repository.
    pub repository: Told<RepositoryFacts>,
    /// What the token may read, of what the jobs that were asked about read.
    pub reads: Vec<(Readable, Told<()>)>,
    /// Whether the token may write contents, where that was asked.
    pub writes_contents: Option<Told<()>>,
    /// What workflows may do.
    pub actions: Told<ActionsFacts>,
    /// The rules for the branch of each line that has one.
    pub branches: Vec<(BranchName, Told<BranchRulings>)>,
    /// The branches that picks of each line wait on while they are proposed.
    pub heads: Vec<HeadFacts>,
    /// The rules for tags.
    pub tags: Told<Vec<TagRuleset>>,
    /// The names of the tags that are pushed next: of a release that was asked about, its own.
    pub next_tags: Vec<TagName>,
    /// The tags of a release that was asked about which the remote has already, so that none is pushed.
    pub pushed_tags: Vec<TagName>,
    /// The lines of which nothing tells how their next tag is called.
    pub untold_tags: Vec<LineName>,
    /// What is there of the release that was asked about. `None`: none was, or nobody asked.
    pub release: Option<(TagName, Told<Vec<Release>>)>,
    /// Whether releases never change once they are published.
    pub immutable: Told<bool>,
    /// The environment that was asked about, if one was.
    pub environment: Option<EnvironmentFacts>,
}

/// What GitHub says about the repository.
#[derive(Debug, Clone)]
pub struct RepositoryFacts {
    /// Its default branch.
    pub default_branch: String,
    /// Whether only some can see it.
    pub is_private: bool,
    /// Whether it takes nothing any more.
    pub is_archived: bool,
    /// What the account of the token may do, where it was told.
    pub role: Option<Role>,
    /// Whether commits that are made on the pages of the forge have to be signed off.
    pub wants_sign_off: bool,
    /// The scopes of the token, where it has any.
    pub scopes: Option<Scopes>,
}

/// What an account may do in the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Read it.
    Read,
    /// Push to it.
    Write,
    /// Everything.
    Admin,
}

/// What workflows may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActionsFacts {
    /// Whether they may open pull requests.
    pub may_open: bool,
    /// Whether their token may write where the workflow does not say.
    pub writes_by_default: bool,
}

/// About a branch that picks wait on while they are proposed.
#[derive(Debug, Clone)]
pub struct HeadFacts {
    /// Its name.
    pub name: BranchName,
    /// Whether the remote has it. `None`: that was not told.
    pub is_there: Option<bool>,
    /// The rules for it.
    pub rulings: Told<BranchRulings>,
}

/// The rules for a branch.
#[derive(Debug, Clone, Default)]
pub struct BranchRulings {
    /// Those that were told.
    pub rules: Vec<Ruled>,
    /// Why those of the older protection of branches were not, where there are any.
    pub untold: Option<Why>,
}
