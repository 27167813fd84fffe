//! The arguments of `patch-tag`, and how its results are shown.

mod create;
mod findings;
mod push;
mod show;
mod sums;
mod verify;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cli::advisories::AdvisoriesArgs;
use crate::cli::args::{CommonArgs, ask_remote, mode};
use crate::cli::env::Env;
use crate::model::error::{Error, Result};
use crate::model::key_text::{GivenKey, KeyText, NotAKey, Passphrase};
use crate::model::line::{BranchName, LineName};
use crate::model::sums_report::{Listable, SumsRequest, VerifySumsRequest};
use crate::model::tag::TagName;
use crate::model::tag_create::CreateRequest;
use crate::model::tag_push::PushRequest;
use crate::model::tag_request::{Now, PolicySource, Sealing, TagVerifyRequest};
use crate::model::tag_show::ShowRequest;
use crate::ports::files;

/// Sign the tag of a release, prove who signed what, and hand both over
#[derive(Debug, Parser)]
#[command(name = "patch-tag", version, max_term_width = 100)]
pub struct TagArgs {
    /// The verb.
    #[command(subcommand)]
    pub command: TagCommand,
    /// The arguments every binary takes.
    #[command(flatten)]
    pub common: CommonArgs,
}

/// The verbs of `patch-tag`.
#[derive(Debug, Subcommand)]
pub enum TagCommand {
    /// Make the signed tag of a release, verify it, and only then let it appear
    Create(CreateArgs),
    /// Say how the tag of a version is called, and at which commit it is, if it is there
    Show(ShowArgs),
    /// Say whether a tag is what it says, signed by somebody who may, and where it belongs
    Verify(VerifyArgs),
    /// Push tags with the branches of their lines: all or nothing, exactly these refs, never with force
    Push(PushArgs),
    /// Write a list of the SHA-256 sums of files, and sign it
    #[command(mut_arg("unsigned", |unsigned| unsigned.conflicts_with_all(["policy", "from"])))]
    Sums(SumsArgs),
    /// Verify a list of sums: its signature, and every file that it names
    VerifySums(VerifySumsArgs),
}

/// Whose signatures count.
#[derive(Debug, Args)]
pub struct PolicyArgs {
    /// Read the policy from this file, in the form of patch.toml; paths in it are relative to it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["from", "config"])]
    pub policy: Option<PathBuf>,

    /// Read the policy from this branch, as its remote had it; without it, from main
    #[arg(long, value_name = "BRANCH")]
    pub from: Option<BranchName>,
}

impl PolicyArgs {
    /// Returns where the policy is read from.
    pub fn source<F: ValueEnum + Default + Clone + Send + Sync + 'static>(
        &self,
        common: &CommonArgs<F>,
    ) -> PolicySource {
        PolicySource { file: self.policy.clone(), config: common.config.clone(), from: self.from.clone() }
    }
}

/// How something is signed.
#[derive(Debug, Args)]
pub struct SignArgs {
    /// Do not sign
    #[arg(long)]
    pub unsigned: bool,

    /// Sign with the private SSH, OpenPGP or X.509 key that this environment variable holds; without it, with the key
    /// that git is configured with
    #[arg(long, value_name = "VARIABLE", conflicts_with = "unsigned")]
    pub key_env: Option<String>,

    /// Open that key with the passphrase that this environment variable holds
    #[arg(long, value_name = "VARIABLE", requires = "key_env")]
    pub passphrase_env: Option<String>,
}

impl SignArgs {
    /// Returns the key that was given, if one was.
    ///
    /// # Errors
    /// When a variable is not set, or holds no private key.
    pub(crate) fn key(&self) -> Result<Option<GivenKey>> {
        let Some(name) = &self.key_env else { return Ok(None) };
        let secret = |name: &String| {
            Env::secret(name).ok_or_else(|| {
                Error::usage(format!("the environment variable '{}' is not set, or empty", name.escape_debug())).hint(
                    "in a workflow: env: { NAME: ${{ secrets.NAME }} }; a pull request from a fork gets no secrets",
                )
            })
        };
        let text = KeyText::parse(&secret(name)?).map_err(|not| match not {
            NotAKey::Unknown => {
                Error::usage(format!("the environment variable '{name}' holds no private key of SSH, OpenPGP or PKCS#12"))
                    .hint("it must hold the whole text from '-----BEGIN' to '-----END', or the Base64 of a .p12 file")
            }
            NotAKey::Pem => Error::usage(format!("the environment variable '{name}' holds an X.509 key as PEM")).hint(
                "make it PKCS#12: openssl pkcs12 -export -legacy -in KEY.pem -out KEY.p12, and give what 'base64 KEY.p12' prints",
            ),
        })?;
        let passphrase = self.passphrase_env.as_ref().map(|name| secret(name).map(|text| Passphrase::new(&text)));
        Ok(Some(GivenKey { name: name.clone(), text, passphrase: passphrase.transpose()? }))
    }

    pub(crate) fn sealing(&self) -> Sealing {
        sealing(self.unsigned)
    }
}

/// Returns what counts as now.
pub fn now<F: ValueEnum + Default + Clone + Send + Sync + 'static>(common: &CommonArgs<F>) -> Now {
    common.now.map_or_else(|| Now::Clock(common.moment()), Now::Given)
}

/// Returns whether a signature is needed, from the flag `--unsigned`.
pub fn sealing(unsigned: bool) -> Sealing {
    if unsigned { Sealing::Unsigned } else { Sealing::Signed }
}

/// What `patch-tag create` is asked.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// The version, such as 2.0.1; without it, the one that follows the line's highest tag
    pub version: Option<String>,

    /// The line; without it, the one that the version belongs to, or the only one
    #[arg(long)]
    pub line: Option<LineName>,

    /// Tag this commit, the one that was validated; without it, where the line's branch is
    #[arg(long, value_name = "REV")]
    pub commit: Option<String>,

    /// Take the message from this file (`-`: standard input) instead of the template
    #[arg(long, value_name = "FILE")]
    pub message_file: Option<PathBuf>,

    /// Ask this remote whether it has the tag; without it, `origin` if there is one
    #[arg(long, conflicts_with = "offline")]
    pub remote: Option<String>,

    /// Ask no remote
    #[arg(long)]
    pub offline: bool,

    /// How it is signed.
    #[command(flatten)]
    pub sign: SignArgs,

    /// Whose signatures count.
    #[command(flatten)]
    pub policy: PolicyArgs,

    /// Show what would be made and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

impl CreateArgs {
    /// Returns what is asked.
    ///
    /// # Errors
    /// When the message or the key cannot be read.
    pub fn request(&self, common: &CommonArgs) -> Result<CreateRequest> {
        Ok(CreateRequest {
            version: self.version.clone(),
            line: self.line.clone(),
            commit: self.commit.clone(),
            message: self.message_file.as_deref().map(files::read_text_or_stdin).transpose()?,
            remote: ask_remote(self.remote.clone(), self.offline),
            sealing: self.sign.sealing(),
            key: self.sign.key()?,
            policy: self.policy.source(common),
            now: now(common),
            mode: mode(self.dry_run),
        })
    }
}

/// What `patch-tag show` is asked.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The version, such as 2.0.1
    pub version: String,

    /// The line; without it, the one that the version belongs to
    #[arg(long)]
    pub line: Option<LineName>,
}

impl ShowArgs {
    /// Returns what is asked.
    pub fn request(&self) -> ShowRequest {
        ShowRequest { version: self.version.clone(), line: self.line.clone() }
    }
}

/// What `patch-tag verify` is asked.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The tag
    pub tag: TagName,

    /// Whose signatures count.
    #[command(flatten)]
    pub policy: PolicyArgs,

    /// Require that it is at this commit, the one that was validated
    #[arg(long, value_name = "REV")]
    pub commit: Option<String>,

    /// Require that this remote has the same tag
    #[arg(long)]
    pub remote: Option<String>,
}

impl VerifyArgs {
    /// Returns what is asked.
    pub fn request(&self, common: &CommonArgs) -> TagVerifyRequest {
        TagVerifyRequest {
            tag: self.tag.clone(),
            policy: self.policy.source(common),
            commit: self.commit.clone(),
            remote: self.remote.clone(),
            now: now(common),
        }
    }
}

/// What `patch-tag push` is asked.
#[derive(Debug, Args)]
pub struct PushArgs {
    /// The tags
    #[arg(required = true)]
    pub tag: Vec<TagName>,

    /// Push to this remote
    #[arg(long, default_value = "origin")]
    pub remote: String,

    /// Push tags without a signature, too
    #[arg(long)]
    pub unsigned: bool,

    /// Whose signatures count.
    #[command(flatten)]
    pub policy: PolicyArgs,

    /// What is kept back.
    #[command(flatten)]
    pub guarded: AdvisoriesArgs,

    /// Show what would be pushed and push nothing
    #[arg(long)]
    pub dry_run: bool,
}

impl PushArgs {
    /// Returns what is asked.
    pub fn request(&self, common: &CommonArgs) -> PushRequest {
        PushRequest {
            tags: self.tag.clone(),
            remote: self.remote.clone(),
            sealing: sealing(self.unsigned),
            policy: self.policy.source(common),
            advisories: self.guarded.advisories.clone(),
            now: now(common),
            mode: mode(self.dry_run),
        }
    }
}

/// What `patch-tag sums` is asked.
#[derive(Debug, Args)]
pub struct SumsArgs {
    /// The files; they stand in the list with their path from its folder
    #[arg(required = true)]
    pub file: Vec<PathBuf>,

    /// Write the list into this file, and the signature beside it
    #[arg(long, short, value_name = "FILE", default_value = "SHA256SUMS")]
    pub output: PathBuf,

    /// How it is signed.
    #[command(flatten)]
    pub sign: SignArgs,

    /// Whose signatures count.
    #[command(flatten)]
    pub policy: PolicyArgs,

    /// List what can be no file of a release, too: in folders, under names that GitHub changes, empty, or of 2 GiB and more
    #[arg(long)]
    pub any_file: bool,

    /// Show the sums and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

impl SumsArgs {
    /// Returns what is asked.
    ///
    /// # Errors
    /// When the key cannot be read.
    pub fn request(&self, common: &CommonArgs) -> Result<SumsRequest> {
        Ok(SumsRequest {
            files: self.file.clone(),
            list: self.output.clone(),
            listable: if self.any_file { Listable::Any } else { Listable::OfRelease },
            sealing: self.sign.sealing(),
            key: self.sign.key()?,
            policy: self.policy.source(common),
            now: now(common),
            mode: mode(self.dry_run),
        })
    }
}

/// What `patch-tag verify-sums` is asked.
#[derive(Debug, Args)]
pub struct VerifySumsArgs {
    /// The list
    #[arg(default_value = "SHA256SUMS")]
    pub list: PathBuf,

    /// The signature; without it, the list's name with `.sig`, `.asc` or `.p7s` at its end
    #[arg(long, value_name = "FILE", conflicts_with = "unsigned")]
    pub signature: Option<PathBuf>,

    /// Check the files only, against whoever wrote the list
    #[arg(long, conflicts_with_all = ["policy", "from"])]
    pub unsigned: bool,

    /// Whose signatures count.
    #[command(flatten)]
    pub policy: PolicyArgs,
}

impl VerifySumsArgs {
    /// Returns what is asked.
    pub fn request(&self, common: &CommonArgs) -> VerifySumsRequest {
        VerifySumsRequest {
            list: self.list.clone(),
            signature: self.signature.clone(),
            sealing: sealing(self.unsigned),
            policy: self.policy.source(common),
            now: now(common),
        }
    }
}
