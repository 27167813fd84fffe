//! What notes of one's own say of advisories.

use super::blocks::blocks;
use crate::model::arrange::Arrange as _;
use crate::model::eligibility::advisory::{advisories, fixed_in_words, left_in_words};

/// What a text says of the advisories that it names outside of its known issues.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Claims {
    /// Those that it says to be fixed: by its words, or in square brackets ahead of a paragraph or a point; of each of these, all together.
    pub(super) fixed: Vec<Vec<String>>,
    /// Those of which it says neither that nor that they are not fixed, or in part only: readers may take them for fixed.
    pub(super) unsure: Vec<String>,
}

impl Claims {
    /// Says whether an advisory is said to be fixed.
    pub(super) fn says_fixed(&self, id: &String) -> bool {
        self.fixed.iter().flatten().any(|fixed| fixed == id)
    }
}

/// Reads what the notes of a project say. Addresses of links and code count for nothing.
pub(super) fn claims(text: &str, project: &str) -> Claims {
    let (mut found, mut left) = (Claims::default(), Vec::new());
    for block in blocks(text) {
        let ahead = in_brackets(&block);
        let of_block = left_in_words(&block);
        let fixed = fixed_in_words(&block, project).fixed.into_iter().filter(|id| !of_block.contains(id));
        let together: Vec<String> = fixed.chain(ahead).collect();
        found.fixed.extend((!together.is_empty()).then_some(together));
        found.unsure.extend(advisories(&block).into_iter().map(|named| named.id));
        left.extend(of_block);
    }
    let mut unsure = std::mem::take(&mut found.unsure);
    unsure.retain(|id| !found.says_fixed(id) && !left.contains(id));
    unsure.arrange();
    unsure.dedup();
    Claims { unsure, ..found }
}

/// Returns the identifiers between square brackets ahead of a text, as the default template has them.
fn in_brackets(text: &str) -> Vec<String> {
    let inside = text.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(inside, _)| inside);
    inside.map(|inside| advisories(inside).into_iter().map(|named| named.id).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_text_of_ones_own_says_of_advisories() {
        let id = "CVE-2026-20001";
        for (text, fixed, unsure) in [
            ("- [ID] limit the length of names (#104)\n", true, false),
            ("Names are limited, which fixes ID.", true, false),
            ("Names are limited (ID).", true, false),
            ("- ID: limit the length of names\n", true, false),
            ("This closes [ID](https://a.example/ID).", true, false),
            ("Patched a memory exhaustion tracked as ID.", false, true),
            ("# Fixes\n\n- [ID] limit\n\n# Known Issues\n\nNone\n", true, false),
            ("# Known Issues\n\nNone\n\n# Security\n\n- [ID] limit\n", true, false),
            ("- [ID] limit the length \u{2014} in part: its follow-up is not on 2.0\n", true, false),
            ("- ID: limit the length \u{2014} in part: its follow-up is not on 2.0\n", false, false),
            ("Names are limited. See ID for more.", false, true),
            ("ID is fixed in part only: what is put is still open, and comes in 2.0.2.", false, false),
            ("This release does not fix ID.", false, false),
            ("Names are limited, which fixes a part of ID; the rest comes in 2.0.2.", false, false),
            ("Fixes ID, but IPv6 remains vulnerable.", false, false),
            ("ID is mitigated; upgrade to 2.1 for the full fix.", false, false),
            ("## Known Issues\n\n- ID: names are not limited\n", false, false),
            ("See https://a.example/ID and [this](https://a.example/ID).", false, false),
            ("```\nFixes ID\n```\n", false, false),
            ("<p>This release fixes ID.</p>\n", true, false),
            ("<p>\n[ID] Names are limited.\n</p>\n", true, false),
            ("<ul>\n<li>Names</li><li>Fixes <b>ID</b></li>\n</ul>\n", true, false),
            ("<p>Fixes CVE&#45;2026&#45;20001</p>\n", true, false),
            ("| ID | names |\n|---|---|\n", true, false),
            ("<table><tr><td>ID</td><td>names</td></tr></table>\n", true, false),
            ("<details><summary>Security</summary>\nSee ID.\n</details>\n", false, true),
            ("<p>This release does not fix ID.</p>\n", false, false),
            ("<h2>Known Issues</h2>\n<ul><li>ID</li></ul>\n", false, false),
            ("<h2>Known Issues</h2>\n<p>None</p>\n<h2>ID</h2>\n", true, false),
            (
                "<!-- fixes ID -->\n<!--\nID\n-->\n<p title='ID'><a href='https://a.example/ID'>this</a></p>\n",
                false,
                false,
            ),
        ] {
            let found = claims(&text.replace("ID", id), "Godel");
            assert_eq!((!found.fixed.is_empty(), !found.unsure.is_empty()), (fixed, unsure), "{text}: {found:?}");
        }
    }
}
