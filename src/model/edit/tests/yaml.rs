use sha2::{Digest, Sha256};

use super::{bump, change, file_moves, file_refused, moves, notes, refused};

const VERSION: &str = "fields = ['version']";

#[test]
fn every_form_of_a_yaml_scalar_keeps_its_bytes() {
    for text in [
        "version: «2.0.0»\n",
        "version: «2.0.0»",
        "version:    '«2.0.0»'   # the version 2.0.0\nappVersion: 1.10\n",
        "version:\t\"«2.0.0»\"\r\nname: x\r\n",
        "a: 1\r\nversion: «2.0.0»\nb: 2\r\n",
        "\u{feff}version: «2.0.0»\n",
        "{name: x, version: «2.0.0», z: [1,2],   y: {a: 2.0.0}}\n",
        "version: &v «2.0.0»\nother: 2.0.0\n",
        "version: !!str «2.0.0»\n",
        "version: !!str &v \"«2.0.0»\" # x\n",
        "? version\n: «2.0.0»\n",
        "\"version\": «2.0.0»\n",
        "--- # first\nversion: «2.0.0»\n...\n",
        "ü: 日本語\nversion: «2.0.0» # ü\n",
        "text: |\n  version: 2.0.0\nfolded: >-\n  2.0.0\n\nversion: «2.0.0»\nn: 1e10\n",
        "a:\n- version: 2.0.0\n-   b: 2.0.0\nversion: «2.0.0»\n\n\n",
        "long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb cccccccccc\nversion: «2.0.0»\n",
        "base: &b {version: 2.0.0}\nx:\n  <<: *b\nversion: «2.0.0»\nnull_: ~\nempty:\n",
    ] {
        file_moves("a.yaml", VERSION, text);
    }
}

#[test]
fn what_is_not_exact_in_yaml_is_refused() {
    let table = [
        (
            "a: &v 2.0.0\nversion: *v\n",
            "line 2, column 10: 'version' is an alias, and what it stands for has other users; write the version itself",
        ),
        (
            "version: &v 2.0.0\nother: *v\n",
            "line 1, column 13: 'version' has an anchor that other values repeat; write the version itself in each place",
        ),
        ("version: >-\n  2.0.0\n", "'version' is a block of text; write it in one line"),
        ("version: |\n  2.0.0\n", "'version' is a block of text; write it in one line"),
        (
            "version: \"2.0\\x2e0\"\n",
            "line 1, column 11: 'version' is written with escapes or over several lines; write it plainly",
        ),
        ("version: 2.0.0\nversion: 2.0.0\n", "'version' stands in the same map twice"),
        (
            "version: 2.0.0\n---\nversion: 2.0.0\n",
            "it holds 2 documents; say which with 'document' in [[version]] of patch.toml",
        ),
        ("name: x\n", "it has no 'version'"),
        ("version: [2.0.0]\n", "'version' is not a text"),
        ("version: 2.0.0\n\tx: 1\n", "it is not YAML"),
        ("base: &b {version: 2.0.0}\n<<: *b\n", "it has no 'version'"),
    ];
    for (text, expected) in table {
        let error = file_refused("a.yaml", VERSION, text);
        assert!(
            error.starts_with("cannot edit the version in 'a.yaml'") && error.contains(expected),
            "{text}\n{error}"
        );
    }
    let through = file_refused("a.yaml", "fields = ['x.version']", "b: &b {version: 2.0.0}\nx: *b\n");
    assert!(through.contains("line 2, column 4: 'x.version' leads through an alias"), "{through}");
}

#[test]
fn a_document_is_chosen_by_position_or_by_name() {
    let text = "kind: Service\nmetadata: {name: api}\nversion: 2.0.0\n---\nkind: Deployment\nmetadata:\n  name: api\nversion: «2.0.0»\n";
    file_moves("k.yaml", "fields = ['version']\ndocument = '2'", text);
    file_moves("k.yaml", "fields = ['version']\ndocument = 'Deployment/api'", text);
    for document in ["3", "Deployment/web"] {
        let error = file_refused("k.yaml", &format!("fields = ['version']\ndocument = '{document}'"), text);
        assert!(error.ends_with("the document that [[version]] of patch.toml names is not in it"), "{error}");
    }
}

#[test]
fn the_tags_of_an_image_move_wherever_it_stands() {
    let image = "image = 'godel/api'";
    for text in [
        "services:\n  api:\n    image: godel/api:«2.0.0» # 2.0.0\n  db:\n    image: postgres:2.0.0\n",
        "services: {api: {image: \"godel/api:«2.0.0»\"}, b: {image: 'godel/api:v«2.0.0»'}, c: {image: 'x/godel/api:2.0.0'}}",
        "services:\n  a:\n    image: godel/api:${TAG:-«2.0.0»}\n  b:\n    image: godel/api:${TAG-«2.0.0»}\n",
        "kind: Pod\nspec:\n  containers:\n  - name: a\n    image: godel/api:«2.0.0»\n---\nkind: Pod\nspec:\n  initContainers:\n  - image: godel/api:«2.0.0»\r\n",
        "a: {image: 'godel/api:«2.0.0»'}\nb: {image: 'godel/api'}\nc: {image: 'godel/api:latest'}\nd: {image: 'godel/api:${TAG}'}\n",
    ] {
        file_moves("compose.yml", image, text);
    }
    file_moves(
        "c.yml",
        "image = 'localhost:5000/api'",
        "a: {image: 'localhost:5000/api:«2.0.0»'}\nb: {image: 'api:2.0.0'}",
    );
    let seen = notes(
        "[[version]]\npath='c.yml'\nimage='a'",
        &[("c.yml", "x: {image: a}\ny: {image: 'a:latest'}\nz: {image: 'a:${T}'}")],
    );
    assert_eq!(
        seen,
        [
            "c.yml:1: 'a' has no tag there, so it stays",
            "c.yml:2: the tag of 'a' is no version there, so it stays: 'latest'",
            "c.yml:3: the tag of 'a' is no version there, so it stays: '${T}'",
        ]
    );
    let missing = file_refused("c.yml", "image = 'b'", "x: {image: 'a:2.0.0'}");
    assert!(missing.ends_with("no 'image' in it is 'b'"), "{missing}");
}

#[test]
fn a_variant_behind_the_version_of_a_tag_stays() {
    for text in [
        "x: {image: 'a:«2.0.0»-alpine'}",
        "x:\n  image: a:v«2.0.0»-debian-12 # 2.0.0\n",
        "x: {image: \"a:${TAG:-«2.0.0»-alpine3.19}\"}",
    ] {
        file_moves("c.yml", "image = 'a'", text);
    }
    for tag in [
        "2.0.0-nightly",
        "2.0.0-10-gabcdef0",
        "2.0.0-SNAPSHOT",
        "2.0.0-rc1",
        "2.0.0-next.3",
        "2.0.0-m1",
        "2.0.0-slim-rc.1",
    ] {
        let other = file_refused("c.yml", "image = 'a'", &format!("x: {{image: 'a:2.0.0'}}\ny: {{image: 'a:{tag}'}}"));
        assert!(other.contains(&format!("line 2: the tag of 'a' is '{tag}'")), "{other}");
    }
    let both = [("c.yml", "image: 'a:2.0.1-rc.1-alpine'\n")];
    let written = bump("[[version]]\npath='c.yml'\nimage='a'", &both, &change("2.0.1-rc.1", "2.0.1"));
    assert_eq!(written.expect("an edit")["c.yml"], "image: 'a:2.0.1-alpine'\n");
}

#[test]
fn an_image_moves_under_each_of_its_names() {
    let text = "a: {image: 'godel/api:«2.0.0»'}\nb: {image: 'docker.io/godel/api:«2.0.0»-alpine'}\n\
                c: {image: '${REG:-docker.io}/godel/api:${TAG:-«2.0.0»}'}\nd: {image: 'localhost:5000/godel/api:2.0.0'}\n\
                e: {image: '${REG}/godel/api:2.0.0'}\nf: {image: 'godel/api-worker:2.0.0'}\n";
    file_moves("c.yml", "image = 'godel/api'", text);
    let patch_toml = "[[version]]\npath='c.yml'\nimage='godel/api'";
    let noted = |line: usize, there: &str| {
        format!(
            "c.yml:{line}: '{there}' may be 'godel/api' from elsewhere, so it stays; name it in [[version]] of patch.toml if it moves"
        )
    };
    assert_eq!(
        notes(patch_toml, &[("c.yml", text)]),
        [noted(4, "localhost:5000/godel/api:2.0.0"), noted(5, "${REG}/godel/api:2.0.0")]
    );
    let pinned =
        format!("a: {{image: 'docker.io/godel/api@sha256:{}'}}\nb: {{image: 'godel/api:2.0.0'}}\n", "0a".repeat(32));
    assert!(
        refused(patch_toml, &[("c.yml", &pinned)]).contains("line 1, column 33: 'godel/api' is pinned by a digest")
    );
}

#[test]
fn a_digest_is_changed_only_when_the_new_one_is_given() {
    let (old, new) = (format!("sha256:{}", "0a".repeat(32)), format!("sha256:{}", "1b".repeat(32)));
    let text = format!("a:\n  image: h:5000/a:2.0.0@{old}\n");
    let patch_toml = "[[version]]\npath = 'c.yml'\nimage = 'h:5000/a'";
    let error = refused(patch_toml, &[("c.yml", &text)]);
    assert_eq!(
        error,
        "cannot edit the version in 'c.yml': line 2, column 25: 'h:5000/a' is pinned by a digest, which wins over its tag"
    );
    let mut change = change("2.0.0", "2.0.1");
    change.digests.insert("h:5000/a".parse().expect("an image"), new.parse().expect("a digest"));
    let written = bump(patch_toml, &[("c.yml", &text)], &change).expect("an edit");
    assert_eq!(written["c.yml"], format!("a:\n  image: h:5000/a:2.0.1@{new}\n"));
    let alone = format!("a: {{image: 'h:5000/a@{old}'}}\nb: {{image: 'h:5000/a:2.0.0'}}\n");
    let written = bump(patch_toml, &[("c.yml", &alone)], &change).expect("an edit");
    assert_eq!(written["c.yml"], alone.replace(&old, &new).replace("2.0.0", "2.0.1"));
    let error = refused(patch_toml, &[("c.yml", &alone)]);
    assert!(error.contains("line 1, column 22: 'h:5000/a' is pinned by a digest"), "{error}");
}

#[test]
fn a_chart_moves_the_version_that_is_the_products() {
    let package = ("package.json", "{\"version\": \"«2.0.0»\"}");
    let both = "[[version]]\npath='Chart.yaml'\n[[version]]\npath='package.json'";
    moves(both, &[package, ("Chart.yaml", "apiVersion: v2\nversion: «2.0.0»\nappVersion: \"«2.0.0»\" # quoted\n")]);
    let own = [package, ("Chart.yaml", "apiVersion: v2\nversion: 0.4.1\nappVersion: '«2.0.0»'\n")];
    moves(both, &own);
    assert_eq!(
        notes(both, &own),
        ["Chart.yaml:2: 'version' is '0.4.1' and not the version of the product, so it stays"]
    );
    file_moves("Chart.yaml", "fields = ['appVersion']", "version: 2.0.0\nappVersion: «2.0.0»\n");
    let neither = refused(both, &[package, ("Chart.yaml", "version: 1.0.0\nappVersion: 1.10\n")]);
    assert!(neither.contains("'Chart.yaml', line 1: version is '1.0.0'"), "{neither}");
}

/// The JSON that Helm hashes, written out by hand.
fn helm(version: &str) -> String {
    let json = format!(
        r#"[[{{"name":"core","version":"{version}","repository":"file://../core","condition":"core.enabled","tags":["a"]}},{{"name":"db","version":"\u003e=1.0.0","repository":"https://x.example"}}],[{{"name":"core","version":"{version}","repository":"file://../core"}},{{"name":"db","version":"2.0.0","repository":"https://x.example"}}]]"#
    );
    Sha256::digest(json).iter().fold("sha256:".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

#[test]
fn a_chart_lock_follows_with_its_digest() {
    let chart = "version: 2.0.0\ndependencies:\n- name: core\n  version: 2.0.0\n  repository: file://../core\n  condition: core.enabled\n  tags: [a]\n- name: db\n  version: '>=1.0.0'\n  repository: https://x.example\n";
    let core = "name: core\nversion: 2.0.0\nappVersion: 1.0.0\n";
    let lock = |version: &str, digest: &str| {
        format!(
            "dependencies:\n- name: core\n  repository: file://../core\n  version: {version}\n- name: db\n  repository: https://x.example\n  version: 2.0.0\ndigest: {digest}\ngenerated: \"2026-01-01T00:00:00Z\"\n"
        )
    };
    let old = lock("2.0.0", &helm("2.0.0"));
    let patch_toml = "[[version]]\npath = 'charts/app/Chart.yaml'";
    let files =
        [("charts/app/Chart.yaml", chart), ("charts/core/Chart.yaml", core), ("charts/app/Chart.lock", old.as_str())];
    let written = bump(patch_toml, &files, &change("2.0.0", "2.0.1")).expect("an edit");
    assert_eq!(written["charts/app/Chart.yaml"], chart.replace("2.0.0", "2.0.1"));
    assert_eq!(written["charts/core/Chart.yaml"], core.replace("2.0.0", "2.0.1"));
    assert_eq!(written["charts/app/Chart.lock"], lock("2.0.1", &helm("2.0.1")));
    let stale = lock("2.0.0", &helm("1.0.0"));
    let error = refused(patch_toml, &[files[0], files[1], ("charts/app/Chart.lock", stale.as_str())]);
    assert!(error.contains("'digest' is not what Helm would compute"), "{error}");
}
