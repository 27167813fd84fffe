//! The words of a text, in the form in which they are compared.

use icu_normalizer::DecomposingNormalizer;

use super::encoded::decoded;
use super::letters::runs_on;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Its stem.
    pub(super) stem: String,
    /// The word itself, in small letters.
    pub(super) whole: String,
}

impl Word {
    fn of(whole: String) -> Self {
        Self { stem: stem(&whole), whole }
    }
}

/// Returns the words of a text. A name such as `readUploads2` is taken apart, a word with digits for letters (`upl0ad`) is read as the
/// word.
pub(super) fn words(text: &str) -> Vec<Word> {
    words_of_plain(&plain(text))
}

/// The same of a text that is in its plain letters already.
pub(super) fn words_of_plain(plain: &str) -> Vec<Word> {
    let runs = plain.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty());
    let mut words = Vec::new();
    for run in runs {
        match unmasked(run) {
            Some(word) => words.push(Word::of(word)),
            None => humps(run).into_iter().for_each(|part| words.push(Word::of(part.to_lowercase()))),
        }
    }
    words
}

/// Brings a text into the letters that a reader takes it for: compatible characters as one (Unicode Standard Annex 15, NFKD), letters of
/// other scripts that look like Latin ones as those (Unicode Technical Standard 39, confusables.txt, the letters that look the same in
/// common typefaces), without accents and what has no width, and with what is encoded decoded.
pub(super) fn plain(text: &str) -> String {
    let decoded = decoded(text);
    // No letter of ASCII looks like another one.
    if decoded.is_ascii() {
        return decoded.into_owned();
    }
    let normal = DecomposingNormalizer::new_nfkd();
    let shown = |c: &char| {
        !matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{300}'..='\u{36f}' | '\u{3099}' | '\u{309a}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
    };
    normal.normalize_iter(decoded.chars()).filter(shown).map(latin).collect()
}

/// Returns the Latin letter for which a reader takes a letter.
fn latin(c: char) -> char {
    const ALIKE: &[(char, &str)] = &[
        ('A', "АΑ"),
        ('B', "ВΒ"),
        ('C', "СϹ"),
        ('E', "ЕΕ"),
        ('G', "Ԍ"),
        ('H', "НΗ"),
        ('I', "ІΙӀ"),
        ('J', "Ј"),
        ('K', "КΚ"),
        ('M', "МΜ"),
        ('N', "Ν"),
        ('O', "ОΟ"),
        ('P', "РΡ"),
        ('S', "Ѕ"),
        ('T', "ТΤ"),
        ('V', "Ѵ"),
        ('X', "ХΧ"),
        ('Y', "УΥ"),
        ('Z', "Ζ"),
        ('a', "аα"),
        ('c', "сϲ"),
        ('d', "ԁ"),
        ('e', "е"),
        ('g', "ɡ"),
        ('h', "һ"),
        ('i', "іıι"),
        ('j', "ј"),
        ('o', "оο"),
        ('p', "рρ"),
        ('q', "ԛ"),
        ('s', "ѕ"),
        ('u', "υ"),
        ('v', "ѵν"),
        ('w', "ԝ"),
        ('x', "хχ"),
        ('y', "уү"),
    ];
    if c.is_ascii() {
        return c;
    }
    let is_alike = || ALIKE.iter().find(|(_, alike)| alike.contains(c)).map(|(letter, _)| *letter);
    digit(c).or_else(is_alike).unwrap_or(c)
}

/// Reads a digit of another script: ten in a row, from zero on (Unicode Character Database, `Nd`; those of the scripts in everyday use).
fn digit(c: char) -> Option<char> {
    const ZEROS: &[u32] = &[
        0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
        0x1040, 0x17e0, 0x1810,
    ];
    let code = u32::from(c);
    let zero = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code))?;
    char::from_digit(code - zero, 10)
}

/// Reads digits and signs that stand for letters. `None`: it is a plain word, a number, or the name of a commit.
fn unmasked(run: &str) -> Option<String> {
    let letters = run.chars().filter(|c| c.is_alphabetic()).count();
    let is_hex = run.len() >= 7 && run.bytes().all(|byte| byte.is_ascii_hexdigit());
    let within = run.char_indices().any(|(at, c)| {
        let before = run[..at].chars().next_back().is_some_and(char::is_alphabetic);
        let after = run[at + c.len_utf8()..].chars().next().is_some_and(char::is_alphabetic);
        letter_of(c) != c && after && (before || at == 0)
    });
    (letters >= 2 && !is_hex && within).then(|| run.to_lowercase().chars().map(letter_of).collect())
}

/// Returns the letter that a digit may stand for.
const fn letter_of(c: char) -> char {
    match c {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        other => other,
    }
}

/// Takes a run of letters and digits apart where a small letter meets a capital, letters meet digits, and a script meets one that sets no spaces. `DoS`, `CVEs` and `SQLi` stay whole.
fn humps(run: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let signs: Vec<(usize, char)> = run.char_indices().collect();
    let mut from = 0;
    for pair in 1..signs.len() {
        let ((_, before), (at, c)) = (signs[pair - 1], signs[pair]);
        let rest = &run[at + c.len_utf8()..];
        let small = rest.find(|c: char| !c.is_lowercase()).map_or(rest, |end| &rest[..end]);
        let next_is_small = !small.is_empty() && !matches!(small, "s" | "i");
        let rises = c.is_uppercase()
            && ((before.is_lowercase() && !rest.is_empty()) || (before.is_uppercase() && next_is_small));
        if rises || before.is_numeric() != c.is_numeric() || runs_on(before) != runs_on(c) {
            parts.push(&run[from..at]);
            from = at;
        }
    }
    parts.push(&run[from..]);
    parts
}

/// Endings that are taken off, the longest first, where four letters or more stay.
const ENDINGS: &[&str] = &[
    "izations", "ization", "ations", "ation", "ators", "ating", "ator", "ates", "ated", "ments", "ings", "ment",
    "ions", "ally", "ness", "ate", "ing", "ers", "ors", "ion", "ies", "als", "ed", "er", "or", "es", "al", "ly", "s",
    "e", "y",
];

/// Takes the ending off an English word, lightly: forms of one word become one, and seldom those of two.
pub(super) fn stem(word: &str) -> String {
    let kept = |ending: &&str| word.strip_suffix(*ending).filter(|rest| rest.len() >= 3 && is_enough(rest, ending));
    let rest = ENDINGS.iter().find_map(kept).unwrap_or(word);
    let last = rest.chars().next_back();
    let twice = last.is_some_and(|c| rest.ends_with(&format!("{c}{c}")) && !matches!(c, 'l' | 's' | 'o' | 'e'));
    match (twice, last) {
        (true, Some(c)) if rest.len() > 3 => rest[..rest.len() - c.len_utf8()].to_owned(),
        _ => rest.to_owned(),
    }
}

fn is_enough(rest: &str, ending: &str) -> bool {
    match ending {
        // A vowel goes before it in 'relay' and 'key', of which it is no ending.
        "y" => rest.len() >= 4 && !rest.ends_with(['a', 'e', 'o', 'u']),
        "s" => !rest.ends_with(['s', 'u', 'i']) && !rest.ends_with("ia"),
        _ => rest.len() >= 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_have_one_stem() {
        for group in [
            &["parse", "parses", "parser", "parsers", "parsing", "parsed"][..],
            &["upload", "uploads", "uploaded", "uploading", "uploader"],
            &["traversal", "traverse", "traversals", "traversing"],
            &["authentication", "authenticate", "authenticated", "authenticating"],
            &["extract", "extraction", "extracted", "extracting", "extracts"],
            &["delivery", "deliveries"],
            &["alias", "aliases"],
            &["stored", "store"],
            &["bypass", "bypasses", "bypassed"],
            &["signature", "signatures"],
            &["map", "maps"],
            &["relay", "relays", "relayed", "relaying"],
            &["replay", "replays", "replayed"],
            &["array", "arrays"],
            &["deploy", "deploys", "deployed", "deployment"],
            &["proxy", "proxies"],
        ] {
            let stems: Vec<String> = group.iter().map(|word| stem(word)).collect();
            assert!(stems.windows(2).all(|pair| pair[0] == pair[1]), "{stems:?}");
        }
        assert_ne!(stem("session"), stem("sense"));
        assert_ne!(stem("path"), stem("patch"));
    }

    #[test]
    fn a_text_is_taken_apart_into_what_a_reader_sees() {
        let wholes = |text: &str| words(text).into_iter().map(|word| word.whole).collect::<Vec<_>>();
        assert_eq!(wholes("testOOBRead_in-Upload2"), ["test", "oob", "read", "in", "upload", "2"]);
        assert_eq!(wholes("DoS CVEs HTTPServer"), ["dos", "cves", "http", "server"]);
        assert_eq!(
            wholes("fix-SQLi XSSi SQLiFix ZipSlip ReDoS"),
            ["fix", "sqli", "xssi", "sqli", "fix", "zip", "slip", "re", "dos"]
        );
        assert_eq!(wholes("IDORs SSRFs RCEs XXE IDs"), ["idors", "ssrfs", "rces", "xxe", "ids"]);
        assert_eq!(wholes("upl0ad p4rser"), ["upload", "parser"]);
        assert_eq!(wholes("\u{ff23}VE%2D2026"), ["cve", "2026"]);
        assert_eq!(wholes("v2 4be07f1c2a"), ["v", "2", "4", "be", "07", "f", "1", "c", "2", "a"]);
        assert_eq!(plain("\u{421}V\u{415}-1 \u{200b}caf\u{e9}"), "CVE-1 cafe");
        assert_eq!(plain("100% of %zz"), "100% of %zz");
        let ascii: String = (0..128_u8).map(char::from).collect();
        let normal: String = DecomposingNormalizer::new_nfkd().normalize_iter(ascii.chars()).map(latin).collect();
        assert_eq!((plain(&ascii), normal), (ascii.clone(), ascii));
    }
}
