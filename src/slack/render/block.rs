//! Blocks and their elements, each within Slack's limits. Texts of `mrkdwn` come in escaped.

use serde::Serialize;
use serde_json::Value;
use slack_morphism::prelude::{
    SlackActionBlockElement, SlackActionsBlock, SlackBlock, SlackBlockButtonElement, SlackBlockButtonStyle,
    SlackBlockConfirmItem, SlackBlockMarkDownText, SlackBlockPlainText, SlackBlockPlainTextOnly, SlackBlockText,
    SlackContextBlock, SlackContextBlockElement, SlackDividerBlock, SlackHeaderBlock, SlackMarkdownBlock,
    SlackRichTextBlock, SlackRichTextElement, SlackRichTextInlineElement, SlackRichTextQuote, SlackRichTextText,
    SlackSectionBlock, SlackSectionBlockElement,
};

use super::action_id::Sent;
use super::escape::{cut, plain};

/// The longest text of a section.
pub(super) const SECTION: usize = 3_000;
/// The longest field of a section.
const FIELD: usize = 2_000;
/// The longest header.
const HEADER: usize = 150;
/// The longest label of a button.
const LABEL: usize = 75;
/// The longest value of a button, in bytes.
const VALUE: usize = 2_000;
/// The most buttons in a row.
pub(super) const BUTTONS: usize = 25;

/// A block as JSON.
pub(super) fn json(block: impl Serialize) -> Value {
    serde_json::to_value(block).unwrap_or(Value::Null)
}

/// Text without markup.
pub(super) fn plain_text(text: &str, max: usize) -> SlackBlockPlainTextOnly {
    SlackBlockPlainTextOnly::from(SlackBlockPlainText::new(plain(text, max)).with_emoji(true))
}

fn mrkdwn_text(text: impl Into<String>, max: usize) -> SlackBlockMarkDownText {
    let text = cut(text.into(), max);
    // Slack takes no text without words.
    let text = if text.trim().is_empty() { "–".to_owned() } else { text };
    // Verbatim: Slack turns no address or name in it into a link by itself.
    SlackBlockMarkDownText::new(text).with_verbatim(true)
}

fn mrkdwn(text: impl Into<String>, max: usize) -> SlackBlockText {
    SlackBlockText::MarkDown(mrkdwn_text(text, max))
}

/// A paragraph of `mrkdwn`.
pub(super) fn section(text: impl Into<String>) -> Value {
    json(SlackBlock::from(SlackSectionBlock::new().with_text(mrkdwn(text, SECTION))))
}

/// A paragraph of `mrkdwn` with a button beside it.
pub(super) fn section_with(text: impl Into<String>, button: Button) -> Value {
    let section = SlackSectionBlock::new()
        .with_text(mrkdwn(text, SECTION))
        .with_accessory(SlackSectionBlockElement::from(button.0));
    json(SlackBlock::from(section))
}

/// Pairs in two columns: what, and its value in `mrkdwn`. At most ten.
pub(super) fn fields(pairs: &[(&str, String)]) -> Value {
    let fields =
        pairs.iter().take(10).map(|(label, value)| mrkdwn(format!("{}\n{value}", super::escape::bold(label)), FIELD));
    json(SlackBlock::from(SlackSectionBlock::new().with_fields(fields.collect())))
}

/// A heading.
pub(super) fn header(text: &str) -> Value {
    json(SlackBlock::from(SlackHeaderBlock::new(plain_text(text, HEADER))))
}

/// Small print, a line each.
pub(super) fn context(lines: &[String]) -> Value {
    let text = SlackContextBlockElement::from(mrkdwn_text(lines.join("\n"), SECTION));
    json(SlackBlock::from(SlackContextBlock::new(vec![text])))
}

/// A line between two parts.
pub(super) fn divider() -> Value {
    json(SlackBlock::from(SlackDividerBlock::new()))
}

/// Markdown, already harmless.
pub(super) fn markdown(text: String) -> Value {
    json(SlackBlock::from(SlackMarkdownBlock::new(text)))
}

/// Words as they are, set off as a quote; nothing in them is markup.
pub(super) fn quote(text: &str, max: usize) -> Value {
    let text = SlackRichTextInlineElement::Text(SlackRichTextText::new(plain(text, max)));
    let quote = SlackRichTextElement::from(SlackRichTextQuote::new(vec![text]));
    json(SlackBlock::from(SlackRichTextBlock::new(vec![quote])))
}

/// A row of buttons.
pub(super) fn actions(buttons: Vec<Button>) -> Value {
    let elements = buttons.into_iter().take(BUTTONS).map(|button| SlackActionBlockElement::from(button.0));
    json(SlackBlock::from(SlackActionsBlock::new(elements.collect())))
}

/// A button.
pub(super) struct Button(SlackBlockButtonElement);

impl Button {
    /// A button that sends `value` back.
    pub(super) fn new(action_id: &str, label: &str, value: &impl Sent) -> Self {
        // What is too long to be sent back says nothing, and is answered as such.
        let value = Some(value.sent()).filter(|value| value.len() <= VALUE).unwrap_or_else(|| "{}".to_owned());
        let button = SlackBlockButtonElement::new(plain_text(label, LABEL)).with_value(value);
        Self(button.with_action_id(action_id.into()))
    }

    /// A button that opens an address.
    pub(super) fn link(label: &str, url: &str) -> Option<Self> {
        let url = url.parse().ok()?;
        let button = SlackBlockButtonElement::new(plain_text(label, LABEL)).with_url(url);
        Some(Self(button.with_action_id(super::action_id::LINK_OPEN.into())))
    }

    /// The one thing to do here.
    pub(super) fn primary(mut self) -> Self {
        self.0.style = Some(SlackBlockButtonStyle::Primary);
        self
    }

    /// What a screen reader says instead of the label.
    pub(super) fn spoken(mut self, label: &str) -> Self {
        self.0.accessibility_label = Some(plain(label, LABEL).into());
        self
    }

    /// Asks before it is done.
    pub(super) fn asks(mut self, title: &str, text: &str, yes: &str) -> Self {
        self.0.confirm = Some(SlackBlockConfirmItem::new(
            plain_text(title, 100),
            SlackBlockText::from(plain_text(text, 300)),
            plain_text(yes, 30),
            plain_text("Not yet", 30),
        ));
        self
    }
}
