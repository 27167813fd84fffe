//! What stands in lists, below headings and between fences.

/// Bodies that say that it is fixed.
pub(super) const FIXED: &str = r##"
Release notes:⏎- Fix ID⏎- Revert "allow other names"
* ID: check length
Security fixes:⏎- Fixes ID
## Summary⏎⏎- Fixes ID
## What this PR does⏎⏎It checks the length.⏎⏎Fixes: ID
### Why⏎⏎This fixes ID.
## Description⏎⏎Fixes ID
**What this PR does / why we need it**:⏎⏎Fixes ID
**Fixes:** ID
* Check the length⏎* Fixes ID
- [x] Fixes ID
1. Check the length⏎2. Fix ID
* fix: check names (ID)
* fix(parser): ID: check names
* CVE-2026-22222: check names⏎* ID: check length
* Fix ID by checking the length
* parser: fix ID
## Changes⏎⏎- check the length⏎- fix ID
## What changed⏎- Fix ID
### Security⏎⏎* Fix ID
**Security fixes**⏎⏎- Fix ID
Summary:⏎- Fixes ID
## Description⏎⏎Names were copied.⏎⏎Fixes: ID
## Testing⏎⏎Ran the tests.⏎⏎Fixes: ID
## Motivation and Context⏎⏎Fixes ID
This fixes the following:⏎⏎- ID
The following vulnerabilities are fixed:⏎⏎* ID: overflow
Changes in this release:⏎- Fix ID
- check names⏎- check lists⏎⏎Fixes: ID
Names:⏎- are checked⏎⏎Fixes: ID
Steps:⏎1. Send a long name⏎2. See a crash⏎⏎Fixes: ID
## Steps to reproduce⏎⏎1. Send a long name⏎2. See a crash⏎⏎## Fix⏎⏎This fixes ID.
```⏎abc⏎```⏎⏎Fixes: ID
Before:⏎```⏎abc⏎```⏎After:⏎```⏎def⏎```⏎⏎Fixes: ID
## Fix⏎⏎This fixes ID.
## Changes⏎⏎Fixes:⏎- ID: overflow
## Changes⏎⏎Fixes:⏎- ID
Fixes:⏎⏎- ID⏎- CVE-2026-22222
* Fixes ID⏎⏎Reviewed-by: A B <a@b.c>
Fixed:⏎- ID⏎- CVE-2026-22222
Fixes⏎- ID
Fixed vulnerabilities:⏎- ID
Security:⏎- Fix ID
Bug fixes:⏎- Fix ID
Fixes in this release:⏎- ID
This release fixes:⏎- ID
This closes:⏎- ID
Included fixes:⏎- Fix ID
Backports:⏎- Fix ID
Backport of:⏎- Fix ID
Commits:⏎- Fix ID
Squashed commits:⏎⏎* Fix ID
List of changes:⏎- Fix ID
The following changes are included:⏎- Fix ID
What:⏎- Fix ID
What & why:⏎- Fix ID
Details:⏎- Fix ID
Overview⏎--------⏎⏎- Fix ID
# Summary⏎⏎Names were not checked.⏎⏎- Fix ID⏎⏎# Test plan⏎⏎Ran it.
## Summary⏎⏎Fixes ID.⏎⏎## Test plan⏎⏎Ran it.
"##;

/// Bodies that speak of it, or leave it to others.
pub(super) const OPEN: &str = r##"
Out of scope:⏎⏎- Fixes ID
Postponed:⏎- Fixes ID
## Postponed⏎⏎- Fixes ID
For 2.0.2:⏎⏎- Fixes ID
Follow-ups:⏎⏎- Fixes ID
## Follow-ups⏎⏎Things to come.⏎⏎- Fixes ID
Depends on:⏎⏎- Fixes ID
Requires:⏎- Fixes ID
Needs:⏎- Fixes ID
Blocked by:⏎- Fixes ID
Dropped:⏎- Fixes ID
Removed:⏎- Fixes ID
Excluded:⏎- Fixes ID
To be done:⏎- Fixes ID
History:⏎- Fixes ID
Superseded:⏎- Fixes ID
Not included:⏎- Fixes ID
Next steps:⏎- Fixes ID
TODO⏎- Fixes ID
TODO:⏎- Fixes ID
### TODO⏎⏎Fixes: ID
Out of scope⏎⏎- Fixes ID
**Out of scope**⏎⏎- Fixes ID
Out of scope⏎------------⏎⏎- Fixes ID
* fix ID⏎⏎* Revert previous commit
* fix ID⏎* drop the ID part
* fix ID⏎* drop the CVE part
* fix ID⏎* Remove the fix again
* fix ID⏎⏎* undo last change
* fix ID⏎* roll back
```⏎Fixes: ID⏎```
See their message:⏎⏎```⏎Check⏎⏎Fixes: ID⏎```
~~~text⏎This fixes ID.⏎~~~
* later: fix ID
* Next: Fix ID
* [ ] Fix ID
- [ ] Fixes ID
Upgrade notes:⏎- Upgrade to fix ID
Known issues:⏎- Fix ID
Alternatives:⏎- Fix ID
Rejected:⏎- Fix ID
Other pull requests:⏎- Fix ID
In 2.0.2:⏎- Fix ID
Changes in 2.0.2:⏎- Fix ID
From the changelog of the parser:⏎- Fix ID
Release notes of the parser:⏎- Fix ID
Skipped:⏎1. Fix ID
Left out:⏎⏎* Fix ID
Deferred to 2.0.2:⏎⏎* Fix ID
Split off:⏎⏎* Fix ID
What is missing:⏎⏎* Fix ID
- Out of scope:⏎  - Fix ID
- Out of scope:⏎⏎  The lexer.⏎⏎  Fixes: ID
Out of scope:⏎- The lexer.⏎⏎  It is large.⏎⏎- Fix ID
## Out of scope⏎### Parser⏎- Fix ID
* ID: prepare the fix
* ID: not done yet
* Revert "ID: check length"
* fix: check names (ID)⏎* Revert "fix: check names"
* ID: check length⏎* Revert the last commit
* ID: check length⏎* Back out
* fix ID⏎* remove the check again
Not fixed here:⏎- ID
Fixed elsewhere:⏎- ID
Fixed in 2.0.0:⏎- ID
Fixed upstream:⏎- ID
Will be fixed in 2.0.2:⏎- ID
Needs to be fixed:⏎- ID
Should be fixed:⏎- ID
Still to fix:⏎- ID
Remaining fixes:⏎- Fix ID
Open:⏎- Fix ID
Wishlist:⏎- Fix ID
Ideas:⏎- Fix ID
Roadmap:⏎- Fix ID
Backlog:⏎- Fix ID
Future work:⏎- Fix ID
Phase 2:⏎- Fix ID
Part two:⏎- Fix ID
Not in this change:⏎- Fix ID
In a later change:⏎- Fix ID
In other changes:⏎- Fix ID
What others do:⏎- Fix ID
What we do not fix:⏎- ID
What we will fix:⏎- ID
Which issues are left:⏎- ID
Upstream:⏎- Fix ID
Prerequisites:⏎- Fix ID
Conflicts:⏎- Fix ID
Reverted:⏎- Fix ID
Reverts:⏎- Fix ID
Withdrawn:⏎- Fix ID
Not picked:⏎- Fix ID
Missing commits:⏎- Fix ID
Commits left out:⏎- Fix ID
Commits not picked:⏎- Fix ID
Commits to come:⏎- Fix ID
Commits that we need:⏎- Fix ID
Changes after this:⏎- Fix ID
Changes since 2.0.0:⏎- Fix ID
Other changes in main:⏎- Fix ID
Changes to do:⏎- Fix ID
Changes in #90:⏎- Fix ID
It said:⏎- Fix ID
"##;
