//! The words of a question, ready to be asked for cues.

use super::token::Token;

/// The words of a question, ready to be asked for cues.
pub struct Cues<'a> {
    tokens: &'a [Token],
    /// Of each word and stem a bit, by which most words of a list are told not to be among them.
    bits: u64,
    pub(super) question: &'a str,
}

impl<'a> Cues<'a> {
    /// Over the words that do not name a time.
    #[must_use]
    pub fn new(tokens: &'a [Token], question: &'a str) -> Self {
        let forms = tokens.iter().flat_map(|token| [&token.fixed, &token.stem]);
        let bits = forms.fold(0, |bits, form| bits | bit(form.as_bytes()));
        Self { tokens, bits, question }
    }

    /// Whether any of the space-separated words or stems occurs.
    #[must_use]
    pub fn any(&self, words: &str) -> bool {
        listed(words, b' ').any(|word| self.bits & bit(word) != 0 && self.tokens.iter().any(|token| token.is(word)))
    }

    /// Where any of the space-separated words stands in the question, in bytes.
    pub fn places<'w>(&self, words: &'w str) -> impl Iterator<Item = (usize, usize)> + use<'_, 'w> {
        let meant = move |token: &&Token| words.split(' ').any(|word| token.fixed == word);
        self.tokens.iter().filter(meant).map(|token| (token.start, token.end))
    }

    /// Whether the alternatives (`a|b`) of all steps occur one right after the other. `*` lets up to two words pass.
    #[must_use]
    pub fn phrase(&self, steps: &[&str]) -> bool {
        (0..self.tokens.len()).any(|start| self.matches(steps, start))
    }

    /// Like [`Cues::phrase`], at the start of the question.
    #[must_use]
    pub fn opens(&self, steps: &[&str]) -> bool {
        self.matches(steps, 0)
    }

    fn matches(&self, steps: &[&str], at: usize) -> bool {
        match steps {
            [] => true,
            ["*", rest @ ..] => (0..=2).any(|skip| self.matches(rest, at + skip)),
            [step, rest @ ..] => {
                self.tokens.get(at).is_some_and(|token| listed(step, b'|').any(|word| token.is(word)))
                    && self.matches(rest, at + 1)
            }
        }
    }

    /// The words, mended, in order.
    #[must_use]
    pub fn words(&self) -> Vec<&str> {
        self.tokens.iter().map(|token| token.fixed.as_str()).collect()
    }

    /// How many words there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether it is for what was said.
    #[must_use]
    pub fn says_about(&self) -> bool {
        self.any("say said saying mention mentioned mentions talk talked discuss discussed bring brought think feel hear heard opinion thoughts")
    }
}

/// The words of a list, as bytes: lists are gone through by the hundred for a question.
fn listed(words: &str, separator: u8) -> impl Iterator<Item = &[u8]> {
    words.as_bytes().split(move |byte| *byte == separator)
}

/// A bit for a word, by its first letter and its length.
fn bit(word: &[u8]) -> u64 {
    let first = usize::from(word.first().copied().unwrap_or_default());
    1 << ((first * 5 + word.len()) % 64)
}
