//! The rules about people: who reviewed it, and who gave labels.

use super::{Answer, Case, count};
use crate::model::config::Reviewers;
use crate::model::eligibility::given::{Giver, given};
use crate::model::known::Known;
use crate::model::pull::{Association, Opinion, PullRequest, Review};

/// What stands for the name of an account that is gone.
const DELETED: &str = "a deleted account";

/// Whether the opinion of a reviewer counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counts {
    Yes,
    No,
    /// It is not known whether they may write to the repository.
    Open,
}

/// The opinions of people other than the author, by how they count.
#[derive(Default)]
struct Opinions {
    approved: Vec<String>,
    open: Vec<String>,
    against: Vec<String>,
    open_against: Vec<String>,
    /// Approvals that do not count, with why.
    set_aside: Vec<String>,
}

impl Case<'_> {
    pub(super) fn reviews(&self) -> Answer {
        let wanted = self.policy.eligibility.require.reviews as usize;
        let pull = match &self.facts.pull {
            Known::Known(Some(pull)) => pull,
            Known::Known(None) => return Answer::failed("it has no pull request, so nobody reviewed it there"),
            Known::Unknown(why) => return Answer::unknown("who reviewed it", why),
        };
        let reviews = match &pull.reviews {
            Known::Known(reviews) => reviews,
            Known::Unknown(why) => return Answer::unknown("who reviewed it", why),
        };
        let Opinions { approved, open, against, open_against, set_aside } = self.opinions(pull, reviews);
        if !against.is_empty() {
            return Answer::Failed("somebody asks for changes".to_owned(), against);
        }
        if !open_against.is_empty() {
            let reason = "it is not known whether who asks for changes may write to the repository";
            return Answer::Undecided(reason.to_owned(), open_against);
        }
        // Several reviews by deleted accounts may be of one person, so they count once.
        let known = approved.iter().filter(|name| *name != DELETED).count();
        let people = known + usize::from(known < approved.len());
        let reason = format!("{} of {wanted} approved it", count(people as u64, "person", "people"));
        if people >= wanted {
            return Answer::Passed(reason, approved);
        }
        if people + open.len() >= wanted {
            let reason = format!("{reason}, and of others it is not known whether they may write to the repository");
            return Answer::Undecided(reason, open);
        }
        Answer::Failed(reason, approved.into_iter().chain(set_aside).collect())
    }

    fn opinions(&self, pull: &PullRequest, reviews: &[Review]) -> Opinions {
        let require = &self.policy.eligibility.require;
        let mut found = Opinions::default();
        for review in reviews.iter().filter(|review| review.author.is_none() || review.author != pull.author) {
            let name = review.author.as_ref().map_or_else(|| DELETED.to_owned(), ToString::to_string);
            let is_of_head = review.commit == Some(pull.head.commit);
            match (review.opinion, counts(require.reviewers, review)) {
                (Opinion::Dismissed, _) | (Opinion::ChangesRequested, Counts::No) => {}
                (Opinion::ChangesRequested, Counts::Yes) => found.against.push(name),
                (Opinion::ChangesRequested, Counts::Open) => found.open_against.push(name),
                (Opinion::Approved, Counts::No) => {
                    found.set_aside.push(format!("{name} approved it, and may not write to the repository"));
                }
                (Opinion::Approved, _) if require.reviewed_head && !is_of_head => {
                    found.set_aside.push(format!("{name} approved an older commit"));
                }
                (Opinion::Approved, Counts::Yes) => found.approved.push(name),
                (Opinion::Approved, Counts::Open) => found.open.push(name),
            }
        }
        found
    }

    pub(super) fn labels(&self) -> Answer {
        let Some(Some(pull)) = self.facts.pull.value() else { return Answer::NotAsked };
        let (mut wrong, mut open, mut fine) = (Vec::new(), Vec::new(), Vec::new());
        for label in given(pull, &self.policy.eligibility.labels) {
            let whose = label.issue.map(|number| format!(" of issue #{number}")).unwrap_or_default();
            let name = label.name;
            match label.giver {
                Giver::Anybody => {}
                Giver::Allowed(login) => fine.push(format!("'{name}' by {login}")),
                Giver::NotAllowed(login) => wrong.push(format!("{login} may not give '{name}'")),
                Giver::Unknown(why) => open.push(format!("who gave '{name}'{whose} is not known: {why}")),
            }
        }
        match (wrong.is_empty(), open.is_empty(), fine.is_empty()) {
            (false, ..) => Answer::Failed("a label counts for nothing".to_owned(), wrong),
            (true, false, _) => Answer::Undecided("it is not known who gave a label".to_owned(), open),
            (true, true, false) => Answer::Passed("every label was given by somebody who may".to_owned(), fine),
            (true, true, true) => Answer::NotAsked,
        }
    }
}

/// Says whether a review counts. Where the forge does not tell whether its author may write, how they stand to the repository may:
/// its owner may, and who is neither a member nor invited may not.
fn counts(reviewers: Reviewers, review: &Review) -> Counts {
    match (reviewers, &review.may_write, review.association) {
        (Reviewers::Anyone, ..)
        | (Reviewers::Write, Known::Known(true), _)
        | (Reviewers::Write, Known::Unknown(_), Association::Owner) => Counts::Yes,
        (Reviewers::Write, Known::Known(false), _)
        | (Reviewers::Write, Known::Unknown(_), Association::Contributor | Association::None) => Counts::No,
        (Reviewers::Write, Known::Unknown(_), Association::Member | Association::Collaborator) => Counts::Open,
    }
}
