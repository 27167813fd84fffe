//! Which releases repair the flaw, and where users of a line go that gets no release without it.

use semver::Version;

use super::Advisory;
use super::lines::{LineFinding, LineVerdict};

/// Returns the first release with the fix of a line that began behind it. `None`: the line did not, or has only pre-releases.
pub fn begun_repaired(line: &LineFinding) -> Option<&Version> {
    let mut repaired = line.repaired.iter().filter(|version| version.pre.is_empty());
    if line.verdict == LineVerdict::NotAffected { repaired.next() } else { None }
}

/// Returns the lowest release of any line that repairs the flaw and is newer than all affected versions of a line.
pub fn next_fix<'l>(lines: &'l [LineFinding], line: &LineFinding) -> Option<&'l Version> {
    let last = line.affected.iter().max();
    let fixes = lines.iter().filter_map(|other| other.fixed_in.as_ref().or_else(|| begun_repaired(other)));
    fixes.filter(|fixed| last.is_none_or(|last| *fixed > last)).min()
}

/// Says whether a line has releases with the flaw and none that repairs it.
pub fn is_unfixed(line: &LineFinding) -> bool {
    !line.affected.is_empty() && line.fixed_in.is_none()
}

/// Returns the release of a line to which users of another one have to go, for theirs is not repaired, and this one began behind the fix.
pub fn way_out<'l>(lines: &[LineFinding], line: &'l LineFinding) -> Option<&'l Version> {
    let is_wanted =
        |own: &&Version| lines.iter().any(|other| is_unfixed(other) && next_fix(lines, other) == Some(*own));
    begun_repaired(line).filter(is_wanted)
}

/// Says for people what is done about the flaw on a line.
pub fn told(advisory: &Advisory, line: &LineFinding) -> String {
    let spelled = |version: &Version| advisory.spelled(version);
    match (line.verdict, &line.fixed_in) {
        (LineVerdict::Fixed, Some(version)) => format!("repaired in {}", spelled(version)),
        (LineVerdict::Fixed, None) => "repaired, not released yet".to_owned(),
        (LineVerdict::Affected, _) => {
            let next = next_fix(&advisory.lines, line).filter(|_| !line.support.gets_security_fixes());
            let update = next.map(|next| format!(": update to {} or later", spelled(next))).unwrap_or_default();
            format!("no fix ({}){update}", line.support)
        }
        (LineVerdict::NotAffected, _) => match way_out(&advisory.lines, line) {
            Some(version) => format!("not affected, {} has the fix", spelled(version)),
            None => "not affected".to_owned(),
        },
        (LineVerdict::NotEvaluated, _) => format!("not evaluated, may be affected ({})", line.support),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two lines that ended with the flaw, and others that began behind the fix.
    fn lines(of_old: &str, newer: &str) -> Vec<LineFinding> {
        let old = |name: &str| {
            format!("[[line]]\nname = \"{name}\"\nsupport = \"end-of-life\"\n{}\n", of_old.replace('N', name))
        };
        let source = include_str!("example.md");
        let (from, to) = (source.find("[[line]]").expect("it has one"), source.find("\n+++\n").expect("it ends"));
        let text = format!("{}{newer}\n{}{}{}", &source[..from], old("2.0"), old("1.0"), &source[to..]);
        Advisory::parse(&text).expect("a source").lines
    }

    #[test]
    fn a_line_that_began_behind_the_fix_is_the_way_out_of_those_without_a_fix() {
        const UNFIXED: &str = "verdict = \"affected\"\naffected = [\"N.0\"]\nunaffected = []";
        const FIXED: &str = "verdict = \"fixed\"\naffected = [\"N.0\"]\nunaffected = [\"N.1\"]\nfixed-in = \"N.1\"";
        const NEW: &str = "[[line]]\nname = \"3.0\"\nsupport = \"current\"\nverdict = \"not-affected\"\naffected = []\n\
                           unaffected = [\"3.0.0-rc.1\", \"3.0.0\"]\nrepaired = [\"3.0.0-rc.1\", \"3.0.0\"]";
        let newest = NEW.replace("3.0", "3.1");
        let never = NEW.replace("repaired = [\"3.0.0-rc.1\", \"3.0.0\"]", "");
        let shown = |found: Option<&Version>| found.map(ToString::to_string).unwrap_or_default();
        for (old, newer, expected, next) in [
            (UNFIXED, format!("{newest}\n{NEW}"), &["", "3.0.0", "", ""][..], "3.0.0"),
            (FIXED, NEW.to_owned(), &["", "", ""], "2.0.1"),
            (UNFIXED, never, &["", "", ""], ""),
        ] {
            let lines = lines(old, &newer);
            let found: Vec<String> = lines.iter().map(|line| shown(way_out(&lines, line))).collect();
            assert_eq!(found, expected, "{newer}");
            assert_eq!(shown(next_fix(&lines, &lines[lines.len() - 2])), next, "{newer}");
        }
    }
}
