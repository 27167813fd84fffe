"""Compares 'patch-advisory affected' with OSV's own analyser, osv.impact.RepoAnalyzer with its search for cherry-picks.

In the first part, histories look random and keep to what both know: one commit that brings the flaw (or the beginning of history), at most
one that repairs it, and picks of them with the same patch, however they are called, over several lines with releases and pre-releases.
Both must name the same tags, and those that follow from how the history was made.

In the second part stands a history for each rule in which they differ on purpose. OSV takes what the fix has behind it, less what the
bringer has behind it, branch by branch, knows a pick by nothing but its patch, is content with any one of several fixes, and does not know
of reverts. 'patch-advisory affected' asks of each tag what it has, and of each commit what it changes. Both must answer as it is said here.
"""
import json
import logging
import pathlib
import random
import subprocess
import sys
import tempfile

import pygit2
from osv import impact, repos

LINES, FILES, BLOCKS, BLOCK = 5, 6, 12, 11
FORMS = ["with a trailer", "as its origin is called", "called otherwise"]


class Commit:
    """A commit: what it left in the files, and the numbers of the changes in its history."""

    def __init__(self, id, files, has):
        self.id, self.files, self.has = id, files, has


class Change:
    """A change of the line in the middle of a block. What stands around it is the same everywhere, so that its patch is, too."""

    def __init__(self, number, path, before):
        self.number, self.path, self.before = number, path, before
        self.after = f"line that change {number} left"
        self.origin = self.moment = None


class History:
    """A repository that is made commit by commit."""

    def __init__(self, folder, seed=0):
        self.folder, self.random = folder, random.Random(seed)
        self.repo = pygit2.init_repository(str(folder), initial_head="main")
        self.clock, self.tags, self.branches, self.picked = 1_700_000_000, {}, {}, dict.fromkeys(FORMS, 0)
        files = {}
        for part in range(FILES):
            files[f"part-{part}.txt"] = [f"part {part}, block {block}, line {line}" for block in range(BLOCKS) for line in range(BLOCK)]
        self.start = self.commit([], files, set(), "Begin\n")

    def commit(self, parents, files, own, message, author="Mia", moment=None):
        self.clock += 600
        builder = self.repo.TreeBuilder()
        for path, lines in files.items():
            builder.insert(path, self.repo.create_blob("".join(f"{line}\n" for line in lines).encode()), pygit2.enums.FileMode.BLOB)
        written = pygit2.Signature(author, f"{author.lower()}@godel.example", moment or self.clock, 0)
        made = pygit2.Signature("Max", "max@godel.example", self.clock, 0)
        id = self.repo.create_commit(None, written, made, message, builder.write(), [pygit2.Oid(hex=parent.id) for parent in parents])
        return Commit(str(id), files, own.union(*(parent.has for parent in parents)))

    def change(self, tip, change):
        """Makes a change for the first time."""
        made = self.commit([tip], edited(tip.files, change), {change.number}, f"Change the line of {change.number}\n")
        change.origin, change.moment = made.id, self.clock
        return made

    def pick(self, tip, change, form=None, merged=False, left=None):
        """Picks a change. With 'left', other lines than those of the change come in its place."""
        form = form or self.random.choice(FORMS)
        self.picked[form] += 1
        title, author, moment = f"Change the line of {change.number}\n", "Mia", change.moment
        if form == FORMS[0]:
            title += f"\n(cherry picked from commit {change.origin})\n"
        elif form == FORMS[2]:
            title, author, moment = f"Bring in something at {self.clock}\n", "Ada", None
        made = self.commit([tip], edited(tip.files, change, left), {change.number}, title, author, moment)
        return self.commit([tip, made], made.files, set(), "Merge what was picked\n") if merged else made

    def other(self, tip):
        """Makes a change that nothing asks for: a line at the top, which moves all others."""
        path = self.random.choice(list(tip.files))
        files = {**tip.files, path: [f"another line, of {self.clock}"] + tip.files[path]}
        return self.commit([tip], files, set(), f"Change something else at {self.clock}\n")

    def tag(self, name, commit):
        self.tags[name] = commit
        self.repo.create_reference(f"refs/tags/{name}", commit.id)

    def branch(self, name, commit):
        self.branches[name] = commit
        self.repo.create_reference(f"refs/heads/{name}", commit.id)

    def finish(self):
        """Writes 'patch.toml', and clones the repository for OSV, which looks at branches of remotes."""
        lines = sorted(name.partition("/")[2] for name in self.branches if name != "main")
        text = '[project]\nname = "godel"\nmain = "main"\n\n[advisory]\nprefix = "GSA"\n'
        text += "".join(f'\n[[line]]\nname = "{line}"\nbranch = "release/{line}"\nstatus = "maintained"\n' for line in lines)
        (self.folder / "patch.toml").write_text(text)
        (self.folder / "advisories").mkdir()
        theirs = repos.clone(str(self.folder), f"{self.folder}-clone")
        theirs.cache = {}
        return theirs


def edited(files, change, left=None):
    lines = files[change.path]
    at = lines.index(change.before)
    return {**files, change.path: lines[:at] + (left or [change.after]) + lines[at + 1 :]}


def fits(commit, change):
    return change.number not in commit.has and change.before in commit.files[change.path]


def by_us(binary, history, introduced, fixed):
    """Returns the tags that are affected, and those of which it is not known."""
    quoted = lambda ids: "[" + ", ".join(f'"{id}"' for id in ids) + "]"
    head = f'+++\nid = "GSA-2026-001"\ntitle = "A flaw"\nstate = "draft"\nintroduced = {quoted(introduced or ["0"])}\n'
    head += f"fixed = {quoted(fixed)}\n" if fixed else ""
    body = "".join(f"\n## {name}\n\nText.\n" for name in ("Summary", "Impact", "Mitigation", "Patch", "Credits"))
    (history.folder / "advisories" / "GSA-2026-001.md").write_text(f"{head}+++\n{body}")
    command = [binary, "--repo", str(history.folder), "--quiet", "--format", "json", "affected", "GSA-2026-001"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"error: patch-advisory ended with {run.returncode}: {run.stderr}")
    lines = json.loads(run.stdout)["lines"]
    return [{f"v{version}" for line in lines for version in line.get(key, [])} for key in ("affected", "unknown")]


def by_osv(theirs, introduced, fixed):
    return set(impact.RepoAnalyzer(detect_cherrypicks=True).get_affected(theirs, introduced, fixed).tags)


def made_up(folder, seed):
    """Makes a main with five lines, and returns it with its changes; of a pair, the second repairs what the first brought."""
    history = History(folder, seed)
    chance = lambda percent: history.random.randrange(100) < percent
    places = [(f"part-{part}.txt", f"part {part}, block {block}, line {BLOCK // 2}") for part in range(FILES) for block in range(BLOCKS)]
    history.random.shuffle(places)
    open_, changes, pairs, main = [], [], [], [history.start]
    for number in range(40):
        tip = main[-1]
        if open_ and chance(45):
            first = open_.pop(history.random.randrange(len(open_)))
            change = Change(number, first.path, first.after)
            pairs.append((first, change))
        else:
            change = Change(number, *places.pop())
            open_.append(change)
        changes.append(change)
        if chance(20):
            # A branch that is merged at once has nothing beside it.
            tip = history.commit([tip, history.change(tip, change)], edited(tip.files, change), set(), f"Merge {number}\n")
        else:
            tip = history.change(tip, change)
        main.append(history.other(tip) if chance(30) else tip)
        if chance(15):
            history.tag(f"v0.{number}.0", main[-1])
    history.branch("main", main[-1])
    for line in range(1, LINES + 1):
        tip, patch = history.random.choice(main[3:]), 0
        for _ in range(16):
            lacks = [change for change in changes if fits(tip, change)]
            if lacks and chance(75):
                tip = history.pick(tip, history.random.choice(lacks), merged=chance(30))
            else:
                tip = history.other(tip)
            if chance(45):
                history.tag(f"v{line}.0.{patch}" + ("-rc.1" if chance(25) else ""), tip)
                patch += 1
        history.branch(f"release/{line}.0", tip)
    return history, changes, pairs, [change for change in open_ if change.origin]


def first_part(binary, work, histories):
    """Asks about made-up histories, and returns how many answers differ."""
    asked = tags = affected = picked = differ = 0
    for seed in range(histories):
        history, changes, pairs, unrepaired = made_up(work / f"history-{seed}", seed)
        theirs = history.finish()
        questions = [([first], [second]) for first, second in pairs]
        questions += [([], [change]) for change in history.random.sample(changes, 3)]
        questions += [([change], []) for change in unrepaired[:2]]
        for introduced, fixed in questions:
            has = lambda commit, changes: all(change.number in commit.has for change in changes)
            expected = {name for name, tag in history.tags.items() if has(tag, introduced) and not (fixed and has(tag, fixed))}
            names = [[change.origin for change in changes] for changes in (introduced, fixed)]
            (ours, unknown), osv = by_us(binary, history, *names), by_osv(theirs, *names)
            asked, tags, affected = asked + 1, tags + len(history.tags), affected + len(expected)
            if not ours == osv == expected or unknown:
                differ += 1
                print(f"error: history {seed}, {names}: we say {sorted(ours)}, and {sorted(unknown)} are not known; OSV says "
                      f"{sorted(osv)}; by construction {sorted(expected)}", file=sys.stderr)
        picked += sum(history.picked.values())
    print(f"osv: {histories} histories with {picked} picks, {asked} questions about {tags} tags, {affected} affected, {differ} differ")
    # Histories without flaws would prove nothing.
    return differ if affected > histories * 20 else differ + 1


def second_part(binary, work):
    """Asks where the two differ on purpose, and returns how many answers are other ones than those that stand here."""
    wrong = 0

    def case(what, make, ours, osv):
        nonlocal wrong
        history = History(work / what.replace(" ", "-"))
        flaw = Change(1, "part-0.txt", f"part 0, block 3, line {BLOCK // 2}")
        introduced, fixed = make(history, flaw, Change(2, flaw.path, flaw.after))
        theirs = history.finish()
        (said, unknown), other = by_us(binary, history, introduced, fixed), by_osv(theirs, introduced, fixed)
        if (said, unknown, other) != (ours, set(), osv):
            wrong += 1
            print(f"error: {what}: we say {sorted(said)}, and {sorted(unknown)} are not known; OSV says {sorted(other)}", file=sys.stderr)
        print(f"osv differs: {what}: {' '.join(sorted(ours)) or 'none'} here, {' '.join(sorted(osv)) or 'none'} there")

    def done_again(history, flaw, fix):
        brought = history.change(history.start, flaw)
        history.branch("main", history.change(brought, fix))
        history.tag("v1.0.0", brought)
        # The line that the fix leaves is there, with another one, which makes it another patch.
        repaired = history.pick(history.other(brought), fix, form=FORMS[0], left=[fix.after, "another line"])
        history.tag("v1.0.1", repaired)
        history.branch("release/1.0", repaired)
        return [flaw.origin], [fix.origin]

    def taken_back(history, flaw, fix):
        brought = history.change(history.start, flaw)
        repaired = history.change(brought, fix)
        back = history.commit([repaired], brought.files, set(), f'Revert "Change the line of 2"\n\nThis reverts commit {repaired.id}.\n')
        for version, commit in (("v1.0.0", brought), ("v1.1.0", repaired), ("v1.2.0", back)):
            history.tag(version, commit)
        history.branch("main", back)
        return [flaw.origin], [fix.origin]

    def beside_the_fix(history, flaw, fix):
        brought = history.change(history.start, flaw)
        beside = history.other(brought)
        side = history.change(brought, fix)
        merged = history.commit([beside, side], edited(beside.files, fix), set(), "Merge the fix\n")
        for version, commit in (("v1.0.0", brought), ("v1.1.0", beside), ("v1.2.0", merged)):
            history.tag(version, commit)
        history.branch("main", merged)
        return [flaw.origin], [fix.origin]

    def beside_the_flaw(history, flaw, fix):
        beside = history.other(history.start)
        side = history.change(history.start, flaw)
        merged = history.commit([beside, side], edited(beside.files, flaw), set(), "Merge the flaw\n")
        repaired = history.change(merged, fix)
        for version, commit in (("v1.0.0", beside), ("v1.1.0", merged), ("v1.2.0", repaired)):
            history.tag(version, commit)
        history.branch("main", repaired)
        return [flaw.origin], [fix.origin]

    def two_parts(history, flaw, fix):
        brought = history.change(history.start, flaw)
        half = history.change(brought, fix)
        rest = Change(3, flaw.path, f"part 0, block 7, line {BLOCK // 2}")
        whole = history.change(half, rest)
        for version, commit in (("v1.0.0", brought), ("v1.1.0", half), ("v1.2.0", whole)):
            history.tag(version, commit)
        history.branch("main", whole)
        return [flaw.origin], [fix.origin, rest.origin]

    def two_bringers(history, flaw, fix):
        rest = Change(3, flaw.path, f"part 0, block 7, line {BLOCK // 2}")
        first = history.change(history.start, rest)
        brought = history.change(first, flaw)
        repaired = history.change(brought, fix)
        for version, commit in (("v1.0.0", first), ("v1.1.0", brought), ("v1.2.0", repaired)):
            history.tag(version, commit)
        history.branch("main", repaired)
        return [flaw.origin, rest.origin], [fix.origin]

    case("a fix that was made anew", done_again, {"v1.0.0"}, {"v1.0.0", "v1.0.1"})
    case("a fix that was taken back", taken_back, {"v1.0.0", "v1.2.0"}, {"v1.0.0"})
    case("a release beside the fix", beside_the_fix, {"v1.0.0", "v1.1.0"}, {"v1.0.0"})
    case("a release beside the flaw", beside_the_flaw, {"v1.1.0"}, {"v1.0.0", "v1.1.0"})
    case("a fix of two parts", two_parts, {"v1.0.0", "v1.1.0"}, {"v1.0.0"})
    case("two commits that bring it", two_bringers, {"v1.0.0", "v1.1.0"}, {"v1.1.0"})
    return wrong


def main():
    binary, histories = sys.argv[1], int(sys.argv[2])
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as work:
        wrong = first_part(binary, pathlib.Path(work), histories) + second_part(binary, pathlib.Path(work))
    return 0 if wrong == 0 else 1


sys.exit(main())
