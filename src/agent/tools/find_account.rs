//! `find_account`: the accounts and people a text mentions.

use super::{Bench, ToolError};
use crate::agent::directory::{Directory, Listed, join_people};
use crate::agent::names::plain_name;
use crate::domain::activity::Side;
use crate::domain::id::WorkspaceId;
use crate::domain::person::name_in;
use crate::domain::tool::account::{AccountBrief, FindAccount, FoundAccounts, Person};
use crate::store::Store;

/// Runs the tool. Names are not a secret inside a workspace: a pinned chat finds other accounts too, and offers to switch.
#[expect(clippy::unused_async, reason = "all tools are called alike")]
pub async fn run(bench: &mut Bench<'_>, arguments: FindAccount) -> Result<FoundAccounts, ToolError> {
    Ok(bench.directory().find(&arguments.query))
}

/// Everybody and every account of a workspace.
pub async fn directory(store: &Store, workspace: WorkspaceId) -> Result<Directory, ToolError> {
    let entries = store.directory(workspace).await?;
    let levels: std::collections::HashMap<_, _> = store.levels(workspace).await?.into_iter().collect();
    let mut people = Vec::new();
    let mut accounts = Vec::with_capacity(entries.len());
    for entry in entries {
        let brief = AccountBrief {
            domain: entry.domain,
            name: entry.name,
            owner_email: entry.owner_email.clone(),
            level: levels.get(&entry.id).copied(),
        };
        people.extend(entry.contacts.into_iter().map(|contact| Person {
            name: plain_name(&contact.name),
            email: contact.email,
            title: contact.title,
            side: Side::Customer,
            accounts: vec![brief.clone()],
            owner: false,
        }));
        people.extend(entry.owner_email.map(|email| Person {
            name: name_in(&email),
            email: Some(email),
            title: None,
            side: Side::Team,
            accounts: Vec::new(),
            owner: true,
        }));
        accounts.push(Listed { brief, aliases: entry.aliases });
    }
    people.extend(store.team(workspace).await?.into_iter().map(|(name, email)| Person {
        name,
        email,
        title: None,
        side: Side::Team,
        accounts: Vec::new(),
        owner: false,
    }));
    Ok(Directory::new(accounts, join_people(people)))
}
