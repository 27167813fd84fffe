//! A sum over the lines of a text, by which patches that must differ are told apart without computing them.
//!
//! What a patch adds less what it removes is what the new text has more than the old one, whichever lines a diff matches
//! with each other. So equal patches change the sum by the same amount. White space counts, which it does not for
//! `git patch-id` (`git-patch-id(1)`): a patch that only indents otherwise can do something else. The carriage return of a line
//! end counts for nothing.

/// The sum over the lines of a text: each line counts by a hash of its bytes without the line end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct LineSum(u64);

/// FNV-1a (<http://www.isthe.com/chongo/tech/comp/fnv/>).
const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

impl LineSum {
    /// Sums the lines of a text.
    pub fn of(text: &[u8]) -> Self {
        let (mut sum, mut line, mut open) = (0_u64, OFFSET, false);
        for byte in text {
            match byte {
                b'\n' => {
                    sum = sum.wrapping_add(mixed(line));
                    (line, open) = (OFFSET, false);
                }
                b'\r' => open = true,
                _ => (line, open) = ((line ^ u64::from(*byte)).wrapping_mul(PRIME), true),
            }
        }
        // A last line counts the same with and without a line end.
        Self(if open { sum.wrapping_add(mixed(line)) } else { sum })
    }

    /// Returns it as bytes, the same on every machine.
    pub fn to_bytes(self) -> [u8; 8] {
        self.0.to_be_bytes()
    }

    /// Returns by how much a text is more than another.
    #[must_use]
    pub fn less(self, other: Self) -> Self {
        Self(self.0.wrapping_sub(other.0))
    }
}

/// Spreads the bits of a hash (the finalizer of MurmurHash3), so that sums of hashes do not meet by their structure.
fn mixed(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn change(old: &str, new: &str) -> LineSum {
        LineSum::of(new.as_bytes()).less(LineSum::of(old.as_bytes()))
    }

    #[test]
    fn a_change_counts_wherever_it_stands_and_as_it_is_indented() {
        let here = change("a\nb\nc\n", "a\nB\nc\n");
        assert_eq!(here, change("x\nb\r\ny\nz", "x\nB\r\ny\nz"));
        assert_ne!(here, change("x\n  b\ny\nz", "x\n  B\ny\nz"));
        assert_eq!(here, change("b", "B"));
        assert_ne!(here, change("a\nb\nc\n", "a\nb\nB\nc\n"));
        assert_ne!(here, change("B\n", "b\n"));
        assert_ne!(change("", "\n"), LineSum::default());
        assert_eq!(change("", ""), LineSum::default());
    }

    proptest! {
        #[test]
        fn what_stands_around_a_change_does_not_count(
            before in "([ab ]{0,3}\n){0,5}", after in "([ab ]{0,3}\n){0,5}", old in "([abc]{0,2}\n){0,4}", new in "([abc]{0,2}\n){0,4}",
        ) {
            let around = change(&format!("{before}{old}{after}"), &format!("{before}{new}{after}"));
            prop_assert_eq!(around, change(&old, &new));
        }
    }
}
