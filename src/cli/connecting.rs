//! Connected systems, wherever it is done: the part of the [`Service`](super::service::Service) about them.

use async_trait::async_trait;

use super::remote::Remote;
use super::service::Local;
use crate::app::{AppError, Console};
use crate::web::sources::{
    self, ConnectParams, DisconnectParams, DoneResponse, IdentityParams, MoveParams, SourceMove, SourceResponse,
    SourcesResponse, WaitingListResponse,
};

/// What commands ask for about connected systems.
#[async_trait]
pub(super) trait Connecting {
    /// All connections and all systems there are.
    async fn sources(&self) -> Result<SourcesResponse, AppError>;
    /// Connects a system.
    async fn connect_source(&self, params: ConnectParams) -> Result<SourceResponse, AppError>;
    /// Does something with a connection.
    async fn move_source(&self, name: &str, what: SourceMove) -> Result<DoneResponse, AppError>;
    /// Ends a connection.
    async fn disconnect_source(&self, name: &str, forget: bool) -> Result<DoneResponse, AppError>;
    /// What waits for a person's word.
    async fn waiting_list(&self) -> Result<WaitingListResponse, AppError>;
    /// Says which account something is.
    async fn identify(&self, params: IdentityParams) -> Result<DoneResponse, AppError>;
}

#[async_trait]
impl Connecting for Local {
    async fn sources(&self) -> Result<SourcesResponse, AppError> {
        sources::listed(&self.app).await
    }

    async fn connect_source(&self, params: ConnectParams) -> Result<SourceResponse, AppError> {
        self.app.may_administer(&self.origin(), Console::Local, "connect sources").await?;
        let connected = sources::connected(&self.app, params, &self.origin().by).await?;
        // No server works behind this command.
        self.app.sync_here().await?;
        let all = sources::listed(&self.app).await?;
        Ok(all.sources.into_iter().find(|source| source.name == connected.name).unwrap_or(connected))
    }

    async fn move_source(&self, name: &str, what: SourceMove) -> Result<DoneResponse, AppError> {
        self.app.may_administer(&self.origin(), Console::Local, "change sources").await?;
        let done = sources::moved(&self.app, name, what).await?;
        self.app.sync_here().await?;
        Ok(done)
    }

    async fn disconnect_source(&self, name: &str, forget: bool) -> Result<DoneResponse, AppError> {
        self.app.may_administer(&self.origin(), Console::Local, "change sources").await?;
        let done = sources::ended(&self.app, name, forget).await?;
        self.app.catch_up().await?;
        Ok(done)
    }

    async fn waiting_list(&self) -> Result<WaitingListResponse, AppError> {
        sources::waiting_list(&self.app).await
    }

    async fn identify(&self, params: IdentityParams) -> Result<DoneResponse, AppError> {
        self.app.may_administer(&self.origin(), Console::Local, "say which accounts are one").await?;
        let done = sources::identified(&self.app, params, &self.origin().by).await?;
        self.app.sync_here().await?;
        Ok(done)
    }
}

#[async_trait]
impl Connecting for Remote {
    async fn sources(&self) -> Result<SourcesResponse, AppError> {
        self.send(self.request(reqwest::Method::GET, "/api/sources")).await
    }

    async fn connect_source(&self, params: ConnectParams) -> Result<SourceResponse, AppError> {
        self.send(self.request(reqwest::Method::POST, "/api/sources").json(&params)).await
    }

    async fn move_source(&self, name: &str, what: SourceMove) -> Result<DoneResponse, AppError> {
        let place = self.place(["api", "sources", name])?;
        self.send(self.signed(self.client().post(place)).json(&MoveParams { what })).await
    }

    async fn disconnect_source(&self, name: &str, forget: bool) -> Result<DoneResponse, AppError> {
        let place = self.place(["api", "sources", name])?;
        self.send(self.signed(self.client().delete(place)).json(&DisconnectParams { forget })).await
    }

    async fn waiting_list(&self) -> Result<WaitingListResponse, AppError> {
        self.send(self.request(reqwest::Method::GET, "/api/identity")).await
    }

    async fn identify(&self, params: IdentityParams) -> Result<DoneResponse, AppError> {
        self.send(self.request(reqwest::Method::POST, "/api/identity").json(&params)).await
    }
}
