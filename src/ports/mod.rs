//! The world: everything that reads or changes something outside the process. Foreign types end here.

pub mod decisions;
pub mod files;
pub mod git;
pub mod process;
pub mod settings;
