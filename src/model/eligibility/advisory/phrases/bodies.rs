//! What stands below titles.

/// Bodies below a title of security that say that it is fixed.
pub(super) const FIXED: &str = r##"
This backports the fix for ID since names are long here, too.
Fixes: ID (GHSA-2345-6789-cfgh)
Fixes: GHSA-2345-6789-cfgh / ID
Fixes: #77, ID
Fixes #77, fixes ID.
ID is fixed by this commit.
This commit fixes ID.
Which issue(s) this PR fixes:⏎Fixes ID
This fixes ID.
This PR fixes ID.
This pull request addresses ID.
This change addresses ID by limiting the depth.
This commit also fixes ID.
Fixes ID and GHSA-2345-6789-cfgh.
Fixes **ID**
Fixes [ID](https://nvd.nist.gov/vuln/detail/ID)
Fixes `ID`.
Fixes security issue ID.
Fixes the vulnerability ID (CVSS 9.8).
Fix ID
fixes ID
Resolves: ID
Closes: #12, ID
Fixes: https://nvd.nist.gov/vuln/detail/ID
CVE: ID, CVE-2026-22222
Names were copied without a check. Fixes ID.
Names were copied without a check, so long ones overflowed.⏎⏎Fixes: ID⏎Signed-off-by: A B <a@b.c>
Check the length first, which prevents ID.
Bump the parser to 1.2.3 to fix ID.
Bump the parser from 1.2.2 to 1.2.3, which fixes ID.
Update the parser to a version that fixes ID.
Upgrade lodash to 4.17.21 to address ID.
Backport of #90, which fixes ID.
Backport the change that fixes ID.
This is a backport of #90. It fixes ID.
This is a backport of #90.⏎⏎Fixes: ID
Cherry-pick of abcdef1 to fix ID.
(cherry picked from commit 1234567890123456789012345678901234567890)⏎⏎Fixes: ID
The new check mitigates ID.
The added limit prevents ID.
These changes fix ID.
This patch fixes ID in the parser and adds tests.
Both ID and CVE-2026-22222 are fixed by this change.
ID is resolved by this.
ID is addressed in this patch.
We now fix ID here.
Names are bounded now. This fixes ID.
Squashed commit of the following:⏎⏎commit abcdef1234⏎Author: A B <a@b.c>⏎Date:   Mon Jan 1 00:00:00 2026 +0000⏎⏎    Check names⏎⏎    Fixes: ID
Addresses the following CVEs: ID, CVE-2026-22222
Fully address ID and fix the check.
Addresses ID (https://pkg.go.dev/vuln/GO-2024-2611)
Addresses ID / GO-2026-5158 / GHSA-2345-6789-cfgh. Which is⏎making govulncheck fail.
Address ID⏎https://github.com/advisories/GHSA-2345-6789-cfgh
Update golang.org/x/net from v0.53.0 to v0.55.0 to address⏎ID (GO-2026-5026): privilege escalation via incorrect⏎Punycode label processing in golang.org/x/net/idna.
Remediation for ID.
To address ID.
fix https://nvd.nist.gov/vuln/detail/ID
Mitigates ID.
Security fix for ID.
Contains the fix for ID.
Adds a fix for ID.
Includes fixes for ID and CVE-2026-22222.
Thanks to A B for the report. This fixes ID.
This prevents an overflow where names are long and so fixes ID.
Fixes: ID⏎Reported-by: A B <a@b.c>
Check the length and thereby fix ID.
Limit the depth to prevent ID.
Validate names to fix ID
An attacker could crash the server.⏎⏎Security: ID
This fixes ID (reported by A B).
This fixes ID, an integer overflow in the lexer.
This fixes ID: an integer overflow in the lexer.
This fixes ID where names are not checked.
This fixes a vulnerability (ID).
This fixes an overflow (ID).
Fixes a buffer overflow, ID.
Closes #12⏎Fixes ID
Closes #12.⏎⏎This fixes ID.
Co-authored-by: A <a@b.c>⏎Fixes: ID
Names were not checked⏎before they were copied.⏎⏎This fixes ID.
The names are not checked.⏎⏎Fixes: ID
Names are not yet checked here.⏎Fixes: ID
Fixes: ID, CVE-2026-22222⏎Reviewed-by: A B <a@b.c>
Fixes ID⏎⏎Reviewed-by: A B <a@b.c>
Long names overflowed. Check them. Fixes ID.
Long names overflowed (#77).⏎⏎Fixes ID.
See #77 for details.⏎⏎Fixes: ID
As told in #77, names overflow.⏎⏎Fixes: ID
Reported in #77. Fixes ID.
Follow-up work comes in #78.⏎⏎Fixes: ID
Tests will follow.⏎⏎Fixes: ID
With this change names are checked. This fixes ID.
Names were not checked before. This fixes ID.
This fixes ID, which let anybody read files.
This fixes ID, in which names overflow.
This fixes ID - names overflow.
This fixes ID; names are checked now.
Fixes ID ("names overflow").
Fixes "names overflow" (ID).
Resolves ID through a limit.
Closes the hole ID.
Fixed: ID
CVE-Id: ID
This is ID.
"##;

/// Bodies that speak of it, or fix less.
pub(super) const OPEN: &str = r##"
For 2.0.2:⏎⏎Fixes: ID
Depends on the change that⏎fixes: ID
The other half of what⏎Fixes: ID
Fixes: ID⏎was wrong.
> Fixes: ID
This fixes ID.⏎IPv6 remains vulnerable.
IPv6 remains vulnerable.⏎⏎Fixes: ID
In #90 we fixed ID.
In #90, we fixed ID.
Only #102 fixes ID.
The plan is to fix ID.
Commit abcdef1 fixed ID but missed IPv6.
Commit abcdef1 fixed ID.
If merged, this fixes ID.
When #90 lands, this fixes ID.
This fixes ID once #90 is in.
This fixes ID together with #90.
This fixes ID with #90.
This fixes ID, but not on Windows.
This fixes ID, except on Windows.
This fixes ID only on Linux.
This fixes ID on Linux only.
This partly fixes ID.
This should fix ID.
This may fix ID.
This might fix ID.
This almost fixes ID.
This hopefully fixes ID.
We plan to fix ID in 2.0.2.
We want to fix ID later.
We still have to fix ID.
We need to fix ID.
We have yet to fix ID.
It remains to fix ID.
Someone has to fix ID.
Please fix ID.
Let us fix ID in another change.
TODO: fix ID
Later: fix ID
Reminder: fix ID.
Upstream fixed ID in 1.2.3.
Upstream fixes ID differently.
1.2.3 fixes ID.
Version 1.2.3 fixes ID.
The next release fixes ID.
Release 2.0.2 fixes ID.
#90 fixes ID.
See #90, which fixes ID.
This needs #90, which fixes ID.
Depends on #90 (fixes ID).
Requires abcdef1, which fixes ID.
Depends-on: fix of ID
The other part fixes ID.
Another commit fixes ID.
A separate pull request fixes ID.
The main branch has a commit that fixes ID.
The commit that fixes ID is not picked.
The patch that fixes ID was left out.
The change which fixes ID comes later.
Without the commit that fixes ID this is of no use.
We could not pick the commit that fixes ID.
It is the first half of what fixes ID.
Part 1 of the fix for ID.
First step to fix ID.
A step towards fixing ID.
This is a step to fix ID.
Steps to fix ID:
Prepare to fix ID.
This prepares the code to fix ID.
This allows us to fix ID.
This makes it possible to fix ID.
Groundwork for fixing ID.
Makes fixing ID easier.
While fixing ID we found this.
After fixing ID, names were cut.
The regression came from fixing ID.
This was broken by the commit which fixed ID.
This was broken when ID was fixed.
Regression of the fix for ID.
The fix for ID is in #90.
The fix for ID is needed as well.
Reviewers asked whether this fixes ID.
The reporter says this fixes ID.
He said: "This fixes ID."
The message was "Fixes ID".
Use `Fixes: ID` in the message.
Scanners think that this fixes ID.
Customers believe this fixes ID.
It is unclear if this fixes ID.
I doubt that this fixes ID.
Nobody knows what fixes ID.
The way to fix ID is to upgrade.
To fix ID, users must upgrade.
Users have to upgrade to fix ID.
You need to upgrade the parser to fix ID.
<details>⏎<summary>Release notes</summary>⏎<ul>⏎<li>Fix ID</li>⏎</ul>
ID is fixed by #90.
ID is fixed in 2.0.2.
ID was fixed by another change.
ID is fixed on main.
ID will be fixed by this series.
ID is only partly fixed by this.
ID is not fixed by this commit.
Fixes: ID⏎The rest follows.
Fixes: ID⏎⏎IPv6 is not covered.
Fixes: ID⏎⏎IPv6 is still vulnerable.
This is part 1 of 2.⏎⏎Fixes: ID
Relates to ID.
Part of ID.
Partial fix for ID.
Incomplete fix for ID.
Temporary fix for ID.
Reported as ID.
Fixes a typo in the note about ID.
Fixes the test of ID.
Fixes the log message for ID.
Fix the documentation of ID.
Fixes the regression that ID brought.
Fixes a crash that came with ID.
Fixes a crash like ID.
Fixes a crash (see ID).
Fixes #12, not ID.
Fixes ID in the lexer. The parser is not fixed.
Names: see #90.⏎Fixes: ID is not what this does.
Unlike #90, which fixes ID, this is small.
It is told that 1.2.3 fixes ID.
According to the report this fixes ID.
As #90 did, fix ID
Follow-up of #90, which fixes ID.
Cherry-picked from #90.⏎⏎Follow-up: fix ID
Backport of all but the commit that fixes ID.
This does for names what #90, fixing ID, did for lists.
Names: checked⏎Lists: not checked⏎Fixes for ID: none
Fixes for ID come next.
Fixes for ID are in #90.
Fixes for ID need more work.
Fix for ID is in 2.0.2.
Fix of ID was reverted.
Fixing ID needs more.
Fixing ID is for later.
Closing ID as not applicable.
Patch for ID pending.
Patches ID partially.
Fixes ID incompletely.
Fixes ID halfway.
Fixes ID? No.
Fixes: none, see ID
Fixes: ID?
Fixes: ID (partially)
Fixes: ID (not in IPv6)
Fixes: ID [partial]
Fixes: ID # only a part
Not-Fixes: ID
Does-not-fix: ID
Partially-Fixes: ID
Prepares: ID
Related-to: ID
Refs: ID
Reverts: ID
Needs: ID
This fixes ID, at least on Linux.
This fixes ID on most systems.
This fixes ID in most cases.
This fixes ID for now.
This fixes ID temporarily.
This fixes ID to some extent.
This fixes ID by half.
This is ID and more.
This is ID. It is not fixed.
Not all of it: this is ID.
This fixes ID when #90 is in.
This would fix ID.
This could fix ID.
This is meant to fix ID.
This is supposed to fix ID.
This was to fix ID.
This aims to fix ID.
This tries to fix ID.
This helps to fix ID.
This is needed to fix ID.
This is required to fix ID.
This unblocks fixing ID.
This was written before we fixed ID.
We fixed ID in #90.
We fixed ID in 2.0.0.
We fixed ID last week.
We fixed ID wrongly.
I fixed ID in another branch.
Ann fixes ID.
The author fixes ID elsewhere.
Fixes ID in 2.0.2.
Fixes ID in the next release.
Fixes ID in #90.
Fix ID in another change.
Fixed ID in main already.
Fixed in #90: ID
Fixed upstream: ID
Already fixed: ID
Fixed since 1.9: ID
Fixed later: ID
Fixed by others: ID
Will fix: ID
Won't fix: ID
Might fix: ID
Should fix: ID
To fix: ID
To be fixed: ID
Not yet fixed: ID
Not fixed: ID
Unfixed: ID
Quoted:⏎⏎    Fix ID
From the mailing list:⏎⏎Fix ID
Original message:⏎⏎Fixes: ID
Original commit message:⏎⏎> Fix ID
"##;

/// Titles of their own, each with a body behind a bar, that say that it is fixed.
pub(super) const FIXED_BELOW: &str = r##"
Security fixes (#12)|* ID: check length
CVE-2026-22222, ID: check names (#12)|* CVE-2026-22222: check names⏎* ID: check length
Harden the parser|Harden the parser⏎- check the length⏎- Fixes ID
Fix several flaws (#3)|* ID: check names⏎⏎* CVE-2026-22222: check lists⏎⏎Co-authored-by: A <a@b.c>
Fix several flaws (#3)|- Check names (ID)⏎- Check lists (CVE-2026-22222)
Security fixes for 2.0 (#3)|- ID: check names
fix: several flaws|- fix(parser): check names (ID)
Reject bad headers|This addresses ID by rejecting headers.
http: fix request smuggling|ID
server/http: fix request smuggling|This is ID.
Harden input (#110)|Only CVE-2026-22222 does not apply here.⏎⏎Fixes: ID
"##;

/// Those that leave it open.
pub(super) const OPEN_BELOW: &str = r##"
Fix several flaws|* CVE-2026-22222: check⏎* Todo: ID
Fix several flaws|Postponed:⏎* ID: check names
Fix several flaws|* Later: ID: check names
Fix several flaws|* ID: postponed
Fix several flaws|* ID: left for 2.0.2
Fix several flaws|* ID: see #90
Fix ID (#12)|* fix ID⏎⏎* Revert "fix the names"
Fix ID (#12)|IPv6 is still vulnerable.
Reject bad headers|This addresses ID by half.
Reject bad headers|This addresses ID by rejecting headers on Linux only.
http: add a counter|ID
http: add a counter|This is ID.
tests/http: fix the parser|ID
http and more: fix the parser|ID
"##;
