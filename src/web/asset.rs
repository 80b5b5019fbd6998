//! The page's scripts, styles and icon, compiled in and cached for good under a version made of their bytes.

use std::fmt::Write;
use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::error::{self, Problem};
use super::extract::PathOf;

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Name, content type, bytes.
const ASSETS: &[(&str, &str, &str)] = &[
    ("style.css", "text/css; charset=utf-8", include_str!("assets/style.css")),
    ("answer.css", "text/css; charset=utf-8", include_str!("assets/answer.css")),
    ("acts.js", SCRIPT, include_str!("assets/acts.js")),
    ("app.js", SCRIPT, include_str!("assets/app.js")),
    ("api.js", SCRIPT, include_str!("assets/api.js")),
    ("beside.css", "text/css; charset=utf-8", include_str!("assets/beside.css")),
    ("card.css", "text/css; charset=utf-8", include_str!("assets/card.css")),
    ("card.js", SCRIPT, include_str!("assets/card.js")),
    ("chat.js", SCRIPT, include_str!("assets/chat.js")),
    ("digests.css", "text/css; charset=utf-8", include_str!("assets/digests.css")),
    ("dom.js", SCRIPT, include_str!("assets/dom.js")),
    ("draft.css", "text/css; charset=utf-8", include_str!("assets/draft.css")),
    ("draft.js", SCRIPT, include_str!("assets/draft.js")),
    ("drawer.js", SCRIPT, include_str!("assets/drawer.js")),
    ("feed.js", SCRIPT, include_str!("assets/feed.js")),
    ("home.css", "text/css; charset=utf-8", include_str!("assets/home.css")),
    ("form.js", SCRIPT, include_str!("assets/form.js")),
    ("hub.css", "text/css; charset=utf-8", include_str!("assets/hub.css")),
    ("hub.js", SCRIPT, include_str!("assets/hub.js")),
    ("header.js", SCRIPT, include_str!("assets/header.js")),
    ("loop.js", SCRIPT, include_str!("assets/loop.js")),
    ("markdown.js", SCRIPT, include_str!("assets/markdown.js")),
    ("palette.js", SCRIPT, include_str!("assets/palette.js")),
    ("picker.js", SCRIPT, include_str!("assets/picker.js")),
    ("record.js", SCRIPT, include_str!("assets/record.js")),
    ("talk.js", SCRIPT, include_str!("assets/talk.js")),
    ("section.css", "text/css; charset=utf-8", include_str!("assets/section.css")),
    ("section.js", SCRIPT, include_str!("assets/section.js")),
    ("sources.js", SCRIPT, include_str!("assets/sources.js")),
    ("verdict.js", SCRIPT, include_str!("assets/verdict.js")),
    ("who.js", SCRIPT, include_str!("assets/who.js")),
    ("favicon.svg", "image/svg+xml", include_str!("assets/favicon.svg")),
];

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut digest = Sha256::new();
    for (name, _, text) in ASSETS {
        digest.update(name);
        digest.update(text);
    }
    digest.finalize().iter().take(6).fold(String::new(), |mut version, byte| {
        let _ = write!(version, "{byte:02x}");
        version
    })
});

/// What the page puts into the addresses of its assets.
pub(super) fn version() -> &'static str {
    &VERSION
}

/// Serves an asset. The version only keeps caches apart.
pub(super) async fn serve(PathOf((_version, name)): PathOf<(String, String)>) -> Result<Response, Problem> {
    match ASSETS.iter().find(|(known, _, _)| *known == name) {
        Some((_, kind, text)) => {
            let forever = "public, max-age=31536000, immutable";
            Ok(([(header::CONTENT_TYPE, *kind), (header::CACHE_CONTROL, forever)], *text).into_response())
        }
        None => Err(error::not_found().await),
    }
}

/// Browsers ask for this unasked.
pub(super) async fn favicon() -> Result<Response, Problem> {
    serve(PathOf((String::new(), "favicon.svg".to_owned()))).await
}
