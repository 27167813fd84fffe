//! Nouns: pure values and rules. No git, network, files, clock or environment.

pub mod affected;
pub mod apply;
pub mod branch;
pub mod change;
pub mod commit;
pub mod config;
pub mod decision;
pub mod detect;
pub mod error;
pub mod follow_up;
pub mod forecast;
pub mod kind;
pub mod line;
pub mod message;
pub mod name;
pub mod path;
pub mod plan;
pub mod prerequisite;
pub mod presence;
pub mod request;
pub mod resolution;
pub mod status;
pub mod tag;
pub mod textmerge;
pub mod trailer;
