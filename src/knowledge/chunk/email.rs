//! E-mails: what their writer wrote, without the history quoted below it and without the signature.

/// Lines that open a quoted history, in lower case.
const HISTORY: [&str; 4] = [
    "-----original message-----",
    "---------- forwarded message",
    "begin forwarded message",
    "________________________________",
];

/// Lines that open a sign-off, in lower case, without punctuation.
const SIGN_OFFS: [&str; 24] = [
    "best",
    "best regards",
    "best wishes",
    "kind regards",
    "warm regards",
    "warmly",
    "regards",
    "thanks",
    "many thanks",
    "thank you",
    "thanks again",
    "thanks so much",
    "cheers",
    "sincerely",
    "yours",
    "yours sincerely",
    "all the best",
    "talk soon",
    "speak soon",
    "br",
    "kr",
    "rgds",
    "with best regards",
    "thx",
];

/// Lines that mail programs add, in lower case.
const ADDED: [&str; 4] = ["sent from my ", "get outlook for ", "sent via ", "sent with "];

/// Lines a signature has at most, and letters its longest line has.
const SIGNATURE: (usize, usize) = (7, 70);

/// The writer's own words: quoted history (`On … wrote:`, `> …`, `From: … Sent: …`), the signature and lines that mail
/// programs add are left out. A mail that is nothing but history is kept whole, without its quotation marks.
#[must_use]
pub fn own_text(body: &str) -> String {
    let body = body.replace("\r\n", "\n");
    let lines: Vec<&str> = body.lines().collect();
    let own = without_signature(&without_history(&lines));
    let text = own.join("\n").trim().to_owned();
    if text.is_empty() {
        let unquoted: Vec<&str> = lines.iter().map(|line| line.trim_start_matches(['>', ' '])).collect();
        return unquoted.join("\n").trim().to_owned();
    }
    text
}

fn without_history<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let mut own = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        if let Some(length) = history_at(&lines[at..]) {
            let below = &lines[at + length..];
            // A reply written below or between the quotation goes on after it; a plain copy of the history does not.
            if !below.iter().any(|line| is_quoted(line)) {
                break;
            }
            at += length;
            continue;
        }
        if !is_quoted(line) {
            own.push(*line);
        }
        at += 1;
    }
    own
}

fn is_quoted(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

/// How many lines the opening of a quoted history takes, when one starts here.
fn history_at(lines: &[&str]) -> Option<usize> {
    let line = lines.first()?.trim();
    let lower = line.to_lowercase();
    if HISTORY.iter().any(|opening| lower.starts_with(opening)) {
        return Some(1);
    }
    if lower.starts_with("on ") {
        // `On <date>, <name> wrote:`, which mail programs wrap over up to three lines.
        let mut joined = lower.clone();
        for length in 1..=3 {
            if joined.ends_with("wrote:") && joined.chars().any(|letter| letter.is_ascii_digit()) {
                return Some(length);
            }
            let next = lines.get(length).map(|line| line.trim()).filter(|line| !line.is_empty())?;
            joined = format!("{joined} {}", next.to_lowercase());
        }
    }
    if lower.starts_with("from:") {
        let headers = lines.iter().skip(1).take(4).filter(|line| {
            let line = line.trim().to_lowercase();
            ["sent:", "date:", "to:", "cc:", "subject:"].iter().any(|header| line.starts_with(header))
        });
        let count = headers.count();
        if count >= 2 {
            return Some(count + 1);
        }
    }
    None
}

fn without_signature<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let mut end = lines.len();
    if let Some(at) = lines.iter().position(|line| matches!(line.trim_end(), "--" | "—" | "___")) {
        end = at;
    }
    let mut own: Vec<&str> = lines[..end]
        .iter()
        .copied()
        .filter(|line| {
            let lower = line.trim().to_lowercase();
            !ADDED.iter().any(|added| lower.starts_with(added))
        })
        .collect();
    if let Some(at) = own.iter().rposition(|line| is_sign_off(line)) {
        let after: Vec<&str> = own[at + 1..].iter().copied().filter(|line| !line.trim().is_empty()).collect();
        let short = after.iter().all(|line| line.chars().count() <= SIGNATURE.1 && !line.contains('?'));
        if after.len() <= SIGNATURE.0 && short {
            own.truncate(at);
        }
    }
    own
}

fn is_sign_off(line: &str) -> bool {
    let plain = line.trim().trim_end_matches([',', '!', '.']).to_lowercase();
    SIGN_OFFS.contains(&plain.as_str())
}
