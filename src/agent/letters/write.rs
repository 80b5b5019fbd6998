//! The built-in writer: a template for each goal, filled with what the mail stands on, with as much of it as the length
//! allows.

use chrono::NaiveDate;
use serde::Serialize;

use super::grounds::Grounds;
use super::voice::Voice;
use crate::agent::tools::ToolError;
use crate::domain::draft::{DraftOptions, Goal, Length, Tone};
use crate::prompt::{self, RenderError, Template};

/// The name shown with what it wrote.
pub const NAME: &str = "built-in writer";

/// A mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Subject line.
    pub subject: String,
    /// Plain text, from the greeting to the name.
    pub body: String,
}

/// The values of a mail's template.
#[derive(Serialize)]
struct Mail<'a> {
    #[serde(flatten)]
    grounds: &'a Grounds,
    greeting: String,
    mentioned: String,
    tone: Tone,
    /// How much there is room for: 2 everything, 1 what carries it, 0 the bones.
    room: u8,
    /// Which of three ways of putting it.
    variant: u8,
}

macro_rules! letters {
    ($($goal:ident $name:ident $file:literal),+ $(,)?) => {
        $(
            #[derive(Serialize)]
            struct $name<'a>(#[serde(borrow)] &'a Mail<'a>);

            impl Template for $name<'_> {
                const FILE: &'static str = $file;
            }
        )+

        fn render(goal: Goal, mail: &Mail<'_>, today: NaiveDate) -> Result<String, RenderError> {
            match goal {
                $(Goal::$goal => prompt::render(&$name(mail), today),)+
            }
        }
    };
}

letters! {
    CheckIn CheckInMail "email/check_in.md",
    Renewal RenewalMail "email/renewal.md",
    PaymentRecovery PaymentMail "email/payment_recovery.md",
    Adoption AdoptionMail "email/adoption.md",
    SaveAtRisk SaveMail "email/save_at_risk.md",
    TrialConversion TrialMail "email/trial_conversion.md",
    Reengage ReengageMail "email/reengage.md",
    CloseTheLoop LoopMail "email/close_the_loop.md",
}

/// Writes the mail.
///
/// # Errors
/// [`ToolError::Internal`] when a template does not fit its values, which the tests rule out.
pub fn write(grounds: &Grounds, options: &DraftOptions, voice: &Voice, today: NaiveDate) -> Result<Written, ToolError> {
    let greeting = voice.greeting.as_deref().unwrap_or(match options.tone {
        Tone::Warm => "Dear",
        Tone::Neutral => "Hi",
        Tone::Direct => "",
    });
    let mut mail = Mail {
        grounds,
        greeting: format!("{greeting} {},", grounds.recipient.first_name()).trim().to_owned(),
        mentioned: grounds.mentioned.iter().map(|matter| matter.sentence.as_str()).collect::<Vec<_>>().join(" "),
        tone: options.tone,
        room: if options.length == Length::Short { 1 } else { 2 },
        variant: variant(&grounds.account),
    };
    loop {
        let text = render(grounds.goal, &mail, today).map_err(|error| ToolError::Internal(error.into()))?;
        let (subject, text) = parted(&text);
        let words = text.split_whitespace().count();
        if words <= options.length.most_words() || mail.room == 0 {
            let sign_off = voice.sign_off.as_deref().unwrap_or(match options.tone {
                Tone::Warm => "Warm regards,",
                Tone::Neutral | Tone::Direct => "Best,",
            });
            let thanks = match (options.tone, &grounds.owed, &grounds.words) {
                (Tone::Warm, Some(_), _) => "\n\nThank you for bearing with us.",
                (Tone::Warm, None, Some(_)) => "\n\nThank you for being so open with us.",
                (Tone::Warm, None, None) => "\n\nIt is good to work with you.",
                _ => "",
            };
            let body = format!("{text}{thanks}\n\n{sign_off}\n{}", grounds.sender.first_name());
            return Ok(Written { subject, body });
        }
        mail.room -= 1;
    }
}

/// The subject and the text; paragraphs apart, blanks as people type them.
fn parted(text: &str) -> (String, String) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let flat = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ").replace(" .", ".").replace(" ?", "?");
    let mut lines: Vec<String> = Vec::new();
    for line in rest.trim().lines().map(flat) {
        if !(line.is_empty() && lines.last().is_none_or(String::is_empty)) {
            lines.push(line);
        }
    }
    (flat(first.trim_start_matches("Subject:")), lines.join("\n").trim().to_owned())
}

/// Two accounts next to each other should not get the same words.
fn variant(account: &str) -> u8 {
    (account.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())) % 3) as u8
}
