//! Git over HTTP on the loopback, by `git http-backend` (git-http-backend(1)), with the log-in that GitHub wants: basic, and a token as the
//! password. What a token may do is told to the hooks of the repositories in `TOKEN_MAY`.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use backstitch::model::base64;

/// What a token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenMay {
    Read,
    Write,
    /// It has the permission `workflows`, too, which the token of a job never has.
    WriteWorkflows,
}

impl TokenMay {
    /// As the hooks are told it.
    fn told(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::WriteWorkflows => "workflows",
        }
    }
}

/// The server. It answers until it goes out of scope.
pub struct GitHttp {
    shared: Arc<Shared>,
    port: u16,
    server: Option<JoinHandle<()>>,
}

struct Shared {
    /// The folder of the repositories.
    root: PathBuf,
    tokens: Mutex<HashMap<String, TokenMay>>,
    /// Every request: its method and path, and how many headers `Authorization` it has.
    requests: Mutex<Vec<(String, usize)>>,
    closing: Mutex<bool>,
}

impl GitHttp {
    /// Serves the repositories below a folder, such as `acme/widget.git`, to who has a token that it was told to allow.
    pub fn start(root: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("because a port is free");
        let port = listener.local_addr().expect("because it is bound").port();
        let shared = Arc::new(Shared {
            root: root.to_owned(),
            tokens: Mutex::default(),
            requests: Mutex::default(),
            closing: Mutex::new(false),
        });
        let serving = Arc::clone(&shared);
        let server = std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if *serving.closing.lock().unwrap_or_else(PoisonError::into_inner) {
                    return;
                }
                let serving = Arc::clone(&serving);
                std::thread::spawn(move || drop(serving.serve(&stream)));
            }
        });
        Self { shared, port, server: Some(server) }
    }

    /// From now on, a token may do this.
    pub fn allow(&self, token: &str, may: TokenMay) {
        self.shared.tokens.lock().unwrap_or_else(PoisonError::into_inner).insert(token.to_owned(), may);
    }

    /// Lets a bare repository refuse what GitHub refuses, in its words (`git_rules.sh`).
    pub fn keep_rules(repository: &Path) {
        use std::os::unix::fs::PermissionsExt as _;
        let hooks = repository.join("hooks");
        std::fs::create_dir_all(&hooks).expect("because the folder is ours");
        let hook = hooks.join("proc-receive");
        std::fs::write(&hook, include_str!("git_rules.sh")).expect("because the folder is ours");
        std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).expect("because it is ours");
        for setting in ["receive.procReceiveRefs refs", "http.receivepack true"] {
            let mut git = super::command("git", repository);
            git.arg("--git-dir").arg(repository).arg("config").args(setting.split(' '));
            assert!(git.status().is_ok_and(|status| status.success()), "{setting}");
        }
    }

    /// Its address, as `GITHUB_SERVER_URL` would give it.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What came: `METHOD /path`, and how many headers `Authorization` were with it.
    pub fn requests(&self) -> Vec<(String, usize)> {
        self.shared.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for GitHttp {
    fn drop(&mut self) {
        *self.shared.closing.lock().unwrap_or_else(PoisonError::into_inner) = true;
        drop(TcpStream::connect(("127.0.0.1", self.port)));
        let ended = self.server.take().map(JoinHandle::join);
        assert!(std::thread::panicking() || ended.is_none_or(|ended| ended.is_ok()), "the server for git panicked");
    }
}

impl Shared {
    fn serve(&self, stream: &TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream);
        let mut first = String::new();
        reader.read_line(&mut first)?;
        let mut words = first.split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let mut headers: Vec<(String, String)> = Vec::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let header = |wanted: &str| headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
        let body = body(&mut reader, header("content-length"), header("transfer-encoding"))?;
        let logins = headers.iter().filter(|(name, _)| name == "authorization").count();
        let path = target.split('?').next().unwrap_or_default();
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push((format!("{method} {path}"), logins));
        let token = header("authorization").and_then(token_of).unwrap_or_default();
        let may = self.tokens.lock().unwrap_or_else(PoisonError::into_inner).get(&token).copied();
        match may {
            None => refuse(stream, 401, "WWW-Authenticate: Basic realm=\"GitHub\"\r\n", ""),
            Some(TokenMay::Read) if target.contains("git-receive-pack") => {
                let repository = path.trim_start_matches('/').split("/info/").next().unwrap_or_default();
                let said = format!("Permission to {repository} denied to github-actions[bot].\n");
                refuse(stream, 403, "Content-Type: text/plain; charset=utf-8\r\n", &said)
            }
            Some(may) => self.backend(stream, method, target, &headers, &body, may),
        }
    }

    fn backend(
        &self,
        mut stream: &TcpStream,
        method: &str,
        target: &str,
        headers: &[(String, String)],
        body: &[u8],
        may: TokenMay,
    ) -> std::io::Result<()> {
        let header = |wanted: &str| headers.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut command = super::command("git", &self.root);
        command.arg("http-backend").env("GIT_PROJECT_ROOT", &self.root).env("GIT_HTTP_EXPORT_ALL", "1");
        command.env("PATH_INFO", path).env("QUERY_STRING", query).env("REQUEST_METHOD", method);
        command.env("CONTENT_TYPE", header("content-type")).env("CONTENT_LENGTH", body.len().to_string());
        command.env("GIT_PROTOCOL", header("git-protocol"));
        command.env("HTTP_CONTENT_ENCODING", header("content-encoding"));
        command.env("REMOTE_USER", "x-access-token").env("REMOTE_ADDR", "127.0.0.1");
        command.env("TOKEN_MAY", may.told());
        let said = super::run_with_input(&mut command, body.to_vec()).stdout;
        let end = said.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(said.len());
        let (head, content) = (String::from_utf8_lossy(&said[..end]).into_owned(), said.get(end + 4..).unwrap_or(&[]));
        let status = head.lines().find_map(|line| line.strip_prefix("Status: ")).unwrap_or("200 OK").to_owned();
        let rest: String =
            head.lines().filter(|line| !line.starts_with("Status: ")).map(|line| format!("{line}\r\n")).collect();
        let length = content.len();
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{rest}\r\n");
        stream.write_all(head.as_bytes())?;
        stream.write_all(content)?;
        stream.flush()
    }
}

/// Reads a body of a known length, or one in chunks (RFC 9112, section 7.1).
fn body(reader: &mut impl BufRead, length: Option<&str>, coding: Option<&str>) -> std::io::Result<Vec<u8>> {
    let bad = || std::io::Error::other("not a body");
    let mut body = Vec::new();
    if coding != Some("chunked") {
        body.resize(length.and_then(|length| length.parse().ok()).unwrap_or(0), 0);
        reader.read_exact(&mut body)?;
        return Ok(body);
    }
    loop {
        let mut size = String::new();
        reader.read_line(&mut size)?;
        let size = usize::from_str_radix(size.trim(), 16).map_err(|_| bad())?;
        let mut chunk = vec![0; size + 2];
        reader.read_exact(&mut chunk)?;
        if size == 0 {
            return Ok(body);
        }
        body.extend(&chunk[..size]);
    }
}

/// The password of a basic log-in.
fn token_of(header: &str) -> Option<String> {
    let (scheme, coded) = header.split_once(' ')?;
    let plain = base64::decode(coded).filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    Some(String::from_utf8(plain).ok()?.strip_prefix("x-access-token:")?.to_owned())
}

fn refuse(mut stream: &TcpStream, status: u16, header: &str, body: &str) -> std::io::Result<()> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n{header}\r\n{body}");
    stream.write_all(head.as_bytes())
}
