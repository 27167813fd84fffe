//! Security advisories of the repository, one request at a time. What must not happen twice is looked for before it is tried again.

use serde_json::{Value, json};

use crate::model::advisory::id::{AdvisoryId, GhsaId};
use crate::model::advisory::publish::{ForgeAdvisory, ForgeStage, Wanted, is_marked};
use crate::model::doctor::token::TokenKind;
use crate::model::error::{Error, Result};

use super::advisory_body as body;
use super::failure::Trouble;
use super::wire::{Method, Request, Sent};
use super::{Failure, Forge};

/// What writing security advisories needs, as GitHub names it in `x-accepted-github-permissions`.
const NEEDS: &str = "repository_advisories=write";
/// The same as the settings of tokens and apps name it.
const SETTING: &str = "'Repository security advisories: write'";

impl Forge {
    /// Requires that the token is of a kind that may see and write security advisories, and returns the kind. The `GITHUB_TOKEN` of a
    /// workflow never may, whatever stands below `permissions:`.
    ///
    /// # Errors
    /// When it is not, with the kind of token that may; or when the forge fails.
    pub fn require_kind_for_advisories(&self) -> Result<TokenKind> {
        let account = self.account().map_err(Failure::into_error)?;
        match self.token_kind().acting_as(Some(&account)) {
            kind @ TokenKind::Workflow => Err(may_not(kind)),
            kind => Ok(kind),
        }
    }

    /// Requires that the token may write security advisories, without writing any. It is asked by a request that lacks all that an advisory
    /// must have: a token that may is told so, one that may not is refused before.
    ///
    /// # Errors
    /// As [`Self::require_kind_for_advisories`]; also when the token lacks the permission.
    pub fn require_advisories(&self) -> Result<()> {
        let kind = self.require_kind_for_advisories()?;
        let asked = format!("write security advisories of '{}'", self.repository);
        let request =
            Request { method: Method::Post(json!({})), path: self.path("/security-advisories"), asked: asked.clone() };
        match self.wire.send(&request) {
            Err(failure) => match &failure.trouble {
                Trouble::Invalid => Ok(()),
                Trouble::Denied { needs } if needs.as_deref().is_none_or(|needs| needs.contains(NEEDS)) => {
                    Err(may_not(kind).because(failure.sentence()))
                }
                // A token that does not see them is told that there is no such thing.
                Trouble::Missing => Err(may_not(kind).because(failure.sentence())),
                Trouble::Denied { .. }
                | Trouble::Unauthorized
                | Trouble::SingleSignOn { .. }
                | Trouble::Address
                | Trouble::Moved
                | Trouble::Limited { .. }
                | Trouble::Unavailable
                | Trouble::Unreadable => Err(failure.into_error()),
            },
            Ok(_) => Err(self.wire.unreadable(&asked, "an advisory without a title was taken").into_error()),
        }
    }

    /// Returns the advisories of the repository that the token may see, drafts with them, and those of these identifiers, which a list
    /// need not show yet.
    ///
    /// # Errors
    /// When the forge refuses or fails.
    pub fn advisories(&self, known: &[GhsaId]) -> std::result::Result<Vec<ForgeAdvisory>, Failure> {
        let asked = format!("read the security advisories of '{}'", self.repository);
        let own = self.own_login()?;
        let raw = self.wire.pages(&asked, self.path("/security-advisories?per_page=100"), body::advisories)?;
        let found = raw.into_iter().filter_map(|raw| raw.read(own).transpose());
        let mut found: Vec<ForgeAdvisory> =
            found.collect::<std::result::Result<_, _>>().map_err(|why| self.wire.unreadable(&asked, &why))?;
        for ghsa in known {
            if !found.iter().any(|there| there.ghsa == *ghsa) {
                found.extend(self.advisory(ghsa)?);
            }
        }
        Ok(found)
    }

    /// Returns the advisory of an identifier; `None`: there is none, or the token may not see it.
    fn advisory(&self, ghsa: &GhsaId) -> std::result::Result<Option<ForgeAdvisory>, Failure> {
        let asked = format!("read the security advisory '{ghsa}' of '{}'", self.repository);
        let own = self.own_login()?;
        match self.get(&asked, &format!("/security-advisories/{ghsa}")) {
            Ok(answer) => body::advisory(&answer, own).map(Some).map_err(|why| self.wire.unreadable(&asked, &why)),
            Err(failure) if failure.is_missing() => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Makes a draft. Where no answer came, one that is there with the mark is taken for it, for before there was none.
    ///
    /// # Errors
    /// When the forge refuses or fails.
    pub fn create_advisory(&self, wanted: &Wanted) -> std::result::Result<ForgeAdvisory, Failure> {
        let asked = format!("make the draft of '{}' in '{}'", wanted.id, self.repository);
        let look = || Ok(self.advisories(&[])?.into_iter().find(|there| is_draft_of(there, &wanted.id)));
        let path = self.path("/security-advisories");
        self.written(&Request { method: Method::Post(wanted.body.clone()), path, asked }, &look)
    }

    /// Sets what of an advisory a body names. Sent twice, it says the same.
    ///
    /// # Errors
    /// When the forge refuses or fails.
    pub fn update_advisory(&self, ghsa: &GhsaId, body: Value) -> std::result::Result<ForgeAdvisory, Failure> {
        let asked = format!("set what '{ghsa}' in '{}' says", self.repository);
        let path = self.path(&format!("/security-advisories/{ghsa}"));
        self.written(&Request { method: Method::Patch(body), path, asked }, &|| Ok(None))
    }

    /// Publishes a draft, or closes it.
    ///
    /// # Errors
    /// When the forge refuses or fails.
    pub fn bring_advisory(&self, ghsa: &GhsaId, stage: ForgeStage) -> std::result::Result<ForgeAdvisory, Failure> {
        let verb = if stage == ForgeStage::Published { "publish" } else { "close" };
        let asked = format!("{verb} the advisory '{ghsa}' in '{}'", self.repository);
        let look = || Ok(self.advisory(ghsa)?.filter(|there| there.stage == stage));
        let path = self.path(&format!("/security-advisories/{ghsa}"));
        let body = json!({ "state": stage.as_str() });
        self.written(&Request { method: Method::Patch(body), path, asked }, &look)
    }

    fn written(
        &self,
        request: &Request,
        look: &dyn Fn() -> std::result::Result<Option<ForgeAdvisory>, Failure>,
    ) -> std::result::Result<ForgeAdvisory, Failure> {
        let own = self.own_login()?;
        match self.wire.send_unless(request, look)? {
            Sent::Found(found) => Ok(found),
            Sent::Answer(answer) => {
                body::advisory(&answer.body, own).map_err(|why| self.wire.unreadable(&request.asked, &why))
            }
        }
    }
}

fn is_draft_of(there: &ForgeAdvisory, id: &AdvisoryId) -> bool {
    there.stage == ForgeStage::Draft && is_marked(&there.content.description, id)
}

/// Says that a token may not, and which one may.
fn may_not(kind: TokenKind) -> Error {
    Error::undecided(format!("{kind} cannot make security advisories")).hint(format!(
        "set GITHUB_TOKEN to a fine-grained personal access token with {SETTING}, or to the token of an app that has it; \
         the GITHUB_TOKEN of a workflow never has; or leave it out: --without-forge-advisory"
    ))
}
