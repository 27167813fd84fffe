//! The one place that tells people why a run failed, and the only one that turns an error into an exit code.

use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use crate::cli::actions::{self, Level, Spot};
use crate::cli::env::Env;
use crate::cli::exit::Exit;
use crate::cli::format::ColorChoice;
use crate::cli::out::ReaderGone;
use crate::cli::terminal::{Paint, Tone, escape, escape_lines};
use crate::model::config::ConfigError;
use crate::model::error::Error;

/// Runs a binary: reads the environment, catches what goes wrong, tells it on standard error and returns the exit code.
pub fn main(run: impl FnOnce(&Env) -> anyhow::Result<Exit>) -> ExitCode {
    let env = Env::from_process();
    env.log_git_in();
    let told = env.clone();
    panic::set_hook(Box::new(move |bug| say(&bug_report(&told, &bug.to_string()))));
    guarded(&env, run).into()
}

fn guarded(env: &Env, run: impl FnOnce(&Env) -> anyhow::Result<Exit>) -> Exit {
    match panic::catch_unwind(AssertUnwindSafe(|| run(env))) {
        Ok(Ok(exit)) => exit,
        Ok(Err(error)) => fail(env, &error),
        Err(_) => Exit::Bug,
    }
}

/// Tells an error that does not end the run, such as that of one line among several.
pub fn tell(env: &Env, error: &Error) {
    let chain: Vec<&(dyn std::error::Error + 'static)> =
        std::iter::successors(Some(error as &(dyn std::error::Error + 'static)), |error| error.source()).collect();
    say(&Failure::of(&chain).render(env));
}

/// Tells people something on standard error that is no failure.
pub fn note(env: &Env, text: &str) {
    let paint = Paint::of(env, ColorChoice::Auto, env.streams.err);
    say(&defused(env, format!("{} {}\n", paint.paint(Tone::Dim, "note:"), escape(text))));
}

/// Tells people on standard error that something needs a look, under Actions also as an annotation.
pub fn warn(env: &Env, text: &str) {
    annotated(env, Level::Warning, (Tone::Warn, "warning:"), text);
}

/// Tells people on standard error why the answer is no, under Actions also as an annotation.
pub fn refuse(env: &Env, text: &str) {
    annotated(env, Level::Error, (Tone::Bad, "refused:"), text);
}

fn annotated(env: &Env, level: Level, (tone, front): (Tone, &str), text: &str) {
    let paint = Paint::of(env, ColorChoice::Auto, env.streams.err);
    let mut said = defused(env, format!("{} {}\n", paint.paint(tone, front), escape(text)));
    if env.actions.is_some() {
        said.push_str(&format!("{}\n", actions::annotation(level, None, &escape(text))));
    }
    say(&said);
}

fn fail(env: &Env, error: &anyhow::Error) -> Exit {
    if error.chain().any(|cause| cause.is::<ReaderGone>()) {
        return Exit::Yes;
    }
    if let Some(usage) = error.chain().find_map(|cause| cause.downcast_ref::<clap::Error>()) {
        return fail_usage(env, usage);
    }
    let chain: Vec<_> = error.chain().collect();
    let failure = Failure::of(&chain);
    say(&failure.render(env));
    failure.exit
}

/// Lets clap tell what is wrong with the arguments; it also brings `--help` and `--version`, which are no failures.
fn fail_usage(env: &Env, usage: &clap::Error) -> Exit {
    if !usage.use_stderr() {
        // A stream that is gone leaves nobody to tell.
        let _ = usage.print();
        return Exit::Yes;
    }
    let text = usage.render().to_string();
    let shown = escape_lines(&text);
    // Clap repeats arguments as they are, and in a workflow they can be a stranger's.
    if env.actions.is_none() && shown == text {
        let _ = usage.print();
    } else {
        say(&defused(env, shown));
    }
    if env.actions.is_some() {
        let first = text.lines().next().unwrap_or("the arguments are wrong");
        // The runner says itself that it is one.
        let first = first.strip_prefix("error: ").unwrap_or(first);
        say(&format!("{}\n", actions::annotation(Level::Error, None, &escape(first))));
    }
    Exit::Usage
}

/// What is told about one failure.
struct Failure {
    message: String,
    causes: Vec<String>,
    hint: Option<String>,
    spot: Option<(String, Option<usize>, Option<usize>)>,
    exit: Exit,
}

impl Failure {
    fn of(chain: &[&(dyn std::error::Error + 'static)]) -> Self {
        let ours = chain.iter().find_map(|cause| cause.downcast_ref::<Error>());
        let hint = chain.iter().find_map(|cause| cause.downcast_ref::<Error>().and_then(Error::hint_text));
        let config = chain.iter().find_map(|cause| cause.downcast_ref::<ConfigError>());
        let mut messages = chain.iter().map(|cause| cause.to_string());
        Self {
            message: messages.next().unwrap_or_else(|| "unknown failure".to_owned()),
            causes: messages.collect(),
            hint: hint.map(str::to_owned),
            spot: config.and_then(|config| {
                let place = config.place();
                Some((config.file()?.to_owned(), place.map(|place| place.line), place.map(|place| place.column)))
            }),
            exit: ours.map(|error| Exit::from(error.kind())).unwrap_or(Exit::Unfinished),
        }
    }

    fn render(&self, env: &Env) -> String {
        let paint = Paint::of(env, ColorChoice::Auto, env.streams.err);
        let mut text = format!("{} {}\n", paint.paint(Tone::Bad, "error:"), escape(&self.message));
        for cause in &self.causes {
            let cause = cause.lines().collect::<Vec<_>>().join("; ");
            text.push_str(&format!("{} {}\n", paint.paint(Tone::Dim, "caused by:"), escape(&cause)));
        }
        if let Some(hint) = &self.hint {
            text.push_str(&format!("{} {}\n", paint.paint(Tone::Good, "hint:"), escape(hint)));
        }
        let mut text = defused(env, text);
        if env.actions.is_some() {
            text.push_str(&format!("{}\n", self.annotation()));
        }
        text
    }

    fn annotation(&self) -> String {
        let mut message = self.message.clone();
        self.causes.iter().for_each(|cause| message.push_str(&format!(": {cause}")));
        message.extend(self.hint.iter().map(|hint| format!(" (hint: {hint})")));
        let spot = self.spot.as_ref().map(|(file, line, column)| Spot { file, line: *line, column: *column });
        actions::annotation(Level::Error, spot, &escape(&message))
    }
}

fn defused(env: &Env, text: String) -> String {
    if env.actions.is_some() { actions::defuse(&text) } else { text }
}

fn bug_report(env: &Env, bug: &str) -> String {
    let paint = Paint::of(env, ColorChoice::Auto, env.streams.err);
    let message = format!("this is a bug in backstitch {}: {}", env!("CARGO_PKG_VERSION"), bug.replace('\n', " "));
    let hint =
        "your refs and files are as the last finished step left them; please report this text with the command you ran";
    let mut text = format!(
        "{} {}\n{} {hint}\n",
        paint.paint(Tone::Bad, "error:"),
        escape(&message),
        paint.paint(Tone::Good, "hint:")
    );
    text = defused(env, text);
    if env.actions.is_some() {
        text.push_str(&format!("{}\n", actions::annotation(Level::Error, None, &escape(&message))));
    }
    text
}

fn say(text: &str) {
    // Standard error is the last resort: when it is gone there is nobody left to tell.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;
    use crate::cli::env::{ActionsFiles, Stream, Streams};
    use crate::model::config::Config;

    fn told(env: &Env, error: &anyhow::Error) -> String {
        Failure::of(&error.chain().collect::<Vec<_>>()).render(env)
    }

    fn job() -> Env {
        Env { actions: Some(ActionsFiles::default()), ..Env::default() }
    }

    #[test]
    fn an_error_is_told_with_its_causes_and_its_hint() {
        let cause = io::Error::new(io::ErrorKind::NotFound, "no such file");
        let error = Error::usage("cannot read 'patch.toml'").because(cause).hint("run 'git status'");
        assert_eq!(
            told(&Env::default(), &error.into()),
            "error: cannot read 'patch.toml'\ncaused by: no such file\nhint: run 'git status'\n"
        );
    }

    #[test]
    fn the_kind_decides_the_exit_code_through_any_context() {
        let exit = |error: anyhow::Error| fail(&Env::default(), &error);
        assert_eq!(exit(Error::no("x").into()), Exit::No);
        let wrapped: anyhow::Result<()> = Err(Error::undecided("x")).context("while looking at 'a'");
        assert_eq!(exit(wrapped.expect_err("it failed")), Exit::Undecided);
        assert_eq!(exit(anyhow::anyhow!("x")), Exit::Unfinished);
        assert_eq!(exit(anyhow::Error::new(ReaderGone).context("x")), Exit::Yes);
        let pipe_of_a_child = io::Error::from(io::ErrorKind::BrokenPipe);
        assert_eq!(exit(Error::unfinished("git went away").because(pipe_of_a_child).into()), Exit::Unfinished);
    }

    #[test]
    fn a_run_ends_with_its_own_code_or_with_that_of_a_bug() {
        let env = Env::default();
        assert_eq!(guarded(&env, |_| Ok(Exit::No)), Exit::No);
        assert_eq!(guarded(&env, |_| Err(Error::usage("x").into())), Exit::Usage);
        assert_eq!(guarded(&env, |_| panic!("a bug")), Exit::Bug);
    }

    #[test]
    fn what_clap_says_is_told_by_clap() {
        let said = |arguments: &[&str]| {
            let broken = clap::Command::new("probe").version("1").try_get_matches_from(arguments).expect_err("no run");
            fail(&Env::default(), &broken.into())
        };
        assert_eq!(said(&["probe", "--wrong"]), Exit::Usage);
        assert_eq!(said(&["probe", "--version"]), Exit::Yes);
    }

    #[test]
    fn a_job_gets_an_annotation_at_the_place_in_the_file() {
        let broken = Config::parse("[pick]\nlook-bakc = 1").expect_err("a bad file").in_file("patch.toml");
        assert_eq!(
            told(&job(), &broken.into()),
            "error: cannot read 'patch.toml'\n\
             caused by: line 2, column 1: unknown key 'look-bakc' in [pick]; nearest: 'look-back'\n\
             hint: write 'look-back', or see docs/configuration.md for every key\n\
             ::error file=patch.toml,line=2,col=1::cannot read 'patch.toml': line 2, column 1: unknown key 'look-bakc' in \
             [pick]; nearest: 'look-back' (hint: write 'look-back', or see docs/configuration.md for every key)\n"
        );
    }

    #[test]
    fn a_strangers_text_is_neither_a_command_nor_an_escape_sequence() {
        let error = Error::no("cannot pick 'x\n::set-output name=a::b\u{1b}[31m ##[group]'");
        let text = told(&job(), &error.into());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2, "{text}");
        assert!(lines[0].starts_with("error: ") && !lines[0].contains("##["));
        assert!(lines[1].starts_with("::error::"));
        assert!(!text.contains('\u{1b}'));
    }

    #[test]
    fn colours_are_for_terminals() {
        let streams = Streams { out: Stream::Other, err: Stream::Terminal };
        let text = told(&Env { streams, ..Env::default() }, &Error::no("x").into());
        assert_eq!(text, "\u{1b}[31merror:\u{1b}[0m x\n");
    }

    #[test]
    fn a_bug_is_told_calmly_on_two_lines() {
        let text = bug_report(&Env::default(), "panicked at src/x.rs:1:2:\nindex out of bounds");
        assert!(text.starts_with("error: this is a bug in backstitch "), "{text}");
        assert_eq!(text.lines().count(), 2);
        assert!(text.contains("src/x.rs:1:2: index out of bounds"));
    }
}
