//! What a person runs in any clone where a pick stopped on a machine that may be gone by then, such as that of a workflow.

use crate::model::apply::shell_word;
use crate::model::commit::CommitId;
use crate::model::line::LineName;

use super::HeadPattern;
use super::body::MOST_NAMED;

/// The longest command that is told in one line with others, in bytes: an annotation is no place for a page.
const MOST_IN_LINE: usize = 1000;

/// Returns the commands that make the same picks again, stop where a person is needed, and go on, one a line; each can be typed as it is.
/// The plan tells by its exit code that a pick will conflict, so they are not joined by `&&`.
pub fn again(line: &LineName, fixes: &[CommitId]) -> Vec<String> {
    let named: Vec<String> = fixes.iter().take(MOST_NAMED).map(ToString::to_string).collect();
    let more = if fixes.len() > MOST_NAMED { "   # and the rest of the table" } else { "" };
    let plan =
        format!("patch-pick plan --line {} --output plan.json {}{more}", shell_word(line.as_str()), named.join(" "));
    vec![
        "git fetch origin".to_owned(),
        plan,
        "patch-pick apply plan.json   # stops there, and says where to edit the files".to_owned(),
        "patch-pick apply plan.json --continue --format json > applied.json".to_owned(),
    ]
}

/// Returns the command that then brings the same pull request up to date.
pub fn propose_again(of_pull: Option<u64>, head: &HeadPattern) -> String {
    let mut command = "patch-pick propose applied.json".to_owned();
    if let Some(number) = of_pull {
        command.push_str(&format!(" --of-pull {number}"));
    }
    if *head != HeadPattern::default() {
        command.push_str(&format!(" --head {}", shell_word(head.as_str())));
    }
    command + "   # with GITHUB_TOKEN set, such as to $(gh auth token)"
}

/// Returns the commands up to the place where a person is needed in one line, after a word that says where; the place where all stand if
/// they are too long for that.
pub fn in_any_clone(commands: &[String]) -> String {
    match commands {
        [fetch, plan, apply, ..] if plan.len() <= MOST_IN_LINE => format!("in any clone: {fetch}; {plan}; {apply}"),
        _ => "in any clone: the summary of the step has the commands".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(count: usize) -> Vec<CommitId> {
        vec![CommitId::from_bytes([1; 20]); count]
    }

    #[test]
    fn a_name_stays_one_word() {
        let line: LineName = "2.0;it's$(x)".parse().expect("a line");
        let told = again(&line, &ids(1));
        let id = "01".repeat(20);
        assert_eq!(told[1], format!("patch-pick plan --line '2.0;it'\\''s$(x)' --output plan.json {id}"));
        let head = "picks$x/{line}".parse().expect("a pattern");
        assert!(
            propose_again(Some(7), &head)
                .starts_with("patch-pick propose applied.json --of-pull 7 --head 'picks$x/{line}'")
        );
        let usual = propose_again(None, &HeadPattern::default());
        assert!(usual.starts_with("patch-pick propose applied.json   #"), "{usual}");
    }

    #[test]
    fn many_fixes_are_not_told_in_one_line() {
        let line: LineName = "2.0".parse().expect("a line");
        assert!(
            in_any_clone(&again(&line, &ids(2)))
                .starts_with("in any clone: git fetch origin; patch-pick plan --line 2.0")
        );
        let many = again(&line, &ids(51));
        assert!(many[1].ends_with("   # and the rest of the table"), "{}", many[1]);
        assert_eq!(in_any_clone(&many), "in any clone: the summary of the step has the commands");
    }
}
