//! Sending requests: one at a time, again where that is safe, and counted.

use std::cell::Cell;
use std::time::Duration;

use bytes::Bytes;
use chrono::DateTime;
use http::Response;
use http::header::{ACCEPT, HeaderMap, HeaderValue, LOCATION};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Limited};
use octocrab::Octocrab;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::model::api_address::ApiAddress;
use crate::model::doctor::token::TokenKind;
use crate::model::error::Error;

use super::answer::{Answer, Api, Broken, Marks};
use super::clock::Clock;
use super::failure::{Failure, Trouble};
use super::parcel::Parcel;
use super::retry::{Effect, MOST_ATTEMPTS, Next, Refusal, judge};
use super::token::Token;

/// The longest answer that is read. A page of GitHub has some hundred kilobytes.
const MOST_ANSWER_BYTES: usize = 64 << 20;
/// The most pages of one list that are read.
const MOST_PAGES: u32 = 500;

/// What is sent.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: Method,
    /// The path from the root of the server, with its query; of an upload the whole address.
    pub(super) path: String,
    /// What is asked, after "cannot".
    pub(super) asked: String,
}

#[derive(Debug)]
pub(super) enum Method {
    Get,
    /// Asks for the bytes of a file, wherever the forge says that they are.
    Download,
    /// A question to GraphQL, which changes nothing.
    Ask(Value),
    Post(Value),
    Patch(Value),
    Delete,
    /// Sends the bytes of a file.
    Upload(Parcel),
}

/// What came of a request.
#[derive(Debug)]
pub(super) enum Sent<T> {
    /// It was answered.
    Answer(Answer),
    /// No answer came that says whether it was carried out, and a look showed that it was.
    Found(T),
}

/// How much may still be asked in this hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// So many requests.
    pub remaining: u64,
    /// Until then, in seconds since 1970-01-01 UTC.
    pub reset: Option<i64>,
}

/// How requests are sent.
pub(super) struct Wire {
    runtime: Runtime,
    client: Octocrab,
    pub(super) address: ApiAddress,
    token: Token,
    clock: Box<dyn Clock>,
    timeout: Duration,
    patience: Duration,
    waited: Cell<Duration>,
    requests: Cell<u64>,
    limit: Cell<Option<RateLimit>>,
}

impl Wire {
    pub(super) fn open(
        address: ApiAddress,
        token: Token,
        clock: Box<dyn Clock>,
        timeout: Duration,
        patience: Duration,
    ) -> Result<Self, Error> {
        let cannot = || Error::unfinished(format!("cannot prepare requests to '{}'", address.origin()));
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| cannot().because(e))?;
        let client = {
            let _inside = runtime.enter();
            // Octocrab leaves out the path of its base where a path begins with the same letters, so it is given the origin
            // only.
            let builder = Octocrab::builder().personal_token(token.expose().to_owned());
            builder
                .base_uri(address.origin())
                .and_then(|builder| builder.upload_uri(address.uploads()))
                .and_then(|builder| builder.build())
        };
        let client = client.map_err(|error| {
            cannot()
                .because(deepest(&error))
                .hint("install the certificates of the system, 'ca-certificates' on Debian")
        })?;
        let (waited, requests, limit) = (Cell::new(Duration::ZERO), Cell::new(0), Cell::new(None));
        Ok(Self { runtime, client, address, token, clock, timeout, patience, waited, requests, limit })
    }

    pub(super) fn requests(&self) -> u64 {
        self.requests.get()
    }

    pub(super) fn limit(&self) -> Option<RateLimit> {
        self.limit.get()
    }

    /// Sends a request that may be repeated.
    pub(super) fn send(&self, request: &Request) -> Result<Answer, Failure> {
        match self.send_unless::<Answer>(request, &|| Ok(None))? {
            Sent::Answer(answer) | Sent::Found(answer) => Ok(answer),
        }
    }

    /// Sends a request that must not be carried out twice. Where it is not known whether it was, `took_effect` looks.
    pub(super) fn send_unless<T>(
        &self,
        request: &Request,
        took_effect: &dyn Fn() -> Result<Option<T>, Failure>,
    ) -> Result<Sent<T>, Failure> {
        let mut attempt = 0;
        loop {
            let outcome = self.once(request);
            let (after, effect) = match (judge(&outcome, attempt, self.clock.now()), outcome) {
                (Next::Take, Ok(answer)) => return Ok(Sent::Answer(answer)),
                (Next::GiveUp(trouble), outcome) => return Err(self.failure(trouble, request, &outcome)),
                (Next::Again { after, effect }, outcome) => {
                    attempt += 1;
                    let wait = self.waited.get().saturating_add(after);
                    if attempt >= MOST_ATTEMPTS || wait > self.patience {
                        let found = if effect == Effect::Unclear { took_effect()? } else { None };
                        let failure = self.failure(self.exhausted(after, effect), request, &outcome);
                        return found.map(Sent::Found).ok_or(failure);
                    }
                    (after, effect)
                }
                (Next::Take, Err(broken)) => return Err(self.failure(Trouble::Unavailable, request, &Err(broken))),
            };
            self.waited.set(self.waited.get() + after);
            self.clock.wait(after);
            if effect == Effect::Unclear
                && let Some(found) = took_effect()?
            {
                return Ok(Sent::Found(found));
            }
        }
    }

    /// Reads all pages of a list. `read` reads one page.
    pub(super) fn pages<T>(
        &self,
        asked: &str,
        path: String,
        read: impl Fn(&[u8]) -> Result<Vec<T>, String>,
    ) -> Result<Vec<T>, Failure> {
        let (mut found, mut path) = (Vec::new(), path);
        for _ in 0..MOST_PAGES {
            let request = Request { method: Method::Get, path, asked: asked.to_owned() };
            let answer = self.send(&request)?;
            found.extend(read(&answer.body).map_err(|why| self.unreadable(asked, &why))?);
            let Some(next) = answer.marks.next_page() else { return Ok(found) };
            let inside = next.strip_prefix(self.address.origin()).filter(|path| path.starts_with('/'));
            path = inside.ok_or_else(|| self.unreadable(asked, "the next page is on another server"))?.to_owned();
        }
        Err(self.unreadable(asked, "the list does not end"))
    }

    /// Returns the kind of the token.
    pub(super) fn token_kind(&self) -> TokenKind {
        self.token.kind()
    }

    /// Takes the token out of a text, should somebody have sent it back.
    pub(super) fn hide(&self, text: &str) -> String {
        self.token.hide_in(text)
    }

    pub(super) fn unreadable(&self, asked: &str, why: &str) -> Failure {
        Failure::new(Trouble::Unreadable, asked, &self.hide(why))
    }

    /// Sends a request once.
    fn once(&self, request: &Request) -> Result<Answer, Broken> {
        self.requests.set(self.requests.get() + 1);
        let exchange = async {
            let path = request.path.as_str();
            let answer = match &request.method {
                Method::Get => self.client._get(path).await,
                Method::Download => self.download(path).await,
                Method::Ask(body) | Method::Post(body) => self.client._post(path, Some(body)).await,
                Method::Patch(body) => self.client._patch(path, Some(body)).await,
                Method::Delete => self.client._delete(path, None::<&()>).await,
                Method::Upload(parcel) => match parcel.request(&self.client, path) {
                    Ok(request) => self.client.execute(request).await,
                    Err(why) => return Err(Broken(why)),
                },
            };
            let answer = answer.map_err(|error| Broken(deepest(&error)))?;
            let (head, body) = answer.into_parts();
            let marks = Marks::read(|name| head.headers.get(name)?.to_str().ok());
            let body = Limited::new(body, MOST_ANSWER_BYTES).collect().await;
            let body = body.map_err(|error| Broken(deepest(error.as_ref())))?.to_bytes().to_vec();
            let api = if matches!(request.method, Method::Ask(_)) { Api::Graph } else { Api::Rest };
            Ok(Answer { api, status: head.status.as_u16(), marks, body })
        };
        let timeout = match &request.method {
            Method::Upload(parcel) => self.timeout.saturating_add(parcel.patience()),
            Method::Get | Method::Download | Method::Ask(_) | Method::Post(_) | Method::Patch(_) | Method::Delete => {
                self.timeout
            }
        };
        // The timer belongs to the runtime, so it is made inside.
        let timed = async { tokio::time::timeout(timeout, exchange).await };
        let too_slow = |_| Err(Broken(format!("no answer came within {} s", timeout.as_secs_f32())));
        let outcome = self.runtime.block_on(timed).unwrap_or_else(too_slow);
        if let Ok(Answer { marks: Marks { remaining: Some(remaining), reset, .. }, .. }) = &outcome {
            self.limit.set(Some(RateLimit { remaining: *remaining, reset: *reset }));
        }
        outcome
    }

    /// Follows the forge to where the bytes of a file are, once: the token is for the forge alone, and stays out of the second question.
    async fn download(&self, path: &str) -> octocrab::Result<Response<BoxBody<Bytes, octocrab::Error>>> {
        let bytes = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/octet-stream"))]);
        let answer = self.client._get_with_headers(path, Some(bytes)).await?;
        let place = answer.headers().get(LOCATION).filter(|_| answer.status().is_redirection());
        match place.and_then(|place| place.to_str().ok()) {
            Some(place) => self.client._get(place).await,
            None => Ok(answer),
        }
    }

    /// Returns why there was no more waiting.
    fn exhausted(&self, after: Duration, effect: Effect) -> Trouble {
        match effect {
            Effect::Unclear => Trouble::Unavailable,
            Effect::None => {
                let seconds = i64::try_from(after.as_secs()).unwrap_or(i64::MAX);
                let until = DateTime::from_timestamp(self.clock.now().saturating_add(seconds), 0);
                Trouble::Limited { until: until.unwrap_or(DateTime::<chrono::Utc>::MAX_UTC) }
            }
        }
    }

    fn failure(&self, trouble: Trouble, request: &Request, outcome: &Result<Answer, Broken>) -> Failure {
        let said = match outcome {
            Err(Broken(said)) => said.clone(),
            Ok(answer) => match Refusal::of(answer).said() {
                said if said.is_empty() => format!("GitHub answered {}", answer.status),
                said => format!("GitHub answered {}: {said}", answer.status),
            },
        };
        Failure::new(trouble, &request.asked, &self.hide(&said))
    }
}

/// Returns the words of the first cause. What stands above it says "service error" and where in the code.
fn deepest(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(below) = cause.source() {
        cause = below;
    }
    cause.to_string()
}
