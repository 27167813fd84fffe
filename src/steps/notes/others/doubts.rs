//! Why a line that has a security fix may not have all that it needs.

use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::notes::Entry;
use crate::ports::survey::elsewhere::Elsewhere;

use super::{Others, care, kin};
use crate::steps::notes::absent::Care;
use crate::steps::notes::group::Group;
use crate::steps::notes::there::{Wanted, deny, lacks};
use crate::steps::notes::trace::Landed;

impl Others<'_> {
    /// Says why a line that has a security fix may not have what that needs: its release has it in part, or that or its newest commit lacks
    /// lines that its picks brought, or these deny it. What main brought to the line goes on as main does.
    ///
    /// # Errors
    /// When an object is missing.
    pub(super) fn doubt(
        &self,
        at: usize,
        tag: Option<&str>,
        entry: &Entry,
        group: &Group,
    ) -> Result<Option<&'static str>> {
        match care(entry) {
            Care::Flaw => {}
            Care::Usual | Care::FollowUp => return Ok(None),
        }
        let fix = group.sure().flat_map(Landed::ids).collect();
        let asked = (at, tag.map(str::to_owned), entry.advisories.clone(), fix);
        if let Some(known) = self.doubts.borrow().get(&asked) {
            return Ok(*known);
        }
        let doubt = self.doubt_anew(at, tag, entry, group)?;
        self.doubts.borrow_mut().insert(asked, doubt);
        Ok(doubt)
    }

    fn doubt_anew(&self, at: usize, tag: Option<&str>, entry: &Entry, group: &Group) -> Result<Option<&'static str>> {
        let Elsewhere { line, tip, carriers, .. } = &self.lines[at];
        let mut ids: Vec<CommitId> = Vec::new();
        for origin in group.sure().flat_map(Landed::ids).chain(kin(self.git, group)) {
            let of_it = carriers.get(&origin).map(Vec::as_slice).unwrap_or_default();
            if of_it.contains(&origin) {
                return Ok(None);
            }
            ids.extend(of_it.iter().filter(|id| !ids.contains(id)).copied().collect::<Vec<_>>());
        }
        self.have_patches_ready(group)?;
        if let Some(why) = self.wholes.doubt((line, tag), &entry.advisories, group, &ids)? {
            return Ok(Some(why));
        }
        if entry.advisories.is_empty() {
            return Ok(None);
        }
        let picks = ids.into_iter().map(|id| self.git.commit(id)).collect::<Result<Vec<Commit>>>()?;
        let picks: Vec<&Commit> = picks.iter().collect();
        if deny(&picks, &group.sources().collect::<Vec<_>>(), &entry.advisories) {
            return Ok(Some("what picked it there says otherwise of an advisory"));
        }
        let released = tag.and_then(|tag| self.git.tag_commit(&tag.parse().ok()?));
        let wanted = Wanted { picks, landed: group.sure().collect(), is_rest: false };
        for commit in released.into_iter().chain([*tip]) {
            if lacks(self.git, self.settings, commit, &wanted)? {
                return Ok(Some("it lacks lines that were picked there, or has again what they remove"));
            }
        }
        Ok(None)
    }

    /// Has the patches of a group and of its picks on all lines read by one process, which would be one for each line.
    fn have_patches_ready(&self, group: &Group) -> Result<()> {
        let mut compared: Vec<CommitId> = group.sources().map(|source| source.id).collect();
        let of_lines =
            self.lines.iter().flat_map(|line| group.sure().flat_map(Landed::ids).map(|id| line.carriers.get(&id)));
        compared.extend(of_lines.flatten().flatten());
        let compared = compared.into_iter().map(|id| self.git.commit(id)).collect::<Result<Vec<Commit>>>()?;
        self.git.have_patches_ready(&compared.iter().collect::<Vec<_>>());
        Ok(())
    }
}
