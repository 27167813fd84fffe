//! What bodies say of their own change.

/// Bodies that say of their own change that it fixes it, so that nothing else has to tell that it is one of security.
pub(super) const FIXED: &str = r##"
This fixes ID.
Fixes ID by renewing the id.
Fixes ID (reported by Joe).
Fixes ID, reported by Joe.
Fixes ID in the parser.
Fixes ID: heap overflow
Also fixes ID in the lexer.
This fixes ID, a heap overflow.
This change fixes a heap overflow (ID).
This change fixes a heap overflow for ID.
This commit fixes ID in the parser.
Fixes heap overflow ID.
Fixes the heap overflow tracked as ID.
Fixes ID thanks to Joe.
Addresses ID by limiting the depth.
We now fix ID here.
Names were not checked. Fixes ID in the parser.
Changes:⏎⏎* Fixes ID in the parser
"##;

/// Those that say less, or speak of another change.
pub(super) const OPEN: &str = r##"
Names are checked, which fixes ID.
Fixes ID in the parser only.
Fixes a part of ID.
Fixes part 1 of ID.
Fixes the regression of ID.
Fixes the test for ID.
Fixes the log message for ID.
Fixes the docs about ID.
Fixes an overflow like ID.
Fixes an overflow (see ID).
Fixes ID, but not on Windows.
Fixes ID in 2.0.2.
Fixes ID once #90 is in.
This prepares the fix of ID.
This does not fix ID.
This should fix ID.
Only #90 fixes ID.
#90 is the other half. Fixes ID in the parser.
Postponed:⏎⏎* Fixes ID in the parser
> Fixes ID in the parser.
Fixes ID in the parser.⏎⏎IPv6 remains vulnerable.
* Fixes ID in the parser⏎* Revert "Fixes ID in the parser"
"##;
