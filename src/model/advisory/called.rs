//! Which files of the folder of advisories are sources: one rule for every verb, and for the guard.

use super::read::FENCE;

/// What a file of the folder is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Called {
    /// The source of an advisory: any Markdown, at any depth, but pages about a folder.
    Source,
    /// Another file. One that begins as a source does is one that nobody would find.
    Otherwise,
}

impl Called {
    /// Takes the path of a file, with `/`.
    pub fn of(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
        let is_markdown = name.ends_with(".md") || name.ends_with(".markdown");
        match is_markdown && !matches!(name.as_str(), "index.md" | "readme.md") {
            true => Self::Source,
            false => Self::Otherwise,
        }
    }
}

/// So many bytes of a file show whether it begins as a source does.
pub const BEGINNING_BYTES: usize = 64;

/// Says whether a text begins with front matter, as a source does, perhaps behind a mark of its byte order or white space.
pub fn begins_as_source(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    text.trim_ascii_start().starts_with(FENCE.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_known_by_its_name_and_by_how_it_begins() {
        for path in ["GSA-2026-001.md", "2026/GSA-2026-001.MD", "a.markdown", "readme.md.md", "_index.md"] {
            assert_eq!(Called::of(path), Called::Source, "{path}");
        }
        for path in ["README.md", "2026/ReadMe.md", "index.md", "GSA-2026-001.txt", "GSA-2026-001.md~", "md", ""] {
            assert_eq!(Called::of(path), Called::Otherwise, "{path}");
        }
        for text in ["+++\nid = 1\n", "\u{feff}+++\n", "\n +++"] {
            assert!(begins_as_source(text.as_bytes()), "{text}");
        }
        for text in ["", "++", "# +++", "---\n+++\n"] {
            assert!(!begins_as_source(text.as_bytes()), "{text}");
        }
    }
}
