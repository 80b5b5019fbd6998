//! `success-agent token …`

use super::args::TokenAction;
use super::output::{Failure, Ink, Output};
use super::service::with_service;
use crate::config::Config;
use crate::web::tokens::{TokenParams, TokenResponse};

pub(super) async fn run(action: TokenAction, config: &Config, output: &mut Output) -> Result<(), Failure> {
    match action {
        TokenAction::Add { name, scope, days, of } => {
            let params = TokenParams { name, scope, days, of };
            params.clone().wanted().map_err(Failure::usage)?;
            let token = with_service(config, async |service| service.add_token(params).await).await?;
            output.line(format_args!(
                "A token of {} for {}, until {}. It is shown this once:",
                token.who,
                token.scope,
                token.expires_at.day()
            ))?;
            output.line(output.paint(Ink::Bold, token.secret.unwrap_or_default()))
        }
        TokenAction::List => {
            let found = with_service(config, async |service| service.tokens().await).await?;
            if found.tokens.is_empty() {
                return output.line("There are no tokens; make one with `success-agent token add NAME --for ADDRESS`.");
            }
            found.tokens.iter().try_for_each(|token| line(token, output))
        }
        TokenAction::Remove { token } => {
            with_service(config, async |service| service.remove_token(&token).await).await?;
            output.line(format_args!("The token {token} is gone; nothing gets in with it any more."))
        }
    }
}

fn line(token: &TokenResponse, output: &mut Output) -> Result<(), Failure> {
    let used = token.last_used.map_or_else(|| "never used".to_owned(), |day| format!("last used {day}"));
    output.line(format_args!(
        "{}  {:<24}  {:<5}  {:<32}  until {}  {used}",
        token.id,
        token.name,
        token.scope,
        token.who,
        token.expires_at.day()
    ))
}
