//! The page: its files, compiled in.

use axum::extract::Path;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};

const PAGE: &str = include_str!("page/index.html");

macro_rules! file {
    ($name:literal) => {
        ($name, include_str!(concat!("page/", $name)))
    };
}

/// Name and text of what the page loads from `/assets/`.
const ASSETS: &[(&str, &str)] = &[
    file!("actions.js"),
    file!("app.js"),
    file!("blocks.css"),
    file!("blocks.js"),
    file!("chart.js"),
    file!("complete.js"),
    file!("composer.js"),
    file!("conversation.js"),
    file!("dom.js"),
    file!("driver.js"),
    file!("elements.js"),
    file!("emoji.js"),
    file!("entered.js"),
    file!("face.js"),
    file!("home.js"),
    file!("icon.svg"),
    file!("markdown.js"),
    file!("message.css"),
    file!("message.js"),
    file!("modal.js"),
    file!("mrkdwn.js"),
    file!("object.js"),
    file!("page.css"),
    file!("picker.js"),
    file!("popup.js"),
    file!("richtext.js"),
    file!("side.js"),
    file!("sidebar.js"),
    file!("store.js"),
    file!("table.js"),
    file!("tasks.js"),
    file!("thread.js"),
];

/// Only the page's own files run and dress it; pictures in messages may come from anywhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src * data:; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `GET /`
pub async fn index() -> impl IntoResponse {
    sent("text/html; charset=utf-8", PAGE)
}

/// `GET /assets/{name}`
pub async fn asset(Path(name): Path<String>) -> Response {
    let Some((_, text)) = ASSETS.iter().find(|(known, _)| *known == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    };
    sent(kind, text).into_response()
}

fn sent(kind: &'static str, text: &'static str) -> ([(HeaderName, &'static str); 4], &'static str) {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What follows each `mark` in `text`, up to the next quotation mark.
    fn named<'a>(text: &'a str, mark: &str) -> Vec<&'a str> {
        text.split(mark).skip(1).filter_map(|rest| rest.split('"').next()).collect()
    }

    #[test]
    fn everything_the_page_loads_is_there() {
        let imports = ASSETS.iter().flat_map(|(_, text)| named(text, "from \"./"));
        let wanted: Vec<&str> = named(PAGE, "=\"/assets/").into_iter().chain(imports).collect();
        assert!(wanted.len() > ASSETS.len(), "the page and its scripts name each other: {wanted:?}");
        for name in &wanted {
            assert!(ASSETS.iter().any(|(known, _)| known == name), "{name} is not served");
        }
        for (name, _) in ASSETS {
            assert!(wanted.contains(name), "{name} is served and nothing loads it");
        }
    }

    #[test]
    fn the_page_has_no_script_or_style_of_its_own_and_parses_no_html() {
        assert!(!PAGE.contains("<style") && !PAGE.contains(" style=") && !PAGE.contains("<script>"));
        for (name, text) in ASSETS {
            for banned in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
                assert!(!text.contains(banned), "{name} uses {banned}");
            }
        }
    }
}
