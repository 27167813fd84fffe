//! The check run on a commit.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::model::check_run::{Annotation, Before, CheckRun, MOST_CHARS, Said, cut, external_id};
use crate::model::commit::CommitId;
use crate::model::percent::encode;

use super::rest::{self, Run};
use super::wire::{Method, Request, Sent};
use super::{Failure, Forge, Written};

/// So many annotations are taken in one request ("Create a check run" in GitHub's documentation).
const ANNOTATIONS_A_REQUEST: usize = 50;
/// The most characters of the message of an annotation, and of its title. GitHub takes 64 KB and 255 characters.
const MOST_MESSAGE_CHARS: usize = 16_000;
const MOST_TITLE_CHARS: usize = 255;

impl Forge {
    /// Returns what our check run of this name on a commit says; `None` where there is none. The pull requests that it speaks of are those
    /// that [`CheckRun::pulls`] were when it was written.
    ///
    /// # Errors
    /// When the forge refuses or fails.
    pub fn said_by_check(&self, commit: CommitId, name: &str) -> Result<Option<Said>, Failure> {
        let asked = format!("read the check run '{name}' on commit {} of '{}'", commit.short(), self.repository);
        Ok(Own { forge: self, asked: &asked, commit, name }.find()?.and_then(|run| run.said()))
    }

    /// Sees to it that a commit has a check run of ours with this name that says this.
    ///
    /// One of ours that is there is updated, and left alone where it says the same. GitHub only ever adds annotations to a check
    /// run: one with annotations that no longer hold is followed by a new one of the same name, which counts in its place.
    ///
    /// # Errors
    /// When the forge refuses or fails. Only apps may write check runs, which includes the token of a workflow.
    pub fn put_check_run(&self, commit: CommitId, run: &CheckRun) -> Result<Written, Failure> {
        let run = bounded(run);
        let writer = self.writer(commit, &run);
        writer.put(writer.find()?)
    }

    /// As [`Self::put_check_run`], where it says what it said before; `None`: somebody wrote it since, and nothing is written.
    ///
    /// # Errors
    /// As there.
    pub fn put_check_run_over(
        &self,
        commit: CommitId,
        run: &CheckRun,
        before: &Before,
    ) -> Result<Option<Written>, Failure> {
        let run = bounded(run);
        let writer = self.writer(commit, &run);
        let there = writer.find()?;
        if there.as_ref().and_then(Run::said) != before.said {
            return Ok(None);
        }
        writer.put(there).map(Some)
    }

    fn writer<'a>(&'a self, commit: CommitId, run: &'a CheckRun) -> Writer<'a> {
        let asked = format!("write the check run '{}' on commit {} of '{}'", run.name, commit.short(), self.repository);
        Writer { forge: self, asked, commit, run }
    }
}

/// Returns it with texts that GitHub takes, and each annotation once.
fn bounded(run: &CheckRun) -> CheckRun {
    let short = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    let annotation = |annotation: &Annotation| Annotation {
        title: short(&annotation.title, MOST_TITLE_CHARS),
        message: short(&annotation.message, MOST_MESSAGE_CHARS),
        ..annotation.clone()
    };
    let mut seen = HashSet::new();
    let annotations = run.annotations.iter().map(annotation).filter(|annotation| seen.insert(annotation.clone()));
    CheckRun {
        annotations: annotations.collect(),
        name: run.name.clone(),
        conclusion: run.conclusion,
        title: short(&run.title, MOST_TITLE_CHARS),
        summary: cut(&run.summary, MOST_CHARS - 1),
        pulls: run.pulls.clone(),
    }
}

struct Writer<'a> {
    forge: &'a Forge,
    asked: String,
    commit: CommitId,
    run: &'a CheckRun,
}

/// The check run of a name on a commit that our app made.
struct Own<'a> {
    forge: &'a Forge,
    asked: &'a str,
    commit: CommitId,
    name: &'a str,
}

impl Own<'_> {
    /// Finds the newest one. A job of this name has the same app where that is the one of workflows, whose check runs nobody else may
    /// change, and has no number of ours.
    fn find(&self) -> Result<Option<Run>, Failure> {
        // A person has no app, and creating will be refused with the reason.
        let own = self.forge.own_login()?.as_str();
        let Some(own) = own.strip_suffix("[bot]") else { return Ok(None) };
        let name = encode(self.name);
        let path = format!("/commits/{}/check-runs?check_name={name}&filter=all&per_page=100", self.commit);
        let runs = self.forge.list(self.asked, "the check runs", &path, rest::runs)?;
        let ours = |run: &Run| run.name == self.name && run.app.as_deref() == Some(own) && run.pulls.is_some();
        Ok(runs.into_iter().filter(ours).max_by_key(|run| run.id))
    }
}

impl Writer<'_> {
    /// Writes it over the one that is there.
    fn put(&self, there: Option<Run>) -> Result<Written, Failure> {
        let there = match there {
            Some(there) => Some((self.annotations(&there)?, there)),
            None => None,
        };
        let wanted: HashSet<&Annotation> = self.run.annotations.iter().collect();
        match there {
            Some((has, there)) if has.iter().all(|annotation| wanted.contains(annotation)) => {
                let has: HashSet<&Annotation> = has.iter().collect();
                let lacks = self.run.annotations.iter().filter(|annotation| !has.contains(annotation)).collect();
                self.update(&there, lacks)
            }
            Some((_, there)) => self.create(Some(there.id)),
            None => self.create(None),
        }
    }

    fn find(&self) -> Result<Option<Run>, Failure> {
        Own { forge: self.forge, asked: &self.asked, commit: self.commit, name: &self.run.name }.find()
    }

    fn annotations(&self, there: &Run) -> Result<Vec<Annotation>, Failure> {
        if there.annotations == 0 {
            return Ok(Vec::new());
        }
        let path = format!("/check-runs/{}/annotations?per_page=100", there.id);
        self.forge.list(&self.asked, "the annotations", &path, rest::annotations)
    }

    /// Creates one. `before` is the one that it takes the place of.
    fn create(&self, before: Option<u64>) -> Result<Written, Failure> {
        let all: Vec<&Annotation> = self.run.annotations.iter().collect();
        let (first, rest) = all.split_at(all.len().min(ANNOTATIONS_A_REQUEST));
        let mut body = self.body(first, rest.is_empty());
        body["name"] = json!(self.run.name);
        body["head_sha"] = json!(self.commit.to_string());
        let path = self.forge.path("/check-runs");
        let request = Request { method: Method::Post(body), path, asked: self.asked.clone() };
        let took_effect = || Ok(self.find()?.filter(|run| before.is_none_or(|before| run.id > before)));
        let run = match self.forge.wire.send_unless(&request, &took_effect)? {
            Sent::Answer(answer) => {
                rest::run(&answer.body).map_err(|why| self.forge.wire.unreadable(&self.asked, &why))?
            }
            Sent::Found(run) => run,
        };
        self.append(&run, rest)?;
        Ok(Written::Created)
    }

    /// Updates one, and adds the annotations that it lacks.
    fn update(&self, there: &Run, lacks: Vec<&Annotation>) -> Result<Written, Failure> {
        let run = self.run;
        let says = there.conclusion.as_deref() == Some(run.conclusion.as_str());
        let same = (&there.title, &there.summary, there.pulls.as_ref()) == (&run.title, &run.summary, Some(&run.pulls));
        if says && lacks.is_empty() && same {
            return Ok(Written::Already);
        }
        if lacks.is_empty() {
            let path = self.forge.path(&format!("/check-runs/{}", there.id));
            let method = Method::Patch(self.body(&[], true));
            self.forge.wire.send(&Request { method, path, asked: self.asked.clone() })?;
        }
        self.append(there, &lacks)?;
        Ok(Written::Updated)
    }

    /// Adds annotations piece by piece. The last piece says what the check run comes to; where it says something already, and
    /// perhaps something else, the first one does.
    fn append(&self, there: &Run, lacks: &[&Annotation]) -> Result<(), Failure> {
        let path = self.forge.path(&format!("/check-runs/{}", there.id));
        let mut count = there.annotations;
        let pieces = lacks.chunks(ANNOTATIONS_A_REQUEST);
        let last = pieces.len();
        for (at, piece) in pieces.enumerate() {
            let method = Method::Patch(self.body(piece, at + 1 == last || there.conclusion.is_some()));
            let request = Request { method, path: path.clone(), asked: self.asked.clone() };
            count += piece.len() as u64;
            // Sent twice, they would stand there twice.
            let took_effect = || {
                let get = Request { method: Method::Get, path: path.clone(), asked: self.asked.clone() };
                let answer = self.forge.wire.send(&get)?;
                let run = rest::run(&answer.body).map_err(|why| self.forge.wire.unreadable(&self.asked, &why))?;
                Ok(Some(run).filter(|run| run.annotations >= count))
            };
            self.forge.wire.send_unless(&request, &took_effect)?;
        }
        Ok(())
    }

    fn body(&self, annotations: &[&Annotation], last: bool) -> Value {
        let annotations: Vec<Value> = annotations.iter().map(|annotation| annotation_body(annotation)).collect();
        let mut body = json!({ "external_id": external_id(&self.run.pulls), "output": { "title": self.run.title, "summary": self.run.summary } });
        if !annotations.is_empty() {
            body["output"]["annotations"] = Value::Array(annotations);
        }
        if last {
            body["status"] = json!("completed");
            body["conclusion"] = json!(self.run.conclusion.as_str());
        } else {
            body["status"] = json!("in_progress");
        }
        body
    }
}

fn annotation_body(annotation: &Annotation) -> Value {
    let Annotation { path, first_line, last_line, level, title, message } = annotation;
    let mut body = json!({
        "path": path, "start_line": first_line, "end_line": last_line, "annotation_level": level.as_str(), "message": message,
    });
    if !title.is_empty() {
        body["title"] = json!(title);
    }
    body
}
