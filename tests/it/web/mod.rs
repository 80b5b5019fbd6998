//! The HTTP service, asked over a real socket.

mod account;
mod answers;
mod home;
mod hub;
mod imports;
mod ledger;
mod refusals;
mod resources;
mod section_pages;
mod sections;

use reqwest::RequestBuilder;

use crate::served::{expect, kind};

/// Sends `request` and expects a problem with `status`; gives its sentence.
async fn refusal(request: RequestBuilder, status: u16) -> String {
    let problem = expect(request, status).await;
    assert_eq!(problem["status"], status, "{problem}");
    assert!(problem["request_id"].as_str().unwrap().starts_with("req_"), "{problem}");
    problem["detail"].as_str().unwrap().to_owned()
}
