use std::collections::HashMap;

use serde_json::json;

use super::*;
use crate::model::advisory::lines::{LineVerdict, Support};
use crate::model::advisory::odd::OddRelease;

fn line(name: &str, affected: &[&str], unaffected: &[&str], unknown: &[&str]) -> LineFinding {
    let versions = |texts: &[&str]| texts.iter().map(|text| text.parse().expect(text)).collect();
    LineFinding {
        name: name.parse().expect(name),
        support: Support::Maintained,
        until: None,
        verdict: LineVerdict::Fixed,
        affected: versions(affected),
        unaffected: versions(unaffected),
        unknown: versions(unknown),
        tags: Vec::new(),
        repaired: Vec::new(),
        lacks_code: false,
        fixed_in: None,
        reason: None,
        evidence: Vec::new(),
    }
}

/// 1.0 is repaired in 1.0.2, 2.0 in 2.0.1 with a candidate before it, 0.9 never had it, and of 2.1.0 nobody knows.
fn lines() -> Vec<LineFinding> {
    vec![
        line("2.1", &[], &[], &["2.1.0"]),
        line("2.0", &["2.0.0"], &["2.0.1-rc.1", "2.0.1"], &[]),
        line("1.0", &["1.0.0", "1.0.1"], &["1.0.2"], &[]),
        line("0.9", &[], &["0.9.0"], &[]),
    ]
}

fn npm() -> Package {
    Package { ecosystem: Ecosystem::Npm, name: "godel".parse().expect("a name") }
}

/// Returns the versions for which a document disagrees with git.
fn wrong_for(package: Option<Package>, reader: Reader, document: Value) -> Vec<String> {
    let packages: Vec<Package> = package.into_iter().collect();
    let columns = [Column { name: "it".to_owned(), reader, document }];
    let rows = asked(&lines(), &packages, "godel", &columns, &Held::new());
    rows.iter().filter(|row| !row.disagree.is_empty()).map(|row| format!("{} {}", row.version, row.said[0])).collect()
}

fn wrong(reader: Reader, document: Value) -> Vec<String> {
    wrong_for(Some(npm()), reader, document)
}

fn osv(versions: Value, ranges: Value) -> Value {
    json!({ "affected": [
        { "package": { "ecosystem": "npm", "name": "other" }, "versions": ["0.9.0"] },
        { "package": { "ecosystem": "npm", "name": "godel" }, "versions": versions, "ranges": ranges },
    ] })
}

#[test]
fn osv_is_the_union_of_its_versions_and_ranges() {
    let events = |all: Value| json!([{ "type": "SEMVER", "events": all }]);
    let good = json!([
        { "introduced": "1.0.0" }, { "fixed": "1.0.2" }, { "introduced": "2.0.0" }, { "fixed": "2.0.1-rc.1" },
        { "introduced": "2.1.0" },
    ]);
    let none: [&str; 0] = [];
    assert_eq!(wrong(Reader::Osv, osv(json!(["1.0.0"]), events(good.clone()))), none);
    let mut turned = good.as_array().expect("a list").clone();
    turned.reverse();
    assert_eq!(wrong(Reader::Osv, osv(json!([]), events(turned.into()))), none, "events are sorted by version");
    assert_eq!(
        wrong(Reader::Osv, osv(json!(["1.0.0", "1.0.1", "2.0.0", "2.1.0"]), json!([{ "type": "GIT", "events": [] }]))),
        none
    );
    let last = json!([{ "introduced": "1.0.0" }, { "last_affected": "1.0.1" }, { "introduced": "2.0.0" }, { "last_affected": "2.0.0" }]);
    assert_eq!(wrong(Reader::Osv, osv(json!(["2.1.0"]), events(last))), none);
    // Two ranges from the beginning mean up to the higher end, not each line by itself.
    let naive = json!([
        { "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "1.0.2" }] },
        { "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "2.0.1" }] },
    ]);
    assert_eq!(
        wrong(Reader::Osv, osv(json!(["2.1.0"]), naive)),
        ["0.9.0 affected", "1.0.2 affected", "2.0.1-rc.1 affected"]
    );
    let open = json!([{ "introduced": "1.0.0" }]);
    assert_eq!(
        wrong(Reader::Osv, osv(json!([]), events(open))),
        ["1.0.2 affected", "2.0.1-rc.1 affected", "2.0.1 affected"]
    );
    assert_eq!(
        wrong(Reader::Osv, osv(json!(["1.0.0", "1.0.1"]), json!([]))),
        ["2.0.0 not-affected", "2.1.0 not-affected"]
    );
    assert_eq!(wrong(Reader::Osv, osv(json!([]), events(json!([{ "introduced": "v1" }])))).len(), 8);
    assert_eq!(wrong(Reader::Osv, osv(json!([]), events(json!([{ "limit": "1.0.0" }])))).len(), 8);
}

#[test]
fn the_spelling_of_the_ecosystem_counts() {
    let package = Package { ecosystem: Ecosystem::PyPi, name: "godel".parse().expect("a name") };
    let record = |events: Value| {
        json!({ "affected": [{
            "package": { "ecosystem": "PyPI", "name": "godel" },
            "ranges": [{ "type": "ECOSYSTEM", "events": events }],
        }] })
    };
    let with = |end: &str| {
        let events = json!([
            { "introduced": "1.0.0" }, { "fixed": "1.0.2" }, { "introduced": "2.0.0" }, { "fixed": end },
            { "introduced": "2.1.0" },
        ]);
        wrong_for(Some(package.clone()), Reader::Osv, record(events))
    };
    assert!(with("2.0.1rc1").is_empty());
    assert_eq!(with("2.0.1"), ["2.0.1-rc.1 affected"]);
    let project = json!({ "affected": [{ "versions": ["1.0.0", "1.0.1", "2.0.0", "2.1.0"] }] });
    assert!(wrong_for(None, Reader::Osv, project).is_empty());
}

#[test]
fn of_the_entries_of_a_cve_record_the_first_that_matches_counts() {
    let container = |by_default: &str, versions: Value| json!({ "affected": [{ "vendor": "G", "product": "godel", "defaultStatus": by_default, "versions": versions }] });
    let below = |from: &str, end: &str| json!({ "version": from, "lessThan": end, "status": "affected", "versionType": "semver" });
    let open = json!({ "version": "2.1.0", "status": "unknown" });
    let good = json!([open, below("1.0.0", "1.0.2"), below("2.0.0", "2.0.1-rc.1")]);
    let none: [&str; 0] = [];
    assert_eq!(wrong(Reader::Cve, container("unaffected", good.clone())), none);
    let to = |from: &str, end: &str| json!({ "version": from, "lessThanOrEqual": end, "status": "affected", "versionType": "semver" });
    assert_eq!(
        wrong(Reader::Cve, container("unaffected", json!([open, to("1.0.0", "1.0.1"), to("2.0.0", "2.0.0")]))),
        none
    );
    let changes = json!([{
        "version": "1.0.0", "lessThan": "2.1.0", "status": "affected", "versionType": "semver",
        "changes": [
            { "at": "2.0.0", "status": "affected" }, { "at": "1.0.2", "status": "unaffected" },
            { "at": "2.0.1-rc.1", "status": "unaffected" },
        ],
    }, open]);
    assert_eq!(wrong(Reader::Cve, container("unaffected", changes)), none);
    // The wide entry stands first, so that the one for the repaired version is never looked at.
    let repaired = json!({ "version": "1.0.2", "status": "unaffected" });
    let wide = below("1.0.0", "2.0.1-rc.1");
    assert_eq!(wrong(Reader::Cve, container("unaffected", json!([open, wide, repaired]))), ["1.0.2 affected"]);
    assert_eq!(wrong(Reader::Cve, container("unaffected", json!([open, repaired, wide]))), none);
    assert_eq!(wrong(Reader::Cve, container("unaffected", json!([below("1.0.0", "*"), open]))).len(), 4);
    assert_eq!(wrong(Reader::Cve, container("unknown", good.clone())).len(), 4);
    let without = json!({ "affected": [{ "product": "godel", "versions": good }] });
    assert_eq!(wrong(Reader::Cve, without).len(), 4, "without a word the default is unknown");
    assert_eq!(wrong(Reader::Cve, json!({ "rejectedReasons": [] })).len(), 8);
    let both = json!([{ "version": "1.0.0", "lessThan": "2.0.0", "lessThanOrEqual": "2.0.0", "status": "affected" }]);
    assert_eq!(wrong(Reader::Cve, container("unaffected", both)).len(), 8);
}

/// Whoever reads the record knows no other order than the one that it names.
#[test]
fn a_cve_record_is_read_in_the_order_that_it_names() {
    let tag = |(name, has)| OddRelease { has, version: Ecosystem::Packagist.read(name), ..OddRelease::named(name) };
    let lines = [LineFinding {
        tags: [("2.1.0-alpha1", Has::Flaw), ("2.1.0-RC1", Has::Flaw), ("2.1.0-p1", Has::NoFlaw)].map(tag).to_vec(),
        ..line("2.1", &["2.1.0-alpha.1", "2.1.0-rc.1", "2.1.0"], &["2.1.0+patch.1"], &[])
    }];
    let package = Package { ecosystem: Ecosystem::Packagist, name: "godel/core".parse().expect("a name") };
    let wrong = |kind: &str| {
        let stretch =
            json!({ "version": "2.1.0-alpha1", "lessThan": "2.1.0-p1", "status": "affected", "versionType": kind });
        let product = json!({ "product": "godel/core", "defaultStatus": "unaffected", "versions": [stretch] });
        let document = json!({ "affected": [product] });
        let columns = [Column { name: "it".to_owned(), reader: Reader::Cve, document }];
        let rows = asked(&lines, std::slice::from_ref(&package), "godel", &columns, &Held::new());
        let wrong = rows.iter().filter(|row| !row.disagree.is_empty());
        wrong.map(|row| format!("{} {}", row.version, row.said[0])).collect::<Vec<_>>()
    };
    assert_eq!(wrong("composer"), [""; 0]);
    assert_eq!(wrong("semver"), ["2.1.0-rc.1 not-affected", "2.1.0 not-affected"]);
    assert_eq!(wrong("custom").len(), 4);
}

#[test]
fn the_ranges_of_a_github_advisory_are_a_union() {
    let body = |ranges: &[&str]| {
        let entry = |range: &&str| json!({ "package": { "ecosystem": "npm", "name": "godel" }, "vulnerable_version_range": range });
        json!({ "vulnerabilities": ranges.iter().map(entry).collect::<Vec<_>>() })
    };
    let none: [&str; 0] = [];
    assert_eq!(wrong(Reader::Ghsa, body(&[">= 1.0.0, < 1.0.2", "= 2.0.0", "= 2.1.0"])), none);
    assert_eq!(wrong(Reader::Ghsa, body(&[">= 1.0.0, <= 1.0.1", "> 1.0.2, < 2.0.1-rc.1", "= 2.1.0"])), none);
    assert_eq!(
        wrong(Reader::Ghsa, body(&["< 2.0.1", "= 2.1.0"])),
        ["0.9.0 affected", "1.0.2 affected", "2.0.1-rc.1 affected"]
    );
    assert_eq!(wrong(Reader::Ghsa, body(&[">= 1.0.0, < 1.0.2", ">= 2.0.0"])).len(), 2);
    for broken in [">=1.0.0", ">= v1.0.0", "~ 1.0.0", ">= 1.0.0, < 1.0.2, < 3.0.0", ""] {
        assert_eq!(wrong(Reader::Ghsa, body(&[broken])).len(), 8, "{broken}");
    }
}

/// A document with a product for each name, `=` in front of a version and `vers:` in front of a range, and its status.
fn csaf(products: &[(&str, &str)]) -> Value {
    let branch = |(at, (name, _)): (usize, &(&str, &str))| {
        let category = if name.starts_with("vers:") { "product_version_range" } else { "product_version" };
        json!({ "category": category, "name": name, "product": { "name": name, "product_id": format!("p{at}") } })
    };
    let mut status = json!({});
    for (at, (_, group)) in products.iter().enumerate() {
        let ids = status.as_object_mut().expect("an object").entry(*group).or_insert_with(|| json!([]));
        ids.as_array_mut().expect("a list").push(format!("p{at}").into());
    }
    let other = json!({ "category": "product_name", "name": "other", "branches": [
        { "category": "product_version", "name": "0.9.0", "product": { "name": "x", "product_id": "x" } },
    ] });
    let own = json!({ "category": "product_name", "name": "godel", "branches": products.iter().enumerate().map(branch).collect::<Vec<_>>() });
    json!({
        "product_tree": { "branches": [{ "category": "vendor", "name": "G", "branches": [other, own] }] },
        "vulnerabilities": [{ "product_status": status }],
    })
}

#[test]
fn csaf_is_read_by_its_products() {
    let rest = [
        ("0.9.0", "known_not_affected"),
        ("1.0.2", "fixed"),
        ("2.0.1-rc.1", "fixed"),
        ("2.0.1", "fixed"),
        ("2.1.0", "under_investigation"),
    ];
    let with = |more: &[(&str, &str)]| csaf(&[more, &rest[..]].concat());
    let affected = |names: &[&'static str]| names.iter().map(|name| (*name, "known_affected")).collect::<Vec<_>>();
    let none: [&str; 0] = [];
    for good in [
        &["1.0.0", "1.0.1", "2.0.0"][..],
        &["vers:npm/>=1.0.0|<1.0.2", "vers:npm/2.0.0"],
        &["vers:npm/>=1.0.0|<=1.0.1|>=2.0.0|<2.0.1-rc.1"],
        &["vers:npm/1.0.0|1.0.1|2.0.0"],
        &["1.0.0", "vers:npm/>=1.0.0|<1.0.2", "2.0.0"],
    ] {
        assert_eq!(wrong(Reader::Csaf, with(&affected(good))), none, "{good:?}");
    }
    // The candidate that has the fix is a product of its own, and a range says the contrary of it.
    assert_eq!(
        wrong(Reader::Csaf, with(&affected(&["vers:npm/>=1.0.0|<1.0.2", "vers:npm/>=2.0.0|<2.0.1"]))),
        ["2.0.1-rc.1 contradicts"]
    );
    assert_eq!(wrong(Reader::Csaf, with(&affected(&["1.0.0", "1.0.1"]))), ["2.0.0 nothing"]);
    assert_eq!(wrong(Reader::Csaf, with(&affected(&["vers:npm/*"]))).len(), 5);
    assert_eq!(wrong(Reader::Csaf, with(&affected(&["vers:npm/>=x"]))).len(), 8);
    let twice = [&affected(&["1.0.0", "1.0.1", "2.0.0"])[..], &[("1.0.2", "known_affected")]].concat();
    assert_eq!(wrong(Reader::Csaf, with(&twice)), ["1.0.2 contradicts"]);
    let mut both = with(&affected(&["1.0.0", "1.0.1", "2.0.0"]));
    both["vulnerabilities"][0]["product_status"]["fixed"].as_array_mut().expect("a list").push("p0".into());
    assert_eq!(wrong(Reader::Csaf, both), ["1.0.0 contradicts"]);
}

#[test]
fn the_answer_is_no_where_one_version_of_one_document_differs() {
    let advisory = Advisory::parse(include_str!("../example.md")).expect("an advisory");
    let record = |versions: Value| Column {
        name: "osv".to_owned(),
        reader: Reader::Osv,
        document: json!({ "affected": [{ "package": { "ecosystem": "crates.io", "name": "godel" }, "versions": versions }] }),
    };
    let all = json!(["1.9.0", "1.9.1", "2.0.0", "2.0.1"]);
    let agreed = matrix(&advisory, "godel", &[record(all.clone())], Vec::new(), &Held::new());
    assert_eq!((agreed.answer, agreed.rows.len()), (Answer::Yes, 5));
    let differs = matrix(&advisory, "godel", &[record(all), record(json!(["1.9.0"]))], Vec::new(), &Held::new());
    assert_eq!((differs.answer, differs.rows[1].disagree.len()), (Answer::No, 1));
}

#[test]
fn a_range_of_commits_is_read_by_what_versions_have() {
    let (bug, half, fix) = ("1".repeat(40), "2".repeat(40), "3".repeat(40));
    let id = |text: &String| text.parse().expect("a commit");
    let with =
        |version: &str, ids: &[&String]| (version.parse().expect("a version"), ids.iter().map(|one| id(one)).collect());
    let held: Held = HashMap::from([
        with("0.9.0", &[]),
        with("1.0.0", &[&bug]),
        with("1.0.1", &[&bug, &half]),
        with("1.0.2", &[&bug, &half, &fix]),
        with("2.0.0", &[&bug]),
        with("2.0.1-rc.1", &[&bug, &half, &fix]),
        with("2.0.1", &[&bug, &half, &fix]),
        with("2.1.0", &[&bug]),
    ]);
    let wrong = |fixed: &[&String]| {
        let events: Vec<Value> = std::iter::once(json!({ "introduced": bug }))
            .chain(fixed.iter().map(|fixed| json!({ "fixed": fixed })))
            .collect();
        let document = osv(json!([]), json!([{ "type": "GIT", "events": events }]));
        let columns = [Column { name: "it".to_owned(), reader: Reader::OsvGit, document }];
        let rows = asked(&lines(), &[npm()], "godel", &columns, &held);
        let wrong = rows.iter().filter(|row| !row.disagree.is_empty());
        wrong.map(|row| format!("{} {}", row.version, row.said[0])).collect::<Vec<_>>()
    };
    assert_eq!(wrong(&[&fix]), Vec::<String>::new());
    assert_eq!(wrong(&[&half, &fix]), ["1.0.1 not-affected"], "half of the fix ends nothing");
    assert_eq!(wrong(&[]).len(), 3);
}

#[test]
fn openvex_is_read_by_its_statements() {
    let statement = |status: &str, versions: &[&str]| {
        let products: Vec<Value> =
            versions.iter().map(|version| json!({ "@id": format!("pkg:npm/godel@{version}") })).collect();
        json!({ "status": status, "products": products })
    };
    let mut statements = vec![
        statement("affected", &["1.0.0", "1.0.1", "2.0.0"]),
        statement("fixed", &["1.0.2", "2.0.1-rc.1", "2.0.1"]),
        statement("not_affected", &["0.9.0"]),
        statement("under_investigation", &["2.1.0"]),
    ];
    assert_eq!(wrong(Reader::Openvex, json!({ "statements": statements })), Vec::<String>::new());
    statements.push(statement("fixed", &["1.0.1"]));
    statements.remove(2);
    assert_eq!(wrong(Reader::Openvex, json!({ "statements": statements })), ["0.9.0 nothing", "1.0.1 contradicts"]);
}

#[test]
fn a_statement_about_a_go_module_has_both_of_its_urls() {
    let go = || Some(Package { ecosystem: Ecosystem::Go, name: "godel.example/api".parse().expect("a name") });
    let named = |versions: &[&str], marks: &[&str]| -> Vec<Value> {
        let url = |version: &str, mark: &str| json!({ "@id": format!("pkg:golang/godel.example/api@{mark}{version}") });
        versions.iter().flat_map(|version| marks.iter().map(move |mark| url(version, mark))).collect()
    };
    let document = |marks: &[&str]| {
        json!({ "statements": [
            { "status": "under_investigation", "products": named(&["2.1.0"], &["v", ""]) },
            { "status": "affected", "products": named(&["2.0.0", "1.0.0", "1.0.1"], marks) },
            { "status": "fixed", "products": named(&["2.0.1-rc.1", "2.0.1", "1.0.2", "0.9.0"], &["v", ""]) },
        ] })
    };
    assert_eq!(wrong_for(go(), Reader::Openvex, document(&["v", ""])), [""; 0]);
    assert_eq!(wrong_for(go(), Reader::Openvex, document(&[""])).len(), 3);
}
