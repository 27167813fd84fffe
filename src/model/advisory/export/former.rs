//! Documents of an advisory that other ones took the place of: their names follow from whether it is public, and from what GitHub calls it.

use serde_json::Value;

use super::csaf::{Profile, csaf_path, secret_path, tracking_id};
use super::osv::{osv_id, own_osv_id};
use super::{Format, osv_path};
use crate::model::advisory::Advisory;
use crate::model::advisory::publish::OnForge;

/// A document of an earlier state of an advisory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Former {
    /// Its path below the folder of published files.
    pub path: String,
    /// That of the document that took its place.
    pub now: String,
    /// Where a document says which it is, as a JSON pointer.
    place: &'static str,
    /// What it says there.
    id: String,
}

impl Former {
    /// Says whether a file of its name is this document, and not that of somebody else.
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        let document: Option<Value> = serde_json::from_slice(bytes).ok();
        document.is_some_and(|document| document.pointer(self.place).and_then(Value::as_str) == Some(self.id.as_str()))
    }

    /// Returns the paths of the document and of what belongs beside it.
    pub fn files(&self) -> impl Iterator<Item = String> {
        ["", ".sha256", ".sha512", ".asc"].into_iter().map(|end| format!("{}{end}", self.path))
    }
}

/// Of which state of an advisory other documents are former ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Of that which it has.
    Now,
    /// Of that which it gets by being published.
    Published(OnForge),
}

/// Returns the documents of a format whose place others take. What is not public never takes the place of what is.
pub fn formers(advisory: &Advisory, format: Format, when: When) -> Vec<Former> {
    let (is_named, is_public) = match when {
        When::Now => (false, advisory.state.is_public()),
        When::Published(on_forge) => (on_forge == OnForge::Made, true),
    };
    match format {
        Format::Osv if is_named || advisory.ghsa.is_some() => {
            let id = own_osv_id(advisory);
            vec![Former { path: osv_path(&id), now: osv_path(&osv_id(advisory)), place: "/id", id }]
        }
        Format::Csaf if is_public => {
            let of = |profile| Former {
                path: secret_path(advisory, profile),
                now: csaf_path(advisory, profile),
                place: "/document/tracking/id",
                id: tracking_id(advisory, profile),
            };
            Profile::ALL.map(of).to_vec()
        }
        // Their names stay what they are.
        Format::Osv | Format::Csaf | Format::Cve | Format::Openvex | Format::Ghsa => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::advisory::state::State;

    #[test]
    fn what_is_public_and_named_takes_the_place_of_what_was_not() {
        let named = Advisory::parse(include_str!("../example.md")).expect("a source");
        let at = |advisory: &Advisory, when: When| -> Vec<String> {
            let all = Format::ALL.into_iter().flat_map(|format| formers(advisory, format, when));
            all.map(|former| format!("{} {}", former.path, former.now)).collect()
        };
        let paths = |advisory: &Advisory| at(advisory, When::Now);
        let of_osv = "osv/x_GSA-2026-001.json osv/GHSA-2345-6789-cfgh.json";
        assert_eq!(paths(&named), [of_osv]);
        let public = Advisory { state: State::Public, ..named.clone() };
        let of_csaf = ["gsa-2026-001", "gsa-2026-001-vex"]
            .map(|name| format!("csaf/amber/2026/{name}.json csaf/white/2026/{name}.json"));
        assert_eq!(paths(&public), [&[of_osv.to_owned()][..], &of_csaf].concat());
        assert_eq!(paths(&Advisory { ghsa: None, ..public }), of_csaf);
        let unnamed = Advisory { ghsa: None, ..named.clone() };
        let count = |on_forge| at(&unnamed, When::Published(on_forge)).len();
        assert_eq!((paths(&unnamed).len(), count(OnForge::Made), count(OnForge::LeftOut)), (0, 3, 2));
        let osv = &formers(&named, Format::Osv, When::Now)[0];
        assert!(osv.is_in(br#"{ "id": "x_GSA-2026-001" }"#));
        for other in ["", "{}", r#"{ "id": "GSA-2026-001" }"#, r#"{ "id": ["x_GSA-2026-001"] }"#] {
            assert!(!osv.is_in(other.as_bytes()), "{other}");
        }
    }
}
