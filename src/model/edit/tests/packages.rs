use super::{bump, change, file_moves, file_refused, moves, notes, refused};

#[test]
fn every_form_of_a_cargo_toml_keeps_its_bytes() {
    for text in [
        "[package]\nname = \"a\"\nversion = \"«2.0.0»\" # 2.0.0\nedition = \"2024\"\n\n[dependencies]\nb = \"2.0.0\"\n",
        "[package]\r\nname='a'\r\nversion   =   '«2.0.0»'\r\n",
        "\u{feff}package = { name = \"ü\", version = \"«2.0.0»\", x = [1,  2] }",
        "package.version = \"«2.0.0»\"\npackage.name = 'a'",
        "[workspace.package]\nversion = \"«2.0.0»\"\nrust-version = \"1.95\"\n[profile.dev]\nx = 1e10\n",
    ] {
        file_moves("Cargo.toml", "", text);
    }
    let table = [
        ("[package]\nversion = \"2.0.0\"\nversion = \"2.0.0\"\n", "line 3, column 1: it is not TOML"),
        ("[package]\nversion = \"\"\"2.0.0\"\"\"\n", "line 2, column 11: 'package.version' is a block of text"),
        ("[package]\nversion = \"2.0\\u002e0\"\n", "line 2, column 12: 'package.version' is written with escapes"),
        ("[package]\nname = \"a\"\n", "it has neither 'package.version' nor 'workspace.package.version'"),
    ];
    for (text, expected) in table {
        let error = file_refused("Cargo.toml", "", text);
        assert!(error.contains(expected), "{text}\n{error}");
    }
}

#[test]
fn a_cargo_workspace_moves_with_its_lock_file() {
    let root = "[workspace]\nmembers = [\"crates/*\"]\nexclude = [\"crates/old\"]\n\n[workspace.package]\nversion = \"«2.0.0»\"\n\n\
                [workspace.dependencies]\ncore = { path = \"crates/core\", version = \"«2.0.0»\" }\nserde = \"2.0.0\"\n";
    let lock = "version = 4\n\n[[package]]\nname = \"api\"\nversion = \"«2.0.0»\"\ndependencies = [\n \"core «2.0.0»\",\n \"serde\",\n]\n\n\
                [[package]]\nname = \"core\"\nversion = \"1.0.0\"\nsource = \"registry+x\"\n\n[[package]]\nname = \"core\"\nversion = \"«2.0.0»\"\n\n\
                [[package]]\nname = \"serde\"\nversion = \"2.0.0\"\nsource = \"registry+x\"\n\n[[package]]\nname = \"tool\"\nversion = \"0.3.0\"\n";
    let files = [
        ("Cargo.toml", root),
        ("crates/core/Cargo.toml", "[package]\nname = \"core\"\nversion.workspace = true\n"),
        (
            "crates/api/Cargo.toml",
            "[package]\nname = \"api\"\nversion = { workspace = true }\n[dependencies]\ncore = { path = \"../core\", version = \"=«2.0.0»\" }\n\
             c2 = { path = \"../core\", package = \"core\", version = \"^«2.0.0»\" }\ntool = { path = \"../tool\", version = \"0.3\" }\n\
             [target.'cfg(unix)'.dev-dependencies]\ncore = { path = \"../core\", version = \"«2.0.0»\" }\n",
        ),
        ("crates/tool/Cargo.toml", "[package]\nname = \"tool\"\nversion = \"0.3.0\"\n"),
        ("crates/old/Cargo.toml", "[package]\nname = \"old\"\nversion = \"2.0.0\"\n"),
        ("Cargo.lock", lock),
    ];
    moves("[[version]]\npath = 'Cargo.toml'", &files);
    let noted = notes("[[version]]\npath = 'Cargo.toml'", &files);
    assert_eq!(noted, ["crates/tool/Cargo.toml:3: 'package.version' is '0.3.0' and its own, so it stays"]);
}

#[test]
fn a_python_project_spells_pre_releases_its_own_way() {
    let project = "[project]\nname = \"Godel_API\"\nversion = \"2.0.1a3\" # x\ndependencies = [\"x==2.0.1a3\"]\n";
    let uv = "version = 1\n[[package]]\nname = \"godel-api\"\nversion = \"2.0.1a3\"\nsource = { editable = \".\" }\n\
              [[package]]\nname = \"x\"\nversion = \"2.0.1a3\"\nsource = { registry = \"r\" }\n";
    let files = [("pyproject.toml", project), ("uv.lock", uv)];
    let patch_toml = "[[version]]\npath = 'pyproject.toml'";
    let written = bump(patch_toml, &files, &change("2.0.1-alpha.3", "2.0.1-beta.1")).expect("an edit");
    assert_eq!(written["pyproject.toml"], project.replacen("2.0.1a3", "2.0.1b1", 1));
    assert_eq!(written["uv.lock"], uv.replacen("2.0.1a3", "2.0.1b1", 1));
    let poetry = [("pyproject.toml", "[tool.poetry]\nname = 'a'\nversion = '2.0.0'\n")];
    let written = bump(patch_toml, &poetry, &change("2.0.0", "2.0.1-rc.1")).expect("an edit");
    assert_eq!(written["pyproject.toml"], "[tool.poetry]\nname = 'a'\nversion = '2.0.1rc1'\n");
    let other = [("pyproject.toml", "[project]\nversion = '2.0.1-rc.1'\n")];
    let written = bump(patch_toml, &other, &change("2.0.1-rc.1", "2.0.1-rc.2")).expect("an edit");
    assert_eq!(written["pyproject.toml"], "[project]\nversion = '2.0.1-rc.2'\n");
    let dynamic = refused(patch_toml, &[("pyproject.toml", "[project]\nname = 'a'\ndynamic = ['version']\n")]);
    assert!(dynamic.contains("line 3, column 13: the version is dynamic"), "{dynamic}");
}

#[test]
fn a_uv_workspace_moves_with_its_lock_file() {
    let root = "[project]\nname = \"godel\"\nversion = \"2.0.0\"\ndependencies = [\"godel-core==2.0.0\", \"x==2.0.0\"]\n\
                [tool.uv.workspace]\nmembers = [\"packages/*\"]\nexclude = [\"packages/old\"]\n";
    let core = "[project]\nname = \"Godel_Core\"\nversion = \"2.0.0\"\n[dependency-groups]\ndev = [\"godel[all] == 2.0.0; python_version > '3'\", {include-group = \"a\"}]\n";
    let own = "[project]\nname = \"own\"\nversion = \"0.3.0\"\ndependencies = [\"godel-core>=2.0.0\"]\n";
    let old = "[project]\nname = \"old\"\nversion = \"2.0.0\"\n";
    let entry = |name: &str, version: &str, source: &str| {
        format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = {{ {source} }}\n\n")
    };
    let lock = [
        entry("godel", "2.0.0", "editable = \".\""),
        entry("godel-core", "2.0.0", "editable = \"packages/core\""),
        entry("godel-core", "2.0.0", "registry = \"r\""),
        entry("own", "0.3.0", "virtual = \"packages/own\""),
        entry("x", "2.0.0", "editable = \"packages/x\""),
    ]
    .concat();
    let files = [
        ("pyproject.toml", root),
        ("packages/core/pyproject.toml", core),
        ("packages/own/pyproject.toml", own),
        ("packages/old/pyproject.toml", old),
        ("uv.lock", lock.as_str()),
    ];
    let patch_toml = "[[version]]\npath = 'pyproject.toml'";
    let written = bump(patch_toml, &files, &change("2.0.0", "2.0.1-rc.1")).expect("an edit");
    assert_eq!(written.len(), 3, "{written:?}");
    assert_eq!(written["pyproject.toml"], root.replacen("2.0.0", "2.0.1rc1", 2));
    assert_eq!(written["packages/core/pyproject.toml"], core.replace("2.0.0", "2.0.1rc1"));
    assert_eq!(written["uv.lock"], lock.replacen("2.0.0", "2.0.1rc1", 2));
    let noted = notes(patch_toml, &files);
    assert_eq!(noted, ["packages/own/pyproject.toml:3: 'project.version' is '0.3.0' and its own, so it stays"]);
}

#[test]
fn the_own_entry_of_a_poetry_lock_moves() {
    let project = "[tool.poetry]\nname = 'godel'\nversion = '2.0.0'\n";
    let source = |url: &str| format!("[package.source]\ntype = \"directory\"\nurl = \"{url}\"\n\n");
    let entry = |name: &str| format!("[[package]]\nname = \"{name}\"\nversion = \"2.0.0\"\n");
    let lock =
        [entry("godel"), source("."), entry("other"), source("."), entry("godel"), source("../godel"), entry("godel")]
            .concat();
    let files = [("pyproject.toml", project), ("poetry.lock", lock.as_str())];
    let written = bump("[[version]]\npath = 'pyproject.toml'", &files, &change("2.0.0", "2.0.1")).expect("an edit");
    assert_eq!(written["poetry.lock"], lock.replacen("2.0.0", "2.0.1", 1));
}

#[test]
fn the_modules_of_modules_move_and_other_parents_stay() {
    let root = "<project><artifactId>root</artifactId><version>«2.0.0»</version><modules><module>a</module></modules></project>";
    let a = "<project><parent><artifactId>root</artifactId><version>«2.0.0»</version></parent><artifactId>a</artifactId>\
             <modules><module>b</module><module>..</module><module>c</module></modules></project>";
    let b = "<project><parent><artifactId>a</artifactId><version>«2.0.0»</version></parent><artifactId>b</artifactId></project>";
    let c = "<project><parent><artifactId>corporate</artifactId><version>2.0.0</version></parent><version>«2.0.0»</version></project>";
    moves(
        "[[version]]\npath = 'pom.xml'",
        &[("pom.xml", root), ("a/pom.xml", a), ("a/b/pom.xml", b), ("a/c/pom.xml", c)],
    );
    // A parent that is listed behind the module that names it, and one of the same name in another group.
    let root = "<project><groupId>g</groupId><artifactId>root</artifactId><version>«2.0.0»</version>\
                <modules><module>app</module><module>parent</module><module>far</module></modules></project>";
    let parent = "<project><parent><groupId>g</groupId><artifactId>root</artifactId><version>«2.0.0»</version></parent><artifactId>parent</artifactId></project>";
    let app = "<project><parent><groupId>g</groupId><artifactId>parent</artifactId><version>«2.0.0»</version></parent><artifactId>app</artifactId></project>";
    let far = "<project><parent><groupId>other</groupId><artifactId>parent</artifactId><version>2.0.0</version></parent><artifactId>far</artifactId></project>";
    moves(
        "[[version]]\npath = 'pom.xml'",
        &[("pom.xml", root), ("app/pom.xml", app), ("parent/pom.xml", parent), ("far/pom.xml", far)],
    );
}

#[test]
fn a_pom_moves_with_its_modules() {
    let root = "<?xml version=\"1.0\"?>\r\n<project xmlns=\"http://maven.apache.org/POM/4.0.0\">\r\n  <!-- 2.0.0 -->\r\n  <groupId>g</groupId>\r\n  \
                <version>\r\n    «2.0.0»\r\n  </version>\r\n  <modules><module>a</module><module>b/pom.xml</module></modules>\r\n  <dependencies><dependency>\
                <artifactId>x</artifactId><version>2.0.0</version></dependency></dependencies>\r\n</project>";
    let module = "<project><parent><version>«2.0.0»</version></parent><version>3.0.0</version></project>";
    let b = "\u{feff}<project a='&amp;2.0.0'><parent><version>«2.0.0»</version></parent><version>«2.0.0»</version></project>\n";
    let files = [("pom.xml", root), ("a/pom.xml", module), ("b/pom.xml", b)];
    moves("[[version]]\npath = 'pom.xml'", &files);
    assert_eq!(
        notes("[[version]]\npath = 'pom.xml'", &files),
        ["a/pom.xml:1: 'project.version' is '3.0.0', so it stays"]
    );
    file_moves(
        "pom.xml",
        "",
        "<project><version>${revision}</version><properties><revision>«2.0.0»</revision></properties></project>",
    );
    let table = [
        (
            "<project><version>${revision}${sha1}</version><properties><revision>2.0.0</revision></properties></project>",
            "column 19: 'project.version' is put together: '${revision}${sha1}', so it cannot be told",
        ),
        ("<project><version>2.0<!-- x -->.0</version></project>", "'project.version' is a block of text"),
        ("<project><version><![CDATA[2.0.0]]></version></project>", "'project.version' is written with escapes"),
        ("<project><version>2.0&#46;0</version></project>", "'project.version' is written with escapes"),
        (
            "<project><version>2.0.0</version>\n<version>2.0.0</version></project>",
            "line 2, column 1: 'version' stands in the same map twice",
        ),
        (
            "<!DOCTYPE x [<!ENTITY v '2.0.0'>]><project><version>&v;</version></project>",
            "it is not XML that can be read",
        ),
        ("<project><version>2.0.0</project>", "it is not XML that can be read"),
    ];
    let deep =
        format!("<project><version>2.0.0</version>{}{}</project>", "<a b='c'>".repeat(100_000), "</a>".repeat(100_000));
    let table = table.into_iter().chain([(deep.as_str(), "it is nested too deeply")]);
    for (text, expected) in table {
        let error = file_refused("pom.xml", "", text);
        assert!(error.contains(expected), "{text}\n{error}");
    }
}

#[test]
fn a_gradle_script_is_known_from_its_strings_and_blocks() {
    for text in [
        "plugins { id(\"x\") version \"2.0.0\" }\nversion = \"«2.0.0»\" // version = \"2.0.0\"\n/* version = '2.0.0' */\n",
        "group 'g'\r\nversion '«2.0.0»'\r\ndependencies { implementation 'a:b:2.0.0' }\r\n",
        "allprojects {\n    version = '«2.0.0»'\n    apply { version = '2.0.0' }\n}\ndef version = '2.0.0'\n",
        "project.version = \"«2.0.0»\"; println(\"version = '2.0.0'\")",
        "setVersion(\"«2.0.0»\")",
    ] {
        file_moves("build.gradle", "", text);
        file_moves("build.gradle.kts", "", text);
    }
    let properties = "# version=2.0.0\r\nversion.x=2.0.0\r\n version = «2.0.0»\r\nlong = a\\\r\n version=2.0.0\r\n";
    moves("[[version]]\npath = 'build.gradle'", &[("build.gradle", "group 'g'\n"), ("gradle.properties", properties)]);
    file_moves("gradle.properties", "", properties);
    let table = [
        ("version = \"${v}\"", "'version' is a block of text"),
        ("version = '2.0.0'\nversion = '2.0.0'", "line 2, column 1: 'version' stands in the same map twice"),
        ("group 'g'", "neither it nor the 'gradle.properties' beside it sets 'version'"),
        ("version = 'x", "line 1, column 11: a text is not closed"),
    ];
    for (text, expected) in table {
        let error = file_refused("build.gradle", "", text);
        assert!(error.contains(expected), "{text}\n{error}");
    }
}

#[test]
fn a_dotnet_project_repeats_its_version() {
    file_moves(
        "src/a.csproj",
        "",
        "<Project Sdk=\"x\">\r\n  <PropertyGroup>\r\n    <Version>«2.0.0»</Version>\r\n    <PackageVersion>«2.0.0»</PackageVersion>\r\n  </PropertyGroup>\r\n  \
         <PropertyGroup><AssemblyVersion>2.0.0.1</AssemblyVersion></PropertyGroup>\r\n  <ItemGroup><PackageReference Include=\"a\" Version=\"2.0.0\" /></ItemGroup>\r\n</Project>",
    );
    moves(
        "[[version]]\npath = 'src/a/a.csproj'",
        &[
            ("src/a/a.csproj", "<Project><PropertyGroup><X>2.0.0</X></PropertyGroup></Project>"),
            ("Directory.Build.props", "<Project><PropertyGroup><Version>«2.0.0»</Version></PropertyGroup></Project>"),
        ],
    );
    let three =
        "<Project><PropertyGroup><Version>2.0.0</Version><FileVersion>2.0.0</FileVersion></PropertyGroup></Project>";
    let written = bump("[[version]]\npath = 'a.csproj'", &[("a.csproj", three)], &change("2.0.0", "2.0.1-rc.1"));
    let once =
        three.replace("<Version>2.0.0", "<Version>2.0.1-rc.1").replace("<FileVersion>2.0.0", "<FileVersion>2.0.1");
    assert_eq!(written.expect("an edit")["a.csproj"], once);
    let done = [("a.csproj", once.as_str())];
    let written = bump("[[version]]\npath = 'a.csproj'", &done, &change("2.0.1-rc.1", "2.0.1")).expect("an edit");
    assert_eq!(written["a.csproj"], three.replace("2.0.0", "2.0.1"));
    let numbers = "<Project><PropertyGroup><Version>2.0.0</Version><AssemblyVersion>2.0.0.0</AssemblyVersion>\
        <FileVersion>2.0.0.0</FileVersion><PackageVersion>2.0.0.0</PackageVersion></PropertyGroup></Project>";
    for (to, expected) in [("2.0.1", "2.0.1"), ("2.0.1-rc.1", "2.0.1")] {
        let files = [("a.csproj", numbers)];
        let written = bump("[[version]]\npath = 'a.csproj'", &files, &change("2.0.0", to)).expect("an edit");
        let wanted =
            numbers.replacen("2.0.0", to, 1).replace("Version>2.0.0.0</A", &format!("Version>{expected}.0</A"));
        assert_eq!(written["a.csproj"], wanted.replace("Version>2.0.0.0</F", &format!("Version>{expected}.0</F")));
    }
    let twice = "<Project><PropertyGroup><Version>2.0.0</Version></PropertyGroup>\n<PropertyGroup><Version>2.0.0</Version></PropertyGroup></Project>";
    assert!(file_refused("a.csproj", "", twice).contains("line 2, column 25: 'Version' is set a second time"));
    let none = file_refused("a.csproj", "", "<Project><PropertyGroup/></Project>");
    assert_eq!(none, "neither 'a.csproj' nor a 'Directory.Build.props' above it sets 'Version'");
}

#[test]
fn what_dotnet_projects_repeat_of_an_inherited_version_follows() {
    let group = |text: &str| format!("<Project><PropertyGroup>{text}</PropertyGroup></Project>");
    let props = group("<Version>«2.0.0»</Version>");
    let project = group("<PackageVersion>«2.0.0»</PackageVersion>\n<InformationalVersion>1.0.0</InformationalVersion>");
    let (own, other) = (group("<Version>«2.0.0»</Version>"), group("<Version>0.3.0</Version>"));
    let (far, nearer) = (group("<PackageVersion>2.0.0</PackageVersion>"), group("<Version>2.0.0</Version>"));
    let files = [
        ("Directory.Build.props", props.as_str()),
        ("s/s.csproj", &project),
        ("own/own.fsproj", &own),
        ("other/other.csproj", &other),
        ("far/Directory.Build.props", &nearer),
        ("far/far.csproj", &far),
    ];
    let said = [
        "other/other.csproj:1: 'Version' is '0.3.0' and its own, so it stays",
        "s/s.csproj:2: 'InformationalVersion' is '1.0.0', so it stays",
    ];
    for path in ["s/s.csproj", "Directory.Build.props"] {
        let patch_toml = format!("[[version]]\npath = '{path}'");
        moves(&patch_toml, &files);
        let mut noted = notes(&patch_toml, &files);
        noted.sort();
        assert_eq!(noted, said, "{path}");
    }
    let numbers =
        [("Directory.Build.props", props.as_str()), ("s/s.csproj", &group("<FileVersion>2.0.0.0</FileVersion>"))];
    let written = bump("[[version]]\npath = 's/s.csproj'", &numbers, &change("2.0.0", "2.0.1-rc.1")).expect("an edit");
    assert_eq!(written["s/s.csproj"], group("<FileVersion>2.0.1.0</FileVersion>"));
}
