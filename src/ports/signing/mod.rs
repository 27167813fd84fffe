//! Signatures: made and checked by the programs that the user's git is configured with.

mod attempt;
mod check;
mod explain;
mod held;
mod policy;
mod session;
mod sign;

pub use attempt::{Attempted, attempt};
pub use check::{Checker, Listed};
pub use explain::explain;
pub use policy::Policy;
pub use session::KeySession;
pub use sign::sign;
