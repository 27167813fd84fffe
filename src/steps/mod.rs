//! Verbs: one folder a binary. Each gathers through ports, decides purely, and carries out through ports.

pub mod advisory;
pub mod bump;
pub mod check;
pub mod doctor;
pub mod notes;
pub mod pick;
pub mod tag;
