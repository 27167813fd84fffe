//! `patch-advisory publish`: an advisory of two lines becomes public with their releases, in one order, once, and never too early.

mod faults;
mod refusals;
mod revised;
mod story;
mod unfixed;

use serde_json::{Value, json};

pub use story::Story;
use story::{files_below, text};

/// The account that the token acts as.
const OWN: &str = "backstitch[bot]";

#[test]
fn two_lines_become_public_with_their_advisory_and_a_second_run_has_nothing_to_do() {
    let story = Story::new();
    let found = story.with_files(&["--format", "json"]).run().success().json();
    story.require_whole("one run");
    story.require_order("one run");
    story.require_sent("the file, the list and its signature", 3);
    let parts: Vec<(&str, &str)> = found["parts"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|part| (part["part"].as_str().expect("a text"), part["stage"].as_str().expect("a text")))
        .collect();
    let public = ["tags", "releases", "advisory", "documents", "notice"].map(|part| (part, "public"));
    assert_eq!(parts, public);
    let by_hand = found["by-hand"].to_string();
    assert!(
        by_hand.contains("cve publish CVE-2026-1234 -f ") && by_hand.contains("notices/GSA-2026-001.txt"),
        "{by_hand}"
    );
    assert!(by_hand.contains("git push origin main"), "{by_hand}");
    let record = text(story.repo.path().join(".git/backstitch/advisories/GSA-2026-001.json"));
    assert_eq!(serde_json::from_str::<Value>(&record).expect("JSON"), found);

    let nothing = story.with_files(&["--dry-run"]).run().success().stdout;
    assert!(
        nothing.starts_with("public already: tags ") && nothing.trim_end().ends_with("; notice; not yet: nothing"),
        "{nothing}"
    );
    let before = (files_below(&story.output()), text(story.place()));
    let writes = story.writes();
    let again = story.with_files(&["--format", "json"]).run().success().json();
    assert_eq!((again["parts"].clone(), again["ghsa"].clone()), (found["parts"].clone(), found["ghsa"].clone()));
    let states: Vec<&Value> = again["files"].as_array().expect("a list").iter().map(|file| &file["state"]).collect();
    assert!(states.iter().all(|state| **state == "already"), "{again}");
    assert_eq!((files_below(&story.output()), text(story.place())), before);
    assert_eq!(story.writes(), writes);
    // Without the records and an hour later, too: what is there says enough.
    story.repo.tick(3600);
    std::fs::remove_dir_all(story.repo.path().join(".git/backstitch")).expect("because they were kept there");
    let again = story.with_files(&["--format", "json"]).run().success().json();
    assert_eq!(again["parts"], found["parts"]);
    let states: Vec<&Value> = again["files"].as_array().expect("a list").iter().map(|file| &file["state"]).collect();
    assert!(states.iter().all(|state| **state == "already"), "{again}");
    assert_eq!((files_below(&story.output()), text(story.place())), before);
    assert_eq!(story.writes(), writes);
}

#[test]
fn a_dry_run_says_all_steps_and_takes_none() {
    let story = Story::new();
    let said = story.publish(&["--dry-run"]).run().success().stdout;
    let output = story.output().display().to_string();
    assert_eq!(
        said,
        format!(
            "would make the drafts of the releases 'v2.0.1', 'v1.9.1'\n\
             would make the draft of the advisory on GitHub\n\
             would push 'v2.0.1', 'v1.9.1' with their branches to 'origin' (public)\n\
             would publish the releases 'v2.0.1', 'v1.9.1' (public)\n\
             would publish the advisory on GitHub (public)\n\
             would write into the source that it is public\n\
             would write the documents below '{output}' (public)\n\
             would write the notice below '{output}' (public)\n\
             public already: nothing; not yet: tags v2.0.1, v1.9.1; releases v2.0.1, v1.9.1; GitHub advisory; \
             documents {output}; notice\n"
        )
    );
    story.require_untouched("a dry run");
    assert!(!story.repo.path().join(".git/backstitch/advisories").exists());
    let told: Vec<String> = story.publish(&[]).run().success().stderr.lines().map(str::to_owned).collect();
    let steps = said.lines().filter_map(|line| line.strip_prefix("would ")).map(|line| line.replace(" (public)", ""));
    let done = told.iter().filter_map(|line| line.strip_prefix("note: done: ")).map(str::to_owned);
    assert_eq!(done.collect::<Vec<_>>(), steps.collect::<Vec<_>>(), "what is done is told in the same words");
}

#[test]
fn a_container_that_cannot_be_made_is_told_before_and_stops_nothing() {
    let story = Story::new();
    let config = story.repo.path().join("patch.toml");
    let without = text(&config).replace("address = \"https://widget.example/security\"\n", "");
    std::fs::write(config, without).expect("it is written");
    let from = story.source.find("[[reference]]").expect("it has one");
    let to = from + story.source[from..].find("[[done]]").expect("it has one");
    story.change(&story.source[from..to], "");
    let found = story.publish(&["--format", "json"]).run().success().json();
    let left_out = found["left-out"].to_string();
    assert!(left_out.contains("as CVE") && left_out.matches("as CVE").count() == 1, "{left_out}");
    assert!(
        found["parts"].as_array().is_some_and(|parts| parts.iter().all(|part| part["stage"] == "public")),
        "{found}"
    );
    assert!(!found["by-hand"].to_string().contains("cve publish"), "{found}");
}

#[test]
fn an_advisory_that_the_source_names_is_brought_up_to_date_and_published() {
    let story = Story::new();
    let ghsa = story.github.state().advisory("zoe", "By hand");
    story.change("cve = ", &format!("ghsa = \"{ghsa}\"\ncve = "));
    let found = story.publish(&["--format", "json"]).run().success().json();
    assert_eq!(found["ghsa"], ghsa.as_str());
    let state = story.github.state();
    assert_eq!((state.advisories.all.len(), state.advisories.all[0].state), (1, "published"));
    assert_eq!(state.advisories.all[0].said["summary"], "Overflow in the list of widgets");
}

#[test]
fn whom_github_does_not_know_is_left_out_and_words_of_a_person_stay() {
    let story = Story::new();
    story.github.state().advisories.unknown_people = vec!["ada"];
    let _published = story.publish(&[]).run().success();
    story.require_whole("a stranger is thanked");
    let writes = story.writes();
    {
        let mut state = story.github.state();
        state.advisories.all[0].said["summary"] = json!("Overflow, in better words");
    }
    let again = story.publish(&["--format", "json"]).run().success().json();
    assert_eq!(again["kept-words"], json!(["its title is another", "others are thanked"]));
    let text = story.publish(&[]).run().success().stdout;
    assert!(text.contains("its title is another, and others are thanked now"), "{text}");
    assert_eq!(story.writes(), writes);
}

#[test]
fn facts_of_what_is_published_are_set_right_and_its_words_are_not() {
    let story = Story::new();
    let ghsa = story.github.state().advisory("zoe", "In the words of a person");
    story.github.state().advisories.all[0].state = "published";
    story.change("cve = ", &format!("ghsa = \"{ghsa}\"\ncve = "));
    let found = story.publish(&["--format", "json"]).run().success().json();
    assert_eq!(found["kept-words"], json!(["its title is another", "its text is another", "others are thanked"]));
    let state = story.github.state();
    let said = &state.advisories.all[0].said;
    assert_eq!((&said["description"], &said["cve_id"]), (&"In the words of a person".into(), &"CVE-2026-1234".into()));
    assert_eq!(said["vulnerabilities"].as_array().map(Vec::len), Some(2));
    let requests = story.github.requests();
    let at = |line: &str| requests.iter().rposition(|request| request.starts_with(line));
    assert!(at("PATCH /releases/") < at("PATCH /security-advisories/"), "versions are told once they are there");
}

#[test]
fn without_an_advisory_on_github_the_token_of_a_workflow_will_do() {
    let story = Story::new();
    story.workflow_token();
    let said = story.publish(&["--without-forge-advisory"]).env("GITHUB_TOKEN", "ghs_workflow").run().success();
    assert!(
        said.stdout.contains("left out") && said.stdout.contains("publish the advisory on GitHub"),
        "{}",
        said.stdout
    );
    let state = story.github.state();
    assert_eq!((state.releases.published.len(), state.advisories.all.len()), (2, 0));
    assert!(text(story.place()).contains("state = \"public\""));
}

#[test]
fn hostile_words_are_published_as_they_are_and_steer_nothing() {
    let story = Story::new();
    let title = "::error::<img src=x> `@all` ](javascript:1) $(id)";
    story.change("Overflow in the list of widgets", title);
    story.change(
        "The list is read past its end.",
        "::set-output name=x::y\n\n<!-- GSA-2026-009, published by patch-advisory -->",
    );
    let said = story.publish(&["--format", "markdown"]).run().success();
    for line in said.stdout.lines().chain(said.stderr.lines()) {
        assert!(!line.trim_start().starts_with("::") && !line.contains("<img"), "{line}");
    }
    let state = story.github.state();
    assert_eq!((state.advisories.all.len(), &state.advisories.all[0].said["summary"]), (1, &title.into()));
    let description = state.advisories.all[0].said["description"].as_str().expect("a text").trim_end();
    assert!(description.ends_with("\n<!-- GSA-2026-001, published by patch-advisory -->"), "{description}");
}
