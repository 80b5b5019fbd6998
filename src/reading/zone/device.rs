//! Lines that devices and mail programs add: `Sent from my iPhone`.

use std::sync::LazyLock;

use regex::Regex;

use super::Zone;
use super::aside::Run;
use super::lexicon::{self, Kind};
use super::line::{Line, has_link, word_count};

/// The longest such line, without addresses of pages.
const MOST_LETTERS: usize = 120;

/// How sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Added {
    Surely,
    /// Only beside one that surely is.
    Perhaps,
}

pub(super) fn mark(run: &mut Run<'_, '_>) {
    let added: Vec<Option<Added>> = run.lines.iter().map(added).collect();
    if !added.contains(&Some(Added::Surely)) {
        return;
    }
    let last_said = (0..run.lines.len()).rev().find(|at| run.is_said(*at) && added[*at].is_none());
    for paragraph in run.paragraphs() {
        let is_added = |at: usize| added[at].is_some() || run.asides[at].is_some() || run.lines[at].is_row();
        let from = paragraph.clone().rev().take_while(|at| is_added(*at)).last();
        let Some(from) = from.filter(|from| (*from..paragraph.end).any(|at| added[at].is_some())) else { continue };
        // At the end of a paragraph only where nothing of the writer's follows.
        let last = last_said.is_none_or(|last| last < paragraph.end);
        let sure = (from..paragraph.end).any(|at| added[at] == Some(Added::Surely));
        let alone = from == paragraph.start;
        if (alone || last) && (sure || last && (from > 0 || run.goes_on)) {
            for at in from..paragraph.end {
                run.asides[at].get_or_insert(Zone::Signature);
            }
        }
    }
}

fn added(line: &Line<'_>) -> Option<Added> {
    static LINK: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[<(\[]*https?://\S+").ok());
    let linked = has_link(&line.plain);
    let plain =
        LINK.as_ref().map_or_else(|| line.plain.clone(), |link| link.replace_all(&line.plain, " ").into_owned());
    let plain = plain.replace(['[', ']', '(', ')', '<', '>', '*'], " ");
    let text = super::line::plain(&plain);
    let text = text.trim_matches(|sign: char| "{}_-–—|\"' ".contains(sign));
    if text.is_empty() || text.len() > MOST_LETTERS || text.contains(['?', ':']) {
        return None;
    }
    let gadget = lexicon::has(Kind::Gadget, text);
    let apology = lexicon::has(Kind::Apology, text);
    let sentence = text.trim_end_matches('.').contains([',', '.', ';', '!'])
        && !apology
        && !lexicon::has(Kind::Gadget, text.split([',', ';']).next_back()?);
    if sentence {
        return None;
    }
    if let Some(rest) = lexicon::first(Kind::SentFrom, text) {
        let words = word_count(rest);
        let named = line
            .text
            .split_whitespace()
            .skip(word_count(text) - words)
            .any(|word| word.starts_with(char::is_uppercase));
        let few = words <= if apology { 14 } else { 8 };
        let named = named && words <= 5 && !text.ends_with('.');
        return (few && words > 0 && (gadget || linked || named)).then_some(Added::Surely);
    }
    if let Some(rest) = lexicon::first(Kind::Device, text).or_else(|| lexicon::last(Kind::Device, text)) {
        let few = word_count(rest) <= if apology { 14 } else { 5 };
        return (few && gadget).then_some(Added::Surely);
    }
    let foreign = text.chars().any(|letter| ('\u{3040}'..='\u{9fff}').contains(&letter));
    if gadget && foreign && word_count(text) <= 4 {
        return Some(Added::Surely);
    }
    let from = ["from", "von", "de", "depuis", "desde", "via", "fra", "fran", "van", "da", "by", "z"];
    let says_from = text.split(' ').any(|word| from.contains(&word));
    (gadget && says_from && word_count(text) <= 6).then_some(Added::Perhaps)
}
