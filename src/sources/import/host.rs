//! The domain of an account as it is kept: one spelling for each host, and none that only looks like another.

use super::explain::shown;

/// The host `text` names, in small letters: full-width and other variants of a letter become the letter itself.
///
/// # Errors
/// A sentence that says why it is no domain an account can have, and what to write.
pub(super) fn host(field: &str, text: &str) -> Result<String, String> {
    let text = text.trim().trim_end_matches('.');
    if text.is_empty() {
        return Err(format!("`{field}` is empty; write the account's internet domain, such as hooli.com"));
    }
    let no_domain = || format!("`{field}` must be an internet domain such as hooli.com; found `{}`", shown(text));
    // Both ways: `xn--…` and the letters it stands for are one host.
    let (name, read) = idna::domain_to_unicode(text);
    let wire = idna::domain_to_ascii(&name).map_err(|_| no_domain())?;
    let fits = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if read.is_err() || wire.len() > 253 || !wire.contains('.') || !wire.split('.').all(fits) {
        return Err(no_domain());
    }
    if let Some(label) = look_alike(&name) {
        return Err(format!(
            "`{field}` is `{}`, and `{label}` has letters of another alphabet that look like Latin ones; write the \
             domain in the letters it is typed with",
            shown(text)
        ));
    }
    Ok(name)
}

/// An alphabet whose letters look like those of another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Alphabet {
    Latin,
    Greek,
    Cyrillic,
    Armenian,
    Cherokee,
}

fn alphabet(letter: char) -> Option<Alphabet> {
    Some(match letter {
        'a'..='z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Alphabet::Latin,
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Alphabet::Greek,
        '\u{400}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}' | '\u{2de0}'..='\u{2dff}' | '\u{a640}'..='\u{a69f}' => {
            Alphabet::Cyrillic
        }
        '\u{530}'..='\u{58f}' => Alphabet::Armenian,
        '\u{13a0}'..='\u{13ff}' | '\u{ab70}'..='\u{abbf}' => Alphabet::Cherokee,
        _ => return None,
    })
}

/// Letters of other alphabets that cannot be told from Latin ones.
const TWINS: &str = "\u{430}\u{441}\u{501}\u{435}\u{4bb}\u{456}\u{458}\u{4cf}\u{43e}\u{440}\u{51b}\u{455}\u{443}\u{475}\u{51d}\u{445}\u{3b1}\u{3b9}\u{3bd}\u{3bf}\u{3c1}\u{3c5}\u{3c7}";

/// The label of a host that mixes alphabets, or is made of nothing but twins of Latin letters below a Latin ending.
fn look_alike(host: &str) -> Option<&str> {
    let latin_ending = host.rsplit('.').next().is_some_and(str::is_ascii);
    host.split('.').find(|label| {
        let mut found = label.chars().filter_map(alphabet);
        let first = found.next();
        let mixed = found.any(|other| Some(other) != first);
        let foreign = first.is_some_and(|first| first != Alphabet::Latin);
        let twins = label.chars().filter(|letter| letter.is_alphabetic()).all(|letter| TWINS.contains(letter));
        mixed || latin_ending && foreign && twins
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_one_spelling() {
        for (text, kept) in [
            (" Quarz.Example. ", "quarz.example"),
            ("ｑｕａｒｚ．example", "quarz.example"),
            ("quarz。example", "quarz.example"),
            ("töpfer.example", "töpfer.example"),
            ("xn--tpfer-jua.example", "töpfer.example"),
            ("to\u{308}pfer.example", "töpfer.example"),
            ("печи.рф", "печи.рф"),
            ("mail_1.quarz.example", "mail_1.quarz.example"),
        ] {
            assert_eq!(host("domain", text).as_deref(), Ok(kept), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_domain_is_refused_with_a_sentence() {
        for text in [
            "qu\u{430}rz.example",
            "\u{441}\u{43e}\u{441}\u{43e}\u{430}.example",
            "\u{3ba}oala.example",
            "\u{3b1}\u{3c1}\u{3c7}.example",
        ] {
            let refused = host("domain", text).unwrap_err();
            assert!(refused.contains("look like Latin ones"), "{refused}");
        }
        for text in
            ["quarz", "two words.example", "-quarz.example", "quarz..example", "quarz.example/path", "a@b.example"]
        {
            let refused = host("account", text).unwrap_err();
            assert!(refused.contains("`account` must be an internet domain"), "{refused}");
        }
    }
}
