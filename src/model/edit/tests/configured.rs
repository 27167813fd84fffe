use super::{file_moves, file_refused, moves, notes, refused};

#[test]
fn a_pattern_moves_where_it_stands_as_often_as_is_said() {
    let table: &[(&str, u32, &str)] = &[
        ("export const VERSION = \"{version}\"", 1, "// 2.0.0\r\nexport const VERSION = \"«2.0.0»\" as const;\r\n"),
        ("v{version}", 2, "see v«2.0.0», dev2.0.0 and v«2.0.0».\nand v12.34 and v2.0.0.5"),
        ("{version}", 1, "11.2.0.0 x «2.0.0» y 2.0.0.1 12.0.0x\n"),
        ("a-{version}.tgz", 1, "ü a-«2.0.0».tgz a-2.0.0.zip"),
        ("({version})", 1, "\u{feff}(«2.0.0») [2.0.0]"),
        ("$1.*{version}", 1, "$1.*«2.0.0» 1xx2.0.0"),
    ];
    for (pattern, count, text) in table {
        file_moves("a.txt", &format!("pattern = '''{pattern}'''\ncount = {count}"), text);
    }
    let few = file_refused("a.txt", "pattern = 'v{version}'\ncount = 3", "v2.0.0 v2.0.0");
    assert_eq!(few, "cannot edit the version in 'a.txt': 'v{version}' stands in it 2 times, not 3");
    let many = file_refused("a.txt", "pattern = 'v{version}'", "v2.0.0 v2.0.0");
    assert_eq!(many, "cannot edit the version in 'a.txt': 'v{version}' stands in it 2 times, not 1");
}

#[test]
fn the_one_word_of_a_version_file_moves() {
    for text in ["«2.0.0»\n", "«2.0.0»", "  v«2.0.0»\r\n\r\n", "\u{feff}«2.0.0»\n"] {
        file_moves("VERSION", "", text);
    }
    assert!(file_refused("VERSION", "", "2.0.0 x\n").starts_with("no version of a release line was found"));
    assert!(file_refused("VERSION", "", "").starts_with("no version of a release line was found"));
}

#[test]
fn fields_are_followed_in_every_structured_file() {
    file_moves(
        "a.json",
        "fields = ['a.b[1].\"c.d\"']",
        "{\"a\": {\"b\": [{}, {\"c.d\": \"«2.0.0»\"}]}, \"c\": \"2.0.0\"}",
    );
    file_moves("values.yaml", "fields = ['image.tag', 'x[0]']", "image: {tag: v«2.0.0»}\nx:\n- '«2.0.0»'\n- 2.0.0\n");
    file_moves("a.toml", "fields = ['tool.x.v']", "[tool]\nx = { v = '«2.0.0»' }\ny = '2.0.0'");
    file_moves("a.xml", "fields = ['plugin.version']", "<plugin><version>«2.0.0»</version></plugin>");
    file_moves("a.properties", "fields = ['app']", "app: «2.0.0»\n");
    let missing = file_refused("a.json", "fields = ['a[3]']", "{\"a\": [\"2.0.0\"]}");
    assert_eq!(missing, "cannot edit the version in 'a.json': it has no 'a[3]'");
    let unknown = file_refused("a.bin", "fields = ['a']", "x");
    assert_eq!(unknown, "the name of 'a.bin' does not tell where its version stands");
    let absent = refused("[[version]]\npath = 'b.json'\nfields = ['a']", &[("a.json", "{}")]);
    assert_eq!(absent, "there is no file 'b.json'");
}

#[test]
fn a_v_in_front_of_a_version_stays() {
    let chart = "version: 0.4.1\nappVersion: \"v«2.0.0»\" # as the tag\n";
    moves(
        "[[version]]\npath = 'VERSION'\n[[version]]\npath = 'Chart.yaml'",
        &[("VERSION", "«2.0.0»"), ("Chart.yaml", chart)],
    );
    file_moves("Chart.yaml", "fields = ['appVersion']", chart);
    file_moves("Chart.yaml", "", "version: «2.0.0»\nappVersion: v«2.0.0»\n");
    file_moves("composer.json", "", "{\"version\": \"v«2.0.0»\"}");
    assert!(file_refused("composer.json", "", "{\"version\": \"va2.0.0\"}").contains("is 'va2.0.0'"));
    let charts = [
        (
            "Chart.yaml",
            "version: «2.0.0»\ndependencies:\n- {name: core, version: «2.0.0», repository: 'file://core'}\n",
        ),
        ("core/Chart.yaml", "version: v«2.0.0»\nappVersion: v«2.0.0»\n"),
    ];
    moves("[[version]]\npath = 'Chart.yaml'", &charts);
}

#[test]
fn one_file_may_hold_several_places() {
    let text = "api: {image: 'a:«2.0.0»'}\nweb: {image: 'b:«2.0.0»'}\nversion: «2.0.0» # at v«2.0.0»\n";
    let patch_toml = "[[version]]\npath='c.yml'\nimage='a'\n[[version]]\npath='c.yml'\nimage='b'\n\
                      [[version]]\npath='c.yml'\nfields=['version']\n[[version]]\npath='c.yml'\npattern='at v{version}'";
    moves(patch_toml, &[("c.yml", text)]);
    let overlap =
        "[[version]]\npath='c.yml'\nfields=['version']\n[[version]]\npath='c.yml'\nfields=['\"version\"', 'x']";
    moves(overlap, &[("c.yml", "version: «2.0.0»\nx: «2.0.0»")]);
}

#[test]
fn without_configuration_the_well_known_files_are_found() {
    let files = [
        ("package.json", "{\"version\": \"«2.0.0»\"}"),
        ("pyproject.toml", "[tool.black]\nx = 1\n"),
        ("Chart.yaml", "version: 0.1.0\nappVersion: «2.0.0»\n"),
        ("VERSION", "«2.0.0»\n"),
        ("sub/package.json", "{\"version\": \"2.0.0\"}"),
    ];
    moves("", &files);
    let noted = notes("", &files);
    let found = "package.json:0: it and 'VERSION' and 'Chart.yaml' were found by name, since patch.toml names no file in [[version]]";
    assert_eq!(noted[0], found);
    assert_eq!(noted.iter().filter(|note| note.contains("found by name")).count(), 1, "{noted:?}");
    assert!(refused("", &[("a.txt", "2.0.0")]).starts_with("no version of a release line was found"));
}

#[test]
fn without_configuration_gradle_properties_tell_the_version_of_a_script_that_has_none() {
    let files =
        [("build.gradle.kts", "group = \"g\"\n"), ("gradle.properties", "org.gradle.caching=true\nversion=«2.0.0»\n")];
    moves("", &files);
    assert_eq!(
        notes("", &files),
        ["gradle.properties:0: it was found by name, since patch.toml names no file in [[version]]"]
    );
    // A script that has a version leads to them, and is what is named.
    let files = [("build.gradle", "version = '«2.0.0»'\n"), ("gradle.properties", "version=«2.0.0»\n")];
    moves("", &files);
    assert_eq!(
        notes("", &files),
        ["build.gradle:0: it was found by name, since patch.toml names no file in [[version]]"]
    );
}

/// Well-known files without a version, each with what is told of it.
const WITHOUT: &[(&str, &str, &str)] = &[
    ("package.json", "{\"name\": \"a\"}", "package.json:0: it has no 'version'"),
    (
        "Cargo.toml",
        "[package]\nname = \"a\"\nversion.workspace = true\n",
        "Cargo.toml:3: 'package.version' is that of the workspace, whose root is another file",
    ),
    (
        "Cargo.toml",
        "[workspace]\nmembers = []\n",
        "Cargo.toml:0: it has neither 'package.version' nor 'workspace.package.version'",
    ),
    (
        "pyproject.toml",
        "[project]\nname = 'a'\ndynamic = ['version']\n",
        "pyproject.toml:3: the version is dynamic: it comes from another file or from a tag",
    ),
    (
        "pyproject.toml",
        "[tool.black]\n",
        "pyproject.toml:0: it has neither 'project.version' nor 'tool.poetry.version'",
    ),
    (
        "pom.xml",
        "<project>\n<parent><version>2.0.0</version></parent></project>",
        "pom.xml:2: 'project.version' is that of the parent",
    ),
    ("pom.xml", "<project/>", "pom.xml:0: it has no 'project.version'"),
    ("build.gradle", "group 'g'\n", "build.gradle:0: it sets no 'version' to a text"),
    ("build.gradle.kts", "\nversion = \"${x}\"\n", "build.gradle.kts:2: 'version' is worked out by the script"),
    ("composer.json", "{}", "composer.json:0: it has no 'version'"),
    ("Directory.Build.props", "<Project/>", "Directory.Build.props:0: it sets no 'Version'"),
];

#[test]
fn what_stands_where_no_version_was_found_is_told() {
    for (path, text, expected) in WITHOUT {
        let alone = notes("", &[(path, text)]);
        assert_eq!(
            alone,
            [format!("{expected}; name where the version stands in [[version]] of patch.toml")],
            "{text}"
        );
        let beside = notes("", &[(path, text), ("VERSION", "2.0.0\n")]);
        assert_eq!(beside[1], format!("{expected}, so nothing in it moves"), "{text}");
        let error = refused("", &[(path, text)]);
        let told = expected.replacen(":0:", ":", 1);
        assert!(error.starts_with(&format!("no version of a release line was found in the files: {told}")), "{error}");
    }
    let member = file_refused("Cargo.toml", "", "[package]\nname = 'a'\nversion = { workspace = true }\n");
    assert!(
        member.ends_with("line 3, column 11: 'package.version' is that of the workspace, whose root is another file"),
        "{member}"
    );
    let range = file_refused("package.json", "", "{\n\"version\": \"^2.0\"}");
    assert_eq!(range, "no version of a release line was found: 'package.json', line 2: version is '^2.0'");
}

#[test]
fn another_version_than_expected_is_refused_with_its_line() {
    let patch_toml = "[[version]]\npath='VERSION'\n[[version]]\npath='a.json'\nfields=['v']";
    let error = refused(patch_toml, &[("VERSION", "2.0.0"), ("a.json", "{\n\"v\": \"2.0.0.1\"}")]);
    assert_eq!(error, "'a.json', line 2: v is '2.0.0.1', but 'VERSION', line 1: the version is '2.0.0'");
    let file = file_refused("VERSION", "", "2.0.5");
    assert_eq!(file, "cannot edit the version in 'VERSION': line 1, column 1: 'the version' is '2.0.5', not '2.0.0'");
}
