//! Stands in front of two servers: questions of GraphQL and of which refs there are go to one, all else to the other.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

/// The address of a relay that is not there yet.
pub fn address(listener: &TcpListener) -> String {
    format!("http://{}", listener.local_addr().expect("because it is bound"))
}

/// Begins to relay. It ends with the test's process.
pub fn relay(listener: TcpListener, questions: &str, rest: &str) {
    let host = |address: &str| address.strip_prefix("http://").expect("because it is one").to_owned();
    let (questions, rest) = (host(questions), host(rest));
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let (questions, rest) = (questions.clone(), rest.clone());
            std::thread::spawn(move || drop(pass_on(&stream, &questions, &rest)));
        }
    });
}

/// Hands one request and its answer on, and lets the connection end with them.
fn pass_on(mut stream: &TcpStream, questions: &str, rest: &str) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
        if name == "content-length" {
            length = line.split(':').nth(1).and_then(|length| length.trim().parse().ok()).unwrap_or(0);
        }
        if line.trim().is_empty() {
            break;
        }
        if name != "connection" {
            head.push_str(&line);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let path = head.split(' ').nth(1).unwrap_or_default();
    let is_question = path == "/graphql" || path.contains("/git/matching-refs/");
    let mut upstream = TcpStream::connect(if is_question { questions } else { rest })?;
    upstream.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes())?;
    upstream.write_all(&body)?;
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer)?;
    stream.write_all(&answer)
}
