use super::*;

fn ecosystem(name: &str) -> Ecosystem {
    name.parse().expect(name)
}

/// Names of each ecosystem in its order, as its documentation has it; `=` stands between those that are one version.
const ORDERS: &[(&str, &str)] = &[
    (
        "PyPI",
        "2.0.1.dev1 2.0.1a1=2.0.1-alpha.1 2.0.1b2 2.0.1rc1=2.0.1.pre1=2.0.1-preview.1=2.0.1c1 2.0.1rc2 2.0.1rc10 2.0.1 2.0.1+b \
         2.0.1.post1 2.0.1.1 2.0.2",
    ),
    (
        "Maven",
        "2.0.1-alpha=2.0.1-alpha-0 2.0.1-a1=2.0.1-ALPHA-1 2.0.1-beta-2=2.0.1.Beta2 2.0.1-M1=2.0.1-milestone-1 2.0.1-M2 2.0.1-M10 \
         2.0.1-rc1=2.0.1-RC1=2.0.1.CR1 2.0.1-SNAPSHOT 2.0.1=2.0.1.Final=2.0.1.GA=2.0.1-RELEASE=2.0.1.0 2.0.1-SP1=2.0.1.SP1 \
         2.0.1-sp2 2.0.1.1 2.0.1.2 2.1",
    ),
    (
        "Packagist",
        "2.0.1-dev 2.0.1-alpha1=2.0.1a1 2.0.1-beta2=2.0.1-B.2 2.0.1-RC1=2.0.1-rc.1 2.0.1-RC2 2.0.1-RC10 2.0.1=2.0.1-stable=2.0.1.0 \
         2.0.1-patch1=2.0.1-pl1=2.0.1-p1 2.0.1.1 2.0.2",
    ),
    (
        "RubyGems",
        "2.0.1.alpha 2.0.1.beta2 2.0.1.pre1=2.0.1.pre.1 2.0.1.pre2 2.0.1.pre10 2.0.1.rc1=2.0.1.rc.1 2.0.1=2.0.1.0 2.0.1.1 2.0.1.2 2.0.2",
    ),
    (
        "NuGet",
        "2.0.1-alpha 2.0.1-preview.2=2.0.1-Preview.2 2.0.1-preview1 2.0.1-rc.1.24452.1=2.0.1-RC.1.24452.1 2.0.1-rc.2.1.1 2.0.1=2.0.1.0 \
         2.0.1.1 2.0.2",
    ),
    ("npm", "2.0.1-RC1 2.0.1-alpha.1 2.0.1-pre.1=2.0.1.pre1 2.0.1-rc.1=2.0.1.rc1 2.0.1-rc.2 2.0.1 2.1"),
];

#[test]
fn names_stand_in_the_order_of_their_ecosystem() {
    for (name, order) in ORDERS {
        let read = |text: &str| ecosystem(name).read(text).unwrap_or_else(|| panic!("{name}: {text}"));
        let mut before: Option<Version> = None;
        for group in order.split(' ') {
            let all: Vec<Version> = group.split('=').map(read).collect();
            assert!(all.iter().all(|one| *one == all[0]), "{name}: {group} {all:?}");
            assert!(before.is_none_or(|before| before < all[0]), "{name}: {group}");
            before = all.last().cloned();
        }
    }
}

#[test]
fn what_an_ecosystem_orders_in_its_own_way_has_no_certain_place() {
    for (name, others) in [
        ("npm", "2.0.1+post.1 2.0.1.post1 2.0.0.1 2.0.1-x.01"),
        ("PyPI", "2.0.1-1 2.0.1-x.1 2.0.1.1rc1 2.0.1+post.1 2.0.1a1.dev1"),
        ("Maven", "2.0.1-preview.1 2.0.1-dev.1 2.0.1+post.1 2.0.1_RC1 2.0.1-m 2.0.1-Final1 2.0.0.1-RC1 2.0.1-jre"),
        ("Packagist", "2.0.1-dev.1 2.0.1-preview1 2.0.1.1-RC1"),
        ("RubyGems", "2.0.1-1 2.0.1.a.b 2.0.1.rc1.2 2.0.1+post.1 2.0.1.1.rc1"),
        ("NuGet", "2.0.1.1-rc.1 2.0.1rc1 2.0.1+sub.1"),
    ] {
        let read = |text: &&str| ecosystem(name).read(text).is_some();
        assert_eq!(others.split(' ').filter(read).collect::<Vec<_>>(), [""; 0], "{name}");
    }
}

#[test]
fn a_version_is_spelled_as_its_tag_where_the_ecosystem_has_more_than_one_spelling() {
    for (name, tag, spelled) in [
        ("PyPI", "2.0.1.pre1", "2.0.1rc1"),
        ("PyPI", "2.0.1.dev1", "2.0.1.dev1"),
        ("PyPI", "2.0.1.post2", "2.0.1.post2"),
        ("PyPI", "2.0.1.1", "2.0.1.1"),
        ("RubyGems", "2.0.1.pre1", "2.0.1.pre1"),
        ("RubyGems", "2.0.1-rc.1", "2.0.1.rc.1"),
        ("RubyGems", "2.0.0.1", "2.0.0.1"),
        ("Maven", "2.0.0.Final", "2.0.0.Final"),
        ("Maven", "2.0.1-M1", "2.0.1-M1"),
        ("Packagist", "2.0.1-RC1", "2.0.1-RC1"),
        ("NuGet", "2.0.1-RC.1", "2.0.1-RC.1"),
        ("NuGet", "2.0", "2.0.0"),
        ("NuGet", "2.0.0.1", "2.0.0.1"),
        ("npm", "2.0.1rc1", "2.0.1-rc.1"),
    ] {
        let version = ecosystem(name).read(tag).expect(tag);
        assert_eq!(ecosystem(name).spell(&version, Some(tag)), spelled, "{name}");
        assert_eq!(ecosystem(name).read(spelled), Some(version), "{name}: what is spelled is read as the same");
    }
}

#[test]
fn releases_of_two_ecosystems_stand_where_both_put_them() {
    let package = |name: &&str| Package { ecosystem: ecosystem(name), name: "godel".parse().expect("a name") };
    for (ecosystems, tag, expected) in [
        (&["PyPI", "npm"][..], "2.0.1-rc.1", Some("2.0.1-rc.1")),
        (&["PyPI", "npm"], "2.0.1.pre1", None),
        (&["Maven", "npm"], "2.0.1-SNAPSHOT", None),
        (&[], "2.0.1.post1", Some("2.0.1+post.1")),
    ] {
        let packages: Vec<Package> = ecosystems.iter().map(package).collect();
        let read = read_for(&packages, tag).map(|version| version.to_string());
        assert_eq!(read.as_deref(), expected, "{ecosystems:?} {tag}");
    }
}

#[test]
fn people_read_versions_as_the_one_ecosystem_spells_them() {
    let version = "2.0.1+post.2".parse().expect("a version");
    let mut advisory = Advisory::parse(include_str!("../example.md")).expect("a source");
    for (ecosystems, written) in [
        (&["PyPI"][..], "2.0.1.post2"),
        (&["PyPI", "PyPI"], "2.0.1.post2"),
        (&["PyPI", "npm"], "2.0.1+post.2"),
        (&[], "2.0.1+post.2"),
    ] {
        let package = |name: &&str| Package { ecosystem: ecosystem(name), name: "godel".parse().expect("a name") };
        advisory.packages = ecosystems.iter().map(package).collect();
        assert_eq!(advisory.spelled(&version), written, "{ecosystems:?}");
    }
}
