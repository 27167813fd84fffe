//! Release notes: what a patch release holds, each entry traced to its origin on main.

pub mod range;
