//! Releases that plainly have the whole of a security fix, so that this can be told without their notes.

use crate::model::change::own_pull_request;
use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::notes::claim::{Brought, brought_under_its_title};
use crate::model::notes::words::files_of;
use crate::model::patch::FilePatch;
use crate::model::presence::sieve::may_take_back;
use crate::ports::git::History;

use super::{Found, Wholes};
use crate::steps::notes::chores::sift;
use crate::steps::notes::further::names_an_origin;
use crate::steps::notes::group::Group;
use crate::steps::notes::place::Place;
use crate::steps::notes::there::is_as_left;
use crate::steps::notes::trace::{Landed, stated};

/// A message calls a commit by at least so many digits.
const SHORTEST_NAME: usize = 7;

/// One commit of main, and its pick in a release.
struct Picked<'p> {
    landed: &'p Landed,
    origin: &'p Commit,
    pick: Commit,
    /// What speaks of them, in lower case.
    names: Vec<String>,
}

impl Wholes<'_> {
    /// Says whether a release has the one change of main that a group is as git picks it, with its message and in its files as it left them, while
    /// each other commit of the release names another origin and says nothing of it, or is nothing that users are told of: what such a release would
    /// tell takes a look at that pick alone. `ids` are the advisories that it fixes. Where it is not so, nothing is told.
    ///
    /// # Errors
    /// When history or an object is missing, or a file of main cannot be read.
    pub(super) fn is_plainly_there(
        &self,
        found: &mut Found<'_>,
        ids: &[String],
        group: &Group,
        picks: &[CommitId],
    ) -> Result<bool> {
        let ([landed], [pick]) = (group.landed.as_slice(), picks) else { return Ok(false) };
        let ([origin], Some(number)) = (landed.commits.as_slice(), landed.change.pull_request) else {
            return Ok(false);
        };
        let is_one = landed.change.id == origin.id && landed.again.is_none() && landed.brought == Brought::Most;
        let pick = self.git.commit(*pick)?;
        // What names another origin may bring nothing of that, and take something of the pick away.
        if !is_one || !is_as_git_picks(origin, &pick) || !is_as_left(self.git, found.place.commit, &[&pick])? {
            return Ok(false);
        }
        let short = |id: CommitId| id.to_string()[..SHORTEST_NAME].to_owned();
        let mut names = vec![short(origin.id), short(pick.id), format!("#{number}")];
        names.extend(ids.iter().map(|id| id.to_lowercase()));
        let picked = Picked { landed, origin, pick, names };
        Ok(!self.is_spoken_of(&found.place, &picked, number)?
            && self.brings_most(&picked)?
            && self.stands_alone(found, &picked)?)
    }

    /// Says whether main has words for users, or a decision, by a name of the pick or of what it brings.
    fn is_spoken_of(&self, place: &Place<'_>, picked: &Picked<'_>, number: u64) -> Result<bool> {
        let all = [picked.origin.id, picked.pick.id];
        for path in files_of(&all, &self.said.short, &[number]) {
            if self.said.file(&path)?.is_some() {
                return Ok(true);
            }
        }
        Ok(all.iter().any(|id| self.said.decisions.latest(*id, &place.line.name).is_some()))
    }

    /// Says whether the pick changes the files of its origin and no others, and brings most of it.
    fn brings_most(&self, Picked { origin, pick, .. }: &Picked<'_>) -> Result<bool> {
        let patches = self.git.patches(&[*origin, pick])?;
        let of = |commit: &Commit| patches.get(&commit.id).map(Vec::as_slice).unwrap_or_default();
        let (wanted, here) = (of(origin), of(pick));
        let is_there = |file: &FilePatch| here.iter().any(|own| (&own.old, &own.new) == (&file.old, &file.new));
        let product = self.settings.config.product_of(wanted, FilePatch::path);
        Ok(wanted.len() == here.len()
            && wanted.iter().all(is_there)
            && brought_under_its_title(wanted, &product, here, true) == Brought::Most)
    }

    /// Says whether the other commits of a release say nothing of a pick, and nothing tells that the release has less of it than it brought.
    fn stands_alone(&self, found: &mut Found<'_>, picked: &Picked<'_>) -> Result<bool> {
        let place = &found.place;
        let commits: &[Commit] = match &mut found.commits {
            Some(known) => known,
            empty => empty.insert(self.git.commits_between(&[place.previous.commit], place.commit, None)?),
        };
        let mut main = self.main.borrow_mut();
        let main = match &mut *main {
            Some(main) => main,
            empty => empty.insert(History::of(self.git, self.git.branch_commit(&self.settings.main)?)?),
        };
        let (mut is_there, mut unnamed) = (false, Vec::new());
        for commit in commits {
            let origin = stated(self.git, main, commit)?
                .filter(|origin| !origin.is_merge() && own_pull_request(&origin.message).is_some());
            if commit.id == picked.pick.id {
                is_there = origin.is_some_and(|origin| origin.id == picked.origin.id);
                continue;
            }
            let speaks = |one: &Commit| {
                let message = one.message.to_lowercase();
                may_take_back(one.message.as_bytes()) || picked.names.iter().any(|name| message.contains(name))
            };
            if commit.is_merge()
                || speaks(commit)
                || origin.as_ref().is_some_and(|origin| speaks(origin) || names_an_origin(origin))
            {
                return Ok(false);
            }
            if origin.is_none() {
                unnamed.push(commit.clone());
            }
        }
        let is_told = |unnamed| sift(self.git, self.settings, (place, self.said), unnamed, &mut Vec::new());
        if !is_there || !is_told(unnamed)?.is_empty() {
            return Ok(false);
        }
        // Who looked at a pick of another line said nothing of this one.
        let landed = Landed { accepted: false, ..picked.landed.clone() };
        let mut groups = [self.said.of_one(&picked.pick, &landed)?];
        self.said.doubt(place, commits, &mut groups)?;
        self.said.doubt_names(&mut groups)?;
        let [one] = groups;
        Ok(one.in_part.is_empty() && one.open.is_empty() && one.doubted.is_empty())
    }
}

/// Says whether a commit has the message of another one, with a trailer of git's that names it behind that and nothing else.
fn is_as_git_picks(origin: &Commit, pick: &Commit) -> bool {
    let more = pick.message.strip_prefix(origin.message.trim_end());
    !pick.is_merge() && more.is_some_and(|more| more.trim() == format!("(cherry picked from commit {})", origin.id))
}
