//! Whether a sentence that points back at a flaw says that it is at the place of a title, too.

use super::usage::EMPTY;
use super::{Scope, TitleSigns, Told};
use crate::model::guard::pointing::{Pointing, is_flaw};
use crate::model::guard::words::Word;

/// Words that say nothing but that what was said is so of something else.
const BARE: &str = "about,again,already,alike,all,also,applies,applied,apply,both,case,each,ever,everywhere,existed,exists,found,goes,\
    happened,happens,held,holds,however,itself,kind,later,likewise,now,ours,own,same,similarly,since,sort,still,thing,too,true,unfortunately,us,we,\
    well,went,yet";
/// Words that say of something that it has a flaw, or that this is repaired.
const AFFECTED: &str = "affect,affected,affecting,affects,closed,concerned,concerns,corrected,exploitable,exploited,exposed,fix,fixed,fixes,\
    hit,injectable,insecure,mend,mended,mends,patch,patched,prone,repair,repaired,repairs,suffer,suffered,suffers,susceptible,touched,unsafe,\
    vulnerable";
/// Words that stand for what was named.
const NAMING: &str = "it,one,that,them,this";
/// Words behind which they stand for something that belongs to another thing: comments on it.
const OF: &str = "about,by,for,from,in,of,on,to,with";
/// Words in front of which they are who has something.
const HAVING: &str = "had,has,have";
/// Words that say that something is so, or has something.
const BEING: &str = "are,did,do,does,had,has,have,is,was,were";
/// Words of a sentence that has no verb.
const LINKING: &str = "a,and,at,by,for,from,in,of,on,our,so,the,to,with";
/// Words for what a place is a part of, next to its own.
const SURFACES: &str = "area,box,component,dialog,editor,endpoint,endpoints,field,fields,form,forms,module,page,pages,part,parts,screen,section,widget";

/// A word of such a sentence, but for the sign that points back.
struct Said<'w> {
    word: &'w str,
    /// Whether it is one of the title that says where the flaw is.
    is_place: bool,
    /// Whether it tells of a flaw.
    tells: bool,
}

impl TitleSigns {
    /// Returns what a sentence gives away that points back: what it points at stands in it by name, unless it says something else of it.
    pub(in crate::model::guard) fn pointed_at(&self, pointing: &Pointing) -> Option<Told> {
        let told = pointing.told();
        let is_it = !self.hits(&told).is_empty() && (!pointing.is_adding() || self.says_nothing_else(pointing));
        is_it.then(|| self.told_in(&told, Scope::Prose)).flatten()
    }

    /// Says whether a sentence says of a place that it has something too, and nothing more.
    fn says_nothing_else(&self, pointing: &Pointing) -> bool {
        let (before, behind) = pointing.around();
        let said: Vec<Said<'_>> = [before, behind].into_iter().flat_map(|words| self.said(words)).collect();
        let says = |one: &&Said<'_>| !matches!(one.word, "of" | "the");
        let is_place = |one: Option<&Said<'_>>| one.is_some_and(|one| one.is_place);
        let is_near_place =
            |at: usize| is_place(said[..at].iter().rev().find(says)) || is_place(said[at + 1..].iter().find(says));
        let is_bare = |(at, one): (usize, &Said<'_>)| {
            let is_number = one.word.chars().all(char::is_numeric);
            let is_of_other = match one.word {
                "its" | "their" => true,
                "there" => at > 0 && is_in(BEING, said[at - 1].word),
                _ => false,
            };
            let is_empty = is_number || (EMPTY.contains(&one.word) && !is_of_other) || is_in(BARE, one.word);
            one.is_place || one.tells || is_empty || (is_in(SURFACES, one.word) && is_near_place(at))
        };
        said.iter().enumerate().all(is_bare) && (says_that_it_is(pointing, &said) || has_no_verb(pointing, &said))
    }

    fn said<'w>(&self, words: &'w [Word]) -> Vec<Said<'w>> {
        let (hits, telling) = (self.hits(words), self.telling.places(words));
        let read = |(at, word): (usize, &'w Word)| Said {
            word: word.whole.as_str(),
            is_place: hits.iter().any(|hit| hit.0 == at),
            tells: is_flaw(word)
                || is_in(AFFECTED, &word.whole)
                || telling.iter().any(|found| (found.at..found.at + found.words).contains(&at)),
        };
        words.iter().enumerate().map(read).collect()
    }
}

/// Says whether it says that the place has what was named: so it does, it has it, or it was repaired. "Pages have a form, too" says that
/// of nothing that was named.
fn says_that_it_is(pointing: &Pointing, said: &[Said<'_>]) -> bool {
    let is_before = |at: usize, list: &str| at > 0 && is_in(list, said[at - 1].word);
    let names = |at: usize| {
        let is_another = said.get(at + 1).is_some_and(|next| next.is_place || is_in(HAVING, next.word));
        is_in(NAMING, said[at].word) && !is_before(at, OF) && !is_another
    };
    let is_so = |at: usize| {
        let (before, behind) = said.split_at(at);
        is_in(BEING, said[at].word) && before.iter().any(|one| one.is_place) && behind.iter().all(|one| !one.is_place)
    };
    pointing.is_inverted() || (0..said.len()).any(|at| said[at].tells || names(at) || is_so(at))
}

/// Says whether it is no more than a place: "likewise in comments".
fn has_no_verb(pointing: &Pointing, said: &[Said<'_>]) -> bool {
    let is_link = |one: &Said<'_>| one.is_place || is_in(LINKING, one.word) || is_in(SURFACES, one.word);
    pointing.is_alone() && said.iter().all(is_link)
}

fn is_in(list: &str, word: &str) -> bool {
    list.split(',').any(|known| known == word)
}
