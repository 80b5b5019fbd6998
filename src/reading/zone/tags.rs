//! Pages that no parser should be given: their text in one pass, whatever their elements are nested in.

use rustc_hash::FxHashMap;

/// Elements that hold nothing, and those that the next of their kind ends.
const FLAT: [&str; 26] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "p", "li",
    "td", "th", "tr", "tbody", "thead", "tfoot", "dt", "dd", "option", "param", "colgroup",
];
/// Elements that begin and end a line.
const BLOCKS: [&str; 21] = [
    "p",
    "div",
    "br",
    "tr",
    "li",
    "ul",
    "ol",
    "table",
    "blockquote",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "pre",
    "center",
    "section",
    "article",
    "body",
];
/// Elements whose words nobody sees.
const HIDDEN: [&str; 3] = ["script", "style", "head"];
/// The most marks of quotation before a line.
const MOST_MARKS: usize = 20;
/// How many levels of other elements a quotation counts as.
const QUOTATION_LEVELS: usize = 5;
/// The widest cell, in columns, that a page may have.
const MOST_COLUMNS: usize = 500;

/// A tag, or the text up to the next one.
enum Piece<'a> {
    Text(&'a str),
    Tag { name: String, closes: bool, attributes: &'a str },
}

/// The tags and texts of a page, without comments; each sign is read once.
struct Pieces<'a> {
    rest: &'a str,
    /// Whether no comment ends any more.
    open: bool,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            let rest = self.rest;
            if rest.is_empty() {
                return None;
            }
            if !begins(rest) {
                let end = rest.char_indices().skip(1).find(|(at, sign)| *sign == '<' && begins(&rest[*at..]));
                let (text, behind) = rest.split_at(end.map_or(rest.len(), |(at, _)| at));
                self.rest = behind;
                return Some(Piece::Text(text));
            }
            if rest.starts_with("<!--") && !self.open {
                if let Some(end) = rest.find("-->") {
                    self.rest = &rest[end + 3..];
                    continue;
                }
                self.open = true;
            }
            let Some(end) = rest.find('>') else {
                self.rest = "";
                return Some(Piece::Text(rest));
            };
            self.rest = &rest[end + 1..];
            let inner = &rest[1..end];
            let closes = inner.starts_with('/');
            let inner = inner.trim_start_matches('/');
            let name = inner.find(|sign: char| !sign.is_ascii_alphanumeric()).unwrap_or(inner.len());
            let (name, attributes) = inner.split_at(name);
            return Some(Piece::Tag { name: name.to_ascii_lowercase(), closes, attributes });
        }
    }
}

/// Whether a tag begins here.
fn begins(rest: &str) -> bool {
    let mut signs = rest.chars();
    let sign = |sign: char| sign.is_ascii_alphabetic() || matches!(sign, '/' | '!' | '?');
    signs.next() == Some('<') && signs.next().is_some_and(sign)
}

fn pieces(page: &str) -> Pieces<'_> {
    Pieces { rest: page, open: false }
}

/// Whether the elements of a page are nested deeper than `most`, or its cells wider than any page's.
pub(super) fn is_monstrous(page: &str, most: usize) -> bool {
    let mut open: FxHashMap<String, usize> = FxHashMap::default();
    let mut depth = 0;
    for piece in pieces(page) {
        let Piece::Tag { name, closes, attributes } = piece else { continue };
        if name.is_empty() {
            continue;
        }
        if name.starts_with('t') && is_wide(attributes) {
            return true;
        }
        if FLAT.contains(&name.as_str()) {
            continue;
        }
        // Each quotation puts a mark before every line.
        let levels = if name == "blockquote" { QUOTATION_LEVELS } else { 1 };
        let count = open.entry(name).or_default();
        if !closes {
            *count += 1;
            depth += levels;
        } else if *count > 0 {
            *count -= 1;
            depth -= levels;
        }
        if depth > most {
            return true;
        }
    }
    false
}

/// Whether a cell spans more columns or rows than any page has.
fn is_wide(attributes: &str) -> bool {
    attributes.to_ascii_lowercase().split("span").skip(1).any(|value| {
        let figures: String = value
            .trim_start_matches(['=', '"', '\'', ' ', '\n', '\t'])
            .chars()
            .take_while(char::is_ascii_digit)
            .take(9)
            .collect();
        figures.parse::<usize>().is_ok_and(|figures| figures > MOST_COLUMNS)
    })
}

/// The text of a page without its tags; quotations are marked as in text. Entities stay.
pub(super) fn without_tags(page: &str) -> String {
    let mut text = String::with_capacity(page.len());
    let (mut quoted, mut hidden) = (0_usize, None::<String>);
    for piece in pieces(page) {
        match piece {
            Piece::Text(words) if hidden.is_none() => {
                for word in words.split_inclusive(char::is_whitespace) {
                    let begins_line = text.is_empty() || text.ends_with('\n');
                    if word.trim().is_empty() && (begins_line || text.ends_with(' ')) {
                        continue;
                    }
                    if begins_line && quoted > 0 {
                        text.push_str(&">".repeat(quoted.min(MOST_MARKS)));
                        text.push(' ');
                    }
                    text.push_str(word.trim_end());
                    if word.ends_with(char::is_whitespace) {
                        text.push(' ');
                    }
                }
            }
            Piece::Text(_) => {}
            Piece::Tag { name, closes, .. } => {
                if hidden.is_some() {
                    if closes && hidden.as_ref() == Some(&name) || name == "body" {
                        hidden = None;
                    }
                    continue;
                }
                if !closes && HIDDEN.contains(&name.as_str()) {
                    hidden = Some(name);
                    continue;
                }
                if BLOCKS.contains(&name.as_str()) && !text.is_empty() {
                    text.push('\n');
                }
                let cell = !closes && matches!(name.as_str(), "td" | "th");
                if cell && !text.is_empty() && !text.ends_with(char::is_whitespace) {
                    text.push(' ');
                }
                if name == "blockquote" {
                    quoted = if closes { quoted.saturating_sub(1) } else { quoted + 1 };
                }
            }
        }
    }
    text
}
