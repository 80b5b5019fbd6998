//! Which account a command names. What changes an account takes its domain, its full name or another name of its own, and
//! nothing less; what only shows something may be read generously, and then says whom it took.

use crate::app::{App, AppError};
use crate::domain::tool::account::AccountBrief;

/// Most words of a name.
const LONGEST: usize = 8;

/// What a text names.
#[derive(Clone, Debug, PartialEq)]
pub enum Named {
    /// An account, and what stands behind its name.
    Account(AccountBrief, String),
    /// No account for certain: what was taken for a name, and who may have been meant.
    Unclear(String, Vec<AccountBrief>),
}

impl Named {
    /// The account a text names exactly: in quotation marks, or as its first words.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn exactly(app: &App, text: &str) -> Result<Self, AppError> {
        let text = text.trim();
        if let Some((name, rest)) = quoted(text) {
            return match app.exactly(name).await? {
                Some(account) => Ok(Self::Account(account, reason(rest))),
                None => Self::unclear(app, name).await,
            };
        }
        let ends: Vec<usize> = text
            .char_indices()
            .filter(|(_, letter)| letter.is_whitespace())
            .map(|(at, _)| at)
            .chain([text.len()])
            .take(LONGEST)
            .collect();
        for end in ends.into_iter().rev() {
            let name = text[..end].trim_end_matches([',', ':', ';']);
            if let Some(account) = app.exactly(name).await? {
                let rest = &text[end..];
                // “Acme Labs Europe” is not “Acme Labs” with a reason: capitals go on with the name.
                if goes_on(rest) {
                    return Self::unclear(app, text).await;
                }
                return Ok(Self::Account(account, reason(rest)));
            }
        }
        Self::unclear(app, text).await
    }

    /// The account a text means, for something that only shows: also by a part of the name or with a slip.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn generously(app: &App, text: &str) -> Result<Self, AppError> {
        if let found @ Self::Account(..) = Self::exactly(app, text).await? {
            return Ok(found);
        }
        let mentioned = app.find_accounts(text).await?.accounts;
        match mentioned.first() {
            Some(mention) if mention.candidates.len() == 1 && mention.other_name.is_none() => {
                Ok(Self::Account(mention.candidates[0].clone(), String::new()))
            }
            _ => Self::unclear(app, text).await,
        }
    }

    async fn unclear(app: &App, words: &str) -> Result<Self, AppError> {
        let mut candidates: Vec<AccountBrief> = Vec::new();
        for mention in app.find_accounts(words).await?.accounts {
            candidates.extend(mention.candidates);
        }
        if candidates.is_empty() {
            let first = words.split_whitespace().next().unwrap_or(words);
            if first.chars().count() >= 3 {
                candidates = app.suggest_accounts(first, 5).await?;
            }
        }
        candidates.dedup_by(|left, right| left.domain == right.domain);
        Ok(Self::Unclear(words.to_owned(), candidates))
    }
}

/// A name in quotation marks, and what stands behind it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix(['"', '“', '„'])?;
    let end = rest.find(['"', '”', '“'])?;
    let closing = rest[end..].chars().next()?.len_utf8();
    Some((rest[..end].trim(), &rest[end + closing..]))
}

fn reason(rest: &str) -> String {
    let rest = rest.trim_start_matches([',', ';', ':', '-', '–', '—', ' ']).trim();
    let (first, more) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    if first.eq_ignore_ascii_case("because") { more.trim().to_owned() } else { rest.to_owned() }
}

/// Whether what stands directly behind a name looks like more of it.
fn goes_on(rest: &str) -> bool {
    let Some(next) = rest.strip_prefix(' ').and_then(|rest| rest.split_whitespace().next()) else { return false };
    let mut letters = next.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_quotation_marks_ends_with_them() {
        assert_eq!(quoted("\"Acme Labs\" duplicate"), Some(("Acme Labs", " duplicate")));
        assert_eq!(quoted("„Acme Labs“, doppelt"), Some(("Acme Labs", ", doppelt")));
        assert_eq!(quoted("Acme"), None);
        assert_eq!(reason(" - because they left"), "they left");
    }

    #[test]
    fn a_name_that_goes_on_is_another_name() {
        assert!(goes_on(" Europe"));
        assert!(!goes_on(" duplicate of another"));
        assert!(!goes_on(", Europe has its own"));
        assert!(!goes_on(""));
    }
}
