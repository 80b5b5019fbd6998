//! Mails that are written as pages.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use rustc_hash::FxHashMap;

use super::tags::{is_monstrous, without_tags};

/// Wide enough that no line is broken.
const WIDTH: usize = 4_000;
/// The longest tag that a page may end with.
const LONGEST_TAG: usize = 2_000;
/// The deepest that the elements of a page are nested.
const DEEPEST: usize = 200;

/// The text of a body: of HTML what a reader sees, with quotations marked as in text; anything else as it is, but for
/// entities that a program left in it.
#[must_use]
pub fn text_of(body: &str) -> Cow<'_, str> {
    if is_html(body) {
        // Parsers take a time for such pages that grows faster than they do.
        if is_monstrous(body, DEEPEST) {
            return Cow::Owned(tidy(&without_entities(&without_tags(body))));
        }
        let config =
            html2text::config::plain_no_decorate().link_footnotes(false).no_table_borders().allow_width_overflow();
        return match config.string_from_read(body.as_bytes(), WIDTH) {
            Ok(text) => Cow::Owned(tidy(&text)),
            Err(_) => Cow::Borrowed(body),
        };
    }
    if has_entities(body) {
        return Cow::Owned(without_entities(body));
    }
    Cow::Borrowed(body)
}

/// Whether a body is HTML: it begins with an element and ends with the end of one, or ends as pages do. A mail that only
/// speaks of elements is text.
fn is_html(body: &str) -> bool {
    static FIRST: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?i)^<(?:!doctype|!--|\?xml|html|head|body|meta|style|title|div|p|br|table|span|font|ul|ol|blockquote|center|b|i|strong|em|a|img|h[1-6]|pre)\b?[^<>]*>",
        )
        .ok()
    });
    static ANY: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)<(?:html|head|body|div|p|br|table|span|font|ul|ol|blockquote|center)\b[^<>]*>").ok()
    });
    static LAST: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)(?:</[a-z][a-z0-9:]*\s*>|<br\s*/?>|<img\b[^<>]*>|<hr\s*/?>|-->)$").ok());
    static PAGE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)</(?:html|body)\s*>$").ok());
    let matches = |pattern: &LazyLock<Option<Regex>>, text| pattern.as_ref().is_some_and(|regex| regex.is_match(text));
    let body = body.trim_matches(|sign: char| sign.is_whitespace() || sign == '\u{feff}');
    let tail = body.char_indices().rev().nth(LONGEST_TAG).map_or(body, |(at, _)| &body[at..]);
    matches(&FIRST, body) && matches(&LAST, tail) || matches(&PAGE, tail) && matches(&ANY, body)
}

/// Lines without space at their end, and at most one blank line between two.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut blank = 0;
    for line in text.lines().map(|line| line.trim_end_matches([' ', '\t', '\u{a0}'])) {
        blank = if line.is_empty() { blank + 1 } else { 0 };
        if blank <= 1 && !(tidy.is_empty() && line.is_empty()) {
            tidy.push_str(line);
            tidy.push('\n');
        }
    }
    tidy.truncate(tidy.trim_end().len());
    tidy.replace('\u{a0}', " ")
}

/// Entities nobody types.
fn has_entities(body: &str) -> bool {
    ["&nbsp;", "&#39;", "&quot;", "&amp;", "&rsquo;", "&mdash;", "&ndash;", "&auml;", "&eacute;"]
        .iter()
        .any(|entity| body.contains(entity))
}

/// Decodes entities that end as they must; `&region=eu` in a link is none.
fn without_entities(body: &str) -> String {
    static ENTITY: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,31}[0-9]{0,2});").ok());
    let Some(entity) = ENTITY.as_ref() else { return body.to_owned() };
    let mut known: FxHashMap<String, String> = FxHashMap::default();
    let decode = |found: &Captures<'_>| {
        known
            .entry(found[0].to_owned())
            .or_insert_with(|| decoded(&found[0]).unwrap_or_else(|| found[0].to_owned()))
            .clone()
    };
    entity.replace_all(body, decode).into_owned()
}

/// The sign that an entity stands for.
fn decoded(entity: &str) -> Option<String> {
    let config = html2text::config::plain_no_decorate().link_footnotes(false).allow_width_overflow();
    // The letters around it keep a space.
    let text = config.string_from_read(format!("<pre>x{entity}x</pre>").as_bytes(), WIDTH).ok()?;
    let sign = text.trim_end().strip_prefix('x')?.strip_suffix('x')?;
    Some(sign.replace('\u{a0}', " "))
}
