//! What titles say.

/// Titles that say that it is fixed.
pub(super) const FIXED: &str = r##"
Pick up fix for ID in the parser
security: check length ID
fix(security): check length ID
[Security] check length ID
Fix ID on Windows
ID: limit login attempts
ID: follow redirects within the host only
ID: use prepared statements
Use prepared statements (ID)
ID: remove eval of names
ID: drop support for old ciphers
ID: roll back the transaction on errors
ID: check every step
ID: refuse incomplete requests
ID: check the undo log
ID: delete temporary files at once
ID: reject broken names
Do not allow long names (ID)
fix: overflow of names (ID)
fix: overflow of names, ID
fix(parser): prevent ID
Fix overflow of names (#12) (ID)
Fix overflow of names (ID, CVE-2026-22222)
Fix overflow (GHSA-2345-6789-cfgh, ID)
Fix overflow (security issue ID)
Fix overflow [ID]
Fixed ID -- Prevented a loop in names
Fixes ID
Patch ID
Address ID and CVE-2026-22222
Security fix for ID
Security fix: ID
Resolve ID in the parser
Mitigate ID
Bump lodash from 4.17.20 to 4.17.21 (ID)
Bump lodash to 4.17.21 [ID]
Bump lodash to fix ID
Bump lodash, fixes ID
chore(deps): bump lodash to 4.17.21 to fix ID
chore(deps): bump lodash to 4.17.21 (ID)
Update lodash to 4.17.21 because of ID
Backport fix for ID
Backport ID fix to 2.0
Apply upstream patch for ID
Add upstream fix for ID
CVE-2026-22222/ID: check names
parser: ID: check names
parser: check names (ID)
net/http: fix ID
Add a check which prevents ID
Use a parser that fixes ID
Bump parser to 1.2.3 which fixes ID
Limit the depth to prevent ID
Reapply "Fix ID"
Reland "Fix ID"
Merge pull request from ID
fix!: ID
hotfix: ID
hotfix: fix ID
SECURITY: ID: check names
sec: check names ID
Bump Go version to 1.22.4: CVE 2026-12345 fix
bump go.mod: x/crypto because of [ID]
fix: ID security vulnerability
tmpdir: fix insecure temporary directory vulnerability (ID)
fix: enhance symlink protection in _cleanup_old_rootdirs to prevent ID
Bump go toolchain version to address ID
ID: Backport go.opentelemetry.io/otel@v1.20.0 and go.opentelemetry.io/contrib
gh-12345: Fix ID
bpo-1234: Fix ID
[3.10] gh-12345: Fix ID in the parser (GH-123) (#12)
Fix ID and CVE-2026-22222 in the parser
Fix heap overflow in the parser: ID
Fix a heap overflow in the parser, ID
fix: ID: check
Fix ID.
security: fix ID
deps: update parser [ID]
net: ID fix
Prevent ID
Prevent ID by checking names
Resolve vulnerability ID
Fix ID: names were not checked
Fix ID by checking names
Fix ID in parser and lexer
Fix ID (high)
Fix ID (CVSS 9.8)
Fix ID (#77)
Fix vulnerability ID
Fix security vulnerability (ID)
Fix two flaws (ID, CVE-2026-22222)
Fix CVE-2026-22222 and ID
Fix CVE-2026-22222, ID
Fixes for ID and CVE-2026-22222
Security: fix overflow (ID)
Security: ID
[security] fix ID
fix(deps): update parser to 1.2.3 [security] (ID)
Avoid overflow (ID)
Avoid an overflow in the parser, ID
ID: do not follow links
ID: stop following links
ID: sanitize names
ID: skip entries with long names
ID: never read past the end
ID: correct the length check
ID: fix length check
ID: fix the length check
ID: fix check of the length
ID: limit the depth
ID: improve validation
ID: update parser
ID: use after free
ID: use-after-free in parser
fix: ID use-after-free in the parser
ID: first byte was not checked
ID: half-open connections are closed
ID: reject partial writes
ID: refuse a broken header
ID: delete old sessions on logout
ID: disable external entities
ID: disable XXE
ID: drop privileges before the check
ID: remove shell=True
ID: revalidate
ID: bypass of the filter
Filter bypass (ID)
Authentication bypass, ID
Disable entities (ID)
Correct bounds (ID)
Reject names with dots (GH-77, ID)
Fix overflow for ID
Fix heap overflow in the parser for ID
parser: fix an overflow for the vulnerability ID
Handle ID
fix(parser): handle ID
Handle ID in the parser
Harden the parser against ID
Harden names against ID (#12)
parser: guard against ID
Protect sessions against ID
Upgrade lodash for ID
Bump golang.org/x/net for ID
chore(deps): upgrade lodash to 4.17.21 for ID
Updated lodash to 4.17.21 because of ID
Fix overflow for ID on Windows
"##;

/// Titles that speak of it, and do not fix it or not all of it.
pub(super) const OPEN: &str = r##"
ID: follow-up
ID: follow up on the check
Follow-up (ID)
ID: prepare the fix
ID: preparatory refactoring
ID: 1/2: check the length
1/2: check the length (ID)
ID: first step: check the length
ID: first step
ID: incomplete fix
Incomplete fix (ID)
ID: work in progress
ID: WIP
WIP: ID: check the length
[WIP] ID: check the length
ID: regression fix
Regression fix (ID)
ID: fix the fix
Fix the fix (ID)
ID: add reproducer
Add a reproducer (ID)
ID: remove the check
ID: back out the check
ID: undo
ID: roll back
Roll back the check (ID)
Remove the check (ID)
Undo the last change (ID)
Fix ID (1/2)
security: fix ID (first of two commits)
Fix ID, part 1
Fix ID regression
Groundwork to fix ID
Fix crash (ID follow-up)
fix: crash (ID follow-up)
Plan to fix ID
Need to fix ID
Ask upstream to fix ID
Wait for upstream to fix ID
Proposal to fix ID
Attempt to fix ID
Attempt at fixing ID
Try fixing ID
Towards fixing ID
First part of the fix for ID
Fix ID (part 1)
Fix ID (part 2 of 2)
Fix ID - step 1
Fix ID: first half
[1/3] Fix ID
[PATCH 1/2] Fix ID
Fix half of ID
Fix for ID (incomplete)
Fix ID follow-up
Fix ID followup
Fix ID follow up
Follow up on ID
Fix fallout of ID
Fix fallout from ID
Fix regression from ID
Fix regression caused by ID fix
Fix regression after ID
Fix crash introduced in ID
Fix crash after ID
Fix crash since ID
Fix build after ID
Fix ID test
Fix tests for ID
Fix ID fix
Fix ID check
Fix the ID patch
ID: drop the mitigation
ID: disable the check for now
ID: revert
ID: revert the check
Back out ID
Back out the ID fix
Roll back ID
Unfix ID
Drop ID fix
Drop fix for ID
Remove ID mitigation
Disable ID check
Relax the check of ID
Weaken ID mitigation
Skip the check (ID)
ID: tests
ID: add test
ID: document it
docs: ID
ID: changelog
ID: add metrics
ID: refactor first
ID: investigate
Investigate ID
Discuss ID
Triage ID
Track ID
ID: partial fix
ID: first fix
ID: initial fix
ID: proof of concept
ID: poc
ID: reproduce
ID: step 1
ID: phase 1
ID: clean up
ID: towards a fix
ID: prerequisite
List commits that fix ID
Tell which commit fixes ID
Explain what fixes ID
Check whether we fix ID
Mark ID as fixed
ID is fixed elsewhere
Fix ID, take 2
Second attempt at ID
ID: second attempt
ID: follow-on work
ID follow-ups
ID: more work
ID, part two
ID: 1 of 3
Fix ID (1 of 3)
Fix ID [1/2]
Fix ID 1/2
ID - prepare parser
ID: prepare for the fix
ID: preliminary work
ID: refactoring
ID: fix regression
ID: fix a regression of the fix
ID: revert the fix
ID: undo the change
ID: temporarily disable the check
ID: fixes to the test
ID: reproducer
ID: test case
ID: add a PoC
ID: fix partially
Almost fix ID
Hopefully fix ID
Maybe fix ID
Half-fix ID
Do not fix ID
Cannot fix ID yet
ID cannot be fixed here
ID: won't fix
ID: wontfix
ID: not affected
ID: mitigate in part
ID: to be fixed
ID needs a fix
ID still open
Unaffected by ID
Ignore ID
Suppress ID in the scan
Add ID to the allowlist
Mention ID
Note on ID
Announce ID
Publish advisory for ID
Describe ID
Name ID in the changelog
Request ID
Assign ID
Prepare ID
Prepare release for ID
Restore behavior from before ID
Re-enable the parser after ID
Fix performance after ID
Fix slowness of the ID fix
Improve the fix for ID
Simplify the fix for ID
Extend the fix for ID
Complete the fix for ID
Rework the fix of ID
Clean up after ID
Cleanup of ID fix
Rename ID handler
Use new API in ID fix
Backport tests for ID
Test that ID is fixed
Assert that we fix ID
Ensure we do not regress ID
Guard against regressing ID
Fix the log message for ID
Fix the check for ID
Fix metrics for ID
Fix the build for ID
Fix part of the overflow for ID
Fix an overflow for the ID test
Prepare the parser against ID
Harden after ID
Harden the tests against ID
First hardening against ID
Do not harden against ID
Stop guarding against ID
Resolve conflicts for ID
Handle the report about ID
Handle names like ID
Upgrade notes for ID
Bump the counter for ID
Upgrade the check for ID
Handle ID reports
Fix the severity for ID
Fix an overflow for the ID scanner
Address feedback for ID
"##;
