//! What holds of any text: nothing is lost, and the work grows with the text and no faster.

use proptest::prelude::*;

use super::super::line::LOOKS;
use super::super::{Envelope, text_of, zones};
use super::read;

/// Pieces that mails are made of, in any order.
const PIECES: &str = "(\\PC{0,6}|\n|\r\n|> |>|>> |\\| |-- \n|--\n|—\n|___\n|On Mon, Nov 9, 2026 at 10:00 AM |Lena Vey |<lena@vey.example> |wrote:\n|\
                      Von: Lena Vey\n|Gesendet: 9. November 2026 10:00\n|An: Kim\n|Betreff: Preis\n|-----Original Message-----\n|\
                      ---------- Forwarded message ---------\n|Sent from my iPhone\n|Kind regards,\n|Head of IT\n|\\+47 555 01 00\n|\
                      If you are not the intended recipient, delete it\\.\n|I am out of the office\\. |PS: one more\n|```\n|KL> yes\n|\
                      When: Monday\n|Where: here\n|Meeting ID: 123 456 789\n|##- Please type your reply above this line -##\n)";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_lines_together_are_the_text(pieces in prop::collection::vec(PIECES, 0..60), subject in "(Re: |Fwd: |Automatic reply: |)\\PC{0,8}") {
        let body = pieces.concat();
        let mail = zones(&Envelope { from: "Kim Larsen <kim@us.example>", to: &[], subject: &subject, sent: None }, &body);
        let whole: String = mail.lines.iter().map(|line| &body[line.range.clone()]).collect();
        prop_assert_eq!(&whole, &body);
        for line in &mail.lines {
            prop_assert!(line.range.start <= line.words.start && line.words.end <= line.range.end, "{line:?}");
            prop_assert!(body.get(line.words.clone()).is_some());
            prop_assert!(line.part.is_none_or(|part| part < mail.history.len()));
            prop_assert!(line.answers.is_none_or(|asked| asked < mail.lines.len() && body[line.range.clone()].trim() != ""));
        }
    }

    #[test]
    fn any_text_is_read(body in "\\PC{0,200}(\n\\PC{0,40}){0,8}") {
        let text = text_of(&body);
        let mail = read(&text);
        prop_assert_eq!(mail.lines.last().map_or(0, |line| line.range.end), text.len());
    }
}

/// How often the lines of a text are looked at.
fn looks(body: &str) -> usize {
    LOOKS.set(0);
    let _ = read(body);
    LOOKS.get()
}

#[test]
fn the_work_grows_with_the_text_and_no_faster() {
    for piece in [
        "A line of words like any other.\n",
        "> quoted\nanswered\n",
        "On Monday, at 10:00, and\n",
        "From: here\nTo: there\n",
        "From: a@b.example\nDate: 9 Nov 2026\nTo: c@d.example\nSubject: x\n\ntext\n",
        "On Mon, Nov 9, 2026 at 10:00 AM Lena <lena@vey.example> wrote:\n> a\n\nb\n\n",
        "--\npoint\n",
        "Sent from my iPhone\n\nword\n\n",
        "Kind regards,\nLena Vey\n+47 555 01 00\n\n",
        "If you are not the intended recipient, delete it.\n\n",
        "-----Original Message-----\n",
        "KL> a\nKL> b\nc\n",
        "Meeting ID: 1\nword\n",
        "```\n",
        "> > > >\n",
    ] {
        let (some, more) = (looks(&piece.repeat(50)), looks(&piece.repeat(200)));
        assert!(more <= some * 5 + 200, "{piece:?}: {some}, then {more}");
    }
}
