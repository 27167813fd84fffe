//! The arguments of `patch-doctor`, and how its result is shown.

mod show;

use std::ffi::OsString;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand};

use crate::cli::args::{CommonArgs, ask_remote};
use crate::cli::env::Env;
use crate::cli::forge;
use crate::cli::tag::{PolicyArgs, SignArgs, now};
use crate::model::config::Project;
use crate::model::doctor::environment::{EnvironmentName, Wanted};
use crate::model::doctor::request::{Choice, DoctorRequest, ReleaseFiles};
use crate::model::doctor::{Job, Rule};
use crate::model::error::{Error, Result};
use crate::model::line::LineName;
use crate::model::version::ReleaseVersion;
use crate::ports::forge::{ChecksAsked, Reach};

/// Find what would fail later, before anything is written
#[derive(Debug, Parser)]
#[command(name = "patch-doctor", version, max_term_width = 100)]
pub struct DoctorArgs {
    /// The verb.
    #[command(subcommand)]
    pub command: DoctorCommand,
    /// The arguments every binary takes.
    #[command(flatten)]
    pub common: CommonArgs,
}

impl DoctorArgs {
    /// Parses the words of a command line, the name of the program first. Those of `check` may stand without it, for there is no other verb:
    /// `patch-doctor --offline`.
    ///
    /// # Errors
    /// clap's own; of `check`, where the verb was left out.
    pub fn of(words: impl IntoIterator<Item = OsString>) -> std::result::Result<Self, clap::Error> {
        const VERB: &str = "check";
        let mut words: Vec<OsString> = words.into_iter().collect();
        Self::try_parse_from(&words).or_else(|error| {
            let may_be_left_out = matches!(
                error.kind(),
                ErrorKind::UnknownArgument
                    | ErrorKind::MissingSubcommand
                    | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
            );
            if !may_be_left_out {
                return Err(error);
            }
            let is_there = words.iter().any(|word| word == VERB);
            words.insert(words.len().min(1), VERB.into());
            // The word may be the value of a flag.
            Self::try_parse_from(&words).map_err(|without| if is_there { error } else { without })
        })
    }
}

/// The verbs of `patch-doctor`.
#[derive(Debug, Subcommand)]
pub enum DoctorCommand {
    /// Look at everything that later steps need, and change nothing
    Check(CheckArgs),
}

/// What `patch-doctor check` is asked.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Look at this line; may be given again. Without it, at all supported ones
    #[arg(long)]
    pub line: Vec<LineName>,

    /// Look at what the release of this version of the line needs: the jobs push and releases, with nothing pushed to its branch but the
    /// commit that moves the version, where there is one
    #[arg(long, value_name = "VERSION", requires = "line", conflicts_with = "job")]
    pub release: Option<ReleaseVersion>,

    /// The release has files, so that the list of their sums is signed as well
    #[arg(long, requires = "release")]
    pub files: bool,

    /// Look at what this job needs of GitHub; may be given again. Without it, at all
    #[arg(long, value_name = "JOB", value_parser = job())]
    pub job: Vec<Job>,

    /// Look at this environment, too: whether it takes the run, and whether somebody has to approve
    #[arg(long, value_name = "NAME", conflicts_with = "offline")]
    pub environment: Option<EnvironmentName>,

    /// Look at nothing but this rule; may be given again
    #[arg(long, value_name = "RULE", value_parser = rule(), conflicts_with = "job")]
    pub only: Vec<Rule>,

    /// Leave this rule out; may be given again
    #[arg(long, value_name = "RULE", value_parser = rule())]
    pub skip: Vec<Rule>,

    /// Ask this remote; without it, `origin`
    #[arg(long, conflicts_with = "offline")]
    pub remote: Option<String>,

    /// Ask neither the remote nor GitHub: the git part only
    #[arg(long)]
    pub offline: bool,

    /// How tags are signed.
    #[command(flatten)]
    pub sign: SignArgs,

    /// Whose signatures count.
    #[command(flatten)]
    pub policy: PolicyArgs,
}

impl CheckArgs {
    /// Returns what is asked.
    ///
    /// # Errors
    /// When the key that a variable should hold cannot be read, when a rule is named that is about an environment or a release, and none
    /// is, or when a release is to be of several lines.
    pub fn request(&self, common: &CommonArgs, env: &Env) -> Result<DoctorRequest> {
        self.require_named()?;
        let jobs = match &self.release {
            Some(_) => vec![Job::Push, Job::Releases],
            None => self.job.clone(),
        };
        Ok(DoctorRequest {
            lines: self.line.clone(),
            release: self.release.clone(),
            files: if self.files { ReleaseFiles::There } else { ReleaseFiles::Untold },
            remote: ask_remote(self.remote.clone(), self.offline),
            config: common.config.clone(),
            sealing: self.sign.sealing(),
            key: self.sign.key()?,
            policy: self.policy.source(common),
            now: now(common),
            choice: Choice::new(&jobs, &self.only, &self.skip),
            environment: self.environment.clone().map(|name| Wanted { name, run_of: env.run_of.clone() }),
        })
    }

    /// Requires that what is asked about is named, once: without, there is nothing to find, and nothing would pass for a yes.
    fn require_named(&self) -> Result<()> {
        let of_environment = |rule: &&Rule| matches!(rule, Rule::Environment | Rule::Approval);
        if let (None, Some(rule)) = (&self.environment, self.only.iter().find(of_environment)) {
            return Err(Error::usage(format!("'--only {}' is about an environment, and none is named", rule.as_str()))
                .hint("name one: --environment NAME"));
        }
        let of_release = |rule: &&Rule| matches!(rule, Rule::ReleaseVersion | Rule::ReleaseNotes | Rule::ReleaseDraft);
        if let (None, Some(rule)) = (&self.release, self.only.iter().find(of_release)) {
            return Err(Error::usage(format!("'--only {}' is about a release, and none is named", rule.as_str()))
                .hint("name one: --line LINE --release VERSION"));
        }
        if let (Some(version), Some(line)) =
            (&self.release, self.line.iter().find(|line| Some(*line) != self.line.first()))
        {
            return Err(Error::usage(format!("a release is of one line, and '{line}' is named besides for {version}"))
                .hint("name the line that it is of, and no other"));
        }
        Ok(())
    }

    /// Prepares to ask the forge, where it is to be asked and can be.
    pub fn reach(&self, project: &Project, env: &Env) -> Reach {
        if self.offline {
            return Reach::Offline;
        }
        match forge::open(project, ChecksAsked::default(), env) {
            Ok(Some(forge)) => Reach::Open(Box::new(forge)),
            Ok(None) => Reach::NoToken,
            Err(error) => Reach::Impossible(error),
        }
    }
}

fn job() -> impl TypedValueParser<Value = Job> {
    let words = PossibleValuesParser::new(Job::ALL.map(Job::as_str));
    words.map(|word| Job::ALL.into_iter().find(|job| job.as_str() == word).expect("because clap takes no other word"))
}

fn rule() -> impl TypedValueParser<Value = Rule> {
    let words = PossibleValuesParser::new(Rule::ALL.map(Rule::as_str));
    words
        .map(|word| Rule::ALL.into_iter().find(|rule| rule.as_str() == word).expect("because clap takes no other word"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn clap_accepts_the_definition() {
        DoctorArgs::command().debug_assert();
    }

    #[test]
    fn the_only_verb_may_be_left_out() {
        let read = |line: &str| DoctorArgs::of(line.split(' ').map(OsString::from));
        for line in [
            "patch-doctor",
            "patch-doctor --offline",
            "patch-doctor --repo . --offline --line 2.0",
            "patch-doctor --offline --repo check",
        ] {
            let verb = format!("{} --color never check{}", "patch-doctor", &line["patch-doctor".len()..]);
            let asked = |line| {
                let DoctorArgs { command: DoctorCommand::Check(asked), common } = read(line).expect("it is right");
                (asked.offline, asked.line, common.repo)
            };
            assert_eq!(asked(line), asked(&verb), "{line}");
        }
        for (line, told) in [
            ("patch-doctor --offlin", "a similar argument exists: '--offline'"),
            ("patch-doctor check --offlin", "a similar argument exists: '--offline'"),
            ("patch-doctor chek --offline", "a similar subcommand exists: 'check'"),
        ] {
            let error = read(line).expect_err("it is wrong").to_string();
            assert!(error.contains(told), "{line}: {error}");
        }
    }

    #[test]
    fn every_job_is_asked_about_unless_some_are_named() {
        let jobs = |arguments: &[&str]| {
            let all = [&["patch-doctor", "check"], arguments].concat();
            let DoctorArgs { command, common } = DoctorArgs::try_parse_from(all).expect("they are right");
            let DoctorCommand::Check(asked) = command;
            asked.request(&common, &Env::default()).expect("no key is asked for").choice.jobs
        };
        assert_eq!(jobs(&[]), Job::ALL);
        assert_eq!(jobs(&["--job", "read", "--job", "push"]), [Job::Read, Job::Push]);
    }
}
