//! What is asked and read before the first write. Whatever would be refused later is refused here.

use chrono::{DateTime, Utc};

use crate::model::advisory::Advisory;
use crate::model::advisory::affected::Which;
use crate::model::advisory::check::Weight;
use crate::model::advisory::checklist::{Progress as Checked, checklist};
use crate::model::advisory::export::Format;
use crate::model::advisory::export::outcome::Lacking;
use crate::model::advisory::kit::{Tagged, has_no_release_yet};
use crate::model::advisory::publish::{
    Disclosure, DisclosureRequest, Freshness, OnForge, Progress, Seen, Standing, Stop, Wanted, before_first_write,
    require_revised, stand,
};
use crate::model::apply::shell_word;
use crate::model::error::{Error, Kind, Result};
use crate::model::guard::{Place, Surface};
use crate::model::propose::repository_of_url;
use crate::model::publish::{Does, Goal, Published};
use crate::model::request::Mode;
use crate::model::tag::TagName;
use crate::model::tag_push::{PushOutcome, TagsPushed};
use crate::model::verify::Answer;
use crate::ports::clock::{clock, reached};
use crate::ports::folder;
use crate::ports::guard::Watch;
use crate::steps::advisory::{Sourced, checked, first_named, first_tags, matrix, one, settings};

use super::Disclosing;

/// What was found out before the first write.
pub(super) struct Begun {
    pub(super) source: Sourced,
    pub(super) tagged: Vec<Tagged>,
    pub(super) wanted: Option<Wanted>,
    pub(super) seen: Seen,
    lacking: Vec<Lacking>,
}

impl Begun {
    /// Asks and reads everything but the forge's advisories. `earlier`: the record of an earlier run.
    pub(super) fn read(
        with: &Disclosing<'_>,
        request: &DisclosureRequest,
        earlier: Option<&Disclosure>,
    ) -> Result<Self> {
        require_now(request.now.moment())?;
        folder::require_place(&request.output)?;
        let source = one(with.git, settings(&with.settings.config)?, &request.id)?;
        before_first_write(&source.advisory, reached(request.now.moment()))?;
        let earlier = earlier.filter(|record| record.advisory == request.id);
        require_revised(&source.advisory, earlier.and_then(|record| record.told.as_ref()), request.on_forge)?;
        // Anybody can write into a source that it is public; that it was published from here only the record says.
        let is_told = earlier.is_some_and(|record| record.published.is_some());
        if !(is_told && source.advisory.state.is_public()) {
            require_complete(with, request, &source)?;
        }
        require_agreement(with, request)?;
        require_same_repository(with, request)?;
        let tags = match request.tags.is_empty() {
            true if has_no_release_yet(&source.advisory) => Vec::new(),
            true => first_tags(with.git, with.settings, &source.advisory)?,
            false => request.tags.clone(),
        };
        let pushed = (with.push)(&request.push(&tags, Mode::DryRun))?;
        require_upgrades(with, request, &source.advisory, &tags)?;
        let tagged = tagged(&tags, &pushed)?;
        let is_pushed = is_pushed(&pushed);
        let public_tags = public_tags(&tags, &pushed);
        let Releases { drafts, released, public_releases } = Releases::read(with, request, &tags, is_pushed)?;
        let wanted = match request.on_forge {
            OnForge::Made => Some(Wanted::of(&source.advisory, with.publication)?),
            OnForge::LeftOut => None,
        };
        require_free(with, request, &source)?;
        let seen = Seen {
            drafts,
            pushed: if is_pushed { Progress::There } else { Progress::Waiting },
            public_tags,
            released,
            public_releases,
            advisories: Vec::new(),
            freshness: Freshness::Told,
            updates: 0,
            source: Progress::Waiting,
            documents: Progress::Waiting,
            notice: Progress::Waiting,
            unclear: None,
        };
        let lacking = lacking(with, &source)?;
        Ok(Self { source, tagged, wanted, seen, lacking })
    }

    /// Returns the tags.
    pub(super) fn tags(&self) -> Vec<TagName> {
        self.tagged.iter().map(|tagged| tagged.tag.clone()).collect()
    }

    /// Returns the record of a run that begins.
    pub(super) fn fresh_record(&self, with: &Disclosing<'_>, request: &DisclosureRequest) -> Disclosure {
        let repository = with.forge.repository().clone();
        Disclosure::begin(request.id.clone(), repository, request.remote.clone(), self.tagged.clone())
    }

    /// Reads the advisories of the forge for the first time, and requires that the token may do what is left to do there.
    pub(super) fn look_first(
        &mut self,
        with: &Disclosing<'_>,
        request: &DisclosureRequest,
        record: Disclosure,
    ) -> Result<Disclosure> {
        if let Some(tag) = self.tagged.first().filter(|_| self.seen.released == Progress::Waiting) {
            let commit = with.git.peeled(tag.object).ok_or_else(|| {
                Error::no(format!("tag '{}' names no commit", tag.tag))
                    .hint(format!("look at it: patch-tag verify {}", tag.tag))
            })?;
            with.forge.may_write_contents(&tag.tag, commit).map_err(crate::ports::forge::Failure::into_error)?;
        }
        if let Some(wanted) = &self.wanted {
            // What a token may not see looks as if it were not there.
            match self.source.advisory.state.is_public() {
                true => drop(with.forge.require_kind_for_advisories()?),
                false => with.forge.require_advisories()?,
            }
            super::carry::look(with, &record, &mut self.seen, wanted)?;
            match stand(wanted, &self.seen).map_err(Stop::into_error)? {
                Standing::Published(_) => {}
                _ if !self.source.advisory.state.is_public() => {}
                Standing::Absent
                | Standing::Surplus(_)
                | Standing::OtherDraft(_)
                | Standing::Draft(_)
                | Standing::OtherPublished(_) => with.forge.require_advisories()?,
            }
        }
        self.judge_source(&record);
        let mut record = record;
        record.left_out.clone_from(&self.lacking);
        self.look(&mut record, request);
        Ok(record)
    }

    /// Says whether the source has all that a public one has.
    pub(super) fn judge_source(&mut self, record: &Disclosure) {
        let advisory = &self.source.advisory;
        let named = self.wanted.is_none()
            || (advisory.ghsa.is_some() && (record.ghsa.is_none() || advisory.ghsa == record.ghsa));
        self.seen.source = if advisory.state.is_public() && named { Progress::There } else { Progress::Waiting };
    }

    /// Takes what was seen over into the record.
    pub(super) fn look(&self, record: &mut Disclosure, request: &DisclosureRequest) {
        record.look(self.wanted.as_ref(), &self.seen, &request.output.display().to_string());
    }
}

/// Requires that the moment of publication, which every document tells, is not one to come.
fn require_now(now: DateTime<Utc>) -> Result<()> {
    match now <= clock() {
        true => Ok(()),
        false => Err(Error::usage("'--now' is a moment to come, and nothing was published then")
            .hint("publish without '--now', once the date is over")),
    }
}

/// Requires that nothing is wrong with the source or missing from it, and that its checklist is done.
fn require_complete(with: &Disclosing<'_>, request: &DisclosureRequest, source: &Sourced) -> Result<()> {
    let now = reached(request.now.moment());
    let found = checked(with.git, with.settings, std::slice::from_ref(&request.id), now)?;
    if let Some(finding) = found.findings.into_iter().find(|finding| finding.weight != Weight::Note) {
        let said = format!("'{}' cannot be published as it is", source.shown);
        let error = if finding.weight == Weight::Failed { Error::no(said) } else { Error::undecided(said) };
        return Err(error.because(finding.detail).hint(format!("see all: patch-advisory check {}", request.id)));
    }
    let list = checklist(&source.advisory, now);
    match list.points.into_iter().find(|point| point.progress == Checked::Open) {
        None => Ok(()),
        Some(point) => Err(Error::undecided(format!("'{}' of the checklist of '{}' is open", point.item, request.id))
            .because(point.detail)
            .hint(format!("see all: patch-advisory checklist {}", request.id))),
    }
}

/// Requires of each first release that repairs the flaw that it is among the tags, or on the remote: the documents send users to it.
fn require_upgrades(
    with: &Disclosing<'_>,
    request: &DisclosureRequest,
    advisory: &Advisory,
    tags: &[TagName],
) -> Result<()> {
    let mut others = first_named(with.git, with.settings, advisory)?;
    others.retain(|tag| !tags.contains(tag));
    if others.is_empty() {
        return Ok(());
    }
    let there = with.git.remote_refs(&request.remote, &others.iter().map(TagName::full).collect::<Vec<_>>())?;
    match others.iter().find(|tag| there.iter().all(|one| one.name != tag.full())) {
        None => Ok(()),
        Some(tag) => Err(Error::no(format!(
            "'{}' sends users to '{tag}', which is neither named nor on '{}'",
            request.id,
            request.remote.escape_debug()
        ))
        .hint(format!(
            "name it, too: --tag {0}; or, where it is not to be released: git tag -d {0}; tag a later release of its line, and run: \
             patch-advisory affected {1} --write",
            shell_word(tag.as_str()),
            request.id
        ))),
    }
}

/// Requires that every document says of every version what git says.
fn require_agreement(with: &Disclosing<'_>, request: &DisclosureRequest) -> Result<()> {
    let found = matrix::compare(with.git, with.settings, with.publication, &Which::Id(request.id.clone()))?;
    match found.answer {
        Answer::Yes => Ok(()),
        Answer::No | Answer::Undecided => Err(Error::no(format!(
            "the documents of '{}' do not say what git says",
            request.id
        ))
        .hint(format!(
            "see where: patch-advisory matrix {0}; bring the source up to date: patch-advisory affected {0} --write",
            request.id
        ))),
    }
}

/// Requires that tags go to the repository that the releases are made in, as far as addresses tell: a private fork is another one.
fn require_same_repository(with: &Disclosing<'_>, request: &DisclosureRequest) -> Result<()> {
    let url = with.git.configured_url(&request.remote);
    let there = repository_of_url(url.as_deref().unwrap_or(&request.remote));
    match there.filter(|there| !there.is_same(with.forge.repository())) {
        None => Ok(()),
        Some(there) => {
            let remote = request.remote.escape_debug();
            Err(Error::usage(format!("'{remote}' is '{there}', and the releases go to '{}'", with.forge.repository()))
                .hint(format!(
                    "name the remote of that repository: --remote NAME; see: git remote get-url {}",
                    shell_word(&request.remote)
                )))
        }
    }
}

/// Says whether the remote has all of it.
pub(super) fn is_pushed(pushed: &TagsPushed) -> bool {
    pushed.refs.iter().all(|one| one.outcome == PushOutcome::Already)
}

/// Returns the tags that the remote has, whatever it lacks of their branches.
pub(super) fn public_tags(tags: &[TagName], pushed: &TagsPushed) -> Vec<TagName> {
    let is_there =
        |tag: &&TagName| pushed.refs.iter().any(|one| one.name == tag.full() && one.outcome == PushOutcome::Already);
    tags.iter().filter(is_there).cloned().collect()
}

/// Returns the tags with the objects that were verified.
fn tagged(tags: &[TagName], pushed: &TagsPushed) -> Result<Vec<Tagged>> {
    let object = |tag: &TagName| pushed.refs.iter().find(|one| one.name == tag.full()).map(|one| one.object);
    let one = |tag: &TagName| {
        let object = object(tag).ok_or_else(|| Error::usage(format!("tag '{tag}' would not be pushed")))?;
        Ok(Tagged { tag: tag.clone(), object })
    };
    tags.iter().map(one).collect()
}

/// How far the releases are.
pub(super) struct Releases {
    pub(super) drafts: Progress,
    pub(super) released: Progress,
    pub(super) public_releases: Vec<TagName>,
}

impl Releases {
    /// Reads it. This verifies their files as well.
    pub(super) fn read(
        with: &Disclosing<'_>,
        request: &DisclosureRequest,
        tags: &[TagName],
        is_pushed: bool,
    ) -> Result<Self> {
        // An advisory may be told before there is a release to go to.
        if tags.is_empty() {
            return Ok(Self { drafts: Progress::There, released: Progress::There, public_releases: Vec::new() });
        }
        let goal = if is_pushed { Goal::Published } else { Goal::Drafts };
        let (steps, public_releases) = match (with.releases)(&request.releases(tags, goal, Mode::DryRun))? {
            Published::Plan(plan) => (plan.steps, plan.public),
            Published::Record { record, this_run: _ } => (Vec::new(), record.public()),
        };
        let makes = |does: Does| match does {
            Does::CreateDraft | Does::DeleteDraft | Does::DeleteAsset | Does::Upload => true,
            // A draft that was made before its tag was public gets its target when it is published.
            Does::UpdateDraft => !is_pushed,
            Does::Publish | Does::MoveBadge => false,
        };
        let progress = |is_there: bool| if is_there { Progress::There } else { Progress::Waiting };
        Ok(Self {
            drafts: progress(!steps.iter().any(|step| makes(step.does))),
            released: progress(is_pushed && steps.is_empty()),
            public_releases,
        })
    }
}

/// Requires that what the advisory says tells of no other one that is secret: its text, what its front matter brings into documents, and
/// these documents.
fn require_free(with: &Disclosing<'_>, request: &DisclosureRequest, source: &Sourced) -> Result<()> {
    let watch = Watch::open(Some(with.git), &with.settings.config, &request.advisories, request.now.moment())?;
    let advisory = &source.advisory;
    let text = advisory.body.markdown();
    let told = [
        Surface::new(Place::Document, advisory.title.as_str()),
        Surface::new(Place::Document, text.as_str()).at(source.file.as_str()).from_line(1),
    ];
    let references = advisory.references.iter().map(|one| one.url.to_string());
    let credits = advisory.credits.iter().flat_map(|one| {
        let names = [one.name.clone()].into_iter().chain(one.github.clone());
        names.chain(one.contact.iter().map(ToString::to_string)).collect::<Vec<_>>()
    });
    let front = references.chain(credits).map(|text| Surface::new(Place::Notes, text).at(source.file.as_str()));
    // What a format lacks is told elsewhere.
    let documents = Format::ALL.iter().filter_map(|format| format.documents(advisory, with.publication).ok()).flatten();
    let documents = documents.map(|one| Surface::new(Place::Document, one.text).at(one.path).from_line(1));
    watch.require_texts("nothing was published", told.into_iter().chain(front).chain(documents))
}

/// Returns the formats that lack something. A format that only lacks something is left out, and told.
fn lacking(with: &Disclosing<'_>, source: &Sourced) -> Result<Vec<Lacking>> {
    let mut lacking = Vec::new();
    for format in Format::ALL {
        match format.documents(&source.advisory, with.publication) {
            Ok(_) => {}
            Err(error) if error.kind() == Kind::Usage => lacking
                .push(Lacking { what: error.to_string(), hint: error.hint_text().unwrap_or_default().to_owned() }),
            Err(error) => return Err(error),
        }
    }
    Ok(lacking)
}
