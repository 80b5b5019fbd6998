//! Who wrote what a mail holds, from the line or the header that says so.

use super::lexicon::{self, Kind};
use super::line::{address, plain};

/// Who wrote something, as far as the mail says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Author {
    /// The name; the part of the address before the `@` where there is none.
    pub name: String,
    /// The address, in small letters.
    pub email: Option<String>,
}

/// The most words a name has.
const MOST_WORDS: usize = 6;

impl Author {
    fn new(name: &str, email: Option<&str>) -> Option<Self> {
        let email = email.map(str::to_lowercase);
        let name = name.trim_matches(|sign: char| sign.is_whitespace() || "\"'“”„<>()[],;:*_|".contains(sign));
        // `Name (company)`, and `Name/department/company` of Notes.
        let name = name.split(" (").next().unwrap_or_default().split('/').next().unwrap_or_default().trim();
        let name = if name.is_empty() || name.contains('@') {
            email.as_deref()?.split('@').next().unwrap_or_default()
        } else {
            name
        };
        Some(Self { name: name.to_owned(), email })
    }
}

/// The author a header names: `Name <address>`, `Name [mailto:address]`, `address`, `Name`.
pub(super) fn of_header(value: &str) -> Option<Author> {
    match address(value) {
        Some(range) => {
            let before = value[..range.start].trim_end_matches("mailto:");
            Author::new(before, Some(&value[range]))
        }
        None => Author::new(value.split(['<', '[']).next().unwrap_or_default(), None),
    }
}

/// The author an attribution names, with or without an address.
pub(super) fn of_attribution(text: &str) -> Option<Author> {
    if let Some(range) = address(text) {
        let before = text[..range.start].trim_end_matches("mailto:").trim_end_matches(['<', '(', '[', ' ', '"', '\'']);
        let before = before.strip_suffix("&lt;").unwrap_or(before);
        // A verb of several words before the name.
        let folded = plain(before);
        let before = match lexicon::split(Kind::WroteName, &folded) {
            Some((_, after)) if !after.is_empty() => {
                let words = before.split_whitespace();
                let kept = after.split_whitespace().count();
                &words.clone().skip(words.count().saturating_sub(kept)).collect::<Vec<_>>().join(" ")
            }
            _ => before,
        };
        // Some programs name the writer again within the address: `<mailto:Name <address>`.
        let before = before.rsplit_once("mailto:").map_or(before, |(_, name)| name);
        return Author::new(quoted(&text[..range.start]).unwrap_or(&last_name(before)), Some(&text[range]));
    }
    let end = text.trim_end_matches(|sign: char| sign.is_whitespace() || ":-—>".contains(sign));
    let folded = plain(end);
    let name = if let Some(before) = lexicon::last(Kind::Wrote, &folded) {
        // Letters and their plain forms differ in length, so that words are counted instead.
        let kept = before.split_whitespace().count();
        last_name(&end.split_whitespace().take(kept).collect::<Vec<_>>().join(" "))
    } else if let Some((before, after)) = lexicon::split(Kind::WroteName, &folded) {
        let verb = before.split_whitespace().count();
        let words: Vec<&str> = end.split_whitespace().collect();
        let name = first_name(&words[words.len().saturating_sub(after.split_whitespace().count())..]);
        if name.is_empty() { last_name(&words[..verb.min(words.len())].join(" ")) } else { name }
    } else {
        last_name(end)
    };
    let nobody = ["you", "du", "sie", "vous", "usted", "u", "jij", "voce", "lei"].contains(&plain(&name).as_str());
    if name.is_empty() || nobody { None } else { Author::new(&name, None) }
}

/// A name in quotation marks at the end of a text.
fn quoted(text: &str) -> Option<&str> {
    let text = text.trim_end_matches("mailto:").trim_end_matches(['<', '(', '[', ' ']);
    let inner = text.strip_suffix(['"', '”'])?;
    let at = inner.rfind(['"', '“', '„'])?;
    Some(inner[at..].trim_start_matches(['"', '“', '„'])).filter(|name| !name.is_empty())
}

/// The name that a text ends with, behind its date.
fn last_name(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    if let Some(figure) = words.iter().rposition(|word| word.chars().any(|letter| letter.is_ascii_digit())) {
        let beside = |word: &&&str| lexicon::is(Kind::Clock, &plain(word.trim_matches([',', ':', '(', ')', '-'])));
        let name: Vec<&str> = words[figure + 1..].iter().skip_while(beside).copied().collect();
        if (1..=MOST_WORDS).contains(&name.len()) {
            return name.join(" ");
        }
    }
    let mut name = Vec::new();
    for word in words.into_iter().rev() {
        if !in_name(word) || name.len() == MOST_WORDS {
            break;
        }
        if !name.is_empty() && word.ends_with([',', ':']) {
            break;
        }
        name.push(word);
    }
    name.reverse();
    name.join(" ")
}

/// The name that words begin with, before a date.
fn first_name(words: &[&str]) -> String {
    let name = words.iter().take(MOST_WORDS).take_while(|word| in_name(word) || ["de", "den", "of"].contains(*word));
    name.copied().collect::<Vec<_>>().join(" ")
}

fn in_name(word: &str) -> bool {
    let folded = plain(word.trim_matches([',', ':', '(', ')']));
    let particle = ["de", "den", "v", "the"].contains(&folded.as_str());
    let beside_date = !particle && lexicon::is(Kind::Clock, &folded) || lexicon::is(Kind::Opens, &folded);
    let verb = lexicon::is(Kind::Wrote, &folded) || lexicon::is(Kind::WroteName, &folded);
    !word.chars().any(|letter| letter.is_ascii_digit())
        && !beside_date
        && !verb
        && word.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (String, Option<String>) {
        let author = of_attribution(text).unwrap_or_default();
        (author.name, author.email)
    }

    #[test]
    fn an_attribution_names_its_author() {
        let email = || Some("lena@vey.example".to_owned());
        for text in [
            "On Mon, Nov 9, 2026 at 10:00 AM Lena Vey <lena@vey.example> wrote:",
            "Am Mo., 9. Nov. 2026 um 10:00 Uhr schrieb Lena Vey <lena@vey.example>:",
            "Lena Vey <lena@vey.example> schrieb am Mo. 9. Nov. 2026:",
            "El lun, 9 nov 2026 a las 10:00, Lena Vey (<lena@vey.example>) escribió:",
            "Op 9 nov 2026 om 10:00 heeft Lena Vey <lena@vey.example> het volgende geschreven:",
            "Den mån 9 nov. 2026 kl 10:00 skrev Lena Vey <lena@vey.example>:",
            "W dniu 9.11.2026 o 10:00 \"Lena Vey\" <lena@vey.example> napisał(a):",
            "On Mon, Nov 9, 2026 at 10:00 AM, Lena Vey < lena@vey.example> wrote:",
        ] {
            assert_eq!(of(text), ("Lena Vey".to_owned(), email()), "{text}");
        }
        for text in [
            "On 09/11/2026 10:00, Lena Vey wrote:",
            "Am 09.11.26 um 10:00 schrieb Lena Vey:",
            "Le 09/11/2026 à 10:00, Lena Vey a écrit :",
            "Lena Vey kirjoitti 9.11.2026 klo 10.00:",
            "El 9/11/26 a las 10:00, Lena Vey escribió:",
        ] {
            assert_eq!(of(text), ("Lena Vey".to_owned(), None), "{text}");
        }
        assert_eq!(of_attribution("At 6/16/2026 08:32 PM, you wrote:"), None);
    }

    #[test]
    fn a_header_names_its_author() {
        for value in
            ["Lena Vey <lena@vey.example>", "Lena Vey [mailto:LENA@vey.example]", "\"Lena Vey\" <lena@vey.example>"]
        {
            let author = of_header(value).unwrap();
            assert_eq!(
                (author.name.as_str(), author.email.as_deref()),
                ("Lena Vey", Some("lena@vey.example")),
                "{value}"
            );
        }
        assert_eq!(of_header("lena@vey.example").unwrap().name, "lena");
        assert_eq!(of_header("Lena Vey").unwrap().email, None);
    }
}
