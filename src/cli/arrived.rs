//! Server-sent events, put together from the pieces they arrive in.

/// What has arrived and was not read yet.
#[derive(Default)]
pub(super) struct Arrived {
    bytes: Vec<u8>,
}

impl Arrived {
    /// Adds what arrived.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole event: its name and its data. Comments, which only keep the connection alive, are skipped.
    pub(super) fn next(&mut self) -> Option<(String, Vec<u8>)> {
        loop {
            let end = self.bytes.windows(2).position(|pair| pair == b"\n\n")?;
            let event: Vec<u8> = self.bytes.drain(..end + 2).collect();
            let field = |name: &[u8]| {
                let value = event.split(|byte| *byte == b'\n').find_map(|line| line.strip_prefix(name))?;
                Some(value.strip_prefix(b" ").unwrap_or(value).to_vec())
            };
            if let (Some(name), Some(data)) = (field(b"event:"), field(b"data:")) {
                return Some((String::from_utf8_lossy(&name).into_owned(), data));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_put_together_from_pieces() {
        let mut arrived = Arrived::default();
        arrived.add(b":\n\nevent: star");
        assert_eq!(arrived.next(), None);
        arrived.add(b"ted\ndata: {}\n\nevent: text\ndata: {\"delta\"");
        assert_eq!(arrived.next(), Some(("started".to_owned(), b"{}".to_vec())));
        assert_eq!(arrived.next(), None);
        arrived.add(b": 1}\n\n");
        assert_eq!(arrived.next(), Some(("text".to_owned(), b"{\"delta\": 1}".to_vec())));
    }
}
