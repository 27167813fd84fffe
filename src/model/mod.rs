//! Nouns: pure values and rules. No git, network, files, clock or environment.

pub mod commit;
pub mod error;
pub mod forecast;
pub mod textmerge;
