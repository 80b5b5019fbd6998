//! `success-agent team …`

use super::args::TeamAction;
use super::output::{Failure, Output};
use super::service::with_service;
use crate::config::Config;
use crate::web::team::{TeamParams, TeamResponse};

pub(super) async fn run(action: TeamAction, config: &Config, output: &mut Output) -> Result<(), Failure> {
    let (params, json) = match action {
        TeamAction::List { json } => (TeamParams::default(), json),
        TeamAction::Add { members, json } => (TeamParams { add: members, ..TeamParams::default() }, json),
        TeamAction::Remove { members, json } => (TeamParams { remove: members, ..TeamParams::default() }, json),
    };
    let (added, removed) = (!params.add.is_empty(), !params.remove.is_empty());
    let team = if added || removed {
        with_service(config, async |service| service.change_team(params).await).await?
    } else {
        with_service(config, async |service| service.team().await).await?
    };
    if json {
        return output.json(&team);
    }
    if added || removed {
        let verb = if added { "Added" } else { "Removed" };
        output.line(format_args!("{verb} {}. What was said and written was read again.", team.changed))?;
    }
    shown(&team, output)
}

fn shown(team: &TeamResponse, output: &mut Output) -> Result<(), Failure> {
    for domain in &team.domains {
        output.line(format_args!("domain  {domain}"))?;
    }
    for person in &team.people {
        output.line(format_args!("person  {person}"))?;
    }
    if !team.domains.is_empty() || !team.people.is_empty() {
        return Ok(());
    }
    output.line("Nothing was said of our side yet: `team add DOMAIN` or `team add ADDRESS` says it.")?;
    if team.taken.is_empty() {
        return output.line("Until then whoever is not a customer's is taken for ours.");
    }
    output.line(format_args!("Until then whoever writes from these is taken for ours: {}", team.taken.join(", ")))
}
