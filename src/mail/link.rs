//! `mailto:` links (RFC 6068).

use crate::domain::text::percent_encoded;

/// Characters of a text that a link can carry: mail programs and shells cut longer ones.
const LONGEST: usize = 1_800;

/// What stands at the end of a text that was cut.
pub const CUT: &str = "[… the rest did not fit into the link: copy it from the draft]";

/// The link that opens a new mail.
#[must_use]
pub fn mailto(to: &str, subject: &str, body: &str) -> String {
    let body = if body.chars().count() > LONGEST {
        let cut: String = body.chars().take(LONGEST).collect();
        let cut = cut.rsplit_once(char::is_whitespace).map_or(cut.as_str(), |(kept, _)| kept);
        format!("{}\n\n{CUT}", cut.trim_end())
    } else {
        body.to_owned()
    };
    let lines = body.replace("\r\n", "\n").replace('\n', "\r\n");
    // An address may hold `+`, which some programs read as a blank unless it is written out.
    format!(
        "mailto:{}?subject={}&body={}",
        percent_encoded(to, "@."),
        percent_encoded(subject, ""),
        percent_encoded(&lines, "")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_encoded_whole() {
        assert_eq!(
            mailto("a+b@x.com", "50% & more?", "Hi Siobhán,\n\nyes #1"),
            "mailto:a%2Bb@x.com?subject=50%25%20%26%20more%3F&body=Hi%20Siobh%C3%A1n%2C%0D%0A%0D%0Ayes%20%231"
        );
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        let link = mailto("a@x.com", "s", &"word ".repeat(1_000));
        assert!(link.ends_with(&percent_encoded(CUT, "")), "{link}");
        assert!(link.len() < 3_500);
    }
}
