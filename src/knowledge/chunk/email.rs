//! E-mails: what their writer wrote, without the closing and the name below it.

use crate::domain::activity::Email;
use crate::reading::zone::{Mail, Zone};

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

/// Lines below a closing at most, and letters the longest of them has.
const SIGNATURE: (usize, usize) = (7, 70);

/// The writer's own words in a mail whose zones are `cut`, without the closing.
pub(super) fn own_text(email: &Email, cut: &Mail) -> String {
    let own = cut.text(&email.body, Zone::Own).replace("\r\n", "\n");
    let lines: Vec<&str> = own.lines().collect();
    without_closing(&lines).join("\n").trim().to_owned()
}

fn without_closing<'a, 'b>(lines: &'b [&'a str]) -> &'b [&'a str] {
    if let Some(at) = lines.iter().rposition(|line| is_sign_off(line)) {
        let after: Vec<&str> = lines[at + 1..].iter().copied().filter(|line| !line.trim().is_empty()).collect();
        if after.len() <= SIGNATURE.0 && after.iter().all(|line| could_sign(line)) {
            return &lines[..at];
        }
    }
    lines
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
    use super::*;
    use crate::reading::zones_of;

    fn own(body: &str) -> String {
        let email = Email {
            id: "e".to_owned(),
            account: "hooli.com".to_owned(),
            sent_at: chrono::DateTime::UNIX_EPOCH.into(),
            from: "Dana Whitfield <dana@hooli.com>".to_owned(),
            to: Vec::new(),
            subject: String::new(),
            body: body.to_owned(),
            thread_id: None,
            url: None,
        };
        own_text(&email, &zones_of(&email))
    }

    #[test]
    fn history_and_signature_are_cut_off() {
        let body = "Hi Jared,\r\n\r\nThe restore took nine hours. Can you look into it?\r\n\r\nBest regards,\r\nDana Whitfield\r\n\
                    Head of IT | Hooli\r\n+1 555 0100\r\n\r\nOn Tue, Mar 3, 2026 at 9:14 AM Jared Dunn\r\n<jared@piedpiper.com> wrote:\r\n\
                    > How was the restore?\r\n> Jared";
        assert_eq!(own(body), "Hi Jared,\n\nThe restore took nine hours. Can you look into it?");
        let outlook = "Agreed.\n\nFrom: Jared Dunn\nSent: Tuesday\nTo: Dana\nSubject: RE: price\n\nThe price is 5.";
        assert_eq!(own(outlook), "Agreed.");
        assert_eq!(own("Fine by us.\n-- \nDana\nHooli"), "Fine by us.");
        assert_eq!(own("Yes.\nSent from my iPhone"), "Yes.");
    }

    #[test]
    fn words_below_and_between_a_quotation_are_kept() {
        let between = "On Mon, Mar 2, 2026, Jared wrote:\n> Does it work?\nYes, since Monday.\n> And SSO?\nNot yet.";
        assert_eq!(own(between), "Yes, since Monday.\nNot yet.");
        let postscript = "We renew.\n\nThanks,\nDana\nPS: send the invoice to Erlich";
        assert_eq!(own(postscript), postscript);
        let thanks = "Thanks!\n\nThe board met on Monday and they agreed to the new price.";
        assert_eq!(own(thanks), thanks);
    }
}
