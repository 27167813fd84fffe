//! As Unix does it.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io::Result;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::ports::process::finish;

/// The path of something that no file can be below, for settings of git that name a folder.
pub const NO_FOLDER: &str = "/dev/null";
/// What opens if the process has a terminal, whatever its standard streams are (`tty(4)`).
pub const TERMINAL: &str = "/dev/tty";
/// Whether a folder that holds an open file stays until that file is closed.
pub const OPEN_FILES_STAY: bool = false;

/// Returns the shell that commands are written for, to which `-c` and the command can be added.
pub fn shell() -> Command {
    Command::new("sh")
}

/// Returns the file with attributes for all users (`gitattributes(5)`), whether it exists or not.
pub fn system_attributes() -> Option<PathBuf> {
    Some(PathBuf::from("/etc/gitattributes"))
}

/// Returns the home of the user as git knows it.
#[expect(clippy::disallowed_methods, reason = "git itself finds its files by this variable")]
pub fn home() -> Option<PathBuf> {
    std::env::var_os("HOME").map(PathBuf::from)
}

/// Says whether what stands before a colon names a drive.
pub fn is_drive(_name: &str) -> bool {
    false
}

/// Returns a path of git as one of the system.
pub fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(bytes))
}

/// Returns a relative path of the system as git and lists of sums write it, with `/`.
pub fn slashed(path: &str) -> String {
    path.to_owned()
}

/// Returns the path without links, in a form that other programs take.
///
/// # Errors
/// When there is nothing at the path.
pub fn canonical(path: &Path) -> Result<PathBuf> {
    fs::canonicalize(path)
}

/// Lets a temporary file be as open to others as any file that a program makes: the system masks the mode.
pub fn like_others(builder: &mut tempfile::Builder<'_, '_>) {
    builder.permissions(Permissions::from_mode(0o666));
}

/// Makes a folder that only this user can look into.
///
/// # Errors
/// When it cannot be made, or is there.
pub fn make_private_folder(path: &Path) -> Result<()> {
    DirBuilder::new().mode(0o700).create(path)
}

/// Takes from others than its owner what they may do with a file or a folder.
///
/// # Errors
/// When it is not there, or not ours.
pub fn close_to_others(path: &Path) -> Result<()> {
    let mode = fs::metadata(path)?.permissions().mode();
    fs::set_permissions(path, Permissions::from_mode(mode & 0o700))
}

/// Makes a file with this mode from its first moment on.
///
/// # Errors
/// When it cannot be made, or is there.
pub fn make_private(path: &Path, mode: u32) -> Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(mode).open(path)
}

/// Returns the mode of a file if others than its owner may do something with it.
pub fn open_to_others(found: &Metadata) -> Option<u32> {
    Some(found.permissions().mode() & 0o777).filter(|mode| mode & 0o077 != 0)
}

/// Says whether its owner may run the file; `None` where the system does not know that of a file.
pub fn is_executable(found: &Metadata) -> Option<bool> {
    Some(found.permissions().mode() & 0o100 != 0)
}

/// Says whether the open file is what the path names now.
///
/// # Errors
/// When the open file cannot be looked at.
pub fn is_at(path: &Path, file: &File) -> Result<bool> {
    let open = file.metadata()?;
    Ok(path.symlink_metadata().is_ok_and(|found| found.ino() == open.ino() && found.dev() == open.dev()))
}

/// Says whether two files belong to the same user.
pub fn same_owner(one: &Metadata, other: &Metadata) -> bool {
    one.uid() == other.uid()
}

/// Says whether a process of this machine runs. Where that cannot be found out, it counts as alive.
pub fn is_alive(pid: u32) -> bool {
    if Path::new("/proc/self").exists() {
        // A process that ended and was not waited for stays as a zombie, in state `Z` (proc(5), /proc/PID/stat).
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let state = stat.rsplit_once(')').and_then(|(_, rest)| rest.trim_start().chars().next());
        return state.is_some_and(|state| !matches!(state, 'Z' | 'X'));
    }
    let mut command = Command::new("ps");
    command.args(["-p", &pid.to_string()]);
    finish(command, None).map_or(true, |finished| finished.success())
}

/// Says whether nothing is left of a process, where that can be found out without another program.
pub fn is_gone(pid: u32) -> bool {
    Path::new("/proc/self").exists() && !Path::new(&format!("/proc/{pid}")).exists()
}
