//! `[[line]]`: the release lines.

use super::error::ConfigError;
use super::read::{Section, Word};
use crate::model::arrange::Arrange as _;
use crate::model::line::{BranchName, BranchSpec, Line, LineName, LineStatus};

pub(super) const LINE: &[&str] = &["name", "branch", "status", "until"];

impl Word for LineStatus {
    const ALL: &'static [Self] = &LineStatus::ALL;

    fn word(self) -> &'static str {
        self.as_str()
    }
}

/// Reads every line and returns them newest first.
pub(super) fn read(root: &Section<'_>, main: Option<&BranchName>) -> Result<Vec<Line>, ConfigError> {
    let mut lines: Vec<Line> = Vec::new();
    for section in root.sections("line", "[[line]]", LINE)? {
        let line = line(&section)?;
        refuse_main(&section, &line, main)?;
        for earlier in &lines {
            refuse_twin(&section, &line, earlier)?;
        }
        lines.push(line);
    }
    lines.arrange_by(Line::newest_first);
    Ok(lines)
}

fn line(section: &Section<'_>) -> Result<Line, ConfigError> {
    let name: LineName = section.require("name", section.parsed("name")?)?;
    let branch: BranchSpec = section.require("branch", section.parsed("branch")?)?;
    if let BranchSpec::PerRelease(_) = branch
        && name.series().is_none()
    {
        let message =
            format!("line '{name}' has a branch for each release, so its name must tell its versions, such as '2.0'");
        return Err(section.error_at("name", message));
    }
    Ok(Line {
        name,
        branch,
        status: section.word("status")?.unwrap_or(LineStatus::Maintained),
        until: section.date("until")?,
    })
}

fn refuse_main(section: &Section<'_>, line: &Line, main: Option<&BranchName>) -> Result<(), ConfigError> {
    match (&line.branch, main) {
        (BranchSpec::Standing(branch), Some(main)) if branch == main => {
            Err(section.error_at("branch", format!("'{main}' is the main branch, which is not a line")))
        }
        (BranchSpec::Standing(_) | BranchSpec::PerRelease(_), _) => Ok(()),
    }
}

fn refuse_twin(section: &Section<'_>, line: &Line, earlier: &Line) -> Result<(), ConfigError> {
    if line.name == earlier.name {
        return Err(section.error_at("name", format!("there is a line '{}' already", line.name)));
    }
    if line.name.series().is_some() && line.name.series() == earlier.name.series() {
        let message = format!("lines '{}' and '{}' hold the same versions", earlier.name, line.name);
        return Err(section.error_at("name", message));
    }
    if let BranchSpec::Standing(branch) = &line.branch
        && line.branch == earlier.branch
    {
        let message = format!("'{branch}' is the branch of line '{}' already", earlier.name);
        return Err(section.error_at("branch", message));
    }
    if line.status == LineStatus::Current && earlier.status == LineStatus::Current {
        return Err(section.error_at("status", format!("line '{}' is the current one already", earlier.name)));
    }
    Ok(())
}
