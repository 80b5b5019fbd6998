//! The words of a question, ready to be asked for cues.

use super::token::Token;

/// The words of a question, ready to be asked for cues.
pub struct Cues<'a> {
    tokens: &'a [Token],
    pub(super) question: &'a str,
}

impl<'a> Cues<'a> {
    /// Over the words that do not name a time.
    #[must_use]
    pub fn new(tokens: &'a [Token], question: &'a str) -> Self {
        Self { tokens, question }
    }

    /// Whether any of the space-separated words or stems occurs.
    #[must_use]
    pub fn any(&self, words: &str) -> bool {
        words.split(' ').any(|word| self.tokens.iter().any(|token| token.fixed == word || token.stem == word))
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
                self.tokens
                    .get(at)
                    .is_some_and(|token| step.split('|').any(|word| token.fixed == word || token.stem == word))
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
