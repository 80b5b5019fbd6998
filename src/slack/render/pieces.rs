//! Splits long Markdown at its paragraphs into blocks and messages that Slack takes. Lists, code and tables stay what
//! they are; a message holds at most one table.

use super::escape::{head, units};

/// The longest `markdown` block.
const BLOCK: usize = 4_000;
/// The most Markdown in one message; its sources and buttons come on top.
const MESSAGE: usize = 6_000;
/// The most rows of a table, its head included.
const ROWS: usize = 90;

/// The blocks of one message.
pub(super) type Body = Vec<String>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Words,
    Code,
    Table,
}

struct Piece {
    kind: Kind,
    /// The words that announce a table; they stay with it.
    lead: Option<String>,
    text: String,
}

impl Piece {
    /// Whether these are a few words that announce what comes next.
    fn leads_in(&self) -> bool {
        self.kind == Kind::Words && self.text.trim_end().ends_with(':') && units(&self.text) < 300
    }
}

/// Splits `text`, harmless already, into messages. `link` sets the links; lengths are those with the links in.
pub(super) fn split(text: &str, link: &dyn Fn(&str) -> String) -> Vec<Body> {
    let mut bodies: Vec<Body> = Vec::new();
    let (mut size, mut table, mut words) = (0, false, false);
    for piece in pieces(text) {
        for part in fitting(&piece, link) {
            let length = units(&part) + 2;
            let second_table = table && piece.kind == Kind::Table;
            if bodies.is_empty() || size + length > MESSAGE || second_table {
                bodies.push(Vec::new());
                (size, table, words) = (0, false, false);
            }
            size += length;
            table |= piece.kind == Kind::Table;
            let Some(body) = bodies.last_mut() else { continue };
            match body.last_mut() {
                Some(last) if words && piece.kind != Kind::Table && units(last) + length <= BLOCK => {
                    last.push_str("\n\n");
                    last.push_str(&part);
                }
                _ => body.push(part),
            }
            words = piece.kind != Kind::Table;
        }
    }
    bodies
}

/// The paragraphs, blocks of code and tables of a text.
fn pieces(text: &str) -> Vec<Piece> {
    let lines: Vec<&str> = text.lines().collect();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        if line.trim().is_empty() {
            at += 1;
            continue;
        }
        let (kind, length) = match lines.get(at + 1) {
            _ if is_fence(line) => {
                let inside = lines[at + 1..].iter().position(|line| is_fence(line));
                (Kind::Code, inside.map_or(lines.len() - at, |inside| inside + 2))
            }
            Some(rule) if line.contains('|') && is_rule(rule) => {
                let rows = lines[at..].iter().take_while(|line| line.contains('|'));
                (Kind::Table, rows.count())
            }
            _ => {
                let words = (at + 1..lines.len()).take_while(|&next| {
                    let begins_table =
                        lines[next].contains('|') && lines.get(next + 1).is_some_and(|rule| is_rule(rule));
                    !lines[next].trim().is_empty() && !is_fence(lines[next]) && !begins_table
                });
                (Kind::Words, 1 + words.count())
            }
        };
        let text = lines[at..at + length].join("\n");
        let lead = pieces.pop_if(|before| kind == Kind::Table && before.leads_in()).map(|before| before.text);
        pieces.push(Piece { kind, lead, text });
        at += length;
    }
    pieces
}

fn is_fence(line: &str) -> bool {
    line.trim_start().starts_with("```")
}

fn is_rule(line: &str) -> bool {
    line.contains("--") && line.contains('|') && line.chars().all(|letter| "|-: \t".contains(letter))
}

/// A piece with its links set, as parts that each fit a block.
fn fitting(piece: &Piece, link: &dyn Fn(&str) -> String) -> Vec<String> {
    let mut parts = Vec::new();
    match piece.kind {
        Kind::Words => halve(&piece.text, link, &mut parts),
        Kind::Code => {
            let (fence, inside) = piece.text.split_once('\n').unwrap_or((&piece.text, ""));
            let fence = if units(fence) < 40 { fence } else { "```" };
            let inside = match inside.rsplit_once('\n') {
                Some((code, last)) if is_fence(last) => code,
                None if is_fence(inside) => "",
                _ => inside,
            };
            halve(inside, &|text| format!("{fence}\n{text}\n```"), &mut parts);
        }
        Kind::Table => rows(piece, link, &mut parts),
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// Halves a text, at the best place near its middle, until each part fits.
fn halve(text: &str, link: &dyn Fn(&str) -> String, parts: &mut Vec<String>) {
    let linked = link(text);
    let length = text.chars().count();
    if units(&linked) <= BLOCK || length < 2 {
        if units(&linked) <= BLOCK {
            parts.push(linked);
        }
        return;
    }
    let middle = head(text, units(text) / 2).len().max(1);
    let (from, to) = (boundary(text, middle / 2), boundary(text, middle + (text.len() - middle) / 2));
    let place = ["\n", ". ", " "].iter().find_map(|sign| {
        let found = text[from..to].rmatch_indices(sign).map(|(index, sign)| from + index + sign.len());
        found.min_by_key(|place| place.abs_diff(middle)).filter(|place| *place > 0 && *place < text.len())
    });
    let place = place.unwrap_or_else(|| boundary(text, middle).max(text.chars().next().map_or(1, char::len_utf8)));
    let (before, after) = text.split_at(place);
    halve(before.trim_end(), link, parts);
    halve(after.trim_start_matches(['\n', ' ']), link, parts);
}

fn boundary(text: &str, index: usize) -> usize {
    (0..=index.min(text.len())).rev().find(|index| text.is_char_boundary(*index)).unwrap_or(0)
}

/// The rows of a table in parts, each with the head of the table.
fn rows(piece: &Piece, link: &dyn Fn(&str) -> String, parts: &mut Vec<String>) {
    let mut lines = piece.text.lines();
    let head: Vec<&str> = lines.by_ref().take(2).collect();
    let head = link(&head.join("\n"));
    if units(&head) > BLOCK / 2 {
        // No table anybody could read: its words remain.
        let lead = piece.lead.as_deref().unwrap_or_default();
        return halve(&format!("{lead}\n\n{}", piece.text), link, parts);
    }
    let lead = piece.lead.as_deref().map(|lead| format!("{}\n\n", link(lead)));
    let lead = lead.filter(|lead| units(lead) <= BLOCK / 4).unwrap_or_default();
    let (mut part, mut count) = (format!("{lead}{head}"), 2);
    for row in lines.map(link) {
        let row = if units(&row) + units(&head) + 1 > BLOCK { "| … |".to_owned() } else { row };
        if count >= ROWS || units(&part) + units(&row) + 1 > BLOCK {
            parts.push(std::mem::replace(&mut part, head.clone()));
            count = 2;
        }
        part.push('\n');
        part.push_str(&row);
        count += 1;
    }
    parts.push(part);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(text: &str) -> String {
        text.to_owned()
    }

    proptest! {
        #[test]
        fn every_block_and_message_fits(
            parts in prop::collection::vec(prop::sample::select(vec![
                "word ", "\n", "\n\n", "| a | b |\n|---|---|\n", "| 1 | 2 |\n", "```\n", "[1]", "🙂", "sentence. ", "- ",
            ]), 0..400),
            times in 1_usize..30,
        ) {
            let text = parts.concat().repeat(times);
            let link = |text: &str| text.replace("[1]", "[[1]](https://ours.example/a/long/address?with=a-signature)");
            for body in split(&text, &link) {
                prop_assert!(!body.is_empty());
                prop_assert!(body.iter().all(|block| units(block) <= BLOCK));
                prop_assert!(body.iter().map(|block| units(block)).sum::<usize>() <= MESSAGE);
            }
        }

        #[test]
        fn no_word_is_lost(words in prop::collection::vec("[a-z]{1,12}", 1..2_000)) {
            let text = words.join(" ");
            let kept = split(&text, &plain).concat().join(" ");
            prop_assert_eq!(kept.split_whitespace().collect::<Vec<_>>(), words);
        }
    }

    #[test]
    fn a_message_holds_one_table_and_a_long_one_keeps_its_head() {
        let table = format!("| Account | ARR |\n|---|---|\n{}", "| Hooli | $240,000 |\n".repeat(200));
        let text = format!("Two lists.\n\n{table}\n\nAnd:\n\n{table}");
        let bodies = split(&text, &plain);
        for body in &bodies {
            let tables = body.iter().filter(|block| block.contains("|---|---|")).count();
            assert!(tables <= 1);
            for block in body.iter().filter(|block| block.contains("| Hooli")) {
                assert!(block.contains("| Account | ARR |\n|---|---|\n| Hooli"), "{block}");
            }
        }
        assert_eq!(bodies.concat().concat().matches("| Hooli").count(), 400);
    }

    #[test]
    fn a_short_answer_is_one_block() {
        assert_eq!(split("One.\n\n- two\n- three\n", &plain), [["One.\n\n- two\n- three"]]);
    }

    #[test]
    fn long_code_stays_code() {
        let text = format!("```json\n{}```", "{\"a\": 1}\n".repeat(1_000));
        for block in split(&text, &plain).concat() {
            assert!(block.starts_with("```json\n") && block.ends_with("\n```"));
        }
    }
}
