use super::{look, moves, notes};

const ALONE: &str = "[[version]]\npath = 'a/package.json'\n";
const BOTH: &str = "[[version]]\npath = 'a/package.json'\n[[version]]\npath = 'b/package.json'\n";

fn lock(b: &str) -> String {
    format!(
        "{{\"name\": \"root\", \"lockfileVersion\": 3, \"packages\": {{\n\"\": {{\"name\": \"root\", \"dependencies\": {{\"aa\": \"«2.0.0»\"}}}},\n\
         \"a\": {{\"name\": \"aa\", \"version\": \"«2.0.0»\"}},\n\"b\": {{\"version\": \"{b}\", \"dependencies\": {{\"aa\": \"«2.0.0»\"}}}},\n\
         \"node_modules/left\": {{\"version\": \"2.0.0\"}}}}}}"
    )
}

#[test]
fn members_of_an_npm_workspace_that_are_named_alone_move_in_all_of_it() {
    let root = "{\"name\": \"root\", \"private\": true, \"workspaces\": [\"a\", \"b\"], \"dependencies\": {\"aa\": \"«2.0.0»\"}}";
    let a = "{\"name\": \"aa\", \"version\": \"«2.0.0»\"}";
    let b = |version: &str| {
        format!("{{\"name\": \"bb\",\n\"version\": \"{version}\", \"dependencies\": {{\"aa\": \"«2.0.0»\"}}}}")
    };
    for (patch_toml, version, noted) in [
        (BOTH, "«2.0.0»", vec![]),
        (ALONE, "1.0.0", vec![]),
        (
            ALONE,
            "2.0.0",
            vec!["b/package.json:2: 'version' is '2.0.0', too, and [[version]] does not name the file, so it stays"],
        ),
    ] {
        let (b, lock) = (b(version), lock(version));
        let files =
            [("package.json", root), ("a/package.json", a), ("b/package.json", &b), ("package-lock.json", &lock)];
        moves(patch_toml, &files);
        assert_eq!(notes(patch_toml, &files), noted);
    }
    // A root of its own version keeps it, in the lock file too.
    let root = root.replace("\"private\": true", "\"version\": \"1.0.0\"");
    let lock = lock("1.0.0").replacen("\"lockfile", "\"version\": \"1.0.0\", \"lockfile", 1);
    let b = b("1.0.0");
    let files =
        [("package.json", root.as_str()), ("a/package.json", a), ("b/package.json", &b), ("package-lock.json", &lock)];
    moves(ALONE, &files);
    // pnpm needs no manifest at the root.
    let pnpm =
        "importers:\n  b:\n    dependencies:\n      aa:\n        specifier: «2.0.0»\n        version: link:../a\n";
    let files = [
        ("pnpm-workspace.yaml", "packages: ['*']"),
        ("a/package.json", a),
        ("b/package.json", &b),
        ("pnpm-lock.yaml", pnpm),
    ];
    moves(ALONE, &files);
}

#[test]
fn a_root_that_is_named_leads_to_its_members_once() {
    let root = "{\"name\": \"root\", \"version\": \"«2.0.0»\", \"workspaces\": [\"*\"]}";
    let a = "{\"name\": \"aa\", \"version\": \"«2.0.0»\"}";
    let b = "{\"name\": \"bb\", \"version\": \"«2.0.0»\", \"dependencies\": {\"aa\": \"«2.0.0»\"}}";
    let files = [("package.json", root), ("a/package.json", a), ("b/package.json", b)];
    let patch_toml = format!("{ALONE}[[version]]\npath = 'package.json'\n");
    moves(&patch_toml, &files);
    assert_eq!(notes(&patch_toml, &files), [""; 0]);
}

#[test]
fn members_of_a_cargo_workspace_that_are_named_alone_move_in_all_of_it() {
    let alone = "[[version]]\npath = 'a/Cargo.toml'\n";
    let both = format!("{alone}[[version]]\npath = 'b/Cargo.toml'\n");
    let root = "[workspace]\nmembers = [\"a\", \"b\"]\n[workspace.dependencies]\na = { path = \"a\", version = \"=«2.0.0»\" }\n";
    let a = "[package]\nname = \"a\"\nversion = \"«2.0.0»\"\n";
    for (patch_toml, version, noted) in [
        (both.as_str(), "«2.0.0»", vec![]),
        (alone, "1.0.0", vec![]),
        (
            alone,
            "2.0.0",
            vec![
                "b/Cargo.toml:3: 'package.version' is '2.0.0', too, and [[version]] does not name the file, so it stays",
            ],
        ),
    ] {
        let b = format!(
            "[package]\nname = \"b\"\nversion = \"{version}\"\n[dependencies]\na = {{ path = \"../a\", version = \"=«2.0.0»\" }}\n"
        );
        let lock = format!(
            "[[package]]\nname = \"a\"\nversion = \"«2.0.0»\"\n[[package]]\nname = \"b\"\nversion = \"{version}\"\n"
        );
        let files = [("Cargo.toml", root), ("a/Cargo.toml", a), ("b/Cargo.toml", &b), ("Cargo.lock", &lock)];
        moves(patch_toml, &files);
        assert_eq!(notes(patch_toml, &files), noted);
    }
}

#[test]
fn ranges_that_do_not_hold_the_new_version_are_told() {
    let cargo = |range: &str| {
        format!("[workspace]\n[package]\nname = \"b\"\nversion = \"2.0.0\"\n[dependencies]\na = {{ path = \"a\", version = \"{range}\" }}\n[workspace.package]\nversion = \"2.0.0\"\n")
            .replace("[workspace]\n", "[workspace]\nmembers = [\"a\"]\n")
    };
    let npm = |range: &str| {
        format!("{{\"version\": \"2.0.0\", \"workspaces\": [\"a\"],\n\"dependencies\": {{\"a\": \"{range}\"}}}}")
    };
    let chart = |range: &str| {
        format!("version: 2.0.0\ndependencies: [{{name: a, repository: 'file://a', version: {range}}}]\n")
    };
    let table = [
        ("Cargo.toml", cargo("2"), "[package]\nname = \"a\"\nversion = \"2.0.0\"\n", "Cargo.toml", "2"),
        ("Cargo.toml", cargo("~2.0.0"), "[package]\nname = \"a\"\nversion = \"2.0.0\"\n", "Cargo.toml", "~2.0.0"),
        ("package.json", npm("^2.0.0"), "{\"name\": \"a\", \"version\": \"2.0.0\"}", "package.json", "^2.0.0"),
        ("Chart.yaml", chart("^2.0.0"), "version: 2.0.0\n", "Chart.yaml", "^2.0.0"),
    ];
    for (path, text, member, name, range) in table {
        let member_path = format!("a/{name}");
        let found = look(&format!("[[version]]\npath = '{path}'"), &[(path, &text), (&member_path, member)]);
        let found = found.expect("it is read");
        let told = |to: &str| -> Vec<String> {
            found.notes_at(&to.parse().expect("a version")).map(|note| note.to_string()).collect()
        };
        assert_eq!(told("2.0.1"), [""; 0], "{text}");
        let [one] = told("2.0.1-rc.1").try_into().expect("one note");
        assert!(one.contains(&format!("is '{range}', which does not hold '2.0.1-rc.1', and stays")), "{one}");
    }
}

#[test]
fn packages_that_a_cargo_workspace_depends_on_by_path_are_members() {
    let root = "[workspace]\nexclude = [\"old\"]\n[workspace.dependencies]\nz = { path = \"sub/z\", version = \"=«2.0.0»\" }\n\
                [package]\nname = \"x\"\nversion = \"«2.0.0»\"\n[dependencies]\ny = { path = \"y\", version = \"=«2.0.0»\" }\n\
                old = { path = \"old/o\", version = \"=2.0.0\" }\n";
    let y = "[package]\nname = \"y\"\nversion = \"«2.0.0»\"\n[target.'cfg(unix)'.dependencies]\nz.workspace = true\n";
    let z = "[package]\nname = \"z\"\nversion = \"«2.0.0»\"\n";
    let old = "[package]\nname = \"old\"\nversion = \"2.0.0\"\n";
    let entry = |name: &str, version: &str| format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n");
    let lock = [entry("old", "2.0.0"), entry("x", "«2.0.0»"), entry("y", "«2.0.0»"), entry("z", "«2.0.0»")].concat();
    let files = [
        ("Cargo.toml", root),
        ("y/Cargo.toml", y),
        ("sub/z/Cargo.toml", z),
        ("old/o/Cargo.toml", old),
        ("Cargo.lock", &lock),
    ];
    moves("[[version]]\npath = 'Cargo.toml'\n", &files);
}

#[test]
fn pins_of_npm_that_stay_are_told() {
    let root = "{\"name\": \"root\", \"version\": \"«2.0.0»\", \"workspaces\": [\"a\"],\n\"dependencies\": {\"b\": \"npm:@g/core@2.0.0\", \"c\": \"npm:left@2.0.0\"},\n\
                \"overrides\": {\"@g/core@2.0.0\": \"2.0.0\",\n\"@g/core@1\": \"«2.0.0»\"}}";
    let core = "{\"name\": \"@g/core\", \"version\": \"«2.0.0»\"}";
    let pnpm = "packages: [a]\ncatalog:\n  '@g/core': 2.0.0\n  left: 2.0.0\ncatalogs:\n  old: {'@g/core': ^2.0.0}\n  new: {'@g/core': 2.0.0}\noverrides:\n  'left>@g/core': 2.0.0\n";
    let files = [("package.json", root), ("a/package.json", core), ("pnpm-workspace.yaml", pnpm)];
    let patch_toml = "[[version]]\npath = 'package.json'";
    moves(patch_toml, &files);
    let anew = |line: usize, name: &str| {
        format!(
            "pnpm-workspace.yaml:{line}: '{name}' is '2.0.0', so it stays; write the new version there, then: pnpm install --lockfile-only"
        )
    };
    assert_eq!(
        notes(patch_toml, &files),
        [
            "package.json:2: 'dependencies[\"b\"]' is 'npm:@g/core@2.0.0', which is neither the version alone nor a range from it on, so it stays".to_owned(),
            "package.json:3: 'overrides[\"@g/core@2.0.0\"]' is about the version that goes, so its '2.0.0' stays".to_owned(),
            anew(3, "catalog[\"@g/core\"]"),
            anew(9, "overrides[\"left>@g/core\"]"),
            anew(7, "catalogs.new[\"@g/core\"]"),
        ]
    );
}
