//! What Unix and Windows do differently, and nothing else: both halves have the same functions, and only one is compiled.
//!
//! Windows here means with Git for Windows, which brings the shell that hooks and commands of `patch.toml` are run by.

#[cfg(unix)]
#[path = "platform/unix.rs"]
mod system;
#[cfg(windows)]
#[path = "platform/windows.rs"]
mod system;

pub use system::{
    NO_FOLDER, OPEN_FILES_STAY, TERMINAL, canonical, close_to_others, home, is_alive, is_at, is_drive, is_executable,
    is_gone, like_others, make_private, make_private_folder, open_to_others, path_of, same_owner, shell, slashed,
    system_attributes,
};

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::path::Path;

    use super::*;

    #[test]
    fn this_process_is_alive_and_one_without_a_number_is_not() {
        let me = std::process::id();
        assert!(is_alive(me) && !is_gone(me));
        // No process has this number: it is above the limit of every system.
        assert!(!is_alive(4_294_967_290));
    }

    #[test]
    fn a_path_of_git_is_found_where_git_means() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("ä b")).expect("a folder");
        fs::write(folder.path().join("ä b").join("c"), "").expect("a file");
        let path = path_of("ä b/c".as_bytes());
        assert!(folder.path().join(&path).is_file());
        assert_eq!(slashed(Path::new("ä b").join("c").to_str().expect("a text")), "ä b/c");
    }

    #[test]
    fn a_file_that_was_removed_is_no_longer_at_its_path() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        let file = File::create_new(&path).expect("a file");
        assert!(is_at(&path, &file).expect("it can be asked"));
        fs::rename(&path, folder.path().join("other")).expect("it is renamed");
        assert!(!is_at(&path, &file).expect("it can be asked"));
    }

    #[test]
    fn a_private_file_is_made_once_and_open_to_nobody_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let private = folder.path().join("private");
        make_private_folder(&private).expect("it is made");
        assert!(make_private_folder(&private).is_err());
        make_private(&private.join("key"), 0o600).expect("it is made");
        assert!(make_private(&private.join("key"), 0o600).is_err());
        for path in [private.join("key"), private] {
            assert_eq!(open_to_others(&path.metadata().expect("it is there")), None);
        }
    }

    #[test]
    fn a_path_without_links_can_be_given_to_git() {
        let folder = tempfile::tempdir().expect("a folder");
        let real = canonical(folder.path()).expect("it is there");
        assert!(real.is_dir() && !real.to_string_lossy().starts_with(r"\\?\"), "{}", real.display());
        assert_eq!(canonical(&real.join(".")).expect("it is there"), real);
    }
}
