//! What an answer means, and whether to ask again: the rules of "Best practices for using the REST API" and "Rate limits
//! and node limits for the GraphQL API" in GitHub's documentation. No waiting happens here.

use std::time::Duration;

use serde::Deserialize;

use super::answer::{Answer, Broken, Setback};
use super::failure::Trouble;

/// So often one request is sent at most.
pub(super) const MOST_ATTEMPTS: u32 = 5;
/// How long to wait at least when GitHub says that it was too much, and not for how long.
const LIMITED: Duration = Duration::from_secs(60);

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Take the answer.
    Take,
    /// Give up.
    GiveUp(Trouble),
    /// Wait, and ask again.
    Again {
        /// How long.
        after: Duration,
        /// Whether what was asked may have been done all the same.
        effect: Effect,
    },
}

/// Whether a request that failed may have been carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// It was refused before.
    None,
    /// Nobody knows.
    Unclear,
}

/// The body of an answer that refuses.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Refusal {
    #[serde(default)]
    message: String,
    #[serde(default)]
    documentation_url: String,
    #[serde(default)]
    errors: Vec<serde_json::Value>,
}

impl Refusal {
    pub(super) fn of(answer: &Answer) -> Self {
        serde_json::from_slice(&answer.body).unwrap_or_default()
    }

    /// Returns what it says, with the details of a 422 and the errors of GraphQL.
    pub(super) fn said(&self) -> String {
        let detail = |error: &serde_json::Value| {
            let text = |key: &str| error.get(key).and_then(serde_json::Value::as_str);
            match (text("message"), text("field"), text("code")) {
                (Some(message), ..) => format!("; {message}"),
                (None, Some(field), Some(code)) => format!("; '{field}' is {code}"),
                (None, ..) => error.as_str().map(|text| format!("; {text}")).unwrap_or_default(),
            }
        };
        let details: String = self.errors.iter().take(5).map(detail).collect();
        format!("{}{details}", self.message).trim_start_matches("; ").to_owned()
    }
}

/// Says what an answer, or the lack of one, means for the attempt of this number, counted from zero.
pub(super) fn judge(outcome: &Result<Answer, Broken>, attempt: u32, now: i64) -> Next {
    let backoff = |base: Duration| base.saturating_mul(2u32.saturating_pow(attempt));
    let Ok(answer) = outcome else {
        return Next::Again { after: backoff(Duration::from_secs(1)), effect: Effect::Unclear };
    };
    let limited = |base| Next::Again { after: pause(answer, now).unwrap_or(base), effect: Effect::None };
    let broken = || Next::Again {
        after: pause(answer, now).unwrap_or_else(|| backoff(Duration::from_secs(1))),
        effect: Effect::Unclear,
    };
    match answer.status {
        200..=299 => match answer.setback() {
            Some(Setback::Limited) => limited(backoff(LIMITED)),
            Some(Setback::Broken) => broken(),
            None => Next::Take,
        },
        300..=399 => Next::GiveUp(Trouble::Moved),
        401 => Next::GiveUp(Trouble::Unauthorized),
        429 => limited(backoff(LIMITED)),
        403 if pause(answer, now).is_some() => limited(LIMITED),
        403 => match denial(answer) {
            Some(trouble) => Next::GiveUp(trouble),
            None => limited(backoff(LIMITED)),
        },
        404 | 410 => Next::GiveUp(Trouble::Missing),
        408 | 500..=599 => broken(),
        _ => Next::GiveUp(Trouble::Invalid),
    }
}

/// Returns how long GitHub says to wait: as `Retry-After` says, or until the hour of the limit is over.
fn pause(answer: &Answer, now: i64) -> Option<Duration> {
    if let Some(seconds) = &answer.marks.retry_after {
        return Some(seconds.parse().map_or(LIMITED, Duration::from_secs));
    }
    let reset = answer.marks.reset.filter(|_| answer.marks.remaining == Some(0))?;
    // The clocks of two machines are never quite the same.
    Some(Duration::from_secs(u64::try_from(reset.saturating_sub(now)).unwrap_or(0).saturating_add(1)))
}

/// Returns why a token may not do something. `None`: it asked too much.
fn denial(answer: &Answer) -> Option<Trouble> {
    if let Some(sso) = &answer.marks.single_sign_on {
        return Some(Trouble::SingleSignOn { at: sso.split_once("url=").map(|(_, url)| url.trim().to_owned()) });
    }
    let refusal = Refusal::of(answer);
    // Servers say these in words only, or in words and in an address. A proxy may take the headers away.
    if refusal.documentation_url.contains("rate-limit") || refusal.message.to_lowercase().contains("rate limit") {
        return None;
    }
    if refusal.message.contains("IP allow list") {
        return Some(Trouble::Address);
    }
    Some(Trouble::Denied { needs: answer.marks.permissions.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::forge::answer::{Api, Marks};

    const NOW: i64 = 1_000;
    /// What GraphQL says when too much was asked.
    const LIMIT: &str = r#"{"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded"}]}"#;

    fn answer(status: u16, marks: Marks, body: &str) -> Result<Answer, Broken> {
        Ok(Answer { api: Api::Rest, status, marks, body: body.as_bytes().to_vec() })
    }

    fn graph(body: &str) -> Result<Answer, Broken> {
        Ok(Answer { api: Api::Graph, status: 200, marks: Marks::default(), body: body.as_bytes().to_vec() })
    }

    fn again(seconds: u64, effect: Effect) -> Next {
        Next::Again { after: Duration::from_secs(seconds), effect }
    }

    #[test]
    fn each_answer_has_one_meaning() {
        let none = Marks::default;
        let retry = |seconds: &str| Marks { retry_after: Some(seconds.to_owned()), ..none() };
        let spent = |reset| Marks { remaining: Some(0), reset: Some(reset), ..none() };
        let sso = |text: &str| Marks { single_sign_on: Some(text.to_owned()), ..none() };
        let needs = || Some("checks=write".to_owned());
        let secondary = r#"{"message":"x","documentation_url":"https://docs.github.com/rest/overview/rate-limits#about-secondary-rate-limits"}"#;
        let address = r#"{"message":"Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow list enabled"}"#;
        let cases = [
            ("ok", answer(200, none(), "{}"), 0, Next::Take),
            ("created", answer(201, spent(9), "{}"), 0, Next::Take),
            ("not graphql", answer(200, none(), LIMIT), 0, Next::Take),
            ("moved", answer(301, none(), ""), 0, Next::GiveUp(Trouble::Moved)),
            ("unauthorized", answer(401, none(), ""), 0, Next::GiveUp(Trouble::Unauthorized)),
            ("missing", answer(404, none(), ""), 0, Next::GiveUp(Trouble::Missing)),
            ("gone", answer(410, none(), ""), 0, Next::GiveUp(Trouble::Missing)),
            ("invalid", answer(422, none(), ""), 0, Next::GiveUp(Trouble::Invalid)),
            ("too many", answer(429, retry("7"), ""), 3, again(7, Effect::None)),
            ("too many, no word", answer(429, none(), ""), 1, again(120, Effect::None)),
            ("limit spent", answer(403, spent(1_030), ""), 0, again(31, Effect::None)),
            ("limit over already", answer(403, spent(900), ""), 0, again(1, Effect::None)),
            ("secondary", answer(403, retry("30"), secondary), 0, again(30, Effect::None)),
            ("secondary, no word", answer(403, none(), secondary), 0, again(60, Effect::None)),
            ("primary, words alone", answer(403, none(), r#"{"message":"API rate limit exceeded for x."}"#), 0, {
                again(60, Effect::None)
            }),
            (
                "secondary, words alone",
                answer(403, none(), r#"{"message":"You have exceeded a secondary rate limit"}"#),
                1,
                { again(120, Effect::None) },
            ),
            ("a date, which is not sent", answer(403, retry("soon"), ""), 0, again(60, Effect::None)),
            ("denied", answer(403, Marks { permissions: needs(), ..none() }, "{}"), 0, {
                Next::GiveUp(Trouble::Denied { needs: needs() })
            }),
            ("denied, no JSON", answer(403, none(), "<html>"), 0, Next::GiveUp(Trouble::Denied { needs: None })),
            ("single sign-on", answer(403, sso("required; url=https://x/sso"), ""), 0, {
                Next::GiveUp(Trouble::SingleSignOn { at: Some("https://x/sso".to_owned()) })
            }),
            ("address", answer(403, none(), address), 0, Next::GiveUp(Trouble::Address)),
            ("broken", answer(500, none(), ""), 0, again(1, Effect::Unclear)),
            ("bad gateway", answer(502, none(), ""), 2, again(4, Effect::Unclear)),
            ("unavailable", answer(503, retry("9"), ""), 2, again(9, Effect::Unclear)),
            ("no answer", Err(Broken("reset".to_owned())), 3, again(8, Effect::Unclear)),
        ];
        for (name, outcome, attempt, expected) in cases {
            assert_eq!(judge(&outcome, attempt, NOW), expected, "{name}");
        }
    }

    #[test]
    fn graphql_says_with_the_status_200_what_went_wrong() {
        let cases = [
            ("answered", graph(r#"{"data":{}}"#), 0, Next::Take),
            ("limit", graph(LIMIT), 0, again(60, Effect::None)),
            ("limit, again", graph(LIMIT), 1, again(120, Effect::None)),
            ("broke", graph(r#"{"data":null,"errors":[{"message":"x"}]}"#), 0, again(1, Effect::Unclear)),
            ("broke in part", graph(r#"{"data":{},"errors":[{"message":"x"}]}"#), 0, Next::Take),
            ("refuses", graph(r#"{"errors":[{"message":"x","extensions":{}}]}"#), 0, Next::Take),
        ];
        for (name, outcome, attempt, expected) in cases {
            assert_eq!(judge(&outcome, attempt, NOW), expected, "{name}");
        }
    }

    #[test]
    fn the_details_of_a_refusal_are_told() {
        let body = r#"{"message":"Validation Failed","errors":[{"resource":"X","field":"name","code":"missing_field"},
            {"message":"no"},"so not",7]}"#;
        let refusal = Refusal::of(&Answer { api: Api::Rest, status: 422, marks: Marks::default(), body: body.into() });
        assert_eq!(refusal.said(), "Validation Failed; 'name' is missing_field; no; so not");
    }
}
