//! Reads what the settings of a Gradle build include, in Groovy and in Kotlin: `include ':a', ':b:c'` and `include(":a")`.

use std::collections::BTreeSet;

use super::{Found, Lexeme, begins, lex};
use crate::model::edit::source::Source;
use crate::model::error::Result;

/// What the settings say.
#[derive(Debug, Default)]
pub(super) struct Settings {
    /// The folders of the included projects, below that of the settings. One that is nested includes those above it.
    pub(super) folders: BTreeSet<String>,
    /// What cannot be followed, each with where it is.
    pub(super) unclear: Vec<(usize, String)>,
}

pub(super) fn read(source: &Source<'_>) -> Result<Settings> {
    let lexemes = lex(source)?;
    let mut settings = Settings::default();
    for (at, (lexeme, range)) in lexemes.iter().enumerate() {
        let word = if *lexeme == Lexeme::Word { &source.text[range.clone()] } else { "" };
        let unclear = match word {
            "include" if begins(&lexemes[..at]) => (!include(source, &lexemes[at + 1..], &mut settings))
                .then(|| "what is included is worked out, so it stays".to_owned()),
            "projectDir" | "buildFileName" => {
                Some(format!("'{word}' may lead elsewhere; name such a build script in [[version]] of patch.toml"))
            }
            _ => None,
        };
        settings.unclear.extend(unclear.map(|text| (range.start, text)));
    }
    Ok(settings)
}

/// Takes the texts behind `include`, and says whether all of them were texts.
fn include(source: &Source<'_>, behind: &[Found], settings: &mut Settings) -> bool {
    let in_brackets = matches!(behind.first(), Some((Lexeme::Sign('('), _)));
    let mut texts = 0;
    let mut listed = true;
    for (lexeme, range) in &behind[usize::from(in_brackets)..] {
        match lexeme {
            Lexeme::Text if listed => {
                take(&source.text[range.clone()], &mut settings.folders);
                texts += 1;
                listed = false;
            }
            Lexeme::Sign(',') if !listed => listed = true,
            // A list without brackets goes on behind a comma.
            Lexeme::Break if in_brackets || listed => {}
            Lexeme::Break | Lexeme::Sign(')' | '}' | ';') => break,
            Lexeme::Word | Lexeme::Text | Lexeme::Block | Lexeme::Sign(_) => return false,
        }
    }
    texts > 0
}

/// Takes the folders of a project path: those of `:a:b` are `a` and `a/b`.
fn take(path: &str, folders: &mut BTreeSet<String>) {
    let mut folder = String::new();
    for part in path.split([':', '/']).filter(|part| !part.is_empty()) {
        if !folder.is_empty() {
            folder.push('/');
        }
        folder.push_str(part);
        folders.insert(folder.clone());
    }
}
