//! Mails that are written as pages.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

/// Wide enough that no line is broken.
const WIDTH: usize = 4_000;

/// The text of a body: of HTML what a reader sees, with quotations marked as in text; anything else as it is, but for
/// entities that a program left in it.
#[must_use]
pub fn text_of(body: &str) -> Cow<'_, str> {
    if is_html(body) {
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

/// Whether a body is HTML: it begins with an element or is marked as a page, or its lines end in elements. A mail that
/// only speaks of elements is text.
fn is_html(body: &str) -> bool {
    static FIRST: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)^\s*<(?:!doctype|!--|html|head|body|meta|style|div|p|br|table|span|font|ul|ol|blockquote|center)\b[^<>]*>").ok()
    });
    static PAGE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)</(?:html|body)\s*>").ok());
    static BREAK: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)<br\s*/?>|</(?:p|div|tr|li)\s*>").ok());
    let Some(((first, page), breaks)) = FIRST.as_ref().zip(PAGE.as_ref()).zip(BREAK.as_ref()) else { return false };
    let ends = breaks.find_iter(body).count();
    let begins = first.is_match(body) && ends > 0;
    begins || page.is_match(body) || ends >= 2 && ends > body.trim().matches('\n').count()
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

fn without_entities(body: &str) -> String {
    body.split_inclusive('\n')
        .map(|line| {
            if !line.contains('&') {
                return line.to_owned();
            }
            let words = line.trim_end_matches(['\n', '\r']);
            let escaped = words.replace('<', "&lt;");
            let config = html2text::config::plain_no_decorate().link_footnotes(false).allow_width_overflow();
            let source = format!("<pre>{escaped}</pre>");
            match config.string_from_read(source.as_bytes(), words.len().max(80) * 2) {
                Ok(text) => format!("{}{}", text.trim_end_matches('\n').replace('\u{a0}', " "), &line[words.len()..]),
                Err(_) => line.to_owned(),
            }
        })
        .collect()
}
