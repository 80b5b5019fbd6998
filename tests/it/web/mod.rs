//! The HTTP service, asked over a real socket.

mod answers;
mod imports;
mod refusals;
mod resources;

use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::Value;

/// Sends `request` and expects `status`; gives the body.
async fn expect(request: RequestBuilder, status: u16) -> Value {
    let response = request.send().await.unwrap();
    let (got, kind) = (response.status(), kind(&response));
    let text = response.text().await.unwrap();
    assert_eq!(got, StatusCode::from_u16(status).unwrap(), "{text}");
    if status >= 400 && status != 422 {
        assert_eq!(kind, "application/problem+json", "{text}");
    }
    serde_json::from_str(&text).unwrap()
}

/// Sends `request` and expects a problem with `status`; gives its sentence.
async fn refusal(request: RequestBuilder, status: u16) -> String {
    let problem = expect(request, status).await;
    assert_eq!(problem["status"], status, "{problem}");
    assert!(problem["request_id"].as_str().unwrap().starts_with("req_"), "{problem}");
    problem["detail"].as_str().unwrap().to_owned()
}

fn kind(response: &Response) -> String {
    response.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned()).unwrap_or_default()
}
