//! Who is to be thanked for a fix, as its commits tell.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::commit::{Commit, Signature};
use crate::model::eligibility::conventional::trailers;

/// Somebody who wrote or reviewed a fix.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Contributor {
    /// The name: text from a stranger.
    pub name: String,
    /// The mail address, which is never written into notes; empty where none is told. Text from a stranger.
    pub mail: String,
}

impl Contributor {
    /// Says whether it is a program: GitHub lets the names of apps end in `[bot]`.
    pub fn is_bot(&self) -> bool {
        self.name.trim_end().ends_with("[bot]")
    }

    /// Says whether both are the same person: by address, or by name where an address is missing.
    fn is(&self, other: &Self) -> bool {
        match self.mail.is_empty() || other.mail.is_empty() {
            true => self.name == other.name,
            false => self.mail.eq_ignore_ascii_case(&other.mail),
        }
    }

    /// Reads `Name <mail>`, or a name alone.
    fn read(text: &str) -> Option<Self> {
        let (name, mail) = match text.rsplit_once('<') {
            Some((name, mail)) => (name.trim(), mail.split('>').next().unwrap_or_default().trim()),
            None => (text.trim(), ""),
        };
        (!name.is_empty()).then(|| Self { name: name.to_owned(), mail: mail.to_owned() })
    }
}

impl From<&Signature> for Contributor {
    fn from(signature: &Signature) -> Self {
        Self { name: signature.name.clone(), mail: signature.email.clone() }
    }
}

/// The people of a fix, each once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct People {
    /// Who wrote it, first the author of the first commit.
    pub authors: Vec<Contributor>,
    /// Who reviewed it and did not write it.
    pub reviewers: Vec<Contributor>,
}

/// Returns the people of a fix: the authors of its commits, whom `Co-authored-by:` and `Reviewed-by:` name. `known` brings a
/// person to the name and address that the project knows them by.
pub fn people<'c>(commits: impl IntoIterator<Item = &'c Commit>, known: impl Fn(Contributor) -> Contributor) -> People {
    let mut people = People::default();
    let mut reviewers = Vec::new();
    let named = |message: &str, key: &str| -> Vec<Contributor> {
        trailers(message, key).into_iter().filter_map(Contributor::read).map(&known).collect()
    };
    for commit in commits {
        add(&mut people.authors, known(Contributor::from(&commit.author)));
        named(&commit.message, "Co-authored-by").into_iter().for_each(|person| add(&mut people.authors, person));
        reviewers.extend(named(&commit.message, "Reviewed-by"));
    }
    for person in reviewers {
        if !people.authors.iter().any(|author| author.is(&person)) {
            add(&mut people.reviewers, person);
        }
    }
    people
}

/// Adds a person who is not there yet.
pub fn add(people: &mut Vec<Contributor>, person: Contributor) {
    if !people.iter().any(|known| known.is(&person)) {
        people.push(person);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::commit::{CommitId, TreeId};

    fn commit(author: &str, message: &str) -> Commit {
        let author = Contributor::read(author).expect("a person");
        let author = Signature { name: author.name, email: author.mail, seconds: 0, offset: 0 };
        Commit {
            id: CommitId::from_bytes([1; 20]),
            tree: TreeId::from_bytes([0; 20]),
            parents: Vec::new(),
            committer: Signature { name: "Picker".into(), email: "bot@b".into(), seconds: 0, offset: 0 },
            author,
            message: message.to_owned(),
        }
    }

    #[test]
    fn authors_and_reviewers_are_each_named_once() {
        let commits = [
            commit(
                "Ada <ada@old>",
                "Fix\n\nCo-authored-by: Bo <bo@b>\nco-authored-by: Ada L <ADA@new>\nReviewed-by: Rae <r@b>\n",
            ),
            commit("Bo B <BO@b>", "Test\n\nReviewed-by: Bo <bo@b>\nReviewed-by: Rae <r@b>\nReviewed-by: Kim\n"),
        ];
        let mapped = |mut person: Contributor| {
            if person.mail == "ada@old" {
                person = Contributor { name: "Ada Lovelace".to_owned(), mail: "ada@new".to_owned() };
            }
            person
        };
        let found = people(&commits, mapped);
        let names = |people: &[Contributor]| people.iter().map(|person| person.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&found.authors), ["Ada Lovelace", "Bo"]);
        assert_eq!(names(&found.reviewers), ["Rae", "Kim"]);
    }

    #[test]
    fn a_program_is_told_by_its_name() {
        let person = |text: &str| Contributor::read(text).expect("a person");
        assert!(person("dependabot[bot] <x@y>").is_bot());
        assert!(!person("Bot Bobson <x@y>").is_bot());
        assert_eq!(Contributor::read(" <x@y>"), None);
    }
}
