//! Who asked for what shipped, for the surfaces that list it; and the mails that tell them.

use super::{App, AppError, Origin};
use crate::agent::ledger::Ledger;
use crate::agent::letters::Wanted;
use crate::domain::draft::{Answered, Draft, DraftState, Goal};
use crate::domain::evidence::Evidence;
use crate::domain::tool::close_loop::{CloseLoop, LoopList, LoopWish};
use crate::domain::tool::draft::DraftEmail;

impl App {
    /// Who asked for what shipped and whom to tell of it now, with the evidence in the order of its numbers, from 1.
    ///
    /// # Errors
    /// [`AppError::NotFound`] naming an account or a release that does not exist.
    pub async fn close_loop(&self, wanted: CloseLoop) -> Result<(LoopList, Vec<Evidence>), AppError> {
        let account = self.account_or_all(wanted.account.as_deref()).await?;
        let mut ledger = Ledger::default();
        let list = self.tool_with(&mut ledger, CloseLoop { account, ..wanted }).await?;
        Ok((list, ledger.entries().to_vec()))
    }
}

/// A mail that tells somebody that what they asked for has shipped.
#[derive(Debug)]
pub struct LoopDraft {
    /// Domain of the account.
    pub account: String,
    /// Who is told.
    pub who: String,
    /// The draft, or why there is none.
    pub draft: Result<Draft, AppError>,
    /// Whether it was there before: nobody is drafted the same mail twice.
    pub existing: bool,
}

impl App {
    /// Drafts a mail to each person who can be told now that what they asked for has shipped, all of it in one mail. Those
    /// who are held back get none, and those who have one already keep it.
    ///
    /// # Errors
    /// See [`App::close_loop`]; a mail that cannot be written does not stop the others.
    pub async fn draft_loop(&self, wanted: CloseLoop, origin: &Origin) -> Result<(LoopList, Vec<LoopDraft>), AppError> {
        let (list, evidence) = self.close_loop(wanted).await?;
        let mut drafts = Vec::new();
        for person in list.people.iter().filter(|person| person.go) {
            let (Some(who), Some(email)) = (&person.who, &person.email) else { continue };
            let answered: Vec<Answered> = person
                .wishes
                .iter()
                .filter(|wish| wish.hold.is_none())
                .filter_map(|wish| answered(wish, &evidence))
                .collect();
            let (draft, existing) = match self.drafted_before(&person.account, email, &answered).await? {
                Some(draft) => (Ok(draft), true),
                None => {
                    let asked = DraftEmail {
                        account: person.account.clone(),
                        goal: Some(Goal::CloseTheLoop),
                        recipient: Some(email.clone()),
                        ..DraftEmail::default()
                    };
                    (self.drafted(Wanted { asked, answered }, origin).await, false)
                }
            };
            drafts.push(LoopDraft { account: person.account.clone(), who: who.clone(), draft, existing });
        }
        Ok((list, drafts))
    }

    /// The mail to somebody that tells of the same releases and was not turned down.
    async fn drafted_before(
        &self,
        account: &str,
        email: &str,
        answered: &[Answered],
    ) -> Result<Option<Draft>, AppError> {
        let tells = |draft: &Draft| {
            let letter = draft.letter();
            draft.state != DraftState::Declined
                && letter.goal == Goal::CloseTheLoop
                && letter.recipient.email.eq_ignore_ascii_case(email)
                && answered.iter().all(|answered| {
                    let release = &answered.release.record;
                    letter.facts.iter().any(|fact| fact.citation.kind == release.kind && fact.citation.id == release.id)
                })
        };
        Ok(self.drafts(Some(account)).await?.into_iter().find(tells))
    }
}

/// A wish and its answer, as the writer of the mail takes them.
fn answered(wish: &LoopWish, evidence: &[Evidence]) -> Option<Answered> {
    let cited = |cite: u32| evidence.get((cite as usize).checked_sub(1)?).cloned();
    Some(Answered {
        request: cited(wish.asked_cite)?,
        release: cited(wish.line_cite)?,
        line: wish.line.clone(),
        version: wish.release.version.clone(),
        shipped_on: wish.release.shipped_at.day(),
    })
}
