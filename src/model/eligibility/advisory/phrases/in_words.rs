//! What words for users say.

/// Words for users that say that it is fixed.
pub(super) const FIXED: &str = r##"
Long lists are safe (CVE-2026-12345).
Fixed a crash (ID).
Fix ID.
A crash with long names was fixed (ID).
Security: fix an overflow, ID.
Fixes ID: readers could see the files of others.
ID (high): names could be read by others.
ID - names could be read by others.
**ID**: names could be read by others.
Names could be read by others. ID
Names could be read by others (ID, GHSA-2345-6789-cfgh).
Names are no longer read by others [ID].
Addresses ID and CVE-2026-22222.
The parser is updated to 1.2.3, which fixes ID.
Update the parser to 1.2.3 to fix ID.
This release fixes ID.
This update fixes the vulnerability ID.
Upgrade the parser to 1.2.3 (ID).
ID and CVE-2026-22222 are fixed.
ID is resolved.
Patched ID.
Mitigates ID by a limit.
A crash was fixed, known as ID.
Closed a hole that let readers write (ID).
[ID](https://nvd.nist.gov/vuln/detail/ID): names are checked.
ID, a crash, was fixed.
qs 6.0.4 fixes ID.
golang.org/x/net v0.55.0 fixes ID and CVE-2026-22222.
The update of qs to 6.0.4 fixes ID.
qs is updated to 6.0.4 because of ID.
Updated qs because of ID.
Upgrade qs to 6.0.4 due to ID.
"##;

/// Words for users that leave it open.
pub(super) const OPEN: &str = r##"
This does not fix ID
ID remains open
Hardening after ID
ID is not fixed yet
Does not fix ID.
ID is not addressed.
ID is not fixed by this release.
ID: still open.
ID stays open on Windows.
Some lists are checked; ID is not fixed.
No fix for ID yet.
A fix for ID will follow.
The fix for ID follows in 2.0.2.
ID needs another change.
ID comes later.
Partial fix for ID.
Incomplete fix (ID).
First part of the fix for ID.
Reduces the risk of ID.
Work towards ID.
Workaround until ID is fixed.
We are not affected by ID.
Not affected by ID.
ID does not affect this release.
ID was disputed.
ID was fixed in 2.0.0.
Already fixed in 2.0.0: ID
After ID, names are checked again.
Regression of ID repaired.
Repairs a regression of the fix for ID.
Found by those who reported ID.
Similar to ID.
Fix of 2.0.0 for ID was incomplete.
Names are checked, see ID.
Names are checked like in ID.
Reverts the fix of ID.
Removes the check (ID).
ID is under investigation.
Tests for ID.
Preparation for ID.
More logging (ID).
Documents ID.
2.0.2 fixes ID.
Fixed by #90: ID
To be safe from ID, upgrade the parser.
Users of old parsers stay vulnerable to ID.
Note that ID remains.
ID: mitigated only on Linux
ID: will be fixed in 2.0.2
ID: not affected
Godel 2.0.2 fixes ID.
Version 2.0.2 fixes ID.
The next qs 6.0.5 fixes ID.
Only qs 6.0.5 fixes ID.
qs 6.0.4 does not fix ID.
qs 6.0.4 will fix ID.
qs 6.0.4 fixes ID on most systems.
qs is not updated because of ID.
qs has to be updated because of ID: wait for it.
You must upgrade because of ID.
Uploads are off because of ID.
"##;
