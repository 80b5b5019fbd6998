//! Does what a slash command says, and answers the person who typed it. Reversible changes are done at once and can be
//! undone; what weighs more asks somebody first.

use serde_json::json;
use uuid::Uuid;

use super::name::Named;
use super::read::{Typed, read};
use crate::app::{AppError, Origin};
use crate::domain::action::{Action, State};
use crate::domain::activity::{CommitmentStatus, Side};
use crate::domain::draft::Goal;
use crate::domain::health::Level;
use crate::domain::tool::account::{AccountBrief, AccountOverview};
use crate::domain::tool::close_loop::CloseLoop;
use crate::domain::tool::draft::DraftEmail;
use crate::domain::tool::portfolio::Portfolio;
use crate::domain::tool::records::ListCommitments;
use crate::domain::tool::score::ScoreHistory;
use crate::slack::act::Back;
use crate::slack::payload::Command;
use crate::slack::people::Asker;
use crate::slack::render::account::AccountCard;
use crate::slack::render::list::AccountList;
use crate::slack::render::{Links, Message, account, close_loop, draft, help, history, list, modal, note, proposal};
use crate::slack::service::{Slack, SlackError, Team};

/// Rows of a list.
const ROWS: u32 = 12;

impl Slack {
    /// Does a command.
    pub(in crate::slack) async fn run_command(
        &self,
        team: &Team,
        command: &Command,
        inbox: Uuid,
    ) -> Result<(), SlackError> {
        let back = Back::of_command(command, inbox);
        let typed = read(&command.command, &command.text);
        let asker = match self.asker(team, &command.user).await {
            Ok(asker) => asker,
            Err(SlackError::NotAllowed(sentence)) => {
                return self.answer(team, &back, &note::not_allowed(&sentence)).await;
            }
            Err(error) => return Err(error),
        };
        let done = Box::pin(self.do_typed(team, &asker, command, &typed, inbox)).await;
        match done {
            Ok(Some(message)) => self.answer(team, &back, &message).await,
            Ok(None) => Ok(()),
            Err(SlackError::NotAllowed(sentence)) => self.answer(team, &back, &note::not_allowed(&sentence)).await,
            Err(SlackError::App(
                AppError::Invalid(sentence) | AppError::NotFound(sentence) | AppError::Conflict(sentence),
            )) => self.answer(team, &back, &note::plain(&sentence)).await,
            Err(error) => Err(error),
        }
    }

    /// What a command leads to; a message for its sender, unless it is said elsewhere.
    async fn do_typed(
        &self,
        team: &Team,
        asker: &Asker,
        command: &Command,
        typed: &Typed,
        inbox: Uuid,
    ) -> Result<Option<Message>, SlackError> {
        let linked = self.linked(team, &command.channel).await?;
        Ok(Some(match typed {
            Typed::Help(topic) => help::help(topic),
            Typed::Unknown(word) => help::help(word),
            Typed::Settings => self.settings(team, command, linked.as_ref()).await?,
            Typed::Ask(question) => {
                self.ask_from_command(team, asker, command, question, inbox).await?;
                return Ok(None);
            }
            Typed::Account(name) => match self.shown(team, name, linked).await? {
                Ok(account) => self.account_card(team, &account).await?,
                Err(unclear) => which(unclear, "/account"),
            },
            Typed::Why(name) => match self.shown(team, name, linked).await? {
                Ok(account) => self.why(team, &account).await?,
                Err(unclear) => which(unclear, "/why"),
            },
            Typed::Route { name, section, reason } => {
                let Some(section) = *section else { return Ok(Some(help::help("route"))) };
                match self.changed(team, name, linked).await? {
                    Ok((account, _)) => {
                        let action = Action::RouteAccount { section, reason: reason.clone() };
                        self.act_at_once(team, asker, &account.domain, action, inbox, Some(&command.text)).await?
                    }
                    Err(unclear) => {
                        let then = format!("/route {} {}", section.wire(), reason.clone().unwrap_or_default());
                        which(unclear, then.trim())
                    }
                }
            }
            Typed::Untrack(name) => match self.changed(team, name, linked).await? {
                Ok((account, reason)) => {
                    let action = Action::UntrackAccount { reason };
                    self.act_at_once(team, asker, &account.domain, action, inbox, Some(&command.text)).await?
                }
                Err(unclear) => which(unclear, "/untrack"),
            },
            Typed::Retrack(name) => match self.changed(team, name, linked).await? {
                Ok((account, reason)) => {
                    let action = Action::RetrackAccount { reason };
                    self.act_at_once(team, asker, &account.domain, action, inbox, Some(&command.text)).await?
                }
                Err(unclear) => which(unclear, "/retrack"),
            },
            Typed::Critical { mine } => self.critical(team, asker, *mine).await?,
            Typed::Draft(name) => match self.changed(team, name, linked).await? {
                Ok((account, wishes)) => {
                    self.draft_from(team, asker, wished(&account.domain, wishes), inbox).await?;
                    note::plain(&format!("I have put a draft for {} into our direct messages.", account.name))
                }
                Err(unclear) => which(unclear, "/draft"),
            },
            Typed::CloseLoop(release) => self.loop_of(team, release.clone()).await?,
            Typed::Digest(wish) => self.digest_command(team, asker, &command.channel, wish).await?,
            Typed::Link(name) => match self.changed(team, name, None).await? {
                Ok((account, _)) => self.link(team, asker, &command.channel, Some(&account)).await?,
                Err(unclear) => which(unclear, "/success link"),
            },
            Typed::Unlink => self.link(team, asker, &command.channel, None).await?,
        }))
    }

    /// Asks for what a command leaves out; where the channel is an account's, its name may be left out.
    pub(in crate::slack) async fn complete(&self, team: &Team, command: &Command, typed: &Typed, trigger: &str) {
        let done = self.try_complete(team, command, typed, trigger).await;
        if let Err(error) = done {
            tracing::warn!(%error, "a dialog of Slack could not be opened");
            let message = help::help(match typed {
                Typed::Route { .. } => "route",
                Typed::Untrack(_) => "untrack",
                Typed::Retrack(_) => "retrack",
                Typed::Draft(_) => "draft",
                Typed::Why(_) => "why",
                Typed::Link(_) => "link",
                Typed::Ask(_) => "ask",
                _ => "account",
            });
            let message = match error {
                SlackError::NotAllowed(sentence) => note::not_allowed(&sentence),
                _ => message,
            };
            if let Err(error) = self.answer(team, &Back::of_command(command, Uuid::now_v7()), &message).await {
                tracing::warn!(%error, "nor could that be said");
            }
        }
    }

    async fn try_complete(
        &self,
        team: &Team,
        command: &Command,
        typed: &Typed,
        trigger: &str,
    ) -> Result<(), SlackError> {
        let linked = self.linked(team, &command.channel).await?;
        let only_the_name_is_missing = match typed {
            Typed::Account(_) | Typed::Why(_) => true,
            Typed::Route { name, section, .. } => name.is_empty() && section.is_some(),
            _ => false,
        };
        if linked.is_some() && only_the_name_is_missing {
            return Box::pin(self.run_command(team, command, Uuid::now_v7())).await;
        }
        self.asker(team, &command.user).await?;
        let meta =
            crate::slack::render::action_id::ModalMeta { channel: Some(command.channel.clone()), ..Default::default() };
        let (account, unclear) = match typed {
            Typed::Route { name, .. } if !name.is_empty() => match Named::exactly(&team.app, name).await? {
                Named::Account(account, _) => (Some(account), None),
                Named::Unclear(words, candidates) => {
                    let told = format!("There is no account called “{words}”. Pick the one you mean.");
                    (None, (!candidates.is_empty() || !words.is_empty()).then_some(told))
                }
            },
            _ => (linked, None),
        };
        let known = modal::Known { account: account.as_ref(), unclear: unclear.as_deref() };
        let view = match typed {
            Typed::Route { section, reason, .. } => {
                modal::route(known, *section, reason.as_deref().unwrap_or_default(), &meta)
            }
            Typed::Untrack(_) => modal::untrack(known, "", &meta),
            Typed::Retrack(_) => modal::retrack(known, "", &meta),
            Typed::Draft(_) => modal::draft(known, None, "", &meta),
            Typed::Link(_) => modal::link_channel(known, &meta),
            _ => modal::ask(known, "", &meta),
        };
        self.open_view(team, trigger, view).await
    }

    /// The account a channel is about.
    pub(in crate::slack) async fn linked(
        &self,
        team: &Team,
        channel: &str,
    ) -> Result<Option<AccountBrief>, SlackError> {
        match self.store().slack_link(team.workspace(), &team.id, channel).await? {
            Some(link) => Ok(team.app.exactly(&link.account).await?),
            None => Ok(None),
        }
    }

    /// The account to show something of.
    async fn shown(
        &self,
        team: &Team,
        name: &str,
        linked: Option<AccountBrief>,
    ) -> Result<Result<AccountBrief, Named>, SlackError> {
        if let (true, Some(account)) = (name.is_empty(), linked) {
            return Ok(Ok(account));
        }
        Ok(match Named::generously(&team.app, name).await? {
            Named::Account(account, _) => Ok(account),
            unclear @ Named::Unclear(..) => Err(unclear),
        })
    }

    /// The account to change something of, and what stands behind its name.
    async fn changed(
        &self,
        team: &Team,
        name: &str,
        linked: Option<AccountBrief>,
    ) -> Result<Result<(AccountBrief, Option<String>), Named>, SlackError> {
        if let (true, Some(account)) = (name.is_empty(), linked) {
            return Ok(Ok((account, None)));
        }
        Ok(match Named::exactly(&team.app, name).await? {
            Named::Account(account, rest) => Ok((account, Some(rest).filter(|rest| !rest.is_empty()))),
            unclear @ Named::Unclear(..) => Err(unclear),
        })
    }

    /// The card of an account.
    pub(in crate::slack) async fn account_card(
        &self,
        team: &Team,
        account: &AccountBrief,
    ) -> Result<Message, SlackError> {
        let card = self.card_of(team, &account.domain).await?;
        let links = Links { public_url: self.public_url(), ..Links::NONE };
        Ok(account::card(&card, links, self.today()))
    }

    /// What the card of an account shows.
    pub(in crate::slack) async fn card_of(&self, team: &Team, domain: &str) -> Result<AccountCard, SlackError> {
        let overview = team.app.look_up(AccountOverview { account: domain.to_owned() }).await?;
        let open = ListCommitments {
            account: Some(domain.to_owned()),
            statuses: vec![CommitmentStatus::Overdue, CommitmentStatus::Unclear, CommitmentStatus::Open],
            ..ListCommitments::default()
        };
        let promises = team.app.look_up(open).await?.items;
        let of = |side: Side| {
            let mut views: Vec<_> = promises.iter().filter(|view| view.side == side).collect();
            views.sort_by_key(|view| (view.status != CommitmentStatus::Overdue, view.due));
            views.into_iter().map(account::Promise::from).collect()
        };
        Ok(AccountCard { ours: of(Side::Team), theirs: of(Side::Customer), ..AccountCard::from(&overview) })
    }

    /// Why an account stands where it stands: the chart of its score, and what moved it.
    pub(in crate::slack) async fn why(&self, team: &Team, brief: &AccountBrief) -> Result<Message, SlackError> {
        let card = self.account_card(team, brief).await?;
        let path = team.app.look_up(ScoreHistory { account: brief.domain.clone(), since: None, until: None }).await?;
        let mut why = history::history(&brief.name, &path, self.today());
        // The card's factors come first, its buttons last; the chart stands between.
        let (top, buttons): (Vec<_>, Vec<_>) =
            card.blocks.into_iter().partition(|block| block["type"] != json!("actions"));
        why.blocks = top.into_iter().chain(why.blocks).chain(buttons).collect();
        why.text = format!("{} {}", card.text, why.text);
        Ok(why)
    }

    /// Does an action a person typed: that is its own approval. It may still wait for a second person.
    pub(in crate::slack) async fn act_at_once(
        &self,
        team: &Team,
        asker: &Asker,
        account: &str,
        action: Action,
        inbox: Uuid,
        typed: Option<&str>,
    ) -> Result<Message, SlackError> {
        let acting = self.acting(team, &asker.user).await?;
        let request = format!("slack/{inbox}");
        // A task that runs again after a crash goes on with what it had begun.
        let proposal = match self.store().proposal_of_request(team.workspace(), &request).await? {
            Some(id) => team.app.proposal(id).await?,
            None => {
                let typed = typed.map(str::to_owned);
                team.app.propose(account, action, &Origin { typed, ..acting.origin(&request) }).await?
            }
        };
        let acted = team.app.approve(proposal.id, Some(&proposal.digest), &acting.origin(&request)).await?;
        self.refresh_later(team, &acted.proposal.id.to_string()).await?;
        if acted.proposal.state == State::Pending && acted.proposal.approvals_needed > 1 {
            return self.ask_second(team, &acting, &acted.proposal, inbox).await;
        }
        Ok(match (&acted.refusal, acted.changed || matches!(acted.proposal.state, State::Done { .. })) {
            (Some(refusal), false) => proposal::refused(&acted.proposal, refusal, &acted.differences, self.now()),
            _ => proposal::card(&acted.proposal, self.now()),
        })
    }

    async fn critical(&self, team: &Team, asker: &Asker, mine: bool) -> Result<Message, SlackError> {
        let owner = if mine { Some(asker.person.who().to_owned()) } else { None };
        let wanted = Portfolio { levels: vec![Level::Critical], owner, limit: Some(ROWS), ..Portfolio::default() };
        let view = team.app.accounts(wanted).await?;
        let (title, empty) = if mine {
            ("Your critical accounts", "None of your accounts is critical.")
        } else {
            ("Critical accounts", "No account is critical.")
        };
        Ok(list::list(&AccountList::of(title, &view, empty), self.today()))
    }

    /// Drafts a mail and shows it to the asker alone.
    pub(in crate::slack) async fn draft_from(
        &self,
        team: &Team,
        asker: &Asker,
        asked: DraftEmail,
        inbox: Uuid,
    ) -> Result<(), SlackError> {
        let acting = self.acting(team, &asker.user).await?;
        let request = format!("slack/{inbox}");
        let drafted = match self.store().draft_of_request(team.workspace(), &request).await? {
            Some(id) => team.app.draft(id).await?,
            None => team.app.draft_email(asked, &acting.origin(&request)).await?,
        };
        let channel = self.sender().direct_message(&team.caller, &asker.user).await?;
        let message = draft::card(&drafted, team.app.can_send(), self.today());
        let said = (message.text.as_str(), message.blocks.as_slice());
        let subject = drafted.id.to_string();
        let place = team.place(&channel, None);
        self.sender().post_once(&place, &format!("item/{inbox}/draft"), said, Some(&subject), self.now()).await?;
        Ok(())
    }

    async fn loop_of(&self, team: &Team, release: Option<String>) -> Result<Message, SlackError> {
        let (found, _) = team.app.close_loop(CloseLoop { release, ..CloseLoop::default() }).await?;
        Ok(close_loop::close_loop(&found, self.today()))
    }

    /// Says which account a channel is about.
    pub(in crate::slack) async fn link(
        &self,
        team: &Team,
        asker: &Asker,
        channel: &str,
        account: Option<&AccountBrief>,
    ) -> Result<Message, SlackError> {
        let acting = self.acting(team, &asker.user).await?;
        let domain = account.map(|account| account.domain.as_str());
        let by = acting.person.who();
        self.store().set_slack_link(team.workspace(), (&team.id, channel), domain, by, self.now()).await?;
        Ok(note::linked(account))
    }

    async fn settings(
        &self,
        team: &Team,
        command: &Command,
        linked: Option<&AccountBrief>,
    ) -> Result<Message, SlackError> {
        let account = linked.map_or_else(
            || "This channel is linked to no account; `/success link NAME` links it.".to_owned(),
            |account| format!("This channel is linked to {} ({}).", account.name, account.domain),
        );
        let readers = match self.outsiders(team, &command.channel).await {
            None => "Everybody who reads this channel may see account data.",
            Some(_) => {
                "Outsiders can read this channel, or I could not find out who does; answers with account data go to direct messages."
            }
        };
        Ok(note::plain(&format!("{account} {readers} In a thread, say “quiet” and I answer only when I am mentioned.")))
    }
}

/// A mail to an account: for a goal that is named, else as it was wished.
pub(in crate::slack) fn wished(account: &str, wishes: Option<String>) -> DraftEmail {
    let goal = wishes.as_deref().and_then(Goal::parse);
    let instructions = wishes.filter(|_| goal.is_none());
    DraftEmail { account: account.to_owned(), goal, instructions, ..DraftEmail::default() }
}

fn which(unclear: Named, then: &str) -> Message {
    match unclear {
        Named::Unclear(words, candidates) => note::which_account(&words, &candidates, then),
        Named::Account(account, _) => note::which_account(&account.name, std::slice::from_ref(&account), then),
    }
}
