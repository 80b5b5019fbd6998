//! Words: how text is cut into sentences and words, and which words carry meaning. English, pure, no state.

mod sentence;
mod topic;
mod word;

pub use sentence::sentences;
pub use topic::Topic;
pub use word::{Word, content_stems, is_stop_word, stem, words};
