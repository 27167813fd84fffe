//! The behaviour of the binaries, as their users meet it.

mod forecast;
mod guards;
mod harness;
mod history;
mod pick;
mod pick_apply;
mod pick_older_git;
mod pick_plan;
mod pick_special;
mod pick_templates;
mod pick_verify;
mod support;
