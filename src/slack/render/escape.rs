//! Text that other people or a model wrote, made harmless for the places Slack shows it in: it cannot mention anybody,
//! set a link behind other words, or show an image. What it says stays readable.

use crate::domain::markdown::{is_seen, plain as unmarked};

/// A character without width that keeps two others from being read as markup.
const JOINER: char = '\u{2060}';

/// For `mrkdwn` text and for `text` of a message: the three characters that begin control sequences.
#[must_use]
pub fn mrkdwn(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for letter in text.chars().filter(|letter| is_seen(*letter)) {
        push(&mut escaped, letter);
    }
    escaped
}

/// A line of `mrkdwn` in bold type, which its own asterisks cannot end.
#[must_use]
pub fn bold(text: &str) -> String {
    let line = line(text).replace('*', "∗");
    if line.is_empty() { line } else { format!("*{line}*") }
}

/// A line of `mrkdwn`: line breaks become spaces.
#[must_use]
pub fn line(text: &str) -> String {
    mrkdwn(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A link of ours in `mrkdwn`, its label escaped; only the label where the address cannot stand in a link.
#[must_use]
pub fn link(url: &str, label: &str) -> String {
    let label = line(label);
    if is_linkable(url) { format!("<{}|{label}>", url.replace('&', "&amp;")) } else { label }
}

/// For `plain_text` and rich text, where nothing is markup: at most `max` units, and nothing that looks like a control
/// sequence to whoever reads the block as text. A dash where there are no words.
#[must_use]
pub fn plain(text: &str, max: usize) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars().filter(|letter| is_seen(*letter)) {
        if matches!(letter, '!' | '@' | '#') && plain.ends_with('<') {
            plain.push(JOINER);
        }
        plain.push(letter);
    }
    if plain.trim().is_empty() {
        // Slack takes no text without words.
        return "–".to_owned();
    }
    if units(&plain) <= max { plain } else { format!("{}…", head(&plain, max.saturating_sub(1)).trim_end()) }
}

/// For a `markdown` block: the formatting of the text stays, its mentions, links and images become words.
#[must_use]
pub fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    let mut before = '\n';
    let mut quote = true;
    for letter in text.replace("\r\n", "\n").replace('\r', "\n").chars().filter(|letter| is_seen(*letter)) {
        // What makes `[words](address)`, `[words]: address` and `![words]` markup is that the two characters touch.
        if matches!((before, letter), (']', '(' | ':') | ('!', '[')) {
            escaped.push(JOINER);
        }
        match letter {
            '>' if quote => escaped.push('>'),
            // Escaped already, in the way of Markdown; two ways at once would show one of them.
            '<' | '>' | '&' if before == '\\' => {
                escaped.pop();
                push(&mut escaped, letter);
            }
            _ => push(&mut escaped, letter),
        }
        quote = letter == '\n' || (quote && matches!(letter, ' ' | '\t' | '>'));
        if letter == ':' && ends_with_scheme(&escaped) {
            escaped.push(JOINER);
        }
        if letter == '.' && ends_with_ignoring_case(&escaped, "www.") {
            escaped.pop();
            escaped.extend([JOINER, '.']);
        }
        before = letter;
    }
    // An address is only followed where its scheme and its slashes touch.
    escaped.replace("://", ":\u{2060}//")
}

/// Links each mark `[n]` that `address` has an address for. `text` is escaped already.
#[must_use]
pub fn with_links(text: &str, address: &dyn Fn(u32) -> Option<String>) -> String {
    let mut linked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('[') {
        let (before, mark) = rest.split_at(start);
        linked.push_str(before);
        let digits = mark[1..].bytes().take_while(u8::is_ascii_digit).count();
        let end = digits + 2;
        let number = mark.get(1..=digits).and_then(|digits| digits.parse().ok());
        let url = number.filter(|_| mark[1 + digits..].starts_with(']')).and_then(address);
        match url.filter(|url| is_linkable(url)) {
            Some(url) => {
                linked.push_str(&format!("[{}]({url})", &mark[..end]));
                rest = &mark[end..];
            }
            None => {
                linked.push('[');
                rest = &mark[1..];
            }
        }
    }
    linked.push_str(rest);
    linked
}

/// The text of Markdown without its signs and marks, for notifications.
#[must_use]
pub fn spoken(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for line in text.lines() {
        let is_rule = line.contains("--") && line.chars().all(|letter| matches!(letter, '|' | '-' | ':' | ' '));
        if is_rule || line.trim_start().starts_with("```") {
            continue;
        }
        let line = line.trim_start().trim_start_matches(['#', '>', ' ']).trim_end();
        let row = line.starts_with('|').then(|| line.replace(" | ", ", ").replace('|', " "));
        words.push_str(&unmarked(&without_marks(row.as_deref().unwrap_or(line))));
        words.push('\n');
    }
    words
}

/// Text without its marks `[n]` and the blank before them.
fn without_marks(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('[') {
        let (before, mark) = rest.split_at(start);
        let digits = mark[1..].bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 && mark[1 + digits..].starts_with(']') {
            kept.push_str(before.trim_end_matches(' '));
            rest = &mark[digits + 2..];
        } else {
            kept.push_str(before);
            kept.push('[');
            rest = &mark[1..];
        }
    }
    kept.push_str(rest);
    kept
}

/// Whether an address can stand in a link without ending it early.
#[must_use]
pub fn is_linkable(url: &str) -> bool {
    let scheme = url.starts_with("https://") || url.starts_with("http://");
    scheme
        && url.len() <= 3_000
        && !url
            .contains(|letter: char| letter.is_whitespace() || letter.is_control() || "()<>|[]\"\\`".contains(letter))
}

/// How long Slack takes a text to be: in UTF-16 units, the longer of the ways it could count.
#[must_use]
pub fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// The first `max` units of a text.
#[must_use]
pub fn head(text: &str, max: usize) -> &str {
    let mut taken = 0;
    for (index, letter) in text.char_indices() {
        taken += letter.len_utf16();
        if taken > max {
            return &text[..index];
        }
    }
    text
}

/// At most `max` units of finished `mrkdwn`, cut neither inside a control sequence nor inside an escape.
#[must_use]
pub fn cut(text: String, max: usize) -> String {
    if units(&text) <= max {
        return text;
    }
    let mut kept = head(&text, max.saturating_sub(2));
    if let Some(open) = kept.rfind('<')
        && !kept[open..].contains('>')
    {
        kept = &kept[..open];
    }
    if let Some(open) = kept.rfind('&')
        && !kept[open..].contains(';')
    {
        kept = &kept[..open];
    }
    format!("{}…", kept.trim_end())
}

fn push(escaped: &mut String, letter: char) {
    match letter {
        '&' => escaped.push_str("&amp;"),
        '<' => escaped.push_str("&lt;"),
        '>' => escaped.push_str("&gt;"),
        letter => escaped.push(letter),
    }
}

fn ends_with_scheme(text: &str) -> bool {
    ["mailto:", "tel:", "slack:", "data:"].iter().any(|scheme| ends_with_ignoring_case(text, scheme))
}

fn ends_with_ignoring_case(text: &str, ending: &str) -> bool {
    let start = text.len().checked_sub(ending.len());
    start.and_then(|start| text.get(start..)).is_some_and(|tail| tail.eq_ignore_ascii_case(ending))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Any text, rich in what could be markup.
    fn text() -> impl Strategy<Value = String> {
        let parts = prop::sample::select(vec![
            "<",
            ">",
            "&",
            "!",
            "[",
            "]",
            "(",
            ")",
            ":",
            "//",
            "@",
            "#",
            "|",
            "*",
            "`",
            "```",
            "\n",
            " ",
            "\r",
            "www.",
            "WWW.",
            "mailto:",
            "https",
            "http://evil.example",
            "<!channel>",
            "<@U1>",
            "&lt;",
            "[1]",
            "[x](https://e.x)",
            "![i](https://e.x/i.png)",
            "\n[1]: https://e.x",
            "word",
            "é",
            "\u{202e}",
            "🙂",
            "\u{0}",
        ]);
        prop_oneof![prop::collection::vec(parts, 0..40).prop_map(|parts| parts.concat()), any::<String>()]
    }

    proptest! {
        #[test]
        fn nothing_in_mrkdwn_is_a_control_sequence(text in text()) {
            let escaped = mrkdwn(&text);
            prop_assert!(!escaped.contains(['<', '>']));
            let unescaped = escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
            prop_assert_eq!(unescaped, text.chars().filter(|letter| is_seen(*letter)).collect::<String>());
        }

        #[test]
        fn nothing_in_markdown_is_a_mention_a_link_or_an_image(text in text()) {
            let escaped = markdown(&text);
            for markup in ["<", "](", "]:", "![", "://"] {
                prop_assert!(!escaped.contains(markup), "{markup} in {escaped}");
            }
            let lower = escaped.to_lowercase();
            prop_assert!(!lower.contains("www.") && !lower.contains("mailto:/"));
            let parts = escaped.split('&').skip(1);
            for entity in parts {
                prop_assert!(["amp;", "lt;", "gt;"].iter().any(|known| entity.starts_with(known)));
            }
        }

        #[test]
        fn every_link_in_an_answer_is_one_of_ours(text in text()) {
            let linked = with_links(&markdown(&text), &|n| Some(format!("https://ours.example/{n}")));
            let links = linked.matches("](").count();
            prop_assert_eq!(links, linked.matches("](https://ours.example/").count());
            prop_assert!(!linked.contains("!["));
        }

        #[test]
        fn plain_text_is_bounded_and_names_nobody(text in text(), max in 1_usize..40) {
            let plain = plain(&text, max);
            prop_assert!(units(&plain) <= max);
            prop_assert!(!plain.contains("<!") && !plain.contains("<@") && !plain.contains("<#"));
        }

        #[test]
        fn a_cut_leaves_no_half_escape(text in text(), max in 3_usize..60) {
            let kept = cut(mrkdwn(&text), max);
            prop_assert!(units(&kept) <= max);
            for entity in kept.split('&').skip(1) {
                prop_assert!(["amp;", "lt;", "gt;"].iter().any(|known| entity.starts_with(known)));
            }
        }
    }

    #[test]
    fn formatting_stays_and_links_become_words() {
        let text = "**Hooli** is *late*.\n> They said: see [here](https://evil.example)\n- [1] & more";
        let escaped = markdown(text);
        assert_eq!(
            escaped,
            "**Hooli** is *late*.\n> They said: see [here]\u{2060}(https:\u{2060}//evil.example)\n- [1] &amp; more"
        );
        let linked = with_links(&escaped, &|n| (n == 1).then(|| "https://ours.example/e/1".to_owned()));
        assert!(linked.ends_with("- [[1]](https://ours.example/e/1) &amp; more"));
    }

    #[test]
    fn an_address_that_would_end_its_link_is_not_linked() {
        assert!(is_linkable("https://ours.example/e?sig=a_b-c~d%29"));
        for url in ["javascript:alert(1)", "https://x.example/)", "https://x.example/a b", "//x.example"] {
            assert!(!is_linkable(url), "{url}");
        }
        assert_eq!(with_links("[1]", &|_| Some("https://x.example/)".to_owned())), "[1]");
    }

    #[test]
    fn what_a_record_says_is_escaped_once() {
        let text = r"**Quarz\*Werk** wrote: \<b\> \[pay\](https://foreign.example)";
        let escaped = markdown(text);
        assert!(escaped.starts_with(r"**Quarz\*Werk** wrote: &lt;b&gt; \[pay\]"), "{escaped}");
        assert!(spoken(&escaped).starts_with("Quarz*Werk wrote: &lt;b&gt; [pay]"), "{}", spoken(&escaped));
    }

    #[test]
    fn a_notification_has_neither_signs_nor_marks() {
        assert_eq!(
            spoken("**Hooli is critical** [1][2].\n\n| a | b |\n|---|---|\n| 1 | 2 |").trim(),
            "Hooli is critical.\n\n  a, b  \n  1, 2"
        );
    }
}
