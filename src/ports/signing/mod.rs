//! Signatures: made and checked by the programs that the user's git is configured with.

mod check;
mod explain;
mod session;
mod sign;

pub use check::{Checker, Listed};
pub use explain::explain;
pub use session::KeySession;
pub use sign::sign;
