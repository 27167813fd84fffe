use super::*;
use crate::model::config::{Config, Signing};
use crate::model::fetch::FetchFrom;
use crate::model::gpg_status::GpgReport;

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHX94dxwB/WAIiYNIuDXAYf4/4DyuyLpyQMB3Jm3nxhX";
const THEN: i64 = 1_767_603_600; // 2026-01-05T09:00:00Z
const NOW: i64 = THEN + 40 * 86_400;

fn signing(text: &str) -> Signing {
    Config::parse(&format!("[signing]\n{text}")).expect("a policy").signing.expect("it is there")
}

fn ssh(list: &str) -> SignatureFacts {
    let lines = crate::model::allowed_signers::parse(&list.replace("KEY", KEY)).expect("a list");
    SignatureFacts::Ssh(SshFacts {
        key: SshKey::parse(KEY).expect("a key"),
        namespace: "git".to_owned(),
        soundness: Soundness::Sound,
        allowed: Some(("allowed_signers".to_owned(), lines)),
    })
}

fn gpg(status: &str, keys: Keys) -> SignatureFacts {
    let status: String = status.lines().map(|line| format!("[GNUPG:] {line}\n")).collect();
    SignatureFacts::Gpg(GpgFacts {
        format: SigningFormat::Openpgp,
        program: "gpg".to_owned(),
        report: GpgReport::parse(&status),
        keys,
    })
}

/// What does not pass, in the order of the findings.
fn open(findings: &[Finding]) -> String {
    let open = findings.iter().filter(|finding| finding.verdict != Verdict::Passed);
    open.map(|finding| format!("{} {}", finding.rule.as_str(), finding.verdict.as_str())).collect::<Vec<_>>().join(", ")
}

fn asked(facts: &SignatureFacts, policy: &str) -> String {
    let tag = "v2.0.1".parse().expect("a tag");
    open(&judge_signature(facts, "git", &signing(policy), Some(&tag), Some(THEN), NOW))
}

#[test]
fn an_ssh_signature_is_refused_for_its_own_reason() {
    let rules =
        "[[signing.tags]]\npattern='v2.*'\nsigners=['mia@x']\n[[signing.tags]]\npattern='v1.*'\nsigners=['ann@x']";
    let table = [
        ("mia@x KEY", "", ""),
        ("mia@x namespaces=\"git\" KEY", rules, ""),
        ("", "", "signer failed"),
        ("mia@x cert-authority KEY", "", "signer failed"),
        ("mia@x namespaces=\"file\" KEY", "", "signer failed"),
        ("ann@x KEY", rules, "signer failed"),
        ("*@x,!mia@x KEY", rules, "signer failed"),
        ("mia@x valid-before=\"20260101Z\" KEY", "", "key-then failed, key-now failed"),
        ("mia@x valid-after=\"20260106Z\" KEY", "", "key-then failed"),
        ("mia@x valid-before=\"20260106Z\" KEY", "", "key-now failed"),
        ("mia@x valid-before=\"20260106Z\" KEY", "accept-expired-before = 2026-01-06", ""),
        ("mia@x valid-before=\"20260106Z\" KEY", "accept-expired-before = 2026-01-05", "key-now failed"),
        ("mia@x valid-before=\"20260101Z\" KEY", "accept-expired-before = 2026-02-01", "key-then failed"),
        ("mia@x valid-before=\"20260101Z\" KEY\nmia@x KEY", "", ""),
    ];
    for (list, policy, expected) in table {
        assert_eq!(asked(&ssh(list), policy), expected, "{list} {policy}");
    }
    let said = |list: &str| {
        let policy = signing("accept-expired-before = 2039-01-01");
        let findings = judge_signature(&ssh(list), "git", &policy, None, Some(THEN), NOW);
        let found = findings.into_iter().find(|finding| finding.rule == Rule::KeyNow).expect("it is asked");
        (found.verdict, found.detail, found.hint.is_some())
    };
    let early = "the key is valid from 2030-01-01T00:00:00Z, and not yet".to_owned();
    assert_eq!(said("mia@x valid-after=\"20300101Z\" KEY"), (Verdict::Failed, early, false));
    assert_eq!(said("mia@x valid-before=\"20260106Z\" KEY\nmia@x valid-after=\"20300101Z\" KEY").0, Verdict::Passed);
    let with = |change: fn(&mut SshFacts)| {
        let SignatureFacts::Ssh(mut facts) = ssh("mia@x KEY") else { unreachable!() };
        change(&mut facts);
        asked(&SignatureFacts::Ssh(facts), "")
    };
    assert_eq!(with(|facts| facts.soundness = Soundness::Broken), "signature failed");
    assert_eq!(with(|facts| facts.soundness = Soundness::Revoked), "revocation failed");
    assert_eq!(with(|facts| facts.soundness = Soundness::NotAsked), "purpose failed");
    assert_eq!(with(|facts| facts.allowed = None), "signer undecided");
}

/// A date in the policy helps an older tag whose key was valid then, and nobody who signs now.
#[test]
fn a_policy_for_old_tags_is_told_only_where_it_helps() {
    let hinted = |list: &str, then: Option<i64>| {
        let findings = judge_signature(&ssh(list), "git", &signing(""), None, then, NOW);
        let found = findings.into_iter().find(|finding| finding.rule == Rule::KeyNow).expect("it is asked");
        (found.verdict, found.hint.is_some())
    };
    let old = "mia@x valid-before=\"20260106Z\" KEY";
    for (then, expected) in [(Some(THEN), true), (Some(NOW), false), (None, false)] {
        assert_eq!(hinted(old, then), (Verdict::Failed, expected), "{then:?}");
    }
}

const FPR: &str = "B9A6A1A3D3B1F4C1D1E2B3C4D5E6F708192A3B4C";

#[test]
fn an_openpgp_signature_is_refused_for_its_own_reason() {
    let valid = format!("VALIDSIG {FPR} 2026-01-05 {THEN} 0 4 0 22 10 00 {FPR}");
    let expired = |at: i64| format!("KEYEXPIRED {at}\nEXPKEYSIG D5E6 Mia\n{valid}");
    let good = |trust: &str| format!("GOODSIG D5E6 Mia\n{valid}\n{trust}");
    let listed = format!("fingerprints=['{FPR}']");
    let other = format!("fingerprints=['{}']", "A".repeat(40));
    let may = format!("[[signing.tags]]\npattern='*'\nsigners=['{FPR}']");
    let table = [
        (good("TRUST_ULTIMATE 0 pgp"), "", ""),
        (good("TRUST_UNDEFINED 0 pgp"), "", "signer undecided"),
        (good("TRUST_NEVER 0 pgp"), "", "signer failed"),
        (good("TRUST_UNDEFINED 0 pgp"), listed.as_str(), ""),
        (good("TRUST_ULTIMATE 0 pgp"), other.as_str(), "signer failed"),
        (good("TRUST_UNDEFINED 0 pgp"), may.as_str(), ""),
        (good("TRUST_ULTIMATE 0 pgp"), "[[signing.tags]]\npattern='*'\nsigners=['x@y']", "signer failed"),
        (good("TRUST_ULTIMATE 0 pgp"), "[[signing.tags]]\npattern='v1'\nsigners=['x@y']", "signer failed"),
        (expired(THEN + 5), listed.as_str(), "key-now failed"),
        (expired(THEN - 5), listed.as_str(), "key-then failed, key-now failed"),
        (expired(THEN + 5), &format!("{listed}\naccept-expired-before=2026-01-06"), ""),
        (format!("REVKEYSIG D5E6 Mia\n{valid}"), listed.as_str(), "revocation failed"),
        (format!("EXPSIG D5E6 Mia\n{valid}"), listed.as_str(), "key-now failed"),
        ("BADSIG D5E6 Mia".to_owned(), "", "signature failed"),
        ("ERRSIG D5E6 22 10 00 1 9 -".to_owned(), "", "signature undecided"),
        ("ERRSIG D5E6 22 10 00 1 4 -".to_owned(), "", "signature undecided"),
        (String::new(), "", "signature undecided"),
        ("NODATA 4".to_owned(), "", "signature failed"),
        ("GOODSIG D5E6 Mia\nTRUST_FULLY 0 shell".to_owned(), "", "signer undecided"),
        (format!("{}\n{}", good(""), good("")), "", "signature failed"),
    ];
    for (status, policy, expected) in table {
        assert_eq!(asked(&gpg(&status, Keys::Keyring), policy), expected, "{status} {policy}");
    }
    let pinned = || Keys::Pinned("keys.asc".to_owned());
    assert_eq!(asked(&gpg(&good("TRUST_UNDEFINED"), pinned()), ""), "");
    assert_eq!(asked(&gpg("ERRSIG D5E6 22 10 00 1 9 -", pinned()), ""), "signer failed");
}

#[test]
fn a_certificate_that_is_not_in_date_is_refused_although_nobody_trusts_its_root() {
    let judged = |status: &str, policy: &str| {
        let SignatureFacts::Gpg(facts) = gpg(status, Keys::Keyring) else { unreachable!() };
        asked(&SignatureFacts::Gpg(GpgFacts { format: SigningFormat::X509, ..facts }), policy)
    };
    let listed = format!("fingerprints=['{FPR}']");
    let old = format!("{listed}\naccept-expired-before=2026-01-06");
    let good = |until: &str, trust: &str| {
        format!("GOODSIG D5E6 /CN=Mia\nVALIDSIG {FPR} 2026-01-05 20260105T090000 {until} 0 0 1 8 00\n{trust}")
    };
    let [in_date, after, before] = ["20260301T000000", "20260110T000000", "20260104T000000"];
    for (status, policy, expected) in [
        (good(in_date, "TRUST_UNDEFINED 185"), &listed, ""),
        (good(in_date, "TRUST_FULLY 0 shell"), &listed, ""),
        (good(after, "TRUST_UNDEFINED 185"), &listed, "key-now failed"),
        (good(after, "TRUST_UNDEFINED 98"), &listed, "key-now failed"),
        (good(after, "TRUST_UNDEFINED 185"), &old, ""),
        (good(before, "TRUST_UNDEFINED 185"), &listed, "key-then failed, key-now failed"),
        (good(before, "TRUST_UNDEFINED 185"), &old, "key-then failed"),
        (good(after, "TRUST_FULLY 0 shell").replace("GOODSIG", "EXPKEYSIG"), &listed, "key-now failed"),
        (good(before, "TRUST_FULLY 0 shell").replace("GOODSIG", "EXPKEYSIG"), &old, "key-then failed"),
        (good(in_date, "TRUST_UNDEFINED 102"), &listed, "key-now failed"),
        (good(in_date, "TRUST_UNDEFINED 102"), &old, "key-now failed"),
        (good(in_date, "TRUST_NEVER 94"), &listed, "revocation failed"),
        (good("0", "TRUST_FULLY 0 shell"), &listed, "key-now undecided"),
    ] {
        assert_eq!(judged(&status, policy), expected, "{status} {policy}");
    }
}

/// A tag that is in order, but for what a case changes.
fn facts() -> TagFacts {
    let commit = CommitId::from_bytes([1; 20]);
    let object = format!("object {commit}\ntype commit\ntag v2.0.1\ntagger Mia <mia@x> {THEN} +0000\n\nx\n");
    TagFacts {
        tag: "v2.0.1".parse().expect("a tag"),
        object: ObjectId::from_bytes([2; 20]),
        found: Found::Tag(TagObject::parse(object.into_bytes()).expect("a tag object")),
        tagged: Tagged::Commit(commit, THEN - 60),
        signature: Some(ssh("mia@x KEY")),
        version: Some(Version::new(2, 0, 1)),
        files: Some(FileFacts { known: Known::Configured, held: Held::Same }),
        line: Some(LineFacts {
            name: "2.0".parse().expect("a line"),
            branch: BranchFacts::Here("release/2.0".parse().expect("a branch"), Containment::Inside),
            previous: Some(("v2.0.0".parse().expect("a tag"), Containment::Inside)),
            next: None,
        }),
        form: "v{version}".to_owned(),
        remote: None,
        expected: None,
        fetch: FetchFrom { remote: "origin".to_owned(), has_remote: true, has_refspec: true, is_shallow: true },
    }
}

/// The same tag object, with a signature that goes on like this.
fn ending(rest: &str) -> Found {
    let Found::Tag(object) = facts().found else { unreachable!() };
    let armor = format!("-----BEGIN SSH SIGNATURE-----\nxx\n{rest}");
    Found::Tag(TagObject::parse([object.bytes(), armor.as_bytes()].concat()).expect("a tag object"))
}

#[test]
fn every_broken_rule_about_the_tag_is_a_finding_of_its_own() {
    let tag = |text: &str| text.parse::<TagName>().expect("a tag");
    let line = |change: fn(&mut LineFacts)| move |facts: &mut TagFacts| facts.line.iter_mut().for_each(change);
    type Change = Box<dyn Fn(&mut TagFacts)>;
    let cases: Vec<(&str, Change)> = vec![
        ("", Box::new(|_| {})),
        ("annotated failed", Box::new(|facts| facts.found = Found::Lightweight(ObjectKind::Commit))),
        ("name failed", Box::new(move |facts| facts.tag = tag("v9.9.9"))),
        ("object failed", Box::new(|facts| facts.tagged = Tagged::Other(ObjectKind::Tag))),
        ("object undecided", Box::new(|facts| facts.tagged = Tagged::Missing)),
        ("commit failed", Box::new(|facts| facts.expected = Some(CommitId::from_bytes([9; 20])))),
        ("signed failed", Box::new(|facts| facts.signature = None)),
        ("date failed", Box::new(|facts| facts.tagged = Tagged::Commit(CommitId::from_bytes([1; 20]), THEN + 700))),
        ("form failed", Box::new(|facts| facts.version = None)),
        ("line undecided", Box::new(|facts| facts.line = None)),
        ("line undecided", Box::new(line(|line| line.branch = BranchFacts::Missing(line.branch.name().clone())))),
        ("", Box::new(line(|line| line.branch = BranchFacts::Gone(line.branch.name().clone())))),
        (
            "line undecided",
            Box::new(line(|line| {
                line.branch = BranchFacts::Gone(line.branch.name().clone());
                line.previous = None;
            })),
        ),
        (
            "line failed",
            Box::new(line(|line| {
                line.branch = BranchFacts::Here(line.branch.name().clone(), Containment::Outside);
            })),
        ),
        ("order failed", Box::new(line(|line| line.previous.iter_mut().for_each(|at| at.1 = Containment::Outside)))),
        ("order undecided", Box::new(line(|line| line.previous.iter_mut().for_each(|at| at.1 = Containment::Unknown)))),
        (
            "remote failed",
            Box::new(|facts| facts.remote = Some(RemoteFacts { remote: "origin".to_owned(), object: None })),
        ),
    ];
    for (expected, change) in cases {
        let mut facts = facts();
        change(&mut facts);
        assert_eq!(open(&judge(&facts, &Signing::default(), NOW)), expected);
    }
    assert_eq!(open(&judge(&facts(), &Signing::default(), THEN - 700)), "date failed");
}

#[test]
fn what_stands_behind_the_signature_and_in_the_files_is_a_finding() {
    for (rest, expected) in [
        ("-----END SSH SIGNATURE-----\n", ""),
        ("-----END SSH SIGNATURE-----\nmore\n", "end failed"),
        ("-----BEGIN SSH SIGNATURE-----\n", "end failed"),
    ] {
        let facts = TagFacts { found: ending(rest), ..facts() };
        assert_eq!(open(&judge(&facts, &Signing::default(), NOW)), expected, "{rest}");
    }
    let held = Held::Other("2.0.0".parse().expect("a version"));
    let facts = TagFacts { files: Some(FileFacts { known: Known::Configured, held }), ..facts() };
    assert_eq!(open(&judge(&facts, &Signing::default(), NOW)), "version failed");
}

#[test]
fn what_a_gpg_signature_says_about_its_moment_counts() {
    let status = |made: i64| format!("GOODSIG D5E6 Mia\nVALIDSIG {FPR} x {made} 0 4 0 22 10 00 {FPR}\nTRUST_ULTIMATE");
    let judged = |made| {
        let facts = TagFacts { signature: Some(gpg(&status(made), Keys::Keyring)), ..facts() };
        open(&judge(&facts, &Signing::default(), NOW))
    };
    assert_eq!([judged(THEN + 500), judged(THEN + 86_400)], ["", "date failed"]);
}

#[test]
fn one_broken_rule_is_a_no_and_an_open_one_is_undecided() {
    let (good, bad) = (Finding::passed(Rule::Name, ""), Finding::failed(Rule::Name, ""));
    let open = Finding::undecided(Rule::Name, "");
    assert_eq!(answer(std::slice::from_ref(&good)), Answer::Yes);
    assert_eq!(answer(&[good.clone(), open.clone()]), Answer::Undecided);
    assert_eq!(answer(&[good, open, bad]), Answer::No);
}
