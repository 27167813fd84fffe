//! What is taken back of a commit that several changes came as.

use super::TakenBack;
use crate::model::commit::CommitId;
use crate::model::notes::claim::have_changes_in_common;
use crate::model::patch::{FilePatch, Likeness, compare};

/// One of the changes that came as one commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its commit of main.
    pub change: CommitId,
    /// What it changes there.
    pub patches: Vec<FilePatch>,
}

/// What a commit that says that it takes something back does to one that several changes came as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undoes {
    /// It undoes exactly these of the changes, by their commits of main.
    Exactly(Vec<CommitId>),
    /// It undoes something of these.
    SomeOf(Vec<CommitId>),
    /// It undoes nothing of any.
    Nothing,
}

/// Tells which of several changes a commit takes back; `undone` is its patch, the other way round.
pub fn undoes(parts: &[Part], undone: &[FilePatch]) -> Undoes {
    let is_exactly = |patches: &[FilePatch]| {
        !patches.is_empty() && !undone.is_empty() && compare(patches, undone).likeness != Likeness::Changed
    };
    if let Some(one) = parts.iter().find(|part| is_exactly(&part.patches)) {
        return Undoes::Exactly(vec![one.change]);
    }
    let mut touched: Vec<&Part> = parts.iter().filter(|part| is_touched(part, undone)).collect();
    if touched.is_empty() {
        // The line may have the files elsewhere.
        touched = parts.iter().filter(|part| have_changes_in_common(&part.patches, undone)).collect();
    }
    let names = touched.iter().map(|part| part.change).collect();
    let all: Vec<FilePatch> = touched.iter().flat_map(|part| part.patches.iter().cloned()).collect();
    match touched.as_slice() {
        [] => Undoes::Nothing,
        _ if is_exactly(&all) => Undoes::Exactly(names),
        _ => Undoes::SomeOf(names),
    }
}

/// Says whether a patch is exactly that of several others together, the oldest first. Of a file that several of them change, the lines
/// count that all of them leave changed.
pub fn is_together(all: &[FilePatch], whole: &[FilePatch]) -> bool {
    let is_alone = |file: &&FilePatch| all.iter().filter(|other| other.path() == file.path()).count() == 1;
    !all.is_empty()
        && compare(all, whole).likeness != Likeness::Changed
        && all.iter().filter(is_alone).all(|file| whole.contains(file))
}

/// Says whether a commit undoes something of a change in one of its files.
fn is_touched(part: &Part, undone: &[FilePatch]) -> bool {
    let is_same = |file: &FilePatch, other: &FilePatch| {
        file.paths().any(|path| other.paths().any(|other| other == path))
            && have_changes_in_common(std::slice::from_ref(file), std::slice::from_ref(other))
    };
    part.patches.iter().any(|file| undone.iter().any(|other| is_same(file, other)))
}

/// What became of the changes that one commit brought.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rest {
    /// Those that were taken back, each with what did so.
    pub gone: Vec<TakenBack>,
    /// Those of which it is not sure that they stand, each with what took something of it back.
    pub unsure: Vec<TakenBack>,
}

impl Rest {
    /// Adds what a commit undoes of the changes.
    pub fn add(&mut self, by: CommitId, undoes: &Undoes) {
        let pairs = |of: &[CommitId]| of.iter().map(|commit| TakenBack { commit: *commit, by }).collect::<Vec<_>>();
        match undoes {
            Undoes::Exactly(of) => self.gone.extend(pairs(of)),
            Undoes::SomeOf(of) => self.unsure.extend(pairs(of)),
            Undoes::Nothing => {}
        }
    }

    /// Says whether a change was taken back.
    pub fn is_gone(&self, change: CommitId) -> bool {
        self.gone.iter().any(|pair| pair.commit == change)
    }

    /// Says whether something of a change that stands was taken back.
    pub fn is_unsure(&self, change: CommitId) -> bool {
        !self.is_gone(change) && self.unsure.iter().any(|pair| pair.commit == change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::patch::sample::added as patch;

    #[test]
    fn a_patch_is_that_of_several_together_where_nothing_else_is_in_it() {
        let (one, two, three) = (patch("a", &["one"]), patch("b", &["two"]), patch("a", &["three"]));
        let both = patch("a", &["one", "three"]);
        for (all, whole, expected) in [
            (vec![one.clone(), two.clone()], vec![one.clone(), two.clone()], true),
            (vec![one.clone(), three.clone(), two.clone()], vec![both.clone(), two.clone()], true),
            (vec![one.clone(), three], vec![both, two.clone()], false),
            (vec![one.clone(), two.clone()], vec![one.clone()], false),
            (vec![one.clone(), two], vec![one, patch("b", &[" two"])], false),
            (vec![], vec![], false),
        ] {
            assert_eq!(is_together(&all, &whole), expected, "{all:?} {whole:?}");
        }
    }

    #[test]
    fn what_a_commit_undoes_of_several_changes_is_told_by_its_lines() {
        let id = |at: u8| CommitId::from_bytes([at; 20]);
        let part = |at: u8, path: &str, lines: &[&str]| Part { change: id(at), patches: vec![patch(path, lines)] };
        let parts = [part(1, "a", &["one", "two"]), part(2, "b", &["three"]), part(3, "c", &["four"])];
        for (undone, expected) in [
            (vec![patch("a", &["one", "two"])], Undoes::Exactly(vec![id(1)])),
            (vec![patch("b", &["three"]), patch("c", &["four"])], Undoes::Exactly(vec![id(2), id(3)])),
            (vec![patch("a", &["one"])], Undoes::SomeOf(vec![id(1)])),
            // What another change has in another file says nothing.
            (vec![patch("a", &["one", "four"])], Undoes::SomeOf(vec![id(1)])),
            (vec![patch("z", &["one"])], Undoes::SomeOf(vec![id(1)])),
            (vec![patch("a", &["one", "two"]), patch("d", &["more"])], Undoes::SomeOf(vec![id(1)])),
            (vec![patch("d", &["more"])], Undoes::Nothing),
            (vec![], Undoes::Nothing),
        ] {
            assert_eq!(undoes(&parts, &undone), expected, "{undone:?}");
        }
    }
}
