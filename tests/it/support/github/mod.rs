//! A stand-in for GitHub: real HTTP on the loopback, with a state, and with faults on demand.
//!
//! Every request and answer that passes it is held against GitHub's own descriptions of its APIs (`descriptions.md`). What does
//! not conform fails the test when the stand-in goes.

pub mod advisories;
mod environments;
mod fault;
mod graph;
mod http;
mod openapi;
pub mod proposals;
mod releases;
mod rest;
mod schema;
mod settings;
pub mod state;

use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

pub use fault::{Fault, When};

use fault::Faults;
use http::{Part, Request, Response};
use openapi::Operation;
use state::{REPOSITORY, REPOSITORY_ID, State};

/// The stand-in. It answers until it goes out of scope.
pub struct Github {
    shared: Arc<Shared>,
    port: u16,
    server: Option<JoinHandle<()>>,
}

type Meanwhile = (&'static str, String, Box<dyn FnOnce(&mut State) + Send>);

struct Shared {
    state: Mutex<State>,
    faults: Mutex<Faults>,
    /// The fault of the request of a number.
    numbered: Mutex<Option<(usize, When, Fault)>>,
    requests: Mutex<Vec<String>>,
    wrong: Mutex<Vec<String>>,
    /// What others do right before requests are answered.
    meanwhile: Mutex<Vec<Meanwhile>>,
    /// Connections that get no answer, kept open.
    silent: Mutex<Vec<TcpStream>>,
    closing: Mutex<bool>,
    prefix: &'static str,
}

impl Github {
    /// Starts one like `api.github.com`.
    pub fn start() -> Self {
        Self::start_below("")
    }

    /// Starts one like an enterprise server, whose REST API is below `/api/v3`.
    pub fn start_enterprise() -> Self {
        Self::start_below("/api/v3")
    }

    fn start_below(prefix: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("because a port is free");
        let port = listener.local_addr().expect("because it is bound").port();
        let shared = Arc::new(Shared {
            state: Mutex::new(State::new()),
            faults: Mutex::default(),
            numbered: Mutex::default(),
            requests: Mutex::default(),
            wrong: Mutex::default(),
            meanwhile: Mutex::default(),
            silent: Mutex::default(),
            closing: Mutex::new(false),
            prefix,
        });
        let serving = Arc::clone(&shared);
        let server = std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if *lock(&serving.closing) {
                    return;
                }
                serving.serve(stream, port);
            }
        });
        Self { shared, port, server: Some(server) }
    }

    /// The address of its API, as `GITHUB_API_URL` would give it.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}{}", self.port, self.shared.prefix)
    }

    /// What it knows.
    pub fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.shared.state)
    }

    /// Lets the next request of this method whose address contains a text meet a fault. Faults of the same request wait for
    /// one another.
    pub fn fail(&self, method: &'static str, path: &'static str, when: When, fault: Fault) {
        lock(&self.shared.faults).add(method, path, when, fault);
    }

    /// Lets the request of this number, counted from zero, meet a fault.
    pub fn fail_at(&self, number: usize, when: When, fault: Fault) {
        *lock(&self.shared.numbered) = Some((number, when, fault));
    }

    /// Lets somebody else do something right before the next request of this method whose address contains a text is answered. What
    /// waits for the same request waits for one another.
    pub fn meanwhile(&self, method: &'static str, path: &str, does: impl FnOnce(&mut State) + Send + 'static) {
        lock(&self.shared.meanwhile).push((method, path.to_owned(), Box::new(does)));
    }

    /// The requests that came, as `GET /path?query` without the repository.
    pub fn requests(&self) -> Vec<String> {
        lock(&self.shared.requests).clone()
    }
}

impl Drop for Github {
    fn drop(&mut self) {
        *lock(&self.shared.closing) = true;
        // Wakes the server, so that it sees that it is closing.
        drop(TcpStream::connect(("127.0.0.1", self.port)));
        let ended = self.server.take().map(JoinHandle::join);
        if !std::thread::panicking() {
            assert!(ended.is_none_or(|ended| ended.is_ok()), "the stand-in for GitHub panicked");
            let wrong = lock(&self.shared.wrong);
            assert!(wrong.is_empty(), "what passed does not conform:\n  {}", wrong.join("\n  "));
            let mut waiting = lock(&self.shared.faults).waiting();
            waiting.extend(lock(&self.shared.numbered).take().map(|numbered| format!("{numbered:?}")));
            assert!(waiting.is_empty(), "no request met these faults: {waiting:?}");
            assert!(lock(&self.shared.meanwhile).is_empty(), "a request that somebody else waits for did not come");
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    fn serve(&self, stream: TcpStream, port: u16) {
        // A connection over which nothing comes must not hold up the others.
        let timed = stream.set_read_timeout(Some(std::time::Duration::from_secs(10)));
        let Ok(request) = timed.and_then(|()| Request::read(&stream)) else { return };
        let target = request.path.replace(&format!("/repositories/{REPOSITORY_ID}/"), &format!("/repos/{REPOSITORY}/"));
        let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
        let line = format!("{}{query}", target.replace(&format!("{}/repos/{REPOSITORY}", self.prefix), ""));
        let number = {
            let mut requests = lock(&self.requests);
            requests.push(format!("{} {line}", request.method));
            requests.len() - 1
        };
        let met = {
            let mut all = lock(&self.meanwhile);
            let at = all.iter().position(|(method, path, _)| *method == request.method && line.contains(path.as_str()));
            at.map(|at| all.remove(at))
        };
        if let Some((_, _, does)) = met {
            does(&mut lock(&self.state));
        }
        let numbered = lock(&self.numbered).take_if(|(at, ..)| *at == number).map(|(_, when, fault)| (when, fault));
        let fault = numbered.or_else(|| lock(&self.faults).take(&request.method, &line));
        let response = match &fault {
            Some((When::Before, fault)) => fault.response(),
            Some((When::After, fault)) => {
                let answered = self.answer(&request, &target, port);
                if matches!(fault, Fault::CutOff) { Some(answered) } else { fault.response() }
            }
            None => Some(self.answer(&request, &target, port)),
        };
        let part = if matches!(fault, Some((_, Fault::CutOff))) { Part::Half } else { Part::All };
        match response {
            // Who asked may have gone, which is what some tests are about.
            Some(response) => drop(response.write(&stream, part)),
            None => lock(&self.silent).push(stream),
        }
    }

    /// Answers a request, and notes what is wrong with it or with the answer.
    fn answer(&self, request: &Request, target: &str, port: u16) -> Response {
        let mut state = lock(&self.state);
        let note = |what: &str, wrong: Vec<String>| {
            lock(&self.wrong).extend(wrong.into_iter().map(|wrong| format!("{what} {target}: {wrong}")));
        };
        if let Some(id) = target.strip_prefix(releases::STORAGE).and_then(|id| id.parse().ok()) {
            let told = request.header("authorization").map(|_| "it is sent a token".to_owned());
            note("the storage", told.into_iter().collect());
            let body = releases::content_of(&state, id).expect("because its address was told");
            return Response { status: 200, headers: Vec::new(), body };
        }
        note("headers of", wrong_headers(request));
        let token = request.header("authorization").and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
        let Some(account) = state.tokens.get(token).map(|account| (account.login.clone(), account.may.clone())) else {
            return rest::refusal(401, "Bad credentials");
        };
        let graphql = self.prefix.strip_suffix("/v3").map_or("/graphql".to_owned(), |api| format!("{api}/graphql"));
        if request.method == "POST" && target == graphql {
            let (answer, wrong) = graph::answer(&mut state, (&account.0, &account.1), &request.body);
            note("the question to", wrong);
            return limits(Response::json(200, &answer));
        }
        let is_upload = request.method == "POST" && target.contains("/releases/") && target.ends_with("/assets");
        // An enterprise server takes files below another path of the same host.
        let prefix = if is_upload { self.prefix.replace("/v3", "/uploads") } else { self.prefix.to_owned() };
        let path = target.strip_prefix(&prefix).unwrap_or(target);
        let Some(operation) = Operation::of(&request.method, path) else {
            note(&request.method, vec!["there is no such operation".to_owned()]);
            return rest::refusal(404, "Not Found");
        };
        if !advisories::is_question(&operation, &request.body) {
            let content = request.header("content-type");
            note("the request to", operation.wrong_request(&request.query, content, &request.body));
        }
        let base = state.address.clone().unwrap_or_else(|| format!("http://127.0.0.1:{port}{}", self.prefix));
        let response = rest::answer(&mut state, &account, &operation, request, &base);
        note("the answer of", operation.wrong_response(response.status, &response.body));
        let scopes = state.settings.scopes.get(token).copied();
        scopes.into_iter().fold(limits(response), |response, scopes| response.with("x-oauth-scopes", scopes))
    }
}

fn limits(response: Response) -> Response {
    response
        .with("x-ratelimit-limit", 5000)
        .with("x-ratelimit-remaining", 4999)
        .with("x-ratelimit-reset", 1_900_000_000)
}

/// GitHub refuses requests without a name of the program ("User agent required" in its documentation), and pins its form to the
/// version that is asked for.
fn wrong_headers(request: &Request) -> Vec<String> {
    let missing = |name: &str| request.header(name).is_none_or(str::is_empty).then(|| format!("there is no '{name}'"));
    ["user-agent", "x-github-api-version"].into_iter().filter_map(missing).collect()
}
