//! Which clauses of an entry the name of an entry of a public list of flaws explains: the one that it stands in, and those that say more
//! of the same. Whatever else an entry says, it says of something else.

use std::ops::Range;
use std::sync::LazyLock;

use super::flaw::{Phrases, all_sorts};
use super::words::{stem, words};

/// Words with which no sentence begins anew: what comes with them says more of what was said.
const CONTINUING: &str = "a,aka,alias,an,as,at,be,because,been,being,both,by,due,for,from,if,in,into,it,its,not,of,on,or,see,since,so,\
    that,the,their,these,they,this,those,through,to,two,under,via,when,where,which,whose,with,without";
/// Words that say what something does that was named.
const SAYING: &str =
    "allowing,allows,are,can,causes,causing,could,had,has,have,is,leading,leads,may,was,were,will,would";
/// Words that say that something is changed.
const CHANGES: &str = "address,avoid,block,bump,close,correct,disallow,escape,fix,forbid,guard,harden,mend,mitigate,patch,prevent,protect,\
    refuse,reject,repair,resolve,sanitize,solve,stop,update,upgrade";
/// Words that put one thing beside another.
const LINKS: &[&str] = &["along", "and", "plus"];
/// Words with which something else begins, though a sentence goes on.
const ADDING: &[&str] = &["additionally", "also", "another", "besides", "moreover"];
/// One of so many first words of a clause is among them.
const ADDED_BY: usize = 3;

/// Words in front of a place.
const WITHIN: &[&str] = &["at", "for", "in", "inside", "of", "on", "through", "within"];

/// Words close before a name that set it against something else.
const CONTRASTING: &[&str] = &["besides", "follow", "followup", "like", "similar", "unlike"];
/// So many words before a name are close.
const CONTRASTING_BY: usize = 3;

/// So many words are the beginning of a clause.
const BEGINNING: usize = 5;

/// What stands in front of a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Break {
    /// The end of a sentence, or of a part of it that stands alone.
    Sentence,
    Comma,
    /// A word or a sign such as "and" and "&".
    Link,
}

/// A clause of an entry.
struct Clause<'t> {
    at: Range<usize>,
    behind: Break,
    /// Whether a bracket ends in front of it.
    closes: bool,
    text: &'t str,
    /// Its words in small letters, without links in front.
    words: Vec<&'t str>,
    is_named: bool,
}

impl Clause<'_> {
    fn begins_with(&self, is_it: impl Fn(&str) -> bool) -> bool {
        self.words.first().is_some_and(|word| is_it(word))
    }

    /// Says whether it says more of what the clause before it says, which has the name of a flaw or has none.
    fn goes_on(&self, before_has_flaw: bool) -> bool {
        let adds = || self.words.iter().take(ADDED_BY).any(|word| ADDING.contains(word));
        match self.behind {
            _ if self.begins_with(|word| matches!(word, "which" | "that")) => true,
            _ if self.begins_with(is_change) || adds() => false,
            Break::Link => before_has_flaw || self.begins_with(says) || self.has_flaw_late(),
            Break::Comma => before_has_flaw || self.begins_with(continues) || self.has_flaw_late(),
            Break::Sentence => self.begins_with(continues) && !self.is_ours(),
        }
    }

    /// Says whether it is said of the clause behind it, too, which is explained.
    fn belongs_to(&self, next: &Self) -> bool {
        match next.behind {
            _ if next.begins_with(is_change) => false,
            Break::Link => !next.begins_with(is_list),
            Break::Comma => next.begins_with(|word| continues(word) || is_list(word)) || has_flaw(next.text),
            Break::Sentence => next.begins_with(continues) && !self.begins_with(is_change),
        }
    }

    /// Says whether it names a flaw, and something else first.
    fn has_flaw_late(&self) -> bool {
        has_flaw(self.text) && !has_flaw(&self.words[..self.words.len().min(BEGINNING)].join(" "))
    }

    /// Says whether it sets what it names against something else: "not CVE-…", "while looking at CVE-…", "another XSS".
    fn is_of_another(&self) -> bool {
        let Some(name) = self.words.iter().position(|word| is_list(word)) else { return false };
        let before = &self.words[..name];
        let near = &before[name.saturating_sub(CONTRASTING_BY)..];
        before.ends_with(&["not"])
            || before.ends_with(&["not", "only"])
            || before.contains(&"while")
            || near.iter().any(|word| CONTRASTING.contains(word))
            || self.is_own()
    }

    /// Says whether it speaks of the product itself.
    fn is_own(&self) -> bool {
        let name = self.words.iter().position(|word| is_list(word)).unwrap_or(0);
        let behind = self.words.get(name..).unwrap_or_default();
        behind.contains(&"itself") || behind.contains(&"another") || self.has_our_own()
    }

    fn has_our_own(&self) -> bool {
        self.words.windows(2).any(|pair| pair == ["our", "own"])
    }

    /// Says whether it tells of a place that is the product's: "in our product", "of our own".
    fn is_ours(&self) -> bool {
        self.has_our_own() || self.words.windows(2).any(|pair| pair[1] == "our" && WITHIN.contains(&pair[0]))
    }

    /// Says whether it has the name of a flaw behind the name of an entry of a list, if it has that.
    fn tells_behind(&self) -> bool {
        has_flaw(names(self.text).last().map_or(self.text, |name| &self.text[name.end..]))
    }
}

/// Returns the clauses of an entry that the names of entries of lists explain, which it has; none, where they show nowhere as they stand.
pub(super) fn explained(entry: &str) -> Vec<Range<usize>> {
    let small = entry.to_ascii_lowercase();
    let clauses = clauses(&small);
    let mut is_explained: Vec<bool> = clauses.iter().map(|clause| clause.is_named && !clause.is_of_another()).collect();
    let mut has_flaw = false;
    for (at, clause) in clauses.iter().enumerate() {
        let goes_on = at > 0 && is_explained[at - 1] && clause.goes_on(has_flaw && !clause.closes);
        is_explained[at] |= goes_on;
        has_flaw = is_explained[at] && (clause.tells_behind() || (has_flaw && goes_on));
    }
    for at in (1..clauses.len()).rev() {
        is_explained[at - 1] |= is_explained[at] && clauses[at - 1].belongs_to(&clauses[at]);
    }
    for at in 0..clauses.len() {
        if at > 0 && clauses[at].behind != Break::Sentence && clauses[at].is_own() {
            is_explained[at - 1..=at].fill(false);
        }
    }
    clauses.into_iter().zip(is_explained).filter(|(_, is_it)| *is_it).map(|(clause, _)| clause.at).collect()
}

/// A sentence of an entry, or what one says behind the name of an entry of a list.
pub(super) struct Statement {
    pub(super) at: Range<usize>,
    /// Whether a sentence begins with it.
    pub(super) is_begun: bool,
    /// Whether it has the name of an entry of a list.
    pub(super) is_named: bool,
}

/// Takes an entry apart into them.
pub(super) fn statements(entry: &str) -> Vec<Statement> {
    let small = entry.to_ascii_lowercase();
    let mut all: Vec<Statement> = Vec::new();
    for Clause { at, behind, is_named, .. } in clauses(&small) {
        let is_begun = behind == Break::Sentence;
        match all.last_mut() {
            Some(last) if !is_begun && (is_named || !last.is_named) => {
                last.at.end = at.end;
                last.is_named |= is_named;
            }
            Some(_) | None => all.push(Statement { at, is_begun, is_named }),
        }
    }
    all
}

/// Returns where the names of entries of lists stand in a text.
pub(super) fn names(text: &str) -> Vec<Range<usize>> {
    let small = text.to_ascii_lowercase();
    let runs = runs(&small);
    let named = (0..runs.len()).filter_map(|at| Some((at, name(&small, &runs, at)?)));
    named.map(|(at, last)| runs[at].start..runs[last].end).collect()
}

/// Says whether what a line begins with goes on with what the line before it says.
pub(super) fn is_continued_by(line: &str) -> bool {
    let small = line.to_ascii_lowercase();
    let first = runs(&small).first().map_or("", |run| &small[run.clone()]);
    line.starts_with('(') || continues(first) || is_list(first) || first.bytes().all(|byte| byte.is_ascii_digit())
}

/// Says whether a sentence cannot end as a line does.
pub(super) fn goes_on_behind(line: &str) -> bool {
    let small = line.to_ascii_lowercase();
    let last = runs(&small).last().map_or("", |run| &small[run.clone()]);
    line.ends_with([',', '-', '(']) || (line.ends_with(last) && (continues(last) || LINKS.contains(&last)))
}

/// Takes an entry in small letters apart.
fn clauses(entry: &str) -> Vec<Clause<'_>> {
    let runs = runs(entry);
    let run = |at: usize| runs.get(at).map_or("", |run| &entry[run.clone()]);
    let gap = |at: usize| &entry[runs[at - 1].end..runs[at].start];
    let is_well = |at: usize| (run(at), run(at + 1), run(at + 2)) == ("as", "well", "as");
    let mut begun = vec![(0, Break::Sentence)];
    let (mut behind, mut named, mut is_bracketed) = (0, Vec::new(), false);
    for at in 0..runs.len() {
        let is_behind = at > 0 && at == behind;
        is_bracketed = at > 0 && opens(gap(at)).unwrap_or(is_bracketed);
        if at > 0 && at >= behind {
            let found = match gap(at) {
                gap if gap.contains(';') || ends_sentence(gap) || is_next(entry, gap, run(at)) => Some(Break::Sentence),
                gap if gap.contains([')', ']']) && is_change(run(at)) => Some(Break::Sentence),
                _ if LINKS.contains(&run(at)) || is_well(at) || (is_behind && run(at) == "also") => Some(Break::Link),
                gap if gap.contains(',') && (!is_bracketed || is_change(run(at))) => Some(Break::Comma),
                gap if is_link(gap, is_behind) => Some(Break::Link),
                _ => None,
            };
            begun.extend(found.map(|found| (at, found)));
        }
        if let Some(last) = name(entry, &runs, at) {
            named.push(at);
            behind = last + 1;
        }
    }
    let ends = begun.iter().skip(1).map(|(at, _)| *at).chain([runs.len()]);
    let clause = |((from, behind), to): (&(usize, Break), usize)| {
        let start = if *from == 0 { 0 } else { runs[from - 1].end };
        let end = if to == runs.len() { entry.len() } else { runs[to - 1].end };
        let links = if is_well(*from) { 3 } else { usize::from(LINKS.contains(&run(*from))) };
        Clause {
            at: start..end,
            behind: *behind,
            closes: *from > 0 && gap(*from).contains([')', ']']),
            text: &entry[start..end],
            words: (from + links..to).map(run).collect(),
            is_named: named.iter().any(|at| (*from..to).contains(at)),
        }
    };
    begun.iter().zip(ends).map(clause).collect()
}

/// Says whether a bracket is open behind a gap; `None`: it has none.
fn opens(gap: &str) -> Option<bool> {
    gap.chars().rev().find(|c| matches!(c, '(' | ')')).map(|c| c == '(')
}

fn ends_sentence(gap: &str) -> bool {
    gap.find(['.', '!', '?']).is_some_and(|at| gap[at..].contains(char::is_whitespace))
}

/// Says whether a gap parts an element from another one of its sort, or what is set beside something else, but cells of one row.
fn is_next(entry: &str, gap: &str, element: &str) -> bool {
    let is_begun = || [format!("<{element}"), format!("</{element}")].iter().any(|tag| entry.contains(tag));
    match gap.split_whitespace().collect::<String>() {
        signs if signs.ends_with("><") => !matches!(element, "td" | "th") && is_begun(),
        signs => signs.ends_with('|') && gap.contains(" | ") && !entry.trim_start_matches([' ', '>']).starts_with('|'),
    }
}

/// Says whether a sign puts one thing beside another: an address has such signs, too.
fn is_link(gap: &str, is_behind_name: bool) -> bool {
    let sign = gap.trim_start_matches([')', ']']);
    matches!(sign.trim(), "/" | "+" | "&") && (is_behind_name || sign.starts_with(' '))
}

/// Returns the last run of the name of an entry of a list that begins at a run.
fn name(text: &str, runs: &[Range<usize>], at: usize) -> Option<usize> {
    let behind = |count: usize, is_it: fn(&str) -> bool| {
        runs.get(at + 1..=at + count).is_some_and(|runs| runs.iter().all(|run| is_it(&text[run.clone()])))
    };
    match &text[runs[at].clone()] {
        "cve" if behind(2, |run| run.len() >= 4 && run.bytes().all(|byte| byte.is_ascii_digit())) => Some(at + 2),
        "ghsa" if behind(3, |run| run.len() == 4) => Some(at + 3),
        _ => None,
    }
}

fn runs(text: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
        match runs.last_mut() {
            Some(last) if last.end == at => last.end = at + c.len_utf8(),
            Some(_) | None => runs.push(at..at + c.len_utf8()),
        }
    }
    runs
}

fn is_list(word: &str) -> bool {
    matches!(word, "cve" | "ghsa")
}

fn continues(word: &str) -> bool {
    CONTINUING.split(',').any(|known| known == word) || says(word)
}

fn says(word: &str) -> bool {
    SAYING.split(',').any(|known| known == word)
}

/// Says whether a text begins by saying that something is changed, or something else, too.
pub(super) fn is_of_change(text: &str) -> bool {
    let small = text.to_ascii_lowercase();
    let runs = runs(&small);
    let first: Vec<&str> = runs.iter().take(ADDED_BY).map(|run| &small[run.clone()]).collect();
    let is_same = first.first().is_none_or(|word| continues(word));
    first.iter().any(|word| ADDING.contains(word) || (!is_same && is_change(word)))
}

/// Says whether a text names a flaw of a place that is the product's.
pub(super) fn speaks_of_ours(text: &str) -> bool {
    let small = text.to_ascii_lowercase();
    clauses(&small).iter().any(|clause| clause.is_ours() && (has_flaw(clause.text) || clause.text.contains("cwe")))
}

/// Says whether a word says that something is changed, in whatever form.
fn is_change(word: &str) -> bool {
    let own = stem(word);
    CHANGES.split(',').any(|known| stem(known) == own)
}

/// Says whether a text has the usual name of a flaw, of whatever sort.
pub(super) fn has_flaw(text: &str) -> bool {
    static NAMES: LazyLock<Phrases> = LazyLock::new(|| Phrases::naming(&all_sorts()));
    !NAMES.places(&words(text)).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_explains_its_own_clause_and_what_goes_on_with_it() {
        for (entry, told) in [
            ("Fix CVE-2021-23337 and XSS in comments", &["Fix CVE-2021-23337"][..]),
            ("Fix XSS, CVE-2021-23337 and CVE-2021-23338, two of lodash", &[]),
            ("Fix XSS and CVE-2021-23337", &[" and CVE-2021-23337"]),
            ("Fix CVE-2021-23337 in lodash. Also fix it", &["Fix CVE-2021-23337 in lodash"]),
            ("CVE-2021-23337 in lodash, which also is an XSS", &[]),
            ("CVE-2021-23337 leads to XSS, SQL injection and CSRF", &[]),
            ("lodash has XSS, CSRF and command injection (CVE-2021-23337)", &[]),
            ("Fix XSS (CVE-2021-23337) and CSRF", &["Fix XSS (CVE-2021-23337"]),
            ("Update lodash (CVE-2021-23337), prevent XSS", &["Update lodash (CVE-2021-23337"]),
            ("Prevent XSS, update lodash (CVE-2021-23337)", &[", update lodash (CVE-2021-23337)"]),
            ("See https://a.example/xss/CVE-2021-23337/b", &["See https://a.example/xss/CVE-2021-23337"]),
            ("Fix XSS found while looking at CVE-2021-23337", &["-"]),
            ("Follow-up of CVE-2021-23337: fix XSS in our own code", &["-"]),
            ("This is not CVE-2021-23337 but another XSS", &["-"]),
            ("Fix XSS in lodash (CVE-2021-23337) and in Quill itself", &["-"]),
            ("While at it, fix XSS in lodash (CVE-2021-23337)", &[", fix XSS in lodash (CVE-2021-23337)"]),
            ("<li>CVE-2021-23337: marked</li><li>XSS</li>", &["<li>CVE-2021-23337: marked</li"]),
            ("lodash (CVE-2021-23337) | XSS in Quill", &["lodash (CVE-2021-23337"]),
            ("CVE-2021-23337. It was an XSS. Sort", &["CVE-2021-23337", ". It was an XSS"]),
            ("CVE-2021-23337, XSS", &["CVE-2021-23337"]),
            ("CVE-2021-23337, an XSS", &[]),
            ("XSS", &["-"]),
        ] {
            let found: Vec<&str> = explained(entry).into_iter().map(|at| &entry[at]).collect();
            match told {
                [] => assert_eq!(found.concat(), entry),
                ["-"] => assert!(found.is_empty()),
                told => assert_eq!(found, told),
            }
        }
    }
}
