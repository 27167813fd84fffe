//! Stands in front of two servers: questions of GraphQL go to one, all else to the other.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

/// Begins to relay, and returns the address. It ends with the test's process.
pub fn relay(graphql: &str, rest: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("because a port is free");
    let address = listener.local_addr().expect("because it is bound");
    let host = |address: &str| address.strip_prefix("http://").expect("because it is one").to_owned();
    let (graphql, rest) = (host(graphql), host(rest));
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let (graphql, rest) = (graphql.clone(), rest.clone());
            std::thread::spawn(move || drop(pass_on(&stream, &graphql, &rest)));
        }
    });
    format!("http://{address}")
}

/// Hands one request and its answer on, and lets the connection end with them.
fn pass_on(mut stream: &TcpStream, graphql: &str, rest: &str) -> std::io::Result<()> {
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
    let is_question = head.split(' ').nth(1) == Some("/graphql");
    let mut upstream = TcpStream::connect(if is_question { graphql } else { rest })?;
    upstream.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes())?;
    upstream.write_all(&body)?;
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer)?;
    stream.write_all(&answer)
}
