//! The forms a result can be written in.

use clap::ValueEnum;

/// The form of a result on standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For a person at a terminal.
    #[default]
    Text,
    /// For a program: one document with a `schema` field.
    Json,
    /// For an issue, a pull request or a job summary.
    Markdown,
}

/// When to write in colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always, also into a file.
    Always,
    /// Never.
    Never,
}
