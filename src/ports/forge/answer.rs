//! One answer of the forge, as bytes and the headers that matter.

use serde::Deserialize;
use serde::de::IgnoredAny;

/// An answer that came whole.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) api: Api,
    pub(super) status: u16,
    pub(super) marks: Marks,
    pub(super) body: Vec<u8>,
}

/// Which API was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Api {
    Rest,
    Graph,
}

/// What GraphQL says with the status 200.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Setback {
    /// Too much was asked.
    Limited,
    /// It broke inside.
    Broken,
}

/// The headers that matter.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// `Retry-After`.
    pub(super) retry_after: Option<String>,
    /// `x-ratelimit-remaining`.
    pub(super) remaining: Option<u64>,
    /// `x-ratelimit-reset`, in seconds since 1970-01-01 UTC.
    pub(super) reset: Option<i64>,
    /// `Link`.
    pub(super) link: Option<String>,
    /// `x-accepted-github-permissions`.
    pub(super) permissions: Option<String>,
    /// `x-github-sso`.
    pub(super) single_sign_on: Option<String>,
    /// `x-oauth-scopes`, which only classic tokens and those of OAuth apps get.
    pub(super) scopes: Option<String>,
}

/// That no whole answer came, and what the network said.
#[derive(Debug)]
pub(super) struct Broken(pub(super) String);

impl Marks {
    pub(super) fn read<'v>(header: impl Fn(&str) -> Option<&'v str>) -> Self {
        let text = |name: &str| header(name).map(str::to_owned);
        Self {
            retry_after: text("retry-after"),
            remaining: header("x-ratelimit-remaining").and_then(|value| value.parse().ok()),
            reset: header("x-ratelimit-reset").and_then(|value| value.parse().ok()),
            link: text("link"),
            permissions: text("x-accepted-github-permissions"),
            single_sign_on: text("x-github-sso"),
            scopes: text("x-oauth-scopes"),
        }
    }

    /// Returns the address of the next page (RFC 8288, section 3).
    pub(super) fn next_page(&self) -> Option<&str> {
        let next = self.link.as_deref()?.split(',').find(|link| link.contains("rel=\"next\""))?;
        Some(next.trim().strip_prefix('<')?.split_once('>')?.0)
    }
}

impl Answer {
    /// Returns why the same question may get an answer later, where GraphQL gave none.
    ///
    /// What breaks inside GitHub comes without a word for its kind, while a question that is wrong is told with `extensions`.
    pub(super) fn setback(&self) -> Option<Setback> {
        #[derive(Deserialize)]
        struct Body {
            data: Option<IgnoredAny>,
            #[serde(default)]
            errors: Vec<Marked>,
        }
        #[derive(Deserialize)]
        struct Marked {
            #[serde(rename = "type")]
            kind: Option<String>,
            extensions: Option<IgnoredAny>,
        }
        let body: Body = serde_json::from_slice(&self.body).ok().filter(|_| self.api == Api::Graph)?;
        let first = body.errors.first()?;
        match (first.kind.as_deref(), &first.extensions) {
            (Some("RATE_LIMITED"), _) => Some(Setback::Limited),
            (None, None) if body.data.is_none() => Some(Setback::Broken),
            (Some(_) | None, _) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found_among_links() {
        let link =
            r#"<https://h/r?page=1>; rel="prev", <https://h/r?page=3>; rel="next", <https://h/r?page=9>; rel="last""#;
        let marks = |link: &str| Marks { link: Some(link.to_owned()), ..Marks::default() };
        assert_eq!(marks(link).next_page(), Some("https://h/r?page=3"));
        for none in ["", "<https://h>; rel=\"last\"", "rel=\"next\"", "<x; rel=\"next\""] {
            assert_eq!(marks(none).next_page(), None, "{none}");
        }
    }
}
