//! What Slack makes of typed text: escaped, links put in angle brackets, and the rich text beside it.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::{Value, json};

use super::super::app::BOT_USER;
use super::Ts;

/// A pattern written in this file.
fn pattern(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}

static TYPED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(concat!(
        r"(?P<control><(?:@[A-Z0-9_]+|#[A-Z0-9_]+|![a-z^][^<>]*|https?://[^<>\s|]+|mailto:[^<>\s|]+)(?:\|[^<>]*)?>)",
        r"|(?P<url>https?://[^\s<>]+)",
        r"|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)",
        r"|(?P<domain>\b(?i:(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:com|net|org|edu|gov|io|ai|tv|dev|app|co)\b)(?:/[^\s<>]*)?)",
        r"|(?P<sign>[&<>])",
    ))
});

static BRACKETED: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"<([^<>|]+)(?:\|([^<>]*))?>"));

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// What Slack makes of what a person typed: `&`, `<` and `>` escaped, links, addresses and bare domains in angle brackets.
pub fn as_typed(text: &str) -> String {
    let text = text.replace("<@BOT>", &format!("<@{BOT_USER}>"));
    let Some(typed) = TYPED.as_ref() else { return escaped(&text) };
    typed.replace_all(&text, |found: &Captures| piece(found)).into_owned()
}

fn piece(found: &Captures) -> String {
    if let Some(control) = found.name("control") {
        return control.as_str().to_owned();
    }
    if let Some(mail) = found.name("mail") {
        let (mail, after) = without_stop(mail.as_str());
        return format!("<mailto:{mail}|{mail}>{after}");
    }
    if let Some(url) = found.name("url") {
        let (url, after) = without_stop(url.as_str());
        return format!("<{}>{after}", escaped(url));
    }
    if let Some(domain) = found.name("domain") {
        let (domain, after) = without_stop(domain.as_str());
        return format!("<http://{0}|{0}>{after}", escaped(domain));
    }
    escaped(&found[0])
}

fn without_stop(text: &str) -> (&str, &str) {
    text.split_at(text.trim_end_matches(['.', ',', ';', ':', '!', '?', ')']).len())
}

/// Whether a text mentions this person.
pub fn mentions(text: &str, user: &str) -> bool {
    text.contains(&format!("<@{user}>")) || text.contains(&format!("<@{user}|"))
}

/// The links of a text with their hosts.
pub fn links(text: &str) -> Vec<(String, String)> {
    let Some(bracketed) = BRACKETED.as_ref() else { return Vec::new() };
    let urls = bracketed.captures_iter(text).map(|found| found[1].replace("&amp;", "&"));
    urls.filter_map(|url| host_of(&url).map(|host| (url, host))).collect()
}

/// The host of a web address.
pub fn host_of(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    (!host.is_empty()).then(|| host.to_lowercase())
}

/// The rich text block that stands beside typed text.
pub fn rich_text(text: &str, ts: Ts) -> Value {
    let mut elements = Vec::new();
    let plain = |text: &str, elements: &mut Vec<Value>| {
        if !text.is_empty() {
            let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
            elements.push(json!({"type": "text", "text": text}));
        }
    };
    let mut after = 0;
    for found in BRACKETED.iter().flat_map(|bracketed| bracketed.captures_iter(text)) {
        let Some(whole) = found.get(0) else { continue };
        plain(&text[after..whole.start()], &mut elements);
        after = whole.end();
        let (inner, label) = (&found[1], found.get(2).map(|label| label.as_str()));
        elements.push(match inner.chars().next() {
            Some('@') => json!({"type": "user", "user_id": &inner[1..]}),
            Some('#') => json!({"type": "channel", "channel_id": &inner[1..]}),
            Some('!') => json!({"type": "broadcast", "range": &inner[1..]}),
            _ => match label {
                Some(label) => json!({"type": "link", "url": inner, "text": label}),
                None => json!({"type": "link", "url": inner.replace("&amp;", "&")}),
            },
        });
    }
    plain(&text[after..], &mut elements);
    let section = json!({"type": "rich_text_section", "elements": elements});
    json!({"type": "rich_text", "block_id": format!("r{:x}", ts.0 & 0xf_ffff), "elements": [section]})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_text_is_escaped_and_its_links_are_bracketed() {
        for (typed, sent) in [
            ("a < b & c", "a &lt; b &amp; c"),
            ("<@BOT> hi <@U_JARED>", "<@U_BOT> hi <@U_JARED>"),
            ("see https://example.org/a?b=1&c=2.", "see <https://example.org/a?b=1&amp;c=2>."),
            ("why is hooli.com critical?", "why is <http://hooli.com|hooli.com> critical?"),
            ("ask dana@hooli.com", "ask <mailto:dana@hooli.com|dana@hooli.com>"),
            ("version 4.2 is out", "version 4.2 is out"),
            ("<!channel> look", "<!channel> look"),
        ] {
            assert_eq!(as_typed(typed), sent);
        }
    }

    #[test]
    fn links_have_hosts() {
        assert_eq!(
            links("<http://localhost:8080/accounts/1|Hooli> and <@U1>"),
            [("http://localhost:8080/accounts/1".to_owned(), "localhost".to_owned())]
        );
    }

    #[test]
    fn rich_text_says_the_same() {
        let block = rich_text("<@U_BOT> 1 &lt; 2", Ts(1));
        let elements = &block["elements"][0]["elements"];
        assert_eq!(elements[0], json!({"type": "user", "user_id": "U_BOT"}));
        assert_eq!(elements[1], json!({"type": "text", "text": " 1 < 2"}));
    }
}
