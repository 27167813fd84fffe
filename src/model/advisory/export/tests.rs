use serde_json::Value;

use super::csaf::{Profile, csaf_file_name};
use super::feed::feed;
use super::index::index;
use super::page::page;
use super::{Document, Format, Publication, cut, text};
use crate::model::advisory::Advisory;
use crate::model::advisory::kit::fixed_tags;
use crate::model::advisory::runs::{Has, rows};
use crate::model::advisory::state::State;
use crate::model::advisory::upgrade::told;
use crate::model::config::Config;
use crate::model::error::{Error, Kind};
use crate::model::tag::TagPattern;

const SOURCE: &str = include_str!("../example.md");
const SETTINGS: &str = "[advisory]\nprefix = 'GSA'\npublisher = 'Godel'\nnamespace = 'https://godel.example'\n\
                        address = 'https://godel.example/security/'\ncontact = 'security@godel.example'\n\
                        cve-organization = 'f972b356-145d-4b2e-9a5c-b114d0982a3b'\n";

fn publication(settings: &str) -> Publication {
    Publication {
        project: "godel".to_owned(),
        settings: Config::parse(settings).expect("a configuration").advisory.expect("the section"),
        repository: Some("https://github.com/godel/godel".parse().expect("an address")),
        now: "2026-12-01T09:00:00Z".parse().expect("a moment"),
    }
}

fn advisory(changes: &[(&str, &str)]) -> Advisory {
    let change = |text: String, (from, to): &(&str, &str)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    };
    Advisory::parse(&changes.iter().fold(SOURCE.to_owned(), change)).expect("an advisory")
}

const PUBLIC: (&str, &str) =
    ("state = \"embargoed\" # until the date below", "state = \"public\"\npublished = 2026-12-10T14:00:00Z");

/// A line that was repaired, broken again, and is known in part.
const ODD: (&str, &str) = (
    "affected = [\"1.9.0\", \"1.9.1\"]\nunaffected = []",
    "affected = [\"1.9.1\", \"1.9.4\"]\nunaffected = [\"1.9.0\", \"1.9.2\"]\nunknown = [\"1.9.3\"]",
);

fn documents(format: Format, advisory: &Advisory) -> Vec<Document> {
    format.documents(advisory, &publication(SETTINGS)).expect("documents")
}

fn document(format: Format, advisory: &Advisory) -> Value {
    serde_json::from_str(&documents(format, advisory)[0].text).expect("JSON")
}

fn refusal(result: Result<impl Sized, Error>) -> String {
    let Err(error) = result else { return String::new() };
    assert_eq!(error.kind(), Kind::Usage);
    error.hint_text().unwrap_or_default().to_owned()
}

fn array(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

#[test]
fn what_a_format_must_have_is_asked_for_by_its_key() {
    let advisory = advisory(&[]);
    let bare = publication("[advisory]\nprefix = 'GSA'\n");
    for (format, says) in [
        (Format::Csaf, "set 'namespace' in [advisory]"),
        (Format::Cve, "set 'cve-organization' in [advisory]"),
        (Format::Openvex, "set 'address' in [advisory]"),
    ] {
        assert!(refusal(format.documents(&advisory, &bare)).contains(says), "{format}");
    }
    assert!(refusal(feed(&[], &bare)).contains("set 'address' in [advisory]"));
    assert_eq!(refusal(Format::Osv.documents(&advisory, &bare)), "");
    let full = publication(SETTINGS);
    let mut without = advisory.clone();
    without.cve = None;
    assert!(refusal(Format::Cve.documents(&without, &full)).contains("set 'cve' in the advisory"));
    without.lines.clear();
    for format in [Format::Osv, Format::Csaf, Format::Openvex, Format::Ghsa] {
        assert!(
            refusal(format.documents(&without, &full)).contains("patch-advisory affected GSA-2026-001"),
            "{format}"
        );
    }
}

#[test]
fn osv_has_one_range_of_pairs_and_all_commits() {
    let record = document(Format::Osv, &advisory(&[PUBLIC, ODD]));
    assert_eq!(record["id"], "GHSA-2345-6789-cfgh");
    assert_eq!(array(&record["aliases"]), ["GSA-2026-001", "CVE-2026-1234", "RUSTSEC-2026-0001"]);
    let entry = &record["affected"][0];
    let ranges = entry["ranges"].as_array().expect("ranges");
    let kinds: Vec<&Value> = ranges.iter().map(|range| &range["type"]).collect();
    assert_eq!(kinds, ["SEMVER", "GIT"]);
    let events = |range: &Value| serde_json::to_string(&range["events"]).expect("JSON");
    let expected =
        "[{\"introduced\":\"1.9.1\"},{\"fixed\":\"1.9.2\"},{\"introduced\":\"1.9.3\"},{\"fixed\":\"2.0.2\"}]";
    assert_eq!(events(&ranges[0]), expected);
    let (one, three) = ("1".repeat(40), "3".repeat(40));
    assert_eq!(events(&ranges[1]), format!("[{{\"introduced\":\"{one}\"}},{{\"fixed\":\"{three}\"}}]"));
    assert_eq!(array(&entry["versions"]), ["1.9.1", "1.9.3", "1.9.4", "2.0.0", "2.0.1"]);
    assert_eq!(record["database_specific"]["lines"][1]["not_evaluated"], serde_json::json!(["1.9.3"]));
    assert_eq!(record["credits"][1]["type"], "REMEDIATION_DEVELOPER");
    let plain = document(Format::Osv, &advisory(&[("ghsa = \"GHSA-2345-6789-cfgh\"\n", "")]));
    assert_eq!((&plain["id"], &plain["modified"]), (&"x_GSA-2026-001".into(), &"2026-12-01T09:00:00Z".into()));
}

#[test]
fn without_a_package_osv_has_commits_and_versions_only() {
    let package = "[[package]]\necosystem = \"crates.io\"\nname = \"godel\"\n";
    let record = document(Format::Osv, &advisory(&[(package, "")]));
    assert_eq!(record["affected"][0]["package"], Value::Null);
    assert_eq!(record["affected"][0]["ranges"].as_array().map(Vec::len), Some(1));
    let python = "[[package]]\necosystem = \"PyPI\"\nname = \"godel\"\n";
    let record = document(Format::Osv, &advisory(&[(package, python), ("\"2.0.1\"]", "\"2.0.1-rc.1\"]")]));
    assert_eq!(record["affected"][0]["ranges"][0]["type"], "ECOSYSTEM");
    assert_eq!(array(&record["affected"][0]["versions"])[3], "2.0.1rc1");
}

/// Each format by its own rule: a union in OSV, the first match in CVE, statuses in CSAF and OpenVEX.
#[test]
fn every_format_tells_the_same_of_every_version() {
    let advisory = advisory(&[PUBLIC, ODD]);
    let [osv, cve, ghsa, csaf, vex] = [Format::Osv, Format::Cve, Format::Ghsa, Format::Csaf, Format::Openvex]
        .map(|format| document(format, &advisory));
    for row in rows(&advisory.lines) {
        let (version, flawed) = (row.version.to_string(), row.has == Has::Flaw);
        // What is not known counts as affected where a format has no word for it.
        let may = row.has != Has::NoFlaw;
        let parsed = |text: &Value| text.as_str().and_then(|text| text.parse::<semver::Version>().ok());
        let events = osv["affected"][0]["ranges"][0]["events"].as_array().expect("events");
        let passed = events.iter().filter(|event| {
            parsed(&event["introduced"]).or_else(|| parsed(&event["fixed"])).is_some_and(|bound| bound <= *row.version)
        });
        assert_eq!(passed.count() % 2 == 1, may, "OSV: {version}");
        let entries = cve["affected"][0]["versions"].as_array().expect("versions");
        let first = entries.iter().find(|entry| {
            let from = parsed(&entry["version"]).expect("a version");
            match (parsed(&entry["lessThan"]), parsed(&entry["lessThanOrEqual"])) {
                (Some(end), _) => (from..end).contains(row.version),
                (_, Some(end)) => (from..=end).contains(row.version),
                (None, None) => from == *row.version,
            }
        });
        assert_eq!(first.is_some_and(|entry| entry["status"] == "affected"), flawed, "CVE: {version}");
        let in_range = ghsa["vulnerabilities"].as_array().into_iter().flatten().any(|entry| {
            let range = entry["vulnerable_version_range"].as_str().expect("a range");
            range.parse::<semver::VersionReq>().expect(range).matches(row.version)
        });
        assert_eq!(in_range, may, "GHSA: {version}");
        let product = format!("pkg:cargo/godel@{version}");
        let statuses = &csaf["vulnerabilities"][0]["product_status"];
        assert_eq!(array(&statuses["known_affected"]).contains(&product.as_str()), flawed, "CSAF: {version}");
        let statements = vex["statements"].as_array().expect("statements");
        let of: Vec<&Value> = statements
            .iter()
            .filter(|one| {
                one["products"].as_array().into_iter().flatten().any(|named| named["@id"] == product.as_str())
            })
            .map(|one| &one["status"])
            .collect();
        assert_eq!(of.len(), 1, "OpenVEX: {version}");
        assert_eq!(of[0] == "affected", flawed, "OpenVEX: {version}");
    }
}

#[test]
fn that_the_code_is_not_there_is_said_only_where_files_were_looked_into() {
    let looked = ("unknown = [\"1.9.3\"]", "unknown = [\"1.9.3\"]\nlacks-code = true");
    for (changes, justified) in [(&[ODD][..], false), (&[ODD, looked][..], true)] {
        let advisory = advisory(changes);
        let vex = document(Format::Openvex, &advisory);
        let all = vex["statements"].as_array().expect("statements").iter();
        let free: Vec<&Value> = all.filter(|one| one["status"] == "not_affected").collect();
        assert_eq!(free.len(), 1);
        assert_eq!(free[0]["justification"] == "vulnerable_code_not_present", justified, "{}", free[0]);
        assert_eq!(free[0]["impact_statement"].is_string(), !justified, "{}", free[0]);
        let flaw = &document(Format::Csaf, &advisory)["vulnerabilities"][0];
        let product = "pkg:cargo/godel@1.9.0";
        assert_eq!(array(&flaw["flags"][0]["product_ids"]).contains(&product), justified, "{flaw}");
        assert_eq!(array(&flaw["threats"][0]["product_ids"]).contains(&product), !justified, "{flaw}");
    }
}

#[test]
fn csaf_tells_each_line_its_way_out() {
    let advisory = advisory(&[PUBLIC]);
    let paths: Vec<String> = documents(Format::Csaf, &advisory).into_iter().map(|one| one.path).collect();
    assert_eq!(paths, ["csaf/white/2026/gsa-2026-001.json", "csaf/white/2026/gsa-2026-001-vex.json"]);
    let csaf = document(Format::Csaf, &advisory);
    let flaw = &csaf["vulnerabilities"][0];
    let categories: Vec<&Value> =
        flaw["remediations"].as_array().into_iter().flatten().map(|one| &one["category"]).collect();
    assert_eq!(categories, ["vendor_fix", "no_fix_planned"]);
    assert!(array(&flaw["remediations"][0]["product_ids"]).contains(&"pkg:cargo/godel@vers:cargo/>=2.0.0|<2.0.2"));
    assert!(array(&flaw["remediations"][1]["product_ids"]).contains(&"pkg:cargo/godel@vers:cargo/>=1.9.0|<=1.9.1"));
    let score = &flaw["scores"][0]["cvss_v3"];
    assert_eq!((&score["baseSeverity"], &score["scope"]), (&"CRITICAL".into(), &"UNCHANGED".into()));
    let notes = flaw["notes"].as_array().expect("notes");
    assert!(notes.iter().any(|note| note["title"] == "CVSS 4.0"));
    let draft = document(Format::Csaf, &self::advisory(&[]));
    let tracking = &draft["document"]["tracking"];
    assert_eq!((&tracking["status"], &tracking["version"]), (&"draft".into(), &"0".into()));
    assert_eq!(draft["document"]["distribution"]["tlp"]["label"], "AMBER");
    for (id, name) in [("GSA-2026-001", "gsa-2026-001.json"), ("2022_#01-A", "2022_01-a.json"), ("a  b", "a_b.json")] {
        assert_eq!(csaf_file_name(id), name);
    }
    assert_eq!(Profile::ALL.len(), 2);
}

#[test]
fn that_no_fix_is_planned_is_said_of_old_lines_only() {
    let newer = (
        "support = \"end-of-life\"\nuntil = 2026-06-30\nverdict = \"affected\"\naffected = [\"1.9.0\", \"1.9.1\"]",
        "support = \"unlisted\"\nverdict = \"affected\"\naffected = [\"3.0.0\"]",
    );
    let older = ("support = \"end-of-life\"", "support = \"unlisted\"");
    for (change, category) in [(newer, "none_available"), (older, "no_fix_planned")] {
        let csaf = document(Format::Csaf, &advisory(&[change]));
        assert_eq!(csaf["vulnerabilities"][0]["remediations"][1]["category"], category);
    }
}

#[test]
fn ghsa_has_an_entry_for_each_line() {
    let request = document(Format::Ghsa, &advisory(&[]));
    let entries = request["vulnerabilities"].as_array().expect("entries");
    let ranges: Vec<(&str, &Value)> = entries
        .iter()
        .map(|entry| (entry["vulnerable_version_range"].as_str().expect("a range"), &entry["patched_versions"]))
        .collect();
    assert_eq!(ranges, [(">= 2.0.0, < 2.0.2", &"2.0.2".into()), (">= 1.9.0, <= 1.9.1", &Value::Null)]);
    assert_eq!(entries[0]["package"]["ecosystem"], "rust");
    assert_eq!((&request["severity"], request["credits"].as_array().map(Vec::len)), (&Value::Null, Some(1)));
    assert!(request["cvss_vector_string"].as_str().is_some_and(|vector| vector.starts_with("CVSS:4.0/")));
}

#[test]
fn a_withdrawn_advisory_is_withdrawn_everywhere() {
    let withdrawn =
        "state = \"withdrawn\"\npublished = 2026-12-10T14:00:00Z\nwithdrawn = 2026-12-12T14:00:00Z\nno-flaw = true";
    let advisory = advisory(&[("state = \"embargoed\" # until the date below", withdrawn)]);
    assert_eq!(document(Format::Osv, &advisory)["withdrawn"], "2026-12-12T14:00:00Z");
    assert!(document(Format::Cve, &advisory)["rejectedReasons"].is_array());
    let csaf = document(Format::Csaf, &advisory);
    assert_eq!(csaf["document"]["tracking"]["version"], "2");
    assert_eq!(csaf["document"]["notes"][0]["title"], "Withdrawn");
    for text in documents(Format::Csaf, &advisory).iter().map(|one| &one.text) {
        let document: Value = serde_json::from_str(text).expect("JSON");
        let flaw = &document["vulnerabilities"][0];
        let statuses: Vec<&String> = flaw["product_status"].as_object().expect("statuses").keys().collect();
        assert_eq!(statuses, ["known_not_affected"], "what was withdrawn tells of no affected version");
        let threats = flaw["threats"].as_array().expect("threats");
        assert_eq!(threats[0]["details"], "The advisory was withdrawn.");
        let excused: usize = threats.iter().map(|threat| array(&threat["product_ids"]).len()).sum();
        assert_eq!(excused, array(&flaw["product_status"]["known_not_affected"]).len());
        let rest = ["scores", "remediations", "flags"].map(|key| flaw.get(key));
        assert_eq!((rest, document["document"].get("aggregate_severity")), ([None; 3], None));
    }
    let vex = document(Format::Openvex, &advisory);
    assert_eq!(vex["last_updated"], "2026-12-12T14:00:00Z");
    let statuses: Vec<&Value> = vex["statements"].as_array().into_iter().flatten().map(|one| &one["status"]).collect();
    assert_eq!(statuses, ["not_affected", "not_affected"]);
    assert!(vex["statements"][0]["impact_statement"].as_str().is_some_and(|said| said.contains("withdrawn")));
    assert_eq!(vex["statements"][0]["timestamp"], "2026-12-12T14:00:00Z", "it is later than what it takes back");
    let ghsa = document(Format::Ghsa, &advisory);
    let begins = |key: &str, with: &str| ghsa[key].as_str().is_some_and(|text| text.starts_with(with));
    assert!(begins("summary", "Withdrawn: ") && begins("description", "**Withdrawn** on 2026-12-12"), "{ghsa:#}");
}

#[test]
fn a_withdrawal_makes_no_version_safe_unless_there_is_no_flaw() {
    let withdrawn = "state = \"withdrawn\"\npublished = 2026-12-10T14:00:00Z\nwithdrawn = 2026-12-12T14:00:00Z";
    let advisory = advisory(&[("state = \"embargoed\" # until the date below", withdrawn)]);
    let vex = document(Format::Openvex, &advisory);
    for statement in vex["statements"].as_array().expect("statements") {
        assert_ne!(statement["status"], "not_affected", "{statement:#}");
        assert_eq!(statement["status_notes"], "The advisory was withdrawn.", "{statement:#}");
    }
}

#[test]
fn nothing_that_is_public_says_that_no_version_is_affected_before_anybody_looked() {
    let looked = advisory(&[]);
    let draft = Advisory { lines: Vec::new(), ..looked };
    assert_eq!(page(&draft).expect("a page").not_evaluated, ["all lines"]);
    let public = Advisory { state: State::Public, ..draft };
    assert!(page(&public).expect_err("no page").to_string().contains("does not say which versions have the flaw"));
}

#[test]
fn lists_show_what_is_public_and_no_trace_of_the_rest() {
    let secret = advisory(&[]);
    let mut public = advisory(&[PUBLIC, ("Out-of-bounds read in", "Reads <b> & \\\"c\\\" in")]);
    public.id = "GSA-2026-002".parse().expect("an identifier");
    let all = [secret.clone(), public.clone()];
    let listed = index(&all, &publication(SETTINGS)).advisories;
    assert_eq!(listed.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["GSA-2026-002"]);
    let atom = feed(&all, &publication(SETTINGS)).expect("a feed");
    assert!(!atom.contains("GSA-2026-001"));
    let parsed = roxmltree::Document::parse(&atom).expect("XML");
    let titles: Vec<&str> = parsed
        .descendants()
        .filter(|node| node.has_tag_name(("http://www.w3.org/2005/Atom", "title")))
        .filter_map(|node| node.text())
        .collect();
    assert_eq!(titles[1], "GSA-2026-002: Reads <b> & \"c\" in the upload parser [Critical (CVSS 9.3)]");
    let page = page(&secret).expect("a page");
    assert_eq!(page.severity, "Critical (CVSS 9.3)");
    assert_eq!(page.affected, ["2.0.0 to 2.0.1", "1.9.0 to 1.9.1"]);
    assert_eq!((page.fixed, page.unfixed), (vec!["2.0.2".to_owned()], vec!["1.9".to_owned()]));
}

#[test]
fn a_text_is_cut_at_the_end_of_a_word() {
    for (text, most, expected) in
        [("ab cd", 5, "ab cd"), ("ab cde", 5, "ab…"), ("abcdef", 5, "abcd…"), ("äö üxy", 5, "äö…"), ("", 5, "")]
    {
        assert_eq!(cut(text, most), expected);
        assert!(cut(text, most).chars().count() <= most);
    }
    assert_eq!(text(&serde_json::json!({ "b": 1, "a": 2 })), "{\n  \"a\": 2,\n  \"b\": 1\n}\n");
}

/// A line of which nobody knows, or that has the flaw and no release yet, must not be called unaffected by default.
#[test]
fn cve_says_of_no_line_that_was_not_evaluated_that_it_is_unaffected() {
    const OLD: &str = "verdict = \"affected\"\naffected = [\"1.9.0\", \"1.9.1\"]\nunaffected = []";
    let with = |of_line: &str| {
        let entry = document(Format::Cve, &advisory(&[(OLD, of_line)]))["affected"][0].clone();
        let status = |version: &str| {
            let all = entry["versions"].as_array().expect("versions").iter();
            let own = all.filter(|one| one["version"] == version).map(|one| one["status"].clone());
            own.collect::<Vec<_>>()
        };
        (entry["defaultStatus"].clone(), status("2.0.2"), status("1.9.1"))
    };
    assert_eq!(with(OLD), ("unaffected".into(), vec![], vec![]));
    let not_evaluated = "verdict = \"not-evaluated\"\naffected = []\nunaffected = []";
    assert_eq!(with(not_evaluated), ("unknown".into(), vec!["unaffected".into()], vec![]));
    let in_part = "verdict = \"not-evaluated\"\naffected = [\"1.9.0\"]\nunaffected = []\nunknown = [\"1.9.1\"]";
    assert_eq!(with(in_part), ("unknown".into(), vec!["unaffected".into()], vec!["unknown".into()]));
    let without_a_release = "verdict = \"affected\"\naffected = []\nunaffected = []";
    assert_eq!(with(without_a_release), ("unknown".into(), vec!["unaffected".into()], vec![]));
    let (newer, only) = (
        "verdict = \"fixed\"\naffected = [\"2.0.0\", \"2.0.1\"]\nunaffected = [\"2.0.2\"]\nfixed-in = \"2.0.2\"",
        "verdict = \"affected\"\naffected = []\nunaffected = []",
    );
    let bare = document(Format::Cve, &advisory(&[(OLD, without_a_release), (newer, only)]));
    assert_eq!(bare["affected"][0]["defaultStatus"], "affected");
}

/// Where all lines with the flaw ended, the first release of the line that began behind the fix is the only way out.
#[test]
fn a_fix_that_ships_first_in_a_new_line_is_told_everywhere() {
    let begun = (
        "name = \"2.0\"\nsupport = \"current\"\nverdict = \"fixed\"\naffected = [\"2.0.0\", \"2.0.1\"]\n\
         unaffected = [\"2.0.2\"]\nfixed-in = \"2.0.2\"",
        "name = \"2.0\"\nsupport = \"current\"\nverdict = \"not-affected\"\naffected = []\n\
         unaffected = [\"2.0.0\", \"2.0.1\"]\nrepaired = [\"2.0.0\", \"2.0.1\"]",
    );
    let advisory = advisory(&[begun]);
    let page = page(&advisory).expect("a page");
    assert_eq!((page.fixed, page.unfixed), (vec!["2.0.0".to_owned()], vec!["1.9".to_owned()]));
    let ghsa = document(Format::Ghsa, &advisory);
    assert_eq!(ghsa["vulnerabilities"][0]["patched_versions"], "2.0.0");
    const SAID: &str = "Line 1.9 gets no fixes any more. Update to 2.0.0 or later.";
    assert_eq!(document(Format::Csaf, &advisory)["vulnerabilities"][0]["remediations"][0]["details"], SAID);
    let vex = document(Format::Openvex, &advisory);
    assert!(array_of(&vex["statements"], "action_statement").contains(&SAID), "{vex:#}");
    let [new, old] = [&advisory.lines[0], &advisory.lines[1]].map(|line| told(&advisory, line));
    assert_eq!(new, "not affected, 2.0.0 has the fix");
    assert_eq!(old, "no fix (end-of-life): update to 2.0.0 or later");
    let tags = fixed_tags(&advisory, &TagPattern::default(), &|_| None).expect("tags");
    assert_eq!(tags.iter().map(|tag| tag.as_str()).collect::<Vec<_>>(), ["v2.0.0"]);
}

#[test]
fn a_version_of_a_go_module_is_named_as_scanners_name_it() {
    let go = "[[package]]\necosystem = \"Go\"\nname = \"godel.example/api\"\n";
    let advisory = advisory(&[("[[package]]\necosystem = \"crates.io\"\nname = \"godel\"\n", go)]);
    let vex = text(&document(Format::Openvex, &advisory));
    let csaf = text(&document(Format::Csaf, &advisory));
    assert!(
        vex.contains("\"pkg:golang/godel.example/api@v2.0.2\"")
            && vex.contains("\"pkg:golang/godel.example/api@2.0.2\"")
    );
    assert!(csaf.contains("\"purl\": \"pkg:golang/godel.example/api@v2.0.2\""), "{csaf}");
}

fn array_of<'v>(list: &'v Value, key: &str) -> Vec<&'v str> {
    list.as_array().into_iter().flatten().filter_map(|one| one[key].as_str()).collect()
}
