//! Drafts: written, changed, approved and declined. Nothing is sent from here unless a person says so a second time.

use std::time::Duration;

use super::{App, AppError, Origin};
use crate::agent::ledger::Ledger;
use crate::agent::letters::{self, Wanted};
use crate::agent::scope::TurnScope;
use crate::agent::tools::Bench;
use crate::config::Config;
use crate::domain::action::ActionPolicy;
use crate::domain::actor::Actor;
use crate::domain::answer::Answer;
use crate::domain::card::Card;
use crate::domain::draft::{Change, Decided, Draft, DraftState, Letter, Version};
use crate::domain::id::{ConversationId, DraftId};
use crate::domain::tool::draft::DraftEmail;
use crate::mail::{Envelope, Mailer, SendError};
use crate::store::{DraftMove, StoreError};

/// Drafts that are listed.
const LISTED: u32 = 100;

/// What is said of a draft whose sender is gone.
const LOST: &str = "The program stopped while this was being sent, so nobody knows whether it went out. Look into the \
    mailbox, then say that it was sent, or that it was not; it is not sent a second time by itself.";

/// How long a mail server may take for one mail; well below the time after which nobody is sending any more.
const SENDING: Duration = Duration::from_mins(5);

/// Characters of a subject and of a text, at most.
const LONGEST: (usize, usize) = (300, 20_000);

/// A text a person typed.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    /// The version they saw.
    pub version: u32,
    /// The subject; as it was when absent.
    pub subject: Option<String>,
    /// The text; as it was when absent.
    pub body: Option<String>,
}

/// Who may let a draft out, and through what. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Outbox {
    mailer: Option<Mailer>,
    policy: ActionPolicy,
}

impl Outbox {
    /// As configured.
    pub(super) fn new(config: &Config) -> Self {
        Self { mailer: config.mail.clone().map(Mailer::new), policy: config.actions.clone() }
    }

    /// The way to the mail server, where one is configured.
    pub(super) fn mailer(&self) -> Option<&Mailer> {
        self.mailer.as_ref()
    }

    fn allows(&self, actor: &Actor) -> Result<(), AppError> {
        if self.policy.allows(actor) {
            return Ok(());
        }
        Err(AppError::Invalid(format!(
            "{} may not approve, decline or send drafts here; ask somebody who may.",
            actor.who
        )))
    }
}

impl App {
    /// Drafts an e-mail and keeps it.
    ///
    /// # Errors
    /// A sentence that says what to do where there is nobody to write to or nothing to write about.
    pub async fn draft_email(&self, mut asked: DraftEmail, origin: &Origin) -> Result<Draft, AppError> {
        asked.account = self.account_to_change(&asked.account).await?;
        asked.revise = false;
        self.drafted(Wanted { asked, answered: Vec::new() }, origin).await
    }

    /// A new draft, written and kept.
    pub(super) async fn drafted(&self, wanted: Wanted, origin: &Origin) -> Result<Draft, AppError> {
        let draft = self.written(wanted, None, origin).await?;
        self.intake.store.insert_draft(self.workspace, &draft, origin.request.as_deref()).await?;
        Ok(draft)
    }

    /// Writes a draft anew with other wishes, as a further version.
    ///
    /// # Errors
    /// [`AppError::Conflict`] when it was changed meanwhile or sent.
    pub async fn revise_draft(
        &self,
        id: DraftId,
        version: u32,
        asked: DraftEmail,
        origin: &Origin,
    ) -> Result<Draft, AppError> {
        let before = self.seen(id, version).await?;
        let revised = self.written(Wanted { asked, answered: Vec::new() }, Some(before), origin).await?;
        Ok(self
            .intake
            .store
            .add_draft_version(self.workspace, id, revised.current(), origin.request.as_deref())
            .await?)
    }

    /// Keeps a text a person typed, as a further version.
    ///
    /// # Errors
    /// [`AppError::Conflict`] when it was changed meanwhile or sent; [`AppError::Invalid`] when the text is empty or
    /// long, and for who may only read.
    pub async fn edit_draft(&self, id: DraftId, edit: Edit, origin: &Origin) -> Result<Draft, AppError> {
        let before = self.seen(id, edit.version).await?;
        let letter = before.letter();
        let subject = one_line(edit.subject.as_deref().unwrap_or(&letter.subject));
        let body = edit.body.unwrap_or_else(|| letter.body.clone()).replace("\r\n", "\n").trim().to_owned();
        let (long_subject, long_body) = LONGEST;
        if subject.is_empty() || body.is_empty() {
            return Err(AppError::Invalid("A mail needs a subject and a text; neither may be empty.".to_owned()));
        }
        if subject.chars().count() > long_subject || body.chars().count() > long_body {
            return Err(AppError::Invalid(format!(
                "The mail is too long; {long_subject} characters of subject and {long_body} of text are taken."
            )));
        }
        if subject == letter.subject && body == letter.body {
            return Ok(before);
        }
        let by = self.identified(&origin.by).await?;
        if !by.may_act() {
            return Err(AppError::Invalid(format!("{} may read drafts and not change them.", by.who)));
        }
        let letter = Letter { subject, body, written_by: by.who.clone(), ..letter.clone() };
        let at = self.intake.clock.now();
        let version = Version { number: edit.version + 1, change: Change::Edited, by, at, letter };
        Ok(self.intake.store.add_draft_version(self.workspace, id, &version, origin.request.as_deref()).await?)
    }

    /// Approves the text of a version: from then on it can be copied out, opened in a mail program, and sent.
    ///
    /// # Errors
    /// [`AppError::Conflict`] when it was changed meanwhile, declined or sent; [`AppError::Invalid`] for who may not.
    pub async fn approve_draft(&self, id: DraftId, version: u32, origin: &Origin) -> Result<Draft, AppError> {
        self.decide(id, version, &[DraftState::Draft], DraftState::Approved, origin).await
    }

    /// Puts a draft aside.
    ///
    /// # Errors
    /// [`AppError::Conflict`] when it was changed meanwhile or sent; [`AppError::Invalid`] for who may not.
    pub async fn decline_draft(&self, id: DraftId, version: u32, origin: &Origin) -> Result<Draft, AppError> {
        self.decide(id, version, &[DraftState::Draft, DraftState::Approved], DraftState::Declined, origin).await
    }

    async fn decide(
        &self,
        id: DraftId,
        version: u32,
        from: &[DraftState],
        to: DraftState,
        origin: &Origin,
    ) -> Result<Draft, AppError> {
        let by = self.identified(&origin.by).await?;
        self.outbox.allows(&by)?;
        let decided = Some(Decided { by, at: self.intake.clock.now() });
        let change = DraftMove { version, from, to, decided, trouble: None, request: origin.request.as_deref() };
        Ok(self.intake.store.move_draft(self.workspace, id, change).await?.0)
    }

    /// Whether a mail server is configured.
    #[must_use]
    pub fn can_send(&self) -> bool {
        self.outbox.mailer.is_some()
    }

    /// Sends an approved draft, at most once: that it is being sent is written down before, so that neither a second
    /// click nor a crash in between sends it again. A server that refuses it leaves it approved.
    ///
    /// # Errors
    /// [`AppError::Conflict`] when it was changed meanwhile, is not approved, or may have been sent;
    /// [`AppError::Invalid`] without a server; [`AppError::Unavailable`] when it was not sent.
    pub async fn send_draft(&self, id: DraftId, version: u32, origin: &Origin) -> Result<Draft, AppError> {
        let by = self.identified(&origin.by).await?;
        self.outbox.allows(&by)?;
        let Some(mailer) = &self.outbox.mailer else {
            return Err(AppError::Invalid(
                "No mail server is configured, so nothing can be sent from here; copy the mail, or open it in your mail program.".to_owned(),
            ));
        };
        let store = &self.intake.store;
        let found = self.draft(id).await?;
        if found.state == DraftState::Sent && found.current().number == version {
            return Ok(found);
        }
        let decided = Some(Decided { by, at: self.intake.clock.now() });
        let begin = DraftMove {
            version,
            from: &[DraftState::Approved],
            to: DraftState::Sending,
            decided,
            trouble: None,
            request: origin.request.as_deref(),
        };
        let (draft, begun) = store.move_draft(self.workspace, id, begin).await?;
        if !begun {
            return Err(AppError::Conflict(
                "This draft is being sent, or the program stopped while it was: then nobody knows whether it went out. Look into the mailbox, then say that it was sent, or that it was not; it is not sent a second time by itself.".to_owned(),
            ));
        }
        // Whoever goes away in the meantime does not leave it unsaid what became of it.
        let (app, mailer, request) = (self.clone(), mailer.clone(), origin.request.clone());
        let sending = tokio::spawn(async move { app.hand_over(&mailer, draft, request.as_deref()).await });
        sending.await.map_err(|error| super::open::internal(error.into()))?
    }

    /// Says what became of a draft that was being sent when the program stopped: it went out, or it did not, and then it
    /// can be sent again.
    ///
    /// # Errors
    /// [`AppError::Conflict`] when it was changed meanwhile, or is not lost; [`AppError::Invalid`] for who may not.
    pub async fn settle_draft(
        &self,
        id: DraftId,
        version: u32,
        went_out: bool,
        origin: &Origin,
    ) -> Result<Draft, AppError> {
        let by = self.identified(&origin.by).await?;
        self.outbox.allows(&by)?;
        let found = self.draft(id).await?;
        let to = if went_out { DraftState::Sent } else { DraftState::Approved };
        if found.state == to {
            return Ok(found);
        }
        if !found.lost() {
            return Err(AppError::Conflict(match found.state {
                DraftState::Sending => {
                    "This draft is still being sent; wait until it is known what became of it.".to_owned()
                }
                _ => "This draft is not being sent, so there is nothing to say about it.".to_owned(),
            }));
        }
        let said = format!("{} looked and says that it was {}sent.", by.who, if went_out { "" } else { "not " });
        let decided = Some(Decided { by, at: self.intake.clock.now() });
        let request = origin.request.as_deref();
        let change = DraftMove { version, from: &[DraftState::Sending], to, decided, trouble: Some(said), request };
        Ok(self.intake.store.move_draft(self.workspace, id, change).await?.0)
    }

    async fn hand_over(&self, mailer: &Mailer, draft: Draft, request: Option<&str>) -> Result<Draft, AppError> {
        let version = draft.current().number;
        let message_id = format!("{}.{version}@success-agent", draft.id);
        let sent = tokio::time::timeout(SENDING, mailer.send(envelope(&draft), &message_id)).await;
        let sent = sent.unwrap_or_else(|_| Err(SendError::Unknown(LOST.to_owned())));
        let from = &[DraftState::Sending];
        let (to, trouble) = match &sent {
            Ok(()) => (DraftState::Sent, None),
            Err(SendError::NotSent(why)) => (DraftState::Approved, Some(why.clone())),
            Err(SendError::Unknown(why)) => (DraftState::Sending, Some(why.clone())),
        };
        let end = DraftMove { version, from, to, decided: None, trouble, request };
        let (ended, _) = self.intake.store.move_draft(self.workspace, draft.id, end).await?;
        match sent {
            Ok(()) => Ok(ended),
            Err(SendError::NotSent(why)) => Err(AppError::Unavailable(why)),
            Err(SendError::Unknown(why)) => Err(AppError::Conflict(why)),
        }
    }

    /// A draft.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none.
    pub async fn draft(&self, id: DraftId) -> Result<Draft, AppError> {
        let draft = self.intake.store.draft(self.workspace, id).await?;
        self.with_sender_gone(draft).await
    }

    /// A draft whose sender is gone, with that said; any other as it is.
    async fn with_sender_gone(&self, draft: Draft) -> Result<Draft, AppError> {
        if !draft.given_up(self.intake.clock.now()) {
            return Ok(draft);
        }
        let change = DraftMove {
            version: draft.current().number,
            from: &[DraftState::Sending],
            to: DraftState::Sending,
            decided: None,
            trouble: Some(LOST.to_owned()),
            request: None,
        };
        match self.intake.store.move_draft(self.workspace, draft.id, change).await {
            Ok((draft, _)) => Ok(draft),
            // Somebody said what became of it at this very moment.
            Err(StoreError::Conflict(_)) => Ok(self.intake.store.draft(self.workspace, draft.id).await?),
            Err(error) => Err(error.into()),
        }
    }

    /// A draft whose text was approved: only such a one leaves the program.
    ///
    /// # Errors
    /// [`AppError::Conflict`] when it is not approved; [`AppError::NotFound`] when there is none.
    pub async fn approved_draft(&self, id: DraftId) -> Result<Draft, AppError> {
        let draft = self.draft(id).await?;
        match draft.state {
            DraftState::Approved | DraftState::Sending | DraftState::Sent => Ok(draft),
            DraftState::Draft | DraftState::Declined => {
                Err(AppError::Conflict("This draft is not approved; approve its text first.".to_owned()))
            }
        }
    }

    /// The drafts of an account, or of all, the newest first.
    ///
    /// # Errors
    /// [`AppError::NotFound`] naming an account that does not exist.
    pub async fn drafts(&self, account: Option<&str>) -> Result<Vec<Draft>, AppError> {
        let account = self.account_or_all(account).await?;
        let mut drafts = Vec::new();
        for draft in self.intake.store.drafts(self.workspace, account.as_deref(), LISTED).await? {
            drafts.push(self.with_sender_gone(draft).await?);
        }
        Ok(drafts)
    }

    /// Keeps the drafts of an answer. One that cannot be kept is not shown, and the answer says so.
    pub(super) async fn keep_drafts(&self, answer: &mut Answer, conversation: ConversationId, request: Option<&str>) {
        let mut kept = Vec::with_capacity(answer.cards.len());
        for card in std::mem::take(&mut answer.cards) {
            let Card::Draft(mut draft) = card else {
                kept.push(card);
                continue;
            };
            draft.conversation = draft.conversation.or(Some(conversation));
            let store = &self.intake.store;
            let stored = match draft.later.last() {
                None => store.insert_draft(self.workspace, &draft, request).await.map(|()| *draft),
                Some(version) => store.add_draft_version(self.workspace, draft.id, version, request).await,
            };
            match stored {
                Ok(draft) => kept.push(Card::Draft(Box::new(draft))),
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "a draft could not be kept");
                    answer.notice = Some(format!("The draft could not be kept. {error}"));
                }
            }
        }
        answer.cards = kept;
    }

    /// The draft, if `version` is its last one and it may be changed.
    async fn seen(&self, id: DraftId, version: u32) -> Result<Draft, AppError> {
        let draft = self.draft(id).await?;
        draft.may_change().map_err(AppError::Conflict)?;
        let current = draft.current();
        if current.number == version {
            return Ok(draft);
        }
        Err(AppError::Conflict(format!(
            "This draft was changed meanwhile: version {} by {} is the last one, and you saw version {version}. Look at it again first.",
            current.number, current.by.who
        )))
    }

    async fn written(&self, wanted: Wanted, before: Option<Draft>, origin: &Origin) -> Result<Draft, AppError> {
        let known = self.agent.tools.known(self.workspace).await?;
        let asker = Some(self.identified(&origin.by).await?);
        let scope = TurnScope { workspace: self.workspace, pinned: None, asker, wants_change: false, typed: None };
        let mut ledger = Ledger::default();
        let mut bench = Bench { tools: &self.agent.tools, scope: &scope, ledger: &mut ledger, known: &known };
        Ok(Box::pin(letters::draft(&mut bench, wanted, before)).await?)
    }
}

/// A draft as a message: of the moment its text was approved, else written.
#[must_use]
pub fn envelope(draft: &Draft) -> Envelope<'_> {
    let letter = draft.letter();
    Envelope {
        from: (&letter.sender.name, &letter.sender.email),
        to: (&letter.recipient.name, &letter.recipient.email),
        subject: &letter.subject,
        body: &letter.body,
        at: draft.decided.as_ref().map_or(draft.current().at, |decided| decided.at),
    }
}

/// A subject has no line breaks: they would begin another header.
fn one_line(text: &str) -> String {
    text.split(|letter: char| letter.is_control() || letter.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
