//! Versions that are tagged, and of which no release tells.

use super::*;

/// What a run for 2.0.1 says of the badge and of the names that move, beside these tags and releases.
fn looked(badge: Badge, tags: &[&str], releases: Vec<Release>) -> (Option<[String; 2]>, String, Vec<String>) {
    let publication = Publication::new(product(badge), Adopt::Own, vec![wanted("2.0.1", &[])]).expect("a publication");
    let mut seen = seen(&publication, releases, None);
    let object = *seen.tags.values().next().expect("because what is wanted is tagged");
    seen.tags.extend(tags.iter().map(|tag| (tag.parse().expect("a tag"), object)));
    let mut record = PublishRecord::begin("acme/widget".parse().expect("a repository"), &publication);
    record.look(&publication, &seen);
    let unreleased = record.badge.unreleased.map(|above| [above.tag.to_string(), above.instead.to_string()]);
    let channels = record.releases[0].channels.clone().expect("because the forge was read");
    (unreleased, channels.npm_dist_tag, channels.image_tags)
}

#[test]
fn what_is_tagged_keeps_the_names_that_move() {
    let above = |tag: &str| Some([tag.to_owned(), "v2.0.1".to_owned()]);
    let draft = Release { stage: Stage::Draft, ..there(1, "v2.1.0") };
    let shown = Release { maturity: Maturity::PreRelease, ..there(1, "v2.1.0") };
    type Case = (&'static [&'static str], Vec<Release>, Option<[String; 2]>, &'static str);
    let cases: [Case; 9] = [
        (&["v2.0.0", "v2.0.1"], vec![], None, "latest"),
        (&["v2.0.1", "v2.1.0", "v2.1.1"], vec![], above("v2.1.1"), "release-2.0.x"),
        (&["v2.1.0"], vec![draft], above("v2.1.0"), "release-2.0.x"),
        // Its release has the badge, and what is above it in tags takes it from nobody.
        (&["v2.1.0"], vec![there(1, "v2.1.0")], None, "release-2.0.x"),
        (&["v2.1.0", "v3.0.0"], vec![there(1, "v2.1.0")], None, "release-2.0.x"),
        (&["v2.0.2"], vec![], above("v2.0.2"), "superseded"),
        // Pre-releases, by their version or as the forge shows them, and other products.
        (&["v2.1.0-rc.1"], vec![], None, "latest"),
        (&["v2.1.0"], vec![shown], None, "latest"),
        (&["api/v9.0.0", "v3", "nightly"], vec![], None, "latest"),
    ];
    for (tags, releases, unreleased, npm) in cases {
        let found = looked(Badge::Highest, tags, releases.clone());
        assert_eq!((found.0, found.1.as_str()), (unreleased, npm), "{tags:?}");
        assert_eq!(found.2.contains(&"latest".to_owned()), npm == "latest", "{tags:?}");
        assert_eq!(looked(Badge::Keep, tags, releases).0, None, "{tags:?}");
    }
}
