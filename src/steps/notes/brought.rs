//! What only the merge that brought several fixes to a line says of one of them.

use std::collections::HashSet;

use crate::model::commit::CommitId;
use crate::model::eligibility::advisory::advisories;
use crate::model::notes::Entry;

use super::group::Group;

/// Leaves no advisory open in an entry that only a merge names which brought another one, too, that is told with it.
pub(super) fn close_what_others_fix(found: &mut [(Entry, Group)]) {
    let mut told: HashSet<(CommitId, String)> = HashSet::new();
    for (entry, group) in found.iter() {
        let by_merge = |merge: CommitId| entry.advisories.iter().map(move |id| (merge, id.clone()));
        told.extend(group.merges.iter().flat_map(|merge| by_merge(merge.id)));
    }
    for (entry, group) in found {
        if entry.open_advisories.is_empty() {
            continue;
        }
        let own = named_by_itself(entry, group);
        let is_of_another = |id: &String| group.merges.iter().any(|merge| told.contains(&(merge.id, id.clone())));
        entry.open_advisories.retain(|id| own.contains(id) || !is_of_another(id));
    }
}

/// Returns the identifiers that something else than the merges that brought it names.
fn named_by_itself(entry: &Entry, group: &Group) -> HashSet<String> {
    let of_others = group.doubtful_commits().map(|commit| commit.message.as_str()).chain(group.lost_texts());
    let words = entry.words.iter().map(|words| words.text.as_str());
    let named = group.texts().chain(of_others).chain(words).flat_map(advisories).map(|named| named.id);
    named.chain(group.open.iter().chain(&group.doubted).cloned()).collect()
}
