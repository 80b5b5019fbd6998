//! Answers: with and without addresses to link to, long ones, and any text at all.

use proptest::prelude::*;

use super::{brief, citation, json, now, offer, public, shown, sound, today, why_critical};
use crate::domain::answer::Answer;
use crate::domain::record::RecordKind;
use crate::slack::render::action_id::{ANSWER_MORE, MoreValue, Sent};
use crate::slack::render::answer::{answer, body, rest, without_more};
use crate::slack::render::{Links, Message};

#[test]
fn an_answer_links_its_marks() {
    let messages = answer(&why_critical(), public(), today());
    assert_eq!(messages.len(), 1);
    shown!("answer_with_links", &messages[0]);
}

#[test]
fn an_answer_opens_its_evidence_in_a_dialog_where_it_cannot_link() {
    let messages = answer(&why_critical(), Links::NONE, today());
    shown!("answer_with_buttons", &messages[0]);
}

#[test]
fn an_answer_says_what_it_could_not_see() {
    let mut short = why_critical();
    short.answer = "No open commitments to Hooli are on record. [1]".to_owned();
    short.citations.truncate(1);
    short.not_seen = vec!["Calls: the newest is of May 2, so newer promises may be missing.".to_owned()];
    short.notice = Some("The configured model did not answer; the built-in analyst wrote this.".to_owned());
    short.checks.corrections = vec!["“$250,000” was corrected to $240,000, as the contract has it.".to_owned()];
    short.offers =
        vec![offer("What did we promise?", "What did we promise Hooli?"), offer("Who owns it?", "Who owns Hooli?")];
    shown!("answer_with_notes", &answer(&short, public(), today())[0]);
}

#[test]
fn a_stopped_answer_says_so() {
    let stopped = why_critical().stopped();
    shown!("answer_stopped", &answer(&stopped, public(), today())[0]);
}

#[test]
fn the_rest_of_a_long_answer_waits_behind_a_button() {
    let mut long = why_critical();
    let paragraph = |n: u32| format!("Paragraph {n} says {} [1].", "something at length ".repeat(8));
    long.answer = (1..=200).map(paragraph).collect::<Vec<_>>().join("\n\n");
    let messages = answer(&long, public(), today());
    assert_eq!(messages.len(), 3);
    messages.iter().for_each(sound);
    let value = more(&messages[2]).expect("a button to show more");
    let used = Message { blocks: without_more(&messages[2].blocks), ..messages[2].clone() };
    assert_eq!((more(&used), used.blocks.len()), (None, messages[2].blocks.len() - 1));
    let mut shown = spoken(&messages);
    let mut from = Some(value.from);
    while let Some(next) = from {
        let messages = rest(&long, public(), next);
        messages.iter().for_each(sound);
        shown.push_str(&spoken(&messages));
        from = messages.last().and_then(more).map(|value| value.from);
    }
    for n in 1..=200 {
        assert_eq!(shown.matches(&format!("Paragraph {n} ")).count(), 1, "{n}");
    }
}

fn more(message: &Message) -> Option<MoreValue> {
    let buttons = message.blocks.iter().filter_map(|block| block["elements"].as_array()).flatten();
    let button = buttons.into_iter().find(|button| button["action_id"] == ANSWER_MORE)?;
    MoreValue::read(button["value"].as_str()?)
}

fn spoken(messages: &[Message]) -> String {
    let blocks = messages.iter().flat_map(|message| &message.blocks);
    blocks.filter(|block| block["type"] == "markdown").map(|block| block["text"].as_str().unwrap()).collect()
}

#[test]
fn tables_stay_tables_one_a_message() {
    let mut listed = why_critical();
    let table = "| Account | ARR |\n|---|---|\n| Hooli | $240,000 |\n| Aviato | $18,000 |";
    listed.answer = format!("Two accounts are critical. [1]\n\n{table}\n\nThe others:\n\n{table}");
    let messages = answer(&listed, Links::NONE, today());
    assert_eq!(messages.len(), 2);
    shown!("answer_with_table", &messages[0]);
}

#[test]
fn a_name_of_somebody_elses_cannot_mention_or_link() {
    let mut hostile = why_critical();
    hostile.answer = "<!channel> [click](https://evil.example) ![x](https://evil.example/x.png) <@U1> [1]".to_owned();
    hostile.citations =
        vec![citation(1, RecordKind::Call, "<!here> “<https://evil.example|free>”", Some("<@U2>"), "x")];
    let message = &answer(&hostile, public(), today())[0];
    let text = json(message).to_string();
    for markup in ["<!", "<@", "](https://evil", "<https://evil", "!["] {
        assert!(!text.contains(markup), "{markup} in {text}");
    }
    assert!(body(&hostile, public()).contains("[[1]](https://agent.piedpiper.example/e/"));
}

fn any_answer() -> impl Strategy<Value = Answer> {
    let text = prop_oneof![any::<String>(), "([a-z ]{0,90}(\\[[0-9]\\])?[\n|*`<&-]{0,4}){0,300}"];
    let words = any::<String>();
    (text, prop::collection::vec((words, any::<String>(), any::<String>()), 0..90), any::<bool>()).prop_map(
        |(text, cited, has_turn)| {
            let mut answer = why_critical();
            answer.answer = text;
            answer.citations = cited
                .iter()
                .enumerate()
                .map(|(n, (title, speaker, quote))| {
                    citation(n as u32 + 1, RecordKind::Call, title, Some(speaker), quote)
                })
                .collect();
            answer.not_seen = cited.iter().take(9).map(|(title, ..)| title.clone()).collect();
            answer.offers = cited.iter().take(9).map(|(title, question, _)| offer(title, question)).collect();
            answer.turn = answer.turn.filter(|_| has_turn);
            answer
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_answer_keeps_every_limit(any in any_answer()) {
        for links in [public(), Links::NONE] {
            answer(&any, links, today()).iter().for_each(sound);
        }
    }

    #[test]
    fn any_name_keeps_every_limit(name in any::<String>(), words in any::<String>()) {
        let accounts = [brief(&name, &words, None), brief(&words, &name, None)];
        sound(&crate::slack::render::note::which_account(&words, &accounts, &name));
        sound(&crate::slack::render::note::which_account(&words, &accounts[..0], &name));
        sound(&crate::slack::render::note::failed(&words, &name, "req_1"));
        sound(&crate::slack::render::help::help(&words));
        let mut proposal = super::untrack(crate::domain::action::State::Pending);
        proposal.preview.title.clone_from(&name);
        proposal.preview.rows = vec![super::row(&name, &words, &name); 12];
        proposal.proposed_by.who.clone_from(&words);
        sound(&crate::slack::render::proposal::refused(&proposal, &words, &vec![name.clone(); 20], now()));
        let mut draft = super::renewal_mail(crate::domain::draft::DraftState::Draft);
        draft.first.letter.subject.clone_from(&words);
        draft.first.letter.body = name.repeat(40);
        draft.first.letter.notices = vec![words.clone(); 9];
        sound(&crate::slack::render::draft::card(&draft, true, today()));
    }
}
