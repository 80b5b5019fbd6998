//! Takes control characters out of a line of JSON before it is parsed: nobody meant them, and PostgreSQL refuses NUL.

/// `line` with every control character removed from its texts, written out or escaped; line breaks become `\n` and tabs
/// stay. A raw control character between the bytes becomes a blank, which JSON takes where it may stand.
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
            b'\\' => rest = escape(rest, &mut cleaned),
            _ => cleaned.push(byte),
        }
    }
    cleaned
}

/// Copies what follows a backslash unless it stands for a control character; returns the rest.
fn escape<'a>(rest: &'a [u8], cleaned: &mut Vec<u8>) -> &'a [u8] {
    match rest {
        [b'b' | b'f', after @ ..] => after,
        [b'r', after @ ..] => line_break(after, cleaned),
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
        assert_eq!(text(r#""C:\\u0000 \"q\" \u00e9 é \ud83d\ude00""#), "C:\\u0000 \"q\" é é 😀");
    }
}
