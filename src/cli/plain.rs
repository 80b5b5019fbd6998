//! Markdown as plain text for a terminal: marks are dropped, tables are aligned.

use std::fmt::Write;

use crate::domain::markdown::{Piece, pieces};

const BOLD: (&str, &str) = ("\x1b[1m", "\x1b[0m");

/// `markdown` without its marks; what was bold or a heading is bold where `colour` is used.
pub(super) fn render(markdown: &str, colour: bool) -> String {
    let mut text = String::new();
    let mut lines = markdown.trim_end().lines().peekable();
    let mut code = false;
    while let Some(line) = lines.next() {
        if line.trim_start().starts_with("```") {
            code = !code;
        } else if code {
            line_of(&mut text, line);
        } else if line.trim_start().starts_with('|') {
            let mut rows = vec![cells(line, colour)];
            while let Some(row) = lines.next_if(|next| next.trim_start().starts_with('|')) {
                rows.push(cells(row, colour));
            }
            table(&mut text, &rows);
        } else if let Some(heading) = heading(line) {
            line_of(&mut text, &bold(&inline(heading, false), colour));
        } else {
            line_of(&mut text, &inline(&bullet(line), colour));
        }
    }
    text.truncate(text.trim_end().len());
    text
}

/// `text` on one line and cut to `limit` characters, at a word where possible.
pub(super) fn shortened(text: &str, limit: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= limit {
        return line;
    }
    let cut: String = line.chars().take(limit).collect();
    let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    format!("{cut} …")
}

fn line_of(text: &mut String, line: &str) {
    text.push_str(line.trim_end());
    text.push('\n');
}

fn bold(text: &str, colour: bool) -> String {
    if colour { format!("{}{text}{}", BOLD.0, BOLD.1) } else { text.to_owned() }
}

fn heading(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches('#');
    (rest.len() < line.len() && rest.starts_with(' ')).then(|| rest.trim())
}

fn bullet(line: &str) -> String {
    let trimmed = line.trim_start();
    let indent = &line[..line.len() - trimmed.len()];
    match trimmed.strip_prefix("- ").or_else(|| trimmed.strip_prefix("* ")) {
        Some(item) => format!("{indent}• {item}"),
        None => line.to_owned(),
    }
}

/// Drops `**`, `__`, backticks and the escapes before letters.
fn inline(text: &str, colour: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut strong = false;
    for piece in pieces(text) {
        match piece {
            Piece::Letter(letter) => out.push(letter),
            Piece::Bold => {
                strong = !strong;
                if colour {
                    out.push_str(if strong { BOLD.0 } else { BOLD.1 });
                }
            }
            Piece::Code => {}
        }
    }
    if strong && colour {
        out.push_str(BOLD.1);
    }
    out
}

fn cells(line: &str, colour: bool) -> Vec<String> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for letter in line.strip_suffix('|').unwrap_or(line).chars() {
        match cells.last_mut() {
            Some(cell) if letter != '|' || escaped => cell.push(letter),
            _ => cells.push(String::new()),
        }
        escaped = letter == '\\' && !escaped;
    }
    cells.iter().map(|cell| inline(cell.trim(), colour)).collect()
}

fn table(text: &mut String, rows: &[Vec<String>]) {
    let is_rule = |row: &Vec<String>| {
        row.iter().all(|cell| !cell.is_empty() && cell.chars().all(|letter| "-: ".contains(letter)))
    };
    let rows: Vec<&Vec<String>> = rows.iter().filter(|row| !is_rule(row)).collect();
    let columns = rows.iter().map(|row| row.len()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns)
        .map(|column| rows.iter().filter_map(|row| row.get(column)).map(|cell| visible(cell)).max().unwrap_or_default())
        .collect();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            let padding = width.saturating_sub(visible(cell));
            let _ = write!(line, "{cell}{:padding$}  ", "");
        }
        line_of(text, &line);
    }
}

/// Characters that take a place on the screen.
fn visible(text: &str) -> usize {
    let mut count = 0;
    let mut escape = false;
    for letter in text.chars() {
        match letter {
            '\x1b' => escape = true,
            'm' if escape => escape = false,
            _ if escape => {}
            _ => count += 1,
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_dropped_and_citations_stay() {
        let text = render("## State\n\n**Hooli** is `critical` [1].\n- usage fell [2]", false);
        assert_eq!(text, "State\n\nHooli is critical [1].\n• usage fell [2]");
    }

    #[test]
    fn what_a_record_says_reads_as_it_was_written() {
        let text = render("**Quarz\\*Werk** wrote: \\# Settled \\[now\\] [1].\n\n| Quarz \\| Werk | 4 |", true);
        assert_eq!(text, "\x1b[1mQuarz*Werk\x1b[0m wrote: # Settled [now] [1].\n\nQuarz | Werk  4");
    }

    #[test]
    fn tables_are_aligned() {
        let text = render("| Account | ARR |\n|---|---:|\n| Hooli | $240,000 |\n| Raviga Capital | $96,000 |", false);
        assert_eq!(text, "Account         ARR\nHooli           $240,000\nRaviga Capital  $96,000");
    }

    #[test]
    fn a_long_quote_is_cut_at_a_word() {
        assert_eq!(shortened("one two  three\nfour", 12), "one two …");
        assert_eq!(shortened("short", 12), "short");
    }
}
