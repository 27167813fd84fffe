//! Sources of advisories to measure with.

use backstitch::model::sums::Sha256Sum;

/// What `patch.toml` says of advisories: enough for a document in every format.
pub const SETTINGS: &str = r#"
[advisory]
prefix = "GSA"
publisher = "Godel"
namespace = "https://godel.example"
address = "https://godel.example/security"
contact = "security@godel.example"
cve-organization = "f972b356-145d-4b2e-9a5c-b114d0982a3b"
"#;

const BODY: &str = "
## Summary

The server reads one byte more than it was given where a *part* has no name, see [the page](https://godel.example/parts).

## Impact

- everybody who takes uploads
- those who keep logs, into which `what was read` goes

## Mitigation

Turn uploads off.

## Patch

Update.

## Credits

Ada Example found it.
";

/// Returns the source of an advisory that nobody has worked out yet.
pub fn unjudged(introduced: &str, fixed: &str) -> String {
    let mut text = head("GSA-2027-001", "Out-of-bounds read in the parser", "public", 1);
    text.push_str(&format!(
        "introduced = [\"{introduced}\"]\nfixed = [\"{fixed}\"]\npublished = 2027-01-01T14:00:00Z\n"
    ));
    text + &package() + "+++\n" + BODY
}

/// Returns the source of an advisory that was worked out: four lines with ten releases each, one at the end of its life.
pub fn judged(number: usize, state: &str) -> String {
    let (introduced, fixed) = (id(number, 1), id(number, 2));
    // What is secret has words of its own: documents of others that hold them would not be written.
    let title = match state {
        "public" => format!("Out-of-bounds read no. {number} in the parser"),
        _ => format!("Stale session no. {number} behind a logout"),
    };
    let mut text = head(&format!("GSA-2026-{number:03}"), &title, state, number);
    text.push_str(&format!("introduced = [\"{introduced}\"]\nfixed = [\"{fixed}\"]\n"));
    match state {
        "public" => text.push_str("published = 2026-10-01T14:00:00Z\n"),
        _ => {
            text.push_str(&format!(
                "\n[embargo]\nuntil = 2999-03-01T14:00:00Z\nwords = [\"stale session {number}\"]\n"
            ));
        }
    }
    text.push_str(&package());
    for (line, support) in [(3, "current"), (2, "maintained"), (1, "security-only"), (0, "end-of-life")] {
        text.push_str(&judged_line(number, line, support));
    }
    let picks: Vec<String> = (1..4).map(|line| format!("\"{}\"", id(number, 10 + line))).collect();
    text.push_str(&format!("\n[commits]\nintroduced = [\"{introduced}\"]\nfixed = [{}]\n", picks.join(", ")));
    text + "+++\n" + BODY
}

fn judged_line(number: usize, line: usize, support: &str) -> String {
    let is_over = support == "end-of-life";
    let first_fixed = if is_over { 10 } else { 1 + (number + line) % 9 };
    let versions = |range: std::ops::Range<usize>| {
        range.map(|patch| format!("\"2.{line}.{patch}\"")).collect::<Vec<_>>().join(", ")
    };
    let (affected, unaffected) = (versions(0..first_fixed), versions(first_fixed..10));
    let verdict = if is_over { "affected" } else { "fixed" };
    let mut text = format!(
        "\n[[line]]\nname = \"2.{line}\"\nsupport = \"{support}\"\nverdict = \"{verdict}\"\naffected = [{affected}]\n"
    );
    text.push_str(&format!("unaffected = [{unaffected}]\n"));
    let mut evidence = |role: &str, commit: &str, origin: &str, known: &str| {
        text.push_str(&format!(
            "\n[[line.evidence]]\nrole = \"{role}\"\ncommit = \"{commit}\"\norigin = \"{origin}\"\nknown = \"{known}\"\n"
        ));
    };
    let introduced = id(number, 1);
    evidence("introduced", &introduced, &introduced, "ancestor");
    if !is_over {
        evidence("fixed", &id(number, 10 + line), &id(number, 2), "trailer");
        // It stands among the keys of the line, ahead of its tables.
        text = text.replacen("unaffected = ", &format!("fixed-in = \"2.{line}.{first_fixed}\"\nunaffected = "), 1);
    }
    text
}

fn head(id: &str, title: &str, state: &str, number: usize) -> String {
    let severity =
        ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H"][number % 2];
    format!(
        "+++\nid = \"{id}\"\ntitle = \"{title}\"\nstate = \"{state}\"\ncve = \"CVE-2026-{}\"\nseverity = [\"{severity}\"]\n\
         cwe = [\"CWE-125 Out-of-bounds Read\"]\n",
        10_000 + number
    )
}

fn package() -> String {
    "\n[[package]]\necosystem = \"crates.io\"\nname = \"godel\"\n\n[[credit]]\nname = \"Ada Example\"\nkind = \"finder\"\ngithub = \
     \"ada\"\n\n[[reference]]\nkind = \"fix\"\nurl = \"https://godel.example/fix\"\n"
        .to_owned()
}

/// Returns a name of forty digits, the same one at every run, and of no other commit: a guard finds those that begin alike.
fn id(number: usize, of: usize) -> String {
    let mut name = Sha256Sum::of(format!("{number} {of}")).to_string();
    name.truncate(40);
    name
}
