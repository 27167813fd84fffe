//! Whether a fix may go into a patch release of a line: the facts about it, the rules that are asked, and the verdict with a
//! finding for each rule.

pub mod advisory;
pub mod breaks;
pub mod classify;
pub mod conventional;
pub mod dependencies;
pub mod facts;
pub mod given;
pub mod judge;
pub mod labels;
pub mod looked;
pub mod paths;
pub mod policy;
pub(super) mod prose;
mod requirement;
pub mod resolved;
mod rule;
pub mod verdict;
pub mod waiver;

pub use rule::{Rule, Severity};

#[cfg(test)]
mod cases;
