//! Lists of patterns, read from the `words.tsv` of those who hear by them and from the one they share.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::language::folded;
use crate::language::naming::key;

/// What a list of patterns is for; its name in `words.tsv` is the same in small letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::model::reader) enum Kind {
    /// What a company is called by its own people.
    Firm,
    /// Words that tell when.
    When,
    /// Somebody who is named before has left; the same where nothing else is said; with the name within the words.
    Left,
    LeftBare,
    LeftName,
    /// They will leave.
    Leaving,
    LeavingName,
    /// The writer has left, or will.
    ILeft,
    ILeaving,
    /// The writer's address is closed.
    DeadAddress,
    /// Mails to somebody came back, as people tell it.
    Bounced,
    /// Mails came back for good, and for now, as servers tell it.
    GoneMailbox,
    LaterMailbox,
    /// Who writes for a server.
    Server,
    /// Somebody is away; the writer is; and what a program alone says so shortly.
    Away,
    IAway,
    AutoAway,
    /// What the first day back follows, and the last day away.
    Back,
    LastAway,
    /// Whom to turn to: the name follows, stands before, or is the writer's.
    NextIs,
    IsNext,
    INext,
    /// What may stand before such a name.
    Filler,
    /// Where this stands before, nobody knows.
    Unsure,
    /// Where this stands, nobody left the company.
    NoDeparture,
    Pronoun,
    And,
    /// What is canceled when somebody gives notice.
    Contract,
    /// Notice is given by these words; they tell a decision to end a contract; they ask for its end.
    NoticeAct,
    NoticePlan,
    NoticeAsked,
    /// Somebody else tells that notice was given; the same behind whoever gave it.
    NoticeTold,
    NoticeToldBy,
    NoticeGiver,
    /// Notice is taken back.
    NoticeBack,
    /// Where this stands, nobody knows whether notice is given.
    NoticeUnsure,
    /// Where this stands, it is no notice of a contract.
    NoNotice,
    /// Right before such words it denies them; or anywhere behind them.
    NoticeDenied,
    NoticeDeniedAfter,
    /// What leads to the last day, in a sentence after it.
    NoticeEnd,
    /// Days.
    Today,
    Yesterday,
    Tomorrow,
    MonthEnd,
    DateLead,
    Month(u32),
    Weekday(u32),
}

impl Kind {
    const NAMED: [(&'static str, Self); 45] = [
        ("firm", Self::Firm),
        ("when", Self::When),
        ("left", Self::Left),
        ("left_bare", Self::LeftBare),
        ("left_name", Self::LeftName),
        ("leaving", Self::Leaving),
        ("leaving_name", Self::LeavingName),
        ("i_left", Self::ILeft),
        ("i_leaving", Self::ILeaving),
        ("dead_address", Self::DeadAddress),
        ("bounced", Self::Bounced),
        ("gone_mailbox", Self::GoneMailbox),
        ("later_mailbox", Self::LaterMailbox),
        ("server", Self::Server),
        ("away", Self::Away),
        ("i_away", Self::IAway),
        ("auto_away", Self::AutoAway),
        ("back", Self::Back),
        ("last_away", Self::LastAway),
        ("next_is", Self::NextIs),
        ("is_next", Self::IsNext),
        ("i_next", Self::INext),
        ("filler", Self::Filler),
        ("unsure", Self::Unsure),
        ("no_departure", Self::NoDeparture),
        ("contract", Self::Contract),
        ("notice_act", Self::NoticeAct),
        ("notice_plan", Self::NoticePlan),
        ("notice_asked", Self::NoticeAsked),
        ("notice_told", Self::NoticeTold),
        ("notice_told_by", Self::NoticeToldBy),
        ("notice_giver", Self::NoticeGiver),
        ("notice_back", Self::NoticeBack),
        ("notice_unsure", Self::NoticeUnsure),
        ("no_notice", Self::NoNotice),
        ("notice_denied", Self::NoticeDenied),
        ("notice_denied_after", Self::NoticeDeniedAfter),
        ("notice_end", Self::NoticeEnd),
        ("pronoun", Self::Pronoun),
        ("and", Self::And),
        ("today", Self::Today),
        ("yesterday", Self::Yesterday),
        ("tomorrow", Self::Tomorrow),
        ("month_end", Self::MonthEnd),
        ("date_lead", Self::DateLead),
    ];

    fn parse(name: &str) -> Option<Self> {
        let numbered = name.rsplit_once('_').and_then(|(name, number)| Some((name, number.parse().ok()?)));
        match numbered {
            Some(("month", number)) => Some(Self::Month(number)),
            Some(("weekday", number)) => Some(Self::Weekday(number)),
            _ => Self::NAMED.iter().find(|(named, _)| *named == name).map(|(_, kind)| *kind),
        }
    }
}

/// A piece of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::model::reader) enum Token {
    /// One of these words.
    Word(Vec<String>),
    /// Up to six words of any kind.
    Gap,
    /// What a company is called.
    Firm,
    /// What is canceled.
    Contract,
    /// A person's name.
    Name,
    /// The end of the clause, or a word that tells when.
    End,
    /// The end of the clause.
    Stop,
    /// A day or a month.
    Date,
}

/// The patterns of one kind, by the first word of each.
#[derive(Default)]
pub(in crate::model::reader) struct Patterns {
    by_first: FxHashMap<String, Vec<Vec<Token>>>,
}

impl Patterns {
    /// The patterns that begin with a word.
    pub(in crate::model::reader) fn beginning(&self, word: &str) -> &[Vec<Token>] {
        self.by_first.get(word).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, pattern: &str) {
        let token = |text: &str| match text {
            "~" => Token::Gap,
            "@firm" => Token::Firm,
            "@contract" => Token::Contract,
            "%" => Token::Name,
            "$" => Token::End,
            "." => Token::Stop,
            "#" => Token::Date,
            words => Token::Word(words.split('/').map(folded).collect()),
        };
        // "l'équipe" is two words.
        let parted = pattern.split(' ').flat_map(|text| match text {
            "~" | "@firm" | "@contract" | "%" | "$" | "." | "#" => vec![text.to_owned()],
            text if text.contains('/') => vec![text.to_owned()],
            text => key(text),
        });
        let tokens: Vec<Token> = parted.map(|text| token(&text)).collect();
        if let Some(Token::Word(first)) = tokens.first().cloned() {
            for word in first {
                self.by_first.entry(word).or_default().push(tokens.clone());
            }
        }
    }
}

/// The lists: those that are shared, and those of each who hears by them.
const LISTS: [&str; 3] =
    [include_str!("words.tsv"), include_str!("../departure/words.tsv"), include_str!("../notice/words.tsv")];

fn lines() -> impl Iterator<Item = &'static str> {
    LISTS.iter().flat_map(|list| list.lines()).filter(|line| !line.starts_with('#'))
}

static LEXICON: LazyLock<FxHashMap<Kind, Patterns>> = LazyLock::new(|| {
    let mut lists: FxHashMap<Kind, Patterns> = FxHashMap::default();
    for line in lines() {
        let mut fields = line.split('\t');
        let (Some(name), Some(_), Some(patterns)) = (fields.next(), fields.next(), fields.next()) else { continue };
        if let Some(kind) = Kind::parse(name) {
            let list = lists.entry(kind).or_default();
            patterns.split('|').for_each(|pattern| list.add(pattern));
        }
    }
    lists
});

/// The patterns of a kind.
pub(in crate::model::reader) fn patterns(kind: Kind) -> Option<&'static Patterns> {
    LEXICON.get(&kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_of_patterns_is_read() {
        for (name, kind) in Kind::NAMED {
            assert!(patterns(kind).is_some_and(|list| !list.by_first.is_empty()), "{name}");
        }
        assert!((1..=12).all(|month| patterns(Kind::Month(month)).is_some()));
        assert!((1..=7).all(|day| patterns(Kind::Weekday(day)).is_some()));
        for line in lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            assert!(fields.len() == 3 && Kind::parse(fields[0]).is_some(), "{line}");
            // Whatever begins with a gap or a name is never found.
            for pattern in fields[2].split('|') {
                assert!(pattern.starts_with(|letter: char| letter.is_alphanumeric()), "{pattern}");
            }
        }
    }
}
