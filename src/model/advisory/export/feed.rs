//! The Atom feed of all advisories (RFC 4287).

use super::index::{INDEX_PATH, published};
use super::page::page_path;
use super::{Publication, moment};
use crate::model::advisory::Advisory;
use crate::model::advisory::body::plain;
use crate::model::error::{Error, Result};
use crate::model::html::escape;

/// The path of the feed below the folder of published files.
pub const FEED_PATH: &str = "feed.atom";

/// Makes the feed of all advisories that are published.
///
/// # Errors
/// When nobody said where published files are: a feed and its entries are named by their addresses.
pub fn feed(advisories: &[Advisory], publication: &Publication) -> Result<String> {
    let address = |path: &str| {
        publication.address_of(path).ok_or_else(|| {
            Error::usage("cannot make a feed of advisories")
                .hint("set 'address' in [advisory] of 'patch.toml' to where published files are")
        })
    };
    let published = published(advisories);
    let updated = published.iter().map(|advisory| publication.modified(advisory)).max().unwrap_or_default();
    let (own, index) = (address(FEED_PATH)?, address(INDEX_PATH)?);
    let mut feed =
        String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
    feed.push_str(&element("id", &own));
    feed.push_str(&element("title", &format!("{} Security Advisories", publication.project)));
    feed.push_str(&element("updated", &moment(updated)));
    feed.push_str(&format!("  <author>\n  {}  </author>\n", element("name", publication.publisher())));
    feed.push_str(&link("self", &own));
    feed.push_str(&link("alternate", &index));
    for advisory in published {
        let page = address(&page_path(advisory))?;
        feed.push_str(&entry(advisory, publication, &page));
    }
    feed.push_str("</feed>\n");
    Ok(feed)
}

fn entry(advisory: &Advisory, publication: &Publication, page: &str) -> String {
    let withdrawn = if advisory.withdrawn.is_some() { "Withdrawn: " } else { "" };
    let title = format!("{withdrawn}{}: {} [{}]", advisory.id, advisory.title, advisory.severity.headline());
    let mut lines = vec![element("id", page), element("title", &title)];
    lines.push(element("updated", &moment(publication.modified(advisory))));
    lines.extend(advisory.published.map(|at| element("published", &moment(at))));
    lines.push(link("alternate", page));
    lines.push(element("summary", &plain(&advisory.body.summary)));
    let indented: Vec<String> = lines.into_iter().map(|line| format!("  {line}")).collect();
    format!("  <entry>\n{}  </entry>\n", indented.concat())
}

fn element(name: &str, text: &str) -> String {
    format!("  <{name}>{}</{name}>\n", escape(text))
}

fn link(rel: &str, href: &str) -> String {
    format!("  <link rel=\"{rel}\" href=\"{}\"/>\n", escape(href))
}
