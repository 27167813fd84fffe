//! The world: everything that reads or changes something outside the process. Foreign types end here.

pub mod clock;
pub mod decisions;
pub mod exchange;
pub mod files;
pub mod folder;
pub mod forge;
pub mod git;
pub mod guard;
pub mod kept;
pub mod lock;
pub mod login;
mod memory;
pub mod platform;
pub mod private;
pub mod process;
pub mod protected;
pub mod provenance;
pub mod render;
pub mod scratch;
pub mod settings;
pub mod shell;
pub mod signing;
pub mod sums;
pub mod survey;
pub mod threads;
pub mod tree;
pub mod trouble;
