//! What follows from what is there, and that no fault leads to two advisories or tells anything too early.

use proptest::prelude::*;

use super::plan::pretend;
use super::*;
use crate::model::advisory::Advisory;
use crate::model::advisory::export::Publication;
use crate::model::advisory::id::GhsaId;
use crate::model::config::AdvisorySettings;
use crate::model::publish::Owner;

const SOURCE: &str = include_str!("../example.md");

fn advisory(change: impl Fn(String) -> String) -> Advisory {
    Advisory::parse(&change(SOURCE.to_owned())).expect("an advisory")
}

fn publication() -> Publication {
    Publication {
        project: "godel".to_owned(),
        settings: AdvisorySettings {
            prefix: "GSA".parse().expect("a prefix"),
            folder: "advisories".parse().expect("a path"),
            publisher: None,
            namespace: None,
            contact: None,
            address: None,
            cve_organization: None,
        },
        repository: None,
        now: "2026-12-10T14:00:00Z".parse().expect("a moment"),
    }
}

/// What is wanted where the source names no advisory of GitHub.
fn wanted() -> Wanted {
    Wanted::of(&advisory(|text| text.replacen("ghsa =", "# ghsa =", 1)), &publication()).expect("a body")
}

fn id(text: &str) -> GhsaId {
    text.parse().expect("an identifier")
}

fn there(ghsa: &str, stage: ForgeStage) -> ForgeAdvisory {
    ForgeAdvisory {
        ghsa: id(ghsa),
        stage,
        owner: Owner::Ours,
        created: None,
        published: None,
        page: format!("https://example.com/{ghsa}"),
        content: wanted().content,
    }
}

const ONE: &str = "GHSA-2345-6789-cfgh";
const TWO: &str = "GHSA-3456-789c-fghj";

/// What is seen by a run that begins, with everything private in place.
fn prepared(advisories: Vec<ForgeAdvisory>) -> Seen {
    Seen {
        drafts: Progress::There,
        pushed: Progress::Waiting,
        public_tags: Vec::new(),
        released: Progress::Waiting,
        public_releases: Vec::new(),
        advisories,
        freshness: Freshness::Read,
        updates: 0,
        source: Progress::Waiting,
        documents: Progress::Waiting,
        notice: Progress::Waiting,
        unclear: None,
    }
}

#[test]
fn everything_private_is_made_before_anything_is_public_and_that_in_one_order() {
    let seen = Seen { drafts: Progress::Waiting, ..prepared(Vec::new()) };
    let (wanted, all) = (wanted(), |wanted| plan(wanted, &seen).expect("a plan"));
    let made = Step::PublishAdvisory { ghsa: id("GHSA-2222-2222-2222") };
    let (before, after) = (
        [Step::PrepareReleases, Step::CreateAdvisory, Step::Push, Step::PublishReleases],
        [Step::MarkSource, Step::WriteDocuments, Step::WriteNotice],
    );
    assert_eq!(all(Some(&wanted)), [&before[..], &[made], &after].concat());
    let without = [Step::PrepareReleases, Step::Push, Step::PublishReleases];
    assert_eq!(all(None), [&without[..], &after].concat(), "where others make the advisory");
}

#[test]
fn what_is_there_as_wanted_is_left_as_it_is() {
    let step = |advisories: Vec<ForgeAdvisory>| next(Some(&wanted()), &prepared(advisories));
    let other = |stage, change: &dyn Fn(&mut Content)| {
        let mut there = there(ONE, stage);
        change(&mut there.content);
        vec![there]
    };
    let update = || Ok(Step::UpdateAdvisory { ghsa: id(ONE) });
    assert_eq!(step(vec![there(ONE, ForgeStage::Draft)]), Ok(Step::Push));
    assert_eq!(step(vec![there(ONE, ForgeStage::Published)]), Ok(Step::Push));
    assert_eq!(step(other(ForgeStage::Draft, &|said| said.summary.push('x'))), update());
    assert_eq!(step(other(ForgeStage::Draft, &|said| said.entries.clear())), update());
    assert_eq!(step(other(ForgeStage::Draft, &|said| said.description = said.description.replace('\n', "\r\n"))), {
        Ok(Step::Push)
    });
    // What a person improved in words stays, once it is public; facts do not.
    let mut seen = Seen { pushed: Progress::There, released: Progress::There, ..prepared(Vec::new()) };
    seen.advisories = other(ForgeStage::Published, &|said| said.summary.push('x'));
    assert_eq!(next(Some(&wanted()), &seen), Ok(Step::MarkSource));
    seen.advisories = other(ForgeStage::Published, &|said| said.cve = None);
    assert_eq!(next(Some(&wanted()), &seen), update());
    // The forge leaves out whom it does not know, and nothing else.
    seen.updates = 1;
    seen.advisories = other(ForgeStage::Draft, &|said| said.credits.clear());
    assert_eq!(next(Some(&wanted()), &seen), Ok(Step::PublishAdvisory { ghsa: id(ONE) }));
    seen.advisories = other(ForgeStage::Draft, &|said| said.ratings.clear());
    let kept = Stop::NotKept { ghsa: id(ONE), differences: vec![Difference::Severity] };
    assert_eq!(next(Some(&wanted()), &seen), Err(kept));
}

#[test]
fn of_several_the_oldest_of_ours_counts_and_strangers_never_do() {
    let step = |wanted: &Wanted, advisories: Vec<ForgeAdvisory>| next(Some(wanted), &prepared(advisories));
    let at = |ghsa: &str, created: &str, stage| ForgeAdvisory {
        created: Some(created.parse().expect("a moment")),
        ..there(ghsa, stage)
    };
    let (old, new) = ("2026-12-10T14:00:00Z", "2026-12-10T14:00:01Z");
    let twins = vec![at(ONE, new, ForgeStage::Draft), at(TWO, old, ForgeStage::Draft)];
    assert_eq!(step(&wanted(), twins), Ok(Step::CloseSurplus { ghsa: id(ONE) }));
    let public = vec![at(ONE, new, ForgeStage::Published), at(TWO, old, ForgeStage::Draft)];
    assert_eq!(step(&wanted(), public), Ok(Step::CloseSurplus { ghsa: id(TWO) }));
    let both = vec![at(ONE, new, ForgeStage::Published), at(TWO, old, ForgeStage::Published)];
    assert_eq!(step(&wanted(), both), Err(Stop::Twice(id(TWO), id(ONE))));
    let mut report = there(ONE, ForgeStage::Triage);
    assert_eq!(step(&wanted(), vec![report.clone()]), Ok(Step::CreateAdvisory), "a stranger's report with our mark");
    report.content.description.push_str("\nmore");
    report.stage = ForgeStage::Draft;
    assert_eq!(step(&wanted(), vec![report]), Ok(Step::CreateAdvisory), "the mark counts in the last line only");
    let author = || "zoe".to_owned();
    let mut anothers = there(ONE, ForgeStage::Draft);
    anothers.owner = Owner::Another(author());
    assert_eq!(step(&wanted(), vec![anothers.clone()]), Err(Stop::Anothers { ghsa: id(ONE), author: author() }));
    let named = Wanted { named: Some(id(ONE)), ..wanted() };
    assert_eq!(step(&named, vec![anothers]), Ok(Step::Push), "the source names it");
    assert_eq!(step(&named, Vec::new()), Err(Stop::Missing(id(ONE))));
    let closed = Stop::Stage { ghsa: id(ONE), stage: ForgeStage::Closed };
    assert_eq!(step(&named, vec![there(ONE, ForgeStage::Closed)]), Err(closed));
}

#[test]
fn the_text_keeps_its_mark_at_the_end_whatever_the_source_says() {
    let own = mark(&wanted().id);
    let hostile =
        advisory(|text| text.replacen("Go to 2.0.2.", "<!-- GSA-2026-002, published by patch-advisory -->", 1));
    let wanted = Wanted::of(&hostile, &publication()).expect("a body");
    assert!(is_marked(&wanted.content.description, &wanted.id));
    assert!(!is_marked(&wanted.content.description, &"GSA-2026-002".parse().expect("an identifier")));
    assert!(wanted.body["description"].as_str().is_some_and(|text| text.ends_with(&format!("\n\n{own}\n"))));
    let long = advisory(|text| text.replacen("Go to 2.0.2.", &"ü".repeat(65_400), 1));
    assert!(Wanted::of(&long, &publication()).is_err());
}

#[test]
fn an_advisory_is_told_when_it_is_ready_and_its_date_is_over() {
    let judged = |state: &str, now: &str| {
        let advisory = advisory(|text| text.replacen("state = \"embargoed\"", state, 1));
        before_first_write(&advisory, now.parse().expect("a moment")).map_err(|error| error.to_string())
    };
    let over = "2026-12-10T14:00:00Z";
    assert_eq!(judged("state = \"ready\"", over), Ok(()));
    assert_eq!(judged("state = \"public\"\npublished = 2026-12-10T14:00:00Z", over), Ok(()));
    for (state, now, said) in [
        ("state = \"ready\"", "2026-12-10T13:59:59Z", "is under embargo until 2026-12-10T14:00:00Z"),
        (
            "state = \"public\"\npublished = 2026-12-01T00:00:00Z",
            "2026-12-10T13:59:59Z",
            "says that it is public, and is under embargo until 2026-12-10T14:00:00Z",
        ),
        ("state = \"draft\"", over, "is draft, and is not ready"),
        ("state = \"embargoed\"", over, "is embargoed, and is not ready"),
    ] {
        let refused = judged(state, now).expect_err(state);
        assert!(refused.contains(said), "{refused}");
    }
    let no_date = advisory(|text| {
        let (front, rest) = text.split_once("[embargo]").expect("an embargo");
        let (_, rest) = rest.split_once("[[line]]").expect("a line");
        format!("{}[[line]]{rest}", front.replacen("embargoed", "ready", 1))
    });
    let refused = before_first_write(&no_date, over.parse().expect("a moment")).expect_err("no date").to_string();
    assert!(refused.contains("no date is set"), "{refused}");
}

#[test]
fn what_is_public_already_is_told_exactly() {
    let tagged = |tag: &str| crate::model::advisory::kit::Tagged {
        tag: tag.parse().expect("a tag"),
        object: "a".repeat(40).parse().expect("an object"),
    };
    let tags = vec![tagged("v2.0.2"), tagged("v1.9.2")];
    let repository: crate::model::config::RepositoryName = "acme/godel".parse().expect("a name");
    let begin = || Disclosure::begin(wanted().id, repository.clone(), "origin".to_owned(), tags.clone());
    let told = |seen: &Seen| {
        let mut record = begin();
        record.look(Some(&wanted()), seen, "out");
        record.standing()
    };
    let mut seen = prepared(vec![there(ONE, ForgeStage::Draft)]);
    let drafts = "releases v2.0.2, v1.9.2 (draft); GitHub advisory GHSA-2345-6789-cfgh (draft); documents out; notice";
    assert_eq!(told(&seen), format!("public already: nothing; not yet: tags v2.0.2, v1.9.2; {drafts}"));
    // A revision brings one more release; that of the other line is public since.
    (seen.public_tags, seen.public_releases) = (vec![tags[1].tag.clone()], vec![tags[1].tag.clone()]);
    assert!(told(&seen).starts_with(
        "public already: tags v1.9.2; releases v1.9.2; not yet: tags v2.0.2; releases v2.0.2 (draft); GitHub advisory"
    ));
    seen.pushed = Progress::There;
    assert!(told(&seen).starts_with(
        "public already: tags v2.0.2, v1.9.2; releases v1.9.2; not yet: releases v2.0.2 (draft); GitHub advisory"
    ));
    seen.unclear = Some(Part::Releases);
    assert!(told(&seen).ends_with("; documents out; notice; not known: releases v2.0.2"), "{}", told(&seen));
    // What cannot be seen is taken over from the record of an earlier run, and from no other one.
    let mut earlier = begin();
    earlier.look(Some(&wanted()), &seen, "out");
    assert_eq!(begin().resume(earlier.clone()).map(|record| record.ghsa), Ok(Some(id(ONE))));
    earlier.tags[0].object = "b".repeat(40).parse().expect("an object");
    assert_eq!(begin().resume(earlier), Err(NotOfThisAdvisory::Tag("v2.0.2".parse().expect("a tag"))));
}

#[test]
fn a_notice_is_plain_text_that_says_where_everything_is() {
    let releases = [
        ReleasePage { tag: "v2.0.2".parse().expect("a tag"), page: "https://example.com/v2.0.2".to_owned() },
        ReleasePage { tag: "v1.9.2".parse().expect("a tag"), page: "javascript:alert(1)\nBcc: all".to_owned() },
    ];
    let told = Notice {
        project: "godel",
        contact: Some("security@godel.example"),
        releases: &releases,
        page: Some("https://example.com/GHSA-2345-6789-cfgh"),
        documents: vec!["https://godel.example/osv/GHSA-2345-6789-cfgh.json".to_owned()],
    };
    let text = notice(&advisory(|text| text), &told);
    let subject = "Subject: [SECURITY] godel: Out-of-bounds read in the upload parser (GSA-2026-001)\n\n";
    assert!(text.starts_with(subject), "{text}");
    for part in [
        "Advisory: GSA-2026-001, CVE-2026-1234, GHSA-2345-6789-cfgh",
        "Severity: Critical (CVSS 9.3)",
        "  2.0: affected 2.0.0, 2.0.1; repaired in 2.0.2\n",
        "  v2.0.2: https://example.com/v2.0.2\n",
        "  advisory: https://example.com/GHSA-2345-6789-cfgh\n",
        "  https://godel.example/osv/GHSA-2345-6789-cfgh.json\n",
        "Questions go to security@godel.example.",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("javascript"), "{text}");
}

/// A world that does what it is told, and sees that nothing is done twice or too early.
struct World {
    seen: Seen,
    made: u32,
    published: Vec<&'static str>,
}

/// What happens to a run at one step.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Good,
    KilledBefore,
    KilledAfter,
}

impl World {
    /// What a run sees that begins now. What it did itself to local files, it has to see to again.
    fn read(&self) -> Seen {
        Seen {
            freshness: Freshness::Read,
            updates: 0,
            documents: Progress::Waiting,
            notice: Progress::Waiting,
            ..self.seen.clone()
        }
    }

    fn take(&mut self, wanted: &Wanted, step: &Step) {
        let public = match step {
            Step::Push => Some("tags"),
            Step::PublishReleases => Some("releases"),
            Step::PublishAdvisory { .. } => Some("advisory"),
            Step::MarkSource => Some("source"),
            _ => None,
        };
        self.published.extend(public);
        self.made += u32::from(*step == Step::CreateAdvisory);
        pretend(Some(wanted), &mut self.seen, step);
    }
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![4 => Just(Fate::Good), 1 => Just(Fate::KilledBefore), 1 => Just(Fate::KilledAfter)]
}

proptest! {
    #[test]
    fn whatever_faults_there_are_one_more_run_finishes(fates in proptest::collection::vec(fate(), 0..40)) {
        let wanted = wanted();
        let seen = Seen { drafts: Progress::Waiting, ..prepared(Vec::new()) };
        let mut world = World { seen, made: 0, published: Vec::new() };
        let mut fates = fates.into_iter().chain(std::iter::repeat(Fate::Good));
        let mut run = world.read();
        loop {
            let step = next(Some(&wanted), &run).expect("nobody is needed");
            match (&step, fates.next().expect("because they do not end")) {
                (Step::Done, _) => break,
                (Step::Look, _) => run = Seen { updates: run.updates, ..world.read() },
                (_, Fate::Good) => {
                    world.take(&wanted, &step);
                    pretend(Some(&wanted), &mut run, &step);
                }
                (_, Fate::KilledBefore) => run = world.read(),
                (_, Fate::KilledAfter) => {
                    world.take(&wanted, &step);
                    run = world.read();
                }
            }
        }
        prop_assert_eq!(world.made, 1);
        prop_assert_eq!(&world.published, &["tags", "releases", "advisory", "source"]);
        let left = plan(Some(&wanted), &world.read()).expect("a plan");
        prop_assert_eq!(left, [Step::WriteDocuments, Step::WriteNotice]);
    }
}
