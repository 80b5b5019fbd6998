//! Forms over the chat API: the schema goes along as `response_format`, and once an endpoint refuses that, no more.
//! Small servers take the schema and ignore it, so the object is looked for in whatever text comes back.

use std::sync::atomic::Ordering;

use async_openai::error::OpenAIError;
use async_trait::async_trait;
use reqwest::StatusCode;
use serde_json::{Deserializer, Value, json};

use super::{Fault, OpenAi, wire};
use crate::domain::answer::Usage;
use crate::model::chat::ModelError;
use crate::model::data;
use crate::model::form::{Filled, Form, FormError, FormModel};

/// Tokens of the marks around the data, and of two messages.
const FRAME: usize = 32;

#[async_trait]
impl FormModel for OpenAi {
    fn name(&self) -> &str {
        &self.config.name
    }

    fn room(&self, form: &Form<'_>) -> usize {
        let fixed = wire::tokens(form.instructions) + wire::tokens(&form.schema.to_string()) + FRAME;
        let window = self.config.context_tokens.saturating_sub(self.config.answer_tokens) as usize;
        window.saturating_sub(fixed) * wire::BYTES_PER_TOKEN
    }

    async fn fill(&self, form: &Form<'_>) -> Result<Filled, FormError> {
        if form.data.len() > self.room(form) {
            return Err(FormError::Failed("what is to be read does not fit the model's window".to_owned()));
        }
        match tokio::time::timeout(form.deadline, self.fill_whenever(form)).await {
            Ok(filled) => filled,
            Err(_) => Err(FormError::Failed(format!("the model took longer than {} seconds", form.deadline.as_secs()))),
        }
    }
}

impl OpenAi {
    async fn fill_whenever(&self, form: &Form<'_>) -> Result<Filled, FormError> {
        let mut request = json!({
            "model": self.config.name,
            "messages": [
                { "role": "system", "content": form.instructions },
                { "role": "user", "content": data::block(form.data) },
            ],
            "max_tokens": self.config.answer_tokens,
            "temperature": 0,
            "stream": true,
            "stream_options": { "include_usage": true },
        });
        let plain = request.clone();
        if !self.no_schemas.load(Ordering::Relaxed) {
            request["response_format"] = json!({ "type": "json_schema",
                "json_schema": { "name": form.name, "strict": true, "schema": form.schema } });
        }
        let told_schema = request.get("response_format").is_some();
        let sent = wire::tokens(&plain.to_string()) as u64;
        let reply = match self.stream(request, &|_| {}).await {
            Err(fault) if told_schema && refuses_form(&fault) => {
                let reply = self.stream(plain, &|_| {}).await;
                // Only what works without it shows that the schema was the reason.
                if reply.is_ok() {
                    self.no_schemas.store(true, Ordering::Relaxed);
                }
                reply
            }
            other => other,
        };
        let reply = reply.map_err(|fault| self.why(fault))?;
        let usage = self.priced(reply.usage, sent, &reply.text);
        Ok(Filled { value: object_in(&reply.text), usage })
    }

    /// What a failure means for the form.
    fn why(&self, fault: Fault) -> FormError {
        let status = status(&fault);
        let connecting = matches!(&fault, Fault::Endpoint(OpenAIError::Reqwest(error)) if error.is_connect());
        let sentence = match self.said(fault) {
            ModelError::Transient(text) | ModelError::Permanent(text) | ModelError::Refused(text) => text,
        };
        match status {
            Some(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND) => {
                FormError::Refused(sentence)
            }
            Some(StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) => FormError::Unavailable(sentence),
            None if connecting => FormError::Unavailable(sentence),
            _ => FormError::Failed(sentence),
        }
    }

    /// What a reply cost. Not every server tells; a budget needs a figure all the same.
    pub(super) fn priced(&self, told: Usage, sent: u64, text: &str) -> Usage {
        let mut usage = told;
        if usage.tokens() == 0 {
            usage.prompt_tokens = sent;
            usage.completion_tokens = wire::tokens(text) as u64;
        }
        usage.cost_micros = self.config.prices.map(|(read, written)| {
            (usage.prompt_tokens as f64 * read + usage.completion_tokens as f64 * written).round() as u64
        });
        usage
    }
}

fn status(fault: &Fault) -> Option<StatusCode> {
    match fault {
        Fault::Endpoint(OpenAIError::ApiError(answer)) => Some(answer.status_code),
        _ => None,
    }
}

/// Whether an endpoint may have refused a request for its form. It may be for anything else too.
fn refuses_form(fault: &Fault) -> bool {
    let refusals = [StatusCode::BAD_REQUEST, StatusCode::UNPROCESSABLE_ENTITY, StatusCode::NOT_IMPLEMENTED];
    status(fault).is_some_and(|status| refusals.contains(&status))
}

/// The JSON object in a text: models put thoughts before it, fences around it and remarks after it. What a model thinks
/// may hold objects too, so the largest one that is whole is taken.
fn object_in(text: &str) -> Option<Value> {
    let mut best: Option<(usize, Value)> = None;
    let mut from = 0;
    while let Some(at) = text[from..].find('{').map(|at| at + from) {
        let mut parsed = Deserializer::from_str(&text[at..]).into_iter::<Value>();
        match parsed.next() {
            Some(Ok(value @ Value::Object(_))) => {
                let length = parsed.byte_offset();
                if best.as_ref().is_none_or(|(known, _)| length > *known) {
                    best = Some((length, value));
                }
                from = at + length;
            }
            _ => from = at + 1,
        }
    }
    best.map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_object_is_found_wherever_it_stands() {
        let wanted = json!({ "promises": [{ "quote": "I'll send {it}." }] });
        for text in [
            wanted.to_string(),
            format!("```json\n{wanted}\n```"),
            format!("<think>An empty one would be {{}} or {{\"a\": 1}}.</think>\nHere it is: {wanted} Anything else?"),
            format!("{{ not JSON, but: {wanted}"),
        ] {
            assert_eq!(object_in(&text), Some(wanted.clone()), "{text}");
        }
        for text in ["", "none", "[1, 2]", "{\"promises\": [", "{{{{"] {
            assert_eq!(object_in(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text in "[{}\\[\\]\", :a1é\\\\]{0,200}") {
            if let Some(found) = object_in(&text) {
                prop_assert!(found.is_object());
            }
        }
    }
}
