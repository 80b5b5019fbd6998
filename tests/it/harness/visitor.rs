//! Somebody with a browser of their own: it keeps the cookie, follows nothing by itself, and knows the token of its page.

use std::path::Path;

use reqwest::{Client, RequestBuilder, Response, redirect};
use serde_json::Value;

use super::world::Served;
use crate::cli::program;

/// A browser, as far as logging in is about it.
pub struct Visitor {
    client: Client,
    url: String,
    /// `name=value` of the session, where there is one.
    pub cookie: Option<String>,
    /// What requests that change something repeat.
    pub csrf: Option<String>,
}

/// What a command on the machine of a service says, and whether it went well.
pub async fn command(data_dir: &Path, arguments: &[&str]) -> (String, bool) {
    let mut command = program(data_dir);
    command.args(arguments);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (said, output.status.success())
}

/// The link that `success-agent log-in` makes.
pub async fn link(served: &Served, arguments: &[&str]) -> String {
    let (said, well) = command(&served.data_dir, &[&["log-in"], arguments].concat()).await;
    assert!(well, "{said}");
    said.split_whitespace().find(|word| word.contains("/log-in/link/")).unwrap().to_owned()
}

impl Visitor {
    /// Somebody who was never here.
    pub fn of(served: &Served) -> Self {
        let client = Client::builder().redirect(redirect::Policy::none()).no_proxy().build().unwrap();
        Self { client, url: served.url.clone(), cookie: None, csrf: None }
    }

    /// Somebody who is logged in by a link.
    pub async fn logged_in(served: &Served, arguments: &[&str]) -> Self {
        let mut visitor = Self::of(served);
        let link = link(served, arguments).await;
        let answer = visitor.send(visitor.form(&link, &[])).await;
        assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
        visitor.page("/").await;
        visitor
    }

    fn at(&self, place: &str) -> String {
        if place.starts_with("http") { place.to_owned() } else { format!("{}{place}", self.url) }
    }

    /// A request with the cookie.
    pub fn with_cookie(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        }
    }

    /// Goes to a place.
    pub fn get(&self, place: &str) -> RequestBuilder {
        self.with_cookie(self.client.get(self.at(place)))
    }

    /// Sends a form.
    pub fn form(&self, place: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        let request = self.with_cookie(self.client.post(self.at(place))).header("origin", &self.url);
        let fields = fields.iter().fold(form_urlencoded::Serializer::new(String::new()), |mut all, (name, value)| {
            all.append_pair(name, value);
            all
        });
        request.header("content-type", "application/x-www-form-urlencoded").body({ fields }.finish())
    }

    /// Sends what a script of the page would, without what it repeats of its session.
    pub fn bare(&self, place: &str, body: &Value) -> RequestBuilder {
        self.with_cookie(self.client.post(self.at(place))).header("origin", &self.url).json(body)
    }

    /// The same by any method, with what it repeats of its session.
    pub fn request(&self, method: reqwest::Method, place: &str, body: &Value) -> RequestBuilder {
        let request = self.with_cookie(self.client.request(method, self.at(place))).header("origin", &self.url);
        request.header("x-csrf-token", self.csrf.as_deref().unwrap_or_default()).json(body)
    }

    /// Sends what a script of the page would.
    pub fn post(&self, place: &str, body: &Value) -> RequestBuilder {
        self.request(reqwest::Method::POST, place, body)
    }

    /// Sends it, and keeps the cookie that comes back.
    pub async fn send(&mut self, request: RequestBuilder) -> Response {
        let answer = request.send().await.unwrap();
        if let Some(set) = answer.headers().get("set-cookie") {
            let set = set.to_str().unwrap();
            let gone = set.contains("Max-Age=0") || set.contains("Max-Age=-");
            self.cookie = set.split(';').next().filter(|_| !gone).map(str::to_owned);
        }
        answer
    }

    /// A page, whose token is kept.
    pub async fn page(&mut self, place: &str) -> (u16, String) {
        let answer = self.send(self.get(place)).await;
        let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
        let token = text.split_once("<meta name=\"csrf-token\" content=\"").map(|(_, rest)| rest);
        if let Some((token, _)) = token.and_then(|rest| rest.split_once('"')) {
            self.csrf = Some(token.to_owned());
        }
        (status, text)
    }
}

/// Where an answer leads.
pub fn leads_to(answer: &Response) -> &str {
    answer.headers()["location"].to_str().unwrap()
}
