//! Runs a script to its end, or to the end of its time.

use std::collections::BTreeMap;
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{Result, Trouble};

/// How a script ended.
pub struct Ended {
    /// `None` where a signal ended it.
    pub code: Option<i32>,
    pub timed_out: bool,
    pub stdout: String,
    pub stderr: String,
}

/// The words that run a script file ("jobs.<job_id>.steps[*].shell" in "Workflow syntax"): without a shell, bash does not fail with a
/// pipe.
pub fn words(shell: Option<&str>, script: &str) -> Result<Vec<String>> {
    let form = match shell {
        None => "bash -e {0}",
        Some("bash") => "bash --noprofile --norc -e -o pipefail {0}",
        Some("sh") => "sh -e {0}",
        Some("python") => "python3 {0}",
        Some(own) if own.contains("{0}") => own,
        Some(other) => {
            let invalid = "Invalid shell option. Shell must be a valid built-in (bash, sh, cmd, powershell, pwsh) or a format string containing '{0}'";
            return Err(Trouble::new(format!("{invalid}: '{other}'")));
        }
    };
    Ok(form.split_whitespace().map(|word| word.replace("{0}", script)).collect())
}

/// Runs it with nothing of this process's environment. What it leaves running is ended with it.
pub fn run(words: &[String], folder: &Path, env: &BTreeMap<String, String>, limit: Duration) -> Result<Ended> {
    let [program, arguments @ ..] = words else { return Err(Trouble::new("there is no shell")) };
    let path = env.get("PATH").map_or("", String::as_str);
    let program = find(program, path).ok_or_else(|| Trouble::new(format!("'{program}' is not in PATH")))?;
    let mut command = Command::new(&program);
    // The runner hands variables over as C strings, which end at a NUL (`SafeProcessHandle` of dotnet/runtime).
    let env: Vec<_> = env.iter().map(|(name, value)| (name, value.split('\0').next().unwrap_or_default())).collect();
    let longest = env.iter().max_by_key(|(_, value)| value.len()).copied();
    command.args(arguments).current_dir(folder).env_clear().envs(env).process_group(0);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| {
        let (program, folder) = (program.display(), folder.display());
        let said = "An error occurred trying to start process";
        // GitHub does not say which one it is.
        let longest = longest.map(|(name, value)| format!("; '{name}' has {} bytes", value.len())).unwrap_or_default();
        Trouble::new(format!("{said} '{program}' with working directory '{folder}'. {error}{longest}"))
    })?;
    let (stdout, stderr) = (collect(child.stdout.take()), collect(child.stderr.take()));
    let (code, timed_out) = wait(&mut child, limit)?;
    let text = |reader: std::thread::JoinHandle<Vec<u8>>| {
        let bytes = reader.join().expect("because reading a pipe does not panic");
        String::from_utf8_lossy(&bytes).into_owned()
    };
    Ok(Ended { code, timed_out, stdout: text(stdout), stderr: text(stderr) })
}

/// The path of a program, by the PATH that the script will have.
fn find(program: &str, path: &str) -> Option<std::path::PathBuf> {
    if program.contains('/') {
        return Some(program.into());
    }
    path.split(':').map(|folder| Path::new(folder).join(program)).find(|candidate| candidate.is_file())
}

fn collect(pipe: Option<impl Read + Send + 'static>) -> std::thread::JoinHandle<Vec<u8>> {
    let mut pipe = pipe.expect("because the pipe was asked for");
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // A pipe that breaks has said what it had to say.
        drop(pipe.read_to_end(&mut bytes));
        bytes
    })
}

fn wait(child: &mut Child, limit: Duration) -> Result<(Option<i32>, bool)> {
    let begin = Instant::now();
    let cannot = |error: std::io::Error| Trouble::new(format!("cannot wait for a script: {error}"));
    let mut pause = Duration::from_micros(200);
    let mut timed_out = false;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(cannot)? {
            break status;
        }
        if begin.elapsed() >= limit {
            timed_out = true;
            end_group(child.id());
            break child.wait().map_err(cannot)?;
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(5));
    };
    if !timed_out {
        end_group(child.id());
    }
    Ok((status.code(), timed_out))
}

/// Ends every process of a group that is left.
fn end_group(leader: u32) {
    let mut kill = Command::new("kill");
    kill.args(["-KILL", "--", &format!("-{leader}")]).stdout(Stdio::null()).stderr(Stdio::null());
    // It fails where the group is gone already, which is what is wanted.
    drop(kill.status());
}
