use proptest::prelude::*;

use super::*;
use crate::model::line::{Line, LineStatus};

fn version(text: &str) -> ReleaseVersion {
    text.parse().unwrap_or_else(|broken| panic!("{broken}"))
}

#[test]
fn only_the_versions_of_a_line_are_read() {
    for good in ["0.0.0", "2.0.1", "10.20.30", "2.0.1-alpha.1", "2.0.1-beta.10", "2.0.1-rc.0", "1.0.9007199254740991"] {
        assert_eq!(version(good).to_string(), good);
        assert_eq!(version(good).to_semver(), Version::parse(good).expect("a version"));
        assert_eq!(ReleaseVersion::try_from(&version(good).to_semver()), Ok(version(good)));
    }
    let bad = [
        "",
        "2",
        "2.0",
        "2.0.1.0",
        "v2.0.1",
        "02.0.1",
        "2.0.01",
        "2.0.1-",
        "2.0.1-rc",
        "2.0.1-rc1",
        "2.0.1-rc.01",
        "2.0.1-rc.1.2",
        "2.0.1-dev.1",
        "2.0.1-RC.1",
        "2.0.1+b1",
        "2.0.1-rc.1+b",
        "2.0.1rc1",
        " 2.0.1",
        "2.0.1 ",
        "2..1",
        "2.0.1-rc.-1",
        "2.0.+1",
        "1.0.9007199254740992",
        "99999999999999999999.0.0",
        "٢.0.1",
    ];
    for bad in bad {
        assert!(bad.parse::<ReleaseVersion>().is_err(), "{bad:?}");
    }
}

#[test]
fn versions_follow_one_another() {
    let table = [
        ("2.0.0", "2.0.1", Some("2.0.1-alpha.1"), Some("2.0.1-beta.1"), Some("2.0.1-rc.1")),
        ("2.0.1-alpha.3", "2.0.1", Some("2.0.1-alpha.4"), Some("2.0.1-beta.1"), Some("2.0.1-rc.1")),
        ("2.0.1-beta.9", "2.0.1", None, Some("2.0.1-beta.10"), Some("2.0.1-rc.1")),
        ("2.0.1-rc.1", "2.0.1", None, None, Some("2.0.1-rc.2")),
    ];
    for (from, patch, alpha, beta, rc) in table {
        let from = version(from);
        assert_eq!(from.next_patch().to_string(), patch);
        for (phase, expected) in Phase::ALL.into_iter().zip([alpha, beta, rc]) {
            let found = from.pre(phase);
            assert_eq!(found.as_ref().map(ToString::to_string).ok().as_deref(), expected, "{from} {phase}");
            let told = found.map_err(|back| back.to_string());
            assert!(
                expected.is_some() || told == Err(format!("'{from}' has no {phase} after it: a phase never goes back"))
            );
        }
    }
}

#[test]
fn a_file_has_its_own_spelling() {
    let table =
        [("2.0.1", "2.0.1"), ("2.0.1-alpha.1", "2.0.1a1"), ("2.0.1-beta.12", "2.0.1b12"), ("2.0.1-rc.1", "2.0.1rc1")];
    for (semver, pep440) in table {
        assert_eq!(Spelling::Pep440.render(&version(semver)), pep440);
        assert_eq!(Spelling::Pep440.parse(pep440), Some(version(semver)));
        assert_eq!(Spelling::SemVer.parse(semver), Some(version(semver)));
    }
    for bad in
        ["2.0.1-rc.1", "2.0.1rc", "2.0.1c1", "2.0.1rc01", "2.0.1.dev1", "2.0.1.post1", "2.0", "1!2.0.1", "2.0.1a1b1"]
    {
        assert_eq!(Spelling::Pep440.parse(bad), None, "{bad}");
    }
}

fn line(name: &str) -> Line {
    Line {
        name: name.parse().expect("a line name"),
        branch: "release/x".parse().expect("a branch"),
        status: LineStatus::Maintained,
        until: None,
    }
}

#[test]
fn a_line_takes_its_next_free_patch_and_nothing_else() {
    let yes: &[(&str, &str, &str, &[&str])] = &[
        ("2.0.0", "2.0.1", "2.0", &[]),
        ("2.0.0", "2.0.1", "2.0", &["2.0.0", "2.1.0", "1.9.9", "3.0.0-rc.1"]),
        ("2.0.1-rc.2", "2.0.1", "2.0", &["2.0.1-rc.1", "2.0.1-rc.2"]),
        ("2.0.1-rc.1", "2.0.1-rc.2", "2.0", &["2.0.1-rc.1"]),
        ("2.0.1-alpha.7", "2.0.1-beta.1", "2.x", &[]),
        ("2.0.0", "2.0.1-rc.1", "2.0", &[]),
        ("2.0.1", "2.0.3", "2.0", &["2.0.1", "2.0.2"]),
        ("2.0.2-rc.1", "2.0.3", "2.0", &["2.0.2"]),
        ("2.0.1", "2.0.3-rc.1", "2.0", &["2.0.2"]),
        ("2.0.1-rc.1", "2.0.1-rc.3", "2.0", &["2.0.1-rc.2"]),
    ];
    for (from, to, name, tagged) in yes {
        let tagged: Vec<_> = tagged.iter().map(|tag| version(tag)).collect();
        assert_eq!(permit(&version(from), &version(to), Some(&line(name)), &tagged), Ok(()), "{from} -> {to}");
    }
    assert_eq!(permit(&version("2.0.0"), &version("2.0.1"), None, &[]), Ok(()));
}

#[test]
fn build_metadata_is_refused_for_its_own_reason() {
    let rule = |text: &str| text.parse::<ReleaseVersion>().expect_err("it is refused").rule;
    for text in ["2.0.1+build.5", "2.0.1-rc.1+b"] {
        assert!(rule(text).contains("build metadata"), "{text}");
    }
    for text in ["2.0.1-dev", "2.0.1+", "2.0+b"] {
        assert!(!rule(text).contains("build metadata"), "{text}");
    }
}

#[test]
fn what_is_not_the_next_free_patch_is_refused() {
    let no: &[(&str, &str, &str, &[&str], &str)] = &[
        ("2.0.0", "2.1.0", "2.0", &[], "'2.1.0' is not a version of line '2.0'"),
        ("2.0.0", "2.0.1", "lts", &[], "'2.0.1' is not a version of line 'lts'"),
        ("2.0.0", "2.0.0", "2.0", &[], "'2.0.0' is the version already"),
        ("2.0.1", "2.0.0", "2.0", &[], "'2.0.0' comes before '2.0.1', the version that is there"),
        ("2.0.1", "2.0.1-rc.9", "2.0", &[], "'2.0.1-rc.9' comes before '2.0.1', the version that is there"),
        (
            "2.0.1-rc.1",
            "2.0.1-beta.2",
            "2.0",
            &[],
            "'2.0.1-beta.2' comes before '2.0.1-rc.1', the version that is there",
        ),
        (
            "2.0.1",
            "2.1.0",
            "2",
            &[],
            "'2.1.0' is not a patch release of '2.0.1': only the third number may change on a line",
        ),
        ("2.0.1", "2.0.2", "2.0", &["2.0.2"], "'2.0.2' is tagged already; the next free patch release is '2.0.3'"),
        (
            "2.0.0",
            "2.0.1",
            "2.0",
            &["2.0.2"],
            "'2.0.1' comes before '2.0.2', which is tagged; the next free patch release is '2.0.3'",
        ),
        (
            "2.0.0",
            "2.0.1-beta.1",
            "2.0",
            &["2.0.1-rc.1"],
            "'2.0.1-beta.1' comes before '2.0.1-rc.1', which is tagged; the next free patch release is '2.0.1'",
        ),
        ("2.0.0", "2.0.2", "2.0", &[], "'2.0.2' leaves a patch number out: the next free patch release is '2.0.1'"),
        (
            "2.0.1-rc.1",
            "2.0.2",
            "2.0",
            &[],
            "'2.0.2' leaves a patch number out: the next free patch release is '2.0.1'",
        ),
        ("2.0.0", "2.0.1-rc.2", "2.0", &[], "'2.0.1-rc.2' leaves a number out: the next free rc is '2.0.1-rc.1'"),
    ];
    for (from, to, name, tagged, told) in no {
        let tagged: Vec<_> = tagged.iter().map(|tag| version(tag)).collect();
        let refusal = permit(&version(from), &version(to), Some(&line(name)), &tagged);
        assert_eq!(refusal.map_err(|refusal| refusal.to_string()), Err((*told).to_owned()), "{from} -> {to}");
    }
}

prop_compose! {
    fn versions()(major in 0..4u64, minor in 0..4u64, patch in 0..4u64, pre in proptest::option::of((0..3usize, 0..12u64)))
        -> ReleaseVersion {
        ReleaseVersion { major, minor, patch, pre: pre.map(|(phase, number)| (Phase::ALL[phase], number)) }
    }
}

proptest! {
    #[test]
    fn versions_are_ordered_by_precedence(a in versions(), b in versions()) {
        prop_assert_eq!(a.cmp(&b), a.to_semver().cmp_precedence(&b.to_semver()));
    }

    #[test]
    fn every_spelling_reads_back(version in versions()) {
        for spelling in Spelling::ALL {
            prop_assert_eq!(spelling.parse(&spelling.render(&version)), Some(version.clone()));
        }
    }

    #[test]
    fn what_the_contract_offers_it_permits(from in versions(), tagged in proptest::collection::vec(versions(), 0..6)) {
        let next = next_free_patch(&from, &tagged);
        prop_assert_eq!(permit(&from, &next, None, &tagged), Ok(()));
    }
}

#[test]
fn any_version_is_followed_by_its_next_patch() {
    for (version, next) in [
        ("2.0.10", Some("2.0.11")),
        ("2.0.1-rc.1", Some("2.0.1")),
        ("2.0.1-preview+build.7", Some("2.0.1")),
        ("2.0.1+build.7", Some("2.0.2")),
        ("2.0.18446744073709551615", None),
    ] {
        let found = next_patch(&version.parse().expect("a version")).map(|next| next.to_string());
        assert_eq!(found.as_deref(), next, "{version}");
    }
}
