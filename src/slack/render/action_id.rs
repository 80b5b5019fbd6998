//! The ids of buttons, inputs and dialogs, and the values they send back. What comes back is parsed, never trusted: it
//! names something, and whoever acts on it asks the records whether it may.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::domain::answer::Offer;
use crate::domain::conversation::Verdict;
use crate::domain::id::{ConversationId, DigestId, DraftId, ProposalId, TurnId};
use crate::domain::text::clipped;
use crate::domain::tool::close_loop::LoopPerson;

/// Approves the proposal in the value.
pub const PROPOSAL_APPROVE: &str = "proposal_approve";
/// Declines the proposal in the value.
pub const PROPOSAL_DECLINE: &str = "proposal_decline";
/// Opens the dialog that changes the proposal in the value.
pub const PROPOSAL_EDIT: &str = "proposal_edit";
/// Takes back what the proposal in the value did.
pub const PROPOSAL_UNDO: &str = "proposal_undo";

/// Approves the text of the draft in the value.
pub const DRAFT_APPROVE: &str = "draft_approve";
/// Opens the dialog with subject and text of the draft.
pub const DRAFT_EDIT: &str = "draft_edit";
/// Opens the dialog with the wishes for another version.
pub const DRAFT_REGENERATE: &str = "draft_regenerate";
/// Opens the dialog from which the text can be copied.
pub const DRAFT_COPY: &str = "draft_copy";
/// Puts the draft aside.
pub const DRAFT_DECLINE: &str = "draft_decline";
/// Says that a draft that was being sent when the program stopped went out.
pub const DRAFT_WENT_OUT: &str = "draft_went_out";
/// Says that it did not.
pub const DRAFT_NOT_OUT: &str = "draft_not_out";
/// Sends the approved draft; asks before.
pub const DRAFT_SEND: &str = "draft_send";

/// Opens the quote behind a mark. One of several in a row: see [`kind_of`].
pub const EVIDENCE_OPEN: &str = "evidence_open";
/// Shows the rest of a long answer.
pub const ANSWER_MORE: &str = "answer_more";
/// Thumbs up or down under an answer.
pub const ANSWER_FEEDBACK: &str = "answer_feedback";
/// Asks the question an answer offers. One of several in a row: see [`kind_of`].
pub const OFFER_ASK: &str = "offer_ask";

/// Picks one of the accounts a name could mean. One of several in a row: see [`kind_of`].
pub const ACCOUNT_CHOOSE: &str = "account_choose";
/// The list of accounts in a dialog; its options come from the server.
pub const ACCOUNT_PICK: &str = "account_pick";
/// Opens the dialog to ask about the account.
pub const ACCOUNT_ASK: &str = "account_ask";
/// Explains the score of the account.
pub const ACCOUNT_WHY: &str = "account_why";
/// Opens the dialog that routes the account.
pub const ACCOUNT_ROUTE: &str = "account_route";
/// Opens the dialog that leaves the account out of monitoring.
pub const ACCOUNT_UNTRACK: &str = "account_untrack";
/// Opens the dialog that takes the account back into monitoring.
pub const ACCOUNT_RETRACK: &str = "account_retrack";
/// Opens the dialog for a draft to the account.
pub const ACCOUNT_DRAFT: &str = "account_draft";
/// Shows the card of the account.
pub const ACCOUNT_SHOW: &str = "account_show";
/// Links the channel to the account in the value.
pub const LINK_ACCEPT: &str = "link_accept";
/// Leaves the channel without an account and does not ask again.
pub const LINK_DISMISS: &str = "link_dismiss";
/// A button that only opens an address; Slack reports the click, nothing is to be done.
pub const LINK_OPEN: &str = "link_open";

/// Drafts the mail to a person who asked for what shipped. One of several: see [`kind_of`].
pub const LOOP_DRAFT: &str = "loop_draft";

/// Opens the dialog to ask anything.
pub const HOME_ASK: &str = "home_ask";
/// Shows a pending approval in the direct message. One of several: see [`kind_of`].
pub const HOME_APPROVAL: &str = "home_approval";
/// Fetches the Home tab anew.
pub const HOME_REFRESH: &str = "home_refresh";

/// The dialog that asks.
pub const MODAL_ASK: &str = "modal_ask";
/// The dialog that routes.
pub const MODAL_ROUTE: &str = "modal_route";
/// The dialog that untracks.
pub const MODAL_UNTRACK: &str = "modal_untrack";
/// The dialog that re-tracks.
pub const MODAL_RETRACK: &str = "modal_retrack";
/// The dialog that keeps a note.
pub const MODAL_NOTE: &str = "modal_note";
/// The dialog that asks for a draft.
pub const MODAL_DRAFT: &str = "modal_draft";
/// The dialog that links a channel to an account.
pub const MODAL_LINK: &str = "modal_link";
/// The dialog that asks what was wrong with an answer.
pub const MODAL_FEEDBACK: &str = "modal_feedback";
/// The dialog that shows a quote.
pub const MODAL_EVIDENCE: &str = "modal_evidence";
/// The dialog that changes a proposal.
pub const MODAL_PROPOSAL_EDIT: &str = "modal_proposal_edit";
/// The dialog that changes the text of a draft.
pub const MODAL_DRAFT_EDIT: &str = "modal_draft_edit";
/// The dialog a draft is copied from.
pub const MODAL_DRAFT_COPY: &str = "modal_draft_copy";
/// The dialog that has a draft written anew.
pub const MODAL_DRAFT_REGENERATE: &str = "modal_draft_regenerate";

/// Input: the account. Its action is [`ACCOUNT_PICK`]; every other input has the same word as block and as action.
pub const IN_ACCOUNT: &str = "account";
/// Input: the question.
pub const IN_QUESTION: &str = "question";
/// Input: the section.
pub const IN_SECTION: &str = "section";
/// Input: why.
pub const IN_REASON: &str = "reason";
/// Input: the note.
pub const IN_NOTE: &str = "note";
/// Input: a day.
pub const IN_DAY: &str = "day";
/// Input: the address of a colleague.
pub const IN_OWNER: &str = "owner";
/// Input: what a mail is for.
pub const IN_GOAL: &str = "goal";
/// Input: how warm a mail is.
pub const IN_TONE: &str = "tone";
/// Input: how long a mail is.
pub const IN_LENGTH: &str = "length";
/// Input: what else a mail should be.
pub const IN_INSTRUCTIONS: &str = "instructions";
/// Input: the subject of a mail.
pub const IN_SUBJECT: &str = "subject";
/// Input: the text of a mail; where it is long, its parts are `body`, `body_2`, `body_3`…
pub const IN_BODY: &str = "body";
/// Input: what was wrong with an answer.
pub const IN_COMMENT: &str = "comment";

/// The id of the button `n` of several with one meaning: within a block ids have to differ.
#[must_use]
pub fn numbered(kind: &str, n: usize) -> String {
    format!("{kind}#{n}")
}

/// What a button means, whichever of several it is.
#[must_use]
pub fn kind_of(action_id: &str) -> &str {
    action_id.split_once('#').map_or(action_id, |(kind, _)| kind)
}

/// The most bytes of a value; Slack takes 2,000.
const MOST: usize = 1_900;

/// Something a button or a dialog sends back as JSON.
pub trait Sent: Serialize + DeserializeOwned {
    /// The JSON.
    #[must_use]
    fn sent(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| "{}".to_owned())
    }

    /// Reads what came back; none where it is not what we sent.
    #[must_use]
    fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// A proposal as it was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalValue {
    /// Which.
    pub id: ProposalId,
    /// Hash of what it said: an approval holds for exactly this.
    pub digest: String,
}

/// A draft as it was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftValue {
    /// Which.
    pub id: DraftId,
    /// Its version.
    pub version: u32,
}

/// The evidence behind a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceValue {
    /// The turn.
    pub turn: TurnId,
    /// The mark.
    pub n: u32,
}

/// The rest of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoreValue {
    /// The turn.
    pub turn: TurnId,
    /// The first message that was not shown, from 0.
    pub from: usize,
}

/// What somebody thought of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedbackValue {
    /// The turn.
    pub turn: TurnId,
    /// Whether it was of use.
    pub verdict: Verdict,
}

/// Has a first digest come where it is offered.
pub const DIGEST_FIRST: &str = "digest_first";
/// Says that somebody sees to an account of a digest.
pub const DIGEST_ACKNOWLEDGE: &str = "digest_acknowledge";
/// Puts an account of a digest aside for a week.
pub const DIGEST_SNOOZE: &str = "digest_snooze";

/// The digest that is offered first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestOffer {}

/// An account of an edition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestValue {
    /// The digest.
    pub digest: DigestId,
    /// The time of its schedule, in seconds since 1970.
    pub period: i64,
    /// Domain of the account.
    pub account: String,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountValue {
    /// Its domain.
    pub account: String,
}

/// A question that is asked with a click.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferValue {
    /// The words.
    pub question: String,
    /// The account it is asked on.
    pub account: Option<String>,
    /// The conversation it goes on with.
    pub conversation: Option<ConversationId>,
}

/// The account that was meant, and what was wanted of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChooseValue {
    /// Its domain.
    pub account: String,
    /// What to do with it now, in words only the sender reads: a command line, or a question.
    pub then: String,
}

/// Somebody who asked for what shipped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoopValue {
    /// Domain of the account.
    pub account: String,
    /// Whom to write to: an address, else a name.
    pub recipient: Option<String>,
    /// The version of the release, else its id.
    pub release: Option<String>,
}

/// What a dialog needs to know when it is submitted. What does not concern it is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModalMeta {
    /// The channel it was opened from; what comes of it is posted there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The thread it was opened from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<String>,
    /// The message it is about, or that is to be updated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Domain of the account, where it is settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The proposal it changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<ProposalId>,
    /// The draft it changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<DraftValue>,
    /// The turn it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<TurnId>,
}

impl Sent for ProposalValue {}
impl Sent for DraftValue {}
impl Sent for EvidenceValue {}
impl Sent for MoreValue {}
impl Sent for FeedbackValue {}
impl Sent for AccountValue {}
impl Sent for DigestValue {}
impl Sent for DigestOffer {}
impl Sent for OfferValue {}
impl Sent for ChooseValue {}
impl Sent for LoopValue {}
impl Sent for ModalMeta {}

impl OfferValue {
    /// The value of an offer; none where its question is too long to be sent with a click.
    #[must_use]
    pub fn of(offer: &Offer, conversation: ConversationId) -> Option<Self> {
        let value =
            Self { question: offer.question.clone(), account: offer.account.clone(), conversation: Some(conversation) };
        (value.sent().len() <= MOST).then_some(value)
    }
}

impl LoopValue {
    /// The person, with the release that answers the first wish they can be told of.
    #[must_use]
    pub fn of(person: &LoopPerson) -> Self {
        let wish = person.wishes.iter().find(|wish| wish.hold.is_none()).or(person.wishes.first());
        let release = wish.map(|wish| wish.release.version.as_ref().unwrap_or(&wish.release.id));
        Self {
            account: clipped(&person.account, 200),
            recipient: person.email.as_ref().or(person.who.as_ref()).map(|who| clipped(who, 200)),
            release: release.map(|release| clipped(release, 100)),
        }
    }
}

impl ChooseValue {
    /// The account that is meant, and what was wanted; long words are cut.
    #[must_use]
    pub fn new(account: &str, then: &str) -> Self {
        let mut value = Self { account: account.to_owned(), then: then.to_owned() };
        let mut most = 1_000;
        while value.sent().len() > MOST && most > 0 {
            value.then = clipped(then, most);
            most /= 2;
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn anything_may_come_back(text in any::<String>()) {
            let _ = (ProposalValue::read(&text), DraftValue::read(&text), EvidenceValue::read(&text));
            let _ = (MoreValue::read(&text), FeedbackValue::read(&text), ModalMeta::read(&text));
            let value = ChooseValue::new("hooli.com", &text);
            prop_assert!(value.sent().len() < 2_000);
            prop_assert_eq!(ChooseValue::read(&value.sent()), Some(value));
        }
    }

    #[test]
    fn a_value_reads_back_what_it_sends() {
        let value = ProposalValue { id: ProposalId::new(), digest: "ab12".to_owned() };
        assert_eq!(ProposalValue::read(&value.sent()), Some(value));
        assert_eq!(ProposalValue::read("{\"id\":\"draft_1\",\"digest\":\"\"}"), None);
        assert_eq!(kind_of(&numbered(EVIDENCE_OPEN, 3)), EVIDENCE_OPEN);
        assert_eq!(kind_of(PROPOSAL_UNDO), PROPOSAL_UNDO);
    }
}
