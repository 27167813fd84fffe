//! Who is to be thanked for a fix, as its commits tell.

use std::collections::HashMap;

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
    /// Says whether it is a program: GitHub lets the names of apps end in `[bot]`, as in the addresses that it gives to them.
    pub fn is_bot(&self) -> bool {
        let mail = self.mail.trim().to_lowercase();
        let is_app =
            account(&mail).and_then(|account| account.split('@').next()).is_some_and(|own| own.ends_with("[bot]"));
        is_app || self.name.trim_end().ends_with("[bot]")
    }

    /// Says whether both are the same person: by address, or by name where one has no address of their own.
    fn is(&self, other: &Self) -> bool {
        match is_mailbox(&self.mail) && is_mailbox(&other.mail) {
            true => self.mail.eq_ignore_ascii_case(&other.mail),
            false => self.name == other.name,
        }
    }

    /// Returns what tells that a person of another address is the same one.
    fn signs(&self) -> impl Iterator<Item = Sign> {
        let mail = self.mail.trim().to_lowercase();
        let account = account(&mail).map(str::to_owned).map(Sign::Account);
        let words: Vec<String> = self.name.split_whitespace().map(str::to_lowercase).collect();
        let name = (!words.is_empty()).then(|| Sign::Name(words.join(" ")));
        account.into_iter().chain(is_mailbox(&mail).then_some(Sign::Mail(mail))).chain(name)
    }

    /// Says whether the name is no more than that of the account of the address.
    fn is_called_as_the_account(&self) -> bool {
        let mail = self.mail.trim().to_lowercase();
        account(&mail).and_then(|account| account.split('@').next()).is_some_and(|own| self.name.to_lowercase() == own)
    }

    /// Reads `Name <mail>`, or a name alone.
    fn read(text: &str) -> Option<Self> {
        let (name, mail) = match text.rsplit_once('<') {
            Some((name, mail)) => (name.trim(), mail.split('>').next().unwrap_or_default().trim()),
            None => (text.trim(), ""),
        };
        (!name.is_empty()).then(|| Self { name: name.to_owned(), mail: mail.to_owned() })
    }

    /// Reads what some put into one trailer: several people, each with an address, behind commas.
    fn read_each(text: &str) -> Vec<Self> {
        let (mut found, mut rest) = (Vec::new(), text);
        while let Some((one, behind)) = rest.split_once(">,").or_else(|| rest.split_once("> ,")) {
            found.extend(Self::read(one));
            rest = behind;
        }
        found.extend(Self::read(rest));
        found
    }
}

impl From<&Signature> for Contributor {
    fn from(signature: &Signature) -> Self {
        Self { name: signature.name.clone(), mail: signature.email.clone() }
    }
}

/// What tells that two addresses are of one person.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Sign {
    Mail(String),
    Account(String),
    Name(String),
}

/// Says whether an address may be that of one person: not the one that git makes up where nobody has set one, from the name of the
/// machine (`root@localhost`, `root@build`, `root@build.(none)`), and not one that programs share.
fn is_mailbox(mail: &str) -> bool {
    let mail = mail.trim().to_ascii_lowercase();
    let Some((local, domain)) = mail.rsplit_once('@') else { return false };
    let is_made_up = !domain.contains('.') || domain.starts_with("localhost.") || domain.ends_with(".(none)");
    !is_made_up && !matches!(local, "" | "noreply" | "no-reply")
}

/// Returns the account of an address that GitHub gives to who hides their own, with its domain, from `NAME@users.noreply.github.com`
/// or `NUMBER+NAME@users.noreply.github.com` ("Setting your commit email address" in GitHub's documentation).
fn account(mail: &str) -> Option<&str> {
    let (local, domain) = mail.split_once('@')?;
    let number = local.split_once('+').map_or("", |(number, _)| number);
    let front =
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) { 0 } else { number.len() + 1 };
    (domain.starts_with("users.noreply.") && local.len() > front).then(|| &mail[front..])
}

/// Returns the names of people, each person once, in the order of the first of each.
///
/// Who has several addresses is told by an address, an account of GitHub or a name that they share, whatever its case. Two people
/// of one name are so taken for one: the rarer case, and their names would look the same. Of several names the first counts that
/// is more than the name of the account.
pub fn names(people: &[Contributor]) -> Vec<&str> {
    let mut known: HashMap<Sign, usize> = HashMap::new();
    // Which person each one turned out to be.
    let mut same: Vec<usize> = (0..people.len()).collect();
    for (at, person) in people.iter().enumerate() {
        for sign in person.signs() {
            let other = *known.entry(sign).or_insert(at);
            let (one, other) = (first(&same, at), first(&same, other));
            same[one.max(other)] = one.min(other);
        }
    }
    let mut called: Vec<Option<&Contributor>> = vec![None; people.len()];
    for (at, person) in people.iter().enumerate() {
        let called = &mut called[first(&same, at)];
        if called.is_none_or(|called| called.is_called_as_the_account() && !person.is_called_as_the_account()) {
            *called = Some(person);
        }
    }
    called.into_iter().flatten().map(|person| person.name.as_str()).collect()
}

/// Follows who somebody turned out to be to the first of them.
fn first(same: &[usize], mut at: usize) -> usize {
    while same[at] != at {
        at = same[at];
    }
    at
}

/// The people of a fix, each once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct People {
    /// Who wrote it, first the author of the first commit. Programs only where no person wrote it.
    pub authors: Vec<Contributor>,
    /// Who reviewed it and did not write it. Programs only where no person reviewed it.
    pub reviewers: Vec<Contributor>,
}

/// Returns the people of a fix: the authors of its commits, whom `Co-authored-by:` and `Reviewed-by:` name. `known` brings a
/// person to the name and address that the project knows them by.
pub fn people<'c>(commits: impl IntoIterator<Item = &'c Commit>, known: impl Fn(Contributor) -> Contributor) -> People {
    let mut people = People::default();
    let mut reviewers = Vec::new();
    let named = |message: &str, key: &str| -> Vec<Contributor> {
        trailers(message, key).into_iter().flat_map(Contributor::read_each).map(&known).collect()
    };
    for commit in commits {
        add(&mut people.authors, known(Contributor::from(&commit.author)));
        named(&commit.message, "Co-authored-by").into_iter().for_each(|person| add(&mut people.authors, person));
        reviewers.extend(named(&commit.message, "Reviewed-by"));
    }
    for person in reviewers {
        let wrote = |author: &Contributor| author.signs().any(|sign| person.signs().any(|other| other == sign));
        if !people.authors.iter().any(wrote) {
            add(&mut people.reviewers, person);
        }
    }
    People { authors: without_bots(people.authors), reviewers: without_bots(people.reviewers) }
}

/// Leaves the programs out, where there are people among them: what a program did for somebody, such as to format it, is theirs.
fn without_bots(mut people: Vec<Contributor>) -> Vec<Contributor> {
    if people.iter().any(|person| !person.is_bot()) {
        people.retain(|person| !person.is_bot());
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
            committer: Signature { name: "Picker".into(), email: "bot@b.example".into(), seconds: 0, offset: 0 },
            author,
            message: message.to_owned(),
        }
    }

    #[test]
    fn authors_and_reviewers_are_each_named_once() {
        let commits = [
            commit(
                "Ada <ada@old.example>",
                "Fix\n\nCo-authored-by: Bo <bo@b.example>\nco-authored-by: Ada L <ADA@new.example>\nReviewed-by: Rae <r@b.example>\n",
            ),
            commit(
                "Bo B <BO@b.example>",
                "Test\n\nReviewed-by: Bo <bo@b.example>\nReviewed-by: Rae <r@b.example>\nReviewed-by: Kim\n",
            ),
        ];
        let mapped = |mut person: Contributor| {
            if person.mail == "ada@old.example" {
                person = Contributor { name: "Ada Lovelace".to_owned(), mail: "ada@new.example".to_owned() };
            }
            person
        };
        let found = people(&commits, mapped);
        let names = |people: &[Contributor]| people.iter().map(|person| person.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&found.authors), ["Ada Lovelace", "Bo"]);
        assert_eq!(names(&found.reviewers), ["Rae", "Kim"]);
    }

    #[test]
    fn one_trailer_may_name_several_people() {
        let message = "Fix\n\nCo-authored-by: Bo <bo@b.example>, Cy C. <cy@b.example>\nReviewed-by: Rae, R.";
        let found = people(&[commit("Ada <ada@a.example>", message)], |person| person);
        let told =
            |people: &[Contributor]| people.iter().map(|one| (one.name.clone(), one.mail.clone())).collect::<Vec<_>>();
        let pair = |name: &str, mail: &str| (name.to_owned(), mail.to_owned());
        let authors = [pair("Ada", "ada@a.example"), pair("Bo", "bo@b.example"), pair("Cy C.", "cy@b.example")];
        assert_eq!((told(&found.authors), told(&found.reviewers)), (authors.to_vec(), vec![pair("Rae, R.", "")]));
    }

    #[test]
    fn a_person_of_several_addresses_is_named_once() {
        let table: [(&[&str], &[&str]); 11] = [
            (&["Ann <a@x.example>", "Bo <b@x.example>", "Ann <a@y.example>"], &["Ann", "Bo"]),
            (&["Ann  Author <a@x.example>", "ann author <a@y.example>", "ANN AUTHOR"], &["Ann  Author"]),
            (&["Ann <a@x.example>", "Bo <A@X.EXAMPLE>"], &["Ann"]),
            (&["ann-a <7+Ann-A@users.noreply.github.com>", "Ann <ann-a@users.noreply.github.com>"], &["Ann"]),
            (&["Ann <7+a@users.noreply.github.com>", "Bo <9+a@users.noreply.git.example>"], &["Ann", "Bo"]),
            (&["Ann <7+a@x.example>", "Bo <8+a@x.example>", "Cy <users.noreply.github.com>"], &["Ann", "Bo", "Cy"]),
            // What belongs together is found out late.
            (
                &["Ann <a@x.example>", "A. Author <a@y.example>", "Bo <b@x.example>", "Ann <a@y.example>"],
                &["Ann", "Bo"],
            ),
            // What git makes up, and what programs share, is nobody's own address.
            (&["Bo <root@localhost>", "Dora <root@localhost>", "Bo <root@build>"], &["Bo", "Dora"]),
            (&["Bo <r@build.(none)>", "Dora <r@build.(none)>"], &["Bo", "Dora"]),
            (&["Bo <noreply@github.com>", "Dora <noreply@github.com>", "Cy"], &["Bo", "Dora", "Cy"]),
            (&[], &[]),
        ];
        for (people, expected) in table {
            let people: Vec<_> = people.iter().filter_map(|text| Contributor::read(text)).collect();
            assert_eq!(names(&people), expected, "{people:?}");
        }
    }

    #[test]
    fn who_wrote_a_fix_is_no_reviewer_of_it_under_another_address() {
        let found =
            people(&[commit("Ada <ada@a.example>", "Fix\n\nReviewed-by: ada <ada@b.example>\n")], |person| person);
        assert_eq!((found.authors.len(), found.reviewers.len()), (1, 0));
    }

    #[test]
    fn people_of_one_made_up_address_both_wrote_it() {
        let found =
            people(&[commit("Bo <root@localhost>", "Fix\n\nCo-authored-by: Dora <root@localhost>\n")], |one| one);
        assert_eq!(found.authors.len(), 2);
    }

    #[test]
    fn a_program_stands_among_people_only_where_nobody_else_does() {
        let names = |message: &str, author: &str| {
            let found = people(&[commit(author, message)], |one| one);
            let all = [found.authors, found.reviewers];
            all.map(|people| people.into_iter().map(|person| person.name).collect::<Vec<_>>().join(", "))
        };
        let bot = "pre-commit-ci[bot] <66853113+pre-commit-ci[bot]@users.noreply.github.com>";
        let rest = format!("Fix\n\nCo-authored-by: {bot}\nReviewed-by: {bot}\n");
        assert_eq!(names(&rest, "Ada <ada@a.example>"), ["Ada", ""]);
        assert_eq!(names("Fix\n\nCo-authored-by: Ada <ada@a.example>\nReviewed-by: x[bot]\n", bot), ["Ada", "x[bot]"]);
        assert_eq!(names("Bump it\n", bot), ["pre-commit-ci[bot]", ""]);
    }

    #[test]
    fn a_program_is_told_by_its_name() {
        let person = |text: &str| Contributor::read(text).expect("a person");
        assert!(person("dependabot[bot] <x@y.example>").is_bot());
        assert!(person("Dependabot <49699333+dependabot[bot]@users.noreply.github.com>").is_bot());
        assert!(!person("Ann <7+ann@users.noreply.github.com>").is_bot());
        assert!(!person("Bot Bobson <x@y.example>").is_bot());
        assert_eq!(Contributor::read(" <x@y.example>"), None);
    }
}
