//! Letters: e-mails to customers, written from what is on record about one account and from nothing else.
//!
//! What a mail stands on is gathered first (`grounds`): who it goes to, their own words, what we owe them, the figures
//! its goal needs, what was shipped for them, two days to propose; each piece with the record it is from. Then it is
//! written: by the built-in writer, or by a language model whose text is compared with the same grounds. What is not in
//! the grounds cannot get into a mail.

mod aim;
mod author;
mod figures;
mod grounds;
mod people;
mod promised;
mod said;
mod shipped;
mod voice;
mod write;

use std::sync::Arc;
use std::time::Duration;

use grounds::{Grounds, Shipped};
use people::Recipient;
pub use people::{has_left, is_address};
pub use voice::Voice;

use super::tools::{Bench, ToolError};
use crate::domain::answer::Usage;
use crate::domain::draft::{Answered, Change, Draft, DraftOptions, DraftState, Goal, Letter, Version};
use crate::domain::id::DraftId;
use crate::domain::time::day_text;
use crate::domain::tool::draft::DraftEmail;
use crate::model::form::FormModel;

/// How letters are written here. Cheap to clone.
#[derive(Clone, Default)]
pub struct Letters {
    /// The team's voice.
    pub voice: Arc<Voice>,
    /// The language model that writes, and how long it may take.
    pub writer: Option<(Arc<dyn FormModel>, Duration)>,
}

/// What a letter is to be.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// What was asked for.
    pub asked: DraftEmail,
    /// What it tells them has shipped, where somebody has matched that already; else it is looked for.
    pub answered: Vec<Answered>,
}

/// Languages the built-in writer knows.
const ENGLISH: [&str; 4] = ["english", "en", "british english", "american english"];

/// Writes a letter; `before` is the draft it changes.
///
/// # Errors
/// [`ToolError`] with a sentence that says what to do where there is nobody to write to or nothing to write about.
pub async fn draft(bench: &mut Bench<'_>, wanted: Wanted, before: Option<Draft>) -> Result<Draft, ToolError> {
    let wishes = match &before {
        Some(before) => Wishes::changed(before.letter(), &wanted.asked),
        None => Wishes::new(&wanted.asked),
    };
    let domain = bench.scope.account(before.as_ref().map_or(&wanted.asked.account, |before| &before.account))?;
    let by = bench.scope.acting()?;
    let letter = letter(bench, &domain, &wishes, &wanted.answered).await?;
    let at = bench.now();
    Ok(match before {
        Some(before) => before.with(Change::Revised, by, at, letter),
        None => Draft {
            id: DraftId::new(),
            account_name: bench.names([domain.as_str()]).await?.remove(&domain).unwrap_or_else(|| domain.clone()),
            account: domain,
            conversation: None,
            state: DraftState::Draft,
            decided: None,
            trouble: None,
            first: Version { number: 1, change: Change::Written, by, at, letter },
            later: Vec::new(),
        },
    })
}

/// What is wanted of a letter, once earlier wishes are counted in.
struct Wishes {
    goal: Option<Goal>,
    recipient: Option<String>,
    options: DraftOptions,
    /// Whether goal and recipient were chosen before and are kept.
    kept: Option<(Option<String>, Option<String>)>,
}

impl Wishes {
    fn new(asked: &DraftEmail) -> Self {
        Self {
            goal: asked.goal,
            recipient: asked.recipient.clone(),
            options: DraftOptions {
                tone: asked.tone.unwrap_or_default(),
                length: asked.length.unwrap_or_default(),
                language: asked.language.clone().filter(|language| !is_english(language)),
                mention: mentions(&asked.mention),
                instructions: asked.instructions.clone().filter(|text| !text.trim().is_empty()),
                release: asked.release.clone(),
            },
            kept: None,
        }
    }

    fn changed(before: &Letter, asked: &DraftEmail) -> Self {
        let mut options = before.options.clone();
        options.tone = asked.tone.unwrap_or(options.tone);
        options.length = asked.length.unwrap_or(options.length);
        if let Some(language) = &asked.language {
            options.language = (!is_english(language)).then(|| language.clone());
        }
        for mention in mentions(&asked.mention) {
            if !options.mention.contains(&mention) {
                options.mention.push(mention);
            }
        }
        options.instructions = asked.instructions.clone().or(options.instructions);
        options.release = asked.release.clone().or(options.release);
        let goal_reason = before.goal_reason.clone().filter(|_| asked.goal.is_none());
        let recipient_reason = before.recipient_reason.clone().filter(|_| asked.recipient.is_none());
        Self {
            goal: Some(asked.goal.unwrap_or(before.goal)),
            recipient: Some(asked.recipient.clone().unwrap_or_else(|| before.recipient.email.clone())),
            options,
            kept: Some((goal_reason, recipient_reason)),
        }
    }
}

fn is_english(language: &str) -> bool {
    ENGLISH.contains(&language.trim().to_lowercase().as_str())
}

fn mentions(asked: &[String]) -> Vec<String> {
    const MOST: usize = 6;
    const LONGEST: usize = 200;
    asked
        .iter()
        .map(|mention| mention.trim().chars().take(LONGEST).collect::<String>())
        .filter(|mention| !mention.is_empty())
        .take(MOST)
        .collect()
}

/// Gathers what the letter stands on, and has it written.
async fn letter(
    bench: &mut Bench<'_>,
    domain: &str,
    wishes: &Wishes,
    answered: &[Answered],
) -> Result<Letter, ToolError> {
    let data = bench.records().account_data(domain).await?;
    let today = bench.today();
    let about_a_release = !answered.is_empty() || wishes.options.release.is_some();
    let (goal, goal_reason) = aim::goal(bench, &data, wishes.goal, about_a_release)?;
    let nobody_named = wishes.recipient.as_deref().is_none_or(|named| named.trim().is_empty());
    let asker = match answered.iter().find_map(|answered| answered.request.speaker.clone()) {
        // Where the recipient is named, nobody needs to be looked for.
        None if goal == Goal::CloseTheLoop && nobody_named => shipped::asker(bench, domain, &wishes.options).await?,
        asker => asker,
    };
    let Recipient { who: recipient, reason: recipient_reason, news } =
        people::recipient(bench, &data, goal, wishes.recipient.as_deref(), asker.as_deref()).await?;
    let sender = people::sender(bench, &data).await?;
    let record = &data.account.record;
    let mut grounds = Grounds::new(goal, (domain, &record.name), recipient, sender, figures::days(today));
    let mut notices: Vec<String> = news.iter().map(|(sentence, _)| sentence.clone()).collect();
    for (sentence, words) in news {
        grounds.lean_on(sentence, words);
    }
    let talks = said::Talks::of(bench, domain).await?;
    match goal {
        Goal::PaymentRecovery => figures::tell_unpaid(&mut grounds, &data, bench.now()),
        Goal::Renewal | Goal::TrialConversion => figures::tell_contract(&mut grounds, &data, today),
        Goal::Adoption | Goal::SaveAtRisk => figures::tell_usage(&mut grounds, &data, today),
        Goal::CheckIn | Goal::Reengage | Goal::CloseTheLoop => {}
    }
    figures::tell_notice(&mut grounds, &data, bench.now());
    if grounds.notice.is_some() && goal != Goal::SaveAtRisk {
        notices.push("They gave notice that the contract ends; the mail does not speak of it.".to_owned());
    }
    promised::tell_promises(&mut grounds, &data, &talks, today);
    if !answered.is_empty() {
        tell_answered(&mut grounds, answered, today);
    } else if goal != Goal::PaymentRecovery {
        shipped::tell_shipped(bench, &mut grounds, &talks, &wishes.options).await?;
    }
    let unsupported = shipped::tell_mentions(bench, &mut grounds, &talks, &wishes.options.mention).await?;
    let unsaid =
        |mention: &String| format!("Nothing on record supports “{}”, so the mail does not mention it.", mention.trim());
    notices.extend(unsupported.iter().map(unsaid));
    let mut options = wishes.options.clone();
    options.mention.retain(|mention| !unsupported.contains(mention));
    if let Some(release) = wishes.options.release.as_ref().filter(|_| grounds.shipped.is_empty()) {
        let unknown = shipped::tell_mentions(bench, &mut grounds, &talks, std::slice::from_ref(release)).await?;
        notices.extend(unknown.iter().map(|release| format!("There is no release “{release}” on record.")));
    }
    if goal == Goal::CloseTheLoop && grounds.shipped.is_empty() {
        return Err(ToolError::Invalid(format!(
            "No release on record answers what {} asked for, so there is no loop to close; name the release, or another goal.",
            record.name
        )));
    }
    if goal == Goal::CloseTheLoop && grounds.shipped.iter().any(|shipped| shipped.told) {
        notices
            .push("Our side has spoken of this to them since it shipped; look whether they know already.".to_owned());
    }
    if matches!(goal, Goal::CloseTheLoop | Goal::Reengage) {
        promised::tell_promised_word(&mut grounds, &data, today);
    }
    said::tell_words(bench, &mut grounds, &talks).await?;
    said::tell_talk(&mut grounds, &talks, bench.now());
    let letters = bench.tools.letters.clone();
    let written = write::write(&grounds, &options, &letters.voice, today)?;
    let (mut written, mut written_by, mut usage) = (written, write::NAME.to_owned(), Usage::default());
    if let Some((writer, deadline)) = &letters.writer {
        let authored =
            author::author(writer.as_ref(), *deadline, &grounds, &options, &letters.voice, &written, today).await;
        usage = authored.usage;
        notices.extend(authored.notice);
        if let Some(text) = authored.written {
            (written, written_by) = (text, writer.name().to_owned());
        }
    }
    notices.extend(shortcomings(&options, written_by == write::NAME));
    let (goal_reason, recipient_reason) = wishes.kept.clone().unwrap_or((goal_reason, recipient_reason));
    let next_step = format!("A conversation on {} or {}", grounds.days[0].text, grounds.days[1].text);
    Ok(Letter {
        goal,
        goal_reason,
        recipient_reason,
        ask: ask(&written.body),
        next_step,
        subject: written.subject,
        body: written.body,
        facts: grounds.facts(),
        notices,
        written_by,
        usage,
        options,
        recipient: grounds.recipient,
        sender: grounds.sender,
    })
}

/// What the reader should know of how it was written.
fn shortcomings(options: &DraftOptions, built_in: bool) -> Vec<String> {
    let mut told = Vec::new();
    match (&options.language, built_in) {
        (Some(language), true) => told.push(format!(
            "The built-in writer writes English only; with a language model this would be in {language}."
        )),
        (Some(language), false) => told.push(format!(
            "Names and promises are only checked in English; figures and dates were. Read the {language} with that in mind."
        )),
        (None, _) => {}
    }
    if options.instructions.is_some() && built_in {
        told.push(
            "The built-in writer goes by tone, length and what to mention; other wishes were not followed.".to_owned(),
        );
    }
    told
}

/// The first question of a mail that is its own and no quotation.
fn ask(body: &str) -> String {
    let mut sentences = body.lines().flat_map(crate::language::sentences);
    let own = |sentence: &&str| sentence.ends_with('?') && !sentence.contains('“');
    sentences.find(own).unwrap_or_default().to_owned()
}

/// What was matched before: who asked for what, and what shipped.
fn tell_answered(grounds: &mut Grounds, answered: &[Answered], today: chrono::NaiveDate) {
    use super::tools::same_person;
    for item in answered {
        let (thing, more) = shipped::named(&item.line, &item.release.title);
        if grounds.shipped.iter().any(|known| known.thing == thing) {
            continue;
        }
        let who = item.request.speaker.clone();
        grounds.lean_on(format!("{thing} shipped on {}", day_text(item.shipped_on, today)), item.release.clone());
        let asker = who.as_deref().unwrap_or("They");
        grounds.lean_on(format!("{asker} asked for it: “{}”", item.request.quote), item.request.clone());
        grounds.shipped.push(Shipped {
            thing,
            more,
            version: item.version.clone(),
            day: item.shipped_on,
            own: who.as_deref().is_some_and(|who| same_person(who, &grounds.recipient.name)),
            first: who.as_deref().map(said::first_name),
            asked: item.request.occurred_at.map(|at| at.day()),
            quote: said::brief(&item.request.quote),
            told: false,
        });
    }
}
