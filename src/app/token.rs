//! Tokens by which programs use the API in the name of a person.

use chrono::Duration;

use super::access::secret;
use super::people::address;
use super::{App, AppError, Console, Origin};
use crate::domain::access::{ApiToken, Scope, SecretHash, TOKEN_PREFIX};
use crate::domain::id::{PersonId, TokenId};
use crate::domain::person::{Person, Role};

/// The longest a token can be good for, in days.
const MOST_DAYS: u32 = 366;

/// The longest name of a token, in characters.
const LONGEST_NAME: usize = 100;

/// A token somebody wants.
#[derive(Clone, Debug)]
pub struct TokenWanted {
    /// What it is called.
    pub name: String,
    /// What it may do at most.
    pub scope: Scope,
    /// For how many days it is good.
    pub days: u32,
    /// E-mail address of whose it is; whoever asks for it when absent.
    pub of: Option<String>,
}

impl App {
    /// Makes a token; gives what stands in it, which is kept nowhere.
    ///
    /// # Errors
    /// [`AppError::Invalid`] saying what is wrong with what is wanted, [`AppError::Forbidden`] where it would be somebody
    /// else's or could do more than its owner may.
    pub async fn add_token(
        &self,
        wanted: &TokenWanted,
        origin: &Origin,
        from: Console,
    ) -> Result<(String, ApiToken, Person), AppError> {
        let name = wanted.name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME || name.contains(char::is_control) {
            return Err(AppError::Invalid(format!("A token's name has 1 to {LONGEST_NAME} characters.")));
        }
        if !(1..=MOST_DAYS).contains(&wanted.days) {
            return Err(AppError::Invalid(format!("A token is good for 1 to {MOST_DAYS} days.")));
        }
        let person = self.owner_of_token(wanted.of.as_deref(), origin, from).await?;
        if wanted.scope.role() > person.role {
            return Err(AppError::Forbidden(format!(
                "{} is a {}: a token of theirs can have the scope {} at most.",
                person.who(),
                person.role.wire(),
                Scope::of_role(person.role).wire()
            )));
        }
        let now = self.intake.clock.now();
        let token = ApiToken {
            id: TokenId::new(),
            person: person.id,
            name: name.to_owned(),
            scope: wanted.scope,
            made_at: now,
            expires_at: now + Duration::days(wanted.days.into()),
            last_used: None,
        };
        let secret = format!("{TOKEN_PREFIX}{}", secret());
        self.intake.store.add_api_token(self.workspace, &token, SecretHash::of(secret.as_bytes())).await?;
        tracing::info!(token = %token.id, person = %person.id, scope = token.scope.wire(), "a token was made");
        Ok((secret, token, person))
    }

    /// Whose a new token is to be: only a command on this machine makes one for somebody else.
    async fn owner_of_token(&self, of: Option<&str>, origin: &Origin, from: Console) -> Result<Person, AppError> {
        let by = self.identified(&origin.by).await?;
        let email = address(of.unwrap_or(&by.who))
            .map_err(|_| AppError::Invalid("Say whose the token is, by e-mail address: `--for ADDRESS`.".to_owned()))?;
        if from != Console::Local && !by.is(&email) {
            return Err(AppError::Forbidden(
                "A token for somebody else is made on the server, with `success-agent token add`.".to_owned(),
            ));
        }
        let found = self.intake.store.person_by_email(self.workspace, &email).await?;
        found.ok_or_else(|| {
            AppError::Invalid(format!("Nobody is known as {email}; add them with `success-agent people set {email}`."))
        })
    }

    /// Whose tokens somebody sees and may take away: on this machine and as an admin everybody's, else their own. The inner
    /// value is none for everybody's.
    async fn tokens_of(&self, origin: &Origin, from: Console) -> Result<Option<Option<PersonId>>, AppError> {
        let by = self.identified(&origin.by).await?;
        let everybodys = from == Console::Local || by.role.is_some_and(Role::may_administer);
        Ok(if everybodys { Some(None) } else { by.person.map(Some) })
    }

    /// The tokens somebody sees, with whose they are, the newest first.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn tokens(&self, origin: &Origin, from: Console) -> Result<Vec<(ApiToken, Person)>, AppError> {
        match self.tokens_of(origin, from).await? {
            Some(person) => Ok(self.intake.store.api_tokens(self.workspace, person).await?),
            None => Ok(Vec::new()),
        }
    }

    /// Takes a token away, by its identifier or its name.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where there is none, [`AppError::Invalid`] where several have this name.
    pub async fn remove_token(&self, named: &str, origin: &Origin, from: Console) -> Result<ApiToken, AppError> {
        let none =
            || AppError::NotFound(format!("There is no token `{named}`; `success-agent token list` shows them."));
        let person = self.tokens_of(origin, from).await?.ok_or_else(none)?;
        let mut meant = self.intake.store.api_tokens(self.workspace, person).await?;
        meant.retain(|(token, _)| token.name == named || token.id.to_string() == named);
        match <[_; 1]>::try_from(meant) {
            Ok([(token, _)]) => {
                let removed = self.intake.store.remove_api_token(self.workspace, token.id, person).await?;
                tracing::info!(token = %token.id, "a token was taken away");
                if removed { Ok(token) } else { Err(none()) }
            }
            Err(meant) if meant.is_empty() => Err(none()),
            Err(_) => {
                Err(AppError::Invalid(format!("Several tokens are called `{named}`; name one by its identifier.")))
            }
        }
    }

    /// The token with this secret, and whose it is; none where there is none, or it has expired.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn use_token(&self, secret: &str) -> Result<Option<(ApiToken, Person)>, AppError> {
        let (hash, now) = (SecretHash::of(secret.as_bytes()), self.intake.clock.now());
        Ok(self.intake.store.use_api_token(self.workspace, hash, now).await?)
    }
}
