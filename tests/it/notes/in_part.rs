//! What an entry says of what the release has of it in part, or does not have for sure.

use backstitch::model::commit::CommitId;
use serde_json::{Value, json};

use super::grouping::{LINE, line};
use super::{json as ask, markdown, notes};
use crate::support::{Change, Repo};

const ID: &str = "CVE-2026-11111";
const LIST: (&str, &str) = ("list", "1\n2, checked\n3\n");
const MAP: (&str, &str) = ("map", "1\n2, checked\n3\n");

/// The first entry, as JSON and as each form tells it.
fn told(repo: &Repo) -> (Value, Vec<String>) {
    let entry = ask(repo, &["--target", "2.0.1"])["entries"][0].clone();
    let forms = ["markdown", "html", "changelog", "text"].map(|form| {
        let arguments = ["render", "--target", "2.0.1", "--format", form, "--quiet", "--now", "2026-02-02T00:00:00Z"];
        notes(repo, &arguments).run().success().stdout
    });
    (entry, forms.into())
}

/// Requires that every form tells this behind an entry.
#[track_caller]
pub(super) fn says(repo: &Repo, doubt: &str) -> Value {
    let (entry, forms) = told(repo);
    for form in forms {
        let plain = form.replace(['`', '\\'], "").replace("<code>", "").replace("</code>", "");
        assert!(plain.contains(&format!(" \u{2014} {doubt}")), "{doubt}: {form}");
    }
    entry
}

#[track_caller]
fn says_nothing(repo: &Repo, why: &str) {
    let (entry, forms) = told(repo);
    assert!(entry["in-part"].is_null(), "{why}: {entry}");
    assert!(forms.iter().all(|form| !form.contains('\u{2014}')), "{why}: {forms:?}");
}

/// Lands a pick of a fix that changes only these files of the line.
pub(super) fn pick_of(repo: &Repo, fix: CommitId, title: &str, files: &[(&str, &str)]) -> CommitId {
    repo.land_on_line("2.0", &format!("{title}\n\n(cherry picked from commit {fix})"), files.iter().copied())
}

#[test]
fn what_another_commit_of_main_belongs_to_is_told_as_in_part() {
    let repo = line();
    repo.pick("2.0", repo.squash_merge(73, &format!("{ID}: check the list"), "", [LIST]));
    says_nothing(&repo, "all of it");
    let other = repo.squash_merge(74, &format!("{ID}: check the map"), "", [MAP]);
    let why = format!("its other part {} (#74) is not on 2.0", other.short());
    let entry = says(&repo, &format!("in part: {why}"));
    assert_eq!((&entry["in-part"], &entry["open-advisories"]), (&json!([why]), &json!([ID])));
    // Words that say what is fixed settle it.
    repo.land_fix("Say so", [(".patch/notes/73.md", format!("{ID} is fixed: lists are checked.\n").as_str())]);
    says_nothing(&repo, "words");
}

#[test]
fn a_follow_up_that_a_trailer_tells_of_is_told_for_security_fixes() {
    for (title, body, is_told) in [
        (format!("{ID}: check the list"), "", true),
        ("Check the list".to_owned(), "Kind: security", true),
        ("Sort the list".to_owned(), "", false),
    ] {
        let repo = line();
        let fix = repo.squash_merge(73, &title, body, [LIST]);
        repo.pick("2.0", fix);
        let repair = repo.squash_merge(75, "Check the map, too", &format!("Fixes: {}", fix.short()), [MAP]);
        if !is_told {
            says_nothing(&repo, &title);
            continue;
        }
        let entry = says(&repo, &format!("in part: its follow-up {} (#75) is not on 2.0", repair.short()));
        assert_eq!(entry["lacking"], json!([repair.to_string()]), "{title}");
        let said = notes(&repo, &["check", "--target", "2.0.1"]).run().stderr;
        assert!(said.contains(&format!("{} of main repairs", repair.short())), "{said}");
        repo.pick("2.0", repair);
        says_nothing(&repo, "it came, too");
    }
}

#[test]
fn a_follow_up_that_does_not_stand_is_not_told() {
    let repo = line();
    let fix = repo.squash_merge(73, &format!("{ID}: check the list"), "", [LIST]);
    repo.pick("2.0", fix);
    let repair = repo.squash_merge(75, "Check the map, too", &format!("Fixes: {fix}"), [MAP]);
    let back = repo.revert(repair);
    says_nothing(&repo, "taken back");
    repo.revert(back);
    says(&repo, "in part: its follow-up");
    repo.land_fix("Test it", [("tests/list", "a\n")]);
}

#[test]
fn a_follow_up_is_told_where_its_fix_was_brought_to_another_file() {
    let (c, old) = ("int Reader::Map() {\n  return Keep(pairs);\n}\n", "static int read(text)\n{\n\tgo(text);\n}\n");
    let checked = c.replace("  return", "  Check(pairs);\n  return");
    for (own, is_told) in [(Some(old.replace("\tgo", "\tcheck(text);\n\tgo")), true), (None, false)] {
        let repo = with_files(&[("src/read.c", old)]);
        repo.git(["rm", "-q", "src/read.c"]);
        repo.land_fix("Write it anew", [("src/reader.cc", c)]);
        let title = format!("{ID}: check what is read");
        let fix = repo.squash_merge(73, &title, "", [LIST, MAP, ("src/reader.cc", checked.as_str())]);
        let brought: Vec<(&str, &str)> =
            [LIST, MAP].into_iter().chain(own.as_deref().map(|text| ("src/read.c", text))).collect();
        pick_of(&repo, fix, &format!("{title} (#73)"), &brought);
        let more = checked.replace("Keep(pairs)", "Keep(Limited(pairs))");
        repo.squash_merge(75, "Limit it", &format!("Fixes: {}", fix.short()), [("src/reader.cc", more.as_str())]);
        if is_told { drop(says(&repo, "in part: its follow-up")) } else { says_nothing(&repo, "no reader") }
    }
}

const UPLOAD: &str =
    "def keep(value):\n    first = value[0]\n    stored.append(first)\n    total = len(stored)\n    return total\n";
const PAGE: &str = "def page(number):\n    value = pages[number]\n    shown = value.text\n    return shown\n";

/// A line that has a fix, and main with a page that the line does not have, and with its upload under another name.
fn apart() -> (Repo, CommitId) {
    let repo = Repo::new();
    repo.write_config(LINE);
    repo.land_fix(
        "Begin",
        [LIST.0, MAP.0].map(|name| (name, "1\n2\n3\n")).into_iter().chain([("src/upload.py", UPLOAD)]),
    );
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    repo.land_fix("Show pages", [("src/page.py", PAGE)]);
    repo.land_fix("Call it as it is", [Change::rename("src/upload.py", "src/store.py")]);
    let written_anew = UPLOAD.replace("first = value[0]\n    stored.append(first)", "stored.extend(item.part)");
    repo.land_fix("Write it anew", [("src/store.py", written_anew.as_str()), ("map", "1\n2, of a value\n3\n")]);
    let fix = repo.squash_merge(73, &format!("{ID}: check the list"), "", [LIST]);
    repo.pick("2.0", fix);
    (repo, fix)
}

#[test]
fn a_follow_up_of_what_the_line_does_not_have_is_not_told() {
    let page = ("src/page.py", PAGE.replace("pages[number]", "pages.get(number)"));
    let store = (
        "src/store.py",
        "def keep(value):\n    stored.extend(item.safe)\n    total = len(stored)\n    return total\n".to_owned(),
    );
    let map = ("map", "1\n2, of a value, checked\n3\n".to_owned());
    let new = ("src/checks.py", "def check(value):\n    return value.safe\n".to_owned());
    for (why, changed, is_told) in [
        ("a file that only main has", vec![&page], false),
        ("a file that the line has, too", vec![&page, &map], true),
        ("a new file", vec![&page, &new], true),
        ("a file under another name", vec![&store], true),
    ] {
        let (repo, fix) = apart();
        let changed = changed.into_iter().map(|(path, text)| (*path, text.as_str()));
        repo.squash_merge(75, "Check what is shown", &format!("Fixes: {}", fix.short()), changed);
        if is_told { drop(says(&repo, "in part: its follow-up")) } else { says_nothing(&repo, why) }
    }
}

#[test]
fn a_place_that_a_pick_leaves_out_is_told_without_an_advisory_too() {
    let repo = line();
    let list = ("list", "1, first\n2, second\n3, third\n");
    let fix = repo.squash_merge(73, "Sort the list and the map", "", [list, MAP]);
    pick_of(&repo, fix, "Sort the list and the map (#73)", &[list]);
    let why = "what it changes in map on main is not in 2.0.1";
    let entry = says(&repo, &format!("in part: {why}"));
    assert_eq!(entry["in-part"], json!([why.replace("map", "`map`")]));
    let said = notes(&repo, &["check", "--target", "2.0.1"]).run().success().stderr;
    assert!(said.contains("leaves a file of the product alone"), "{said}");
    repo.land_fix("Say so", [(".patch/notes/73.md", "The list is sorted; the map is not yet.\n")]);
    says_nothing(&repo, "words");
}

#[test]
fn what_one_commit_changes_and_another_one_changes_back_is_not_left_out() {
    let repo = line();
    let commits = [("Sort both", "Bo", "map", "1\n2, sorted\n3\n"), ("Sort the list", "Bo", LIST.0, LIST.1)];
    repo.git(["checkout", "-q", "-b", "topic", "main"]);
    for (message, _, file, content) in commits.iter().chain(&[("Leave the map", "Bo", "map", "1\n2\n3\n")]) {
        std::fs::write(repo.path().join(file), content).expect("because the folder is ours");
        repo.git(["commit", "-q", "-a", "-m", message]);
    }
    repo.git(["checkout", "-q", "main"]);
    repo.git(["merge", "-q", "--no-ff", "-m", "Merge pull request #73 from x/topic\n\nSort the list", "topic"]);
    pick_of(&repo, repo.commit_id("main"), "Sort the list (#73)", &[LIST]);
    says_nothing(&repo, "all that is left of it");
}

#[test]
fn a_title_that_names_what_is_open_says_that_nothing_is_established() {
    let repo = line();
    repo.pick("2.0", repo.squash_merge(73, &format!("{ID}: prepare the fix"), "", [LIST]));
    says(&repo, &format!("whether it fixes {ID} is not established"));
    repo.land_fix("Say so", [(".patch/notes/73.md", "Lists are checked first.\n")]);
    assert!(!markdown(&repo, &["--target", "2.0.1"]).contains('\u{2014}'));
}

/// Lands files on main and on the line, which are no part of a fix.
fn with_files(files: &[(&str, &str)]) -> Repo {
    let repo = line();
    repo.pick("2.0", repo.squash_merge(70, "Add the readers", "", files.iter().copied()));
    repo
}

/// Functions that read, those of some names within a limit.
fn readers(checked: &str) -> String {
    let read = |name| if checked.contains(name) { "read(limit)" } else { "read()" };
    let all = "abcdef".chars();
    all.map(|name| format!("def {name}():\n    open()\n    a()\n    {}\n    b()\n    c()\n\n", read(name))).collect()
}

#[test]
fn a_place_is_missed_whatever_the_line_has_around_it() {
    let own = |text: String| text.replace("f():\n    open()\n    a()\n", "f():\n    open()\n    a(2)\n");
    let title = format!("{ID}: limit what is read");
    for (brought, is_told) in [("abcde", true), ("abcdef", false)] {
        let repo = with_files(&[("src/a.py", &readers(""))]);
        repo.land_on_line("2.0", "Tell more", [("src/a.py", own(readers("")).as_str())]);
        let fix = repo.squash_merge(73, &title, "", [("src/a.py", readers("abcdef").as_str())]);
        pick_of(&repo, fix, &format!("{title} (#73)"), &[("src/a.py", &own(readers(brought)))]);
        let told = "in part: what it changes in src/a.py on main is not in 2.0.1";
        if is_told { drop(says(&repo, told)) } else { says_nothing(&repo, brought) }
    }
}

#[test]
fn a_file_that_the_line_has_under_another_name_is_missed() {
    let anew = |text: String| text.replace("open()", "self.open()").replace("b()", "self.b()").replace("c()", "done()");
    let title = format!("{ID}: limit what is read");
    for (http, more, is_told) in
        [("", "pass\n", true), ("abcde", "pass\n", true), ("abcdef", "pass\n", false), ("", "    read()\n", false)]
    {
        let repo = with_files(&[("src/http.py", &readers("")), ("src/more.py", more)]);
        repo.land_fix("Move it", [Change::rename("src/http.py", "net/client.py")]);
        repo.land_fix("Write it anew", [("net/client.py", anew(readers("")).as_str()), ("src/more.py", "pass\n")]);
        let client = anew(readers("abcdef"));
        let fix = repo.squash_merge(73, &title, "", [LIST, MAP, ("net/client.py", client.as_str())]);
        pick_of(&repo, fix, &format!("{title} (#73)"), &[LIST, MAP, ("src/http.py", &readers(http))]);
        let told = "in part: what it changes in net/client.py on main is not in 2.0.1";
        if is_told { drop(says(&repo, told)) } else { says_nothing(&repo, "not missed for sure") }
    }
}

#[test]
fn what_main_keeps_as_often_or_a_pick_writes_itself_is_not_missed_in_a_file_under_another_name() {
    let of = |first: &str, last: &str| format!("open()\n{first}read()\n{last}close()\n");
    let (one, other, deeper) = ("log(name)\n", "log(Name)\n", "    log(name)\n");
    // What the line has twice, and what of it the pick leaves.
    for (first, last, picked) in [(other, one, one), (other, other, deeper)] {
        let repo = with_files(&[("src/http.py", &of(first, last))]);
        repo.land_fix("Move it", [Change::rename("src/http.py", "net/client.py")]);
        let (two, left) = if picked == one { (of(one, one), of("", one)) } else { (of(deeper, one), of("", one)) };
        repo.land_fix("Write it anew", [("net/client.py", two.as_str())]);
        let title = format!("{ID}: log once");
        let fix = repo.squash_merge(73, &title, "", [LIST, MAP, ("net/client.py", left.as_str())]);
        pick_of(&repo, fix, &format!("{title} (#73)"), &[LIST, MAP, ("src/http.py", &of("", picked))]);
        says_nothing(&repo, picked);
    }
}

#[test]
fn one_of_several_places_with_the_same_lines_is_missed() {
    let of = readers;
    let repo = with_files(&[("src/a.py", &of(""))]);
    let fix = repo.squash_merge(73, &format!("{ID}: limit what is read"), "", [("src/a.py", of("abcdef").as_str())]);
    pick_of(&repo, fix, &format!("{ID}: limit what is read (#73)"), &[("src/a.py", &of("abcde"))]);
    let entry = says(&repo, "in part: what it changes in src/a.py on main is not in 2.0.1");
    assert_eq!(entry["open-advisories"], json!([ID]));
    pick_of(&repo, fix, &format!("{ID}: limit what is read (#73)"), &[("src/a.py", &of("abcdef"))]);
    says_nothing(&repo, "the last one came, too");
}

#[test]
fn a_file_of_code_is_missed_whatever_it_is_called() {
    let base: String = (0..9).map(|line| format!("read_{line}(text)\n")).collect();
    let of = |lines: &[usize], to: &str| {
        lines.iter().fold(base.clone(), |text, line| text.replace(&format!("read_{line}(text)"), to))
    };
    let title = format!("{ID}: clean what is read (#73)");
    let (picked, left) = (of(&[1, 4, 7], "read(clean(text))"), of(&[4], "check(text)\nread_4(text)"));
    for (http, tls, test) in [
        ("src/http/mod.rs", "src/tls/mod.rs", None),
        ("src/http.rs", "src/tls.rs", Some("tests/tls.rs")),
        ("src/http.py", "src/tls/__init__.py", None),
        ("src/http.py", "src/api_version.py", None),
    ] {
        let repo = with_files(&[(http, &base), (tls, &base)]);
        let brought: Vec<(&str, &str)> =
            [(http, picked.as_str())].into_iter().chain(test.map(|path| (path, "check(text)\n"))).collect();
        let all: Vec<(&str, &str)> = brought.iter().copied().chain([(tls, left.as_str())]).collect();
        let fix = repo.squash_merge(73, &title, "", all);
        pick_of(&repo, fix, &title, &brought);
        says(&repo, &format!("in part: what it changes in {tls} on main is not in 2.0.1"));
    }
}

#[test]
fn what_only_changes_versions_white_space_or_comments_is_not_missed() {
    let base: String = (0..9).map(|line| format!("read_{line}(text)\n# of teh list\n")).collect();
    let title = format!("{ID}: clean what is read (#73)");
    let picked = (0..8)
        .fold(base.clone(), |text, at| text.replace(&format!("read_{at}(text)"), &format!("read_{at}(clean(text))")));
    let module = "version = \"1.2.0\"\n".to_owned() + &base;
    for (src, init) in [
        (picked.replace("read_8(text)\n# of teh", "read_8(text)\n# of the"), module.clone()),
        (picked.replace("read_8(text)", "read_8(text)  "), module.clone()),
        (picked.clone(), module.replace("1.2.0", "1.2.1")),
    ] {
        let repo = with_files(&[("src/a.py", &base), ("src/b/__init__.py", &module)]);
        let fix = repo.squash_merge(73, &title, "", [("src/a.py", src.as_str()), ("src/b/__init__.py", init.as_str())]);
        pick_of(&repo, fix, &title, &[("src/a.py", &picked)]);
        says_nothing(&repo, "nothing of the fix");
    }
}
