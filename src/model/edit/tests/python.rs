use super::{bump, change, look, moves, notes, refused};

const UV: &str = "[[version]]\npath = 'pyproject.toml'";
const CORE: (&str, &str) = ("p/core/pyproject.toml", "[project]\nname = \"godel-core\"\nversion = \"2.0.0\"\n");

/// A root with one member, of which the root asks for this.
fn asking(requirement: &str) -> String {
    format!(
        "[project]\nname = \"godel\"\nversion = \"2.0.0\"\ndependencies = [\n  \"{requirement}\",\n]\n[tool.uv.workspace]\nmembers = [\"p/*\"]\n"
    )
}

#[test]
fn exact_requirements_follow_however_they_are_written() {
    for requirement in [
        "godel-core==2.0.0",
        "godel-core===2.0.0",
        "Godel.Core == 2.0.0",
        "godel-core[a, b] ==2.0.0 ; python_version == '3.12'",
        "godel-core (==2.0.0)",
        "godel_core=== 2.0.0; x",
    ] {
        let root = asking(requirement);
        let files = [("pyproject.toml", root.as_str()), CORE];
        let written = bump(UV, &files, &change("2.0.0", "2.0.1-rc.1")).expect("an edit");
        assert_eq!(written["pyproject.toml"], root.replace("2.0.0", "2.0.1rc1"), "{requirement}");
        assert_eq!(notes(UV, &files), [""; 0]);
    }
}

#[test]
fn ranges_stay_and_what_is_neither_is_noted() {
    for requirement in [
        "godel-core>=2.0.0",
        "godel-core~=2.0.0",
        "godel-core==2.0.*",
        "godel-core",
        "left==2.0.0",
        "godel-core; python_version == '2.0.0'",
        "godel-core @ file:///x/2.0.0",
    ] {
        let root = asking(requirement);
        let files = [("pyproject.toml", root.as_str()), CORE];
        let written = bump(UV, &files, &change("2.0.0", "2.0.1")).expect("an edit");
        assert_eq!(written["pyproject.toml"], root.replacen("2.0.0", "2.0.1", 1), "{requirement}");
        assert_eq!(notes(UV, &files), [""; 0], "{requirement}");
    }
    for requirement in
        ["godel-core<=2.0.0", "godel-core>=1.0,==2.0.0", "godel-core ==2.0.0, <3", "godel-core == 2.0", "godel-core<=2"]
    {
        let root = asking(requirement);
        let files = [("pyproject.toml", root.as_str()), CORE];
        let said = format!(
            "pyproject.toml:5: the requirement 'godel-core' is '{requirement}', which is not the version alone, so it stays"
        );
        assert_eq!(notes(UV, &files), [said]);
    }
}

#[test]
fn requirements_are_found_in_every_table() {
    let root = "[project]\nname = \"godel\"\nversion = \"«2.0.0»\"\n[build-system]\nrequires = [\"godel-core==«2.0.0»\", \"left==2.0.0\"]\n\
        [tool.uv]\nconstraint-dependencies = [\"godel-core==«2.0.0»\"]\n[tool.uv.workspace]\nmembers = [\"p/*\"]\n\
        [tool.poetry.dependencies]\ngodel-core = \"«2.0.0»\"\nleft = \"2.0.0\"\n[tool.poetry.group.dev.dependencies]\ngodel-core = { version = \"==«2.0.0»\", extras = [] }\n\
        [tool.poetry.group.docs.dependencies]\ngodel-core = \"^2.0.0\"\n";
    let core = CORE.1.replace("2.0.0", "«2.0.0»");
    let found = look(UV, &[("pyproject.toml", root), (CORE.0, &core)]).expect("it is read");
    let marked = root.matches('«').count() + core.matches('«').count();
    assert_eq!(found.files.iter().map(|file| file.spots.len()).sum::<usize>(), marked);
    let written = bump(UV, &[("pyproject.toml", root), (CORE.0, &core)], &change("2.0.0", "2.0.1")).expect("an edit");
    assert_eq!(written["pyproject.toml"], root.replace("«2.0.0»", "2.0.1"));
}

#[test]
fn a_member_that_is_configured_alone_moves_in_the_lock_file_of_its_workspace() {
    let root = "[project]\nname = \"godel\"\nversion = \"1.0.0\"\n[tool.uv.workspace]\nmembers = [\"p/*\"]\n";
    let lock = "version = 1\n[[package]]\nname = \"godel\"\nversion = \"1.0.0\"\nsource = { editable = \".\" }\n\
        [package.metadata]\nrequires-dist = [{ name = \"godel-core\", specifier = \"==2.0.0\" }]\n\
        [[package]]\nname = \"godel-core\"\nversion = \"«2.0.0»\"\nsource = { editable = \"p/core\" }\n\
        [[package]]\nname = \"godel-core\"\nversion = \"2.0.0\"\nsource = { editable = \"q/core\" }\n";
    let core = CORE.1.replace("2.0.0", "«2.0.0»");
    let alone = "[[version]]\npath = 'p/core/pyproject.toml'";
    let files = [("pyproject.toml", root), (CORE.0, core.as_str()), ("uv.lock", lock)];
    let written = bump(alone, &files, &change("2.0.0", "2.0.1-rc.1")).expect("an edit");
    assert_eq!(written["uv.lock"], lock.replace("«2.0.0»", "2.0.1rc1"));
    assert_eq!(written.len(), 2, "{written:?}");
    // The lock file of a project above that uses it, and its own.
    let own = "[[package]]\nname = \"godel-core\"\nversion = \"«2.0.0»\"\nsource = { virtual = \".\" }\n";
    let files = [("p/uv.lock", "version = 1\n"), (CORE.0, core.as_str()), ("p/core/uv.lock", own), ("uv.lock", lock)];
    let release = bump(alone, &files, &change("2.0.0", "2.0.1")).expect("an edit");
    assert_eq!(release.len(), 3, "{release:?}");
}

#[test]
fn what_a_lock_file_repeats_of_requirements_follows() {
    let root = asking("godel-core==2.0.0");
    let lock = "[manifest]\noverrides = [{ name = \"godel-core\", specifier = \"==2.0.0\" }, { name = \"left\", specifier = \"==2.0.0\" }]\n\
        [[package]]\nname = \"godel\"\nversion = \"2.0.0\"\nsource = { editable = \".\" }\n[package.metadata]\n\
        requires-dist = [{ name = \"godel-core\", specifier = \"==2.0.0\" }]\n[package.metadata.requires-dev]\ndev = [{ name = \"godel-core\", specifier = \">=2.0.0\" }]\n";
    let files = [("pyproject.toml", root.as_str()), CORE, ("uv.lock", lock)];
    let written = bump(UV, &files, &change("2.0.0", "2.0.1")).expect("an edit");
    let expected =
        lock.replacen("==2.0.0", "==2.0.1", 1).replace("version = \"2.0.0\"", "version = \"2.0.1\"").replace(
            "requires-dist = [{ name = \"godel-core\", specifier = \"==2.0.0\"",
            "requires-dist = [{ name = \"godel-core\", specifier = \"==2.0.1\"",
        );
    assert_eq!(written["uv.lock"], expected);
}

#[test]
fn one_version_in_two_spellings_is_one_version() {
    let root = asking("godel-core==2.0.1-rc.1").replace("version = \"2.0.0\"", "version = \"2.0.1rc1\"");
    let core = CORE.1.replace("2.0.0", "2.0.1-rc.1");
    let lock = "[[package]]\nname = \"godel\"\nversion = \"2.0.1rc1\"\nsource = { editable = \".\" }\n";
    let chart = "version: 0.1.0\nappVersion: 2.0.1rc1\n";
    let patch_toml = format!("{UV}\n[[version]]\npath = 'Chart.yaml'\n[[version]]\npath = 'VERSION'");
    let files = [
        ("pyproject.toml", root.as_str()),
        (CORE.0, &core),
        ("uv.lock", lock),
        ("Chart.yaml", chart),
        ("VERSION", "2.0.1-rc.1\n"),
    ];
    let found = look(&patch_toml, &files).expect("it is read");
    assert_eq!(found.version().expect("all agree").to_string(), "2.0.1-rc.1");
    let written = bump(&patch_toml, &files, &change("2.0.1-rc.1", "2.0.1-rc.2")).expect("an edit");
    assert_eq!(written["pyproject.toml"], root.replace("rc1", "rc2").replace("-rc.1", "-rc.2"));
    assert_eq!(written[CORE.0], core.replace("-rc.1", "-rc.2"));
    assert_eq!(written["uv.lock"], lock.replace("rc1", "rc2"));
    assert_eq!(written["Chart.yaml"], chart.replace("rc1", "rc2"));
    assert_eq!(written["VERSION"], "2.0.1-rc.2\n");
    // A lock file has the normal form of PEP 440, also of a project that is spelled otherwise.
    let semver = "[[version]]\npath = 'pyproject.toml'\nspelling = 'semver'";
    let files =
        [("pyproject.toml", "[project]\nname = 'godel'\nversion = '2.0.0'\n"), ("uv.lock", &lock.replace("1rc1", "0"))];
    let written = bump(semver, &files, &change("2.0.0", "2.0.1-rc.1")).expect("an edit");
    assert!(written["pyproject.toml"].contains("'2.0.1-rc.1'"), "{written:?}");
    assert_eq!(written["uv.lock"], lock);
    moves("[[version]]\npath = 'Chart.yaml'", &[("Chart.yaml", "version: «2.0.0»\n")]);
}

#[test]
fn another_spelling_of_the_version_is_not_taken_for_another_version() {
    let root = asking("left").replace("2.0.0", "2.0.1rc1");
    for text in ["2.0.1.rc.1", "2.0.1-RC1", "v2.0.1_c-1", "2.0.1preview1", "2.0.1.0rc1", "02.0.1rc01"] {
        let core = CORE.1.replace("2.0.0", text);
        let error = refused(UV, &[("pyproject.toml", &root), (CORE.0, &core)]);
        assert!(error.contains(&format!("'project.version' is '{text}', another spelling of '2.0.1rc1'")), "{error}");
    }
    for text in ["2.0.1rc2", "2.0.1.post1", "2.0.1.dev1", "2.0.1b1", "2.0"] {
        let core = CORE.1.replace("2.0.0", text);
        let noted = notes(UV, &[("pyproject.toml", &root), (CORE.0, &core)]);
        assert_eq!(noted, [format!("p/core/pyproject.toml:3: 'project.version' is '{text}' and its own, so it stays")]);
    }
    let short = CORE.1.replace("2.0.0", "2.0");
    let error = refused(UV, &[("pyproject.toml", &asking("left")), (CORE.0, &short)]);
    assert!(error.contains("is '2.0', another spelling of '2.0.0'"), "{error}");
}
