//! A language model as the writer: it gets the same grounds as the built-in one, and its text is compared with them. What
//! does not hold is sent back once; after that the built-in text stands.

use std::time::Duration;

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Value, json};

use super::grounds::Grounds;
use super::voice::Voice;
use super::write::Written;
use crate::agent::checks::{Borne, letter_problems};
use crate::domain::answer::Usage;
use crate::domain::draft::DraftOptions;
use crate::model::data;
use crate::model::form::{Form, FormModel};
use crate::prompt::{self, Template};

/// What a model is told of writing a mail.
#[derive(Serialize)]
struct WritePrompt<'a> {
    sender: &'a str,
    sender_first: &'a str,
    recipient: &'a str,
    recipient_first: &'a str,
    goal: &'static str,
    tone: &'static str,
    language: &'a str,
    words: usize,
    mention: bool,
    instructions: bool,
    voice: &'a str,
    open: &'static str,
    close: &'static str,
}

impl Template for WritePrompt<'_> {
    const FILE: &'static str = "email/write.md";
}

/// What came of it.
pub struct Authored {
    /// The mail, where it holds.
    pub written: Option<Written>,
    /// Why it is not the model's, in a sentence.
    pub notice: Option<String>,
    /// What it cost.
    pub usage: Usage,
}

/// Has a model write the mail; `plain` is the built-in text.
pub async fn author(
    writer: &dyn FormModel,
    deadline: Duration,
    grounds: &Grounds,
    options: &DraftOptions,
    voice: &Voice,
    plain: &Written,
    today: NaiveDate,
) -> Authored {
    let mut usage = Usage::default();
    let gave_up = |notice: String, usage: Usage| Authored { written: None, notice: Some(notice), usage };
    let Ok(instructions) = prompt::render(&told(grounds, options, voice), today) else {
        return gave_up("The built-in writer wrote this.".to_owned(), usage);
    };
    let schema = schema();
    let given = given(grounds, options, plain);
    let mut wanted = given.clone();
    for attempt in 0..2 {
        let form = Form { instructions: &instructions, data: &wanted, name: "email", schema: &schema, deadline };
        let filled = match writer.fill(&form).await {
            Ok(filled) => filled,
            Err(error) => {
                tracing::warn!(model = writer.name(), %error, "the language model could not write a mail");
                return gave_up(format!("{} could not write this; the built-in writer did.", writer.name()), usage);
            }
        };
        usage.add(filled.usage);
        usage.repairs += attempt;
        let (written, problems) = judged(filled.value.as_ref(), grounds, options, plain, today);
        if problems.is_empty() {
            return Authored { written: Some(written), notice: None, usage };
        }
        wanted = format!(
            "{given}\n\nYour last text:\nSubject: {}\n{}\n\nWhat was wrong with it:\n- {}",
            written.subject,
            written.body,
            problems.join("\n- ")
        );
    }
    let notice =
        format!("{} wrote what the records do not bear out, so the built-in writer wrote this.", writer.name());
    gave_up(notice, usage)
}

fn told<'a>(grounds: &'a Grounds, options: &'a DraftOptions, voice: &'a Voice) -> WritePrompt<'a> {
    WritePrompt {
        sender: &grounds.sender.name,
        sender_first: grounds.sender.first_name(),
        recipient: &grounds.recipient.name,
        recipient_first: grounds.recipient.first_name(),
        goal: grounds.goal.label(),
        tone: options.tone.wire(),
        language: options.language.as_deref().unwrap_or("English"),
        words: options.length.most_words(),
        mention: !options.mention.is_empty(),
        instructions: options.instructions.is_some(),
        voice: &voice.text,
        open: data::OPEN,
        close: data::CLOSE,
    }
}

fn schema() -> Value {
    json!({ "type": "object", "required": ["subject", "body"], "additionalProperties": false,
        "properties": { "subject": { "type": "string" }, "body": { "type": "string" } } })
}

/// Everything the mail may say.
fn given(grounds: &Grounds, options: &DraftOptions, plain: &Written) -> String {
    let mut lines = vec![
        format!("To: {} at {}", grounds.recipient.name, grounds.account_name),
        format!("From: {}", grounds.sender.name),
        format!("Days to propose: {} or {}", grounds.days[0].text, grounds.days[1].text),
        "Facts:".to_owned(),
    ];
    lines.extend(grounds.facts().iter().map(|fact| format!("- {}", fact.text)));
    lines.extend(options.mention.iter().map(|mention| format!("To be mentioned: {mention}")));
    lines.extend(options.instructions.iter().map(|wish| format!("Wish: {wish}")));
    lines.push(format!("A plain version:\nSubject: {}\n{}", plain.subject, plain.body));
    lines.join("\n")
}

/// The text a model gave, and what is wrong with it.
fn judged(
    value: Option<&Value>,
    grounds: &Grounds,
    options: &DraftOptions,
    plain: &Written,
    today: NaiveDate,
) -> (Written, Vec<String>) {
    let text = |name: &str| value.and_then(|value| value[name].as_str()).map(data::plain).unwrap_or_default();
    let subject = text("subject").split_whitespace().collect::<Vec<_>>().join(" ");
    let body = text("body").replace("\r\n", "\n").trim().to_owned();
    let facts = grounds.facts();
    let mut texts = vec![
        plain.subject.clone(),
        plain.body.clone(),
        grounds.account_name.clone(),
        grounds.recipient.name.clone(),
        grounds.sender.name.clone(),
    ];
    texts.extend(grounds.days.iter().map(|day| format!("{} {}", day.text, day.day)));
    texts.extend(facts.into_iter().flat_map(|fact| [fact.text, fact.citation.quote]));
    let borne = Borne {
        texts: &texts,
        recipient: grounds.recipient.first_name(),
        sender: grounds.sender.first_name(),
        most_words: options.length.most_words(),
        english: options.language.is_none(),
        today,
    };
    let problems = letter_problems(&subject, &body, &borne);
    (Written { subject, body }, problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_model_is_told_of_writing_a_mail() {
        let values = WritePrompt {
            sender: "Jared Dunn",
            sender_first: "Jared",
            recipient: "Dana Whitfield",
            recipient_first: "Dana",
            goal: "renewal",
            tone: "warm",
            language: "English",
            words: 140,
            mention: true,
            instructions: false,
            voice: "We write as we speak.",
            open: data::OPEN,
            close: data::CLOSE,
        };
        insta::assert_snapshot!("write", prompt::render(&values, "2026-06-17".parse().unwrap()).unwrap());
    }
}
