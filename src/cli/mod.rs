//! What every binary shares at its edge: arguments, output forms, errors and exit codes.

pub mod actions;
pub mod advisories;
pub mod advisory;
pub mod args;
pub mod bump;
pub mod check;
pub mod doctor;
pub mod embargo;
pub mod env;
pub mod exit;
pub mod forge;
pub mod format;
pub mod json;
pub mod notes;
pub mod out;
pub mod pick;
pub mod progress;
pub mod release;
pub mod report;
pub mod table;
pub mod tag;
pub mod terminal;
