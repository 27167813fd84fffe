"""Scores random CVSS vectors with 'patch-advisory score' and with the package 'cvss', and counts what differs."""
import json
import random
import subprocess
import sys

from cvss import CVSS2, CVSS3, CVSS4
from cvss.constants2 import METRICS_VALUES as TWO
from cvss.constants3 import METRICS_VALUES as THREE
from cvss.constants4 import METRICS_VALUE_NAMES as FOUR

MANDATORY = {
    "2": ["AV", "AC", "Au", "C", "I", "A"],
    "3": ["AV", "AC", "PR", "UI", "S", "C", "I", "A"],
    "4": ["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"],
}
UNDEFINED = {"2": "ND", "3": "X", "4": "X"}


def vector(version, names, prefix):
    """Makes a vector: every base metric, and each other one in one of four."""
    parts = []
    for name, values in names.items():
        base = name in MANDATORY[version]
        defined = [value for value in values if value != UNDEFINED[version]]
        if base or random.random() < 0.25:
            parts.append(f"{name}:{random.choice(defined)}")
    return prefix + "/".join(parts)


def expected(text):
    """Returns the score and the severity: the base score of versions 2 and 3, that of all metrics of version 4."""
    if text.startswith("CVSS:4"):
        found = CVSS4(text)
        return float(found.base_score), found.severity.lower()
    found = CVSS3(text) if text.startswith("CVSS:3") else CVSS2(text)
    return float(found.scores()[0]), found.severities()[0].lower()


def main():
    binary, number = sys.argv[1], int(sys.argv[2])
    random.seed(20260101)
    kinds = [("4", FOUR, "CVSS:4.0/"), ("3", THREE, "CVSS:3.1/"), ("3", THREE, "CVSS:3.0/"), ("2", TWO, "")]
    vectors = [vector(*kinds[at % len(kinds)]) for at in range(number)]
    command = [binary, "--quiet", "--format", "json", "score", "-"]
    run = subprocess.run(command, input="\n".join(vectors), capture_output=True, text=True, check=False)
    if run.returncode != 0:
        print(f"error: patch-advisory ended with {run.returncode}: {run.stderr}", file=sys.stderr)
        return 1
    scored = json.loads(run.stdout)["scores"]
    differ = 0
    for text, ours in zip(vectors, scored, strict=True):
        theirs = expected(text)
        if (ours["score"], ours["severity"]) != theirs:
            differ += 1
            if differ <= 10:
                print(f"error: {text}: {ours['score']} {ours['severity']}, not {theirs}", file=sys.stderr)
    print(f"cvss: {len(scored)} vectors, {len(set(vectors))} of them different, {differ} differ")
    return 0 if differ == 0 else 1


sys.exit(main())
