//! The verbs of `patch-bump`.

pub mod set;
pub mod show;
