//! Which promises a note would show to be kept, told before it is written down.

use super::Work;
use super::kept::shown_by;
use super::merge::Told;
use super::said::Said;
use super::sought::Sought;
use super::statement::{Script, Statement, script_of_work};
use crate::domain::activity::{Commitment, Note};
use crate::domain::time::Moment;

/// Those of these promises that are not kept yet and that `note` would show to be kept.
#[must_use]
pub fn kept_by_note<'p>(promises: &'p [Commitment], note: &Note) -> Vec<&'p Commitment> {
    let waiting: Vec<&Commitment> =
        promises.iter().filter(|promise| promise.kept_by.is_none() && promise.marked.is_none()).collect();
    let Some(first) = waiting.first() else { return Vec::new() };
    // How much a word tells is weighed among the promises themselves.
    let words = waiting.iter().map(|promise| Statement::new(&promise.quote, promise.who.clone(), Some(promise.side)));
    let spoken = Script::new(first.source.clone(), "", Moment::first(), words.collect());
    let said = Said::new(vec![spoken]);
    let all = said.between(Moment::first(), Moment::last());
    let works = [script_of_work(Work::Note(note))];
    let shows = |promise: &Commitment| {
        let told = Told { commitment: promise.clone(), what: promise.what.clone() };
        shown_by(&Sought::new(&told, &all), &all, &works).kept_by.is_some()
    };
    waiting.into_iter().filter(|promise| shows(promise)).collect()
}
