//! The verbs of `patch-tag`.

pub mod create;
mod gather;
mod policy;
pub mod push;
pub mod sums;
pub mod verify;
