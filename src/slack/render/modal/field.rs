//! The fields of dialogs.

use serde_json::Value;
use slack_morphism::prelude::{
    SlackBlock, SlackBlockChoiceItem, SlackBlockDatePickerElement, SlackBlockExternalSelectElement,
    SlackBlockPlainTextInputElement, SlackBlockPlainTextOnly, SlackBlockStaticSelectElement, SlackInputBlock,
    SlackInputBlockElement,
};

use crate::domain::tool::account::AccountBrief;
use crate::slack::render::action_id::{ACCOUNT_PICK, IN_ACCOUNT};
use crate::slack::render::block::{json, plain_text};
use crate::slack::render::escape::{head, units};

/// The most that Slack lets be typed into a field.
pub(super) const TYPED: usize = 3_000;

/// A field to type into.
pub(super) struct Field {
    name: String,
    label: String,
    filled: String,
    hint: Option<String>,
    most: usize,
    long: bool,
    optional: bool,
}

impl Field {
    /// A line called `name` in what is sent back.
    pub(super) fn new(name: &str, label: &str) -> Self {
        Self {
            name: name.to_owned(),
            label: label.to_owned(),
            filled: String::new(),
            hint: None,
            most: 2_000,
            long: false,
            optional: false,
        }
    }

    /// Several lines.
    pub(super) fn long(mut self) -> Self {
        self.long = true;
        self
    }

    /// At most so many characters.
    pub(super) fn most(mut self, most: usize) -> Self {
        self.most = most.min(TYPED);
        self
    }

    /// What stands in it at first, exactly as it is.
    pub(super) fn filled(mut self, text: &str) -> Self {
        text.clone_into(&mut self.filled);
        self
    }

    /// What may be said below it.
    pub(super) fn hint(mut self, hint: &str) -> Self {
        self.hint = Some(hint.to_owned());
        self
    }

    /// It may be left empty.
    pub(super) fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// The block.
    pub(super) fn block(self) -> Value {
        let mut element = SlackBlockPlainTextInputElement::new()
            .with_action_id(self.name.as_str().into())
            .with_multiline(self.long)
            .with_max_length(self.most as u64);
        let filled = head(&self.filled, self.most);
        if units(filled) > 0 {
            element = element.with_initial_value(filled.to_owned());
        }
        input(&self.name, &self.label, element.into(), self.hint.as_deref(), self.optional)
    }
}

fn input(name: &str, label: &str, element: SlackInputBlockElement, hint: Option<&str>, optional: bool) -> Value {
    let mut block = SlackInputBlock::new(plain_text(label, 200), element).with_block_id(name.into());
    block.hint = hint.map(|hint| plain_text(hint, 300));
    block.optional = optional.then_some(true);
    json(SlackBlock::from(block))
}

fn option(text: &str, value: &str) -> SlackBlockChoiceItem<SlackBlockPlainTextOnly> {
    SlackBlockChoiceItem::new(plain_text(text, 75), value.to_owned())
}

/// A list of accounts that the server completes while it is typed into.
pub(super) fn account(chosen: Option<&AccountBrief>) -> Value {
    let mut element = SlackBlockExternalSelectElement::new()
        .with_action_id(ACCOUNT_PICK.into())
        .with_placeholder(plain_text("Name or domain", 150))
        .with_min_query_length(0);
    element.initial_option = chosen.filter(|brief| can_be_chosen(brief)).map(account_option);
    input(IN_ACCOUNT, "Account", element.into(), None, false)
}

/// Whether the domain can be the value of an option.
fn can_be_chosen(brief: &AccountBrief) -> bool {
    (1..=150).contains(&units(&brief.domain))
}

/// An account as it stands in the list.
fn account_option(brief: &AccountBrief) -> SlackBlockChoiceItem<SlackBlockPlainTextOnly> {
    option(&format!("{} ({})", brief.name, brief.domain), &brief.domain)
}

/// The accounts that fit what was typed, as the answer to a request for options. Of many, the first hundred.
#[must_use]
pub fn account_options(briefs: &[AccountBrief]) -> Value {
    let fitting = briefs.iter().filter(|brief| can_be_chosen(brief));
    let options: Vec<_> = fitting.take(100).map(account_option).collect();
    serde_json::json!({ "options": options })
}

/// A list of few words to choose from.
pub(super) fn choice(name: &str, label: &str, options: &[(&str, &str)], chosen: Option<&str>) -> Value {
    let all: Vec<_> = options.iter().map(|(text, value)| option(text, value)).collect();
    let mut element = SlackBlockStaticSelectElement::new().with_action_id(name.into());
    element.initial_option = chosen.and_then(|chosen| all.iter().find(|option| option.value == chosen).cloned());
    element.options = Some(all);
    input(name, label, element.into(), None, false)
}

/// A day.
pub(super) fn day(name: &str, label: &str, chosen: chrono::NaiveDate) -> Value {
    let element = SlackBlockDatePickerElement::new().with_action_id(name.into()).with_initial_date(chosen.to_string());
    input(name, label, element.into(), None, false)
}
