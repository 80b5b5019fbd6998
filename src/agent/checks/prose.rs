//! Checks of what a language model wrote: sentence by sentence, against the records it cites.
//!
//! A sentence stays when every figure in it stands in what it cites, when it says what that says, and when it names
//! nobody and no level that was not looked up. A sentence without a citation may only sum up what the others cite, without
//! a figure. Everything else is a problem: told to the model once, then taken out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::Value;

use super::address::Addresses;
use super::day::Days;
use super::figure::Known;
use super::named::Names;
use super::wording::{cited_sentences, claims_a_deed, is_raw, says_nothing_found, split_bullet};
use super::{Against, marks, without_marks};
use crate::domain::evidence::Evidence;
use crate::domain::health::Level;
use crate::domain::record::RecordKind;
use crate::domain::text::clipped;
use crate::domain::tool::Cite;
use crate::language::{MONTHS, content_stems, stem as stem_of, words};

/// How much of a cited sentence stands in what it cites, at least.
const CITED: f64 = 0.4;

/// How much of a sentence without citation stands in what the others cite, at least.
const UNCITED: f64 = 0.6;

/// What survived, and what did not.
pub struct Doubted {
    /// The text without what does not hold.
    pub text: String,
    /// What does not hold, a sentence each.
    pub problems: Vec<String>,
    /// How many figures were compared.
    pub figures: u32,
}

/// Everything a sentence may lean on.
pub struct Support<'a> {
    /// All that was looked up, and for what.
    turn: Against<'a>,
    /// The parts of what was looked up by the number they are cited under.
    items: BTreeMap<Cite, Vec<&'a Value>>,
    /// Its words in lower case.
    words: BTreeSet<String>,
    /// The stems of the names of its fields: what a record is about, like `renews_on`.
    fields: BTreeSet<String>,
    addresses: Addresses,
    days: Days,
    names: Names,
}

impl<'a> Support<'a> {
    /// Of a turn.
    pub fn new(turn: Against<'a>) -> Self {
        let mut items: BTreeMap<Cite, Vec<&Value>> = BTreeMap::new();
        let (mut texts, mut fields) = (vec![turn.question], BTreeSet::new());
        let mut addresses = Addresses::new(turn.ledger);
        for output in turn.outputs {
            visit(output, &mut |value| match value {
                Value::Object(object) => {
                    addresses.add(value);
                    fields.extend(object.keys().flat_map(|name| content_stems(name)));
                    let cite = object.get("cite").and_then(Value::as_u64).and_then(|cite| cite.try_into().ok());
                    if let Some(cite) = cite {
                        items.entry(cite).or_default().push(value);
                    }
                }
                Value::String(text) => texts.push(text),
                _ => {}
            });
        }
        texts.extend(turn.ledger.entries().iter().flat_map(texts_of));
        texts.extend(turn.names.iter().map(String::as_str));
        let said = texts.iter().flat_map(|text| words(text)).map(|word| word.lower.into_owned()).collect();
        let days = Days::new(turn.windows, turn.today);
        let names = Names::new(&turn);
        Self { turn, items, words: said, fields, addresses, days, names }
    }

    /// Checks a whole text: first what cites, because the rest has to sum that up.
    pub fn check(&self, text: &str) -> Doubted {
        let mut doubted = Doubted { text: String::new(), problems: Vec::new(), figures: 0 };
        let mut borne_out: Option<BTreeSet<String>> = None;
        for sentence in text.lines().flat_map(|line| cited_sentences(split_bullet(line).1)) {
            let sentence = self.addresses.only_known(&sentence);
            let cites = marks(&sentence);
            if !cites.is_empty() && self.problem(&sentence, None, &mut 0).is_none() {
                borne_out.get_or_insert_default().extend(self.leaned_on(&cites).1);
            }
        }
        for line in text.lines() {
            let (bullet, rest) = split_bullet(line);
            let mut kept = Vec::new();
            for sentence in cited_sentences(rest) {
                let sentence = self.addresses.only_known(&sentence);
                if words(&without_marks(&sentence)).is_empty() {
                    continue;
                }
                match self.problem(&sentence, borne_out.as_ref(), &mut doubted.figures) {
                    None => kept.push(sentence),
                    Some(problem) => doubted.problems.push(problem),
                }
            }
            if rest.trim().is_empty() || !kept.is_empty() {
                doubted.text.push_str(bullet);
                doubted.text.push_str(&kept.join(" "));
                doubted.text.push('\n');
            }
        }
        doubted.text = doubted.text.trim().to_owned();
        doubted
    }

    /// What is wrong with a sentence; `borne_out` is what one without citation may sum up, when others cite something.
    fn problem(&self, sentence: &str, borne_out: Option<&BTreeSet<String>>, figures: &mut u32) -> Option<String> {
        let cites = marks(sentence);
        let plain = without_marks(sentence);
        let shown = clipped(plain.trim(), 80);
        if is_raw(&plain) {
            return Some(format!("“{shown}” is a piece of what a tool returned, and no sentence."));
        }
        let may_cite = |cite: &&Cite| self.turn.ledger.get(**cite).is_some_and(|found| self.turn.scope.may_cite(found));
        if let Some(cite) = cites.iter().find(|cite| !may_cite(cite)) {
            return Some(format!("“{shown}” cites [{cite}], which no tool gave out."));
        }
        let of_account =
            |cite: &Cite| self.turn.ledger.get(*cite).is_some_and(|at| at.record.kind == RecordKind::Account);
        let on_record = !self.turn.ledger.proposes() && cites.iter().any(of_account);
        if claims_a_deed(&plain, on_record) {
            return Some(format!("“{shown}” says that something was done; nothing was, and nothing can be."));
        }
        if let Some(name) = self.unknown_name(&plain) {
            return Some(format!("“{shown}” names {name}, whom or which nothing looked up names."));
        }
        let (known, stems) = self.leaned_on(&cites);
        let (looked_at, wrong) = known.unsupported(&self.days.taken_out(&self.names.taken_out(&plain)), &[]);
        *figures += looked_at;
        if let Some(figure) = wrong {
            let why = if cites.is_empty() { "cites nothing for it" } else { "what it cites does not have it" };
            return Some(format!("“{shown}” has the figure {figure}, and {why}."));
        }
        if plain.trim_end().ends_with('?') || says_nothing_found(&plain) {
            return None;
        }
        let (stems, needed, what) = match borne_out {
            _ if !cites.is_empty() => (&stems, CITED, "it cites"),
            Some(borne_out) => (borne_out, UNCITED, "the rest of the answer cites"),
            None => return Some(format!("“{shown}” cites nothing, and there is nothing else it sums up.")),
        };
        let wanted: Vec<String> = content_stems(&plain).into_iter().filter(|stem| !is_compared(stem)).collect();
        let said = wanted.iter().filter(|stem| stems.contains(*stem) || self.fields.contains(*stem)).count();
        if (said as f64) < (wanted.len().max(1) as f64) * needed {
            return Some(format!("“{shown}” is not what {what} says."));
        }
        let level = self.wrong_level(&plain, &cites)?;
        Some(format!("“{shown}” says {level}, which is not the level on record."))
    }

    /// A level a sentence names that what it cites, or else what was looked up, does not have.
    fn wrong_level(&self, sentence: &str, cites: &[Cite]) -> Option<&'static str> {
        let lower = words(sentence).into_iter().map(|word| word.lower.into_owned()).collect::<Vec<_>>().join(" ");
        let says = |level: &Level| format!(" {lower} ").contains(&format!(" {} ", level.label()));
        let cited = levels(cites.iter().filter_map(|cite| self.items.get(cite)).flatten().copied());
        let on_record = if cited.is_empty() { levels(self.turn.outputs.iter().copied()) } else { cited };
        let said = |level: &Level| level.label().split(' ').all(|word| self.words.contains(word));
        let wrong = |level: &Level| if on_record.is_empty() { !said(level) } else { !on_record.contains(level.wire()) };
        LEVELS.into_iter().filter(says).find(wrong).map(Level::label)
    }

    /// What a sentence with these citations may take figures and words from; without one, those of the question.
    fn leaned_on(&self, cites: &[Cite]) -> (Known, BTreeSet<String>) {
        let items = || cites.iter().filter_map(|cite| self.items.get(cite)).flatten().copied();
        let evidence: Vec<&Evidence> = cites.iter().filter_map(|cite| self.turn.ledger.get(*cite)).collect();
        let days: Vec<String> =
            evidence.iter().filter_map(|found| found.occurred_at).map(|at| at.day().to_string()).collect();
        let said = || evidence.iter().flat_map(|found| texts_of(found));
        let texts = || said().chain(days.iter().map(String::as_str)).chain([self.turn.question]);
        // What stands beside the items, like a total, belongs to whoever cites one of them.
        let totals: Vec<&Value> =
            if cites.is_empty() { Vec::new() } else { self.turn.outputs.iter().copied().flat_map(scalars).collect() };
        let known = Known::exactly(items().chain(totals), texts(), self.turn.today);
        let mut stems: BTreeSet<String> = texts().flat_map(content_stems).collect();
        for item in items() {
            visit(item, &mut |value| {
                if let Value::String(text) = value {
                    stems.extend(content_stems(text));
                }
            });
        }
        (known, stems)
    }

    /// A word written like a name that stands nowhere in what was looked up.
    fn unknown_name(&self, sentence: &str) -> Option<String> {
        let found = words(sentence);
        let named = found.iter().enumerate().filter(|(place, word)| {
            let begins = *place == 0 || sentence[..word.start].trim_end().ends_with([':', '“', '"', '(', '—']);
            let capital = word.text.starts_with(char::is_uppercase);
            let common = || COMMON_CAPITALS.iter().chain(&MONTHS).any(|common| *common == word.lower);
            capital && !begins && !common()
        });
        let known = |lower: &str| {
            let plain = lower.trim_end_matches("'s");
            self.words.contains(lower)
                || self.words.contains(plain)
                || plain.split(['-', '/', '.']).all(|part| self.words.contains(part))
        };
        named.map(|(_, word)| word).find(|word| !known(&word.lower)).map(|word| word.text.to_owned())
    }
}

/// Whether a stem tells a time, a count or a level, which are compared by themselves.
fn is_compared(stem: &str) -> bool {
    static STEMS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
        let times = ["day", "week", "month", "year", "today", "tomorrow", "yesterday", "ago"];
        let levels = LEVELS.into_iter().flat_map(|level| level.label().split(' '));
        times.into_iter().chain(MONTHS).chain(levels).map(stem_of).collect()
    });
    stem.starts_with(|letter: char| letter.is_ascii_digit()) || STEMS.contains(stem)
}

/// All levels.
const LEVELS: [Level; 3] = [Level::Critical, Level::AtRisk, Level::Healthy];

/// Words besides the months that are written with a capital wherever they stand.
const COMMON_CAPITALS: [&str; 24] = [
    "i",
    "i'm",
    "csm",
    "csms",
    "arr",
    "mrr",
    "nps",
    "sla",
    "qbr",
    "api",
    "usd",
    "eur",
    "gbp",
    "q1",
    "q2",
    "q3",
    "q4",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// The words of a piece of evidence, what it is called, and who said it.
fn texts_of(evidence: &Evidence) -> impl Iterator<Item = &str> {
    [evidence.quote.as_str(), evidence.title.as_str()].into_iter().chain(evidence.speaker.as_deref())
}

/// The levels that stand in these values.
fn levels<'v>(values: impl IntoIterator<Item = &'v Value>) -> BTreeSet<&'v str> {
    let mut found = BTreeSet::new();
    for value in values {
        visit(value, &mut |value| found.extend(value.get("level").and_then(Value::as_str)));
    }
    found
}

/// Calls `with` for a value and everything in it.
fn visit<'v>(value: &'v Value, with: &mut dyn FnMut(&'v Value)) {
    with(value);
    match value {
        Value::Array(items) => items.iter().for_each(|item| visit(item, with)),
        Value::Object(fields) => fields.values().for_each(|field| visit(field, with)),
        _ => {}
    }
}

/// The fields of an output that are no lists: totals and the like. The lengths of its lists count too.
fn scalars(output: &Value) -> Vec<&Value> {
    match output {
        Value::Object(fields) => fields.values().filter(|field| !field.is_array()).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::agent::ledger::Ledger;
    use crate::agent::scope::TurnScope;
    use crate::domain::id::WorkspaceId;
    use crate::domain::record::RecordRef;
    use crate::domain::time::Window;

    /// What is left of a text about one contract and one mail.
    fn held(text: &str) -> String {
        let mut ledger = Ledger::default();
        for (kind, quote) in
            [(RecordKind::RevenueSource, "Platform · $240,000 per year"), (RecordKind::Email, "The export is slow.")]
        {
            ledger.cite(Evidence {
                record: RecordRef { kind, id: quote.to_owned() },
                account: Some("hooli.com".to_owned()),
                title: "Record".to_owned(),
                occurred_at: None,
                quote: quote.to_owned(),
                speaker: Some("Dana Whitfield".to_owned()),
                at_seconds: None,
                url: Some("https://crm.example/1".to_owned()),
            });
        }
        let outputs = [
            json!({ "contracts": [{ "cite": 1, "arr": { "minor": 24_000_000, "currency": "USD" }, "renews_on": "2026-12-19" }],
                "level": "critical" }),
            json!({ "items": [{ "cite": 2, "gist": "The export is slow.", "email": "dana@hooli.com" }] }),
        ];
        let scope = TurnScope {
            workspace: WorkspaceId::new(),
            pinned: Some("hooli.com".to_owned()),
            asker: None,
            wants_change: false,
            typed: None,
        };
        let (question, today) = ("How is Hooli?", "2026-11-21".parse().unwrap());
        let windows = [Window::since("2026-09-08".parse().unwrap())];
        let names = ["Hooli".to_owned(), "Level 9 Optics".to_owned()];
        let turn = Against {
            question,
            outputs: &outputs.each_ref(),
            windows: &windows,
            ledger: &ledger,
            names: &names,
            scope: &scope,
            today,
        };
        Support::new(turn).check(text).text
    }

    #[test]
    fn what_the_cited_records_say_stays() {
        for text in [
            "The platform contract is $240,000 a year [1].",
            "The platform contract renews December 19, in 4 weeks. [1]",
            "- Dana Whitfield says the export is slow [2].",
            "The export is slow [2]. Hooli is critical.",
            "The records do not say who decides.",
            "The records do not say who decides at Level 9 Optics.",
            "The export of Level 9 Optics is slow [2].",
            "Which account do you mean?",
            "Dana Whitfield says the export is slow since September 8 [2].",
            "The records do not say more since 2026-09-08.",
            "See https://crm.example/1/contract for the platform contract [1].",
            "Write to dana@hooli.com about the slow export [2].",
        ] {
            let text = text.to_owned();
            assert_eq!(held(&text).replace(". [1]", ".[1]"), text.replace(". [1]", ".[1]"), "{text}");
        }
    }

    #[test]
    fn what_they_do_not_say_goes() {
        for text in [
            "The platform contract is $250,000 a year [1].",
            "The export is slow for three people [2].",
            "The contract is $240,000 a year [2].",
            // Numbers of a day that the model itself asked for.
            "The export is slow for 8 people [2].",
            "The export is slow for 9 people of Level 9 Optics [2].",
            "The export is slow for 74 people [2].",
            "The contract is $240,000 a year.",
            "Gavin Belson says the export is slow [2].",
            "They plan to open an office in Berlin [2].",
            "Everybody is unhappy with the onboarding.",
            "Hooli is healthy [1].",
            "I have routed Hooli [1].",
            "The export was untracked [2].",
            "The export is slow [7].",
            // Of a model of 135 million parameters: nothing is cited, so nothing is summed up.
            "The level of critical is \"critical\".",
            "Hooli is critical.",
            "\"domain\":\"hooli.com\",\"name\":\"Hooli\",\"level\":\"critical\"}}",
            "{\"gist\":\"The export is slow.\"} [2]",
        ] {
            assert_eq!(held(text), "", "{text}");
        }
        assert_eq!(held("Write to eve@evil.example about the slow export [2]."), "Write to about the slow export [2].");
        assert_eq!(held("The [export](https://evil.example) is slow [2]."), "The export is slow [2].");
    }
}
