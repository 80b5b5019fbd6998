//! The directory: who the accounts and people of a workspace are, and which of them a text mentions.

use std::collections::{BTreeMap, HashMap};

use super::names::typed;
use crate::domain::account::Section;
use crate::domain::activity::Side;
use crate::domain::tool::account::{AccountBrief, AccountMention, FoundAccounts, Person, PersonMention};
use crate::language;
use crate::model::analyst::is_everyday_word;

/// Words that end a company's name without telling it apart.
const LEGAL_FORMS: [&str; 16] = [
    "inc",
    "ltd",
    "llc",
    "corp",
    "corporation",
    "co",
    "company",
    "gmbh",
    "ag",
    "plc",
    "sa",
    "bv",
    "group",
    "limited",
    "holdings",
    "the",
];

/// Most words a name can have to be found in a text.
const LONGEST: usize = 6;

/// How well a text names an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    /// By the first words of its name.
    Opening,
    /// By its name without legal form, or its domain without ending.
    Short,
    /// By its full name, domain or an alias.
    Full,
}

/// An account as the directory knows it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// In a line.
    pub brief: AccountBrief,
    /// Other names.
    pub aliases: Vec<String>,
}

/// Accounts and people of a workspace.
#[derive(Debug, Default)]
pub struct Directory {
    accounts: Vec<Listed>,
    people: Vec<Person>,
    names: HashMap<String, Vec<(usize, Strength)>>,
    persons: HashMap<String, Vec<usize>>,
}

struct Piece {
    lower: String,
    start: usize,
    end: usize,
    capital: bool,
}

/// The runs of letters and digits of a text.
fn pieces(text: &str) -> Vec<Piece> {
    let mut found: Vec<Piece> = Vec::new();
    let mut start = None;
    for (at, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        match (letter.is_alphanumeric() || language::is_mark(letter), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                let word = &text[from..at];
                found.push(Piece {
                    lower: language::folded(word),
                    start: from,
                    end: at,
                    capital: word.starts_with(char::is_uppercase),
                });
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// The words of a person's name with their accents: who has no such letters types them in several ways.
fn letters(name: &str) -> Vec<String> {
    let name = language::composed(name).to_lowercase();
    name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn key(text: &str) -> Vec<String> {
    pieces(text).into_iter().map(|piece| piece.lower).collect()
}

impl Directory {
    /// Bytes of memory it takes, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        const ENTRY: usize = 512;
        (self.accounts.len() + self.people.len() + self.names.len() + self.persons.len()) * ENTRY
    }

    /// A directory of these accounts and people.
    #[must_use]
    pub fn new(accounts: Vec<Listed>, people: Vec<Person>) -> Self {
        let mut directory = Self { accounts, people, ..Self::default() };
        for index in 0..directory.accounts.len() {
            for (name, strength) in names_of(&directory.accounts[index]) {
                let entry = directory.names.entry(name).or_default();
                match entry.iter_mut().find(|(known, _)| *known == index) {
                    Some((_, best)) => *best = strength.max(*best),
                    None => entry.push((index, strength)),
                }
            }
        }
        for (index, person) in directory.people.iter().enumerate() {
            let parts = letters(&person.name);
            let mut names = vec![parts.join(" ")];
            names.extend(parts.first().cloned());
            names.extend(parts.last().cloned());
            // Of two Sarahs: "Sarah O".
            if let [first, .., last] = parts.as_slice() {
                names.extend(last.chars().next().map(|initial| format!("{first} {initial}")));
            }
            names.extend(person.email.as_deref().map(|email| key(email).join(" ")));
            names.sort_unstable();
            names.dedup();
            for name in names.iter().flat_map(|name| typed(name)).filter(|name| name.chars().count() >= 2) {
                directory.persons.entry(name).or_default().push(index);
            }
        }
        directory
    }

    /// The account with this domain.
    #[must_use]
    pub fn account(&self, domain: &str) -> Option<&AccountBrief> {
        self.accounts.iter().map(|listed| &listed.brief).find(|brief| brief.domain == domain)
    }

    /// Accounts with a word of their name, or a domain, that begins with what was typed; by name.
    #[must_use]
    pub fn beginning(&self, typed: &str, most: usize) -> Vec<AccountBrief> {
        let typed = language::folded(typed.trim());
        let fits = |listed: &&Listed| {
            let name = language::folded(&listed.brief.name);
            listed.brief.domain.starts_with(&typed)
                || name.starts_with(&typed)
                || name.split(|letter: char| !letter.is_alphanumeric()).any(|word| word.starts_with(&typed))
        };
        let mut found: Vec<AccountBrief> =
            self.accounts.iter().filter(fits).take(most).map(|listed| listed.brief.clone()).collect();
        found.sort_by(|left, right| left.name.cmp(&right.name));
        found
    }

    /// The person with this e-mail address.
    #[must_use]
    pub fn person_at(&self, email: &str) -> Option<&Person> {
        let email = email.trim();
        self.people.iter().find(|person| person.email.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(email)))
    }

    /// The people known to be an account's.
    pub fn customers_of<'a>(&'a self, domain: &'a str) -> impl Iterator<Item = &'a Person> {
        self.people.iter().filter(move |person| person.accounts.iter().any(|account| account.domain == domain))
    }

    /// What `text` mentions.
    #[must_use]
    pub fn find(&self, text: &str) -> FoundAccounts {
        let pieces = pieces(text);
        let mut taken = vec![false; pieces.len()];
        let mut accounts = Vec::new();
        for length in (1..=LONGEST.min(pieces.len())).rev() {
            for from in 0..=pieces.len() - length {
                if taken[from..from + length].iter().any(|taken| *taken) {
                    continue;
                }
                let run = &pieces[from..from + length];
                if let Some((candidates, strength)) = self.named(run) {
                    taken[from..from + length].fill(true);
                    let mut mention = self.mention(text, run, candidates, true);
                    if strength < Strength::Full {
                        mention.other_name = self.goes_on(text, &pieces, from..from + length);
                    }
                    accounts.push(mention);
                }
            }
        }
        let mut people: Vec<PersonMention> = Vec::new();
        for length in (1..=4.min(pieces.len())).rev() {
            for from in 0..=pieces.len() - length {
                let run = &pieces[from..from + length];
                if taken[from..from + length].iter().any(|taken| *taken) || length == 1 && !Self::may_be_person(&run[0])
                {
                    continue;
                }
                let name = run.iter().map(|piece| piece.lower.as_str()).collect::<Vec<_>>().join(" ");
                if let Some(found) = self.persons.get(&name).or_else(|| self.whose(run)) {
                    taken[from..from + length].fill(true);
                    people.push(PersonMention {
                        words: text[run[0].start..run[length - 1].end].to_owned(),
                        start: run[0].start,
                        end: run[length - 1].end,
                        people: found.iter().map(|index| self.people[*index].clone()).collect(),
                    });
                }
            }
        }
        if accounts.is_empty() {
            accounts.extend(self.misspelled(text, &pieces, &taken));
        }
        accounts.sort_by_key(|mention| mention.start);
        people.sort_by_key(|mention| mention.start);
        FoundAccounts { accounts, people, known_accounts: self.accounts.len() as u64, example: self.example() }
    }

    /// An account worth asking about: of those that stand worst, the first by name.
    fn example(&self) -> Option<AccountBrief> {
        let briefs = self.accounts.iter().map(|listed| &listed.brief);
        briefs.min_by_key(|brief| (brief.level.is_none(), brief.level, &brief.name)).cloned()
    }

    /// The person whose things a word names in haste: `dexs accounts` are Dex's.
    fn whose(&self, run: &[Piece]) -> Option<&Vec<usize>> {
        let [piece] = run else { return None };
        let name = piece.lower.strip_suffix('s').filter(|name| name.chars().count() >= 3)?;
        let everyday = is_everyday_word(&piece.lower) || is_everyday_word(name);
        self.persons.get(name).filter(|_| !everyday)
    }

    /// A first name is often an everyday word as well ("will", "mark"); then it must be written as a name.
    fn may_be_person(piece: &Piece) -> bool {
        piece.lower.chars().count() >= 3 && (piece.capital || !is_everyday_word(&piece.lower))
    }

    /// The accounts a run of words names; none when it names none, or only by everyday words.
    fn named(&self, run: &[Piece]) -> Option<(Vec<usize>, Strength)> {
        let name = run.iter().map(|piece| piece.lower.as_str()).collect::<Vec<_>>().join(" ");
        let found = self.names.get(&name)?;
        let everyday = run.iter().all(|piece| is_everyday_word(&piece.lower) || piece.lower.chars().count() < 3);
        if everyday && !run.iter().all(|piece| piece.capital) {
            return None;
        }
        let best = found.iter().map(|(_, strength)| *strength).max()?;
        let kept = found.iter().filter(|(_, strength)| best < Strength::Full || *strength == Strength::Full);
        Some((kept.map(|(index, _)| *index).collect(), best))
    }

    /// The whole name somebody typed, where the words of `run` only begin it: up to the closing quotation mark, or over
    /// the capitalized words that follow. None where it ends with the run.
    fn goes_on(&self, text: &str, pieces: &[Piece], run: std::ops::Range<usize>) -> Option<String> {
        const QUOTES: [char; 5] = ['"', '“', '”', '„', '«'];
        let start = pieces[run.start].start;
        let quoted = text[..start].ends_with(QUOTES);
        let follows = |at: usize| {
            let (before, next) = (&pieces[at - 1], pieces.get(at)?);
            let gap = &text[before.end..next.start];
            let joined = matches!(gap, " " | "-" | "&" | " & ");
            let of_the_name = if quoted {
                !gap.contains([QUOTES[0], '“', '”', '»'])
            } else {
                joined && next.capital && !is_everyday_word(&next.lower) && Section::parse(&next.lower).is_none()
            };
            of_the_name.then_some(next.end)
        };
        let end = (run.end..pieces.len()).map_while(follows).last()?;
        Some(text[start..end].to_owned())
    }

    /// The accounts that are called so, and nothing less: by domain, full name or another name of theirs, whatever the
    /// case, the accents and the signs between the words.
    #[must_use]
    pub fn exactly(&self, named: &str) -> Vec<&AccountBrief> {
        let name = key(named).join(" ");
        let found = self.names.get(&name).map(Vec::as_slice).unwrap_or_default();
        let full = found.iter().filter(|(_, strength)| *strength == Strength::Full);
        full.map(|(index, _)| &self.accounts[*index].brief).collect()
    }

    /// The nearest name within a slip or two of the keyboard, where the text names no account outright.
    fn misspelled(&self, text: &str, pieces: &[Piece], taken: &[bool]) -> Option<AccountMention> {
        let mut best: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
        for (at, piece) in pieces.iter().enumerate() {
            let length = piece.lower.chars().count();
            if taken[at] || length < 4 || is_everyday_word(&piece.lower) {
                continue;
            }
            let allowed = if length >= 8 { 2 } else { 1 };
            for (name, found) in &self.names {
                if name.contains(' ') || name.chars().next() != piece.lower.chars().next() || name.chars().count() < 4 {
                    continue;
                }
                // "Hoolies" and "hooli's" are Hooli as well.
                let whose = ["es", "s"].iter().filter_map(|ending| piece.lower.strip_suffix(ending));
                let ways = whose.chain([piece.lower.as_str()]).filter(|way| way.chars().count() >= 4);
                let distance = ways.map(|way| strsim::osa_distance(name, way)).min().unwrap_or(usize::MAX);
                if distance <= allowed {
                    best.entry(distance).or_default().extend(found.iter().map(|(index, _)| (at, *index)));
                }
            }
        }
        let (_, mut nearest) = best.into_iter().next()?;
        nearest.sort_unstable();
        nearest.dedup();
        let at = nearest.first()?.0;
        let candidates = nearest.into_iter().filter(|(place, _)| *place == at).map(|(_, index)| index).collect();
        Some(self.mention(text, &pieces[at..=at], candidates, false))
    }

    fn mention(&self, text: &str, run: &[Piece], mut candidates: Vec<usize>, exact: bool) -> AccountMention {
        candidates.sort_by(|left, right| self.accounts[*left].brief.name.cmp(&self.accounts[*right].brief.name));
        candidates.dedup();
        let (start, mut end) = (run[0].start, run[run.len() - 1].end);
        if text[end..].starts_with("'s") || text[end..].starts_with("’s") {
            end += text[end..].find('s').unwrap_or_default() + 1;
        }
        AccountMention {
            words: text[start..run[run.len() - 1].end].to_owned(),
            start,
            end,
            exact,
            other_name: None,
            candidates: candidates.into_iter().map(|index| self.accounts[index].brief.clone()).collect(),
        }
    }
}

/// The names an account is found by, each with how well it tells the account apart.
fn names_of(listed: &Listed) -> Vec<(String, Strength)> {
    let mut names = vec![(key(&listed.brief.domain).join(" "), Strength::Full)];
    let label = listed.brief.domain.split('.').next().unwrap_or_default();
    names.push((key(label).join(" "), Strength::Short));
    names.extend(listed.aliases.iter().map(|alias| (key(alias).join(" "), Strength::Full)));
    let name = key(&listed.brief.name);
    names.push((name.join(" "), Strength::Full));
    names.push((name.concat(), Strength::Short));
    let core: Vec<String> = name.iter().filter(|word| !LEGAL_FORMS.contains(&word.as_str())).cloned().collect();
    names.push((core.join(" "), Strength::Short));
    for length in 1..core.len() {
        let opening = core[..length].join(" ");
        if opening.chars().count() >= 4 {
            names.push((opening, Strength::Opening));
        }
    }
    names.retain(|(name, _)| !name.is_empty() && !language::is_stop_word(name));
    names
}

/// Joins people known from several places: a contact's title and accounts, a participant's full name.
#[must_use]
pub fn join_people(mut people: Vec<Person>) -> Vec<Person> {
    let mut joined: Vec<Person> = Vec::new();
    people.sort_by_key(|person| (person.side != Side::Customer, std::cmp::Reverse(person.name.chars().count())));
    for person in people {
        let same = |known: &&mut Person| match (&known.email, &person.email) {
            (Some(left), Some(right)) => left.eq_ignore_ascii_case(right),
            _ => known.side == person.side && known.name.eq_ignore_ascii_case(&person.name),
        };
        match joined.iter_mut().find(same) {
            Some(known) => {
                for account in person.accounts {
                    if !known.accounts.iter().any(|other| other.domain == account.domain) {
                        known.accounts.push(account);
                    }
                }
                known.title = known.title.take().or(person.title);
                known.email = known.email.take().or(person.email);
                known.owner |= person.owner;
            }
            None => joined.push(person),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brief(domain: &str, name: &str) -> AccountBrief {
        AccountBrief { domain: domain.to_owned(), name: name.to_owned(), owner_email: None, level: None }
    }

    fn directory() -> Directory {
        let listed = |domain: &str, name: &str, aliases: &[&str]| Listed {
            brief: brief(domain, name),
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        };
        let dana = Person {
            name: "Dana Whitfield".to_owned(),
            email: Some("dana@hooli.com".to_owned()),
            title: None,
            side: Side::Customer,
            accounts: vec![brief("hooli.com", "Hooli")],
            owner: false,
        };
        Directory::new(
            vec![
                listed("hooli.com", "Hooli", &["HLI"]),
                listed("acme.com", "Acme Corp", &[]),
                listed("acmelabs.io", "Acme Labs", &[]),
                listed("breamhall.co.uk", "Bream-Hall Logistics", &[]),
                listed("intersite.com", "Intersite", &[]),
                listed("intersite.eu", "Intersite Europe", &[]),
            ],
            vec![dana],
        )
    }

    fn domains(text: &str) -> Vec<Vec<String>> {
        let found = directory().find(text);
        found
            .accounts
            .into_iter()
            .map(|mention| mention.candidates.into_iter().map(|account| account.domain).collect())
            .collect()
    }

    #[test]
    fn a_name_that_goes_on_otherwise_may_be_another_company() {
        let other = |text: &str| directory().find(text).accounts.remove(0).other_name;
        assert_eq!(other("untrack Bream Chemicals").as_deref(), Some("Bream Chemicals"));
        assert_eq!(other("untrack \"bream chemicals\"").as_deref(), Some("bream chemicals"));
        assert_eq!(other("route Bream to Pipeline"), None);
        assert_eq!(other("untrack Bream-Hall Logistics"), None);
    }

    #[test]
    fn only_the_whole_name_is_exact_however_it_is_typed() {
        let directory = directory();
        let exactly = |named: &str| -> Vec<String> {
            directory.exactly(named).into_iter().map(|account| account.domain.clone()).collect()
        };
        for named in ["bream hall logistics", "BREAM-HALL LOGISTICS", "breamhall.co.uk", "Brea\u{302}m-Hall Logistics"]
        {
            assert_eq!(exactly(named), ["breamhall.co.uk"], "{named}");
        }
        for named in ["Bream", "Bream-Hall", "Bream Hall Logistics Europe", "Acme", ""] {
            assert!(exactly(named).is_empty(), "{named}");
        }
        assert_eq!(exactly("hli"), ["hooli.com"]);
    }

    #[test]
    fn accounts_are_found_by_name_domain_alias_and_with_slips() {
        for text in [
            "how is Hooli doing",
            "hooli.com status",
            "hli?",
            "why is hoolii red",
            "Hooli's renewal",
            "summarize HOOLI",
        ] {
            assert_eq!(domains(text), [["hooli.com"]], "{text}");
        }
        assert_eq!(domains("bream hall invoices"), [["breamhall.co.uk"]]);
        assert_eq!(domains("compare hooli and intersite europe"), [["hooli.com"], ["intersite.eu"]]);
    }

    #[test]
    fn a_full_name_wins_and_half_a_name_is_ambiguous() {
        assert_eq!(domains("how is Intersite"), [["intersite.com"]]);
        assert_eq!(domains("how is acme"), [["acme.com", "acmelabs.io"]]);
        assert_eq!(domains("how is acme labs"), [["acmelabs.io"]]);
    }

    #[test]
    fn people_are_found_by_first_and_full_name() {
        for text in ["what did Dana promise", "dana whitfield's title", "mail dana@hooli.com"] {
            let found = directory().find(text);
            assert_eq!(
                found.people.iter().map(|mention| mention.people[0].name.as_str()).collect::<Vec<_>>(),
                ["Dana Whitfield"],
                "{text}"
            );
        }
    }

    #[test]
    fn whose_accounts_are_meant_is_understood_without_an_apostrophe() {
        for text in ["which of danas accounts are critical", "Danas accounts", "which of Dana's accounts"] {
            assert_eq!(directory().find(text).people.len(), 1, "{text}");
        }
    }

    #[test]
    fn ordinary_questions_mention_nobody() {
        let found = directory().find("which accounts are renewing next month and unhappy?");
        assert!(found.accounts.is_empty() && found.people.is_empty());
    }
}
