//! Links to accounts and to answers about them: everybody sees name and owner; money, health and risks stand in the pane, for one person at a time.

use serde_json::{Value, json};

use crate::config::DataClass;
use crate::domain::id::ConversationId;
use crate::domain::tool::account::AccountBrief;
use crate::slack::client::CallError;
use crate::slack::payload::text;
use crate::slack::render::note::link_suggested;
use crate::slack::render::unfurl::{Preview, details, preview};
use crate::slack::service::{Slack, SlackError, Team};

impl Slack {
    /// Shows what links to us are about.
    pub(super) async fn unfurl(
        &self,
        team: &Team,
        channel: &str,
        ts: &str,
        links: &[String],
        unfurl: Option<&(String, String)>,
    ) -> Result<(), SlackError> {
        let mut entities: Vec<Value> = Vec::new();
        for link in links {
            let Some(account) = self.account_of_link(team, link).await? else { continue };
            entities.push(preview(&Preview {
                posted: link,
                url: link,
                domain: &account.domain,
                name: &account.name,
                owner: account.owner_email.as_deref(),
            }));
        }
        if entities.is_empty() {
            return Ok(());
        }
        let mut arguments = json!({ "metadata": { "entities": entities } });
        match unfurl {
            Some((id, source)) => {
                arguments["unfurl_id"] = id.as_str().into();
                arguments["source"] = source.as_str().into();
            }
            None => {
                arguments["channel"] = channel.into();
                arguments["ts"] = ts.into();
            }
        }
        match self.api().write(&team.caller, "chat.unfurl", &arguments).await {
            // The message is gone, or links are not shown here.
            Ok(_) | Err(CallError::Refused { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The account a link to us leads to.
    async fn account_of_link(&self, team: &Team, link: &str) -> Result<Option<AccountBrief>, SlackError> {
        let path = self.public_url().and_then(|base| link.strip_prefix(base.trim_end_matches('/')));
        let Some(path) = path.filter(|path| path.is_empty() || path.starts_with(['/', '?', '#'])) else {
            return Ok(None);
        };
        let domain = match (account_in(path).filter(|domain| !domain.is_empty()), conversation_in(path)) {
            (Some(domain), _) => Some(domain),
            (None, Some(conversation)) => team.app.account_of_conversation(conversation).await?,
            (None, None) => None,
        };
        match domain {
            Some(domain) => Ok(team.app.exactly(&domain).await?),
            None => Ok(None),
        }
    }

    /// Offers to link a channel whose name is an account's: `#acct-hooli`.
    pub(super) async fn suggest_link(&self, team: &Team, channel: &str, inbox: uuid::Uuid) -> Result<(), SlackError> {
        if self.linked(team, channel).await?.is_some() {
            return Ok(());
        }
        let told = self.api().read(&team.caller, "conversations.info", &[("channel", channel)]).await?;
        let name = text(&told, "/channel/name").unwrap_or_default();
        let Some(account) = self.account_of_channel(team, name).await? else { return Ok(()) };
        // That there is such an account is said where everybody may know it.
        if self.hidden(team, channel, false, DataClass::Name).await.is_some() {
            return Ok(());
        }
        let message = link_suggested(&account);
        let said = (message.text.as_str(), message.blocks.as_slice());
        let key = format!("item/{inbox}/link");
        self.sender().post_once(&team.place(channel, None), &key, said, None, self.now()).await?;
        Ok(())
    }

    /// The only account a channel is named after.
    async fn account_of_channel(&self, team: &Team, name: &str) -> Result<Option<AccountBrief>, SlackError> {
        const BEFORE: [&str; 8] = ["acct-", "account-", "cust-", "customer-", "client-", "cs-", "ext-", "a-"];
        let plain = BEFORE.iter().find_map(|before| name.strip_prefix(before)).unwrap_or(name);
        for named in [plain.to_owned(), plain.replace(['-', '_'], " "), plain.replace('-', ".")] {
            if let Some(account) = team.app.exactly(&named).await? {
                return Ok(Some(account));
            }
        }
        let mut found = team.app.suggest_accounts(plain, 2).await?;
        Ok(if found.len() == 1 && plain.chars().count() >= 4 { found.pop() } else { None })
    }

    /// Fills the pane of a link for whoever opened it.
    pub(in crate::slack) async fn show_details(&self, team: &Team, user: &str, trigger: &str, url: &str) {
        let shown = async {
            let refused =
                |why: &str| json!({"trigger_id": trigger, "error": {"status": "restricted", "custom_message": why}});
            let arguments = match self.asker(team, user).await {
                Err(SlackError::NotAllowed(sentence)) => refused(&sentence),
                Err(error) => return Err(error),
                Ok(_) => match self.account_of_link(team, url).await? {
                    None => refused("There is no such account any more."),
                    Some(account) => {
                        let card = self.card_of(team, &account.domain).await?;
                        json!({"trigger_id": trigger, "metadata": details(&card, url, self.today())})
                    }
                },
            };
            self.api().write(&team.caller, "entity.presentDetails", &arguments).await?;
            Ok::<_, SlackError>(())
        };
        if let Err(error) = shown.await {
            tracing::warn!(%error, "the details of a link could not be shown in Slack");
        }
    }
}

/// The domain in the path and query of a link: `/?account=hooli.com` as our own cards write it, `/accounts/hooli.com` and
/// `/success/customers/hooli.com`.
fn account_in(path: &str) -> Option<String> {
    let path = path.split('#').next().unwrap_or_default().trim_start_matches('/');
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let named = ["success/customers/", "accounts/"].iter().find_map(|folder| path.strip_prefix(folder));
    named.map(|domain| domain.trim_end_matches('/').to_owned()).or_else(|| {
        let mut fields = form_urlencoded::parse(query.as_bytes());
        fields.find(|(name, _)| name == "account").map(|(_, domain)| domain.into_owned())
    })
}

/// The conversation a link to an answer leads to: `/c/conv_…`.
fn conversation_in(path: &str) -> Option<ConversationId> {
    let path = path.split(['?', '#']).next()?.trim_matches('/');
    path.strip_prefix("c/")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_conversation_of_a_link_is_found() {
        let id = ConversationId::new();
        assert_eq!(conversation_in(&format!("/c/{id}?turn=2#top")), Some(id));
        assert_eq!(conversation_in("/c/elsewhere"), None);
    }

    #[test]
    fn the_account_of_a_link_is_found_in_each_form_we_give_it() {
        for path in ["/?account=hooli.com", "/accounts/hooli.com/", "/success/customers/hooli.com?tab=calls#top"] {
            assert_eq!(account_in(path).as_deref(), Some("hooli.com"), "{path}");
        }
        assert_eq!(account_in("/settings?tab=1"), None);
    }
}
