//! What the exit code of every binary says. `docs/exit-codes.md` is the page for users.

use std::process::ExitCode;

use crate::model::error::Kind;
use crate::model::verify::Answer;

/// How a run ended. The numbers are a promise: scripts and workflows branch on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// The answer is yes, or the work is done. Also when the reader of standard output went away.
    Yes = 0,
    /// The answer is no: refused, a conflict, does not verify.
    No = 1,
    /// The command line or `patch.toml` is wrong. Nothing was done.
    Usage = 2,
    /// A person or more data is needed before there is an answer.
    Undecided = 3,
    /// The work could not be finished: git, the disk or the network failed. Running again continues it.
    Unfinished = 4,
    /// A bug of ours.
    Bug = 101,
}

impl Exit {
    /// Every way a run can end.
    pub const ALL: [Self; 6] = [Self::Yes, Self::No, Self::Usage, Self::Undecided, Self::Unfinished, Self::Bug];

    /// Returns the number the process ends with.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// Returns how a run over several lines ends: as the one with the highest code.
    pub fn worst(exits: impl IntoIterator<Item = Self>) -> Self {
        exits.into_iter().max().unwrap_or(Self::Yes)
    }
}

impl From<Kind> for Exit {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::No => Self::No,
            Kind::Usage => Self::Usage,
            Kind::Undecided => Self::Undecided,
            Kind::Unfinished => Self::Unfinished,
        }
    }
}

impl From<Answer> for Exit {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Yes => Self::Yes,
            Answer::No => Self::No,
            Answer::Undecided => Self::Undecided,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_the_promised_ones() {
        assert_eq!(Exit::ALL.map(Exit::code), [0, 1, 2, 3, 4, 101]);
        let kinds = [Kind::No, Kind::Usage, Kind::Undecided, Kind::Unfinished];
        assert_eq!(kinds.map(|kind| Exit::from(kind).code()), [1, 2, 3, 4]);
    }

    #[test]
    fn one_undecided_line_shows_among_others() {
        assert_eq!(Exit::worst([Exit::Yes, Exit::Undecided, Exit::No]), Exit::Undecided);
        assert_eq!(Exit::worst([]), Exit::Yes);
    }

    #[test]
    fn the_page_for_users_has_every_number() {
        let page = include_str!("../../docs/exit-codes.md");
        for exit in Exit::ALL {
            assert!(page.contains(&format!("\n| {} |", exit.code())), "{exit:?}");
        }
    }
}
