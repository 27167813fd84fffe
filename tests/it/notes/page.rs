//! The page of a release: that it is read on a phone, by day and by night, whatever strangers write into their titles.

use std::collections::BTreeMap;

use super::{notes, story};
use crate::support::Repo;

/// The rules of the page, by their selectors; those for the dark behind `dark `.
fn rules(page: &str) -> BTreeMap<String, String> {
    let (_, style) = page.split_once("<style>\n").expect("because the page has its rules in it");
    let (style, _) = style.split_once("</style>").expect("because they end");
    let mut found = BTreeMap::new();
    for line in style.lines() {
        let (dark, line) = match line.strip_prefix("@media (prefers-color-scheme: dark) { ") {
            Some(rest) => ("dark ", rest.strip_suffix(" }").expect("because there is one rule in it")),
            None => ("", line),
        };
        let (selector, rest) = line.split_once(" { ").unwrap_or_else(|| panic!("no rule: {line}"));
        let declared = rest.strip_suffix(" }").unwrap_or_else(|| panic!("no rule: {line}"));
        assert_eq!(found.insert(format!("{dark}{selector}"), declared.to_owned()), None, "{line}");
    }
    found
}

/// What a rule sets, by the names of the properties.
fn declared(rule: &str) -> BTreeMap<&str, &str> {
    let all = rule.split(';').map(str::trim).filter(|one| !one.is_empty());
    all.map(|one| one.split_once(": ").unwrap_or_else(|| panic!("no value: {one}"))).collect()
}

/// The relative luminance of a colour such as `#1f2328` (WCAG 2.2, "relative luminance").
fn luminance(colour: &str) -> f64 {
    let digits = colour.strip_prefix('#').filter(|digits| digits.len() == 6).expect("because colours have six digits");
    let part = |at: usize| {
        let value = u8::from_str_radix(&digits[at..at + 2], 16).expect("because they are hexadecimal");
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4)
}

/// The ratio of two colours (WCAG 2.2, "contrast ratio").
fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn page(repo: &Repo, target: &str) -> String {
    notes(repo, &["render", "--target", target, "--format", "html"]).run().success().stdout
}

#[test]
fn the_text_stands_out_by_day_and_by_night() {
    let rules = rules(&page(&story(), "2.0.1"));
    let (day, night) = (declared(&rules[":root"]), declared(&rules["dark :root"]));
    assert_eq!(day["color-scheme"], "light dark");
    for colours in [&day, &night] {
        for text in ["--text", "--quiet"] {
            let found = contrast(colours[text], colours["--page"]);
            // WCAG 2.2, success criterion 1.4.3, level AA.
            assert!(found >= 4.5, "{text} {}: {found:.2}", colours[text]);
        }
    }
    assert_eq!(day.keys().filter(|name| name.starts_with("--")).count(), night.len());
    // No text has a colour but these.
    let mut users = 0;
    for (selector, rule) in rules.iter().filter(|(selector, _)| !selector.ends_with(":root")) {
        for (property, value) in declared(rule) {
            assert!(property != "opacity" && property != "filter", "{selector}: {property}");
            assert!(!value.contains('#') && !value.contains("rgb"), "{selector}: {value}");
            users += usize::from(value.starts_with("var(--"));
        }
    }
    assert_eq!(users, 3);
}

#[test]
fn contrast_is_that_of_the_guidelines() {
    for (one, other, expected) in
        [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#767676", "#ffffff", 4.54)]
    {
        assert!((contrast(one, other) - expected).abs() < 0.01, "{one}: {}", contrast(one, other));
        assert!((contrast(other, one) - expected).abs() < 0.01, "{one}");
    }
}

#[test]
fn nothing_is_wider_than_a_phone() {
    let repo = story();
    let long = "x".repeat(300);
    let titles = [long.clone(), format!("`{long}`"), "\u{5bbd}".repeat(150), "\u{1f469}\u{200d}\u{1f680}".repeat(60)];
    for (at, title) in titles.iter().enumerate() {
        let author = format!("{} <n{at}@example.com>", "N".repeat(120));
        let fix = repo.commit_with(title, &author, [(format!("{at}.c").as_str(), "fixed\n")]);
        repo.pick("2.0", fix);
    }
    let page = page(&repo, "2.0.2");
    assert!(page.contains(&format!("<li>{long} (")) && page.contains(&format!("<code>{long}</code>")), "{page}");
    assert!(page.contains(&"\u{5bbd}".repeat(150)), "{page}");
    assert!(page.contains("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"));
    let rules = rules(&page);
    // Inherited by all, this breaks words that do not fit, and counts where the least width of a column is told.
    assert_eq!(declared(&rules["body"])["overflow-wrap"], "anywhere");
    // What keeps its lines is moved within its own frame.
    assert_eq!(declared(&rules["pre"])["overflow-x"], "auto");
    for (selector, rule) in &rules {
        for (property, value) in declared(rule) {
            let holds = ["width", "min-width", "white-space", "word-break", "position", "float", "columns", "overflow"];
            assert!(!holds.contains(&property), "{selector}: {property}");
            let widest = value.split([' ', ',']).filter_map(|part| part.strip_suffix("px")?.parse::<u32>().ok()).max();
            assert!(widest.is_none_or(|widest| widest <= 2), "{selector}: {property}: {value}");
        }
    }
    // The one column that does not break holds our own words alone.
    assert_eq!(declared(&rules["dl"])["grid-template-columns"], "max-content 1fr");
    let terms: Vec<&str> = page.split("<dt>").skip(1).filter_map(|rest| rest.split("</dt>").next()).collect();
    assert_eq!(terms, ["Release Date", "Previous Version"]);
    for element in ["<table", "<img", "<iframe", "style="] {
        assert!(!page.contains(element), "{element}");
    }
}
