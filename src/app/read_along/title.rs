//! Names a conversation by its first question. Each is asked for once; without a good one the question itself stays.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Serialize;
use serde_json::{Value, json};

use super::{ReadAlong, Step};
use crate::app::AppError;
use crate::domain::text::clipped;
use crate::language::{content_stems, words};
use crate::model::data;
use crate::model::form::{Form, FormError};
use crate::prompt::Template;

/// Words of a title.
const WORDS: usize = 6;

/// Characters of a title.
const LONGEST: usize = 60;

/// Characters of the question and of the answer that are read.
const READ: (usize, usize) = (600, 1_200);

/// What a model is told of naming a conversation.
#[derive(Serialize)]
struct TitlePrompt {
    words: usize,
    open: &'static str,
    close: &'static str,
}

impl Template for TitlePrompt {
    const FILE: &'static str = "conversation/title.md";
}

static TITLE: LazyLock<Value> = LazyLock::new(|| {
    json!({ "type": "object", "required": ["title"], "properties": { "title": { "type": "string" } },
        "additionalProperties": false })
});

impl ReadAlong {
    /// Names the newest conversation that has no name.
    pub(super) async fn name_a_conversation(&self) -> Result<Step, AppError> {
        let (store, workspace) = (&self.intake.store, self.intake.workspace);
        let Some(untitled) = store.untitled(workspace).await? else { return Ok(Step::Nothing) };
        let (question, answer) = (clipped(&untitled.question, READ.0), clipped(&untitled.answer, READ.1));
        let asked = async {
            let instructions = self.words(&TitlePrompt { words: WORDS, open: data::OPEN, close: data::CLOSE })?;
            let data = format!("Question: {question}\n\nAnswer: {answer}");
            self.fill(&Form { data: &data, ..self.form(&instructions, "title", &TITLE) }).await
        };
        let (title, step) = match asked.await {
            Ok(filled) => {
                let text = filled.value.as_ref().and_then(|value| value["title"].as_str());
                (text.and_then(|text| title(text, &question, &answer)), Step::Done)
            }
            Err(FormError::Unavailable(why)) => return Ok(Step::Failed(why)),
            Err(FormError::Refused(why)) => return Ok(Step::Refused(why)),
            Err(FormError::Failed(why)) => (None, Step::Failed(why)),
        };
        store.put_title(workspace, untitled.id, title.as_deref(), self.model.name()).await?;
        Ok(step)
    }
}

/// A title as it may be shown: plain words, and no name, figure or address that is not in the question or the answer.
fn title(text: &str, question: &str, answer: &str) -> Option<String> {
    let plain = data::plain(text.lines().find(|line| !line.trim().is_empty())?);
    if ["://", "](", "www.", "@", "<", ">"].iter().any(|mark| plain.contains(mark)) {
        return None;
    }
    let plain: String = plain.chars().filter(|letter| !"*_`#[]{}|\"“”".contains(*letter)).collect();
    let short = plain.split_whitespace().take(WORDS).collect::<Vec<_>>().join(" ");
    let short = clipped(short.trim_end_matches(['.', ',', ':', ';', '!', '?', '-', '–', '—', ' ']), LONGEST);
    let known: BTreeSet<String> =
        [question, answer].into_iter().flat_map(words).map(|word| bare(&word.lower).to_owned()).collect();
    let stems: BTreeSet<String> = [question, answer].into_iter().flat_map(content_stems).collect();
    let named = words(&short);
    let telling = |place: usize, text: &str| {
        text.chars().any(|letter| letter.is_ascii_digit() || letter == '/' || letter == '.')
            || place > 0
                && text.starts_with(char::is_uppercase)
                && content_stems(text).iter().any(|stem| !stems.contains(stem))
    };
    let unknown =
        named.iter().enumerate().any(|(place, word)| telling(place, word.text) && !known.contains(bare(&word.lower)));
    let about = content_stems(&short).iter().any(|stem| stems.contains(stem));
    (!unknown && about).then_some(short)
}

fn bare(lower: &str) -> &str {
    lower.trim_end_matches("'s").trim_end_matches("’s")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prompt;

    #[test]
    fn what_a_model_is_told_of_naming() {
        let values = TitlePrompt { words: WORDS, open: data::OPEN, close: data::CLOSE };
        insta::assert_snapshot!("title", prompt::render(&values, "2026-06-17".parse().unwrap()).unwrap());
    }

    #[test]
    fn a_title_is_a_few_plain_words_of_the_question_and_the_answer() {
        let named =
            |text: &str| title(text, "Why is Hooli critical?", "Hooli pays $240,000; the restore took nine hours.");
        for (text, shown) in [
            ("Why Hooli is critical", "Why Hooli is critical"),
            ("\"**Hooli's critical restore.**\"\nMore", "Hooli's critical restore"),
            ("Hooli: slow restore, critical level, many more words", "Hooli: slow restore, critical level, many"),
            ("Critical At Hooli Because Of Restore", "Critical At Hooli Because Of Restore"),
        ] {
            assert_eq!(named(text).as_deref(), Some(shown));
        }
        for text in [
            "",
            "\n \n",
            "[Hooli](https://evil.example)",
            "Hooli: log in at evil.example/login",
            "Hooli pays $999,999",
            "Hooli and Gavin Belson",
            "Weather and sports",
            "<script>Hooli</script>",
        ] {
            assert_eq!(named(text), None, "{text}");
        }
    }
}
