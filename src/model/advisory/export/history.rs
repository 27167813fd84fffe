//! The revisions of documents.

use chrono::{DateTime, Utc};

use super::Publication;
use crate::model::advisory::Advisory;

/// A revision of a document.
pub(super) struct Entry {
    /// Its number: 0 for a draft, from 1 on for what is published (CSAF 2.0, 3.1.11.2 and 6.1.17 to 6.1.21).
    pub number: u32,
    /// When.
    pub date: DateTime<Utc>,
    /// What changed.
    pub summary: String,
}

/// Returns the revisions, the oldest first. There is always one: the draft, or the publication.
pub(super) fn history(advisory: &Advisory, publication: &Publication) -> Vec<Entry> {
    let Some(published) = advisory.published else {
        return vec![Entry { number: 0, date: publication.now, summary: "Draft.".to_owned() }];
    };
    let mut entries = vec![Entry { number: 1, date: published, summary: "First published.".to_owned() }];
    for revision in &advisory.revisions {
        let number = revision.number.saturating_add(1);
        entries.push(Entry { number, date: revision.date, summary: revision.summary.clone() });
    }
    let last = entries.last().map_or((1, published), |entry| (entry.number, entry.date));
    if let Some(withdrawn) = advisory.withdrawn
        && withdrawn > last.1
    {
        entries.push(Entry { number: last.0.saturating_add(1), date: withdrawn, summary: "Withdrawn.".to_owned() });
    }
    entries
}
