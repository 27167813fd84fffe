//! Addresses of links that stand apart from them, as `[1]: https://…` at the end of a file.

use pulldown_cmark::Parser;

use crate::model::arrange::Arrange as _;

/// Those of a file, each behind the words that a link to it has.
pub struct Addresses<'t>(Vec<(String, &'t str)>);

impl<'t> Addresses<'t> {
    /// Takes them from the text that a parser reads.
    pub fn of(parser: &Parser<'_>, text: &'t str) -> Self {
        let all = parser.reference_definitions().iter();
        let mut found: Vec<_> =
            all.map(|(label, one)| (format!("[{}]", label.to_lowercase()), text[one.span.clone()].trim())).collect();
        found.arrange();
        Self(found)
    }

    /// Adds those that a part of the text has links to, so that it can stand alone.
    pub fn add_to(&self, part: &mut String) {
        let links = part.to_lowercase();
        for (_, address) in self.0.iter().filter(|(label, _)| links.contains(label)) {
            part.push_str(&format!("\n\n{address}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::model::notes::words::points;

    #[test]
    fn a_point_keeps_the_addresses_of_its_links() {
        let linked =
            "- see [the list][1]\n- b\n\nSee [Here].\n\n[1]: https://x.example/1\n[here]: <https://x.example/2>\n";
        let expected =
            ["see [the list][1]\n\n[1]: https://x.example/1", "b", "See [Here].\n\n[here]: <https://x.example/2>"];
        assert_eq!(points(linked), expected);
    }
}
