//! The arguments of `patch-advisory guard`.

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};

use crate::cli::advisories::AdvisoriesArgs;
use crate::cli::args::CommonArgs;
use crate::cli::env::Env;
use crate::cli::out::Present;
use crate::cli::terminal::{Page, escape};
use crate::model::error::{Error, Result};
use crate::model::event::{Event, MOST_PAYLOAD_BYTES};
use crate::model::guard::{Guarded, Place, PushedRef, Surface};
use crate::model::markdown;
use crate::ports::files;
use crate::ports::git::Git;
use crate::ports::guard::Watch;
use crate::ports::render::Templates;
use crate::ports::settings;

/// What `patch-advisory guard` is asked.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).multiple(false))]
pub struct GuardArgs {
    /// Look at all that a push to this remote, which goes to this address, makes public; the refs come from standard input, as git
    /// gives them to the hook `pre-push`
    #[arg(long, value_names = ["REMOTE", "URL"], num_args = 1..=2, group = "what")]
    pub push: Vec<String>,

    /// Look at the commits between two revisions
    #[arg(long, value_name = "A..B", group = "what")]
    pub range: Option<String>,

    /// Look at a text; `-`: standard input
    #[arg(long, value_name = "FILE", group = "what")]
    pub text: Option<PathBuf>,

    /// Look at the pull request of the event that started the workflow: title, description, branch, repository, labels, milestone, and
    /// what a review or a comment says
    #[arg(long, group = "what")]
    pub event: bool,

    /// What the text is: branch, tag, subject, body, title, path, test, notes, release and so on
    #[arg(long = "as", value_name = "PLACE", requires = "text", default_value = "text")]
    pub place: Place,

    /// What is kept back.
    #[command(flatten)]
    pub guarded: AdvisoriesArgs,
}

impl GuardArgs {
    /// Looks at what was asked for.
    ///
    /// # Errors
    /// When an advisory, the text or the event cannot be read, or history is missing.
    pub fn look(&self, git: Option<&'static Git>, common: &CommonArgs, env: &Env) -> Result<Guarded> {
        let config = settings::config(git, common.config.as_deref())?;
        let watch = Watch::open(git, &config, &self.guarded.advisories, common.moment())?;
        if !watch.is_told() {
            return Err(Error::usage("nothing tells where advisories are, so that nothing can be guarded")
                .hint("add [advisory] to patch.toml, or name their folder: --advisories DIR"));
        }
        if let Some(remote) = self.push.first() {
            let lines = files::read_text_or_stdin(Path::new("-"))?;
            let refs = PushedRef::all(&lines).map_err(|bad| {
                Error::usage("cannot read what is pushed").because(bad).hint(
                    "run it as the hook 'pre-push', which gets the refs on standard input: see docs/patch-advisory.md",
                )
            })?;
            return watch.push((remote, self.push.get(1).map(String::as_str)), &refs, &[]);
        }
        if let Some(range) = &self.range {
            let parts =
                range.split_once("..").filter(|(from, to)| !from.is_empty() && !to.is_empty() && !to.starts_with('.'));
            let (from, to) = parts.ok_or_else(|| {
                Error::usage(format!("'{range}' is no range")).hint("write it as A..B, such as origin/main..HEAD")
            })?;
            return watch.range(from, to);
        }
        if let Some(file) = &self.text {
            let surface = Surface::new(self.place, files::read_text_or_stdin(file)?).from_line(1);
            let name = file.to_str().filter(|name| *name != "-");
            return Ok(watch.texts([name.map_or(surface.clone(), |name| surface.at(name))]));
        }
        Ok(watch.texts(event(env)?))
    }
}

/// Returns what an event of a pull request shows to everybody.
fn event(env: &Env) -> Result<Vec<Surface>> {
    let file = env.event.as_ref().ok_or_else(|| {
        Error::usage("no event started this run: GITHUB_EVENT_PATH is not set").hint("run it in a workflow")
    })?;
    let payload = files::read_first_or_stdin(file, MOST_PAYLOAD_BYTES + 1)?;
    let event = Event::parse(&payload).map_err(|bad| {
        let hint = bad.hint();
        Error::usage("cannot read the event").because(bad).hint(hint)
    })?;
    let pull = event.pull_request;
    let labels = pull.labels.into_iter().map(|label| Surface::new(Place::Label, label.name));
    let own = [
        Surface::new(Place::Title, pull.title.as_str()),
        Surface::new(Place::PullBody, pull.body).below(pull.title).from_line(1),
        Surface::new(Place::Branch, pull.head.branch),
        Surface::new(Place::Commit, pull.head.commit.to_string()),
    ];
    let more = pull.milestone.map(|name| Surface::new(Place::Label, name));
    let fork = pull.head.repository.map(|name| Surface::new(Place::Branch, name.to_string()));
    let said = said(&payload).into_iter().map(|text| Surface::new(Place::PullBody, text).from_line(1));
    Ok(own.into_iter().chain(labels).chain(more).chain(fork).chain(said).collect())
}

/// Returns what a review or a comment says that the event is about.
fn said(payload: &[u8]) -> Vec<String> {
    let Ok(document) = serde_json::from_slice::<serde_json::Value>(payload) else { return Vec::new() };
    let texts = ["/review/body", "/comment/body", "/changes/title/from", "/changes/body/from"];
    texts.iter().filter_map(|path| Some(document.pointer(path)?.as_str()?.to_owned())).collect()
}

fn heading(guarded: &Guarded) -> String {
    let secret = match guarded.secret {
        0 if guarded.advisories == 0 => return "there is no advisory here, so that nothing can be guarded".to_owned(),
        0 => return "no advisory is secret".to_owned(),
        1 => "1 advisory is secret".to_owned(),
        number => format!("{number} advisories are secret"),
    };
    match guarded.leaks.len() {
        0 => format!("{secret}, and nothing tells of {}", if guarded.secret == 1 { "it" } else { "them" }),
        1 => format!("{secret}, and 1 place tells of what is under embargo"),
        places => format!("{secret}, and {places} places tell of what is under embargo"),
    }
}

fn skipped(guarded: &Guarded) -> Vec<String> {
    guarded.skipped.iter().map(|one| format!("not looked into: '{}': {}", one.at, one.why.told())).collect()
}

impl Present for Guarded {
    fn text(&self, _: &Page) -> String {
        let mut text = format!("{}\n", heading(self));
        for line in self.leaks.iter().map(|leak| leak.sentence()).chain(skipped(self)) {
            text.push_str(&format!("  {}\n", escape(&line)));
        }
        text
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        let mut text = format!("{}.\n", heading(self));
        let lines: Vec<String> = self.leaks.iter().map(|leak| leak.sentence()).chain(skipped(self)).collect();
        if !lines.is_empty() {
            text.push('\n');
        }
        for line in lines {
            text.push_str(&format!("- {}\n", markdown::escape(&line)));
        }
        Ok(text)
    }

    fn complaints(&self) -> Vec<String> {
        match self.advisories {
            0 => vec![format!("{}; name the folder they are in: --advisories DIR", heading(self))],
            _ => Vec::new(),
        }
    }

    fn refusals(&self) -> Vec<String> {
        self.leaks.iter().map(|leak| leak.sentence()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_review_or_a_comment_says_is_looked_at() {
        let payload = br#"{"review":{"body":"a"},"comment":{"body":"b"},"changes":{"title":{"from":"c"}}}"#;
        assert_eq!(said(payload), ["a", "b", "c"]);
        assert_eq!(said(br#"{"review":{"body":null}}"#), Vec::<String>::new());
    }
}
