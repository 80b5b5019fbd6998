//! `success-agent people …`

use super::args::PeopleAction;
use super::output::{Failure, Output};
use super::service::with_service;
use crate::config::Config;
use crate::web::people::{AbsenceParams, PersonParams, PersonResponse};

pub(super) async fn run(action: Option<PeopleAction>, config: &Config, output: &mut Output) -> Result<(), Failure> {
    match action {
        None => {
            let found = with_service(config, async |service| service.people().await).await?;
            if found.people.is_empty() {
                return output
                    .line("Nobody is known yet; people are added when they first act, or with `people set ADDRESS`.");
            }
            found.people.iter().try_for_each(|person| line(person, output))
        }
        Some(PeopleAction::Set { email, name, role }) => {
            let params = PersonParams { email, name, role };
            params.role().map_err(Failure::usage)?;
            let person = with_service(config, async |service| service.put_person(params).await).await?;
            line(&person, output)
        }
        Some(PeopleAction::Away { email, until, stand_in }) => {
            let params = AbsenceParams { email, until: Some(until), stand_in: Some(stand_in) };
            let kept = with_service(config, async |service| service.set_absence(params).await).await?;
            let stand_in = kept.stand_in.unwrap_or_default();
            output.line(format_args!(
                "{} is away until {until}; {stand_in} gets what would go to them alone.",
                kept.email
            ))
        }
        Some(PeopleAction::Back { email }) => {
            let params = AbsenceParams { email, until: None, stand_in: None };
            let kept = with_service(config, async |service| service.set_absence(params).await).await?;
            output.line(format_args!("{} is back.", kept.email))
        }
    }
}

fn line(person: &PersonResponse, output: &mut Output) -> Result<(), Failure> {
    output.line(format_args!(
        "{:<6}  {:<28}  {:<36}  {}",
        person.role,
        person.name,
        person.email.as_deref().unwrap_or("–"),
        person.slack_user.as_deref().unwrap_or("")
    ))
}
