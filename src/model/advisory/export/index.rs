//! The page that lists all advisories, as data for its template.

use serde::Serialize;

use super::Publication;
use super::page::{affected, fixed, not_evaluated, page_path};
use crate::model::advisory::Advisory;
use crate::model::arrange::Arrange as _;

/// The path of the page below the folder of published files.
pub const INDEX_PATH: &str = "index.md";

/// What the page that lists all advisories shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Index {
    /// The name of the project.
    pub project: String,
    /// The advisories, the newest first.
    pub advisories: Vec<Listed>,
}

/// An advisory in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its own identifier.
    pub id: String,
    /// The path of its page.
    pub path: String,
    /// What is wrong.
    pub title: String,
    /// `Critical (CVSS 9.8)`.
    pub severity: String,
    /// The stretches of versions that have the flaw.
    pub affected: Vec<String>,
    /// The lines whose versions may have it, for nobody has looked.
    pub not_evaluated: Vec<String>,
    /// The versions that repair it.
    pub fixed: Vec<String>,
    /// Its identifier in the CVE list.
    pub cve: Option<String>,
    /// When it was published, in UTC.
    pub published: String,
    /// Whether it was withdrawn.
    pub is_withdrawn: bool,
}

/// Returns what the page that lists all advisories shows: those that are published, and no trace of the others.
pub fn index(advisories: &[Advisory], publication: &Publication) -> Index {
    let listed = |advisory: &&Advisory| Listed {
        id: advisory.id.to_string(),
        path: page_path(advisory),
        title: advisory.title.to_string(),
        severity: advisory.severity.headline(),
        affected: affected(advisory),
        not_evaluated: not_evaluated(advisory),
        fixed: fixed(advisory),
        cve: advisory.cve.as_ref().map(ToString::to_string),
        published: advisory.published.map(|at| at.format("%Y-%m-%d").to_string()).unwrap_or_default(),
        is_withdrawn: advisory.withdrawn.is_some(),
    };
    Index { project: publication.project.clone(), advisories: published(advisories).iter().map(listed).collect() }
}

/// Returns the advisories that are published, the newest first.
pub(super) fn published(advisories: &[Advisory]) -> Vec<&Advisory> {
    let mut published: Vec<&Advisory> = advisories.iter().filter(|advisory| advisory.state.is_public()).collect();
    published.arrange_by(|a, b| (b.published, &b.id).cmp(&(a.published, &a.id)));
    published
}
