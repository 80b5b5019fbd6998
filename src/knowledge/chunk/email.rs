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
    let last_quoted = lines.iter().rposition(|line| is_quoted(line));
    while let Some(line) = lines.get(at) {
        if let Some(length) = history_at(&lines[at..]) {
            // A reply written below or between the quotation goes on after it; a plain copy of the history does not.
            if last_quoted.is_none_or(|last| last < at + length) {
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
        if after.len() <= SIGNATURE.0 && after.iter().all(|line| could_sign(line)) {
            own.truncate(at);
        }
    }
    own
}

/// Whether a line below a sign-off may belong to the signature: short, no question, no sentence, no postscript.
fn could_sign(line: &str) -> bool {
    let line = line.trim();
    let sentence = line.ends_with(['.', '!']) && line.split_whitespace().count() > 4;
    let lower = line.to_lowercase();
    let postscript = lower.starts_with("p.s") || lower.starts_with("ps:") || lower.starts_with("ps ");
    line.chars().count() <= SIGNATURE.1 && !line.contains('?') && !sentence && !postscript
}

fn is_sign_off(line: &str) -> bool {
    let plain = line.trim().trim_end_matches([',', '!', '.']).to_lowercase();
    SIGN_OFFS.contains(&plain.as_str())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn history_and_signature_are_cut_off() {
        let body = "Hi Jared,\r\n\r\nThe restore took nine hours. Can you look into it?\r\n\r\nBest regards,\r\nDana Whitfield\r\n\
                    Head of IT | Hooli\r\n+1 555 0100\r\n\r\nOn Tue, Mar 3, 2026 at 9:14 AM Jared Dunn\r\n<jared@piedpiper.com> wrote:\r\n\
                    > How was the restore?\r\n> Jared";
        assert_eq!(own_text(body), "Hi Jared,\n\nThe restore took nine hours. Can you look into it?");
        let outlook = "Agreed.\n\nFrom: Jared Dunn\nSent: Tuesday\nTo: Dana\nSubject: RE: price\n\nThe price is 5.";
        assert_eq!(own_text(outlook), "Agreed.");
        assert_eq!(own_text("Fine by us.\n-- \nDana\nHooli"), "Fine by us.");
        assert_eq!(own_text("Yes.\nSent from my iPhone"), "Yes.");
    }

    #[test]
    fn words_below_and_between_a_quotation_are_kept() {
        let between = "On Mon, Mar 2, 2026, Jared wrote:\n> Does it work?\nYes, since Monday.\n> And SSO?\nNot yet.";
        assert_eq!(own_text(between), "Yes, since Monday.\nNot yet.");
        let postscript = "We renew.\n\nThanks,\nDana\nPS: send the invoice to Erlich";
        assert_eq!(own_text(postscript), postscript);
        let thanks = "Thanks!\n\nThe board met on Monday and they agreed to the new price.";
        assert_eq!(own_text(thanks), thanks);
    }

    #[test]
    fn a_mail_that_is_nothing_but_history_is_kept() {
        assert_eq!(own_text("> The price is 5.\n> Jared"), "The price is 5.\nJared");
        assert_eq!(own_text(" \n "), "");
    }

    proptest! {
        #[test]
        fn own_text_is_made_of_words_of_the_mail(body in "(\\PC|\n|> |On 3 wrote:|Best,\n){0,60}") {
            let all: std::collections::HashSet<&str> = body.split(|letter: char| letter == '>' || letter.is_whitespace()).collect();
            for word in own_text(&body).split(|letter: char| letter == '>' || letter.is_whitespace()) {
                prop_assert!(all.contains(word), "{word:?}");
            }
        }
    }
}
