//! Words: how text is cut into sentences and words, which words carry meaning, and which language a text is in. Meaning is
//! told of English; no state but a count of the sentences cut.

mod common;
mod denial;
mod fact;
mod fold;
mod gist;
pub mod learn;
pub mod naming;
mod month;
mod reverted;
mod same;
mod sentence;
mod spelled;
mod tongue;
mod topic;
mod word;

pub use common::rank;
pub use denial::{clauses, denies};
pub use fact::{is_time_word, names_a_cause, names_a_day, names_a_figure};
pub use fold::{composed, folded, is_mark};
pub use gist::{Gist, Rarity, Weighed};
pub use month::{MONTHS, month};
pub use reverted::takes_back;
pub use same::{Synonyms, synonyms};
pub use sentence::{sentences, sentences_cut, statements};
pub use spelled::spelled_out;
pub use tongue::Language;
pub use topic::Topic;
pub use word::{Word, content_stems, is_stop_word, lower_words, stem, stems_of, words};
