//! The actions and workflows of this repository: run for real by an executor, and held against rules.

mod chain;
mod composites;
mod executor;
mod expressions;
mod fixture;
mod gate;
mod house;
mod jobs;
mod others;
mod own;
mod played;
mod policy;
mod reusable;
mod rules;
mod rules_of_jobs;
mod scripts;
#[path = "../it/support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the tests of the binaries need more of it")]
mod support;
mod tokens;
