//! What is done for a turn, counted where it is done. A count belongs to the thread that does the work; a turn is one
//! future, so what is added while it is polled is its own, and nobody has to hand a counter through.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;

use crate::domain::answer::Work;
use crate::language::sentences_cut;

thread_local! {
    static DONE: Cell<Work> = const { Cell::new(Work { statements: 0, embeddings: 0, passages: 0, sentences: 0 }) };
}

/// Counts a statement that the database ran.
pub(super) fn statement() {
    DONE.with(|done| done.update(|so_far| Work { statements: so_far.statements + 1, ..so_far }));
}

/// Counts texts that a model is asked to embed.
pub fn embeddings(count: usize) {
    DONE.with(|done| done.update(|so_far| Work { embeddings: so_far.embeddings + count as u64, ..so_far }));
}

/// Counts passages whose words are read.
pub fn passages(count: usize) {
    DONE.with(|done| done.update(|so_far| Work { passages: so_far.passages + count as u64, ..so_far }));
}

/// What `doing` gives, and what was done for it: by itself and whatever it waits for in the same task, not by tasks and
/// threads it starts.
pub async fn counted<T>(doing: impl Future<Output = T>) -> (T, Work) {
    let mut doing = pin!(doing);
    let mut work = Work::default();
    let done = poll_fn(|context| {
        let before = so_far();
        let polled = doing.as_mut().poll(context);
        work.add(so_far().since(before));
        polled
    });
    let done = done.await;
    (done, work)
}

/// What this thread has done since it began.
fn so_far() -> Work {
    Work { sentences: sentences_cut(), ..DONE.get() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::sentences;

    async fn read(count: usize) {
        for _ in 0..count {
            passages(1);
            let _ = sentences("One. Two.");
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn those_who_take_turns_on_one_thread_are_counted_apart() {
        let (((), few), ((), many)) = tokio::join!(counted(read(2)), counted(read(5)));
        assert_eq!(few, Work { passages: 2, sentences: 4, ..Work::default() });
        assert_eq!(many, Work { passages: 5, sentences: 10, ..Work::default() });
    }

    #[tokio::test]
    async fn what_a_task_of_its_own_does_is_not_counted() {
        let ((), work) = counted(async {
            tokio::spawn(async { embeddings(3) }).await.unwrap();
            embeddings(1);
            statement();
        })
        .await;
        assert_eq!(work, Work { embeddings: 1, statements: 1, ..Work::default() });
    }
}
