//! The pull requests that brought commits to main, found out for those that are asked about.

use std::collections::HashMap;
use std::rc::Rc;

use crate::model::advisory::contain::Graph;
use crate::model::change::own_pull_request;
use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::ports::git::{Git, Glanced};

/// Which commit brought each other one to main.
pub(super) struct Requests<'g> {
    git: &'g Git,
    /// The history that is known, and for each place in it, that of the commit of main that brought what stands there.
    brought: Option<(Rc<Graph>, Vec<Option<usize>>)>,
}

impl<'g> Requests<'g> {
    /// Of these commits nothing is known.
    pub fn none(git: &'g Git) -> Self {
        Self { git, brought: None }
    }

    /// Takes the history of main, as the graph has it.
    pub fn of_main(git: &'g Git, commits: &[Glanced], graph: &Rc<Graph>, main: CommitId) -> Self {
        Self { git, brought: Some((Rc::clone(graph), brought_by(commits, graph, main))) }
    }

    /// Returns the numbers of the pull requests that brought some commits. Only the commit of main that brought one names it.
    ///
    /// # Errors
    /// When a commit is missing.
    pub fn of(&self, commits: &[Commit]) -> Result<HashMap<CommitId, u64>> {
        let mut found = HashMap::new();
        let Some((graph, brought_by)) = &self.brought else { return Ok(found) };
        for commit in commits.iter().filter(|commit| !commit.is_merge()) {
            let Some(by) = graph.place(commit.id).and_then(|place| brought_by[place]) else { continue };
            let number = own_pull_request(&self.git.commit(graph.ids()[by])?.message);
            found.extend(number.map(|number| (commit.id, number)));
        }
        Ok(found)
    }
}

/// As [`groups`](crate::model::change::groups) does it, by places that are known.
fn brought_by(commits: &[Glanced], graph: &Graph, main: CommitId) -> Vec<Option<usize>> {
    let first = |at: usize| {
        let first = graph.parents(at).first().copied()?;
        // The first parent may be the one that is not here.
        (commits[at].parents().first() == Some(&graph.ids()[first])).then_some(first)
    };
    let chain: Vec<usize> = std::iter::successors(graph.place(main), |at| first(*at)).collect();
    let mut by = vec![None; commits.len()];
    for at in chain.into_iter().rev() {
        let mut open = vec![at];
        while let Some(next) = open.pop() {
            if by[next].is_none() {
                by[next] = Some(at);
                open.extend(graph.parents(next));
            }
        }
    }
    by
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::change::{Node, groups};
    use crate::model::commit::TreeId;
    use crate::model::presence::sieve::Gist;
    use crate::ports::git::Outlined;

    /// A commit with parents, of which those with high numbers are not here.
    fn glanced(number: u8, parents: &[u8]) -> Glanced {
        let id = |number: u8| CommitId::from_bytes([number; 20]);
        let parents = parents.iter().map(|parent| id(*parent)).collect();
        let outlined = Outlined { id: id(number), tree: TreeId::from_bytes([0; 20]), parents, wanted: false };
        Glanced { outlined, written: 0, committed: 0, gist: Gist::of(b"x") }
    }

    proptest! {
        #[test]
        fn each_is_brought_as_in_its_group(all in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..4), 1..20)) {
            let own = |at: usize, parent: u8| if at == 0 || parent >= 200 { 200 + parent % 50 } else { parent % at as u8 };
            let commit = |(at, parents): (usize, &Vec<u8>)| {
                let parents: Vec<u8> = parents.iter().map(|parent| own(at, *parent)).collect();
                glanced(at as u8, &parents)
            };
            let made: Vec<Glanced> = all.iter().enumerate().map(commit).collect();
            let graph = Graph::new(made.iter().map(|one| (one.id(), one.parents())));
            let commits: Vec<Glanced> = graph.ids().iter().map(|id| made[usize::from(id.as_bytes()[0])].clone()).collect();
            let tip = made[made.len() - 1].id();
            let nodes: Vec<Node<'_>> = commits.iter().map(|one| (one.id(), one.parents())).collect();
            let mut expected = vec![None; commits.len()];
            for group in groups(&nodes, tip) {
                group.members.iter().for_each(|at| expected[*at] = Some(group.at));
            }
            let found = brought_by(&commits, &graph, tip);
            // What merges bring is asked of the others only.
            for at in (0..commits.len()).filter(|at| !commits[*at].is_merge()) {
                prop_assert_eq!(found[at], expected[at]);
            }
        }
    }
}
