//! Templates: embedded, each replaceable by a file of the user, and rendered so that what is inserted stays text.

use std::path::{Path, PathBuf};

use minijinja::value::Serde;
use minijinja::{Environment, ErrorKind, UndefinedBehavior, Value};
use serde::Serialize;

use crate::model::error::{Error, Kind, Result};
use crate::model::html;
use crate::model::markdown::{self, blocks};
use crate::model::path::RepoPath;
use crate::ports::folder;

/// Where the user's templates are, below the root of the worktree.
pub const TEMPLATES_PATH: &str = ".patch/templates";

/// A template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    /// The Markdown of `patch-pick status`.
    PickStatus,
    /// The Markdown of `patch-pick plan`.
    PickPlan,
    /// The Markdown of `patch-check`. The embedded one always counts: the worktree may be that of what is judged.
    CheckReport,
    /// The Markdown of `patch-doctor check`.
    DoctorDiagnosis,
    /// The Markdown of `patch-advisory check`.
    AdvisoryCheck,
    /// The page of an advisory that `patch-advisory render` writes, as Markdown.
    AdvisoryPage,
    /// The page of all advisories that `patch-advisory render` writes, as Markdown.
    AdvisoryIndex,
    /// The message of a tag, as plain text.
    TagMessage,
    /// The message of the commit that changes versions, as plain text.
    BumpMessage,
    /// The Markdown of `patch-notes render`.
    NotesMarkdown,
    /// The page of `patch-notes render`, as HTML.
    NotesPage,
    /// The section of a changelog that `patch-notes render` writes, as Markdown.
    NotesChangelog,
}

impl Template {
    /// Every template.
    pub const ALL: [Self; 12] = [
        Self::PickStatus,
        Self::PickPlan,
        Self::CheckReport,
        Self::DoctorDiagnosis,
        Self::AdvisoryCheck,
        Self::AdvisoryPage,
        Self::AdvisoryIndex,
        Self::TagMessage,
        Self::BumpMessage,
        Self::NotesMarkdown,
        Self::NotesPage,
        Self::NotesChangelog,
    ];

    /// Returns its path below the folder of templates, which is the same for embedded ones and for those of the user.
    pub const fn path(self) -> &'static str {
        match self {
            Self::PickStatus => "pick/status.md.j2",
            Self::PickPlan => "pick/plan.md.j2",
            Self::CheckReport => "check/report.md.j2",
            Self::DoctorDiagnosis => "doctor/diagnosis.md.j2",
            Self::AdvisoryCheck => "advisory/check.md.j2",
            Self::AdvisoryPage => "advisory/page.md.j2",
            Self::AdvisoryIndex => "advisory/index.md.j2",
            Self::TagMessage => "tag/message.txt.j2",
            Self::BumpMessage => "bump/message.txt.j2",
            Self::NotesMarkdown => "notes/notes.md.j2",
            Self::NotesPage => "notes/page.html.j2",
            Self::NotesChangelog => "notes/changelog.md.j2",
        }
    }

    /// Returns the embedded text.
    pub const fn embedded(self) -> &'static str {
        match self {
            Self::PickStatus => include_str!("../../templates/pick/status.md.j2"),
            Self::PickPlan => include_str!("../../templates/pick/plan.md.j2"),
            Self::CheckReport => include_str!("../../templates/check/report.md.j2"),
            Self::DoctorDiagnosis => include_str!("../../templates/doctor/diagnosis.md.j2"),
            Self::AdvisoryCheck => include_str!("../../templates/advisory/check.md.j2"),
            Self::AdvisoryPage => include_str!("../../templates/advisory/page.md.j2"),
            Self::AdvisoryIndex => include_str!("../../templates/advisory/index.md.j2"),
            Self::TagMessage => include_str!("../../templates/tag/message.txt.j2"),
            Self::BumpMessage => include_str!("../../templates/bump/message.txt.j2"),
            Self::NotesMarkdown => include_str!("../../templates/notes/notes.md.j2"),
            Self::NotesPage => include_str!("../../templates/notes/page.html.j2"),
            Self::NotesChangelog => include_str!("../../templates/notes/changelog.md.j2"),
        }
    }
}

/// The templates that count in a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Templates {
    worktree: Option<PathBuf>,
}

impl Templates {
    /// Returns the embedded ones.
    pub const fn embedded() -> Self {
        Self { worktree: None }
    }

    /// Returns those of a worktree, where it has any, and the embedded ones in place of those that it lacks.
    pub fn of(worktree: Option<&Path>) -> Self {
        Self { worktree: worktree.map(Path::to_owned) }
    }

    /// Renders Markdown. Every value is escaped as it is inserted, unless the template marks it as safe.
    ///
    /// # Errors
    /// When a template of the user cannot be read, is malformed, or names what it is not given.
    pub fn render(&self, template: Template, view: &impl Serialize) -> Result<String> {
        let voice = match template {
            Template::NotesMarkdown | Template::NotesChangelog => Voice::Quiet,
            Template::PickStatus
            | Template::PickPlan
            | Template::CheckReport
            | Template::DoctorDiagnosis
            | Template::AdvisoryCheck
            | Template::AdvisoryPage
            | Template::AdvisoryIndex
            | Template::TagMessage
            | Template::BumpMessage
            | Template::NotesPage => Voice::Plain,
        };
        self.render_in(environment(voice), template, view)
    }

    /// Renders HTML. Every value is escaped as it is inserted, unless the template marks it as safe.
    ///
    /// # Errors
    /// As [`Self::render`].
    pub fn render_html(&self, template: Template, view: &impl Serialize) -> Result<String> {
        self.render_in(html_environment(), template, view)
    }

    /// Renders plain text. Values are inserted as they are.
    ///
    /// # Errors
    /// As [`Self::render`].
    pub fn render_text(&self, template: Template, view: &impl Serialize) -> Result<String> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        self.render_in(environment, template, view)
    }

    fn render_in(&self, environment: Environment<'_>, template: Template, view: &impl Serialize) -> Result<String> {
        let source = self.find(template)?;
        let mut environment = environment;
        let rendered = environment
            .add_template(&source.name, &source.text)
            .and_then(|()| environment.get_template(&source.name)?.render(Value::from(Serde(view))));
        rendered.map_err(|error| source.refused(&error))
    }

    fn find(&self, template: Template) -> Result<Source> {
        Ok(match self.user_text(template)? {
            Some(text) => Source { name: user_path(template), text, fault: Kind::Usage },
            None => Source {
                name: format!("templates/{}", template.path()),
                text: template.embedded().to_owned(),
                fault: Kind::Unfinished,
            },
        })
    }

    fn user_text(&self, template: Template) -> Result<Option<String>> {
        let Some(worktree) = &self.worktree else { return Ok(None) };
        let name = user_path(template);
        let path: RepoPath = name.parse().expect("because the paths of templates are plain");
        let Some(bytes) = folder::read_below(worktree, &path)? else { return Ok(None) };
        let text = String::from_utf8(bytes);
        text.map(Some).map_err(|error| Error::usage(format!("'{name}' is not UTF-8")).because(error))
    }
}

fn user_path(template: Template) -> String {
    format!("{TEMPLATES_PATH}/{}", template.path())
}

/// What the text of strangers may do on GitHub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Voice {
    /// It names issues, which become links.
    Plain,
    /// Nothing: it is published in the name of the project.
    Quiet,
}

fn environment(voice: Voice) -> Environment<'static> {
    let mut environment = match voice {
        Voice::Plain => escaping("markdown", markdown::escape, markdown::escape_within, markdown::inline),
        Voice::Quiet => escaping("markdown", markdown::quiet, markdown::quiet_within, markdown::quiet_inline),
    };
    environment.add_filter("linked", |text: String| Value::from_safe_string(markdown::inline(&text)));
    environment.add_filter("blocks", |text: String| Value::from_safe_string(blocks::to_markdown(&text)));
    environment.add_filter("code", |text: String| Value::from_safe_string(markdown::code(&text)));
    environment.add_filter("code_cell", |text: String| Value::from_safe_string(markdown::code_cell(&text)));
    environment.add_filter("code_block", |text: String| Value::from_safe_string(markdown::code_block(&text)));
    environment
}

fn html_environment() -> Environment<'static> {
    let mut environment = escaping("html-text", html::escape, html::escape, html::inline);
    environment.add_filter("linked", |text: String| Value::from_safe_string(html::inline(&text)));
    environment.add_filter("blocks", |text: String| Value::from_safe_string(blocks::to_html(&text)));
    environment
}

/// Returns what renders templates so that every value is escaped as it is inserted. The filter `within` is for what stands behind other
/// text of its line, and `inline` lets code be code.
fn escaping(
    name: &'static str,
    escape: fn(&str) -> String,
    within: fn(&str) -> String,
    inline: fn(&str) -> String,
) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    // With this the engine marks what macros and blocks made as safe, for it was escaped when it was inserted there.
    environment.set_auto_escape_callback(move |_| minijinja::AutoEscape::Custom(name.into()));
    environment.set_formatter(move |out, _, value| {
        let text = value.to_string();
        let text = if value.is_safe() { text } else { escape(&text) };
        out.write_str(&text).map_err(|error| minijinja::Error::new(ErrorKind::WriteFailure, error.to_string()))
    });
    environment.add_filter("within", move |text: String| Value::from_safe_string(within(&text)));
    environment.add_filter("inline", move |text: String| Value::from_safe_string(inline(&text)));
    environment
}

/// The text of a template.
struct Source {
    /// Its path, for people.
    name: String,
    text: String,
    /// Whose fault it is if it cannot be rendered.
    fault: Kind,
}

impl Source {
    fn refused(&self, error: &minijinja::Error) -> Error {
        let place = error.line().map(|line| format!(", line {line}")).unwrap_or_default();
        let cause = match error.detail() {
            Some(detail) => format!("{}: {detail}", error.kind()),
            None => error.kind().to_string(),
        };
        Error::new(self.fault, format!("cannot render '{}'{place}", self.name))
            .because(cause)
            .hint("see the templates in the page of the binary, or remove the file to use the embedded one")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct View {
        heading: &'static str,
        rows: Vec<()>,
        lines: Vec<()>,
        summary: Vec<&'static str>,
    }

    const VIEW: View = View { heading: "main", rows: Vec::new(), lines: Vec::new(), summary: Vec::new() };

    /// A worktree with a template for statuses.
    fn worktree(text: &str) -> (tempfile::TempDir, Templates) {
        let folder = tempfile::tempdir().expect("a directory");
        folder::write(&folder.path().join(user_path(Template::PickStatus)), text.as_bytes()).expect("it is written");
        let templates = Templates::of(Some(folder.path()));
        (folder, templates)
    }

    fn refusal(templates: &Templates) -> (Kind, String, String) {
        let error = templates.render(Template::PickStatus, &VIEW).expect_err("it is broken");
        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        (error.kind(), error.to_string(), cause)
    }

    #[test]
    fn every_embedded_template_is_sound() {
        for template in Template::ALL {
            let mut environment = environment(Voice::Plain);
            let loaded = environment.add_template(template.path(), template.embedded());
            assert!(loaded.is_ok(), "{}: {loaded:?}", template.path());
        }
    }

    #[test]
    fn the_template_of_the_user_counts() {
        let (folder, templates) = worktree("# {{ heading }} of ours\n");
        let rendered = |templates: &Templates| templates.render(Template::PickStatus, &VIEW).expect("it renders");
        assert_eq!(rendered(&templates), "# main of ours");
        folder::remove(&folder.path().join(TEMPLATES_PATH)).expect("it is removed");
        assert_eq!(rendered(&templates), rendered(&Templates::embedded()));
    }

    #[test]
    fn a_broken_template_is_named_with_the_line() {
        let place = "cannot render '.patch/templates/pick/status.md.j2', line 2";
        for text in [
            "a\n{% if %}",
            "a\n{{ nothing }}",
            "a\n{{ heading.nothing }}",
            "a\n{% include 'x' %}",
            "a\n{{ 1|nothing }}",
        ] {
            let (_folder, templates) = worktree(text);
            let (kind, message, cause) = refusal(&templates);
            assert_eq!((kind, message.as_str()), (Kind::Usage, place), "{text}");
            assert!(!cause.is_empty() && !cause.contains('\n'), "{text}: {cause}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_template_is_never_read_through_a_link() {
        let (folder, templates) = worktree("");
        let path = folder.path().join(user_path(Template::PickStatus));
        folder::remove(&path).expect("it is removed");
        std::os::unix::fs::symlink("/etc/hostname", &path).expect("a link");
        assert_eq!(refusal(&templates).0, Kind::Usage);
    }

    #[test]
    fn what_is_inserted_is_escaped_once() {
        #[derive(Serialize)]
        struct Stranger {
            title: &'static str,
            list: [&'static str; 2],
        }
        let view = Stranger { title: "<b>*x*", list: ["|", "[y](z)"] };
        let escaped = "&lt;b&gt;\\*x\\*";
        for (text, expected) in [
            ("{{ title }}", escaped),
            ("{{ title|e }}", escaped),
            ("{{ title|upper }}", "&lt;B&gt;\\*X\\*"),
            ("{{ title ~ '' }}", escaped),
            ("{% set x %}{{ title }}{% endset %}{{ x }}", escaped),
            ("{% macro m() %}{{ title }}{% endmacro %}{{ m() }}", escaped),
            ("{% autoescape false %}{{ title }}{% endautoescape %}", escaped),
            ("{{ list|join(', ') }}", "\\|, \\[y\\](z)"),
            ("{{ title|code }}", "`<b>*x*`"),
            ("{{ list[0]|code_cell }}", "`\\|`"),
            ("{{ title|safe }}", "<b>*x*"),
        ] {
            let (_folder, templates) = worktree(text);
            let rendered = templates.render(Template::PickStatus, &view).expect("it renders");
            assert_eq!(rendered, expected, "{text}");
        }
    }
}
