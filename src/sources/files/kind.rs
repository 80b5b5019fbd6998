//! What a file is.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use super::mail::is_separator;
use super::text::decoded;
use crate::domain::record::RecordKind;

/// A kind of file that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// The import format.
    JsonLines,
    /// A table, its columns parted by commas, semicolons, tabs or bars.
    Csv,
    /// One e-mail.
    Email,
    /// A mailbox of many e-mails.
    Mbox,
    /// A transcript in `WebVTT`.
    WebVtt,
    /// A transcript in `SubRip`.
    SubRip,
    /// A transcript in JSON, as call recorders write it.
    Transcript,
}

impl FileKind {
    /// The name people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::JsonLines => "records in JSON Lines",
            Self::Csv => "a table (CSV)",
            Self::Email => "an e-mail",
            Self::Mbox => "a mailbox",
            Self::WebVtt => "a transcript (WebVTT)",
            Self::SubRip => "a transcript (SubRip)",
            Self::Transcript => "a transcript (JSON)",
        }
    }
}

/// What a file is, by its beginning ([`super::BEGINNING`] bytes are enough) and then by its name; none where it is nothing
/// that can be read.
#[must_use]
pub fn kind_of(name: &str, beginning: &[u8]) -> Option<FileKind> {
    if foreign(beginning).is_some() {
        return None;
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    let text = decoded(beginning);
    let text = text.trim_start();
    by_content(text, &ending).or_else(|| by_ending(&ending, text))
}

/// Why a file cannot be read, and what to do instead.
#[must_use]
pub fn refusal(name: &str, beginning: &[u8]) -> String {
    if let Some(sentence) = foreign(beginning) {
        return sentence.to_owned();
    }
    if beginning.trim_ascii().is_empty() {
        return "the file is empty".to_owned();
    }
    if name.to_lowercase().ends_with(".json") {
        return "the file is JSON of no known shape; write records as JSON Lines, or export the transcript as WebVTT"
            .to_owned();
    }
    "the file is none of JSON Lines, CSV, e-mail (.eml, .mbox), WebVTT, SubRip or a transcript in JSON".to_owned()
}

/// Files of other programs, by their first bytes.
fn foreign(beginning: &[u8]) -> Option<&'static str> {
    Some(match beginning {
        [b'P', b'K', 3, 4, ..] => {
            "the file is a ZIP archive or an office document; unpack it, or save the sheet as CSV"
        }
        [0x1f, 0x8b, ..] => "the file is compressed (gzip); unpack it and give what is inside",
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "the file is compressed (zstd); unpack it and give what is inside",
        [0xd0, 0xcf, 0x11, 0xe0, ..] => {
            "the file is of an old office program or an Outlook message (.msg); save it as .eml or CSV"
        }
        [b'!', b'B', b'D', b'N', ..] => "the file is an Outlook store (.pst); export it as .mbox or .eml",
        [b'%', b'P', b'D', b'F', ..] => "the file is a PDF; export the data as text",
        _ => return None,
    })
}

fn by_content(text: &str, ending: &str) -> Option<FileKind> {
    let lines: Vec<&str> = text.lines().take(60).collect();
    let first = *lines.first()?;
    if first.starts_with("WEBVTT") {
        return Some(FileKind::WebVtt);
    }
    if text.starts_with(['{', '[']) {
        return json(text, ending);
    }
    if is_separator(first.as_bytes()) && lines.get(1).is_some_and(|line| header_of(line).is_some()) {
        return Some(FileKind::Mbox);
    }
    let timing = lines.iter().take(8).find(|line| line.contains("-->"));
    if let Some(timing) = timing {
        return Some(if timing.contains(',') { FileKind::SubRip } else { FileKind::WebVtt });
    }
    let counted = !first.is_empty() && first.trim().bytes().all(|byte| byte.is_ascii_digit());
    if is_mail(&lines) || counted && is_mail(lines.get(1..)?) {
        return Some(FileKind::Email);
    }
    None
}

fn by_ending(ending: &str, text: &str) -> Option<FileKind> {
    Some(match ending {
        "jsonl" | "ndjson" => FileKind::JsonLines,
        "csv" | "tsv" | "tab" => FileKind::Csv,
        "eml" | "emlx" => FileKind::Email,
        "mbox" | "mbx" => FileKind::Mbox,
        "vtt" => FileKind::WebVtt,
        "srt" => FileKind::SubRip,
        _ => return is_table(text).then_some(FileKind::Csv),
    })
}

/// Records say their type; transcripts have somebody who speaks.
fn json(text: &str, ending: &str) -> Option<FileKind> {
    static TYPE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"[{,]\s*"type"\s*:\s*"([a-z_]+)""#).ok());
    static SPOKEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#""(?:speaker|speakers|speaker_?[iI]d|speaker_?[nN]ame|speaker_?[lL]abel|sentences|transcripts?|transcript_?[eE]ntries|utterances|monologues|segments|callTranscripts|participant)"\s*:"#,
        )
        .ok()
    });
    let typed = TYPE.as_ref().and_then(|regex| regex.captures(text)).and_then(|found| RecordKind::parse(&found[1]));
    if typed.is_some() || matches!(ending, "jsonl" | "ndjson") {
        return Some(FileKind::JsonLines);
    }
    SPOKEN.as_ref().is_some_and(|regex| regex.is_match(text)).then_some(FileKind::Transcript)
}

/// The name of the header a line holds.
pub(super) fn header_of(line: &str) -> Option<&str> {
    let (name, _) = line.split_once(':')?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (!name.is_empty() && name.len() < 80 && name.bytes().all(fits)).then_some(name)
}

/// Whether the first lines are the headers of a mail.
fn is_mail(lines: &[&str]) -> bool {
    const KNOWN: [&str; 14] = [
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "received",
        "return-path",
        "mime-version",
        "delivered-to",
        "content-type",
        "reply-to",
        "x-gmail-labels",
        "dkim-signature",
        "x-mozilla-status",
    ];
    let mut known = 0;
    for (place, line) in lines.iter().enumerate() {
        if line.starts_with([' ', '\t']) && place > 0 {
            continue;
        }
        let Some(name) = header_of(line) else { return known >= 2 && line.trim().is_empty() };
        known += usize::from(KNOWN.contains(&name.to_lowercase().as_str()));
    }
    known >= 2
}

/// Whether the first lines are cut into the same three or more columns.
fn is_table(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(4).collect();
    let same = |sign: char| {
        let counts: Vec<usize> = lines.iter().map(|line| line.matches(sign).count()).collect();
        lines.len() > 1 && counts.first().is_some_and(|first| *first >= 2 && counts.iter().all(|count| count == first))
    };
    [',', ';', '\t', '|'].into_iter().any(same)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_file_is_known_by_what_stands_in_it() {
        for (name, beginning, kind) in [
            ("x", "\u{feff}WEBVTT\n\n00:00.000 --> 00:01.000\nHi", FileKind::WebVtt),
            ("x.txt", "1\n00:00:00,000 --> 00:00:01,000\nHi", FileKind::SubRip),
            ("export", "From - Mon Jan 05 15:00:00 2026\nSubject: x\n\nHi", FileKind::Mbox),
            ("x.txt", "Return-Path: <a@b.example>\nReceived: from x\n\tby y\nSubject: z\n\nHi", FileKind::Email),
            ("1.emlx", "812 \nReceived: from x\nSubject: z\n\nHi", FileKind::Email),
            ("x.txt", "{\"type\": \"note\", \"id\": \"n\"}\n", FileKind::JsonLines),
            ("x.json", "{\n  \"sentences\": [ {\"speaker_name\": \"A\"", FileKind::Transcript),
            ("x.json", "[{\"speaker\": \"A\", \"text\": \"Hi\"}]", FileKind::Transcript),
            ("x.txt", "Name;Website;Seats\nQuarz;quarz.example;5\n", FileKind::Csv),
            ("x.csv", "Name\nQuarz\n", FileKind::Csv),
            ("x.jsonl", "", FileKind::JsonLines),
        ] {
            assert_eq!(kind_of(name, beginning.as_bytes()), Some(kind), "{name} {beginning}");
        }
        let utf16: Vec<u8> = "\u{feff}Name\tSite\tSeats\nQ\tq\t5\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(kind_of("x.txt", &utf16), Some(FileKind::Csv));
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_what_to_do() {
        for (name, beginning, sentence) in [
            ("x.csv", b"PK\x03\x04rest".as_slice(), "save the sheet as CSV"),
            ("x.msg", b"\xd0\xcf\x11\xe0rest".as_slice(), "save it as .eml"),
            ("x.json", b"{\"a\": 1}".as_slice(), "of no known shape"),
            ("x.txt", b"Dear all, this is a letter.\n".as_slice(), "none of JSON Lines"),
            ("x.txt", b" \n".as_slice(), "empty"),
        ] {
            assert_eq!(kind_of(name, beginning), None, "{name}");
            assert!(refusal(name, beginning).contains(sentence), "{}", refusal(name, beginning));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_some_kind_or_none(name in ".{0,12}", bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = (kind_of(&name, &bytes), refusal(&name, &bytes));
        }
    }
}
