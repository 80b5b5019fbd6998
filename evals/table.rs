//! Tables for the terminal.

use super::score::Score;

/// Lines of cells, the first being the head; the first column to the left, the others to the right.
pub fn print(lines: &[Vec<String>]) {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for (at, line) in lines.iter().enumerate() {
        let cells: Vec<String> = line
            .iter()
            .zip(&widths)
            .enumerate()
            .map(
                |(column, (cell, width))| {
                    if column == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
                },
            )
            .collect();
        println!("{}", cells.join("  ").trim_end());
        if at == 0 {
            println!("{}", "-".repeat(widths.iter().sum::<usize>() + 2 * columns.saturating_sub(1)));
        }
    }
}

/// A percentage with a decimal, or a dash.
pub fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.1}"))
}

/// What stands over [`scored`].
pub const SCORED: [&str; 10] = [
    "facts",
    "cite prec",
    "cite recall",
    "refusals",
    "sourced",
    "proposals",
    "leaks",
    "wrong acct",
    "uninvited",
    "errors",
];

/// The shares and the counts of a score, a cell each.
pub fn scored(score: &Score) -> impl Iterator<Item = String> {
    let counts = score.counts().map(|(_, count)| count.to_string());
    score.shares().map(|(_, share)| percent(share)).into_iter().chain(counts)
}
