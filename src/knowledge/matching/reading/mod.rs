//! What a line of release notes says of the thing it names: that it is there, that some of it is, or that it is not.
//!
//! A line is read clause by clause. What its first statement says decides: "Webhooks are planned" does not answer a wish
//! for webhooks. What a later clause holds back makes it a part: "Reminders by e-mail are here. Text reminders follow".

mod phrases;

use phrases::{ABSENT, BESIDES_BY_HAND, BURDEN, LATER, NO_LOSS, NO_PART, NOT_THERE, POINTING, RIDDING, SETTING, SOME};

use super::Verdict;
use crate::language::{Gist, words};

#[derive(Clone, Debug, PartialEq, Eq)]
enum Said {
    There,
    Some(String),
    Later(String),
    Absent(String),
}

#[derive(Clone, Debug)]
struct Clause {
    words: Vec<String>,
    /// Whether it is only a headline: "Gift cards:".
    label: bool,
    said: Said,
}

/// A line, read.
#[derive(Clone, Debug)]
pub struct Reading {
    clauses: Vec<Clause>,
}

impl Reading {
    /// Of a line.
    #[must_use]
    pub fn of(line: &str) -> Self {
        let clauses: Vec<Clause> = clauses(line)
            .into_iter()
            .map(|(text, label)| {
                let words = lower(text);
                Clause { said: said(&words), label, words }
            })
            .collect();
        Self { clauses }
    }

    /// The same below a heading that says that nothing under it is there.
    #[must_use]
    pub fn under(self, heading: Option<&str>) -> Self {
        let Some(heading) = heading else { return self };
        let clause = Clause { words: Vec::new(), label: false, said: Said::Absent(heading.to_owned()) };
        Self { clauses: std::iter::once(clause).chain(self.clauses).collect() }
    }

    /// What it says of a wish that was written like this and names `gist`.
    #[must_use]
    pub fn of_wish(&self, wish: &str, gist: &Gist) -> (Verdict, Option<String>) {
        let wish = lower(wish);
        let ridding = wish.iter().any(|word| RIDDING.contains(&word.as_str()));
        let scene = |clause: &Clause| {
            let opens = clause.words.first().is_some_and(|first| SETTING.contains(&first.as_str()));
            (clause.label || opens) && clause.said == Said::There
        };
        let opening = self.clauses.iter().position(|clause| !scene(clause)).unwrap_or(0);
        let mut part: Option<String> = None;
        for (at, clause) in self.clauses.iter().enumerate() {
            match &clause.said {
                Said::There => {}
                Said::Absent(_) if ridding => {}
                Said::Absent(why) | Said::Later(why) if at <= opening => return (Verdict::Negated, Some(why.clone())),
                Said::Some(why) => part = part.or_else(|| Some(why.clone())),
                Said::Absent(why) | Said::Later(why) => {
                    let points = clause.words.iter().any(|word| POINTING.contains(&word.as_str()));
                    if points || crate::language::Rarity::meeting(gist, &Gist::new(&clause.words.join(" "))) > 0 {
                        part = part.or_else(|| Some(why.clone()));
                    }
                }
            }
        }
        let part = part.or_else(|| self.clauses.iter().find_map(by_hand));
        match part {
            Some(why) => (Verdict::Partly, Some(why)),
            None => (Verdict::Answers, None),
        }
    }
}

/// None for a paragraph that is no heading; else, where it says that nothing under it is there, what it says.
pub fn heading(paragraph: &str) -> Option<Option<String>> {
    const WORDS: usize = 5;
    let bullet = paragraph.starts_with(['-', '*', '•']);
    let marked = paragraph.starts_with('#');
    let words = lower(paragraph);
    let short = words.len() <= WORDS && !paragraph.ends_with(['.', '!', '?']);
    if bullet || !(marked || short) {
        return None;
    }
    Some(NOT_THERE.iter().find_map(|pattern| find(&words, pattern)))
}

/// What is left to people's hands is a part of what a program could do.
fn by_hand(clause: &Clause) -> Option<String> {
    let besides = clause.words.iter().any(|word| BESIDES_BY_HAND.contains(&word.as_str()));
    if besides { None } else { find(&clause.words, "by hand").or_else(|| find(&clause.words, "manually")) }
}

fn lower(text: &str) -> Vec<String> {
    words(text).into_iter().map(|word| word.lower.into_owned()).collect()
}

/// The clauses of a line, each with whether it is a headline before a colon.
fn clauses(line: &str) -> Vec<(&str, bool)> {
    const HEADLINE: usize = 5;
    let mut found = Vec::new();
    let mut start = 0;
    let mut letters = line.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let gap = letters.peek().is_none_or(|(_, next)| next.is_whitespace());
        let ends =
            matches!(letter, '.' | ';' | ':' | ',' | '!' | '?') && gap || matches!(letter, '—' | '–' | '(' | ')');
        if ends {
            let text = &line[start..at];
            found.push((text, letter == ':' && text.split_whitespace().count() <= HEADLINE));
            start = at + letter.len_utf8();
        }
    }
    found.push((&line[start..], false));
    found.retain(|(text, _)| text.chars().any(char::is_alphanumeric));
    found
}

fn said(words: &[String]) -> Said {
    let any = |patterns: &[&str]| patterns.iter().find_map(|pattern| find(words, pattern));
    let riddance = find(words, NO_LOSS).is_some() || words.iter().any(|word| BURDEN.contains(&word.as_str()));
    if !riddance && let Some(why) = any(&ABSENT).or_else(|| find(words, "no longer")) {
        return Said::Absent(why);
    }
    let follows = find(words, "what follows|follow").is_some() || find(words, "as soon as").is_some();
    if let Some(why) = any(&LATER).filter(|_| !follows) {
        return Said::Later(why);
    }
    if any(&NO_PART).is_none()
        && let Some(why) = any(&SOME)
    {
        return Said::Some(why);
    }
    Said::There
}

/// The words that a pattern meets, where it meets any.
fn find(words: &[String], pattern: &str) -> Option<String> {
    let steps: Vec<&str> = pattern.split(' ').collect();
    (0..words.len()).find_map(|start| {
        let anchored = steps[0] == "^";
        if anchored && start > 0 {
            return None;
        }
        let steps = if anchored { &steps[1..] } else { &steps[..] };
        let end = meets(words, start, steps)?;
        Some(words[start..end].join(" "))
    })
}

/// Where the words end that meet all `steps` from `at` on.
fn meets(words: &[String], at: usize, steps: &[&str]) -> Option<usize> {
    const GAP: usize = 3;
    let Some((step, rest)) = steps.split_first() else { return Some(at) };
    if *step == "*" {
        return (0..=GAP).find_map(|skipped| meets(words, at + skipped, rest));
    }
    step.split('|').find_map(|word| match word {
        "$" => (at == words.len()).then_some(at),
        "*" => meets(words, at, rest),
        word => (words.get(at)? == word).then(|| meets(words, at + 1, rest))?,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(wish: &str, line: &str) -> Verdict {
        Reading::of(line).of_wish(wish, &Gist::new(wish)).0
    }

    #[test]
    fn what_is_there_answers() {
        for line in [
            "Reports can be mailed on a schedule.",
            "Exports no longer fail on long files.",
            "The limit of 100 rows has been removed.",
            "Bulk edit is out of beta.",
            "Tables are synced: only rows that changed are loaded.",
            "Bookings can be cancelled online.",
            "Duplicates are removed on import.",
            "The apps follow the theme of your phone.",
        ] {
            assert_eq!(read("a thing", line), Verdict::Answers, "{line}");
        }
    }

    #[test]
    fn what_is_to_come_or_gone_does_not_answer() {
        for line in [
            "Webhooks are planned, no date yet.",
            "Webhooks: not in this version.",
            "Webhooks are not yet available.",
            "Webhooks are no longer sent on the Basic plan.",
            "In this release, webhooks have been withdrawn.",
            "We are working on webhooks.",
            "The webhook preview has been removed.",
            "Webhooks will be removed in August.",
        ] {
            assert_eq!(read("webhooks", line), Verdict::Negated, "{line}");
        }
        assert_eq!(read("please remove the pop-up", "The pop-up has been removed."), Verdict::Answers);
    }

    #[test]
    fn a_part_is_told_from_the_whole() {
        for line in [
            "Webhooks are in beta.",
            "Webhooks for orders are here. More will follow.",
            "Webhooks can be sent, but not retried.",
            "Webhooks, first step: they can be registered.",
            "Webhooks for now carry no body.",
            "Webhooks are available only for Enterprise.",
        ] {
            assert_eq!(read("webhooks", line), Verdict::Partly, "{line}");
        }
        assert_eq!(read("send them automatically", "Reminders can be sent by hand."), Verdict::Partly);
    }

    #[test]
    fn headings_are_told_from_lines() {
        assert_eq!(heading("## Known limits"), Some(Some("known limits".to_owned())));
        assert_eq!(heading("Fixed"), Some(None));
        assert_eq!(heading("- Webhooks"), None);
        assert_eq!(heading("Webhooks tell of each order."), None);
        assert_eq!(
            Reading::of("Live channels keep a fixed rate.")
                .under(Some("known limits"))
                .of_wish("a rate", &Gist::new("a rate"))
                .0,
            Verdict::Negated
        );
    }

    proptest! {
        /// Whatever a thing is called, what is said of it decides.
        #[test]
        fn the_verdict_does_not_hang_on_the_name(name in "[b-df-hj-np-tv-z]{3,8}( [b-df-hj-np-tv-z]{3,8})?") {
            prop_assert_eq!(read(&name, &format!("{name} is now available.")), Verdict::Answers);
            prop_assert_eq!(read(&name, &format!("{name} is not yet available.")), Verdict::Negated);
            prop_assert_eq!(read(&name, &format!("{name} is available in beta.")), Verdict::Partly);
            prop_assert_eq!(read(&name, &format!("{name} is planned for spring.")), Verdict::Negated);
        }
    }
}
