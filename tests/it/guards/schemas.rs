//! The JSON schemas of the documents that binaries write, and that real documents are as their schemas say.
//!
//! `UPDATE_DOCS=1 cargo test --test it guards` writes them.

use std::collections::BTreeMap;

use backstitch::model::{
    advisory, apply, bump, decision, doctor, eligibility, forecast, guard, notes, plan, propose, publish, resolution,
    status, sums_report, tag_create, tag_push, tag_show, tag_verify, verify,
};
use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Value, json};

use super::{read, require_none, root, sources, updating};
use crate::support::signing::{ssh_story, tag};
use crate::support::{Bin, Repo};

/// Who writes a document: that decides which fields must be there.
#[derive(Clone, Copy)]
enum Writer {
    /// A binary, which writes every field that is not said to be absent sometimes.
    Binary,
    /// A person too, who may leave out what has a default.
    Person,
}

/// Every schema, by what stands in the `schema` field of its documents. A new document type is added here, and nowhere else.
fn schemas() -> BTreeMap<&'static str, Value> {
    [
        (advisory::outcome::NEW_SCHEMA, schema::<advisory::outcome::Created>(Writer::Binary)),
        (advisory::outcome::SCORE_SCHEMA, schema::<advisory::outcome::Scores>(Writer::Binary)),
        (advisory::outcome::CHANGED_SCHEMA, schema::<advisory::outcome::Changed>(Writer::Binary)),
        (advisory::checklist::CHECKLIST_SCHEMA, schema::<advisory::checklist::Checklist>(Writer::Binary)),
        (advisory::kit::KIT_SCHEMA, schema::<advisory::kit::Kit>(Writer::Binary)),
        (advisory::export::outcome::EXPORT_SCHEMA, schema::<advisory::export::outcome::Exported>(Writer::Binary)),
        (advisory::affected::AFFECTED_SCHEMA, schema::<advisory::affected::AffectedReport>(Writer::Binary)),
        (advisory::matrix::MATRIX_SCHEMA, schema::<advisory::matrix::Matrix>(Writer::Binary)),
        (advisory::terms::EMBARGO_SCHEMA, schema::<advisory::terms::Embargoes>(Writer::Binary)),
        (guard::GUARD_SCHEMA, schema::<guard::Guarded>(Writer::Binary)),
        (advisory::publish::DISCLOSURE_SCHEMA, schema::<advisory::publish::Disclosure>(Writer::Binary)),
        (advisory::publish::DISCLOSURE_PLAN_SCHEMA, schema::<advisory::publish::DisclosurePlan>(Writer::Binary)),
        (advisory::check::CHECK_SCHEMA, schema::<advisory::check::Checked>(Writer::Binary)),
        (status::STATUS_SCHEMA, schema::<status::Status>(Writer::Binary)),
        (forecast::FORECAST_SCHEMA, schema::<forecast::ForecastReport>(Writer::Binary)),
        (FORECAST_LINE, schema::<forecast::ForecastLine>(Writer::Binary)),
        (plan::PLAN_SCHEMA, schema::<plan::Plan>(Writer::Binary)),
        (apply::APPLY_SCHEMA, schema::<apply::ApplyReport>(Writer::Binary)),
        (propose::PROPOSE_SCHEMA, schema::<propose::ProposeReport>(Writer::Binary)),
        (apply::ABORT_SCHEMA, schema::<apply::AbortReport>(Writer::Binary)),
        (resolution::RESOLUTION_SCHEMA, schema::<resolution::Resolution>(Writer::Person)),
        (verify::VERIFY_SCHEMA, schema::<verify::Verification>(Writer::Binary)),
        (decision::DECIDE_SCHEMA, schema::<decision::Decided>(Writer::Binary)),
        (bump::VERSIONS_SCHEMA, schema::<bump::Versions>(Writer::Binary)),
        (bump::BUMP_SCHEMA, schema::<bump::Bumped>(Writer::Binary)),
        (eligibility::verdict::VERDICT_SCHEMA, schema::<eligibility::verdict::Report>(Writer::Binary)),
        (eligibility::policy::POLICY_SCHEMA, schema::<eligibility::policy::PolicyReport>(Writer::Binary)),
        (eligibility::policy::EXPLAIN_SCHEMA, schema::<eligibility::policy::Explained>(Writer::Binary)),
        (eligibility::waiver::WAIVE_SCHEMA, schema::<eligibility::waiver::Waived>(Writer::Binary)),
        (doctor::CHECK_SCHEMA, schema::<doctor::Diagnosis>(Writer::Binary)),
        (notes::NOTES_SCHEMA, schema::<notes::Notes>(Writer::Binary)),
        (notes::SEVERAL_SCHEMA, schema::<notes::SeveralNotes>(Writer::Binary)),
        (notes::check::CHECK_SCHEMA, schema::<notes::check::NotesCheck>(Writer::Binary)),
        (tag_create::CREATE_SCHEMA, schema::<tag_create::TagCreated>(Writer::Binary)),
        (tag_show::SHOW_SCHEMA, schema::<tag_show::TagShown>(Writer::Binary)),
        (tag_verify::VERIFY_SCHEMA, schema::<tag_verify::TagVerification>(Writer::Binary)),
        (tag_push::PUSH_SCHEMA, schema::<tag_push::TagsPushed>(Writer::Binary)),
        (publish::PUBLISH_SCHEMA, schema::<publish::PublishRecord>(Writer::Binary)),
        (publish::PLAN_SCHEMA, schema::<publish::PublishPlan>(Writer::Binary)),
        (sums_report::SUMS_SCHEMA, schema::<sums_report::SumsWritten>(Writer::Binary)),
        (sums_report::VERIFY_SUMS_SCHEMA, schema::<sums_report::SumsVerification>(Writer::Binary)),
    ]
    .into_iter()
    .map(|(name, schema)| (name, named(name, schema)))
    .collect()
}

/// The one kind of document without a `schema` field: a line of `patch-pick forecast --stdin`.
const FORECAST_LINE: &str = "patch-pick/forecast-line@1";

fn schema<T: JsonSchema>(writer: Writer) -> Value {
    let settings = SchemaSettings::draft2020_12();
    let settings = match writer {
        Writer::Binary => settings.for_serialize(),
        Writer::Person => settings.for_deserialize(),
    };
    settings.into_generator().into_root_schema_for::<T>().to_value()
}

fn named(name: &str, mut schema: Value) -> Value {
    schema["title"] = json!(name);
    if let Some(field) = schema.pointer_mut("/properties/schema") {
        *field = json!({ "const": name });
    }
    schema
}

fn file_of(name: &str) -> String {
    format!("docs/schemas/{name}.schema.json")
}

#[test]
fn schemas_are_current() {
    let text = |schema: &Value| serde_json::to_string_pretty(schema).expect("because it is JSON") + "\n";
    let wanted: BTreeMap<String, String> =
        schemas().iter().map(|(name, schema)| (file_of(name), text(schema))).collect();
    if updating() {
        for (path, text) in &wanted {
            let path = root().join(path);
            std::fs::create_dir_all(path.parent().expect("because it is in a folder")).expect("because docs is one");
            std::fs::write(&path, text).unwrap_or_else(|error| panic!("cannot write '{}': {error}", path.display()));
        }
    }
    let stored: BTreeMap<String, String> =
        sources(&["docs/schemas"], &["json", "md", "txt", "yml"]).into_iter().collect();
    require_none(
        &wrong_files(&wanted, &stored),
        "'docs/schemas/': run 'UPDATE_DOCS=1 cargo test --test it guards', and delete what is left over",
    );
}

/// The files that are missing, changed or left over.
fn wrong_files(wanted: &BTreeMap<String, String>, stored: &BTreeMap<String, String>) -> Vec<String> {
    let missing = wanted.keys().filter(|path| !stored.contains_key(*path)).map(|path| format!("'{path}' is missing"));
    let changed = wanted.iter().filter(|(path, text)| stored.get(*path).is_some_and(|stored| stored != *text));
    let changed = changed.map(|(path, _)| format!("'{path}' is out of date"));
    let left = stored.keys().filter(|path| !wanted.contains_key(*path)).map(|path| format!("'{path}' is left over"));
    missing.chain(changed).chain(left).collect()
}

/// What of a document its schema does not allow: missing and unknown fields, wrong types, unknown words.
fn misfits(root: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = root.pointer(reference.trim_start_matches('#')).expect("because schemas refer to themselves");
        return misfits(root, target, value, at);
    }
    for choice in ["anyOf", "oneOf"] {
        if let Some(choices) = schema[choice].as_array() {
            let fits = choices.iter().any(|choice| misfits(root, choice, value, at).is_empty());
            return if fits { Vec::new() } else { vec![format!("{at}: {value} is none of the choices")] };
        }
    }
    let mut wrong = Vec::new();
    if schema.get("const").is_some_and(|wanted| wanted != value) {
        wrong.push(format!("{at}: {value} is not {}", schema["const"]));
    }
    if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        wrong.push(format!("{at}: {value} is not among {}", schema["enum"]));
    }
    let types = schema["type"].as_array().cloned().unwrap_or_else(|| vec![schema["type"].clone()]);
    if !types[0].is_null() && !types.iter().any(|kind| is_of(kind.as_str().unwrap_or_default(), value)) {
        wrong.push(format!("{at}: {value} is no {}", schema["type"]));
    }
    for required in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        wrong.extend(value.get(required).is_none().then(|| format!("{at}: '{required}' is missing")));
    }
    for (name, field) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(name) {
            Some(schema) => wrong.extend(misfits(root, schema, field, &format!("{at}/{name}"))),
            None => wrong.push(format!("{at}: '{name}' is unknown")),
        }
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        wrong.extend(misfits(root, &schema["items"], item, &format!("{at}/{index}")));
    }
    wrong
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("the schemas have no '{other}' yet"),
    }
}

#[track_caller]
fn require_fit(name: &str, document: &Value) {
    let schema = &schemas()[name];
    require_none(&misfits(schema, schema, document, ""), &format!("a real document is as '{}' says", file_of(name)));
}

/// Two lines; `easy` applies to both, `hard` conflicts on 2.0, and 2.0 took a fix that 2.1 lacks.
fn story() -> (Repo, [String; 2]) {
    let repo = Repo::new();
    repo.land_fix("Add the list", [("list.c", "one\ntwo\nthree\n"), ("map.c", "map\n"), ("set.c", "set\n")]);
    repo.cut_line("2.0");
    repo.land_fix("Rename two", [("list.c", "one\nzwei\nthree\n")]);
    repo.cut_line("2.1");
    let hole = repo.land_fix("Fix the set that leaks", [("set.c", "set, fixed\n")]);
    repo.pick("2.0", hole);
    let easy = repo.land_fix("Fix the map", [("map.c", "map, fixed\n")]);
    let hard = repo.land_fix("Fix two", [("list.c", "one\nzwei, fixed\nthree\n")]);
    (repo, [easy, hard].map(|fix| fix.to_string()))
}

#[test]
fn real_documents_are_as_their_schemas_say() {
    let (repo, [easy, hard]) = story();
    let ask = |arguments: &[&str]| Bin::pick().at(&repo).args(arguments.iter().chain(&["--format", "json"])).run();
    let fits = |name: &str, arguments: &[&str]| {
        let document = ask(arguments).json();
        require_fit(name, &document);
        document
    };
    let status = fits(status::STATUS_SCHEMA, &["status", "--all", "--affected", "--forecast"]);
    assert!(status["rows"].as_array().is_some_and(|rows| rows.len() == 4), "{status}");
    fits(forecast::FORECAST_SCHEMA, &["forecast", &hard]);
    let pairs = format!("{hard} release/2.0\n{easy} release/2.0\n");
    let lines = Bin::pick().at(&repo).args(["forecast", "--stdin"]).stdin(pairs).run().success().json_lines();
    assert_eq!(lines.len(), 2);
    lines.iter().for_each(|line| require_fit(FORECAST_LINE, line));

    let decline = ["decide", &easy, "--line", "2.1", "--decline", "--reason", "not there"];
    fits(decision::DECIDE_SCHEMA, &decline);
    let file = repo.home().join("plan.json");
    let plan = file.to_str().expect("because the folder has a plain name");
    fits(plan::PLAN_SCHEMA, &["plan", &easy, &hard, "--max-prerequisites", "0", "--output", plan]);
    fits(apply::APPLY_SCHEMA, &["apply", "--dry-run", plan]);
    let applied = fits(apply::APPLY_SCHEMA, &["apply", plan]);
    let place = applied.pointer("/lines/1/conflict/directory").and_then(Value::as_str).expect("because it conflicts");
    let written = std::fs::read_to_string(format!("{place}/resolution.json")).expect("because it was written out");
    require_fit(resolution::RESOLUTION_SCHEMA, &serde_json::from_str(&written).expect("because it is JSON"));
    fits(verify::VERIFY_SCHEMA, &["verify", "--show"]);
    let given_up = fits(apply::ABORT_SCHEMA, &["apply", "--abort", plan]);
    assert!(given_up["removed"].as_array().is_some_and(|removed| removed.len() == 1), "{given_up}");
}

#[test]
fn real_documents_about_versions_are_as_their_schemas_say() {
    let repo = Repo::new();
    repo.land_fix("Add a manifest", [("package.json", "{\n  \"version\": \"2.0.0\"\n}\n")]);
    let fits = |name: &str, arguments: &[&str]| {
        let document = Bin::bump().at(&repo).args([arguments, &["--format", "json"]].concat()).run().json();
        require_fit(name, &document);
    };
    fits(bump::VERSIONS_SCHEMA, &["show"]);
    fits(bump::BUMP_SCHEMA, &["next", "--dry-run"]);
    fits(bump::BUMP_SCHEMA, &["next"]);
    fits(bump::BUMP_SCHEMA, &["set", "2.0.1"]);
}

#[test]
fn real_documents_about_eligibility_are_as_their_schemas_say() {
    let (repo, [easy, hard]) = story();
    repo.write_config(
        "[[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n[[eligibility.waivers]]\nby = [\"mia@example.com\"]\n",
    );
    let fits = |name: &str, arguments: &[&str]| {
        let document = Bin::check().at(&repo).args([arguments, &["--format", "json"]].concat()).run().json();
        require_fit(name, &document);
        document
    };
    let report = fits(eligibility::verdict::VERDICT_SCHEMA, &["commit", &easy, &hard, "--line", "2.0"]);
    assert_eq!(report["verdicts"].as_array().map(Vec::len), Some(2), "{report}");
    fits(eligibility::policy::POLICY_SCHEMA, &["policy"]);
    fits(eligibility::policy::EXPLAIN_SCHEMA, &["explain", "size"]);
    let by = "Mia <mia@example.com>";
    fits(
        eligibility::waiver::WAIVE_SCHEMA,
        &["waive", &easy, "--rule", "size", "--reason", "x", "--until", "2099-01-01", "--by", by],
    );
}

#[test]
fn real_documents_about_notes_are_as_their_schemas_say() {
    let repo = crate::notes::story();
    std::fs::write(repo.home().join("sums"), format!("{:064}  godel.tar\n", 0)).expect("because the folder is ours");
    let sums = repo.home().join("sums").display().to_string();
    let fits = |name: &str, arguments: &[&str]| {
        let document = Bin::notes().at(&repo).args([arguments, &["--format", "json"]].concat()).run().json();
        require_fit(name, &document);
        document
    };
    let notes = fits(notes::NOTES_SCHEMA, &["render", "--target", "2.0.1", "--sums", &sums]);
    for list in ["entries", "taken-back", "left-out", "contributors", "checksums"] {
        assert!(notes[list].as_array().is_some_and(|list| !list.is_empty()), "{list}: {notes}");
    }
    fits(notes::NOTES_SCHEMA, &["render", "--line", "2.1"]);
    fits(notes::SEVERAL_SCHEMA, &["render", "--line", "2.1", "--line", "2.0"]);
    let checked = fits(notes::check::CHECK_SCHEMA, &["check", "--target", "2.0.1"]);
    assert!(checked["findings"].as_array().is_some_and(|findings| findings.len() >= 4), "{checked}");
}

#[test]
fn real_documents_about_publishing_are_as_their_schemas_say() {
    let story = crate::notes::publish::Story::new();
    let fits = |name: &str, arguments: &[&str]| {
        let document = story.both(arguments).run().success().json();
        require_fit(name, &document);
        document
    };
    let plan = fits(publish::PLAN_SCHEMA, &["--dry-run"]);
    assert_eq!(plan["steps"].as_array().map(Vec::len), Some(10), "{plan}");
    let record = fits(publish::PUBLISH_SCHEMA, &[]);
    assert_eq!(record["releases"].as_array().map(Vec::len), Some(2), "{record}");
    assert_eq!(fits(publish::PLAN_SCHEMA, &["--dry-run"])["steps"], json!([]));
}

#[test]
fn the_page_of_notes_links_every_schema_of_theirs() {
    let page = read(&root().join("docs/patch-notes.md"));
    let own = schemas().into_keys().filter(|name| name.starts_with("patch-notes/")).map(file_of);
    let lacks = |file: &String| !page.contains(&format!("({})", file.replace("docs/", "")));
    let wrong: Vec<String> = own.filter(lacks).collect();
    require_none(&wrong, "'docs/patch-notes.md' says what prints a document, with a link to its schema");
}

#[test]
fn real_documents_about_tags_are_as_their_schemas_say() {
    let (repo, _) = ssh_story();
    let up = repo.home().join("up.git");
    let up = up.to_str().expect("because the folder has a plain name");
    repo.git(["init", "-q", "--bare", up]);
    repo.git(["remote", "add", "origin", up]);
    repo.git(["push", "-q", "origin", "main"]);
    let fits = |name: &str, arguments: &[&str]| {
        let document = tag(&repo, &[arguments, &["--format", "json"]].concat()).run().json();
        require_fit(name, &document);
        document
    };
    fits(tag_create::CREATE_SCHEMA, &["create", "2.0.1", "--dry-run"]);
    let made = fits(tag_create::CREATE_SCHEMA, &["create", "2.0.1"]);
    assert!(made["findings"].as_array().is_some_and(|findings| findings.len() > 10), "{made}");
    fits(tag_verify::VERIFY_SCHEMA, &["verify", "v2.0.1", "--remote", "origin", "--commit", "main"]);
    fits(tag_show::SHOW_SCHEMA, &["show", "v2.0.1"]);
    fits(tag_verify::VERIFY_SCHEMA, &["verify", "v2.0.0"]);
    let _twice = [(); 2].map(|()| fits(tag_push::PUSH_SCHEMA, &["push", "v2.0.1"]));
    fits(sums_report::SUMS_SCHEMA, &["sums", "README.md", "list"]);
    std::fs::write(repo.path().join("list"), "otherwise").expect("because the folder is ours");
    fits(sums_report::VERIFY_SUMS_SCHEMA, &["verify-sums"]);
}

#[test]
fn real_documents_about_publishing_an_advisory_are_as_their_schemas_say() {
    let story = crate::advisory_publish::Story::new();
    let fits = |name: &str, more: &[&str]| {
        let document = story.publish(&[more, &["--format", "json"]].concat()).run().success().json();
        require_fit(name, &document);
        document
    };
    let plan = fits(advisory::publish::DISCLOSURE_PLAN_SCHEMA, &["--dry-run"]);
    assert_eq!(plan["steps"].as_array().map(Vec::len), Some(8), "{plan}");
    let record = fits(advisory::publish::DISCLOSURE_SCHEMA, &[]);
    assert!(record["by-hand"].as_array().is_some_and(|left| left.len() == 4), "{record}");
    fits(advisory::publish::DISCLOSURE_PLAN_SCHEMA, &["--dry-run"]);
}

#[test]
fn a_real_diagnosis_is_as_its_schema_says() {
    let repo = crate::doctor::healthy();
    repo.git(["tag", "v2.0.1", "main"]);
    let arguments = ["--offline", "--skip", "identity"];
    let document = crate::doctor::doctor(&repo, &arguments).run().code(1).json();
    require_fit(doctor::CHECK_SCHEMA, &document);
    assert_eq!(document["skipped"], json!(["identity"]));
}

#[test]
fn a_document_that_does_not_fit_is_seen() {
    let schema = json!({
        "type": "object",
        "required": ["schema"],
        "properties": {
            "schema": { "const": "x@1" },
            "list": { "type": "array", "items": { "$ref": "#/$defs/word" } },
        },
        "$defs": { "word": { "oneOf": [{ "type": "string", "const": "a" }, { "type": "string", "enum": ["b", "c"] }] } },
    });
    let wrong = |value: Value| misfits(&schema, &schema, &value, "").len();
    assert_eq!(wrong(json!({ "schema": "x@1", "list": ["a", "c"] })), 0);
    for broken in [
        json!({}),
        json!([]),
        json!({ "schema": "x@2" }),
        json!({ "schema": "x@1", "more": 1 }),
        json!({ "schema": "x@1", "list": ["d"] }),
        json!({ "schema": "x@1", "list": "a" }),
    ] {
        assert!(wrong(broken.clone()) > 0, "{broken}");
    }
}

#[test]
fn a_wrong_schema_is_seen() {
    let files = |list: &[(&str, &str)]| list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let wanted: BTreeMap<String, String> = files(&[("a", "1"), ("b", "2")]);
    assert_eq!(wrong_files(&wanted, &wanted), Vec::<String>::new());
    for (stored, wrong) in [
        (files(&[("a", "1")]), "'b' is missing"),
        (files(&[("a", "1"), ("b", "3")]), "'b' is out of date"),
        (files(&[("a", "1"), ("b", "2"), ("c", "")]), "'c' is left over"),
    ] {
        assert_eq!(wrong_files(&wanted, &stored), [wrong]);
    }
}
