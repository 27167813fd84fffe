//! What the commits of a fix are called: a changelog, notes and a pull request repeat it.

use super::Scope;
use super::usage::{SELDOM, Usual, worth_of};
use super::whole::{Said, Whole};
use crate::model::guard::entries::entries;
use crate::model::guard::flaw::{Phrases, Worth};
use crate::model::guard::letters::runs_on;
use crate::model::guard::names::Text;
use crate::model::guard::place::Place;
use crate::model::guard::scan::Made;
use crate::model::guard::words::{Word, stem, words};
use crate::model::html::Tag;
use crate::model::trailer::plain_subject;

/// Of fewer words that say something, the title of a commit may be that of another one.
const FEWEST_WORDS: usize = 3;
/// The words are worth so much together.
const LEAST_WORTH: Worth = 6;
/// In a script without spaces between words, of fewer letters.
const FEWEST_LETTERS: usize = 8;

/// Words of how people work, which titles of commits about anything have.
const OF_WORK: &str = "address,apply,branch,bump,changelog,ci,cleanup,clippy,comment,comments,commit,docs,feedback,fixup,format,lint,main,\
    master,md,merge,pull,readme,rebase,refactor,release,request,revert,review,reviewer,rst,rustfmt,squash,suggestion,suggestions,\
    tests,tidy,typo,typos,unused,warnings,wip";

/// Words for making something better, which titles of commits about anything have.
const OF_CARE: &str = "additional,better,correct,ensure,enhance,extra,harden,improve,improvement,properly,robust,simplify,strengthen,\
    strict,stricter,tighten,validate";
/// Words that are put around the title of a commit where it is picked, taken back or told.
const AROUND: &str = "again,amend,backport,backported,backports,branch,cherry,cherrypick,closes,fixes,fixup,gh,hotfix,issue,line,merge,\
    merged,now,part,pick,picked,port,pr,pull,reapply,refs,release,reland,remote,request,resolves,revert,reverts,should,squash,stable,\
    take,thank,thanks,tracking,ve,we,wip";
/// What parts an entry into what it says and what is said around that.
const PARTED: &[&str] = &[": ", ". ", "; ", ", ", " - ", " \u{2013} ", " \u{2014} ", "\""];
/// So many words written as one are a name, such as that of a branch or a test.
const NAME_WORDS: usize = 4;
/// So few words in front of a version name the product.
const PRODUCT_WORDS: usize = 2;
/// Parts the blocks of a page, each of which says something of its own (Unicode Character Database, `Zp`).
const BLOCK_END: char = '\u{2029}';
/// A longer entry is no title.
const LONGEST_ENTRY: usize = 500;
/// So few words of every day may stand together in any longer title.
const MOST_BLAND: usize = 5;

/// The title of a commit to look for.
#[derive(Clone, PartialEq)]
struct FixTitle {
    whole: Whole,
    /// Whether it has few words, all of every day: it tells only where it is all that an entry says.
    is_bland: bool,
}

/// Titles of commits to look for.
#[derive(Clone)]
pub(in crate::model::guard) struct FixTitles(Vec<FixTitle>);

impl FixTitles {
    /// Takes titles of commits, without what marks a line, a pull request, or in front of a colon a type or a part. One of which too little is
    /// left to tell it from others is left out.
    pub(in crate::model::guard) fn of(titles: impl IntoIterator<Item = String>, usual: &Usual) -> Self {
        let mut known: Vec<FixTitle> = Vec::new();
        for title in titles {
            let made = |text: &str| {
                let whole = Whole::of(text, Phrases::default());
                FixTitle { is_bland: !whole.is_bare() && is_bland(text, usual), whole }
            };
            let telling = titles_in(&title).find(|text| tells(text, usual));
            known.extend(telling.map(made).filter(|one| !known.contains(one)));
        }
        Self(known)
    }

    /// Says whether a text repeats one.
    pub(in crate::model::guard) fn is_in(&self, place: Place, text: &Text<'_>) -> bool {
        let is_entry = |title: &Whole| {
            title.has_its_words(&text.words, place)
                && said_in(place, text.raw).any(|said| title.is_all_of(&said, place))
        };
        self.0.iter().any(|title| match title.is_bland {
            true => is_entry(&title.whole),
            false => title.whole.is_in(place, text, Scope::Prose),
        })
    }

    /// Adds what stands in every text that repeats one.
    pub(in crate::model::guard) fn made(&self, made: &mut Made) {
        for FixTitle { whole, is_bland } in &self.0 {
            if *is_bland { whole.made_short(made) } else { whole.made(made) }
        }
    }
}

/// Returns what a title says behind a type or a part, and all of it, without what marks a line or a pull request.
fn titles_in(title: &str) -> impl Iterator<Item = &str> {
    let plain = plain_subject(title);
    plain.split_once(": ").map(|(_, behind)| behind).into_iter().chain([plain])
}

/// Returns what each line and each entry of a text says, as a whole and in its parts, without markup; or each part of a name.
fn said_in(place: Place, text: &str) -> impl Iterator<Item = Vec<Said>> {
    let parts = if place.is_name() { text.split(['/', '.']).map(str::to_owned).collect() } else { Vec::new() };
    let last = if place.is_name() { text.rsplit('/').next().unwrap_or(text) } else { text };
    let wrapped = entries(last).into_iter().map(|entry| last[entry.at].trim());
    let wrapped = wrapped.filter(|entry| entry.contains('\n') && entry.len() <= LONGEST_ENTRY);
    let blocks = last.lines().chain(wrapped).flat_map(|entry| {
        let plain = without_markup(plain_subject(entry));
        plain.split(BLOCK_END).map(str::to_owned).collect::<Vec<_>>()
    });
    parts.into_iter().chain(blocks).flat_map(|block: String| {
        let parts = PARTED.iter().fold(block.clone(), |text, sign| text.replace(sign, "\n"));
        parts.lines().chain([block.as_str()]).map(said).collect::<Vec<_>>()
    })
}

/// Leaves out tags, but for the ends of blocks, and signs of emphasis.
fn without_markup(text: &str) -> String {
    let mut rest = text;
    let mut out = String::new();
    while let Some((before, behind)) = rest.split_once('<') {
        out.push_str(before);
        // What hides in a comment, or in a tag without an end, is looked at as well.
        let tag = Tag::behind(behind).filter(|(tag, _)| tag.is_closed && (tag.is_end || !tag.name.is_empty()));
        out.push(match tag {
            Some((tag, _)) if tag.is_look() || tag.is_of("a") => ' ',
            Some(_) => BLOCK_END,
            None => '<',
        });
        rest = tag.map_or(behind, |(_, text)| text);
    }
    out.push_str(rest);
    out.replace(['*', '`'], "")
}

/// Returns the words of an entry. Around a title stand what is in brackets, names behind '@' and '#', names of people behind "by" and
/// "thanks to", a branch behind "into", versions with the product in front, commits, addresses, whose branch one is, what one is called
/// first, such as a test, and [`AROUND`].
fn said(entry: &str) -> Vec<Said> {
    let (mut said, mut depth, mut is_name, mut is_target) = (Vec::<Said>::new(), 0_usize, false, false);
    for part in entry.split_whitespace() {
        let bare = part.trim_matches(|c: char| !c.is_alphanumeric() && c != '#' && c != '@');
        let is_bracketed = depth > 0 || part.trim_start_matches(['"', '*', '_', '`']).starts_with(['(', '[', '<', '{']);
        depth += part.matches(['(', '[', '<', '{']).count();
        depth = depth.saturating_sub(part.matches([')', ']', '>', '}']).count());
        let names = matches!(bare.to_lowercase().as_str(), "by" | "to" | "thanks");
        is_name = names || (is_name && bare.starts_with(char::is_uppercase));
        if is_version(bare) && said.len() <= PRODUCT_WORDS {
            said.iter_mut().for_each(|said| said.is_around = true);
        }
        let is_all_around = is_bracketed || is_name || is_target || is_mark(bare);
        is_target = bare == "into";
        let around = first_of_name(bare);
        said.extend(words(part).into_iter().enumerate().map(|(at, word)| Said {
            is_around: is_all_around
                || at < around
                || word.whole.chars().count() < 2
                || AROUND.split(',').any(|known| known == word.whole),
            word,
        }));
    }
    said
}

/// Returns how many first words of a name say whose it is, or of what.
fn first_of_name(part: &str) -> usize {
    let (before, last) = part.rsplit_once('/').unwrap_or(("", part));
    let is_name = words(last).len() >= NAME_WORDS || (last.contains(['-', '_']) && !before.is_empty());
    if is_name { words(before).len() + usize::from(words(last).len() >= NAME_WORDS) } else { 0 }
}

/// Says whether a part of an entry is a version.
fn is_version(part: &str) -> bool {
    let last = part.rsplit('/').next().unwrap_or(part);
    let version = last.strip_prefix('v').unwrap_or(last);
    version.contains('.')
        && version.starts_with(|c: char| c.is_ascii_digit())
        && version.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-')
}

/// Says whether a part of an entry names a person, a pull request, an issue, an address, a version or a commit.
fn is_mark(part: &str) -> bool {
    let is_commit = part.len() >= 7 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_issue = part.split_once('-').is_some_and(|(project, number)| {
        project.chars().all(|c| c.is_ascii_uppercase()) && number.chars().all(|c| c.is_ascii_digit())
    });
    part.contains(['#', '@']) || part.contains("://") || is_version(part) || is_commit || is_issue
}

/// Says whether a title has few words that say something, and none of them is seldom used.
fn is_bland(title: &str, usual: &Usual) -> bool {
    let is_of_care = |word: &Word| OF_CARE.split(',').any(|known| stem(known) == word.stem);
    let telling: Vec<Word> = words(title).into_iter().filter(|word| worth_of(word, usual) > 0).collect();
    telling.len() <= MOST_BLAND && telling.iter().all(|word| is_of_care(word) || worth_of(word, usual) < SELDOM)
}

/// Says whether a title says enough to be no other one by chance.
fn tells(title: &str, usual: &Usual) -> bool {
    let worth = |word: &Word| match OF_WORK.split(',').any(|known| known == word.whole) {
        true => 0,
        false => worth_of(word, usual),
    };
    let worths: Vec<Worth> = words(title).iter().map(worth).filter(|worth| *worth > 0).collect();
    let is_long = || title.chars().filter(|c| runs_on(*c)).count() >= FEWEST_LETTERS;
    (worths.len() >= FEWEST_WORDS && worths.iter().sum::<Worth>() >= LEAST_WORTH) || is_long()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_that_others_may_have_is_not_looked_for() {
        for (title, known) in [
            ("Refuse entries outside of the target directory (#31)", true),
            ("fix(tar): check the length of a header before it is read", true),
            ("Keep the size of a frame below its limit", true),
            ("Merge branch 'main' into archives", false),
            ("Merge pull request #31 from ann/archives", false),
            ("Apply suggestions from code review", false),
            ("Address review comments", false),
            ("Fix clippy warnings", false),
            ("Fix crash in parser", false),
            ("Bump version to 2.1.1", false),
            ("Update dependencies", false),
            ("Update README.md", false),
            ("Remove unused code", false),
            ("Add tests for the parser", false),
            ("wip", false),
        ] {
            let found = FixTitles::of([title.to_owned()], &Usual::default()).0.len();
            assert_eq!(found, usize::from(known), "{title}");
        }
    }

    #[test]
    fn a_bland_title_is_looked_for_as_all_that_an_entry_says() {
        let titles = FixTitles::of(["fix: Improve input validation (#31)".to_owned()], &Usual::default());
        for (place, text, is_in) in [
            (Place::Subject, "Improve input validation", true),
            (Place::Title, "[2.0] fix(web): improve input validation (#40)", true),
            (Place::Branch, "ann/improve-input-validation", true),
            (Place::Notes, "# 2.0.1\n\n- Speed\n- Improve input validation by @ann in #31\n", true),
            (Place::Subject, "fixup! Improve input validation", true),
            (Place::Title, "Backport \"Improve input validation\" to 2.0", true),
            (Place::Title, "Backport Improve input validation to release/2.0", true),
            (Place::Subject, "Revert \"Improve input validation (#31)\"", true),
            (Place::Subject, "Reapply \"Improve input validation\"", true),
            (Place::Branch, "cherry-pick-improve-input-validation", true),
            (Place::Notes, "- Improve input validation @ann (#31)", true),
            (Place::Notes, "- Improve input validation ([#31](https://git.example/turing/pull/31))", true),
            (Place::Notes, "- [Improve input validation](https://git.example/turing/pull/31)", true),
            (Place::Notes, "- Improve input validation, thanks to @ann", true),
            (Place::Notes, "- Improve input validation (thanks @ann!)", true),
            (Place::Notes, "* Improve input validation (Ann Lee)", true),
            (Place::Notes, "* Improved input validation, by Ann Lee", true),
            (Place::Notes, "* :pr:`31`: Improve input validation.", true),
            (Place::Notes, "- Improve input validation (0123abcd)", true),
            (Place::Notes, "- **auth:** Improve input validation (#31)", true),
            (Place::Notes, "- __Improve__ input validation \u{2014} Ann Lee", true),
            (Place::Notes, "- Now improve input validation", true),
            (Place::Notes, "- We now improve `input` validation", true),
            (Place::Subject, "TURING-31 Improve input validation", true),
            (Place::Notes, "- Improve input validation. Contributed by Ann Lee", true),
            (Place::Notes, "<li>Improve input validation</li>", true),
            (Place::Branch, "ann/improve-input-valid", true),
            (Place::Branch, "user/ann/31-improve-input-validation", true),
            (Place::Branch, "improve-input-vali", true),
            (Place::Branch, "imp-inp-val", false),
            (Place::Test, "improve_input_validation", true),
            (Place::Line, "- Speed\n- Improve input\n  validation (#31)\n- More\n", true),
            (Place::Subject, "Improve input validation by looking at lengths", false),
            (Place::Notes, "- Improve input validation (#31) and speed", false),
            (Place::Notes, "- Improve input\n\nvalidation", false),
            (Place::Subject, "Improve input validation of the settings page", false),
            (Place::Notes, "- Document how to improve input validation in forms\n", false),
            (Place::Branch, "improve-input-validation-docs", false),
        ] {
            assert_eq!(titles.is_in(place, &Text::of(text)), is_in, "{text}");
        }
        let telling = FixTitles::of(["Refuse absolute symlinks".to_owned()], &Usual::default());
        assert!(telling.is_in(Place::Notes, &Text::of("- We refuse absolute symlinks in archives\n")));
    }
    #[test]
    fn a_bland_title_is_found_in_names_merges_and_pages() {
        let titles = FixTitles::of(["Improve input validation".to_owned()], &Usual::default());
        for (place, text, is_in) in [
            (Place::Test, "testImproveInputValidation", true),
            (Place::Test, "should improve input validation", true),
            (Place::Path, ".changeset/improve-input-validation.md", true),
            (Place::Path, "patches/0001-improve-input-validation.test.ts", true),
            (Place::Path, "docs/improve-input-validation-messages.md", false),
            (Place::Branch, "feature/TURING-31-improve-input-validation", true),
            (Place::Branch, "mia-improve-input-validation", true),
            (Place::Subject, "Merge pull request #31 from mia/improve-input-validation", true),
            (Place::Notes, "* Merge branch 'improve-input-validation' into main", true),
            (Place::Subject, "Merge branch 'mia/improve-input-validation-docs' into main", false),
            (Place::Line, "<li>Wrap text</li><li>Improve input validation</li>", true),
            (Place::Line, "<p>Wrap text<br>Improve input validation</p>", true),
            (Place::Title, "WIP improve input validation", true),
            (Place::Title, "HOTFIX improve input validation again", true),
            (Place::Title, "Improve input validation, part 2", true),
            (Place::Notes, "We've improved input validation.", true),
            (Place::Notes, "Turing 3.1.1 improves input validation.", true),
            (Place::Subject, "Improve input validation messages", false),
            (Place::Notes, "Turing 3.1.1 improves input validation messages.", false),
        ] {
            assert_eq!(titles.is_in(place, &Text::of(text)), is_in, "{text}");
        }
    }
}
