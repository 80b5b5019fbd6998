//! Bytes to numbered lines, holding no more than one line, and none that is too long.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt};

/// A line without its end (`\n` or `\r\n`).
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// All of it.
    Whole(Vec<u8>),
    /// It has more bytes than are read; they were passed over.
    TooLong,
}

/// Splits a stream into lines.
pub(super) struct Lines<R> {
    input: R,
    longest: usize,
    number: u64,
}

impl<R: AsyncBufRead + Unpin> Lines<R> {
    pub(super) fn new(input: R, longest: usize) -> Self {
        Self { input, longest, number: 0 }
    }

    /// The most bytes a line may have.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// The next line with its number, from 1; none at the end.
    pub(super) async fn next(&mut self) -> io::Result<Option<(u64, Line)>> {
        let mut line = Vec::new();
        let (mut begun, mut too_long) = (false, false);
        loop {
            let buffer = match self.input.fill_buf().await {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if buffer.is_empty() {
                return Ok(begun.then(|| self.finish(line, too_long)));
            }
            begun = true;
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let part = end.unwrap_or(buffer.len());
            // One byte more is let through, for the carriage return before the end.
            if too_long || line.len() + part > self.longest + 1 {
                too_long = true;
                line = Vec::new();
            } else {
                line.extend_from_slice(&buffer[..part]);
            }
            self.input.consume(part + usize::from(end.is_some()));
            if end.is_some() {
                return Ok(Some(self.finish(line, too_long)));
            }
        }
    }

    fn finish(&mut self, mut line: Vec<u8>, too_long: bool) -> (u64, Line) {
        self.number += 1;
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        let line = if too_long || line.len() > self.longest { Line::TooLong } else { Line::Whole(line) };
        (self.number, line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn all(text: &[u8], longest: usize, buffer: usize) -> Vec<(u64, Line)> {
        let mut lines = Lines::new(tokio::io::BufReader::with_capacity(buffer, text), longest);
        let mut found = Vec::new();
        while let Some(line) = lines.next().await.unwrap() {
            found.push(line);
        }
        found
    }

    #[tokio::test]
    async fn lines_are_numbered_from_one_whatever_ends_them() {
        for buffer in [1, 3, 1_000] {
            let lines = all(b"a\r\n\nbc", 10, buffer).await;
            let whole = |text: &str| Line::Whole(text.into());
            assert_eq!(lines, [(1, whole("a")), (2, whole("")), (3, whole("bc"))]);
        }
    }

    #[tokio::test]
    async fn a_line_over_the_limit_is_passed_over_and_the_next_is_read() {
        for buffer in [1, 3, 1_000] {
            let lines = all(b"1234\r\n12345\n1234\n", 4, buffer).await;
            let whole = || Line::Whole(b"1234".into());
            assert_eq!(lines, [(1, whole()), (2, Line::TooLong), (3, whole())]);
        }
    }
}
