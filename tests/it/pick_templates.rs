//! The Markdown of `patch-pick`: what strangers wrote stays text, and users can bring their own templates.

use backstitch::model::commit::CommitId;

use crate::support::{Bin, Repo};

/// A fix with this title on main, which 1.9 took and 2.0 lacks.
fn story(title: &str) -> (Repo, CommitId) {
    let repo = Repo::new();
    repo.land_fix("Add the list", [("list.c", "one\ntwo\n")]);
    repo.cut_line("1.9");
    repo.land_fix("Add the map", [("map.c", "map\n")]);
    repo.cut_line("2.0");
    let fix = repo.land_fix(title, [("list.c", "one\nzwei\n")]);
    repo.pick("1.9", fix);
    (repo, fix)
}

fn markdown(repo: &Repo, arguments: &[&str]) -> Bin {
    Bin::pick().at(repo).args(arguments.iter().chain(&["--format", "markdown"]))
}

fn write(repo: &Repo, name: &str, text: &str) {
    let path = repo.path().join(".patch/templates/pick").join(name);
    std::fs::create_dir_all(path.parent().expect("because it is in a folder")).expect("because it can be made");
    std::fs::write(path, text).expect("because the folder is there");
}

#[test]
fn status_and_plan_are_tables() {
    let (repo, fix) = story("Say zwei (#7)");
    let short = fix.short();
    let status = markdown(&repo, &["status"]).run().success().stdout;
    let row = format!(
        "| fix | pr | title | &#8203;2.0 | &#8203;1.9 |\n|---|---|---|---|---|\n| `{short}` | #7 | Say zwei (#7) | needed | on line |\n\n- &#8203;2.0: 1 change is needed\n"
    );
    assert!(status.contains(&row), "{status}");
    let plan = markdown(&repo, &["plan", &fix.to_string()]).run().success().stdout;
    let row = format!(
        "| fix | title | outcome | detail |\n|---|---|---|---|\n| `{short}` | Say zwei (#7) | clean |  |\n\n\n### "
    );
    assert!(plan.starts_with("### &#8203;2.0: 1 pick; 'release/2.0' advances from ") && plan.contains(&row), "{plan}");
    assert!(plan.contains(&format!("- left out `{short}` Say zwei (#7): the line has it already, as ")), "{plan}");
}

#[test]
fn a_strangers_title_stays_text() {
    for (title, bad) in [
        ("a | <script>alert(1)</script>", "<script"),
        ("![x](https://example.invalid/y)", "![x]"),
        ("[click](javascript:alert(1))", "[click]("),
        ("`code` and ``more``", "| `code"),
        ("::error::gone", "\n::error"),
        ("##[error]gone", "##["),
        ("@everyone {{ 7 * 7 }} {% raw %}", "@everyone"),
        ("one\r| two | three |", "\r"),
        ("\u{1b}[31mred\u{202e}", "\u{1b}"),
    ] {
        let (repo, fix) = story(title);
        for arguments in [vec!["status"], vec!["plan", &fix.to_string(), "--line", "2.0"]] {
            let output = markdown(&repo, &arguments).env("GITHUB_ACTIONS", "true").run().success().stdout;
            assert!(!output.contains(bad), "{title:?}: {output}");
            let rows: Vec<&str> = output.lines().filter(|line| line.starts_with("| `")).collect();
            let bars = |row: &str| row.replace("\\|", "").matches('|').count();
            let wanted = if arguments[0] == "status" { 6 } else { 5 };
            assert_eq!(rows.iter().map(|row| bars(row)).collect::<Vec<_>>(), [wanted], "{title:?}: {output}");
            assert!(!output.contains("49"), "{title:?} was evaluated: {output}");
        }
    }
}

#[test]
fn the_users_template_counts_and_still_escapes() {
    let (repo, fix) = story("<b>bold</b>");
    write(
        &repo,
        "status.md.j2",
        "{% for row in rows %}* {{ row.title }} by {{ row.author|safe }}{% endfor %}\n::error::x",
    );
    let status = markdown(&repo, &["status"]).env("GITHUB_ACTIONS", "true").run().success().stdout;
    assert!(status.starts_with("* &lt;b&gt;bold&lt;/b&gt; by "), "{status}");
    assert!(status.ends_with("\n: :error::x\n"), "{status}");
    write(&repo, "plan.md.j2", "{{ document.main.branch }} {{ document.lines|length }} {{ lines[0].picks[0].fix }}");
    let plan = markdown(&repo, &["plan", &fix.to_string(), "--line", "2.0"]).run().success().stdout;
    assert_eq!(plan, format!("main 1 {}\n", fix.short()));
    let text = Bin::pick().at(&repo).args(["status"]).run().success().stdout;
    assert!(text.contains("<b>bold</b>"), "templates are for Markdown: {text}");
}

#[test]
fn a_broken_template_of_the_user_is_a_usage_error_at_its_line() {
    let (repo, _) = story("Say zwei");
    write(&repo, "status.md.j2", "{{ heading }}\n\n{{ headnig }}\n");
    let output = markdown(&repo, &["status"]).run().code(2);
    assert_eq!(output.stdout, "");
    let expected = "error: cannot render '.patch/templates/pick/status.md.j2', line 3\ncaused by: undefined value";
    assert!(output.stderr.contains(expected), "{}", output.stderr);
}
