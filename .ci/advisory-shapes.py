"""Writes sources of advisories of every shape, the same ones at every run."""
import itertools, pathlib, random, sys

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
random.seed(7)
V2 = ["AV:N/AC:L/Au:N/C:P/I:P/A:P", "AV:L/AC:H/Au:M/C:N/I:N/A:N", "AV:A/AC:M/Au:S/C:P/I:C/A:N/E:POC/RL:OF/RC:UR/CDP:LM/TD:M/CR:H"]
V30 = ["CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", "CVSS:3.0/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:L"]
V31 = ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N",
       "CVSS:3.1/AV:A/AC:H/PR:L/UI:R/S:C/C:L/I:N/A:H/E:P/RL:T/RC:R/CR:M/MAV:P/MS:U/MA:L"]
V4 = ["CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
      "CVSS:4.0/AV:L/AC:H/AT:P/PR:H/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N/E:P/CR:L/MAV:N/MSI:S/S:P/AU:Y/R:U/V:C/RE:L/U:Amber"]
NAMES = {"crates.io": "godel", "npm": "@godel/api", "PyPI": "Godel_API", "Go": "godel.example/api/v2", "RubyGems": "godel",
         "Maven": "org.godel:api", "NuGet": "Godel.Api", "Packagist": "godel/api", "Hex": "godel", "Pub": "godel",
         "SwiftURL": "godel.example/godel/api", "GitHub Actions": "godel/act"}
commit = lambda: "%040x" % random.getrandbits(160)
quoted = lambda texts: "[" + ", ".join(f'"{text}"' for text in texts) + "]"


def line(name, support, verdict, affected, unaffected, unknown=(), fixed=None, reason=None, until=None, evidence=()):
    text = f'\n[[line]]\nname = "{name}"\nsupport = "{support}"\nverdict = "{verdict}"\n'
    text += f"affected = {quoted(affected)}\nunaffected = {quoted(unaffected)}\n"
    if unknown: text += f"unknown = {quoted(unknown)}\n"
    if fixed: text += f'fixed-in = "{fixed}"\n'
    if reason: text += f'reason = "{reason}"\n'
    if until: text += f"until = {until}\n"
    for role, own, origin, known in evidence:
        text += f'\n[[line.evidence]]\nrole = "{role}"\ncommit = "{own}"\norigin = "{origin}"\nknown = "{known}"\n'
    return text


def fixed_line(major, minor, support="maintained", main=("a" * 40, "b" * 40), picked=True):
    name = f"{major}.{minor}"
    fix = commit() if picked else main[1]
    return line(name, support, "fixed", [f"{name}.1", f"{name}.2", f"{name}.3-rc.1"], [f"{name}.0", f"{name}.3-rc.2", f"{name}.3", f"{name}.4"],
                fixed=f"{name}.3", evidence=[("introduced", main[0], main[0], "ancestor"), ("fixed", fix, main[1], "trailer" if picked else "ancestor")])


def eol(name): return line(name, "end-of-life", "affected", [f"{name}.0", f"{name}.1"], [], until="2026-06-30", evidence=[("introduced", "a" * 40, "a" * 40, "ancestor")])
def unlisted(name): return line(name, "unlisted", "not-evaluated", [], [], [f"{name}.0", f"{name}.1"], reason="the line is not listed, and its history is not here")
def never(name): return line(name, "current", "not-affected", [], [f"{name}.0", f"{name}.1-beta.1"])
def waiting(name): return line(name, "current", "fixed", [f"{name}.0", f"{name}.1"], [])
def open_line(name): return line(name, "security-only", "affected", [f"{name}.0"], [f"{name}.0-rc.1"])
def again(name):
    fix, back = commit(), commit()
    return line(name, "maintained", "fixed", [f"{name}.0", f"{name}.2", f"{name}.3"], [f"{name}.1", f"{name}.4"], fixed=f"{name}.4",
                evidence=[("introduced", "a" * 40, "a" * 40, "ancestor"), ("fixed", fix, "b" * 40, "trailer"), ("took-back", back, fix, "reverts"), ("fixed", commit(), "b" * 40, "patch-id")])
def mixed(name): return line(name, "maintained", "fixed", [f"{name}.0", f"{name}.1"], [f"{name}.3"], [f"{name}.2"], fixed=f"{name}.3")


SHAPES = {
    "one": [fixed_line(2, 0, "current")],
    "two": [fixed_line(2, 0, "current", picked=False), fixed_line(1, 9)],
    "three": [never("3.0"), fixed_line(2, 0), eol("1.9")],
    "four": [fixed_line(3, 0, "current"), fixed_line(2, 1), fixed_line(2, 0, "security-only"), unlisted("1.9")],
    "five": [never("4.0"), fixed_line(3, 0), again("2.1"), mixed("2.0"), eol("1.9")],
    "waiting": [waiting("2.0"), fixed_line(1, 9)],
    "open": [open_line("2.0"), eol("1.9")],
    "eol": [eol("1.9")],
    "eol-between": [never("2.0"), eol("1.9"), never("1.8")],
    "unknown": [unlisted("1.0"), never("0.9")],
    "only-unknown": [unlisted("1.0")],
    "only-never": [never("2.0")],
}
SEVERITIES = [[V31[0]], [V4[0]], [V31[2], V4[1], V2[2], V30[0]], [], [V2[0]], [V30[1]], [V31[1]], [V4[1], V2[1]]]
STATES = ["public", "draft", "revised", "withdrawn", "embargoed", "ready"]
PACKAGES = [[one] for one in NAMES] + [[], ["crates.io", "npm", "PyPI"], list(NAMES), []]


def source(number, shape, severity, state, packages):
    id = f"GSA-2026-{number:03}"
    head = f'+++\nid = "{id}"\ntitle = "Out-of-bounds read no. {number} in <upload> & \'parser\'"\nstate = "{state}"\ncve = "CVE-2026-{10000 + number}"\n'
    if number % 2: head += f'ghsa = "GHSA-2345-6789-{"".join(random.choice("23456789cfghjmpqrvwx") for _ in range(4))}"\n'
    if number % 3 == 0: head += f'aliases = ["RUSTSEC-2026-{number:04}", "PYSEC-2026-{number}"]\n'
    if severity: head += f"severity = {quoted(severity)}\n"
    head += 'cwe = ["CWE-125 Out-of-bounds Read", "CWE-79"]\n' if number % 4 else ('cwe = ["CWE-79"]\n' if number % 8 else "")
    head += {0: 'introduced = ["0"]\n', 1: "introduced = []\n"}.get(number % 5, f'introduced = ["{"a" * 40}"]\n')
    head += f'fixed = ["{"b" * 40}"]\n'
    if state in ("public", "revised", "withdrawn"): head += "published = 2026-10-01T14:00:00Z\n"
    if state == "withdrawn": head += "withdrawn = 2026-11-02T10:00:00Z\nmodified = 2026-11-02T10:00:00Z\n" + ("no-flaw = true\n" if number % 2 else "")
    if state == "revised": head += "modified = 2026-10-09T10:00:00Z\n"
    for package in packages: head += f'\n[[package]]\necosystem = "{package}"\nname = "{NAMES[package]}"\n'
    kinds = "analyst finder reporter coordinator remediation-developer remediation-reviewer remediation-verifier tool sponsor other".split()
    for at, kind in enumerate(kinds if number % 7 == 0 else kinds[number % 10:][:2]):
        head += f'\n[[credit]]\nname = "Ada \\"{kind}\\" Exämple"\nkind = "{kind}"\n' + ('github = "ada"\n' if at % 2 else 'contact = ["https://ada.example/a?b=c&d"]\n')
    refs = "advisory article detection discussion report fix introduced package evidence web".split()
    for kind in refs if number % 6 == 0 else refs[number % 10:][:1]:
        head += f'\n[[reference]]\nkind = "{kind}"\nurl = "https://godel.example/{kind}/{number}"\n'
    if state == "revised":
        for at in range(1, 2 + number % 3): head += f'\n[[revision]]\nnumber = {at}\ndate = 2026-10-0{1 if number % 4 == 0 else at + 1}T14:00:00Z\nsummary = "Line {at} too"\n'
    if state in ("embargoed", "ready"): head += "\n[embargo]\nuntil = 2026-12-10T14:00:00Z\nwords = [\"upload\"]\n"
    if shape in ("three", "eol-between", "only-never"):
        head += f'\n[[stated]]\nline = "{dict(three="3.0").get(shape, "2.0")}"\nverdict = "not-affected"\nreason = "the parser is not built there"\nby = "Ada"\n'
    commits = ""
    if number % 3:
        since = ["0"] if number % 5 == 0 else ["a" * 40, "c" * 40][:1 + number % 2]
        commits = f'\n[commits]\nintroduced = {quoted(since)}\nfixed = {quoted([commit() for _ in range(number % 4)])}\n'
    body = "\n".join(f"## {name}\n\n{text}\n" for name, text in [
        ("Summary", "The *server* reads `n + 1` bytes, see [the page](https://godel.example/x)."), ("Impact", "- everybody\n- who <b>uploads</b>" + (" and more" * 900 if number % 9 == 0 else "")),
        ("Mitigation", "None." if number % 2 else "Turn uploads off."), ("Patch", "Update."), ("Credits", "Ada found it.")])
    (folder / f"{id}.md").write_text(head + "".join(SHAPES[shape]) + commits + "+++\n\n" + body, encoding="utf-8")


number = 0
for at in range(max(len(SHAPES), len(PACKAGES)) * 3):
    number += 1
    shapes = list(SHAPES)
    source(number, shapes[at % len(shapes)], SEVERITIES[(at + at // 8) % len(SEVERITIES)], STATES[(at + at // 6) % len(STATES)], PACKAGES[at % len(PACKAGES)])
print(f"{number} advisories")
