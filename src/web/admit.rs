//! Who sends a request, and whether they may: the one place where that is decided, for every address.
//!
//! Somebody is known by the server's own token (a command on this machine), by a header of a proxy that knows them, or by
//! a session. Where nobody has to log in, which is the demo on this machine alone, people name themselves.

use std::net::IpAddr;

use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use tower_sessions::Session;

use super::actor::{self, SURFACE};
use super::error::{Problem, RequestId};
use super::guard::bearer;
use super::limit::{Peer, Whose};
use super::state::Web;
use super::{needs, page, session};
use crate::app::{Console, Origin};
use crate::domain::access::{Need, TOKEN_PREFIX};
use crate::domain::actor::{Actor, Surface};
use crate::domain::person::Person;

/// The header in which scripts repeat the token of their session.
const CSRF_HEADER: &str = "x-csrf-token";

/// The field in which forms do.
const CSRF_FIELD: &str = "csrf";

/// The longest form, in bytes.
const LONGEST_FORM: usize = 64 * 1024;

/// Whoever sends a request that was let through.
#[derive(Clone, Debug)]
pub(super) struct Admitted {
    /// Who, where, and which request.
    pub(super) origin: Origin,
    /// How they are known.
    pub(super) console: Console,
    /// Whether they are known at all: not on the page where one logs in.
    pub(super) known: bool,
    /// The person of the session.
    pub(super) person: Option<Person>,
    /// What requests of the session have to repeat.
    pub(super) csrf: Option<String>,
    /// Whether a program sends it, by a token of a person's.
    pub(super) by_token: bool,
}

/// Lets a request through when it is known who sends it and they may, and writes the page for them.
pub(super) async fn admit(State(web): State<Web>, request: Request, next: Next) -> Response {
    match check(&web, request).await {
        Ok((mut request, admitted)) => {
            request.extensions_mut().insert(admitted.clone());
            page::write(&web, &admitted, next.run(request).await).await
        }
        Err(refused) => refused,
    }
}

async fn check(web: &Web, request: Request) -> Result<(Request, Admitted), Response> {
    let (parts, mut body) = request.into_parts();
    let address = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str);
    let need = needs::of(&parts.method, address);
    let from = parts.extensions.get::<Peer>().map(|peer| peer.address(&parts.headers));
    let mut admitted = match who(web, &parts).await {
        Ok(admitted) => admitted,
        // Whoever guesses tokens is counted like whoever tries links.
        Err(refused) => {
            let guessed = from.filter(|_| refused.status == StatusCode::UNAUTHORIZED.as_u16());
            let counted = guessed.map_or(Ok(()), |from| web.limits().count(Whose::LogIn(from)));
            return Err(counted.err().unwrap_or(refused).into_response());
        }
    };
    count(web, &admitted, address, from).map_err(IntoResponse::into_response)?;
    if !admitted.known && need != Need::Nothing {
        return Err(log_in_first(&parts));
    }
    let changes = !matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
    // Whoever logs in has no page of the session yet.
    let begins = address.is_some_and(|address| address.starts_with("/log-in"));
    if let Some(token) = admitted.csrf.as_deref().filter(|_| changes && !begins) {
        body = repeats(token, &parts.headers, body).await.map_err(IntoResponse::into_response)?;
    }
    allow(web, need, &mut admitted).await.map_err(IntoResponse::into_response)?;
    Ok((Request::from_parts(parts, body), admitted))
}

/// Counts a request, and refuses one too many. Commands on this machine are not counted, nor an open demo.
fn count(web: &Web, admitted: &Admitted, address: Option<&str>, from: Option<IpAddr>) -> Result<(), Problem> {
    let tries = address.is_some_and(|address| address.starts_with("/log-in/"));
    let by = &admitted.origin.by;
    let whose = match (admitted.console, by.person, from) {
        (Console::LoggedIn, _, Some(from)) if tries => Whose::LogIn(from),
        (Console::LoggedIn, Some(person), _) => Whose::Person(person),
        (Console::LoggedIn, None, _) if admitted.known => Whose::Name(by.who.clone()),
        (Console::LoggedIn, None, Some(from)) => Whose::Address(from),
        _ => return Ok(()),
    };
    web.limits().count(whose)
}

/// Who sends it.
async fn who(web: &Web, request: &Parts) -> Result<Admitted, Problem> {
    let headers = &request.headers;
    let surface = actor::text(headers, SURFACE).and_then(Surface::parse).unwrap_or(Surface::Api);
    let id = request.extensions.get::<RequestId>().map(|id| id.0.clone());
    let known = |by: Actor, console| Admitted {
        origin: Origin { by, request: id.clone(), typed: None },
        console,
        known: true,
        person: None,
        csrf: None,
        by_token: false,
    };
    if let Some(token) = bearer(headers) {
        if web.token_matches(token) {
            let named = actor::name(headers, actor::USER).unwrap_or(web.user());
            return Ok(known(Actor::new(named, surface), Console::Local));
        }
        let by = by_token(web, token).await?;
        return Ok(Admitted { by_token: true, ..known(by, Console::LoggedIn) });
    }
    if request.extensions.get::<MatchedPath>().is_some_and(|path| needs::is_of_nobody(path.as_str())) {
        return Ok(Admitted { known: false, ..known(Actor { surface, ..Actor::default() }, Console::Open) });
    }
    if let Some(name) = web.config().user_header.as_deref().and_then(|header| actor::name(headers, header)) {
        return Ok(known(Actor::new(name, surface), Console::LoggedIn));
    }
    if let Some(session) = request.extensions.get::<Session>()
        && let Some((person, csrf)) = session::person(web, session).await?
    {
        let by = Actor::of(&person, surface);
        return Ok(Admitted { person: Some(person), csrf: Some(csrf), ..known(by, Console::LoggedIn) });
    }
    if web.is_open() {
        let named = actor::name(headers, actor::USER).unwrap_or(web.user());
        return Ok(known(Actor::new(named, surface), Console::Open));
    }
    Ok(Admitted { known: false, ..known(Actor { surface, ..Actor::default() }, Console::LoggedIn) })
}

/// Whose token it is, with what both it and they may do.
async fn by_token(web: &Web, token: &str) -> Result<Actor, Problem> {
    if token.starts_with(TOKEN_PREFIX)
        && let Some((token, person)) = web.app().use_token(token).await?
    {
        let role = person.role.min(token.scope.role());
        return Ok(Actor::of(&Person { role, ..person }, Surface::Api));
    }
    Err(Problem::new(
        StatusCode::UNAUTHORIZED,
        "the token is not this server's, or has expired; make one with `success-agent token add`, or leave the \
         authorization header out",
    ))
}

/// A page leads to where one logs in; everything else says that one has to.
fn log_in_first(request: &Parts) -> Response {
    let path = request.uri.path();
    if request.method == Method::GET && !path.starts_with("/api/") {
        let to = request.uri.path_and_query().map_or(path, |wanted| wanted.as_str());
        return Redirect::to(&super::log_in::address(to)).into_response();
    }
    Problem::new(StatusCode::UNAUTHORIZED, "you are not logged in; open /log-in in a browser and log in")
        .into_response()
}

/// Refuses a request that does not repeat the token of its session, in a header or in a field of its form.
async fn repeats(token: &str, headers: &HeaderMap, body: Body) -> Result<Body, Problem> {
    let refused = || {
        Problem::new(
            StatusCode::FORBIDDEN,
            format!("this request does not come from a page of your session (`{CSRF_HEADER}`); load the page again"),
        )
    };
    if let Some(repeated) = actor::text(headers, CSRF_HEADER) {
        return if repeated == token { Ok(body) } else { Err(refused()) };
    }
    let form = headers.get(header::CONTENT_TYPE);
    if !form.is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded")) {
        return Err(refused());
    }
    let bytes = to_bytes(body, LONGEST_FORM).await.map_err(|_| refused())?;
    let repeated = form_urlencoded::parse(&bytes).any(|(name, value)| name == CSRF_FIELD && value == token);
    if repeated { Ok(Body::from(bytes)) } else { Err(refused()) }
}

/// Refuses what somebody's role does not allow.
async fn allow(web: &Web, need: Need, admitted: &mut Admitted) -> Result<(), Problem> {
    let forbidden = |sentence: String| Err(Problem::new(StatusCode::FORBIDDEN, sentence));
    match need {
        Need::Nothing | Need::Read => Ok(()),
        Need::Act => {
            admitted.origin.by = web.app().identified(&admitted.origin.by).await?;
            let by = &admitted.origin.by;
            if by.may_act() { Ok(()) } else { forbidden(format!("{} may read and ask; a CSM may do this.", by.who)) }
        }
        Need::Administer(deed) => Ok(web.app().may_administer(&admitted.origin, admitted.console, deed).await?),
        Need::Local(_) if admitted.console == Console::Local => Ok(()),
        Need::Local(deed) => forbidden(format!("Only a command on the server may {deed}; type it there.")),
    }
}
