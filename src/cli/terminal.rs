//! Text for a terminal: what may be printed as it is, how wide it is, and in which colour.

use std::borrow::Cow;

use crate::cli::env::{Env, Stream};
use crate::cli::format::ColorChoice;
use crate::model::name::is_unprintable;

/// The width of a terminal that does not tell its own.
const USUAL_WIDTH: usize = 100;

/// What standard output looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Its width in columns. `None`: it has no end, as a file.
    pub width: Option<usize>,
    /// Whether it shows colours.
    pub paint: Paint,
}

/// Whether text gets colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// With escape sequences for colours.
    Colours,
    /// As plain text.
    Plain,
}

/// What a text means to its reader. Never the only sign of it: colours are not seen by everyone and everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Nothing in particular.
    #[default]
    Plain,
    /// It is well.
    Good,
    /// It needs a look.
    Warn,
    /// It went wrong.
    Bad,
    /// Less important.
    Dim,
    /// A heading.
    Strong,
}

impl Page {
    /// A page without an end and without colours.
    pub const UNBOUNDED: Self = Self { width: None, paint: Paint::Plain };

    /// Returns what standard output of this process looks like.
    pub fn of(env: &Env, color: ColorChoice) -> Self {
        let width = match env.streams.out {
            Stream::Terminal => Some(env.columns.unwrap_or(USUAL_WIDTH)),
            Stream::Other => None,
        };
        Self { width, paint: Paint::of(env, color, env.streams.out) }
    }
}

impl Paint {
    /// Decides for one stream. A flag on the command line is nearer to the user than `NO_COLOR`.
    pub fn of(env: &Env, color: ColorChoice, stream: Stream) -> Self {
        match (color, stream) {
            (ColorChoice::Always, Stream::Terminal | Stream::Other) => Self::Colours,
            (ColorChoice::Auto, Stream::Terminal) if !env.no_color => Self::Colours,
            (ColorChoice::Auto | ColorChoice::Never, Stream::Terminal | Stream::Other) => Self::Plain,
        }
    }

    /// Puts a text into the colour of a tone. The text must be escaped already.
    pub fn paint(self, tone: Tone, text: &str) -> String {
        let code = match tone {
            Tone::Plain => "",
            Tone::Good => "32",
            Tone::Warn => "33",
            Tone::Bad => "31",
            Tone::Dim => "2",
            Tone::Strong => "1",
        };
        match self {
            Self::Colours if !code.is_empty() => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            Self::Colours | Self::Plain => text.to_owned(),
        }
    }
}

/// Makes a text safe for a terminal and keeps it on one line: control characters, line ends and characters that change the
/// direction of the text around them become visible escapes such as `\u{1b}`.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unprintable) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match is_unprintable(c) {
            true => safe.extend(c.escape_default()),
            false => safe.push(c),
        }
    }
    Cow::Owned(safe)
}

/// Makes a text of several lines safe for a terminal and keeps its lines and tabs.
pub fn escape_lines(text: &str) -> String {
    let safe = |line: &str| line.split('\t').map(escape).collect::<Vec<_>>().join("\t");
    text.split('\n').map(|line| safe(line.strip_suffix('\r').unwrap_or(line))).collect::<Vec<_>>().join("\n")
}

/// Counts the columns of a text. Marks that combine take none; letters of East Asian scripts and pictures take two.
pub fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

fn char_width(c: char) -> usize {
    match c {
        '\u{0300}'..='\u{036f}' | '\u{200b}'..='\u{200d}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

/// Cuts a text to a number of columns, with `…` at the end where something is missing.
pub fn shorten(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let mut kept = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += char_width(c);
        if used > columns {
            break;
        }
        kept.push(c);
    }
    if columns > 0 {
        kept.push('…');
    }
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::env::Streams;

    #[test]
    fn what_a_stranger_writes_cannot_steer_the_terminal() {
        assert_eq!(escape("plain – text ü"), "plain – text ü");
        assert_eq!(escape("a\u{1b}[2Jb\r\n"), "a\\u{1b}[2Jb\\r\\n");
        assert_eq!(escape("a\u{61c}\u{2028}\u{200b}b"), "a\\u{61c}\\u{2028}\\u{200b}b");
        assert_eq!(escape("🧑\u{200d}💻"), "🧑\u{200d}💻");
        assert_eq!(escape("\u{202e}gnp.exe\u{9b}1m"), "\\u{202e}gnp.exe\\u{9b}1m");
        assert_eq!(escape_lines("a\tb\r\nc\u{7}"), "a\tb\nc\\u{7}");
    }

    #[test]
    fn columns_are_counted_and_cut() {
        assert_eq!(["abc", "日本", "e\u{301}"].map(width), [3, 4, 1]);
        assert_eq!(shorten("abcdef", 4), "abc…");
        assert_eq!(shorten("日本語", 4), "日…");
        assert_eq!(shorten("abc", 3), "abc");
        assert_eq!([shorten("abc", 1), shorten("abc", 0)], ["…", ""]);
    }

    #[test]
    fn colours_are_for_terminals() {
        let at = |out, no_color| Env { streams: Streams { out, err: Stream::Other }, no_color, ..Env::default() };
        let paint = |env: &Env, color| Page::of(env, color).paint;
        assert_eq!(paint(&at(Stream::Terminal, false), ColorChoice::Auto), Paint::Colours);
        assert_eq!(paint(&at(Stream::Terminal, true), ColorChoice::Auto), Paint::Plain);
        assert_eq!(paint(&at(Stream::Other, false), ColorChoice::Auto), Paint::Plain);
        assert_eq!(paint(&at(Stream::Other, false), ColorChoice::Always), Paint::Colours);
        assert_eq!(paint(&at(Stream::Terminal, false), ColorChoice::Never), Paint::Plain);
        assert_eq!(Paint::Colours.paint(Tone::Bad, "x"), "\u{1b}[31mx\u{1b}[0m");
        assert_eq!(Paint::Colours.paint(Tone::Plain, "x"), "x");
    }

    #[test]
    fn only_a_terminal_has_a_width() {
        let terminal = Streams { out: Stream::Terminal, err: Stream::Other };
        let env = Env { streams: terminal, columns: Some(72), ..Env::default() };
        assert_eq!(Page::of(&env, ColorChoice::Auto).width, Some(72));
        assert_eq!(Page::of(&Env { columns: None, ..env.clone() }, ColorChoice::Auto).width, Some(USUAL_WIDTH));
        assert_eq!(Page::of(&Env { streams: Streams::default(), ..env }, ColorChoice::Auto).width, None);
    }
}
