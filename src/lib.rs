//! Backstitch takes a fix that has landed on main to every supported release line that needs it.
//!
//! # The house
//!
//! | folder | holds | may import |
//! |---|---|---|
//! | `bins/` | one file a binary: arguments and one call | `cli`, `steps`, and what those hand over |
//! | [`cli`] | shared arguments, output forms, the Actions writer, errors and exit codes | `model`, `ports` |
//! | [`steps`] | verbs: gather through ports, decide purely, carry out through ports | `model`, `ports` |
//! | [`ports`] | the world: git, the forge, files, processes; foreign types end here | `model` |
//! | [`model`] | nouns: pure values and rules | nothing of ours |
//!
//! Imports point down only, and steps never import each other: they share a noun, not a verb.
//! `tests/it/guards.rs` reads the imports and fails on a broken rule.

pub mod cli;
pub mod model;
pub mod ports;
pub mod steps;
