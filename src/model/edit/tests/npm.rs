use super::{moves, notes, refused};

const NPM: &str = "[[version]]\npath = 'package.json'\n";
const CORE: (&str, &str) = ("p/core/package.json", "{\"name\": \"@g/core\", \"version\": \"«2.0.0»\"}");

/// A root with one member, of which the root asks for this.
fn asking(text: &str) -> String {
    format!(
        "{{\"name\": \"root\", \"version\": \"«2.0.0»\", \"workspaces\": [\"p/*\"],\n\"dependencies\": {{\"@g/core\": \"{text}\"}}}}"
    )
}

#[test]
fn exact_pins_follow_however_they_are_written() {
    for pin in [
        "«2.0.0»",
        "=«2.0.0»",
        "= «2.0.0»",
        "v«2.0.0»",
        "=v«2.0.0»",
        "= v«2.0.0»",
        " «2.0.0» ",
        "workspace:«2.0.0»",
        "workspace:=«2.0.0»",
    ] {
        moves(NPM, &[("package.json", &asking(pin)), CORE]);
        assert_eq!(notes(NPM, &[("package.json", &asking(pin)), CORE]), [""; 0]);
    }
}

#[test]
fn ranges_stay_and_what_is_neither_is_noted() {
    for range in
        ["^2.0.0", "~2.0.0", ">=2.0.0 <3", "2.x", "*", "workspace:^", "workspace:^2.0.0", "12.0.0", "2.0.0-rc.1"]
    {
        moves(NPM, &[("package.json", &asking(range)), CORE]);
        assert_eq!(notes(NPM, &[("package.json", &asking(range)), CORE]), [""; 0], "{range}");
    }
    for odd in ["2.0.0 || 1.0.0", "<=2.0.0", "1.0.0 - 2.0.0", "npm:@g/core@2.0.0", "github:g/core#v2.0.0"] {
        moves(NPM, &[("package.json", &asking(odd)), CORE]);
        let expected = format!(
            "package.json:2: 'dependencies[\"@g/core\"]' is '{odd}', which is neither the version alone nor a range from it on, so it stays"
        );
        assert_eq!(notes(NPM, &[("package.json", &asking(odd)), CORE]), [expected]);
    }
}

#[test]
fn a_lock_file_of_an_unknown_format_is_refused() {
    let package = ("package.json", "{\"name\": \"a\", \"version\": \"2.0.0\"}");
    for (number, known) in [("1", true), ("2", true), ("3", true), ("4", false), ("0", false), ("\"x\"", false)] {
        let lock = format!("{{\"name\": \"a\", \"version\": \"«2.0.0»\",\n\"lockfileVersion\": {number}}}");
        for name in ["package-lock.json", "npm-shrinkwrap.json"] {
            if known {
                moves(NPM, &[("package.json", "{\"name\": \"a\", \"version\": \"«2.0.0»\"}"), (name, &lock)]);
                continue;
            }
            let said = format!(
                "cannot edit the version in '{name}': line 2, column {}: 'lockfileVersion' is '{}', and only 1, 2 and 3 are known",
                if number.starts_with('"') { 21 } else { 20 },
                number.trim_matches('"')
            );
            assert_eq!(refused(NPM, &[package, (name, &lock)]), said);
        }
    }
}

#[test]
fn a_lock_file_of_another_name_moves_and_is_noted() {
    let lock = "{\n\"name\": \"old\", \"version\": \"«2.0.0»\", \"lockfileVersion\": 3, \"packages\": {\"\": {\"name\": \"old\", \"version\": \"«2.0.0»\"}}}";
    let files = [("package.json", "{\"name\": \"a\", \"version\": \"«2.0.0»\"}"), ("package-lock.json", lock)];
    moves(NPM, &files);
    assert_eq!(
        notes(NPM, &files),
        [
            "package-lock.json:2: 'name' is 'old', but that of the package is 'a'; it stays, and 'npm install --package-lock-only' corrects it"
        ]
    );
    // Without a name in the manifest, npm writes the name of the folder.
    let files = [("package.json", "{\"version\": \"«2.0.0»\"}"), ("package-lock.json", lock)];
    assert_eq!(notes(NPM, &files), [""; 0]);
}

/// A workspace of pnpm, whose root asks for its member exactly.
fn pnpm(lock: &str) -> [(&'static str, String); 5] {
    let root =
        "{\"name\": \"root\", \"version\": \"«2.0.0»\", \"devDependencies\": {\"@g/core\": \"workspace:«2.0.0»\"}}";
    let app = "{\"name\": \"app\", \"version\": \"«2.0.0»\", \"dependencies\": {\"@g/core\": \"«2.0.0»\"}}";
    [
        ("package.json", root.to_owned()),
        ("pnpm-workspace.yaml", "packages:\n  - .\n  - 'p/*' # 2.0.0\n".to_owned()),
        ("p/core/package.json", CORE.1.to_owned()),
        ("p/app/package.json", app.to_owned()),
        ("pnpm-lock.yaml", lock.to_owned()),
    ]
}

fn borrowed<'f>(files: &'f [(&'static str, String)]) -> Vec<(&'f str, &'f str)> {
    files.iter().map(|(path, text)| (*path, text.as_str())).collect()
}

#[test]
fn a_workspace_of_pnpm_moves_with_the_pins_of_its_lock_file() {
    let version_9 = "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    devDependencies:\n      '@g/core':\n        specifier: workspace:«2.0.0»\n        version: link:p/core\n\
        \x20     left:\n        specifier: 2.0.0\n        version: 2.0.0\n\n  p/app:\n    dependencies:\n      '@g/core':\n        specifier: «2.0.0»\n        version: link:../core\n\n\
        packages:\n\n  left@2.0.0:\n    resolution: {integrity: sha512-2.0.0}\n";
    let files = pnpm(version_9);
    moves(NPM, &borrowed(&files));
    assert_eq!(notes(NPM, &borrowed(&files)), [""; 0]);
    let version_5 = "lockfileVersion: 5.4\nimporters:\n  p/app:\n    specifiers:\n      '@g/core': «2.0.0»\n      left: 2.0.0\n    dependencies:\n      '@g/core': link:../core\n      left: 2.0.0\n";
    moves(NPM, &borrowed(&pnpm(version_5)));
}

#[test]
fn what_a_lock_file_of_pnpm_takes_from_elsewhere_stays_and_is_noted() {
    let lock = "overrides:\n  '@g/core': 2.0.0\nimporters:\n  p/app:\n    dependencies:\n      '@g/core':\n        specifier: 2.0.0\n        version: 2.0.0\n";
    let files = pnpm(lock);
    moves(NPM, &borrowed(&files));
    let noted = |line: usize, name: &str| {
        format!(
            "pnpm-lock.yaml:{line}: '{name}' is '2.0.0' and links no member, so it stays; afterwards write the file anew: pnpm install --lockfile-only"
        )
    };
    let expected = [noted(7, "importers[\"p/app\"].dependencies[\"@g/core\"]"), noted(2, "overrides[\"@g/core\"]")];
    assert_eq!(notes(NPM, &borrowed(&files)), expected);
    let overridden = "{\"name\": \"root\", \"version\": \"«2.0.0»\", \"pnpm\": {\"overrides\": {\"left>@g/core@2\": \"«2.0.0»\", \"@g/core>left\": \"2.0.0\"}}}";
    moves(NPM, &[("package.json", overridden), ("pnpm-workspace.yaml", "packages: [p/*]"), CORE]);
}

#[test]
fn the_lock_files_of_yarn_hold_no_version_and_stale_pins_are_noted() {
    let root = asking("«2.0.0»");
    let berry = "__metadata:\n  version: 8\n\n\"@g/core@npm:2.0.0, @g/core@workspace:p/core\":\n  version: 0.0.0-use.local\n  resolution: \"@g/core@workspace:p/core\"\n\n\
        \"left@npm:2.0.0\":\n  version: 2.0.0\n\n\"root@workspace:.\":\n  version: 0.0.0-use.local\n  dependencies:\n    \"@g/core\": \"npm:2.0.0\"\n";
    let anew = |line: usize, pin: &str, command: &str| {
        format!("yarn.lock:{line}: the entry '{pin}' stays; afterwards write the file anew: {command}")
    };
    let table = [
        (berry.to_owned(), Some(anew(4, "@g/core@npm:2.0.0", "yarn install --mode=update-lockfile"))),
        (
            berry.replace("npm:2.0.0, @g", "workspace:2.0.0, @g"),
            Some(anew(4, "@g/core@workspace:2.0.0", "yarn install --mode=update-lockfile")),
        ),
        (berry.replace("npm:2.0.0, @g", "npm:^2.0.0, @g"), None),
        ("# yarn lockfile v1\n\n\nleft@2.0.0:\n  version \"2.0.0\"\n".to_owned(), None),
        (
            "# yarn lockfile v1\n\n\n\"@g/core@2.0.0\":\n  version \"2.0.0\"\n".to_owned(),
            Some(anew(4, "@g/core@2.0.0", "yarn install")),
        ),
    ];
    for (lock, expected) in table {
        let files = [("package.json", root.as_str()), CORE, ("yarn.lock", lock.as_str())];
        moves(NPM, &files);
        assert_eq!(notes(NPM, &files), expected.into_iter().collect::<Vec<_>>(), "{lock}");
    }
    // A range leaves the lock file as it is.
    let files = [("package.json", asking("^2.0.0")), ("yarn.lock", berry.to_owned())];
    let files = [("package.json", files[0].1.as_str()), CORE, ("yarn.lock", files[1].1.as_str())];
    moves(NPM, &files);
    assert_eq!(notes(NPM, &files), [""; 0]);
    let files = [("package.json", root.as_str()), CORE, ("bun.lock", "{\"workspaces\": {},}")];
    assert_eq!(notes(NPM, &files), ["bun.lock:0: it is not changed; afterwards write it anew: bun install"]);
}
