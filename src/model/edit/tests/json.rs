use super::{file_moves, file_refused, moves, notes, refused};

#[test]
fn every_form_of_a_package_json_keeps_its_bytes() {
    for text in [
        "{\"version\":\"«2.0.0»\"}",
        "{\r\n  \"name\": \"a\",\r\n  \"version\": \"«2.0.0»\"\r\n}\r\n",
        "{\n  \"name\": \"a\",\r\n\t\"version\"  :\t\"«2.0.0»\"\n}",
        "\u{feff}{\n  \"version\": \"«2.0.0»\"\n}\n",
        "{ \"e\": \"\\u00e9\\n\", \"n\": 1e10, \"m\": 1.0e3, \"files\": [\"a\",  \"b\"], \"version\": \"«2.0.0»\", \"z\": {} }\n",
        "{\"description\": \"at 2.0.0\", \"engines\": {\"version\": \"2.0.0\"}, \"version\": \"«2.0.0»\"}",
        "{\"version\": \"«2.0.0»\", \"dependencies\": {\"left\": \"2.0.0\", \"right\": \"12.0.0\"}}",
        "\n\n  {\"ü\": \"日本\", \"version\": \"«2.0.0»\"}  \n",
    ] {
        file_moves("package.json", "", text);
    }
}

#[test]
fn what_is_not_exact_in_json_is_refused() {
    let table = [
        (
            "{\n \"version\": \"2.0.0\",\n \"version\": \"2.0.0\"\n}",
            "line 3, column 3: 'version' stands in the same map twice",
        ),
        (
            "{\"version\": \"2.0\\u002e0\"}",
            "line 1, column 14: 'version' is written with escapes or over several lines; write it plainly",
        ),
        ("{\"name\": \"a\"}", "it has no 'version'"),
        ("{\"version\": {}}", "line 1, column 13: 'version' is not a text"),
        ("{\"version\": \"2.0.0\",}", "line 1, column 21: it is not JSON: a key in double quotes is expected"),
        (
            "{\"version\": \"2.0.0\"} x",
            "line 1, column 22: it is not JSON: something follows the end of the JSON value",
        ),
        ("{\"version\": 01}", "line 1, column 13: it is not JSON: a number is malformed"),
        ("", "line 1, column 1: it is not JSON: a value is expected"),
    ];
    for (text, expected) in table {
        assert_eq!(
            file_refused("package.json", "", text),
            format!("cannot edit the version in 'package.json': {expected}"),
            "{text}"
        );
    }
    let deep = format!("{{\"version\": \"2.0.0\", \"a\": {}{}}}", "[".repeat(5000), "]".repeat(5000));
    assert!(file_refused("package.json", "", &deep).ends_with("it is nested too deeply"));
}

const NPM: &str = "[[version]]\npath = 'package.json'\n";

#[test]
fn a_lock_file_of_version_1_has_the_version_once() {
    moves(
        NPM,
        &[
            ("package.json", "{\"name\": \"a\", \"version\": \"«2.0.0»\"}"),
            (
                "package-lock.json",
                "{\"name\": \"a\", \"version\": \"«2.0.0»\", \"lockfileVersion\": 1, \"dependencies\": {\"b\": {\"version\": \"2.0.0\"}}}\n",
            ),
        ],
    );
}

#[test]
fn a_lock_file_repeats_the_version_for_the_root_and_never_touches_another_package() {
    let lock = "{\n  \"name\": \"a\",\n  \"version\": \"«2.0.0»\",\n  \"lockfileVersion\": 3,\n  \"packages\": {\n    \"\": {\"name\": \"a\", \
                \"version\": \"«2.0.0»\", \"dependencies\": {\"z\": \"2.0.0\"}},\n    \"node_modules/z\": {\"version\": \"2.0.0\"},\n    \
                \"node_modules/a\": {\"version\": \"2.0.0\"}\n  }\n}\n";
    for name in ["package-lock.json", "npm-shrinkwrap.json"] {
        moves(NPM, &[("package.json", "{\"name\": \"a\", \"version\": \"«2.0.0»\"}"), (name, lock)]);
    }
    let both = [
        ("package.json", "{\"name\": \"a\", \"version\": \"«2.0.0»\"}"),
        ("package-lock.json", lock),
        ("npm-shrinkwrap.json", lock),
    ];
    moves(NPM, &both);
    assert_eq!(
        notes(NPM, &both),
        ["package-lock.json:0: 'npm-shrinkwrap.json' is beside it and wins; both are changed"]
    );
}

#[test]
fn members_of_a_workspace_move_with_the_root_and_exact_pins_follow() {
    let files = [
        (
            "package.json",
            "{\"name\": \"root\", \"version\": \"«2.0.0»\", \"workspaces\": [\"./packages/*\", \"!packages/old\"], \"devDependencies\": {\"@g/core\": \"«2.0.0»\", \"z\": \"2.0.0\"}}",
        ),
        ("packages/core/package.json", "{\"name\": \"@g/core\", \"version\": \"«2.0.0»\"}"),
        (
            "packages/api/package.json",
            "{\r\n\"name\": \"@g/api\", \"version\": \"«2.0.0»\", \"dependencies\": {\"@g/core\": \"=«2.0.0»\", \"@g/own\": \"2.0.0\"}, \"peerDependencies\": {\"@g/core\": \"^2.0.0\"}, \"optionalDependencies\": {\"@g/core\": \"workspace:«2.0.0»\"}}",
        ),
        (
            "packages/own/package.json",
            "{\"name\": \"@g/own\", \"version\": \"0.7.0\", \"dependencies\": {\"@g/core\": \"workspace:*\", \"@g/api\": \"«2.0.0»\"}}",
        ),
        ("packages/old/package.json", "{\"name\": \"@g/old\", \"version\": \"2.0.0\"}"),
        ("packages/core/node_modules/x/package.json", "{\"name\": \"x\", \"version\": \"2.0.0\"}"),
        (
            "package-lock.json",
            "{\"name\": \"root\", \"version\": \"«2.0.0»\", \"lockfileVersion\": 2, \"packages\": {\"\": {\"version\": \"«2.0.0»\", \"devDependencies\": {\"@g/core\": \"«2.0.0»\"}}, \"node_modules/@g/core\": {\"resolved\": \"packages/core\", \"link\": true}, \"node_modules/z\": {\"version\": \"2.0.0\", \"dependencies\": {\"@g/core\": \"2.0.0\"}}, \"packages/core\": {\"version\": \"«2.0.0»\"}, \"packages/api\": {\"version\": \"«2.0.0»\", \"dependencies\": {\"@g/core\": \"=«2.0.0»\"}}, \"packages/own\": {\"version\": \"0.7.0\"}}, \"dependencies\": {\"@g/api\": {\"version\": \"file:packages/api\", \"requires\": {\"@g/core\": \"=«2.0.0»\"}}, \"z\": {\"version\": \"2.0.0\", \"requires\": {\"@g/core\": \"2.0.0\"}}}}",
        ),
    ];
    moves(NPM, &files);
    assert_eq!(
        notes(NPM, &files),
        ["packages/own/package.json:1: the version of this member is '0.7.0' and its own, so it stays"]
    );
}

#[test]
fn overrides_that_pin_a_member_follow_and_aliases_stay() {
    let root = "{\"name\": \"root\", \"version\": \"«2.0.0»\", \"workspaces\": [\"p/*\"],\n\
        \"dependencies\": {\"c\": \"npm:@g/core@2.0.0\", \"d\": \"npm:@g/core@^2.0.0\", \"e\": \"npm:left@2.0.0\"},\n\
        \"overrides\": {\"@g/core\": \"«2.0.0»\", \"left\": \"2.0.0\", \"right\": {\".\": \"2.0.0\", \"@g/core@2\": \"=«2.0.0»\"}, \"x\": {\"@g/core\": {\".\": \"«2.0.0»\"}}},\n\
        \"resolutions\": {\"**/@g/core\": \"«2.0.0»\", \"a/left\": \"2.0.0\", \"b\": \"npm:@g/core@2.0.0\"}}";
    let core = "{\"name\": \"@g/core\", \"version\": \"«2.0.0»\"}";
    moves(NPM, &[("package.json", root), ("p/core/package.json", core)]);
}

#[test]
fn workspaces_may_stand_below_and_in_an_object() {
    moves(
        "[[version]]\npath = 'web/package.json'",
        &[
            (
                "web/package.json",
                "{\"name\": \"r\", \"version\": \"«2.0.0»\", \"workspaces\": {\"packages\": [\"libs/**\"]}}",
            ),
            ("web/libs/a/b/package.json", "{\"name\": \"b\", \"version\": \"«2.0.0»\"}"),
            ("libs/a/package.json", "{\"name\": \"c\", \"version\": \"2.0.0\"}"),
        ],
    );
    let braces = refused(NPM, &[("package.json", "{\"version\": \"2.0.0\", \"workspaces\": [\"{a,b}\"]}")]);
    assert!(braces.contains("line 1, column 38: it cannot be told which folders '{a,b}' chooses"), "{braces}");
}

#[test]
fn a_lock_file_that_disagrees_is_refused() {
    let error = refused(
        NPM,
        &[
            ("package.json", "{\"name\": \"a\", \"version\": \"2.0.0\"}"),
            ("package-lock.json", "{\n\"version\": \"1.9.0\"}"),
        ],
    );
    assert_eq!(
        error,
        "'package.json', line 1: version is '2.0.0', but 'package-lock.json', line 2: version is '1.9.0'"
    );
    let composer = "{\n    \"name\": \"g/a\",\n    \"version\": \"«2.0.0»\",\n    \"require\": {\"x/y\": \"2.0.0\"}\n}";
    file_moves("composer.json", "", composer);
}
