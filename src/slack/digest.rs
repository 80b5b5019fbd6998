//! Digests in Slack: posted once where they belong, and brought up to date when somebody acknowledges or snoozes a row.

use chrono::{DateTime, Days, Utc};
use serde_json::Value;

use super::audience::PAGES;
use super::payload::text;
use super::people::Asker;
use super::render::Message;
use super::render::action_id::DigestValue;
use super::render::digest::{self, PutAside};
use super::render::note::{self, Audience};
use super::service::{Slack, SlackError, Team};
use crate::app::{App, AppError, DigestWanted, DueBrief, DueEdition, SourceAlert, digest_text};
use crate::config::DataClass;
use crate::domain::conversation::Opening;
use crate::domain::digest::{AlertPost, Digest, Edition, RowState};
use crate::domain::id::WorkspaceId;
use crate::domain::person::{Role, name_in};
use crate::domain::time::{Moment, Zone};

impl Slack {
    /// Posts an edition in a channel or to a person; one that is there already is not posted again.
    ///
    /// # Errors
    /// [`SlackError::NotAllowed`] where the place is not known or is read by somebody who may not see account data; else
    /// what Slack or the database refuses.
    pub async fn post_digest(&self, workspace: WorkspaceId, place: &str, due: &DueEdition) -> Result<(), SlackError> {
        let key = digest::key(&due.edition);
        let opening = Opening {
            title: due.edition.name.clone(),
            text: digest_text(&due.edition)?,
            accounts: due.edition.rows.iter().map(|row| row.domain.clone()).collect(),
        };
        let message = digest::edition(&due.edition, &[]);
        self.post_there(workspace, place, &message, (&key, Some(&key)), opening).await
    }

    /// Posts alerts in a channel or to a person; those that are there already are not posted again.
    ///
    /// # Errors
    /// As [`Slack::post_digest`].
    pub async fn post_alerts(&self, workspace: WorkspaceId, place: &str, post: &AlertPost) -> Result<(), SlackError> {
        let opening = Opening {
            title: format!("Alert: {}", post.about()),
            text: post.text(),
            accounts: post.alerts.iter().map(|alert| alert.domain.clone()).collect(),
        };
        self.post_there(workspace, place, &digest::alerts(post), (&format!("alerts/{}", post.id), None), opening).await
    }

    /// Posts the brief of a meeting to a user, in a direct message; what is there already is not posted again.
    ///
    /// # Errors
    /// As [`Slack::post_digest`].
    pub async fn post_brief(&self, workspace: WorkspaceId, user: &str, due: &DueBrief) -> Result<(), SlackError> {
        let team = self.team_of(workspace).await?;
        let key = format!("brief/{}/{}", due.meeting.id, due.meeting.starts_at.timestamp());
        let opening = Opening {
            title: format!("Prepare “{}”", due.meeting.title),
            text: due.answer.answer.clone(),
            accounts: vec![due.meeting.account.clone()],
        };
        for (number, message) in self.messages(&team, &due.answer).iter().enumerate() {
            let key = format!("{key}/{number}");
            self.post_there(workspace, user, message, (&key, None), opening.clone()).await?;
        }
        Ok(())
    }

    /// Posts a message under its key, unless it is there already or somebody reads along who may not see account data;
    /// `shows` is what it is found by when it has to be brought up to date. What is asked below it goes on from `opening`.
    async fn post_there(
        &self,
        workspace: WorkspaceId,
        place: &str,
        message: &Message,
        (key, shows): (&str, Option<&str>),
        opening: Opening,
    ) -> Result<(), SlackError> {
        let team = self.team_of(workspace).await?;
        let channel = self.digest_channel(&team, place).await?;
        let direct = channel.starts_with('D');
        if let Some(audience) = self.hidden(&team, &channel, direct, DataClass::Money).await {
            return Err(SlackError::NotAllowed(refused(place, audience)));
        }
        let said = (message.text.as_str(), message.blocks.as_slice());
        let root = self.sender().post_once(&team.place(&channel, None), key, said, shows, self.now()).await?.ts;
        if self.store().slack_thread_at(workspace, &team.id, &channel, &root).await?.is_none() {
            let conversation = team.app.begin_with(opening).await?;
            let below = (team.id.as_str(), channel.as_str(), root.as_str());
            self.store().begin_slack_thread(workspace, below, direct, conversation, self.now()).await?;
        }
        Ok(())
    }

    /// Tells whoever owns a digest, in a direct message, that it could not be delivered. It stands with the digest in any
    /// case, so that a message which does not get through loses nothing.
    pub async fn say_digest_failed(&self, workspace: WorkspaceId, due: &DueEdition, why: &str) {
        let tell = async {
            let team = self.team_of(workspace).await?;
            let channel = self.digest_channel(&team, &format!("@{}", due.digest.owner)).await?;
            let told = format!(
                "Your digest “{}” could not go to {}: {why} It stands at /digests; `/digest` lists yours.",
                due.digest.name, due.digest.to
            );
            let message = note::plain(&told);
            let said = (message.text.as_str(), message.blocks.as_slice());
            let key = format!("{}/failed", digest::key(&due.edition));
            self.sender().post_once(&team.place(&channel, None), &key, said, None, self.now()).await?;
            Ok::<_, SlackError>(())
        };
        if let Err(error) = tell.await {
            tracing::warn!(%error, digest = %due.digest.id, "the owner of a digest could not be told that it did not arrive");
        }
    }

    /// Tells admins who are known here, in a direct message, that a connected system fails. It stands on the page of the
    /// sources in any case, so that a message which does not get through loses nothing.
    pub async fn say_source_fails(&self, workspace: WorkspaceId, alert: &SourceAlert) {
        let tell = async {
            let team = self.team_of(workspace).await?;
            let people = self.store().people(workspace).await.map_err(AppError::from)?;
            let admins = people.into_iter().filter(|person| person.role == Role::Admin);
            for user in admins.filter_map(|person| person.slack).filter(|user| user.team == team.id) {
                let channel = self.sender().direct_message(&team.caller, &user.user).await?;
                let message = note::plain(&alert.text);
                let said = (message.text.as_str(), message.blocks.as_slice());
                let key = format!("{}/{}", alert.key, user.user);
                self.sender().post_once(&team.place(&channel, None), &key, said, None, self.now()).await?;
            }
            Ok::<_, SlackError>(())
        };
        if let Err(error) = tell.await {
            tracing::warn!(%error, "admins could not be told in Slack that a source fails");
        }
    }

    /// Does what a button of a row says, and brings the message up to date.
    pub(super) async fn put_aside(
        &self,
        team: &Team,
        asker: &Asker,
        value: &DigestValue,
        snooze: bool,
    ) -> Result<Message, SlackError> {
        let origin = self.acting(team, &asker.user).await?.origin("slack");
        let digest = value.digest.to_string();
        if snooze {
            let until = self.today().checked_add_days(Days::new(7)).unwrap_or(self.today());
            team.app.snooze_in_digest(&digest, &value.account, until, &origin).await?;
        } else {
            team.app.acknowledge(&digest, &value.account, &origin).await?;
        }
        let period = DateTime::<Utc>::from_timestamp(value.period, 0).map(Moment::from);
        if let Some(edition) = team.app.edition_of(value.digest, period).await? {
            self.refresh_digest(team, &edition).await?;
        }
        Ok(note::plain(if snooze { "Snoozed for a week in this digest." } else { "It is yours; the digest says so." }))
    }

    async fn refresh_digest(&self, team: &Team, edition: &Edition) -> Result<(), SlackError> {
        let aside = aside(&team.app, edition).await?;
        let message = digest::edition(edition, &aside);
        let said = (message.text.as_str(), message.blocks.as_slice());
        for post in self.store().slack_posts_showing(team.workspace(), &digest::key(edition)).await? {
            match self.sender().update(&team.caller, &post.channel, &post.ts, said, &post.key).await {
                Err(error) if !error.place_is_gone() && error.code() != Some("cant_update_message") => {
                    return Err(error.into());
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Does what `/digest` says: lists the digests of whoever typed it, adds one that comes here, previews, sends, pauses,
    /// resumes or removes one.
    pub(super) async fn digest_command(
        &self,
        team: &Team,
        asker: &Asker,
        channel: &str,
        wish: &str,
    ) -> Result<Message, SlackError> {
        let (verb, rest) = wish.trim().split_once(char::is_whitespace).unwrap_or((wish.trim(), ""));
        let (app, origin, rest) = (&team.app, asker.origin("slack"), rest.trim());
        let done = match verb.to_lowercase().as_str() {
            "" | "list" => {
                let own = self.digests_of(team, asker).await?;
                let words = all_told(&own);
                return Ok(if own.is_empty() { digest::first(&words) } else { note::plain(&words) });
            }
            "add" => {
                let when = if rest.is_empty() { OFFERED } else { rest };
                return self.add_digest(team, asker, channel, when).await;
            }
            "preview" => {
                let digest = self.digest_meant(team, asker, rest).await?;
                return Ok(digest::edition(&app.preview_digest(&digest.id.to_string()).await?, &[]));
            }
            "send" => {
                let digest = self.digest_meant(team, asker, rest).await?;
                let sent = app.send_digest(&digest.id.to_string(), &origin).await?;
                format!("“{}” is on its way to {}.", sent.name, sent.to)
            }
            verb @ ("pause" | "resume") => {
                let digest = self.digest_meant(team, asker, rest).await?;
                told(&app.pause_digest(&digest.id.to_string(), verb == "pause", &origin).await?)
            }
            "remove" | "delete" => {
                let digest = self.digest_meant(team, asker, rest).await?;
                format!("“{}” is gone.", app.remove_digest(&digest.id.to_string(), &origin).await?.name)
            }
            _ => return Ok(super::render::help::help("digest")),
        };
        Ok(note::plain(&done))
    }

    /// Has the digest that is offered first come where it was offered; the one there is, where the button is pressed twice.
    pub(super) async fn accept_first_digest(
        &self,
        team: &Team,
        asker: &Asker,
        channel: &str,
    ) -> Result<Message, SlackError> {
        match self.digests_of(team, asker).await?.first() {
            Some(digest) => Ok(note::plain(&told(digest))),
            None => self.add_digest(team, asker, channel, OFFERED).await,
        }
    }

    async fn add_digest(&self, team: &Team, asker: &Asker, channel: &str, when: &str) -> Result<Message, SlackError> {
        let place = if channel.starts_with('D') { format!("@{}", asker.person.who()) } else { channel.to_owned() };
        let wanted = DigestWanted {
            to: Some(format!("slack:{place}")),
            schedule: Some(when.to_owned()),
            // A zone that Slack knows and this program does not is no reason to get no digest.
            zone: asker.zone.clone().filter(|zone| Zone::named(zone).is_ok()),
            owner: Some(asker.person.who().to_owned()),
            ..DigestWanted::default()
        };
        let added = team.app.add_digest(&wanted, &asker.origin("slack")).await?;
        Ok(note::plain(&format!("Added: {}. `/digest preview` shows what it would say now.", told(&added))))
    }

    /// The digest somebody names; where they name none, their only one.
    async fn digest_meant(&self, team: &Team, asker: &Asker, named: &str) -> Result<Digest, SlackError> {
        if !named.is_empty() {
            return Ok(team.app.digest(named).await?);
        }
        let mut own = self.digests_of(team, asker).await?;
        match own.len() {
            1 => Ok(own.remove(0)),
            0 => Err(SlackError::NotAllowed(format!("You have no digest yet; `/digest add {OFFERED}` adds one."))),
            _ => {
                let names: Vec<String> = own.iter().map(|digest| format!("“{}”", digest.name)).collect();
                Err(SlackError::NotAllowed(format!("You have {}; say which.", names.join(" and "))))
            }
        }
    }

    async fn digests_of(&self, team: &Team, asker: &Asker) -> Result<Vec<Digest>, SlackError> {
        let mut digests = team.app.digests().await?;
        digests.retain(|digest| digest.owner.eq_ignore_ascii_case(asker.person.who()));
        Ok(digests)
    }

    /// The digests of somebody in words; an offer where they have none.
    pub(super) async fn digests_told(&self, team: &Team, asker: &Asker) -> Result<String, SlackError> {
        Ok(all_told(&self.digests_of(team, asker).await?))
    }

    /// The team of a workspace.
    async fn team_of(&self, workspace: WorkspaceId) -> Result<Team, SlackError> {
        let teams = self.store().slack_teams(workspace).await?;
        let team = teams.iter().find(|team| team.revoked_at.is_none());
        match team {
            Some(team) => self.team(Some(&team.team), None).await,
            None => self.own_team().await?.ok_or_else(|| SlackError::UnknownTeam("of this workspace".to_owned())),
        }
    }

    /// The channel somebody means: `#name`, an identifier, or `@person` by address or name.
    async fn digest_channel(&self, team: &Team, place: &str) -> Result<String, SlackError> {
        if let Some(person) = place.strip_prefix('@') {
            let user = self.user_called(team, person).await?;
            return Ok(self.sender().direct_message(&team.caller, &user).await?);
        }
        let name = place.trim_start_matches('#');
        let is_id =
            name.len() > 1 && name.starts_with(['C', 'G', 'D', 'U', 'W']) && !name.chars().any(char::is_lowercase);
        if is_id && name.starts_with(['U', 'W']) {
            return Ok(self.sender().direct_message(&team.caller, name).await?);
        }
        if is_id {
            return Ok(name.to_owned());
        }
        let fits = |channel: &Value| text(channel, "/name").is_some_and(|known| known.eq_ignore_ascii_case(name));
        let types = [("types", "public_channel,private_channel"), ("exclude_archived", "true")];
        let found = self.find_in(team, "conversations.list", ("channels", &types), fits).await?;
        found.ok_or_else(|| {
            SlackError::NotAllowed(format!(
                "there is no channel {place} that I can see; invite me there, or name another one."
            ))
        })
    }

    async fn user_called(&self, team: &Team, person: &str) -> Result<String, SlackError> {
        let fits = |user: &Value| {
            let names = ["/name", "/real_name", "/profile/real_name", "/profile/display_name", "/profile/email"];
            let called = names.iter().filter_map(|name| text(user, name));
            let first = |name: &str| name.split_whitespace().next().unwrap_or_default().to_owned();
            let gone = user.get("deleted").and_then(Value::as_bool).unwrap_or_default();
            !gone
                && called
                    .into_iter()
                    .any(|name| name.eq_ignore_ascii_case(person) || first(name).eq_ignore_ascii_case(person))
        };
        let found = self.find_in(team, "users.list", ("members", &[]), fits).await?;
        found.ok_or_else(|| {
            SlackError::NotAllowed(format!("nobody in Slack is called {person}; write their e-mail address."))
        })
    }

    /// The identifier of the first item of a list that fits.
    async fn find_in(
        &self,
        team: &Team,
        method: &'static str,
        (list, arguments): (&str, &[(&str, &str)]),
        fits: impl Fn(&Value) -> bool,
    ) -> Result<Option<String>, SlackError> {
        let mut cursor = String::new();
        for _ in 0..PAGES {
            let page = self.page(team, method, arguments, &cursor).await?;
            let items = page.get(list).and_then(Value::as_array);
            if let Some(found) = items.into_iter().flatten().find(|item| fits(item)) {
                return Ok(text(found, "/id").map(str::to_owned));
            }
            match text(&page, "/response_metadata/next_cursor") {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        Ok(None)
    }
}

/// When a first digest is offered for.
const OFFERED: &str = "Mondays 8:30";

/// Somebody's digests in words; an offer where they have none.
fn all_told(own: &[Digest]) -> String {
    if own.is_empty() {
        return format!(
            "You have no digest. `/digest add {OFFERED}` has your critical accounts come where you type it."
        );
    }
    own.iter().map(told).collect::<Vec<_>>().join("; ")
}

/// A digest in a sentence.
fn told(digest: &Digest) -> String {
    let next = match digest.next_at {
        Some(at) => format!("next on {}", digest.schedule.zone().tell(at).format("%a, %B %-d at %H:%M")),
        None => "paused".to_owned(),
    };
    let problem = digest.problem.as_ref().map(|problem| format!(" – it did not arrive: {problem}")).unwrap_or_default();
    format!("“{}”, {}, {next}, to {}{problem}", digest.name, digest.schedule.words(), digest.to)
}

/// What became of the rows of an edition since it was posted.
async fn aside(app: &App, edition: &Edition) -> Result<Vec<PutAside>, SlackError> {
    let standings = app.standings_by_domain(edition.digest).await?;
    let told = edition.rows.iter().filter_map(|row| {
        let standing = standings.get(&row.domain)?;
        let told = match standing.state {
            RowState::Acknowledged => {
                let by = standing.acknowledged.as_ref().map(|by| name_in(&by.by))?;
                format!("{by} sees to it.")
            }
            RowState::Snoozed => format!("Snoozed until {}.", standing.snoozed_until?.format("%B %-d")),
            _ => return None,
        };
        Some(PutAside { account: row.domain.clone(), told })
    });
    Ok(told.collect())
}

fn refused(place: &str, audience: Audience) -> String {
    let who = match audience {
        Audience::Guest => "guests read along there",
        Audience::Shared => "people of another company read along there",
        Audience::NotListed => "somebody who may not use me reads along there",
        Audience::Unknown => "nobody could tell who reads along there",
    };
    format!("{place}: {who}, so account data was not posted. Have it go to another channel or to a person.")
}
