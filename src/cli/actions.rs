//! What a step says to the GitHub Actions runner: outputs, the summary, annotations.
//!
//! The runner reads commands from both standard streams: a line that begins with `::`, and `##[` anywhere in a line. So
//! under Actions everything that is printed passes [`defuse`] or [`defuse_json`].

use std::fs::{File, OpenOptions};
use std::hash::{BuildHasher, Hasher};
use std::io::Write;
use std::path::Path;

use crate::cli::env::ActionsFiles;
use crate::model::error::{Error, Result};

/// The most the runner takes for the summary of one step, in bytes. It drops a larger one as a whole.
pub const SUMMARY_LIMIT: usize = 1024 * 1024;

/// How much an annotation matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The step fails for it.
    Error,
    /// Somebody should look.
    Warning,
    /// It is good to know.
    Notice,
}

/// Where an annotation points: into a file of the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot<'a> {
    /// The path from the root of the repository.
    pub file: &'a str,
    /// The line, counted from one.
    pub line: Option<usize>,
    /// The column, counted from one.
    pub column: Option<usize>,
}

/// Writes an annotation as the line the runner understands, without its end.
pub fn annotation(level: Level, spot: Option<Spot<'_>>, message: &str) -> String {
    let command = match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Notice => "notice",
    };
    let mut properties = Vec::new();
    if let Some(spot) = spot {
        properties.push(format!("file={}", escape_property(spot.file)));
        properties.extend(spot.line.map(|line| format!("line={line}")));
        properties.extend(spot.column.map(|column| format!("col={column}")));
    }
    let space = if properties.is_empty() { "" } else { " " };
    format!("::{command}{space}{}::{}", properties.join(","), escape_data(message))
}

fn escape_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Breaks what the runner would take for a command in text that people read. The one change is a space inside the mark.
pub fn defuse(text: &str) -> String {
    let text = text.replace("##[", "## [");
    let safe = |line: &str| {
        let body = line.trim_start();
        let indent = &line[..line.len() - body.len()];
        match body.strip_prefix("::") {
            Some(rest) => format!("{indent}: :{rest}"),
            None => line.to_owned(),
        }
    };
    // A lone carriage return ends a line for the runner.
    text.split('\n')
        .map(|line| line.split('\r').map(safe).collect::<Vec<_>>().join("\r"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Breaks what the runner would take for a command in a JSON document, which stays the same document.
pub fn defuse_json(json: &str) -> String {
    json.replace("##[", "#\\u0023[")
}

/// Returns a number that nobody outside this process can foresee.
pub fn unforeseeable() -> u128 {
    // The standard library seeds its hash maps from the operating system's source of randomness.
    let draw = || std::hash::RandomState::new().build_hasher().finish();
    u128::from(draw()) << 64 | u128::from(draw())
}

/// Adds an output of the step. Without a file for outputs nothing is written.
///
/// # Errors
/// When the name is none, when the value holds the delimiter, and when the file cannot be written.
pub fn set_output(files: &ActionsFiles, name: &str, value: &str, random: &mut dyn FnMut() -> u128) -> Result<()> {
    let Some(path) = &files.output else { return Ok(()) };
    let block = output_block(name, value, random())?;
    append(path, &block, "the outputs of the step")
}

fn output_block(name: &str, value: &str, random: u128) -> Result<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if name.is_empty() || !name.chars().all(plain) {
        return Err(Error::unfinished(format!("'{name}' is not the name of an output")));
    }
    let delimiter = format!("end-of-value-{random:032x}");
    if value.contains(&delimiter) {
        return Err(Error::unfinished(format!("the value of output '{name}' holds its own delimiter"))
            .hint("somebody may have tried to set other outputs through this value; look at it before running again"));
    }
    Ok(format!("{name}<<{delimiter}\n{value}\n{delimiter}\n"))
}

/// What became of a summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Summary {
    /// All of it was written.
    Whole,
    /// Its last lines were left out, and its end says so.
    Cut {
        /// How many lines were left out.
        lines: usize,
    },
    /// The runner gave no file for it.
    NoFile,
}

/// Adds to the summary of the step. What would go over the runner's limit is left out at a line end, and the summary says so.
///
/// # Errors
/// When the file cannot be read or written.
pub fn add_summary(files: &ActionsFiles, markdown: &str) -> Result<Summary> {
    let Some(path) = &files.summary else { return Ok(Summary::NoFile) };
    let used = match std::fs::metadata(path) {
        Ok(found) => usize::try_from(found.len()).unwrap_or(usize::MAX),
        Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => 0,
        Err(broken) => return Err(Error::unfinished(format!("cannot read '{}'", path.display())).because(broken)),
    };
    let (text, outcome) = fit(markdown, SUMMARY_LIMIT.saturating_sub(used));
    append(path, &text, "the summary of the step")?;
    Ok(outcome)
}

/// Room for the sentence about what was left out.
const SENTENCE: usize = 160;

fn fit(markdown: &str, room: usize) -> (String, Summary) {
    let mut whole = markdown.to_owned();
    if !whole.ends_with('\n') {
        whole.push('\n');
    }
    if whole.len() <= room {
        return (whole, Summary::Whole);
    }
    let mut kept = 0;
    for line in whole.split_inclusive('\n') {
        if kept + line.len() + SENTENCE > room {
            break;
        }
        kept += line.len();
    }
    let lines = whole[kept..].matches('\n').count();
    let noun = if lines == 1 { "line was" } else { "lines were" };
    let mut text = whole[..kept].to_owned();
    let sentence =
        format!("\n**{lines} more {noun} left out: a summary holds 1 MiB. The log of the step has all of it.**\n");
    if kept + sentence.len() <= room {
        text.push_str(&sentence);
    }
    (text, Summary::Cut { lines })
}

fn append(path: &Path, text: &str, what: &str) -> Result<()> {
    let open = || -> std::io::Result<File> { OpenOptions::new().append(true).create(true).open(path) };
    open()
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|broken| Error::unfinished(format!("cannot write {what} to '{}'", path.display())).because(broken))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a file of outputs as the runner does.
    fn read_outputs(text: &str) -> Vec<(String, String)> {
        let mut outputs = Vec::new();
        let mut lines = text.split('\n');
        while let Some(line) = lines.next() {
            let Some((name, delimiter)) = line.split_once("<<") else {
                outputs.extend(line.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())));
                continue;
            };
            let value: Vec<&str> = lines.by_ref().take_while(|line| *line != delimiter).collect();
            outputs.push((name.to_owned(), value.join("\n")));
        }
        outputs
    }

    #[test]
    fn no_value_sets_another_output() {
        let attacks = [
            "fix: x\nEOF\nversion=9.9.9\nzz<<EOF",
            "a\rb",
            "::set-output name=x::y",
            "%0Aversion=1",
            "a\0b",
            "end-of-value-00000000000000000000000000000008",
        ];
        for value in attacks {
            let block = output_block("notes", value, 7).expect("no delimiter in it");
            assert_eq!(read_outputs(&block), [("notes".to_owned(), value.to_owned())], "{value:?}");
        }
    }

    #[test]
    fn a_value_with_the_delimiter_and_a_bad_name_are_refused() {
        let value = "a\nend-of-value-00000000000000000000000000000007\nversion=1";
        assert!(output_block("notes", value, 7).is_err());
        for name in ["", "a b", "a=b", "a\nb", "a<<b"] {
            assert!(output_block(name, "x", 7).is_err(), "{name:?}");
        }
    }

    #[test]
    fn annotations_are_escaped() {
        let spot = Spot { file: "a,b:c.toml", line: Some(3), column: None };
        assert_eq!(
            annotation(Level::Error, Some(spot), "100%\r\n::stop-commands::x"),
            "::error file=a%2Cb%3Ac.toml,line=3::100%25%0D%0A::stop-commands::x"
        );
        assert_eq!(annotation(Level::Warning, None, "a: b, c"), "::warning::a: b, c");
    }

    #[test]
    fn printed_text_holds_no_command() {
        assert_eq!(defuse("a\n  ::error::x\nb ::c\r::d"), "a\n  : :error::x\nb ::c\r: :d");
        assert_eq!(defuse("x ##[add-mask]y"), "x ## [add-mask]y");
        let json = serde_json::json!({ "title": "##[group]::x" }).to_string();
        let safe = defuse_json(&json);
        assert!(!safe.contains("##["));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&safe).ok(), serde_json::from_str(&json).ok());
    }

    #[test]
    fn a_summary_over_the_limit_says_what_is_missing() {
        let long = "0123456789\n".repeat(100);
        let (text, outcome) = fit(&long, 500);
        assert!(text.len() <= 500, "{}", text.len());
        let kept = text.matches("0123456789\n").count();
        assert_eq!(outcome, Summary::Cut { lines: 100 - kept });
        assert!(kept > 0 && text.contains(&format!("{} more lines were left out", 100 - kept)));
        assert_eq!(fit("x", 2), ("x\n".to_owned(), Summary::Whole));
        assert_eq!(fit("xx", 2), (String::new(), Summary::Cut { lines: 1 }));
    }

    #[test]
    fn the_files_are_appended_to() {
        let folder = tempfile::tempdir().expect("a folder");
        let files =
            ActionsFiles { output: Some(folder.path().join("out")), summary: Some(folder.path().join("summary")) };
        for (name, value) in [("a", "1"), ("b", "2\n3")] {
            set_output(&files, name, value, &mut unforeseeable).expect("it can be written");
        }
        let read = read_outputs(&std::fs::read_to_string(folder.path().join("out")).expect("it was written"));
        assert_eq!(read, [("a".to_owned(), "1".to_owned()), ("b".to_owned(), "2\n3".to_owned())]);
        assert_eq!(add_summary(&files, "one").ok(), Some(Summary::Whole));
        assert_eq!(add_summary(&files, &"x".repeat(SUMMARY_LIMIT - 4)).ok(), Some(Summary::Cut { lines: 1 }));
        assert_eq!(add_summary(&ActionsFiles::default(), "one").ok(), Some(Summary::NoFile));
    }

    #[test]
    fn two_draws_differ() {
        assert_ne!(unforeseeable(), unforeseeable());
    }
}
