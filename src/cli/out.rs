//! Writes the result to standard output. Everything else a binary says goes to standard error.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use crate::cli::actions::{self, Summary};
use crate::cli::env::{ActionsFiles, Env};
use crate::cli::format::Format;
use crate::cli::json;
use crate::cli::report;
use crate::cli::terminal::Page;
use crate::model::error::{Error, Result};
use crate::ports::render::Templates;

/// A result that can be shown in every form. The three forms come from one object, so they cannot disagree.
pub trait Present: Serialize {
    /// Returns it for a person at a terminal, strangers' text escaped.
    fn text(&self, page: &Page) -> String;

    /// Returns it for an issue or a summary, strangers' text escaped.
    ///
    /// # Errors
    /// When a template of the user cannot be read or rendered.
    fn markdown(&self, templates: &Templates) -> Result<String>;

    /// Returns the outputs of a workflow's step besides the whole document, with their names: the single values at its top.
    fn outputs(&self, document: &Value) -> Vec<(String, String)> {
        single_values(document)
    }

    /// Returns what a person has to look at, one sentence each with the next command; under Actions each becomes an
    /// annotation. Empty where the answer is yes.
    fn complaints(&self) -> Vec<String> {
        Vec::new()
    }

    /// Returns why the answer is no, in the same form; under Actions each becomes an annotation of an error. Empty where the
    /// answer is another one, or its reasons are complaints.
    fn refusals(&self) -> Vec<String> {
        Vec::new()
    }
}

/// The reader of standard output went away, as `head` does. That is no failure.
#[derive(Debug, thiserror::Error)]
#[error("the reader of standard output went away")]
pub struct ReaderGone;

/// Returns a result in one form, ended by a line end.
///
/// # Errors
/// When the result cannot be written as JSON, or a template of the user is broken.
pub fn render<P: Present>(result: &P, format: Format, page: &Page, templates: &Templates) -> anyhow::Result<String> {
    let mut text = match format {
        Format::Text => result.text(page),
        Format::Json => json::indented(&serde_json::to_string(result)?),
        Format::Markdown => result.markdown(templates)?,
    };
    if !text.ends_with('\n') {
        text.push('\n');
    }
    Ok(text)
}

/// Writes a result to standard output.
///
/// # Errors
/// [`ReaderGone`] when nobody reads any more, what the system says when it cannot be written, and those of [`render()`].
pub fn write<P: Present>(
    result: &P,
    format: Format,
    page: &Page,
    templates: &Templates,
    env: &Env,
) -> anyhow::Result<()> {
    write_as(format, render(result, format, page, templates)?, env)
}

fn write_as(format: Format, text: String, env: &Env) -> anyhow::Result<()> {
    let safe = match (format, &env.actions) {
        (Format::Text | Format::Markdown, Some(_)) => actions::defuse(&text),
        (Format::Json, Some(_)) => actions::defuse_json(&text),
        (Format::Text | Format::Json | Format::Markdown, None) => text,
    };
    write_text(&mut io::stdout().lock(), &safe)
}

/// Writes a list for another program to standard output.
///
/// # Errors
/// As [`write_text()`].
pub fn write_list(text: &str, env: &Env) -> anyhow::Result<()> {
    let safe = if env.actions.is_some() { actions::defuse(text) } else { text.to_owned() };
    write_text(&mut io::stdout().lock(), &safe)
}

/// Returns the texts, numbers and booleans at the top of a document, by their names.
pub fn single_values(document: &Value) -> Vec<(String, String)> {
    let single = |(name, value): (&String, &Value)| match value {
        Value::String(text) => Some((name.clone(), text.clone())),
        Value::Number(number) => Some((name.clone(), number.to_string())),
        Value::Bool(is) => Some((name.clone(), is.to_string())),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    let fields = document.as_object().into_iter().flatten().filter(|(name, _)| *name != "schema");
    fields.filter_map(single).collect()
}

/// Hands a result on to the workflow: the summary of the step, the outputs (`result` is its JSON), and an annotation for each
/// complaint. Outside Actions nothing is done.
///
/// # Errors
/// When one of the runner's files cannot be written.
pub fn hand_on<P: Present>(result: &P, templates: &Templates, env: &Env) -> anyhow::Result<()> {
    let Some(files) = &env.actions else { return Ok(()) };
    set_summary(files, &result.markdown(templates)?, env)?;
    let json = serde_json::to_string(result)?;
    let single = result.outputs(&serde_json::from_str(&json)?);
    set_outputs(files, single, json, env)?;
    result.refusals().iter().for_each(|refusal| report::refuse(env, refusal));
    result.complaints().iter().for_each(|complaint| report::warn(env, complaint));
    Ok(())
}

fn set_summary(files: &ActionsFiles, markdown: &str, env: &Env) -> anyhow::Result<()> {
    if let Summary::Cut { lines } = actions::add_summary(files, markdown)? {
        report::warn(
            env,
            &format!("the summary of the step is full: {lines} lines were left out; standard output has all"),
        );
    }
    Ok(())
}

fn set_outputs(files: &ActionsFiles, single: Vec<(String, String)>, json: String, env: &Env) -> anyhow::Result<()> {
    let mut room = OUTPUT_LIMIT;
    for (name, value) in single.into_iter().chain([("result".to_owned(), json)]) {
        let size = size_of_output(&value);
        if size > room {
            let said = format!("the output '{name}' of the step has no room; standard output has all of it");
            report::warn(env, &said);
        } else {
            actions::set_output(files, &name, &value, &mut actions::unforeseeable)?;
            room -= size;
        }
    }
    Ok(())
}

/// The outputs of a job may have a mebibyte in all, counted in UTF-16 (GitHub's documentation, "Workflow syntax",
/// `jobs.<job_id>.outputs`). What a step says may become an output of its job, so it keeps to the same.
const OUTPUT_LIMIT: usize = 1 << 20;

/// Returns how many bytes GitHub counts for a text: two for each unit of UTF-16.
fn size_of_output(text: &str) -> usize {
    2 * text.encode_utf16().count()
}

/// Returns what writes pieces of a stream, such as JSON lines, to standard output.
pub fn stream() -> impl FnMut(&str) -> Result<()> {
    |text| {
        write_text(&mut io::stdout().lock(), text).map_err(|error| {
            let gone = Error::unfinished("cannot write to standard output");
            if error.is::<ReaderGone>() { gone.because(ReaderGone) } else { gone.because(error.to_string()) }
        })
    }
}

/// Writes text that is already in its final form, such as a stream of JSON lines, to a writer that stands for standard output.
///
/// # Errors
/// As [`write()`].
pub fn write_text(to: &mut dyn Write, text: &str) -> anyhow::Result<()> {
    let written = to.write_all(text.as_bytes()).and_then(|()| to.flush());
    written.map_err(|broken| match broken.kind() {
        io::ErrorKind::BrokenPipe => ReaderGone.into(),
        _ => anyhow::Error::new(broken).context("cannot write to standard output"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Probe {
        schema: &'static str,
    }

    impl Present for Probe {
        fn text(&self, _: &Page) -> String {
            "text".to_owned()
        }

        fn markdown(&self, _: &Templates) -> Result<String> {
            Ok("*text*\n".to_owned())
        }
    }

    #[test]
    fn every_form_ends_with_one_line_end() {
        let templates = Templates::embedded();
        let form =
            |format| render(&Probe { schema: "probe@1" }, format, &Page::UNBOUNDED, &templates).expect("it renders");
        assert_eq!(form(Format::Text), "text\n");
        assert_eq!(form(Format::Markdown), "*text*\n");
        assert_eq!(form(Format::Json), "{\n  \"schema\": \"probe@1\"\n}\n");
    }

    #[test]
    fn an_output_is_counted_as_github_counts_it() {
        for (text, size) in [("", 0), ("ab", 4), ("äb", 4), ("\u{1f980}", 4)] {
            assert_eq!(size_of_output(text), size, "{text}");
        }
    }

    struct Closed(io::ErrorKind);

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_went_away_is_told_from_a_full_disk() {
        let gone = write_text(&mut Closed(io::ErrorKind::BrokenPipe), "x").expect_err("nobody reads");
        assert!(gone.is::<ReaderGone>());
        let full = write_text(&mut Closed(io::ErrorKind::StorageFull), "x").expect_err("the disk is full");
        assert!(!full.is::<ReaderGone>());
    }
}
