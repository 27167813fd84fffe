//! `patch-notes publish`: releases on the forge, from verified tags, with their notes and files, and each once.

mod checked;
mod files;
mod out;
mod own;
mod record;
mod signatures;

use crate::model::commit::{CommitId, ObjectId};
use crate::model::embargo::Embargo;
use crate::model::error::{Error, Result};
use crate::model::guard::{Place, Surface};
use crate::model::name::NotAName;
use crate::model::notes::Notes;
use crate::model::notes::request::{AskedBy, NotesRequest, Unread};
use crate::model::publish::{
    NotesText, PLAN_SCHEMA, PlannedStep, Product, Publication, PublishPlan, PublishRequest, Published, Wanted,
};
use crate::model::request::Mode;
use crate::model::sums_report::{SumsVerification, VerifySumsRequest};
use crate::model::tag::TagName;
use crate::ports::files as disk;
use crate::ports::forge::Forge;
use crate::ports::git::Git;
use crate::ports::settings::Settings;

use super::place::Unplaced;
use checked::Checked;
use files::Files;
use record::kept;

/// Requires that tags verify, and returns for each the object that it is and the commit that it names.
pub type VerifyTags<'a> = &'a dyn Fn(&PublishRequest) -> Result<Vec<(ObjectId, CommitId)>>;

/// Verifies a list of sums.
pub type VerifySums<'a> = &'a dyn Fn(&VerifySumsRequest) -> Result<SumsVerification>;

/// What a run works with.
pub struct Publishing<'a> {
    /// The repository.
    pub git: &'a Git,
    /// The configuration.
    pub settings: &'a Settings,
    /// Where the releases go.
    pub forge: &'a Forge,
    /// What verifies the tags, as `patch-tag` does.
    pub verify_tags: VerifyTags<'a>,
    /// What verifies a list of sums, as `patch-tag` does.
    pub verify_sums: VerifySums<'a>,
    /// Returns the body of a release.
    pub render: &'a dyn Fn(&Notes) -> Result<String>,
    /// Tells people what was done.
    pub tell: &'a dyn Fn(&str),
}

/// Sees to it that releases are published, or says what that would take.
///
/// # Errors
/// When a tag or a file does not verify, when what is under embargo would be named, when the forge refuses or fails, or when it cannot go
/// on without a person. Nothing is published before everything is ready.
pub fn run(with: &Publishing<'_>, request: &PublishRequest) -> Result<Published> {
    let (mut publication, checked) = publication(with, request)?;
    let _taken = signatures::keep(with, request, &mut publication)?;
    let kept = kept(request.record.as_deref(), with.git, &publication);
    match request.mode {
        Mode::DryRun => {
            let mut record = record::read(&kept, with.forge.repository(), &publication)?;
            checked.require(with.forge, &publication, &record)?;
            let before = record.clone();
            let steps = with.forge.plan_releases(&publication, &mut record)?;
            record::unreleased(&before, &record).iter().for_each(|text| (with.tell)(text));
            Ok(Published::Plan(PublishPlan {
                schema: PLAN_SCHEMA.to_owned(),
                repository: with.forge.repository().clone(),
                steps: steps.iter().filter_map(PlannedStep::of).collect(),
                public: record.public(),
            }))
        }
        Mode::Write => {
            let _alone = kept.lock(request.now.moment())?;
            let mut record = record::read(&kept, with.forge.repository(), &publication)?;
            checked.require(with.forge, &publication, &record)?;
            let earlier = record.clone();
            let mut before = record.clone();
            with.forge.put_releases(&publication, &mut record, &mut |record| {
                kept.write(record)?;
                record::told(&before, record).iter().for_each(|text| (with.tell)(text));
                before = record.clone();
                Ok(())
            })?;
            Ok(Published::Record { this_run: Box::new(record.since(&earlier)), record })
        }
    }
}

/// Puts together what is wanted, from tags and files that verify, with what was found about the notes.
fn publication(with: &Publishing<'_>, request: &PublishRequest) -> Result<(Publication, Checked)> {
    if let Some(tag) =
        request.tags.iter().enumerate().find_map(|(at, tag)| request.tags[..at].contains(tag).then_some(tag))
    {
        return Err(Error::usage(format!("the tag '{tag}' is named twice")).hint("name it once"));
    }
    if let Some(file) = request.notes.as_ref().filter(|path| request.tags.len() > 1 && !path.is_dir()) {
        return Err(Error::usage(format!("'{}' is no folder with notes for each of these releases", file.display()))
            .hint(
                "write 'patch-notes render --target TAG --format markdown' into TAG.md for each, and name their folder",
            ));
    }
    if request.notes_from.is_some() && request.tags.len() > 1 {
        return Err(Error::usage("'--notes-from' says what one release comes after, and several are named")
            .hint("publish that release alone; or give notes of your own for all of them: --notes DIR, with TAG.md for each, as 'patch-notes render --target TAG --from REV --format markdown' writes it"));
    }
    let verified = (with.verify_tags)(request)?;
    let files =
        request.tags.iter().map(|tag| Files::read(with.verify_sums, request, tag)).collect::<Result<Vec<_>>>()?;
    let Bodies { bodies, facts, mut checked } = bodies(with, request, &files)?;
    let each = request.tags.iter().zip(verified).zip(files.into_iter().zip(bodies));
    let wanted = each.map(|((tag, named), (files, body))| release(request, tag, named, files, body));
    let wanted = wanted.collect::<Result<Vec<_>>>()?;
    guard(with, request, (&wanted, facts), &mut checked)?;
    checked.besides().for_each(|besides| (with.tell)(&besides));
    let product = Product { pattern: with.settings.tag.clone(), badge: request.badge };
    Publication::new(product, request.adopt, wanted)
        .map(|publication| (publication.up_to(request.goal), checked))
        .map_err(|bad| Error::usage("cannot publish this").because(bad).hint("correct the command, or the files"))
}

fn release(
    request: &PublishRequest,
    tag: &TagName,
    (object, commit): (ObjectId, CommitId),
    Files { assets, checksums }: Files,
    body: String,
) -> Result<Wanted> {
    let title = tag.as_str().parse().map_err(|bad: NotAName| {
        Error::usage(format!("'{tag}' cannot be the title of a release")).because(bad).hint("take another tag")
    })?;
    if let Some(list) = &request.embargoed {
        let files = assets.iter().map(|asset| ("the name of a file", asset.name.as_str()));
        let told = [("the tag", tag.as_str()), ("the notes", body.as_str())];
        for (what, text) in told.into_iter().chain(files) {
            require_free(list, what, text, tag)?;
        }
    }
    let notes = NotesText::new(body).map_err(|bad| {
        let hint = bad.hint();
        Error::no(format!("the notes of '{tag}' cannot be published")).because(bad).hint(hint)
    })?;
    Ok(Wanted { tag: tag.clone(), object, commit, title, notes, assets, checksums })
}

/// The notes of each release.
struct Bodies {
    bodies: Vec<String>,
    /// Where they come from, of those that are made.
    facts: Vec<Surface>,
    /// What was found about those that are made.
    checked: Checked,
}

/// Returns the notes of each release: those that the user has written, or else what the repository tells.
fn bodies(with: &Publishing<'_>, request: &PublishRequest, files: &[Files]) -> Result<Bodies> {
    if let Some(path) = &request.notes {
        let own = |tag: &TagName| if path.is_dir() { path.join(format!("{tag}.md")) } else { path.clone() };
        let bodies = request.tags.iter().map(|tag| disk::read_text_or_stdin(&own(tag))).collect::<Result<Vec<_>>>()?;
        let checked = own::checked(with, request, &bodies);
        return Ok(Bodies { bodies, facts: Vec::new(), checked });
    }
    let sums = |files: &Files| files.checksums.as_ref().map_or_else(Vec::new, |list| list.sums.files().to_vec());
    let asked = request.tags.iter().zip(files).map(|(tag, files)| NotesRequest {
        target: Some(tag.to_string()),
        from: request.notes_from.clone(),
        checksums: sums(files),
        unread: Unread::Refused,
        asked_by: AskedBy::Publish,
        ..NotesRequest::default()
    });
    let made = super::each(with.git, with.settings, Some(with.forge), &asked.collect::<Vec<_>>());
    let all = match made {
        Ok(all) => all,
        Err(Unplaced::Other(error)) => return Err(or_notes_of_ones_own(error)),
        Err(Unplaced::BeginsNowhere(error)) => {
            let bodies = out::bodies(with, request, &error).ok_or_else(|| or_notes_of_ones_own(error))?;
            return Ok(Bodies { bodies, facts: Vec::new(), checked: Checked::default() });
        }
    };
    // A warning may quote what is under embargo.
    let leaks = |text: &str| request.embargoed.as_ref().is_some_and(|list| list.is_named_in(text));
    let warnings = all.iter().flat_map(|notes| &notes.warnings);
    warnings.filter(|warning| !leaks(warning)).for_each(|warning| (with.tell)(warning));
    let mut facts = Vec::new();
    for notes in &all {
        let texts =
            notes.texts().map_err(|error| Error::unfinished("cannot write the notes as JSON").because(error))?;
        facts.extend(texts.into_iter().map(|text| Surface::new(Place::Notes, text).at(notes.tag.as_str())));
    }
    let bodies = all.iter().map(with.render).collect::<Result<Vec<String>>>()?;
    let checked = Checked::of(all.iter().zip(&bodies));
    Ok(Bodies { bodies, facts, checked })
}

/// Adds that notes can be given to what to do where they cannot be made.
fn or_notes_of_ones_own(error: Error) -> Error {
    let own = "give notes of your own with '--notes'";
    let hint = error.hint_text().map_or_else(|| own.to_owned(), |hint| format!("{hint}; or {own}"));
    error.hint(hint)
}

/// Requires that releases tell of no advisory that is secret, nor where their notes come from, and keeps back of what was found what does.
fn guard(
    with: &Publishing<'_>,
    request: &PublishRequest,
    (wanted, facts): (&[Wanted], Vec<Surface>),
    checked: &mut Checked,
) -> Result<()> {
    let watch = super::watch(with.git, with.settings, &request.advisories, request.now.moment())?;
    let told = wanted.iter().flat_map(|release| {
        let at = release.tag.as_str();
        let files = release.assets.iter().map(|asset| Surface::new(Place::Path, asset.name.as_str()));
        let own = [
            Surface::new(Place::Tag, at),
            Surface::new(Place::Release, release.title.as_str()),
            Surface::new(Place::Notes, release.notes.as_str()).at(at).from_line(1),
        ];
        own.into_iter().chain(files)
    });
    watch.require_texts("nothing was published", told.chain(facts))?;
    let is_listed = |text: &str| request.embargoed.as_ref().is_some_and(|list| list.is_named_in(text));
    checked.withhold(|text| is_listed(text) || watch.tells(Place::Text, text));
    Ok(())
}

fn require_free(list: &Embargo, what: &str, text: &str, tag: &TagName) -> Result<()> {
    if !list.is_named_in(text) {
        return Ok(());
    }
    let hidden = if list.is_named_in(tag.as_str()) { String::new() } else { format!(" of '{tag}'") };
    Err(Error::no(format!("{what}{hidden} names what is under embargo"))
        .hint("find it with 'patch-notes check --embargoed FILE', and publish nothing before the embargo ends"))
}
