//! Looks for many short texts in another one, in one pass over it, by a table of all steps (Aho and Corasick, "Efficient string matching: an
//! aid to bibliographic search", Communications of the ACM 18, 1975).

use std::collections::VecDeque;

/// The mark of a step behind which a needle ends.
const ENDS: u32 = 1 << 31;

/// What is looked for.
#[derive(Clone)]
pub(super) struct Needles {
    /// Which column each byte has; the first one is that of all bytes that no needle has.
    columns: [u8; 256],
    width: usize,
    /// For each state a row with the place of the row that follows upon a byte.
    steps: Vec<u32>,
    /// For each state the needles that end there.
    ends: Vec<Vec<usize>>,
}

impl Needles {
    /// Takes texts, none of which is empty. `None`: they are too many.
    pub(super) fn of(needles: &[String]) -> Option<Self> {
        let mut columns = [0; 256];
        let mut width: u8 = 1;
        for byte in needles.iter().flat_map(|needle| needle.bytes()) {
            let column = &mut columns[usize::from(byte)];
            if *column == 0 {
                *column = width;
                width = width.checked_add(1)?;
            }
        }
        let width = usize::from(width);
        let mut own = Self { columns, width, steps: vec![0; width], ends: vec![Vec::new()] };
        for (number, needle) in needles.iter().enumerate() {
            own.add(number, needle)?;
        }
        own.link();
        for step in &mut own.steps {
            let state = *step as usize;
            let mark = if own.ends[state].is_empty() { 0 } else { ENDS };
            *step = u32::try_from(state * width).ok().filter(|row| row & ENDS == 0)? | mark;
        }
        Some(own)
    }

    /// Adds the states of a needle, each with the one step that leads on to it.
    fn add(&mut self, number: usize, needle: &str) -> Option<()> {
        let mut state = 0;
        for byte in needle.bytes() {
            let slot = state * self.width + usize::from(self.columns[usize::from(byte)]);
            if self.steps[slot] == 0 {
                self.steps[slot] = u32::try_from(self.ends.len()).ok()?;
                self.steps.resize(self.steps.len() + self.width, 0);
                self.ends.push(Vec::new());
            }
            state = self.steps[slot] as usize;
        }
        self.ends[state].push(number);
        Some(())
    }

    /// Fills in the steps that lead to where the longest end of what was read begins a needle, the short beginnings first.
    fn link(&mut self) {
        let mut shorter = vec![0; self.ends.len()];
        let mut open = VecDeque::from([0]);
        while let Some(state) = open.pop_front() {
            for column in 0..self.width {
                let (slot, next) = (state * self.width + column, self.steps[state * self.width + column] as usize);
                let behind = if state == 0 { 0 } else { self.steps[shorter[state] * self.width + column] };
                if next == 0 {
                    self.steps[slot] = behind;
                    continue;
                }
                shorter[next] = behind as usize;
                let also = self.ends[behind as usize].clone();
                self.ends[next].extend(also);
                open.push_back(next);
            }
        }
    }

    /// Tells of all that stand in a text, also within one another.
    pub(super) fn each(&self, text: &[u8], mut found: impl FnMut(usize)) {
        let mut row = 0;
        for byte in text {
            let (next, ends) = self.step(row, *byte);
            row = next;
            if ends {
                self.ends[row / self.width].iter().for_each(|needle| found(*needle));
            }
        }
    }

    /// Says whether one of them stands in a text.
    pub(super) fn any(&self, text: &[u8]) -> bool {
        let mut row = 0;
        text.iter().any(|byte| {
            let (next, ends) = self.step(row, *byte);
            row = next;
            ends
        })
    }

    /// Returns the row that follows upon a byte, and whether a needle ends there.
    #[inline]
    fn step(&self, row: usize, byte: u8) -> (usize, bool) {
        let step = self.steps[row + usize::from(self.columns[usize::from(byte)])];
        ((step & !ENDS) as usize, step & ENDS != 0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(needles: &[String], text: &str) -> Vec<usize> {
        let mut found = Vec::new();
        let all = Needles::of(needles).expect("few");
        all.each(text.as_bytes(), |needle| found.push(needle));
        assert_eq!(all.any(text.as_bytes()), !found.is_empty());
        found.sort_unstable();
        found
    }

    #[test]
    fn all_that_stand_in_a_text_are_found_within_one_another_too() {
        let needles = ["upload", "load", "loader", "äö", "o"].map(str::to_owned);
        assert_eq!(found(&needles, "an uploader"), [0, 1, 2, 4]);
        assert_eq!(found(&needles, "ä äö loa"), [3, 4]);
        assert!(found(&[], "anything").is_empty());
    }

    proptest! {
        #[test]
        fn they_are_those_that_a_search_for_each_finds(
            needles in prop::collection::vec("[abß]{1,4}", 0..8),
            text in "[abcß]{0,40}",
        ) {
            let each = |(number, needle): (usize, &String)| {
                let starts = (0..text.len()).filter(|at| text.as_bytes()[*at..].starts_with(needle.as_bytes()));
                starts.map(|_| number).collect::<Vec<_>>()
            };
            let expected: Vec<usize> = needles.iter().enumerate().flat_map(each).collect();
            prop_assert_eq!(found(&needles, &text), expected);
        }
    }
}
