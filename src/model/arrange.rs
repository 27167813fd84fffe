//! Putting lists in order. The sorts of the standard library are made anew for each type and each comparison, and each of them is
//! 10 kB of a binary; these have one between them. Where tens of thousands of things are sorted, take those of the standard library. Sets and
//! maps that keep an order have such a sort in them, too, where all is collected at once.

use std::cmp::Ordering;

/// What can be put in order. All of it is stable: what compares equal stays in the order in which it stood.
pub trait Arrange<T> {
    /// Puts the smallest first.
    fn arrange(&mut self)
    where
        T: Ord;

    /// Puts first what compares as less.
    fn arrange_by(&mut self, compare: impl Fn(&T, &T) -> Ordering);

    /// Puts the smallest key first. The key of each is asked for once.
    fn arrange_by_key<K: Ord>(&mut self, key: impl FnMut(&T) -> K);
}

impl<T> Arrange<T> for [T] {
    fn arrange(&mut self)
    where
        T: Ord,
    {
        self.arrange_by(T::cmp);
    }

    fn arrange_by(&mut self, compare: impl Fn(&T, &T) -> Ordering) {
        let order = order(self.len(), &|a, b| compare(&self[a], &self[b]));
        permute(self, order);
    }

    fn arrange_by_key<K: Ord>(&mut self, key: impl FnMut(&T) -> K) {
        let keys: Vec<K> = self.iter().map(key).collect();
        let order = order(keys.len(), &|a, b| keys[a].cmp(&keys[b]));
        permute(self, order);
    }
}

/// Returns the places of so many things, in order.
#[inline(never)]
fn order(len: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..len).collect();
    order.sort_by(|a, b| compare(*a, *b));
    order
}

/// Moves to each place what is said to belong there.
fn permute<T>(items: &mut [T], mut order: Vec<usize>) {
    for start in 0..items.len() {
        let mut at = start;
        // Along one circle, each place of which is then marked as right.
        while order[at] != start {
            let from = std::mem::replace(&mut order[at], at);
            items.swap(at, from);
            at = from;
        }
        order[at] = at;
    }
}

/// What can be put into a set or a map that keeps an order. To collect into one is to sort first.
pub trait InOrder: Iterator + Sized {
    /// As `collect`, one after the other.
    fn in_order<C: Default + Extend<Self::Item>>(self) -> C {
        let mut all = C::default();
        all.extend(self);
        all
    }
}

impl<I: Iterator> InOrder for I {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Items = Vec<(u8, u16)>;

    proptest! {
        #[test]
        fn sets_and_maps_are_those_of_the_standard_library(items: Items) {
            use std::collections::{BTreeMap, BTreeSet};

            let all = || items.iter().copied();
            prop_assert_eq!(all().in_order::<BTreeSet<_>>(), all().collect::<BTreeSet<_>>());
            prop_assert_eq!(all().in_order::<BTreeMap<_, _>>(), all().collect::<BTreeMap<_, _>>());
        }

        #[test]
        fn it_is_the_order_of_the_standard_library(items: Items) {
            let sorted = |sort: &dyn Fn(&mut Items)| {
                let mut items = items.clone();
                sort(&mut items);
                items
            };
            prop_assert_eq!(sorted(&|items| items.arrange()), sorted(&|items| items.sort()));
            let one = sorted(&|items| items.arrange_by(|a, b| b.0.cmp(&a.0)));
            prop_assert_eq!(one, sorted(&|items| items.sort_by_key(|item| std::cmp::Reverse(item.0))));
            let one = sorted(&|items| items.arrange_by_key(|item| item.0));
            prop_assert_eq!(one, sorted(&|items| items.sort_by_key(|item| item.0)));
        }
    }
}
