//! Cuts text into pieces of bounded size without losing a word.

use super::Size;

/// Letters after which a run without a space counts as one more word, so that neither a pasted key nor a language
/// written without spaces makes an endless passage.
const LETTERS_A_WORD: usize = 24;

/// The words of `text`, as the size of passages is counted.
pub(super) fn size_of(text: &str) -> usize {
    text.split_whitespace().map(weight).sum()
}

fn weight(word: &str) -> usize {
    // Bytes bound the letters; counting letters only where it matters keeps this cheap.
    if word.len() <= LETTERS_A_WORD { 1 } else { word.chars().count().div_ceil(LETTERS_A_WORD) }
}

/// Paragraphs, merged while they stay within the target and cut where one alone exceeds it. None is blank.
pub(super) fn paragraphs(text: &str, size: Size) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut filled = 0;
    for paragraph in blocks(text) {
        for piece in split(paragraph, size) {
            let weight = size_of(piece);
            match pieces.last_mut() {
                Some(last) if filled + weight <= size.target => {
                    last.push_str("\n\n");
                    last.push_str(piece);
                    filled += weight;
                }
                _ => {
                    pieces.push(piece.to_owned());
                    filled = weight;
                }
            }
        }
    }
    pieces
}

/// The stretches of `text` between blank lines.
fn blocks(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = None;
    let mut end = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() {
            if let Some(start) = start.take() {
                found.push(text[start..end].trim());
            }
        } else {
            start.get_or_insert(at);
            end = at + line.len();
        }
        at += line.len();
    }
    if let Some(start) = start {
        found.push(text[start..end].trim());
    }
    found
}

/// Cuts `text` into slices of at most `size.max`, at the end of a sentence where there is one near the target.
pub(super) fn split(text: &str, size: Size) -> Vec<&str> {
    let text = text.trim();
    if text.is_empty() {
        return Vec::new();
    }
    if size_of(text) <= size.max {
        return vec![text];
    }
    let mut pieces = Vec::new();
    let (mut start, mut filled) = (0, 0);
    // Where the last sentence of the present piece ended, and how much lies after it.
    let mut sentence: Option<(usize, usize)> = None;
    for (from, to) in words(text, size.target) {
        let weight = weight(&text[from..to]);
        if filled > 0 && filled + weight > size.target {
            let (cut, kept) = sentence.take().unwrap_or((from, filled));
            pieces.push(text[start..cut].trim());
            start = cut;
            filled -= kept;
        }
        filled += weight;
        if ends_sentence(&text[from..to]) {
            sentence = Some((to, filled));
        }
    }
    pieces.push(text[start..].trim());
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// The words of `text` as byte ranges; one too large for a passage is cut.
fn words(text: &str, most: usize) -> Vec<(usize, usize)> {
    let longest = most.max(1) * LETTERS_A_WORD;
    let mut found = Vec::new();
    for word in text.split_whitespace() {
        let mut from = word.as_ptr() as usize - text.as_ptr() as usize;
        let end = from + word.len();
        let cuts = word.char_indices().map(|(at, _)| from + at).step_by(longest).skip(1).collect::<Vec<_>>();
        for cut in cuts {
            found.push((from, cut));
            from = cut;
        }
        found.push((from, end));
    }
    found
}

fn ends_sentence(word: &str) -> bool {
    word.trim_end_matches(['"', '”', '’', '\'', ')', ']']).ends_with(['.', '!', '?', '…', ';', '。', '！', '？'])
}
