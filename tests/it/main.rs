//! The behaviour of the binaries, as their users meet it.

mod harness;
mod support;
