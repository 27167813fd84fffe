//! What people write, and whether it says that an advisory is fixed: a text for each line, in which `⏎` ends a line and `ID` is the advisory.

use super::{Form, advisories, fixed, fixed_by_this, fixed_in_words};

mod bodies;
mod in_words;
mod lists;
mod of_this;
mod titles;

const ID: &str = "CVE-2026-12345";

/// Says whether the notes of what is known to be a security fix tell that it fixes the advisory.
fn is_told(title: &str, body: &str) -> bool {
    let is_it = |id: &String| id == ID;
    let named = advisories(&format!("{title}\n\n{body}"));
    named.iter().any(|named| named.id == ID && named.form == Form::Stated)
        || fixed(title, body).iter().any(is_it)
        || fixed_by_this(title, body).iter().any(is_it)
}

/// Returns the texts of a table that are read otherwise than they should be.
fn otherwise(table: &str, expected: bool, is_told: impl Fn(&str) -> bool) -> Vec<&str> {
    let spelled = |text: &str| text.replace("ID", ID).replace('⏎', "\n");
    table.lines().filter(|text| !text.is_empty() && is_told(&spelled(text)) != expected).collect()
}

const NONE: [&str; 0] = [];

#[test]
fn titles_are_read_as_they_are_meant() {
    assert_eq!(otherwise(titles::FIXED, true, |title| is_told(title, "")), NONE);
    assert_eq!(otherwise(titles::OPEN, false, |title| is_told(title, "")), NONE);
}

#[test]
fn bodies_are_read_as_they_are_meant() {
    let is_told_below = |body: &str| is_told("fix(security): check the length", body);
    for (fixed, open) in [(bodies::FIXED, bodies::OPEN), (lists::FIXED, lists::OPEN)] {
        assert_eq!(otherwise(fixed, true, is_told_below), NONE);
        assert_eq!(otherwise(open, false, is_told_below), NONE);
    }
    let is_told_by_this = |body: &str| fixed_by_this("Check the length", body).iter().any(|id| id == ID);
    assert_eq!(otherwise(of_this::FIXED, true, is_told_by_this), NONE);
    assert_eq!(otherwise(of_this::OPEN, false, is_told_by_this), NONE);
    let both = |text: &str| text.split_once('|').is_some_and(|(title, body)| is_told(title, body));
    assert_eq!(otherwise(bodies::FIXED_BELOW, true, both), NONE);
    assert_eq!(otherwise(bodies::OPEN_BELOW, false, both), NONE);
}

#[test]
fn words_for_users_are_read_as_they_are_meant() {
    let is_fixed = |words: &str| fixed_in_words(words, "Godel").fixed.iter().any(|id| id == ID);
    assert_eq!(otherwise(in_words::FIXED, true, is_fixed), NONE);
    assert_eq!(otherwise(in_words::OPEN, false, is_fixed), NONE);
}
