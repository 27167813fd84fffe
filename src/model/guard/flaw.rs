//! Sorts of flaws, by the words people use for them and by their numbers in the Common Weakness Enumeration, and the words that tell of a
//! flaw of whatever sort.

use std::collections::BTreeMap;

use super::words::{Word, words};

/// How much a phrase or a word tells, in quarters of a word of a title that is seldom used.
pub(super) type Worth = u32;

/// Says openly that there is a flaw.
const OPEN: Worth = 6;
/// Names a sort of flaws.
pub(super) const PLAIN: Worth = 4;
/// Has other meanings too.
pub(super) const VAGUE: Worth = 2;
/// Says what words near it are about, and nothing else.
pub(super) const EXPLAINED: Worth = 0;

/// A sort of flaws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sort(usize);

/// What is known of a sort.
struct Known {
    /// Its members in the Common Weakness Enumeration, version 4.
    cwes: &'static [&'static str],
    /// Phrases that are used for nothing else.
    plain: &'static [&'static str],
    /// Phrases that are used for other things too.
    vague: &'static [&'static str],
}

const SORTS: &[Known] = &[
    Known {
        cwes: &[
            "CWE-119", "CWE-120", "CWE-121", "CWE-122", "CWE-125", "CWE-126", "CWE-127", "CWE-129", "CWE-787",
            "CWE-788",
        ],
        plain: &[
            "out of bounds",
            "out of bound",
            "outofbounds",
            "oob",
            "over read",
            "overread",
            "over write",
            "buffer overflow",
            "buffer overrun",
            "heap overflow",
            "stack overflow",
            "past the end",
            "past its buffer",
            "past the buffer",
            "beyond the end",
            "beyond the buffer",
            "beyond its buffer",
            "memory corruption",
            "memory safety",
            "heap corruption",
        ],
        vague: &["bounds", "overflow", "overrun", "buffer", "too far", "length check", "segfault", "crash"],
    },
    Known {
        cwes: &["CWE-415", "CWE-416"],
        plain: &["use after free", "uaf", "double free", "dangling pointer", "memory corruption"],
        vague: &["freed", "dangling", "lifetime", "crash"],
    },
    Known {
        cwes: &["CWE-190", "CWE-191"],
        plain: &["integer overflow", "integer underflow", "wrap around", "wraparound"],
        vague: &["overflow", "underflow", "checked arithmetic"],
    },
    Known {
        cwes: &["CWE-79", "CWE-80"],
        plain: &["xss", "cross site scripting", "script injection", "html injection"],
        vague: &["escape", "unescaped", "sanitize", "sanitise", "script", "inject", "markup"],
    },
    Known {
        cwes: &["CWE-22", "CWE-23", "CWE-24", "CWE-36", "CWE-59", "CWE-73"],
        plain: &[
            "path traversal",
            "directory traversal",
            "traversal",
            "zip slip",
            "zipslip",
            "dot dot",
            "path escape",
            "arbitrary file",
            "outside the directory",
        ],
        vague: &["escape", "leave the directory", "canonical path", "symlink"],
    },
    Known {
        cwes: &[
            "CWE-400", "CWE-407", "CWE-409", "CWE-674", "CWE-730", "CWE-770", "CWE-776", "CWE-789", "CWE-834",
            "CWE-835", "CWE-1333",
        ],
        plain: &[
            "denial of service",
            "dos",
            "ddos",
            "redos",
            "re dos",
            "billion laughs",
            "zip bomb",
            "decompression bomb",
            "resource exhaustion",
            "exhaust memory",
            "exhaust the memory",
            "catastrophic backtracking",
        ],
        vague: &["exhaust", "quadratic", "exponential", "hang", "expansion", "out of memory", "recursion"],
    },
    Known {
        cwes: &[
            "CWE-284", "CWE-285", "CWE-287", "CWE-288", "CWE-290", "CWE-303", "CWE-306", "CWE-345", "CWE-347",
            "CWE-639", "CWE-862", "CWE-863",
        ],
        plain: &[
            "auth bypass",
            "authentication bypass",
            "authorization bypass",
            "bypass auth",
            "bypass authentication",
            "bypass the authentication",
            "bypass authorization",
            "access control",
            "missing authorization",
            "idor",
        ],
        vague: &[
            "bypass",
            "authentication",
            "authentic",
            "auth",
            "authorization",
            "unauthenticated",
            "impersonate",
            "forged",
        ],
    },
    Known {
        cwes: &["CWE-89", "CWE-564"],
        plain: &["sql injection", "sqli"],
        vague: &["inject", "escape", "parameterized"],
    },
    Known {
        cwes: &["CWE-74", "CWE-77", "CWE-78", "CWE-94", "CWE-95", "CWE-502", "CWE-917", "CWE-1336"],
        plain: &[
            "rce",
            "remote code execution",
            "command injection",
            "code injection",
            "shell injection",
            "template injection",
            "arbitrary code",
            "arbitrary command",
            "insecure deserialization",
        ],
        vague: &["inject", "deserialize", "eval", "quoting"],
    },
    Known {
        cwes: &["CWE-918"],
        plain: &["ssrf", "server side request forgery"],
        vague: &["forgery", "internal address", "loopback"],
    },
    Known {
        cwes: &["CWE-352"],
        plain: &["csrf", "xsrf", "cross site request forgery"],
        vague: &["forgery", "same site"],
    },
    Known {
        cwes: &["CWE-200", "CWE-201", "CWE-203", "CWE-208", "CWE-209", "CWE-312", "CWE-319", "CWE-532"],
        plain: &["information disclosure", "information leak", "timing attack", "side channel", "data exposure"],
        vague: &["disclose", "leak", "expose", "constant time"],
    },
    Known {
        cwes: &["CWE-250", "CWE-266", "CWE-269"],
        plain: &["privilege escalation", "escalation of privilege", "elevation of privilege"],
        vague: &["privilege", "escalate", "sudo"],
    },
    Known { cwes: &["CWE-1321"], plain: &["prototype pollution"], vague: &["proto", "pollute"] },
    Known {
        cwes: &["CWE-601", "CWE-611", "CWE-444", "CWE-113"],
        plain: &["open redirect", "xxe", "external entity", "request smuggling", "response splitting"],
        vague: &["redirect", "entity", "smuggle"],
    },
];

/// Short names of sorts that stand for nothing else.
const SHORT: &[&str] = &["xss", "rce", "csrf", "xsrf", "ssrf", "xxe", "sqli"];

/// Words that tell of a flaw, whatever it is.
const TELLING: &[&str] = &[
    "vulnerability",
    "vulnerable",
    "exploit",
    "exploitable",
    "zero day",
    "0day",
    "attacker",
    "malicious",
    "proof of concept",
    "bug bounty",
    "responsible disclosure",
    "coordinated disclosure",
    "embargo",
    "security fix",
    "security issue",
    "security bug",
    "security hole",
    "security flaw",
    "security problem",
    "security patch",
    "security advisory",
    "cve",
    "ghsa",
    "hackerone",
];

/// Words that may tell of one.
const HINTING: &[&str] =
    &["security", "secure", "insecure", "crafted", "untrusted", "hardening", "unsafe", "attack", "advisory", "poc"];

/// Names of flaws and of what they lead to that are used for nothing else, whatever the sort: who repairs a flaw may call it by its effect.
const ANYWHERE: &str = "out of bounds,oob,memory corruption,heap corruption,heap smash,stack smash,buffer overflow,buffer overrun,\
    heap overflow,use after free,uaf,double free,type confusion,xss,xssi,cross site scripting,script injection,html injection,\
    path traversal,directory traversal,zip slip,zipslip,arbitrary file,denial of service,redos,auth bypass,authentication bypass,\
    authorization bypass,idor,unauthorized access,account takeover,take over account,sql injection,sqli,rce,code execution,\
    command injection,code injection,shell injection,template injection,arbitrary code,arbitrary command,insecure deserialization,ssrf,\
    request forgery,csrf,xsrf,xxe,information disclosure,information leak,info leak,data leak,privilege escalation,\
    escalation of privilege,elevation of privilege,escalate privilege,privesc,open redirect,request smuggling,prototype pollution,\
    sandbox escape";

/// Names of flaws that are used for other things too, and words for how they are found.
const PERHAPS: &str = "dos,ddos,stack overflow,integer overflow,integer underflow,null pointer,asan,ubsan,msan,address sanitizer,\
    oss fuzz,hijack,undefined behaviour,undefined behavior";

/// Phrases that explain words of flaws near them: nothing of the product has the flaw.
const EXPLAINING: &str = "css,stylesheet,small screen,in test,in the test";

/// Returns the sorts that a title and the weaknesses of an advisory tell of.
pub(super) fn sorts(title: &[Word], cwes: &[String]) -> Vec<Sort> {
    let told = |known: &Known| {
        let numbered = known.cwes.iter().any(|cwe| cwes.iter().any(|own| own == cwe));
        numbered || !Phrases::of(named(known)).places(title).is_empty()
    };
    (0..SORTS.len()).filter(|at| told(&SORTS[*at])).map(Sort).collect()
}

/// Phrases to look for, by the stem of their first word.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Phrases(BTreeMap<String, Vec<(Vec<String>, Worth)>>);

/// Where a phrase stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Found {
    /// Its first word, counted from the first of the text.
    pub(super) at: usize,
    /// How many words it has.
    pub(super) words: usize,
    /// How much it tells.
    pub(super) worth: Worth,
}

impl Phrases {
    /// Returns all that tell of some sorts of flaws, of some weaknesses, or of a flaw at all, and what explains them.
    pub(super) fn telling(sorts: &[Sort], cwes: &[String]) -> Self {
        let known = sorts.iter().map(|sort| &SORTS[sort.0]);
        let of_sorts = known.flat_map(|known| named(known).chain(worth(known.vague, VAGUE)));
        let numbers = cwes.iter().map(|cwe| (cwe.as_str(), PLAIN));
        let listed = [(ANYWHERE, PLAIN), (PERHAPS, VAGUE), (EXPLAINING, EXPLAINED)];
        let listed = listed.into_iter().flat_map(|(list, worth)| list.split(',').map(move |name| (name, worth)));
        Self::of(of_sorts.chain(numbers).chain(worth(TELLING, OPEN)).chain(worth(HINTING, VAGUE)).chain(listed))
    }

    /// Returns those that name some sorts of flaws, without the vague ones.
    pub(super) fn naming(sorts: &[Sort]) -> Self {
        Self::of(sorts.iter().flat_map(|sort| named(&SORTS[sort.0])))
    }

    /// Returns what says as much as a title that names sorts of flaws and nothing else: its own phrases, the numbers of the sorts, and their
    /// short names. Their other names have meanings of every day too, as have parts of a phrase.
    pub(super) fn alone(sorts: &[Sort], title: &[Word]) -> Self {
        let places = Self::naming(sorts).places(title);
        let is_part = |one: &&Found| {
            let holds = |all: &Found| all.at <= one.at && one.at + one.words <= all.at + all.words;
            places.iter().any(|all| all.words > one.words && holds(all))
        };
        let text = |one: &Found| {
            title[one.at..one.at + one.words].iter().map(|word| word.whole.as_str()).collect::<Vec<_>>().join(" ")
        };
        let own: Vec<String> = places.iter().filter(|one| !is_part(one)).map(text).collect();
        let known = sorts.iter().map(|sort| &SORTS[sort.0]);
        let short = known.flat_map(|known| {
            known.cwes.iter().chain(known.plain.iter().filter(|name| SHORT.contains(name))).map(|name| (*name, PLAIN))
        });
        Self::of(own.iter().map(|phrase| (phrase.as_str(), PLAIN)).chain(short))
    }

    /// Returns one word.
    pub(super) fn word(word: &Word) -> Self {
        Self::of([(word.whole.as_str(), PLAIN)])
    }

    fn of<'p>(phrases: impl IntoIterator<Item = (&'p str, Worth)>) -> Self {
        let mut by_first: BTreeMap<String, Vec<(Vec<String>, Worth)>> = BTreeMap::new();
        for (phrase, worth) in phrases {
            let mut stems = words(phrase).into_iter().map(|word| word.stem);
            if let Some(first) = stems.next() {
                by_first.entry(first).or_default().push((stems.collect(), worth));
            }
        }
        Self(by_first)
    }

    /// Returns the stems of the first words of those that tell.
    pub(super) fn beginnings(&self) -> impl Iterator<Item = &str> {
        let telling = self.0.iter().filter(|(_, all)| all.iter().any(|(_, worth)| *worth > EXPLAINED));
        telling.map(|(first, _)| first.as_str())
    }

    /// Returns where they stand in a text.
    pub(super) fn places(&self, text: &[Word]) -> Vec<Found> {
        let mut found = Vec::new();
        for (at, word) in text.iter().enumerate() {
            for (rest, worth) in self.0.get(&word.stem).into_iter().flatten() {
                let here = text.get(at + 1..at + 1 + rest.len());
                if here.is_some_and(|here| here.iter().zip(rest).all(|(word, stem)| word.stem == *stem)) {
                    found.push(Found { at, words: rest.len() + 1, worth: *worth });
                }
            }
        }
        found
    }
}

/// Returns what is used for nothing but a sort: its names, and the numbers of its weaknesses.
fn named<'p>(known: &Known) -> impl Iterator<Item = (&'p str, Worth)> {
    worth(known.plain, PLAIN).chain(worth(known.cwes, PLAIN))
}

fn worth<'p>(phrases: &'static [&'static str], worth: Worth) -> impl Iterator<Item = (&'p str, Worth)> {
    phrases.iter().map(move |phrase| (*phrase, worth))
}
