//! The behaviour of the binaries, as their users meet it.

mod forecast;
mod harness;
mod pick;
mod support;
