use super::{moves, notes};

const POM: &str = "[[version]]\npath = 'pom.xml'";

fn dependency(group: &str, artifact: &str, version: &str) -> String {
    format!(
        "<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version></dependency>"
    )
}

fn module(name: &str, rest: &str) -> String {
    format!(
        "<project><parent><groupId>g</groupId><artifactId>root</artifactId><version>«2.0.0»</version></parent><artifactId>{name}</artifactId>{rest}</project>"
    )
}

#[test]
fn modules_that_ask_for_one_another_follow() {
    let managed = [
        dependency("g", "core", "«2.0.0»"),
        dependency("${project.groupId}", "app", "[«2.0.0»]"),
        dependency("other", "core", "2.0.0"),
        dependency("g", "left", "2.0.0"),
        dependency("g", "core", "${project.version}"),
    ]
    .concat();
    let plugins = "<build><plugins><plugin><groupId>g</groupId><artifactId>core</artifactId><version>«2.0.0»</version>\
                   <configuration><plugins><plugin><groupId>g</groupId><artifactId>core</artifactId><version>2.0.0</version></plugin></plugins></configuration>\
                   </plugin><plugin><artifactId>core</artifactId><version>2.0.0</version></plugin></plugins></build>";
    let root = format!(
        "<project><groupId>g</groupId><artifactId>root</artifactId><version>«2.0.0»</version>\r\n<modules><module>core</module><module>app</module>\
         <module>own</module></modules><dependencyManagement><dependencies>{managed}</dependencies></dependencyManagement>{plugins}</project>"
    );
    let profile = format!(
        "<dependencies>{}</dependencies><profiles><profile><dependencies>{}</dependencies></profile></profiles>",
        dependency("${project.groupId}", "core", "\n«2.0.0»\n"),
        dependency("g", "own", "2.0.0")
    );
    let own = "<project><groupId>g</groupId><artifactId>own</artifactId><version>3.0.0</version></project>";
    let (core, app) = (module("core", ""), module("app", &profile));
    let files = [("pom.xml", root.as_str()), ("core/pom.xml", &core), ("app/pom.xml", &app), ("own/pom.xml", own)];
    moves(POM, &files);
    assert_eq!(notes(POM, &files), ["own/pom.xml:1: 'project.version' is '3.0.0', so it stays"]);
}

#[test]
fn what_modules_ask_for_otherwise_stays_and_is_noted() {
    let root = "<project><groupId>g</groupId><artifactId>root</artifactId><version>«2.0.0»</version><properties><core>2.0.0</core><left>1.0.0</left></properties>\
                <modules><module>core</module><module>app</module></modules></project>";
    let asks = ["[2.0.0,3.0.0)", "${core}", "${left}", "1.9.0"].map(|version| dependency("g", "core", version));
    let app = module("app", &format!("\n<dependencies>{}</dependencies>", asks.join("\n")));
    let core = module("core", "");
    let files = [("pom.xml", root), ("core/pom.xml", &core), ("app/pom.xml", &app)];
    moves(POM, &files);
    let name = "'project.dependencies.dependency[core]'";
    assert_eq!(
        notes(POM, &files),
        [
            format!(
                "app/pom.xml:2: {name} is '[2.0.0,3.0.0)', a range that ends or begins with the version, so it stays"
            ),
            format!(
                "app/pom.xml:3: {name} is '${{core}}', a property that holds the version and may have other users, so it stays"
            ),
        ]
    );
}

#[test]
fn modules_whose_version_is_the_property_of_the_root_are_known() {
    let root = "<project><groupId>g</groupId><artifactId>root</artifactId><version>${revision}</version><properties><revision>«2.0.0»</revision></properties>\
                <modules><module>core</module><module>app</module></modules></project>";
    let core = "<project><groupId>g</groupId><artifactId>core</artifactId><version>${revision}</version></project>";
    let asks = [dependency("g", "core", "«2.0.0»"), dependency("g", "core", "${revision}")].concat();
    let app = format!(
        "<project><parent><groupId>g</groupId><artifactId>root</artifactId><version>${{revision}}</version></parent><artifactId>app</artifactId>\
         <dependencies>{asks}</dependencies></project>"
    );
    let files = [("pom.xml", root), ("core/pom.xml", core), ("app/pom.xml", &app)];
    moves(POM, &files);
    assert_eq!(notes(POM, &files), [""; 0]);
}

#[test]
fn included_projects_of_gradle_move_with_the_root() {
    let settings = [
        "include ':a', 'b:c',\n    ':d'\n// include ':e'\n",
        "include(\":a\", \":b:c\")\ninclude(\n  \":d\",\n)\nprintln(\"include(':e')\")\n",
    ];
    for (settings, name) in settings.into_iter().zip(["settings.gradle", "settings.gradle.kts"]) {
        let files = [
            ("build.gradle", "version = '«2.0.0»'\n"),
            (name, settings),
            ("a/build.gradle.kts", "version = \"«2.0.0»\"\r\n"),
            ("b/build.gradle", "version '«2.0.0»'\ndependencies { implementation 'x:y:2.0.0' }\n"),
            ("b/c/gradle.properties", "version=«2.0.0»\n"),
            ("d/build.gradle", "version = '0.3.0'\n"),
            ("d/build.gradle.kts", "version = \"${x}\"\n"),
            ("e/build.gradle", "version = '2.0.0'\n"),
        ];
        moves("[[version]]\npath = 'build.gradle'", &files);
        assert_eq!(
            notes("[[version]]\npath = 'build.gradle'", &files),
            [
                "d/build.gradle:1: 'version' is '0.3.0' and its own, so it stays",
                "d/build.gradle.kts:1: 'version' is worked out by the script, so it stays"
            ]
        );
    }
    let files = [
        ("gradle.properties", "version=«2.0.0»\n"),
        (
            "settings.gradle.kts",
            "include(\":a\")\nlistOf(\"b\").forEach { include(it) }\nproject(\":a\").projectDir = file(\"x\")\n",
        ),
        ("a/build.gradle", "version = '«2.0.0»'\n"),
    ];
    moves("", &files);
    assert_eq!(
        notes("", &files)[1..],
        [
            "settings.gradle.kts:2: what is included is worked out, so it stays",
            "settings.gradle.kts:3: 'projectDir' may lead elsewhere; name such a build script in [[version]] of patch.toml"
        ]
    );
}

#[test]
fn modules_that_only_a_profile_builds_move() {
    let root = "<project><groupId>g</groupId><artifactId>root</artifactId><version>«2.0.0»</version><modules><module>core</module></modules>\n\
                <profiles><profile><id>p</id><modules><module>extra</module>\n<module>gone</module></modules></profile><profile><id>q</id></profile></profiles></project>";
    let extra = module("extra", &format!("<dependencies>{}</dependencies>", dependency("g", "core", "«2.0.0»")));
    let core = module("core", "");
    let files = [("pom.xml", root), ("core/pom.xml", core.as_str()), ("extra/pom.xml", &extra)];
    moves(POM, &files);
    assert_eq!(
        notes(POM, &files),
        ["pom.xml:3: there is no 'gone/pom.xml', which a profile builds, so nothing in it moves"]
    );
}
