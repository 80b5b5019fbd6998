//! The directory: who the accounts and people of a workspace are, and which of them a text mentions. Nothing of the size of
//! the workspace is read: the few that a text can name are found by index, and what it says is judged among them.

mod candidates;
mod find;
mod join;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};

use crate::domain::tool::account::{AccountBrief, AccountMention, FoundAccounts, Person, PersonMention};
use crate::language::folded;
use crate::language::naming::{self, LONGEST_COMPANY, LONGEST_PERSON, Piece, SHORTEST_MISSPELLED, pieces};
use crate::model::analyst::is_everyday_word;
use crate::store::{Snapshot, StoreError};
pub use candidates::Candidates;
pub use join::join_people;

/// What a text mentions.
#[derive(Clone, Debug, Default)]
pub struct Mentions {
    /// Accounts, in the order they are mentioned.
    pub accounts: Vec<AccountMention>,
    /// People, in the order they are mentioned.
    pub people: Vec<PersonMention>,
}

/// Accounts and people of a workspace. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Directory {
    records: Snapshot,
}

impl Directory {
    /// The directory of a workspace as of one version of its records.
    #[must_use]
    pub fn new(records: Snapshot) -> Self {
        Self { records }
    }

    /// What `text` mentions, with the size of the workspace and, where no account is mentioned, one to name.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn find(&self, text: &str) -> Result<FoundAccounts, StoreError> {
        let mentions = self.mentions(text).await?;
        let known_accounts = self.records.known_accounts();
        let example = if mentions.accounts.is_empty() { self.records.example_account().await? } else { None };
        Ok(FoundAccounts { accounts: mentions.accounts, people: mentions.people, known_accounts, example })
    }

    /// What `text` mentions.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn mentions(&self, text: &str) -> Result<Mentions, StoreError> {
        let pieces = pieces(text);
        if pieces.is_empty() {
            return Ok(Mentions::default());
        }
        let (names, persons) = (company_keys(&pieces), person_keys(&pieces));
        let called = self.records.called(&names, &persons).await?;
        let people = join_people(called.people.clone());
        let mentions = Candidates::new(called.accounts.clone(), people.clone()).find(text);
        if !mentions.accounts.is_empty() {
            return Ok(mentions);
        }
        // Perhaps a slip of the keyboard.
        let words = self.records.words_alike(&remains(&pieces)).await?;
        if words.is_empty() {
            return Ok(mentions);
        }
        let slips = find::slips(&pieces, &words);
        let names: BTreeSet<String> = slips.iter().flat_map(|slip| slip.names(&pieces)).map(|(_, name)| name).collect();
        let called = self.records.called(&names.into_iter().collect::<Vec<_>>(), &[]).await?;
        Ok(Candidates::new(called.accounts.clone(), people).find(text))
    }

    /// The account with this domain.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn account(&self, domain: &str) -> Result<Option<AccountBrief>, StoreError> {
        Ok(self.accounts(&[domain.to_owned()]).await?.remove(domain))
    }

    /// The accounts with these domains.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn accounts(&self, domains: &[String]) -> Result<HashMap<String, AccountBrief>, StoreError> {
        let wanted: BTreeSet<&String> = domains.iter().collect();
        let wanted: Vec<String> = wanted.into_iter().cloned().collect();
        Ok(self.records.briefs(&wanted).await?.as_ref().clone())
    }

    /// The accounts that are called so, and nothing less: by domain, full name or another name of theirs, whatever the
    /// case, the accents and the signs between the words.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn exactly(&self, named: &str) -> Result<Vec<AccountBrief>, StoreError> {
        let name = naming::key(named).join(" ");
        if name.is_empty() {
            return Ok(Vec::new());
        }
        let called = self.records.called(&[name], &[]).await?;
        let candidates = Candidates::new(called.accounts.clone(), Vec::new());
        Ok(candidates.exactly(named).into_iter().cloned().collect())
    }

    /// Accounts with a word of their name, or a domain, that begins with what was typed; by name.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn beginning(&self, typed: &str, most: u32) -> Result<Vec<AccountBrief>, StoreError> {
        let name = naming::key(typed).join(" ");
        if name.is_empty() && !folded(typed.trim()).is_empty() {
            return Ok(Vec::new());
        }
        self.records.accounts_beginning(&name, most).await
    }

    /// The person with this e-mail address.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn person_at(&self, email: &str) -> Result<Option<Person>, StoreError> {
        let email = email.trim();
        let people = join_people(self.records.people_at(email).await?);
        let theirs = |person: &Person| person.email.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(email));
        Ok(people.into_iter().find(theirs))
    }

    /// The people known to be an account's.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn customers_of(&self, domain: &str) -> Result<Vec<Person>, StoreError> {
        let people = join_people(self.records.customers_of(domain).await?);
        let theirs = |person: &Person| person.accounts.iter().any(|account| account.domain == domain);
        Ok(people.into_iter().filter(theirs).collect())
    }
}

/// The names among the words of a text that an account may be called by.
fn company_keys(pieces: &[Piece]) -> Vec<String> {
    let everyday = |piece: &Piece| is_everyday_word(&piece.lower) || piece.lower.chars().count() < 3;
    let may_name = |run: &&[Piece]| !run.iter().all(everyday) || run.iter().all(|piece| piece.capital);
    runs(pieces, LONGEST_COMPANY).filter(may_name).map(joined).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The names among the words of a text that a person may be called by; also of one whose things are named in haste.
fn person_keys(pieces: &[Piece]) -> Vec<String> {
    let mut names: BTreeSet<String> = runs(pieces, LONGEST_PERSON)
        .filter(|run| run.len() > 1 || Candidates::may_be_person(&run[0]))
        .map(joined)
        .collect();
    let whose = names.iter().filter_map(|name| name.strip_suffix('s')).map(str::to_owned);
    let whose: Vec<String> = whose.filter(|name| name.chars().count() >= 3 && !name.contains(' ')).collect();
    names.extend(whose);
    names.into_iter().collect()
}

/// What is left of the words of a text without some of their letters, where they may be misspelled names.
fn remains(pieces: &[Piece]) -> Vec<String> {
    let mut all: BTreeSet<String> = BTreeSet::new();
    for piece in pieces {
        let letters = piece.lower.chars().count();
        if letters < SHORTEST_MISSPELLED || is_everyday_word(&piece.lower) {
            continue;
        }
        let most = naming::slips_allowed(letters);
        let whose = ["es", "s"].iter().filter_map(|ending| piece.lower.strip_suffix(ending));
        let ways = whose.chain([piece.lower.as_str()]).filter(|way| way.chars().count() >= SHORTEST_MISSPELLED);
        all.extend(ways.flat_map(|way| naming::remains(way, most)));
    }
    all.into_iter().collect()
}

fn runs(pieces: &[Piece], longest: usize) -> impl Iterator<Item = &[Piece]> {
    (1..=longest.min(pieces.len())).flat_map(move |length| pieces.windows(length))
}

fn joined(run: &[Piece]) -> String {
    run.iter().map(|piece| piece.lower.as_str()).collect::<Vec<_>>().join(" ")
}
