//! The customer's own words: only what stands in a transcript or an e-mail under the name of one of them, brief, recent
//! and about the matter.

use std::sync::Arc;

use chrono::NaiveDate;

use super::grounds::{Grounds, Mood, Talk, Words};
use crate::agent::evidence;
use crate::agent::tools::{Bench, ToolError, same_person};
use crate::domain::activity::{Call, Email, Side, SignalKind, mailbox};
use crate::domain::draft::{Correspondent, Goal};
use crate::domain::evidence::Evidence;
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::time::{Moment, Window, day_text};
use crate::language;
use crate::reading::people::{Sides, Speakers};

/// Calls and e-mails that are looked through.
const LOOKED_THROUGH: u32 = 120;

/// Words of a quote, at least and at most.
const BRIEF: (usize, usize) = (4, 18);

/// Days back that words still count, and for those who left.
const RECENT: (i64, i64) = (120, 400);

/// What was said and written with an account.
pub struct Talks {
    calls: Arc<Vec<Call>>,
    emails: Arc<Vec<Email>>,
}

/// Words with their place.
pub struct Found {
    /// Who said it.
    pub who: String,
    /// When.
    pub at: Moment,
    /// Whether it was written.
    pub written: bool,
    /// Where it stands.
    pub evidence: Evidence,
}

impl Talks {
    /// Of an account.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn of(bench: &Bench<'_>, domain: &str) -> Result<Self, ToolError> {
        let window = Window { since: None, until: Some(bench.today()) };
        Ok(Self {
            calls: bench.records().calls(domain, &window, None, LOOKED_THROUGH).await?,
            emails: bench.records().emails(domain, &window, None, LOOKED_THROUGH).await?,
        })
    }

    /// Where a customer said or wrote `words`; none where nobody of theirs did, word by word.
    pub fn find(&self, words: &str, sides: &Sides) -> Option<Found> {
        for call in self.calls.iter() {
            let mut holding = call.transcript.iter().filter(|turn| flat(&turn.text).contains(words)).peekable();
            if holding.peek().is_none() {
                continue;
            }
            let speakers = Speakers::of(call, Some(sides));
            for turn in holding {
                if speakers.side(&turn.speaker) == Some(Side::Customer) {
                    let who = speakers.name(&turn.speaker);
                    return Some(Found {
                        who: who.to_owned(),
                        at: call.started_at,
                        written: false,
                        evidence: evidence::said(call, who, turn.at_seconds, words),
                    });
                }
            }
        }
        let email = self
            .emails
            .iter()
            .find(|email| sides.of(&email.from) == Some(Side::Customer) && flat(&email.body).contains(words))?;
        let who = sides.writer(&email.from);
        Some(Found { who, at: email.sent_at, written: true, evidence: evidence::email(email, words) })
    }

    /// The last call, the recipient's where there is one; else the last e-mail of theirs.
    pub fn last(&self, grounds: &Grounds, now: Moment) -> Option<(Moment, bool, Evidence)> {
        let took_part =
            |call: &&Call| call.participants.iter().any(|person| same_person(&person.name, &grounds.recipient.name));
        let own = self.calls.iter().filter(|call| call.started_at <= now).find(took_part);
        let call = own.or_else(|| self.calls.iter().find(|call| call.started_at <= now))?;
        Some((call.started_at, own.is_some(), evidence::call(call)))
    }

    /// Whether somebody took part in a call, or was written to.
    pub fn took_part(&self, source: &RecordRef, person: &Correspondent) -> bool {
        let call = self.calls.iter().find(|call| source.kind == RecordKind::Call && call.id == source.id);
        let email = self.emails.iter().find(|email| source.kind == RecordKind::Email && email.id == source.id);
        call.is_some_and(|call| call.participants.iter().any(|there| same_person(&there.name, &person.name)))
            || email.is_some_and(|email| email.to.iter().any(|to| mailbox(to).1 == person.email))
    }

    /// Whether our side spoke or wrote of `thing` since `day`.
    pub fn told_since(&self, thing: &language::Topic, day: NaiveDate, sides: &Sides) -> bool {
        const NAMED: f32 = 0.6;
        let since = |at: Moment| at.day() >= day;
        self.calls.iter().filter(|call| since(call.started_at)).any(|call| {
            let speakers = Speakers::of(call, Some(sides));
            call.transcript
                .iter()
                .any(|turn| speakers.side(&turn.speaker) == Some(Side::Team) && thing.share(&turn.text) >= NAMED)
        }) || self.emails.iter().filter(|email| since(email.sent_at)).any(|email| {
            sides.of(&email.from) == Some(Side::Team)
                && thing.share(&format!("{} {}", email.subject, email.body)) >= NAMED
        })
    }
}

/// Which kinds of signal fit a goal, the best first.
fn fitting(goal: Goal) -> &'static [SignalKind] {
    use SignalKind::{Complaint, Escalation, FeatureRequest, Other, Praise, Question};
    match goal {
        Goal::CheckIn => &[Question, Complaint, Praise, FeatureRequest],
        Goal::Renewal => &[Other, Praise, Complaint, Question],
        Goal::PaymentRecovery => &[Question, Complaint, Other],
        Goal::Adoption => &[Complaint, Other, FeatureRequest],
        Goal::SaveAtRisk => &[Complaint, Escalation],
        Goal::TrialConversion => &[Praise, Question, Other, FeatureRequest],
        Goal::Reengage => &[Praise, Other, FeatureRequest, Question],
        Goal::CloseTheLoop => &[],
    }
}

fn mood(kind: SignalKind) -> Mood {
    match kind {
        SignalKind::Question => Mood::Asks,
        SignalKind::FeatureRequest => Mood::Wants,
        SignalKind::Complaint | SignalKind::Escalation => Mood::Complains,
        SignalKind::Praise => Mood::Praises,
        _ => Mood::Other,
    }
}

/// Tells their own words that fit the goal best: the recipient's before those of a colleague, new before old.
///
/// # Errors
/// What the database answers.
pub async fn tell_words(bench: &Bench<'_>, grounds: &mut Grounds, talks: &Talks) -> Result<(), ToolError> {
    let kinds = fitting(grounds.goal);
    if kinds.is_empty() {
        return Ok(());
    }
    let today = bench.today();
    let back = if grounds.goal == Goal::Reengage { RECENT.1 } else { RECENT.0 };
    let data = bench.records().account_data(&grounds.account).await?;
    let sides = data.sides();
    let mut candidates: Vec<(String, f32, Mood)> = data
        .signals
        .iter()
        .filter_map(|signal| {
            let rank = kinds.iter().position(|kind| *kind == signal.kind)?;
            // That somebody escalates says less than why.
            let fit = if signal.kind == SignalKind::Escalation { 1.2 } else { 3.0 - rank as f32 * 0.75 };
            Some((signal.quote.clone()?, fit, mood(signal.kind)))
        })
        .collect();
    if grounds.goal == Goal::PaymentRecovery {
        let asked = bench.records().requests(&grounds.account, &Window::ALWAYS).await?;
        candidates.extend(asked.iter().map(|request| (request.quote.clone(), 2.0, Mood::Other)));
        candidates.retain(|(words, _, _)| is_about_paying(words));
    }
    match grounds.goal {
        // Of other things said only what tells who works with it.
        Goal::Adoption => candidates.retain(|(words, _, mood)| *mood != Mood::Other || tells_of_use(words)),
        Goal::Renewal => candidates.retain(|(words, _, mood)| *mood != Mood::Other || decides(words)),
        _ => {}
    }
    if grounds.goal == Goal::Reengage {
        let asked = bench.records().requests(&grounds.account, &Window::ALWAYS).await?;
        let back = asked.iter().filter(|request| request.quote.contains("come back"));
        candidates.extend(back.map(|request| (request.quote.clone(), 5.0, Mood::Decides)));
    }
    let known: Vec<String> = grounds.shipped.iter().filter_map(|shipped| shipped.quote.clone()).collect();
    // What is wrong is wrong whoever says it.
    let nearness = if grounds.goal == Goal::SaveAtRisk { 1.5 } else { 3.0 };
    let mut best: Option<(f32, Words, Evidence)> = None;
    for (words, fit, mood) in candidates {
        let Some(text) = brief(&words) else { continue };
        if known.iter().any(|known| known.contains(&text) || text.contains(known.as_str()))
            || !may_be_quoted(bench, grounds, &text).await?
        {
            continue;
        }
        let Some(found) = talks.find(&text, &sides) else { continue };
        let day = found.at.day();
        let age = (today - day).num_days();
        if !(0..=back).contains(&age) {
            continue;
        }
        let own = same_person(&found.who, &grounds.recipient.name);
        let meta = if text.to_lowercase().contains("escalat") { 2.0 } else { 0.0 };
        let score = fit - meta + if own { nearness } else { 0.0 } + (3.0 - age as f32 / 30.0).max(0.0) - leans(&text);
        if best.as_ref().is_none_or(|(known, _, _)| score > *known) {
            let first = first_name(&found.who);
            let text = inner_quotes(&text);
            let mood = if text.ends_with('?') {
                Mood::Asks
            } else if decides(&text) {
                Mood::Decides
            } else {
                mood
            };
            best = Some((score, Words { text, first, own, written: found.written, day, mood }, found.evidence));
        }
    }
    if let Some((_, words, evidence)) = best {
        let who = evidence.speaker.clone().unwrap_or_else(|| words.first.clone());
        grounds.lean_on(format!("{who} on {}: “{}”", day_text(words.day, today), words.text), evidence);
        grounds.words = Some(words);
    }
    Ok(())
}

/// Tells when somebody last spoke with them.
pub fn tell_talk(grounds: &mut Grounds, talks: &Talks, now: Moment) {
    let Some((at, own, evidence)) = talks.last(grounds, now) else { return };
    let (day, today) = (at.day(), now.day());
    grounds.lean_on(format!("Last call on {}", day_text(day, today)), evidence);
    grounds.talk = Some(Talk { day, ago: ago((today - day).num_days()), own });
}

/// How long ago, as people say it.
fn ago(days: i64) -> String {
    const NUMBERS: [&str; 12] =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    let said = |count: i64, unit: &str| {
        let number = usize::try_from(count - 1).ok().and_then(|at| NUMBERS.get(at)).copied().unwrap_or("many");
        if count == 1 { format!("a {unit}") } else { format!("{number} {unit}s") }
    };
    match days {
        ..=6 => "a few days".to_owned(),
        7..=59 => said((days + 3) / 7, "week"),
        60..=364 => said((days + 15) / 30, "month"),
        _ => "more than a year".to_owned(),
    }
}

/// A text without its line breaks.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A brief piece of what was said, as it was said: the whole, else an unbroken beginning of it.
pub fn brief(words: &str) -> Option<String> {
    let whole = flat(words);
    let flat = whole.trim_matches(['“', '”', '"']).trim();
    let mut text = language::statements(flat).first().copied().unwrap_or(flat).trim();
    // Two short sentences may stand together.
    if count(flat) <= BRIEF.1 {
        text = flat;
    }
    for opening in ["So, ", "And ", "But ", "Well, ", "Honestly, ", "Look, "] {
        text = text.strip_prefix(opening).unwrap_or(text);
    }
    if count(text) > BRIEF.1 {
        let cuts: Vec<usize> = text.match_indices([',', ';', ':', '—']).map(|(at, _)| at).collect();
        let fits = |at: &usize| (BRIEF.0 + 1..=BRIEF.1).contains(&count(&text[..*at]));
        text = &text[..cuts.into_iter().rev().find(fits)?];
    }
    let text = text.trim_end_matches([',', ';', ':', ' ', '.']).trim();
    (count(text) >= BRIEF.0 && !text.contains('\n')).then(|| text.to_owned())
}

fn count(text: &str) -> usize {
    text.split_whitespace().count()
}

/// Quotation marks inside a quotation.
pub fn inner_quotes(text: &str) -> String {
    let mut open = false;
    let mark = |letter: char| match letter {
        '"' | '“' | '”' => {
            open = !open;
            if open { '‘' } else { '’' }
        }
        other => other,
    };
    text.chars().map(mark).collect()
}

/// Whether somebody says that they want to go on.
fn decides(text: &str) -> bool {
    const SAYS: [&str; 8] = [
        "want to buy",
        "we'll sign",
        "ready to sign",
        "we're renewing",
        "we are renewing",
        "like to come back",
        "count us in",
        "we're in",
    ];
    let lower = text.to_lowercase();
    SAYS.iter().any(|words| lower.contains(words))
}

/// Whether words tell who works with it and who does not.
fn tells_of_use(text: &str) -> bool {
    const TELLS: [&str; 11] = [
        "half",
        "nobody",
        "everyone",
        "everybody",
        "team",
        "people",
        "season",
        "paper",
        "trained",
        "training",
        "holiday",
    ];
    language::words(text).iter().any(|word| TELLS.contains(&word.lower.as_ref()))
}

/// What a quote loses by leaning on what was said before it.
fn leans(text: &str) -> f32 {
    let first = text.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
    let leaning = matches!(first.as_str(), "it" | "that" | "they" | "he" | "she" | "one" | "both" | "this" | "them");
    if leaning { 0.5 } else { 0.0 }
}

/// Whether words may be said back: of nobody else's affairs, nothing to follow, nothing told in confidence.
pub async fn may_be_quoted(bench: &Bench<'_>, grounds: &Grounds, text: &str) -> Result<bool, ToolError> {
    const NEVER: [&str; 17] = [
        "http",
        "www.",
        "@",
        "off the record",
        "between us",
        "confiden",
        "don't tell",
        "do not tell",
        "ignore ",
        "instruction",
        "prompt",
        "assistant",
        "{",
        "<",
        "approve",
        "password",
        "quote me",
    ];
    let lower = text.to_lowercase();
    if NEVER.iter().any(|word| lower.contains(word)) {
        return Ok(false);
    }
    let others = bench.directory().mentions(text).await?.accounts.into_iter().filter(|mention| mention.exact);
    let mut candidates = others.flat_map(|mention| mention.candidates);
    Ok(candidates.all(|account| account.domain == grounds.account))
}

/// Whether words are about paying.
pub fn is_about_paying(text: &str) -> bool {
    const PAYING: [&str; 15] = [
        "pay", "paid", "payment", "payments", "invoice", "invoices", "card", "transfer", "bank", "charge", "charged",
        "purchase", "refund", "billed", "seats",
    ];
    language::words(text).iter().any(|word| PAYING.contains(&word.lower.as_ref()))
}

/// `Dr. Huw Pritchard` is called Huw.
pub fn first_name(name: &str) -> String {
    let plain = crate::language::naming::plain_name(name);
    plain.split_whitespace().next().unwrap_or(&plain).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_is_brief_and_word_by_word() {
        for (said, quoted) in [
            ("Can I pay by bank transfer instead?", Some("Can I pay by bank transfer instead?")),
            (
                "So, for the third time and with love: when can I export the audit log?",
                Some("for the third time and with love: when can I export the audit log?"),
            ),
            ("Nine.", None),
            (
                "We need SAML, we need it against Okta, and when somebody leaves Hooli I need their access to die the same minute.",
                Some("We need SAML, we need it against Okta"),
            ),
        ] {
            assert_eq!(brief(said).as_deref(), quoted, "{said}");
            assert!(brief(said).is_none_or(|quote| said.contains(&quote)));
        }
    }

    #[test]
    fn time_gone_by_is_told_as_people_do() {
        assert_eq!(
            [3, 7, 22, 61, 400].map(ago),
            ["a few days", "a week", "three weeks", "two months", "more than a year"]
        );
    }
}
