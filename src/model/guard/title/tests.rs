use super::*;

/// The rule without its short cut: every window looks at everything.
fn told_slowly(signs: &TitleSigns, text: &[Word], scope: Scope) -> Option<Told> {
    let told = signs.places(text, scope);
    let hits = signs.hits(text);
    let own = text.iter().filter(|word| !EMPTY.contains(&word.whole.as_str())).count();
    let starts = hits.iter().map(|hit| hit.0).chain(told.iter().map(|found| found.at));
    let judged = starts.filter_map(|from| {
        let window = from..from + WINDOW;
        let hits: Vec<(usize, usize)> = hits.iter().filter(|hit| window.contains(&hit.0)).copied().collect();
        let told: Vec<Found> = told.iter().filter(|found| window.contains(&found.at)).copied().collect();
        signs.told_from(own, &text[from..text.len().min(window.end)], from, &hits, &told)
    });
    judged.min_by_key(|told| *told as u8)
}

/// Numbers that look random and are the same everywhere (Marsaglia, "Xorshift RNGs").
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).expect("because it is less than a usize")
    }
}

#[test]
fn windows_find_what_a_look_at_everything_finds() {
    let title = "Out-of-bounds read in the upload parser of signed manifests";
    let signs = TitleSigns::of(title, &["CWE-125".to_owned()], &[], &Usual::default());
    let known = ["upload", "parser", "signed", "manifests", "readUploadParser", "out of bounds", "overflow", "crafted"];
    let other = ["the", "window", "of", "a", "colour", "and", "renders", "twice"];
    let mut numbers = Numbers(7);
    let mut answers = BTreeSet::new();
    for _ in 0..4000 {
        let (length, share) = (1 + numbers.below(60), 1 + numbers.below(8));
        let mut text = String::new();
        for _ in 0..length {
            let list = if numbers.below(8) < share { &known } else { &other };
            text.push_str(list[numbers.below(list.len())]);
            text.push(' ');
        }
        let words = words(&text);
        for scope in [Scope::Prose, Scope::Code, Scope::Elsewhere] {
            let answer = signs.told_in(&words, scope);
            assert_eq!(answer, told_slowly(&signs, &words, scope), "{text}");
            answers.insert(answer.map(|told| told as u8));
        }
    }
    assert_eq!(answers.len(), 3, "every answer comes up");
}

#[test]
fn a_report_of_a_flaw_is_no_report_of_the_product() {
    let signs = TitleSigns::of("SQL injection in the report sorter", &[], &[], &Usual::default());
    for (text, tells) in [
        ("Reporting a vulnerability", false),
        ("Please report security issues to security@turing.example.", false),
        ("Sort columns of the security report", false),
        ("Report vulnerability in the sorter", true),
        ("Report security fix", true),
        ("Vulnerability of the report page", true),
    ] {
        assert_eq!(signs.told_in(&words(text), Scope::Prose).is_some(), tells, "{text}");
    }
}
