//! Whose releases a changelog is about, where its headings name products: `## Godel 2.0.1` beside `## othertool 2.0.1`.

use super::headings::Heading;

/// The words that name our own product, in small letters: what the project is called, and what our headings call it.
pub(super) type Names = Vec<Vec<String>>;

/// Reads the name of a project.
pub(super) fn words(name: &str) -> Vec<String> {
    name.split_whitespace().map(str::to_lowercase).collect()
}

/// Takes the versions away from headings that are about another product.
///
/// Ours are those that name no product, or ours. Where there is none of these, the changelog calls ours something else than the
/// project is called, and all of them count.
pub(super) fn keep_own(found: &mut [Heading], names: &Names) {
    let is_own =
        |heading: &Heading| heading.product.is_empty() || names.iter().any(|own| is_same(&heading.product, own));
    if !found.iter().any(|heading| heading.version.is_some() && is_own(heading)) {
        return;
    }
    for heading in found.iter_mut().filter(|heading| !is_own(heading)) {
        heading.version = None;
    }
}

/// Says whether two names are of one product: one may say in front whose it is, as `Apache Godel` and `@old/godel` do of `godel`.
fn is_same(one: &[String], other: &[String]) -> bool {
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    let joined = |words: &[String]| words.join("-").replace('_', "-");
    let own = joined(short);
    !own.is_empty() && (0..long.len()).any(|at| joined(&long[at..]) == own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_say_in_front_whose_it_is() {
        let table = [
            ("godel", "Godel", true),
            ("apache godel", "Godel", true),
            ("godel", "Apache Godel", true),
            ("apache godel", "apache-godel", true),
            ("godel_core", "godel-core", true),
            ("my-godel", "godel", false),
            ("godel server", "godel", false),
            ("godel-server", "godel", false),
            ("othertool", "tool", false),
            ("othertool", "", false),
        ];
        for (heading, project, expected) in table {
            assert_eq!(is_same(&words(heading), &words(project)), expected, "{heading} and {project}");
        }
    }
}
