//! As Windows does it. There are no modes: who may do what with a new file, the folder around it decides, and temporary folders
//! belong to one user.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::Result;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::ports::process::finish;

/// The path of something that no file can be below, for settings of git that name a folder.
pub const NO_FOLDER: &str = "NUL";
/// What opens if the process has a terminal, whatever its standard streams are (`CreateFile`, "Consoles").
pub const TERMINAL: &str = "CONIN$";
/// Whether a folder that holds an open file stays until that file is closed.
pub const OPEN_FILES_STAY: bool = true;

/// Returns the shell that commands are written for, to which `-c` and the command can be added: that of Git for Windows, which
/// is not on `PATH` by itself.
pub fn shell() -> Command {
    let mut shell = Command::new(shell_of_git().unwrap_or_else(|| "sh".into()));
    // The action sets it for the binaries, so that their arguments stay as they are; a command of the user has no use for it.
    shell.env_remove("MSYS2_ARG_CONV_EXCL");
    shell
}

fn shell_of_git() -> Option<PathBuf> {
    Some(root_of_git()?.join("bin").join("sh.exe")).filter(|shell| shell.is_file())
}

/// Returns the folder that Git for Windows is installed in: its programs are in `mingw64\libexec\git-core` of that.
fn root_of_git() -> Option<PathBuf> {
    let mut command = Command::new("git");
    command.arg("--exec-path");
    let asked = finish(command, None).ok().filter(|finished| finished.success())?;
    let core = String::from_utf8(asked.stdout).ok()?;
    Path::new(core.trim()).ancestors().nth(3).map(Path::to_owned)
}

/// Returns the file with attributes for all users (`gitattributes(5)`), whether it exists or not. Without git, there is none.
pub fn system_attributes() -> Option<PathBuf> {
    Some(root_of_git()?.join("etc").join("gitattributes"))
}

/// Returns the home of the user as git knows it: Git for Windows takes the profile where the first variable is missing.
#[expect(clippy::disallowed_methods, reason = "git itself finds its files by these variables")]
pub fn home() -> Option<PathBuf> {
    std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE")).map(PathBuf::from)
}

/// Says whether what stands before a colon names a drive.
pub fn is_drive(name: &str) -> bool {
    name.len() == 1
}

/// Returns a path of git as one of the system. Git for Windows has all paths in UTF-8; any other is one that cannot be there.
pub fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// Returns a relative path of the system as git and lists of sums write it, with `/`.
pub fn slashed(path: &str) -> String {
    path.replace('\\', "/")
}

/// Returns the path without links, in a form that other programs take: without the prefix `\\?\` where there is a drive.
///
/// # Errors
/// When there is nothing at the path.
pub fn canonical(path: &Path) -> Result<PathBuf> {
    let real = fs::canonicalize(path)?;
    let plain = real.to_str().and_then(|text| text.strip_prefix(r"\\?\")).filter(|rest| rest.get(1..3) == Some(r":\"));
    Ok(plain.map(PathBuf::from).unwrap_or(real))
}

/// Lets a temporary file be as open to others as any file that a program makes, as it is anyway.
pub fn like_others(_builder: &mut tempfile::Builder<'_, '_>) {}

/// Makes a folder that only this user can look into, if the folder above is one.
///
/// # Errors
/// When it cannot be made, or is there.
pub fn make_private_folder(path: &Path) -> Result<()> {
    DirBuilder::new().create(path)
}

/// Leaves a file or a folder as it is: who may look into its folder may look at it.
///
/// # Errors
/// None.
pub fn close_to_others(_path: &Path) -> Result<()> {
    Ok(())
}

/// Makes a file that whoever can look into its folder can read.
///
/// # Errors
/// When it cannot be made, or is there.
pub fn make_private(path: &Path, _mode: u32) -> Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Returns the mode of a file if others than its owner may do something with it; there are no modes.
pub fn open_to_others(_found: &Metadata) -> Option<u32> {
    None
}

/// Says whether its owner may run the file; `None` where the system does not know that of a file.
pub fn is_executable(_found: &Metadata) -> Option<bool> {
    None
}

/// Says whether the open file is what the path names now. The path has to be one that nobody else makes anew.
///
/// # Errors
/// When the open file cannot be looked at.
pub fn is_at(path: &Path, file: &File) -> Result<bool> {
    file.metadata()?;
    Ok(path.symlink_metadata().is_ok())
}

/// Says whether two files belong to the same user, as all in a temporary folder do; those of others cannot be removed.
pub fn same_owner(_one: &Metadata, _other: &Metadata) -> bool {
    true
}

/// Says whether a process of this machine runs. Where that cannot be found out, it counts as alive.
pub fn is_alive(pid: u32) -> bool {
    let mut command = Command::new("tasklist");
    command.args(["/NH", "/FO", "CSV", "/FI", &format!("PID eq {pid}")]);
    // A process is `"name.exe","PID",…`; without one, a sentence says so, in the language of the system.
    let row = format!("\"{pid}\"");
    finish(command, None).map_or(true, |done| !done.success() || String::from_utf8_lossy(&done.stdout).contains(&row))
}

/// Says whether nothing is left of a process.
pub fn is_gone(pid: u32) -> bool {
    !is_alive(pid)
}
