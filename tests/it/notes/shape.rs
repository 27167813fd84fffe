//! The forms of notes, and that a stranger's text stays text in each.

use super::{markdown, notes, story};
use crate::support::Repo;

const CONFIG: &str =
    "[project]\nname = \"Godel\"\nmain = \"main\"\n\n[[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n";

/// Titles that try to be more than a title.
const HOSTILE: &[&str] = &[
    "<script>alert(1)</script> in a title",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1)) here please",
    "![x](https://evil.example/track.png) image",
    "# Not a heading, but a title",
    "- not a point of a list",
    "1. not a number of a list",
    "--- not a line, nor a heading",
    "> not a quotation of anybody",
    "| not | a | table |",
    "thank @everyone and @acme/owners",
    "`code <b>` and ``more ` code`` and ` alone",
    "*bold* _it_ ~~gone~~ **more** __more__",
    "{{ project }} {% raw %} {# x #}",
    "a \\u{202e}turned\\u{1b}[31m title",
    "</li></ul><h1>out of the list",
    "\"quoted\" onmouseover='alert(1)'",
    "&lt;b&gt; is not bold &amp; stays",
    "[CVE-2026-9999]: https://evil.example",
    "(https://evil.example) at the start",
    "#998 at the start, and see #999 and GH-997",
    "as in evil/repo#5 and evil@a5c3785ed8d6a35868bc169f07e40e889087fd2e",
    "since a5c3785ed8, :tada: and :+1:",
    "www.evil.example is a good address",
];

fn hostile() -> Repo {
    let repo = Repo::new();
    repo.write_config(CONFIG);
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    for (at, title) in HOSTILE.iter().enumerate() {
        let title = title.replace("\\u{202e}", "\u{202e}").replace("\\u{1b}", "\u{1b}");
        let author = "<b>Eve</b> *star* <eve@example.com>".replace("<b>Eve</b>", "Eve [x](y)");
        let fix = repo.commit_with(&title, &author, [(format!("file-{at}").as_str(), "fixed\n")]);
        repo.pick("2.0", fix);
    }
    repo
}

#[test]
fn hostile_titles_stay_text_in_markdown() {
    let repo = hostile();
    for form in ["markdown", "changelog"] {
        let arguments = ["render", "--target", "2.0.1", "--format", form, "--quiet", "--now", "2026-02-02T00:00:00Z"];
        let told = notes(&repo, &arguments).run().success().stdout;
        let points = told.lines().filter(|line| line.starts_with("- ")).count();
        let people = if form == "markdown" { 1 } else { 0 };
        assert_eq!(points, HOSTILE.len() + people, "{told}");
        for line in told.lines() {
            let text = line.strip_prefix("- ").unwrap_or(line);
            let outside: String = backstitch::model::markdown::spans(text)
                .into_iter()
                .filter_map(|span| match span {
                    backstitch::model::markdown::Span::Text(text) => Some(text),
                    backstitch::model::markdown::Span::Code(_) => None,
                })
                .collect();
            let (outside, _) = outside.rsplit_once(" (").unwrap_or((&outside, ""));
            for bad in [
                "<", "](", "![", "@e", "@a", "\u{1b}", "\u{202e}", "#99", "#5", "GH-9", "://", ":tada:", ":+1:",
                "a5c3785", "www.",
            ] {
                let plain = outside.replace("\\]", "").replace("\\[", "").replace("\\!", "");
                assert!(!plain.contains(bad), "{bad:?} in {line}");
            }
            let opens = ["#", "-", "1.", ">", "|", "+"];
            let heading = line.starts_with("# Godel") || line.starts_with("## ") || line.starts_with("### ");
            assert!(heading || !opens.iter().any(|open| text.starts_with(open)), "{line}");
        }
    }
}

#[test]
fn hostile_titles_stay_text_in_html() {
    let page = notes(&hostile(), &["render", "--target", "2.0.1", "--format", "html"]).run().success().stdout;
    let inside = page.split("<body>").nth(1).expect("because there is a body");
    let tags = inside.split('<').skip(1).map(|rest| rest.split(['>', ' ']).next().unwrap_or_default());
    let known = ["h1", "h2", "ul", "li", "dl", "dt", "dd", "p", "code", "strong", "span", "pre", "body", "html"];
    for tag in tags {
        assert!(known.contains(&tag.trim_start_matches('/')), "<{tag}> in the page");
    }
    assert_eq!(inside.matches("<li>").count(), HOSTILE.len() + 1);
    for bad in ["\u{1b}", "\u{202e}", " onerror=alert(1)>", "<script"] {
        assert!(!inside.contains(bad), "{bad:?}");
    }
}

#[test]
fn a_page_needs_nothing_else() {
    let page = notes(&story(), &["render", "--target", "2.0.1", "--format", "html"]).run().success().stdout;
    assert!(page.starts_with("<!DOCTYPE html>\n") && page.ends_with("</html>\n"));
    assert!(page.contains("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"), "{page}");
    for outside in ["src=", "href=", "url(", "@import", "<script", "<link", "http"] {
        let page = page.replace("http-equiv", "");
        assert!(!page.contains(outside), "{outside}");
    }
    // What libxml2 reads as a tree has each element closed.
    roxml(&page);
    assert!(
        page.contains(
            "<li><strong>[CVE-2026-4242]</strong> A long name no longer overflows the <code>list</code>. (#11)"
        )
    );
    assert!(page.contains("<span class=\"more\">also fixed in 2.1.1</span>"));
    assert!(page.contains("<span class=\"more\">not needed on 1.9: code absent</span>"));
}

/// Requires that every element but those without content is closed in order.
fn roxml(page: &str) {
    let mut open = Vec::new();
    for rest in page.split('<').skip(1) {
        let tag = rest.split(['>', ' ']).next().unwrap_or_default();
        match tag.strip_prefix('/') {
            Some(closed) => assert_eq!(open.pop(), Some(closed.to_owned())),
            None if tag.starts_with('!') || tag == "meta" => {}
            None => open.push(tag.to_owned()),
        }
    }
    assert_eq!(open, Vec::<String>::new());
}

#[test]
fn the_default_template_is_the_one_that_counts_without_another() {
    let repo = story();
    let folder = repo.path().join(".patch/templates/notes");
    std::fs::create_dir_all(&folder).expect("because the folder is ours");
    for (form, file) in [("markdown", "notes.md.j2"), ("html", "page.html.j2"), ("changelog", "changelog.md.j2")] {
        let render = || notes(&repo, &["render", "--target", "2.0.1", "--format", form]).run().success().stdout;
        let before = render();
        let template = notes(&repo, &["template", "--format", form]).run().success().stdout;
        std::fs::write(folder.join(file), &template).expect("because the folder is ours");
        assert_eq!(render(), before, "{form}");
        std::fs::write(folder.join(file), "{{ project }} {{ version|within }}: {{ line|within }}")
            .expect("because the folder is ours");
        assert_eq!(render(), "Godel 2.0.1: 2.0\n", "{form}");
        std::fs::write(folder.join(file), "{{ projcet }}").expect("because the folder is ours");
        let refused = notes(&repo, &["render", "--target", "2.0.1", "--format", form]).run().code(2);
        assert!(
            refused.stderr.contains(&format!("cannot render '.patch/templates/notes/{file}', line 1")),
            "{}",
            refused.stderr
        );
        std::fs::remove_file(folder.join(file)).expect("because it is there");
    }
    assert_eq!(
        notes(&repo, &["template"]).run().success().stdout,
        notes(&repo, &["template", "--format", "markdown"]).run().success().stdout
    );
    let none = notes(&repo, &["template", "--format", "json"]).run().code(2);
    assert!(none.stderr.contains("JSON is made without a template"), "{}", none.stderr);
}

#[test]
fn sums_are_added() {
    let repo = story();
    let sums = repo.home().join("SHA256SUMS");
    let line = format!("{}  godel`x.tar.gz\n", "0a".repeat(32));
    std::fs::write(&sums, &line).expect("because the folder is ours");
    let name = sums.display().to_string();
    let told = markdown(&repo, &["--target", "2.0.1", "--sums", &name]);
    assert!(told.ends_with(&format!("## Checksums\n\n```\n{line}```\n")), "{told}");
    std::fs::write(&sums, "nothing\n").expect("because the folder is ours");
    let refused = notes(&repo, &["render", "--target", "2.0.1", "--sums", &name]).run().code(2);
    assert!(refused.stderr.contains("is no list of sums"), "{}", refused.stderr);
}

#[test]
fn what_the_notes_say_themselves_stays_a_link() {
    let repo = Repo::new();
    repo.write_config(CONFIG);
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    let numbered = repo.squash_merge(12, "Fix #11", "", [("a", "fixed\n")]);
    repo.pick("2.0", numbered);
    let plain = repo.land_fix("Fix it too", [("b", "fixed\n")]);
    repo.pick("2.0", plain);
    repo.land_fix("Say what is known", [(".patch/notes/2.0.1/known-issues.md", "- slow, see #45; @ask nobody\n")]);
    let told = markdown(&repo, &["--target", "2.0.1"]);
    assert!(told.contains("- Fix #\u{200b}11 (#12)\n"), "{told}");
    assert!(told.contains(&format!("- Fix it too ({})\n", &plain.to_string()[..10])), "{told}");
    assert!(told.contains("- slow, see #45; @\u{200b}ask nobody\n"), "{told}");
}
