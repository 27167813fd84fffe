//! Servers of other people: started, waited for, asked, and ended.

use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// A server that runs until it goes out of scope.
pub struct Service {
    child: Child,
    folder: TempDir,
    port: u16,
}

impl Service {
    /// Starts a program of `NODE_TOOLS` on a free port, which its arguments get, and waits until it answers.
    pub fn start(program: &str, arguments: impl Fn(u16) -> Vec<String>) -> Self {
        #[expect(clippy::disallowed_methods, reason = "'.ci/github-oracle' says where it installed them")]
        let tools = std::env::var("NODE_TOOLS").expect("because '.ci/github-oracle' runs these tests");
        let folder = tempfile::tempdir().expect("because tests can write to the temporary folder");
        let free = TcpListener::bind("127.0.0.1:0").expect("because a port is free");
        let port = free.local_addr().expect("because it is bound").port();
        drop(free);
        let log = std::fs::File::create(folder.path().join("log")).expect("because the folder is ours");
        let mut command = Command::new(PathBuf::from(tools).join(program));
        command.args(arguments(port)).stdin(Stdio::null()).env("NO_COLOR", "1");
        command.stdout(log.try_clone().expect("because it is open")).stderr(log);
        let child = command.spawn().unwrap_or_else(|error| panic!("cannot start '{program}': {error}"));
        let service = Self { child, folder, port };
        let begin = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begin.elapsed() < Duration::from_secs(60), "'{program}' does not answer:\n{}", service.log());
            std::thread::sleep(Duration::from_millis(50));
        }
        service
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What it printed so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).expect("because it was made")
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended by itself, which the test has seen then.
        drop(self.child.kill().and_then(|()| self.child.wait()));
    }
}

/// Asks a server, and returns the status and the answer.
pub fn ask(method: &str, address: &str, token: &str, body: Option<&Value>) -> (u16, Value) {
    let mut curl = Command::new("curl");
    curl.args(["-sS", "-X", method, "-H", "content-type: application/json", "-w", "\n%{http_code}", address]);
    curl.args(["-H", &format!("authorization: Bearer {token}")]);
    if body.is_some() {
        curl.args(["--data-binary", "@-"]);
    }
    let mut child = curl.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("because curl is installed");
    let mut pipe = child.stdin.take().expect("because it is piped");
    let text = body.map(Value::to_string).unwrap_or_default();
    pipe.write_all(text.as_bytes()).expect("because curl reads it");
    drop(pipe);
    let said = child.wait_with_output().expect("because it runs").stdout;
    let said = String::from_utf8_lossy(&said).into_owned();
    let (answer, status) = said.rsplit_once('\n').expect("because the status is on a line of its own");
    (status.parse().unwrap_or(0), serde_json::from_str(answer).unwrap_or(Value::Null))
}

/// What prism found wrong with requests, each with the request that it was about, and how many requests it judged.
pub fn judged(prism: &Service) -> (usize, Vec<String>) {
    let (mut request, mut count, mut wrong) = (String::new(), 0, Vec::new());
    for line in prism.log().lines() {
        if let Some((_, rest)) = line.split_once("[HTTP SERVER]") {
            if line.contains("Request received") {
                request = rest.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
                count += 1;
            }
        } else if let Some((_, violation)) = line.split_once("Violation: request") {
            // GraphQL is no operation of the description, and prism matches no slash in a part of a path.
            let is_route = violation.contains("Selected route not found");
            let known = request == "post /graphql" || request.contains("/git/matching-refs/");
            if !(is_route && known) {
                wrong.push(format!("{request}: request{violation}"));
            }
        }
    }
    (count, wrong)
}
