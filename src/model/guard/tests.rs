mod titles;

use super::*;
use titles::TITLES;

const ADVISORIES: &[(&str, &str)] = &[
    ("memory", include_str!("corpus/memory.md")),
    ("auth", include_str!("corpus/auth.md")),
    ("script", include_str!("corpus/script.md")),
    ("path", include_str!("corpus/path.md")),
    ("flood", include_str!("corpus/flood.md")),
    ("session", include_str!("corpus/session.md")),
    ("public", include_str!("corpus/public.md")),
];
const LEAKS: &str = include_str!("corpus/leaks.txt");
const INNOCENT: &str = include_str!("corpus/innocent.txt");
const LEAKS_SECOND: &str = include_str!("corpus/leaks-second.txt");
const INNOCENT_SECOND: &str = include_str!("corpus/innocent-second.txt");
const LEAKS_HELD_OUT: &str = include_str!("corpus/leaks-held-out.txt");
const INNOCENT_HELD_OUT: &str = include_str!("corpus/innocent-held-out.txt");

const LEAKS_TITLES: &str = include_str!("corpus/leaks-titles.txt");
const INNOCENT_TITLES: &str = include_str!("corpus/innocent-titles.txt");

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a moment")
}

fn before() -> DateTime<Utc> {
    at("2026-12-01T00:00:00Z")
}

fn advisories() -> Vec<Advisory> {
    ADVISORIES.iter().map(|(name, source)| Advisory::parse(source).expect(name)).collect()
}

fn guard() -> Guard {
    Guard::of(&advisories(), &Usual::default(), before())
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once('\\') {
        out.push_str(head);
        rest = match tail.strip_prefix("u{").and_then(|code| code.split_once('}')) {
            Some((code, behind)) => {
                out.push(u32::from_str_radix(code, 16).ok().and_then(char::from_u32).expect(text));
                behind
            }
            None => {
                out.push('\n');
                tail.strip_prefix('n').expect(text)
            }
        };
    }
    out + rest
}

/// Returns the cases of a file: what stands in front of the place, the place, and the text.
fn cases(file: &'static str) -> impl Iterator<Item = (&'static str, Surface)> {
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| {
        let (head, text) = line.split_once(" | ").expect(line);
        let (name, place) = head.split_once(' ').unwrap_or(("", head));
        (name, Surface::new(place.parse().expect(line), unescaped(text)))
    })
}

fn missed(file: &'static str) -> Vec<String> {
    let guard = guard();
    let number = |name: &str| ADVISORIES.iter().position(|(one, _)| *one == name).expect(name) as u32 + 1;
    let is_missed =
        |(name, surface): &(&str, Surface)| guard.look(surface).iter().all(|leak| leak.advisory != number(name));
    cases(file)
        .filter(is_missed)
        .map(|(name, surface)| format!("{name} {} | {}", surface.place, surface.text))
        .collect()
}

fn false_alarms(guard: &Guard, file: &'static str) -> Vec<String> {
    let told = |(_, surface): (&str, Surface)| {
        let leaks = guard.look(&surface);
        (!leaks.is_empty()).then(|| format!("{} | {}: {leaks:?}", surface.place, surface.text))
    };
    cases(file).filter_map(told).collect()
}

#[test]
fn every_leak_of_the_corpus_is_found() {
    assert!(cases(LEAKS).count() >= 60);
    let missed = missed(LEAKS);
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn no_innocent_text_of_the_corpus_is_taken_for_a_leak() {
    assert!(cases(INNOCENT).count() >= 60);
    let alarms = false_alarms(&guard(), INNOCENT);
    assert!(alarms.is_empty(), "{alarms:#?}");
}

#[test]
fn texts_kept_aside_are_told_apart_too() {
    for (leaks, innocent) in [(LEAKS_HELD_OUT, INNOCENT_HELD_OUT), (LEAKS_SECOND, INNOCENT_SECOND)] {
        let (missed, alarms) = (missed(leaks), false_alarms(&guard(), innocent));
        assert!(missed.is_empty() && alarms.is_empty(), "{missed:#?} {alarms:#?}");
    }
}

/// A guard of one advisory with such a title.
fn titled(title: &str) -> Guard {
    let source = include_str!("corpus/session.md").replace("Session tokens survive a password reset", title);
    Guard::of(&[Advisory::parse(&source).expect("a source")], &Usual::default(), before())
}

/// A guard of one of [`TITLES`].
fn guard_of((_, title, cwe): &(&str, &str, &str)) -> Guard {
    let source = include_str!("corpus/session.md").replace("Session tokens survive a password reset", title);
    let source = source.replace("CWE-613", cwe);
    assert!(source.contains(cwe) && source.contains(title));
    Guard::of(&[Advisory::parse(&source).expect("a source")], &Usual::default(), before())
}

#[test]
fn a_flaw_is_known_by_any_usual_name_of_a_flaw_or_of_what_it_leads_to() {
    let mut missed = Vec::new();
    for (name, surface) in cases(LEAKS_TITLES) {
        let title = TITLES.iter().find(|(own, ..)| *own == name).expect(name);
        if guard_of(title).look(&surface).is_empty() {
            missed.push(format!("{name} {} | {}", surface.place, surface.text));
        }
    }
    assert!(cases(LEAKS_TITLES).count() >= 60 && missed.is_empty(), "{missed:#?}");
}

#[test]
fn ordinary_work_at_the_place_of_a_flaw_is_innocent() {
    assert!(cases(INNOCENT_TITLES).count() >= 60);
    for guard in TITLES.iter().map(guard_of).chain([guard()]) {
        for file in [INNOCENT_TITLES, INNOCENT, INNOCENT_SECOND, INNOCENT_HELD_OUT] {
            let alarms = false_alarms(&guard, file);
            assert!(alarms.is_empty(), "{alarms:#?}");
        }
    }
}

#[test]
fn nothing_is_held_back_of_a_document_that_a_look_in_full_finds() {
    let mut found = 0;
    for guard in TITLES.iter().take(4).map(guard_of).chain([guard()]) {
        for (_, surface) in [LEAKS, LEAKS_TITLES].into_iter().flat_map(cases) {
            let document = Surface { place: Place::Document, ..surface };
            let leaks = guard.look(&document);
            assert_eq!(leaks, guard.look_whole(&document), "{}", document.text);
            found += leaks.len();
        }
    }
    assert!(found > 100, "{found}");
}

#[test]
fn a_title_that_is_repeated_tells() {
    use Place::{Body, Branch, Notes, Subject};
    let found = |guard: &Guard, place: Place, text: &str| guard.look(&Surface::new(place, text)).len();
    for (title, place, text, leaks) in [
        ("Denial of service", Subject, "Denial of service", 1),
        ("Denial of service", Notes, "- Speed\n- Prevent a denial of service\n", 1),
        ("Buffer overflow", Body, "This repairs the\nbuffer overflow.", 1),
        ("Remote code execution", Subject, "Fix remote code execution", 1),
        ("Remote code execution", Branch, "fix-rce", 1),
        ("Remote code execution", Body, "The source of the menu is shorter.", 0),
        ("XSS", Subject, "XSS", 1),
        ("XSS", Branch, "mend/xss", 1),
        ("XSS", Subject, "Fix CWE-79", 1),
        ("XSS", Notes, "- Speed\n- The page about XSS has a picture\n", 1),
        ("XSS", Notes, "- Speed\n- The page has a script\n", 0),
        ("Heartbleed", Notes, "- Speed\n- The page about heartbleed has a picture\n", 0),
        ("Buffer overflow in the CSS parser", Subject, "Fix an overflow of the CSS parser", 1),
        ("Buffer overflow in the parser", Subject, "Fix an overflow in the CSS of the parser page", 0),
        ("XSS", Subject, "Rename the escaped names", 0),
        ("XSS", Subject, "Mend an XSS, CVE-2025-7777", 0),
        ("Denial of service", Subject, "Convert DOS line endings to Unix", 0),
        ("Buffer overflow", Subject, "Scroll past the end of the page", 0),
        ("Path traversal", Subject, "Forbid path traversals", 1),
        ("Session fixation after login", Subject, "Show sessions after login", 0),
        ("Session fixation during login", Subject, "Session fixation at login", 1),
        ("Heartbleed", Subject, "Repair heartbleed", 1),
        ("Parser", Subject, "Parser", 1),
        ("Parser", Subject, "Split the parser", 0),
        ("A flaw", Subject, "A flaw", 1),
        ("A flaw", Subject, "There is a flaw in the scheme", 0),
        ("上传解析器越界读取", Subject, "上传解析器越界读取", 1),
        ("上传解析器越界读取", Notes, "- 修复上传解析器越界读取问题\n", 1),
        ("上传解析器越界读取", Subject, "修复上传 upload 的显示", 0),
        ("XSS", Subject, "修复XSS问题", 1),
        ("Buffer overflow", Notes, "- 修复Buffer overflow问题\n", 1),
        ("XSS漏洞", Branch, "修复xss漏洞", 1),
        ("注入", Subject, "修复注入问题", 1),
        ("注入", Body, "修复注入问题", 0),
        ("アップロードパーサーの範囲外読み取り", Subject, "アップロードパーサーの範囲外読み取りを修正", 1),
        ("アップロードパーサーの範囲外読み取り", Subject, "アップロード の表示", 0),
        ("업로드 파서 범위 밖 읽기", Subject, "업로드 파서 범위 밖 읽기를 수정", 1),
        ("업로드 파서 범위 밖 읽기", Subject, "업로드 파서를 빠르게", 0),
        ("การอ่านเกินขอบเขต", Subject, "แก้การอ่านเกินขอบเขตแล้ว", 1),
    ] {
        assert_eq!(found(&titled(title), place, text), leaks, "{title}: {text}");
    }
    let long = format!("{0}\n修复上传解析器越界读取问题\n{0}", "什么都没有说\n".repeat(2000));
    assert_eq!(found(&titled("上传解析器越界读取"), Notes, &long), 1);
}

#[test]
fn a_sort_of_flaws_as_the_title_makes_no_word_of_every_day_tell() {
    for title in ["Path traversal", "Denial of service", "Buffer overflow", "Information leak"] {
        let alarms = false_alarms(&titled(title), INNOCENT);
        assert!(alarms.is_empty(), "{title}: {alarms:#?}");
    }
}

#[test]
fn words_are_found_within_a_sentence_without_spaces() {
    let guard = Guard::of(
        &[Advisory::parse(&include_str!("corpus/memory.md").replace("multipart boundary", "上传解析器"))
            .expect("a source")],
        &Usual::default(),
        before(),
    );
    for (text, leaks) in [("修复上传解析器问题", 1), ("上传 解析器", 1), ("修复上传器", 0)] {
        assert_eq!(guard.look(&Surface::new(Place::Subject, text)).len(), leaks, "{text}");
    }
}

#[test]
fn the_number_of_the_weakness_next_to_words_of_the_title_tells() {
    for (text, leaks) in [
        ("CWE-125 in the upload parser", 1),
        ("Fix CWE 125 in upload parser", 1),
        ("upload parser: CWE125", 1),
        ("upload parser: CWE-787", 1),
        ("upload parser: CWE-89", 0),
        ("Mention CWE-125 in the glossary", 1),
        ("Mention CWE-89 in the glossary", 0),
    ] {
        assert_eq!(guard().look(&Surface::new(Place::Subject, text)).len(), leaks, "{text}");
    }
    // A weakness of no known sort.
    let session = Surface::new(Place::Subject, "Session tokens: CWE-613");
    assert_eq!(guard().look(&session).len(), 1);
}

#[test]
fn nothing_is_guarded_after_the_date_or_without_advisories() {
    let after = Guard::of(&advisories(), &Usual::default(), at("2026-12-10T14:00:00Z"));
    // A draft without a date stays secret until somebody says otherwise.
    assert_eq!((guard().secrets(), after.secrets(), after.advisories()), (6, 1, 7));
    let named = Surface::new(Place::Subject, "Fix CVE-2026-1234");
    assert_eq!(guard().look(&named).len(), 1);
    assert!(after.look(&named).is_empty());
    assert!(Guard::of(&[], &Usual::default(), before()).look(&named).is_empty());
}

#[test]
fn a_leak_never_quotes_what_it_found() {
    let guard = guard();
    for (name, surface) in cases(LEAKS).chain(cases(LEAKS_HELD_OUT)) {
        let surface = surface.clone().at(surface.text.clone()).from_line(7);
        for leak in guard.look(&surface) {
            let told = format!("{leak:?} {guard:?} {surface:?} {}", serde_json::to_string(&leak).expect("a document"));
            assert!(!told.contains(&surface.text), "{name}: {told}");
            assert_eq!(leak.at.as_deref(), Some(WITHHELD), "{name}: {told}");
        }
    }
}

#[test]
fn a_leak_names_the_line_and_the_innocent_place() {
    let text = "one\ntwo\nsee CVE-2026-\n1234\n";
    let surface = Surface::new(Place::Line, text).at("src/lib.rs").from_line(10);
    let leaks = guard().look(&surface);
    assert_eq!(
        (leaks[0].at.as_deref(), leaks[0].line, leaks[0].advisory, leaks[0].of),
        (Some("src/lib.rs"), Some(12), 1, 6)
    );
    let surface = Surface { text: "one\ntwo\nsee CVE-2026-1234\n".to_owned(), ..surface };
    assert_eq!(guard().look(&surface)[0].line, Some(12));
}

#[test]
fn lines_of_a_file_tell_together_where_they_are_a_sentence() {
    let at =
        |text: &str| guard().look(&Surface::new(Place::Line, text).from_line(1)).first().and_then(|leak| leak.line);
    assert_eq!(at("use a::b;\n\n- The upload parser reads\n  out of bounds\n"), Some(3));
    assert_eq!(at("use upload::parser;\nuse other;\nlet overflow = 1;\n"), None);
}

#[test]
fn words_of_every_day_in_a_project_say_less() {
    let subjects: Vec<String> =
        (0..100).map(|at| format!("Change the {} {at}", if at % 10 == 0 { "upload" } else { "log" })).collect();
    let usual = Usual::of(subjects.iter().map(String::as_str));
    let text = Surface::new(Place::Subject, "Harden the upload page");
    let looked = |usual: &Usual| {
        Guard::of(&advisories(), usual, before()).look(&Surface::new(Place::Subject, "Security fix for uploads")).len()
    };
    assert_eq!((looked(&Usual::default()), looked(&usual)), (1, 1));
    let flaw = |usual: &Usual, text: &str| {
        Guard::of(&advisories(), usual, before()).look(&Surface::new(Place::Subject, text)).len()
    };
    for (text, seldom, often) in [("Overflow of uploads", 1, 0), ("Overflow in the upload parser", 1, 1)] {
        assert_eq!((flaw(&Usual::default(), text), flaw(&usual, text)), (seldom, often), "{text}");
    }
    assert!(guard().look(&text).is_empty());
    assert_eq!(Usual::of(subjects[..99].iter().map(String::as_str)), Usual::default());
}

#[test]
fn a_long_text_is_looked_at_as_closely_as_a_short_one() {
    let guard = guard();
    let filler =
        format!("{}fn parse(list: &[u8]) {{ read(list) }}\n", "it says nothing of anything\n".repeat(40)).repeat(8);
    let mut found = 0;
    for (_, surface) in cases(LEAKS_HELD_OUT).chain(cases(LEAKS_SECOND)) {
        let short = Surface { place: Place::Line, ..surface };
        let long = Surface { text: format!("{filler}\n{}\n\n{filler}", short.text), ..short.clone() };
        assert!(long.text.len() > LONG);
        let told = |leaks: Vec<Leak>| leaks.into_iter().map(|leak| leak.advisory).collect::<Vec<_>>();
        let (own, expected) = (told(guard.look(&long)), told(guard.look_whole(&short)));
        assert_eq!(own, expected, "{}", short.text);
        found += own.len();
    }
    assert!(found > 30, "{found}");
    assert!(guard.look(&Surface::new(Place::Line, filler.repeat(2))).is_empty());
}

#[test]
fn another_flaw_explains_its_own_entry_of_a_long_text_too() {
    let guard = guard_of(&("", "Stored XSS in comments", "CWE-79"));
    let filler = "- Show pages sooner\n".repeat(2000);
    let wrapped =
        format!("- Update lodash, which has an XSS in templates\n{}  (CVE-2021-23337)\n", "  and more\n".repeat(40));
    for (text, leaks) in [
        (format!("{filler}{wrapped}"), 0),
        (format!("- Update lodash (CVE-2021-23337)\n{filler}- Fix XSS in comments\n"), 1),
        (format!("{filler}{wrapped}{filler}- Fix XSS in comments\n"), 1),
        (format!("{filler}- Update lodash (CVE-2021-23337)\n- Fix XSS in comments\n{filler}"), 1),
    ] {
        let surface = Surface::new(Place::Notes, text);
        let told = |leaks: Vec<Leak>| leaks.into_iter().map(|leak| leak.advisory).collect::<Vec<_>>();
        let (found, whole) = (told(guard.look(&surface)), told(guard.look_whole(&surface)));
        assert_eq!((found.len(), &found), (leaks, &whole));
    }
}

#[test]
fn the_line_of_a_leak_in_a_long_text_is_told() {
    let filler = "nothing to see\n".repeat(3000);
    let text = format!("{filler}it is CVE-2026-1234\n{filler}");
    let leaks = guard().look(&Surface::new(Place::Line, text).from_line(10));
    assert_eq!(leaks.iter().map(|leak| leak.line).collect::<Vec<_>>(), [Some(3010)]);
}

#[test]
fn a_title_that_names_a_public_flaw_is_read_with_what_stands_below_it() {
    let title = TITLES.iter().find(|(name, ..)| *name == "stored").expect("a title");
    let guard = guard_of(title);
    let told = |title: &str, body: &str| {
        let below = Surface::new(Place::Body, body).from_line(1).below(title);
        guard.look(&below).into_iter().map(|leak| leak.line).collect::<Vec<_>>()
    };
    // What it says by pointing back.
    assert_eq!(told("Bump dompurify (CVE-2024-45801)", "Comments had the same flaw."), [Some(1)]);
    assert_eq!(told("Bump dompurify", "Comments had the same flaw."), []);
    // What it says of the public flaw.
    assert_eq!(told("Bump jquery (CVE-2020-11022)", "XSS in the manipulation of DOM elements."), []);
    assert_eq!(told("Bump jquery", "XSS in the manipulation of DOM elements."), [Some(1)]);
    // The title alone is looked at by itself.
    assert_eq!(told("Fix stored XSS in comments (CVE-2020-11022), and stored XSS in ours", "It is done."), []);
}
