//! `patch-pick`: which fixes does each line miss, what would picking them do, and do it.

pub mod apply;
mod asked;
pub mod decide;
pub mod forecast;
pub mod plan;
pub mod prerequisites;
pub mod propose;
pub mod special;
pub mod status;
pub mod verify;
