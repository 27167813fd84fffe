//! The argument of every verb that keeps back what is under embargo.

use std::path::PathBuf;

use clap::Args;

/// Which folders hold advisories besides that of the repository.
#[derive(Debug, Clone, Default, Args)]
pub struct AdvisoriesArgs {
    /// Read the advisories of this folder too, to keep back what is under embargo; may be repeated
    #[arg(long, value_name = "DIR")]
    pub advisories: Vec<PathBuf>,
}
