//! Bytes to text: UTF-8 and UTF-16 with or without a mark, else Windows-1252.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

/// What Windows-1252 has at 0x80 to 0x9f; what it leaves open stands for itself.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// How the two bytes of a UTF-16 unit stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Little,
    Big,
}

impl Order {
    fn unit(self, pair: [u8; 2]) -> u16 {
        match self {
            Self::Little => u16::from_le_bytes(pair),
            Self::Big => u16::from_be_bytes(pair),
        }
    }
}

/// Whether bytes are UTF-16, and how long their mark is: by the mark, else by the zeros beside Latin letters.
fn utf16(beginning: &[u8]) -> Option<(Order, usize)> {
    match beginning {
        [0xff, 0xfe, ..] => return Some((Order::Little, 2)),
        [0xfe, 0xff, ..] => return Some((Order::Big, 2)),
        _ => {}
    }
    let looked_at = beginning.get(..beginning.len().min(512)).unwrap_or_default();
    let zeros = |first: usize| looked_at.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), looked_at.len() / 2);
    match half {
        0 | 1 => None,
        _ if odd * 10 >= half * 7 && even == 0 => Some((Order::Little, 0)),
        _ if even * 10 >= half * 7 && odd == 0 => Some((Order::Big, 0)),
        _ => None,
    }
}

/// The text of a whole file, without a mark.
pub(super) fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((order, mark)) = utf16(bytes) {
        let units = bytes.get(mark..).unwrap_or_default().chunks_exact(2).map(|pair| order.unit([pair[0], pair[1]]));
        return Cow::Owned(char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{fffd}')).collect());
    }
    of_eight_bits(without_mark(bytes))
}

/// Bytes without the mark of UTF-8.
pub(super) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// The text of bytes that are UTF-8, else Windows-1252.
pub(super) fn of_eight_bits(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().map(|byte| windows_1252(*byte)).collect()),
    }
}

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// A stream whose UTF-16 is turned into UTF-8 on the way; any other is passed on, without the mark of UTF-8.
pub(super) struct Plain<R> {
    input: R,
    order: Option<Order>,
    /// Bytes that are ready to be read, and where to go on in them.
    ready: Vec<u8>,
    at: usize,
    /// The first half of a letter of two units.
    high: Option<u16>,
}

impl<R: BufRead> Plain<R> {
    /// Over `input`.
    ///
    /// # Errors
    /// When the stream fails.
    pub(super) fn new(mut input: R) -> io::Result<Self> {
        let beginning = input.fill_buf()?;
        let (order, mark) = match utf16(beginning) {
            Some((order, mark)) => (Some(order), mark),
            None => (None, beginning.len() - without_mark(beginning).len()),
        };
        input.consume(mark);
        Ok(Self { input, order, ready: Vec::new(), at: 0, high: None })
    }

    /// Turns the next bytes of UTF-16 into UTF-8.
    fn turn(&mut self, order: Order) -> io::Result<()> {
        self.ready.clear();
        self.at = 0;
        let mut units = Vec::with_capacity(2048);
        units.extend(self.high.take());
        while units.len() < 2048 {
            let mut pair = [0_u8; 2];
            match self.input.read_exact(&mut pair) {
                Ok(()) => units.push(order.unit(pair)),
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
                Err(error) => return Err(error),
            }
        }
        if units.len() >= 2048 && units.last().is_some_and(|unit| (0xd800..0xdc00).contains(unit)) {
            self.high = units.pop();
        }
        let text: String = char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{fffd}')).collect();
        self.ready = text.into_bytes();
        Ok(())
    }
}

impl<R: BufRead> Read for Plain<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let Some(order) = self.order else { return self.input.read(into) };
        if self.at >= self.ready.len() {
            self.turn(order)?;
        }
        let mut left = self.ready.get(self.at..).unwrap_or_default();
        let read = left.read(into)?;
        self.at += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn in_utf16(text: &str, order: Order) -> Vec<u8> {
        let bytes = |unit: u16| if order == Order::Little { unit.to_le_bytes() } else { unit.to_be_bytes() };
        format!("\u{feff}{text}").encode_utf16().flat_map(bytes).collect()
    }

    fn plain(bytes: &[u8]) -> Vec<u8> {
        let mut read = Vec::new();
        Plain::new(bytes).unwrap().read_to_end(&mut read).unwrap();
        read
    }

    #[test]
    fn each_encoding_is_read() {
        let text = "Größe; 5 € – fine";
        for bytes in [
            text.as_bytes().to_vec(),
            format!("\u{feff}{text}").into_bytes(),
            in_utf16(text, Order::Little),
            in_utf16(text, Order::Big),
            in_utf16(text, Order::Little).split_off(2),
            b"Gr\xf6\xdfe; 5 \x80 \x96 fine".to_vec(),
        ] {
            assert_eq!(decoded(&bytes), text);
        }
    }

    proptest! {
        #[test]
        fn utf16_comes_out_of_a_stream_as_it_went_in(text in "[a-z🙂é\n]{0,5000}") {
            prop_assert_eq!(&plain(&in_utf16(&text, Order::Little)), text.as_bytes());
            prop_assert_eq!(&plain(&in_utf16(&text, Order::Big)), text.as_bytes());
        }

        #[test]
        fn any_bytes_are_some_text(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = decoded(&bytes);
            let _ = plain(&bytes);
        }
    }
}
