//! What a push would make public, as git tells its hook.

use std::str::FromStr;

use crate::model::commit::ObjectId;
use crate::model::name::NotAName;

/// One ref of a push (`githooks(5)`, `pre-push`): `<local ref> <local object name> <remote ref> <remote object name>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushedRef {
    /// Its full name on the remote, which others will see.
    pub name: String,
    /// The object that it will point to; `None`: it is deleted.
    pub object: Option<ObjectId>,
    /// The object that it points to there; `None`: it is new.
    pub before: Option<ObjectId>,
}

impl PushedRef {
    /// Reads all lines that git writes to the hook.
    ///
    /// # Errors
    /// When one has another form.
    pub fn all(text: &str) -> Result<Vec<Self>, NotAName> {
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::parse).collect()
    }
}

impl FromStr for PushedRef {
    type Err = NotAName;

    fn from_str(line: &str) -> Result<Self, Self::Err> {
        let refused = || NotAName::new("a ref of a push", line, "pass on what git writes to the hook 'pre-push'");
        // The name of what is pushed may be any expression, so it is read from the end.
        let mut parts = line.rsplitn(4, ' ');
        let (Some(before), Some(name), Some(object), Some(_)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(refused());
        };
        let named = |digits: &str| match digits.bytes().all(|byte| byte == b'0') && digits.len() == 40 {
            true => Ok(None),
            false => digits.parse::<ObjectId>().map(Some).map_err(|_| refused()),
        };
        Ok(Self { name: name.to_owned(), object: named(object)?, before: named(before)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_hook_are_read() {
        let (none, one) = ("0".repeat(40), "1".repeat(40));
        let text = format!("refs/heads/a {one} refs/heads/b {none}\n(delete) {none} refs/heads/c {one}\n");
        let all = PushedRef::all(&text).expect("lines");
        assert_eq!(all.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["refs/heads/b", "refs/heads/c"]);
        assert!(all[0].object.is_some() && all[0].before.is_none() && all[1].object.is_none());
        assert_eq!(format!("HEAD {one} refs/heads/b {none}").parse::<PushedRef>().expect("a line").before, None);
        for text in ["refs/heads/a", "a b c d", "a b c"] {
            assert!(PushedRef::all(text).is_err(), "{text}");
        }
    }
}
