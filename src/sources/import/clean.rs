//! Takes control characters and characters nobody sees out of a line of JSON before it is parsed: nobody meant the ones, and
//! PostgreSQL refuses NUL; the others hide words from whoever reads, or hide orders from everybody but a program.

/// `line` with every control character and every character nobody sees removed from its texts, written out or escaped; line
/// breaks become `\n` and tabs stay. A raw control character between the bytes becomes a blank, which JSON takes where it may stand.
pub(super) fn clean(line: &[u8]) -> Vec<u8> {
    let mut cleaned = Vec::with_capacity(line.len());
    let mut rest = line;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            0 | 0x7f => {}
            1..=0x1f => cleaned.push(b' '),
            // U+0080 to U+009F.
            0xc2 if matches!(rest.first(), Some(0x80..=0x9f)) => rest = &rest[1..],
            0xc2 | 0xe2 | 0xef | 0xf3 if let Some(more) = unseen(byte, rest) => rest = &rest[more..],
            b'\\' => rest = escape(rest, &mut cleaned),
            _ => cleaned.push(byte),
        }
    }
    cleaned
}

/// Whether a character is one nobody sees: a soft hyphen, a blank without width, a mark that turns the direction of what
/// follows, a byte order mark, or a letter of the invisible alphabet of tags. Joiners stay: scripts and emoji need them.
fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// How many bytes follow `first` in a character nobody sees; none where it begins another.
fn unseen(first: u8, rest: &[u8]) -> Option<usize> {
    let length = match first {
        0xc2 => 1,
        0xe2 | 0xef => 2,
        _ => 3,
    };
    let mut bytes = [first, 0, 0, 0];
    bytes[1..=length].copy_from_slice(rest.get(..length)?);
    let letter = std::str::from_utf8(&bytes[..=length]).ok()?.chars().next()?;
    is_unseen(letter).then_some(length)
}

/// The character that the four digits behind `\u` stand for, and the digits of its other half where it has one; none where
/// they are no such digits.
fn escaped(digits: &[u8]) -> Option<(char, usize)> {
    let unit = |at: usize| u32::from_str_radix(std::str::from_utf8(digits.get(at..at + 4)?).ok()?, 16).ok();
    let first = unit(0)?;
    if (0xd800..0xdc00).contains(&first) {
        let other =
            unit(6).filter(|_| digits.get(4..6) == Some(b"\\u")).filter(|other| (0xdc00..0xe000).contains(other))?;
        return Some((char::from_u32(0x10000 + ((first - 0xd800) << 10) + (other - 0xdc00))?, 10));
    }
    Some((char::from_u32(first)?, 4))
}

/// Copies what follows a backslash unless it stands for a control character; returns the rest.
fn escape<'a>(rest: &'a [u8], cleaned: &mut Vec<u8>) -> &'a [u8] {
    match rest {
        [b'b' | b'f', after @ ..] => after,
        [b'r', after @ ..] => line_break(after, cleaned),
        [b'u', digits @ ..] if let Some((_, length)) = escaped(digits).filter(|(letter, _)| is_unseen(*letter)) => {
            &digits[length..]
        }
        [b'u', b'0', b'0', high, low, after @ ..] => match hex(*high).zip(hex(*low)).map(|(high, low)| high * 16 + low)
        {
            Some(0x0d) => line_break(after, cleaned),
            Some(0x09 | 0x0a | 0x20..=0x7e | 0xa0..) | None => {
                cleaned.extend_from_slice(&[b'\\', b'u', b'0', b'0', *high, *low]);
                after
            }
            Some(_) => after,
        },
        [next, after @ ..] => {
            cleaned.extend_from_slice(&[b'\\', *next]);
            after
        }
        [] => {
            cleaned.push(b'\\');
            rest
        }
    }
}

/// A carriage return: gone before a line feed, a line feed by itself.
fn line_break<'a>(after: &'a [u8], cleaned: &mut Vec<u8>) -> &'a [u8] {
    if !after.starts_with(br"\n") && !after.starts_with(br"\u000a") && !after.starts_with(br"\u000A") {
        cleaned.extend_from_slice(br"\n");
    }
    after
}

fn hex(digit: u8) -> Option<u8> {
    (digit as char).to_digit(16).map(|value| value as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(line: &str) -> String {
        serde_json::from_slice(&clean(line.as_bytes())).unwrap()
    }

    #[test]
    fn control_characters_go_and_everything_else_stays() {
        assert_eq!(text("\"a\0b\u{7f}\u{85}c\""), "abc");
        assert_eq!(text(r#""a\u0000b\u001Fc\bd\fe""#), "abcde");
        assert_eq!(text(r#""one\r\ntwo\rthree\u000d\u000afour\tfive""#), "one\ntwo\nthree\nfour\tfive");
        assert_eq!(text("\"tab\there\""), "tab here");
        assert_eq!(text("\"in De\u{ad}cem\u{200b}ber\u{e0072}\u{e0075}\""), "in December");
        assert_eq!(text(r#""in De\u00adcem\u200Bber\udb40\udc72 \u200d""#), "in December \u{200d}");
        assert_eq!(text(r#""C:\\u0000 \"q\" \u00e9 é \ud83d\ude00""#), "C:\\u0000 \"q\" é é 😀");
    }
}
