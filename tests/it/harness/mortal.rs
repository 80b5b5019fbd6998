//! Work that ends before it is done.

use std::pin::Pin;
use std::task::{Context, Poll};

/// Work that is cut off after so many steps, wherever it then is; gives none where it was.
pub struct Mortal<F> {
    work: Pin<Box<F>>,
    steps: u64,
}

impl<F: Future> Mortal<F> {
    pub fn new(work: F, steps: u64) -> Self {
        Self { work: Box::pin(work), steps }
    }
}

impl<F: Future> Future for Mortal<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.steps == 0 {
            return Poll::Ready(None);
        }
        self.steps -= 1;
        self.work.as_mut().poll(context).map(Some)
    }
}
