//! Dialogs about a draft: its text to change, to copy, and the wishes for another version.

use std::collections::BTreeMap;

use super::dialog;
use super::field::{Field, TYPED, choice};
use crate::domain::draft::{Draft, Length, Tone};
use crate::slack::render::View;
use crate::slack::render::action_id::{
    DraftValue, IN_BODY, IN_INSTRUCTIONS, IN_LENGTH, IN_SUBJECT, IN_TONE, MODAL_DRAFT_COPY, MODAL_DRAFT_EDIT,
    MODAL_DRAFT_REGENERATE, ModalMeta,
};
use crate::slack::render::block::{context, section};
use crate::slack::render::escape::{head, line, units};

/// The most fields a text is spread over: more than the longest text that is kept takes.
const PARTS: usize = 12;

fn meta(draft: &Draft, meta: &ModalMeta) -> ModalMeta {
    let value = DraftValue { id: draft.id, version: draft.current().number };
    ModalMeta { draft: Some(value), ..meta.clone() }
}

/// Subject and text, to be changed.
#[must_use]
pub fn draft_edit(draft: &Draft, opened: &ModalMeta) -> View {
    let letter = draft.letter();
    let mut blocks = vec![Field::new(IN_SUBJECT, "Subject").most(300).filled(&letter.subject).block()];
    for (index, part) in parts(&letter.body).iter().enumerate() {
        let label = if index == 0 { "Text".to_owned() } else { format!("Text, part {}", index + 1) };
        let field = Field::new(&part_name(index), &label).long().most(TYPED).filled(part);
        // Only the first has to stay: whoever shortens a text empties the others.
        blocks.push(if index == 0 { field } else { field.optional() }.block());
    }
    blocks.push(context(&["It is kept as a new version, which waits for approval again. Nothing is sent.".to_owned()]));
    dialog(MODAL_DRAFT_EDIT, "Edit the draft", Some("Keep"), &meta(draft, opened), blocks)
}

/// The text as it is, to be selected.
#[must_use]
pub fn draft_copy(draft: &Draft, opened: &ModalMeta) -> View {
    let letter = draft.letter();
    let mut blocks = vec![
        section(format!("*To:* {}\nSelect a field and copy it into your mail program.", line(&letter.recipient.email))),
        Field::new(IN_SUBJECT, "Subject").most(300).filled(&letter.subject).optional().block(),
    ];
    for (index, part) in parts(&letter.body).iter().enumerate() {
        let label = if index == 0 { "Text".to_owned() } else { format!("Text, part {}", index + 1) };
        blocks.push(Field::new(&part_name(index), &label).long().most(TYPED).filled(part).optional().block());
    }
    blocks.push(context(&["What you change here is not kept.".to_owned()]));
    dialog(MODAL_DRAFT_COPY, "Copy the draft", Some("Done"), &meta(draft, opened), blocks)
}

/// The wishes for another version.
#[must_use]
pub fn draft_regenerate(draft: &Draft, opened: &ModalMeta) -> View {
    let options = &draft.letter().options;
    let tones = [("Warm", Tone::Warm.wire()), ("Neutral", Tone::Neutral.wire()), ("Direct", Tone::Direct.wire())];
    let lengths = [("Short", Length::Short.wire()), ("Medium", Length::Medium.wire())];
    let wishes = Field::new(IN_INSTRUCTIONS, "What should be different?").long().optional();
    let wishes = wishes.filled(options.instructions.as_deref().unwrap_or_default());
    let blocks = vec![
        choice(IN_TONE, "Tone", &tones, Some(options.tone.wire())),
        choice(IN_LENGTH, "Length", &lengths, Some(options.length.wire())),
        wishes.hint("For example: ask for a call on Friday; leave the price out.").block(),
    ];
    dialog(MODAL_DRAFT_REGENERATE, "Write it anew", Some("Write"), &meta(draft, opened), blocks)
}

fn part_name(index: usize) -> String {
    if index == 0 { IN_BODY.to_owned() } else { format!("{IN_BODY}_{}", index + 1) }
}

/// A text in parts that each fit a field, cut at paragraphs where there are some.
fn parts(body: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = body;
    while units(rest) > TYPED && parts.len() + 1 < PARTS {
        let most = head(rest, TYPED);
        let cut = most.rfind("\n\n").or_else(|| most.rfind('\n')).or_else(|| most.rfind(' ')).filter(|cut| *cut > 0);
        let (part, after) = rest.split_at(cut.unwrap_or(most.len()));
        parts.push(part.trim_end());
        rest = after.trim_start_matches('\n').trim_start_matches(' ');
    }
    parts.push(rest);
    parts
}

/// The text of the fields of [`draft_edit`], by the names of their blocks.
#[must_use]
pub fn edited_body(fields: &BTreeMap<String, String>) -> String {
    let parts = (0..PARTS).filter_map(|index| fields.get(&part_name(index)));
    parts.map(|part| part.trim()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_spread_over_fields_and_comes_back_whole() {
        let body = (1..=60).map(|n| format!("Paragraph {n}. {}", "Words and words. ".repeat(9))).collect::<Vec<_>>();
        let body = body.iter().map(|paragraph| paragraph.trim_end()).collect::<Vec<_>>().join("\n\n");
        let fields = parts(&body).into_iter().enumerate();
        let fields: BTreeMap<String, String> = fields.map(|(n, part)| (part_name(n), part.to_owned())).collect();
        assert!(fields.len() > 2 && fields.values().all(|part| units(part) <= TYPED));
        assert_eq!(edited_body(&fields), body);
    }
}
