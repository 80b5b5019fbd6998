//! The way slack-morphism's calls take: over the program's one HTTP client, each within a time limit.

use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use slack_morphism::errors::{
    SlackClientApiError, SlackClientError, SlackClientHttpError, SlackClientHttpProtocolError,
    SlackClientProtocolError, SlackClientSystemError, SlackRateLimitError,
};
use slack_morphism::multipart_form::FileMultipartData;
use slack_morphism::prelude::*;

/// How long a call may take.
const DEADLINE: Duration = Duration::from_secs(15);

/// How long Slack is left alone when it says that there are too many calls but not for how long.
const PAUSE: Duration = Duration::from_secs(5);

/// The program's HTTP client, as slack-morphism calls it.
#[derive(Clone, Debug)]
pub(super) struct Connector {
    http: reqwest::Client,
    api_url: String,
}

/// Whether a call certainly had no effect; else it may have had one.
#[derive(Debug, thiserror::Error)]
#[error("Slack could not be reached")]
pub(super) struct NeverArrived(#[source] reqwest::Error);

impl Connector {
    /// A connector to the Web API at `api_url`.
    pub(super) fn new(api_url: &str) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .timeout(DEADLINE)
            .connect_timeout(Duration::from_secs(5))
            .user_agent(concat!("success-agent/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { http, api_url: api_url.trim_end_matches('/').to_owned() })
    }

    /// Sends JSON to an address Slack gave us, which holds its own key.
    pub(super) async fn post_to(&self, url: &str, body: &serde_json::Value) -> ClientResult<()> {
        let response = self.http.post(url).json(body).send().await.map_err(lost)?;
        read::<serde_json::Value>(response).await.map(drop)
    }

    /// Sends a form, as the OAuth methods take it.
    pub(super) async fn form<RS: DeserializeOwned>(
        &self,
        method: &str,
        fields: &[(&str, &str)],
        (id, secret): (&str, &str),
    ) -> ClientResult<RS> {
        let url = self.create_method_uri_path(method)?;
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.http.post(url).basic_auth(id, Some(secret)).body(body);
        let request = request.header(reqwest::header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        read(request.send().await.map_err(lost)?).await
    }

    fn send<RS: DeserializeOwned + Send>(
        request: reqwest::RequestBuilder,
        token: Option<&SlackApiToken>,
    ) -> BoxFuture<'static, ClientResult<RS>> {
        let request = match token {
            Some(token) => request.bearer_auth(&token.token_value.0),
            None => request,
        };
        async move { read(request.send().await.map_err(lost)?).await }.boxed()
    }
}

fn lost(error: reqwest::Error) -> SlackClientError {
    let cause: Box<dyn std::error::Error + Send + Sync> =
        if error.is_connect() || error.is_builder() { Box::new(NeverArrived(error)) } else { Box::new(error) };
    SlackClientError::HttpProtocolError(SlackClientHttpProtocolError::new().with_cause(cause))
}

/// What Slack answered: an error it names, a pause it asks for, or the result. Bodies stay out of errors, so that
/// nothing customers said gets into a log.
async fn read<RS: DeserializeOwned>(response: reqwest::Response) -> ClientResult<RS> {
    let status = response.status();
    let after =
        response.headers().get(reqwest::header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    if status.as_u16() == 429 {
        let after = after.map_or(PAUSE, Duration::from_secs);
        return Err(SlackClientError::RateLimitError(SlackRateLimitError::new().with_retry_after(after)));
    }
    if !status.is_success() {
        return Err(SlackClientError::HttpError(SlackClientHttpError::new(status)));
    }
    let body = response.bytes().await.map_err(lost)?;
    // Response addresses answer with the two letters `ok`.
    let body = if body.is_empty() || body.trim_ascii() == b"ok" { &b"{\"ok\":true}"[..] } else { &body[..] };
    let unreadable = |error: serde_json::Error| SlackClientError::ProtocolError(SlackClientProtocolError::new(error));
    let envelope: serde_json::Value = serde_json::from_slice(body).map_err(unreadable)?;
    if let Some(code) = envelope.get("error").and_then(serde_json::Value::as_str) {
        let messages = envelope.pointer("/response_metadata/messages").and_then(serde_json::Value::as_array);
        let messages = messages
            .map(|messages| messages.iter().filter_map(|message| message.as_str().map(str::to_owned)).collect());
        return Err(SlackClientError::ApiError(SlackClientApiError::new(code.to_owned()).opt_errors(messages)));
    }
    serde_json::from_value(envelope).map_err(unreadable)
}

fn unsupported() -> SlackClientError {
    let message = "files are not sent through this client".to_owned();
    SlackClientError::SystemError(SlackClientSystemError::new().with_message(message))
}

impl SlackClientHttpConnector for Connector {
    fn create_method_uri_path(&self, method: &str) -> ClientResult<reqwest::Url> {
        Ok(format!("{}/{method}", self.api_url).parse()?)
    }

    fn http_get_uri<'a, RS>(
        &'a self,
        uri: reqwest::Url,
        context: SlackClientApiCallContext<'a>,
    ) -> BoxFuture<'a, ClientResult<RS>>
    where
        RS: for<'de> serde::de::Deserialize<'de> + Send + 'a,
    {
        Self::send(self.http.get(uri), context.token)
    }

    fn http_get_with_client_secret<'a, RS>(
        &'a self,
        uri: reqwest::Url,
        client_id: &'a SlackClientId,
        client_secret: &'a SlackClientSecret,
    ) -> BoxFuture<'a, ClientResult<RS>>
    where
        RS: for<'de> serde::de::Deserialize<'de> + Send + 'a,
    {
        Self::send(self.http.get(uri).basic_auth(&client_id.0, Some(&client_secret.0)), None)
    }

    fn http_post_uri<'a, RQ, RS>(
        &'a self,
        uri: reqwest::Url,
        body: &'a RQ,
        context: SlackClientApiCallContext<'a>,
    ) -> BoxFuture<'a, ClientResult<RS>>
    where
        RQ: Serialize + Send + Sync,
        RS: for<'de> serde::de::Deserialize<'de> + Send + 'a,
    {
        Self::send(self.http.post(uri).json(body), context.token)
    }

    fn http_post_uri_multipart_form<'a, 'p, RS, PT, TS>(
        &'a self,
        _uri: reqwest::Url,
        _file: Option<FileMultipartData<'p>>,
        _params: &'p PT,
        _context: SlackClientApiCallContext<'a>,
    ) -> BoxFuture<'a, ClientResult<RS>>
    where
        RS: for<'de> serde::de::Deserialize<'de> + Send + 'a,
        PT: IntoIterator<Item = (&'p str, Option<TS>)> + Clone,
        TS: AsRef<str> + 'p + Send,
    {
        std::future::ready(Err(unsupported())).boxed()
    }

    fn http_post_uri_binary<'a, 'p, RS>(
        &'a self,
        _uri: reqwest::Url,
        _content_type: String,
        _data: &'a [u8],
        _context: SlackClientApiCallContext<'a>,
    ) -> BoxFuture<'a, ClientResult<RS>>
    where
        RS: for<'de> serde::de::Deserialize<'de> + Send + 'a,
    {
        std::future::ready(Err(unsupported())).boxed()
    }
}
