//! What a later release took back: "Reverted: X" says that X, which an earlier one shipped, is gone again.

use super::Line;
use crate::language::{Rarity, takes_back};

/// The share of what a line names that an earlier one has to name to be what is meant.
const SAME: f32 = 0.6;

/// Marks the lines that a line of a later release takes back. A feature that ships again later is there again: only what
/// shipped before is taken back.
pub fn settle(lines: &mut [Line]) {
    let rarity = Rarity::of(lines.iter().map(Line::gist));
    let reverting: Vec<usize> = (0..lines.len()).filter(|at| takes_back(&lines[*at].text)).collect();
    for by in reverting {
        for at in 0..lines.len() {
            let (line, other) = (&lines[at], &lines[by]);
            let earlier = line.shipped_at < other.shipped_at && line.taken_back_by.is_none();
            if earlier && !takes_back(&line.text) && rarity.share(line.gist(), other.gist()) >= SAME {
                lines[at].taken_back_by = Some(by);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::midnight;

    fn settled(lines: &[(&str, &str)]) -> Vec<Option<usize>> {
        let mut lines: Vec<Line> =
            lines.iter().map(|(day, text)| Line::new(text, midnight(day.parse().unwrap()))).collect();
        settle(&mut lines);
        lines.into_iter().map(|line| line.taken_back_by).collect()
    }

    #[test]
    fn a_line_of_a_later_release_takes_back_what_it_names() {
        let lines = [
            ("2026-05-09", "Reverted: nightly backups to S3, they filled the disk"),
            ("2026-05-02", "Nightly backups to S3"),
            ("2026-05-02", "Faster search in the archive"),
        ];
        assert_eq!(settled(&lines), [None, Some(0), None]);
    }

    #[test]
    fn what_ships_again_is_there_again() {
        let lines = [
            ("2026-06-20", "Nightly backups to S3 are back"),
            ("2026-05-09", "Nightly backups to S3 were rolled back"),
            ("2026-05-02", "Nightly backups to S3"),
        ];
        assert_eq!(settled(&lines), [None, None, Some(1)]);
    }
}
