//! The behaviour of the binaries, as their users meet it.

mod bump;
mod check;
mod doctor;
mod forecast;
mod forge;
mod git_login;
mod guards;
mod harness;
mod history;
mod notes;
mod pick;
mod pick_apply;
mod pick_older_git;
mod pick_plan;
mod pick_propose;
mod pick_special;
mod pick_templates;
mod pick_verify;
mod support;
mod tag_certificates;
mod tag_create;
mod tag_gpg;
mod tag_keys;
mod tag_push;
mod tag_sums;
mod tag_verify;
