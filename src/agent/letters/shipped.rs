//! What was shipped that they asked for, and what a mail was told to mention: only what the records hold.

use chrono::NaiveDate;

use super::grounds::{Grounds, Mentioned, Shipped};
use super::said::{Talks, brief, first_name, may_be_quoted};
use crate::agent::ledger::Ledger;
use crate::agent::tools::{Bench, ToolError, promise_evidence, release_lines, release_named, requests, same_person};
use crate::agent::{evidence, noticed};
use crate::domain::activity::{CommitmentStatus, Release, Side};
use crate::domain::draft::{DraftOptions, Goal};
use crate::domain::time::{Window, day_text};
use crate::domain::tool::records::{ListRequests, RequestGroup, RequestList};
use crate::language::Topic;

/// Days back that a release is news; for mails about it, and for others.
const NEWS: (i64, i64) = (365, 60);

/// The share of a mention that a record must have.
const ON_RECORD: f32 = 0.6;

/// Things told of in one mail.
const THINGS: usize = 3;

/// Tells what was shipped that they asked for, the newest first.
///
/// # Errors
/// What the database answers.
pub async fn tell_shipped(
    bench: &Bench<'_>,
    grounds: &mut Grounds,
    talks: &Talks,
    options: &DraftOptions,
) -> Result<(), ToolError> {
    let today = bench.today();
    let (whole, brief_news) = NEWS;
    let news = if matches!(grounds.goal, Goal::CloseTheLoop | Goal::Reengage) { whole } else { brief_news };
    let (found, own) = asked_for(bench, &grounds.account, options).await?;
    let data = bench.records().account_data(&grounds.account).await?;
    let sides = data.sides();
    let mut groups: Vec<RequestGroup> = found
        .groups
        .into_iter()
        .filter(|group| {
            group
                .shipped
                .as_ref()
                .is_some_and(|shipped| shipped.after_request && (today - shipped.shipped_at.day()).num_days() <= news)
        })
        .collect();
    groups.sort_by_key(|group| {
        let asked = group
            .asks
            .iter()
            .any(|ask| ask.who.as_deref().is_some_and(|who| same_person(who, &grounds.recipient.name)));
        (!asked, std::cmp::Reverse(group.shipped.as_ref().map(|shipped| shipped.shipped_at)))
    });
    for group in groups.into_iter().take(THINGS) {
        let Some(shipped) = &group.shipped else { continue };
        let (thing, more) = named(&shipped.line, &shipped.title);
        if grounds.shipped.iter().any(|known| known.thing == thing) {
            continue;
        }
        let day = shipped.shipped_at.day();
        // Whoever asks after the release does not know of it yet.
        let ask = group
            .asks
            .iter()
            .find(|ask| ask.who.as_deref().is_some_and(|who| same_person(who, &grounds.recipient.name)));
        let ask = ask.or_else(|| group.asks.first());
        let quote = match ask.and_then(|ask| brief(&ask.quote)) {
            Some(quote) if quote.split_whitespace().count() > 4 && may_be_quoted(bench, grounds, &quote).await? => {
                Some(quote)
            }
            _ => None,
        };
        let who = ask.and_then(|ask| ask.who.clone());
        if let Some(evidence) = own.get(shipped.cite) {
            grounds.lean_on(format!("{thing} shipped on {}", day_text(day, today)), evidence.clone());
        }
        if let Some(evidence) = ask.and_then(|ask| own.get(ask.cite)) {
            let asker = who.as_deref().unwrap_or("They");
            grounds.lean_on(format!("{asker} asked for it: “{}”", evidence.quote), evidence.clone());
        }
        let told = talks.told_since(&Topic::new(&group.what), day, &sides);
        grounds.shipped.push(Shipped {
            thing,
            more,
            version: shipped.version.clone(),
            day,
            own: who.as_deref().is_some_and(|who| same_person(who, &grounds.recipient.name)),
            first: who.as_deref().map(first_name),
            asked: ask.map(|ask| ask.occurred_at.day()),
            quote,
            told,
        });
    }
    Ok(())
}

/// What the account asked for, as far as the release wanted answers it, with its evidence.
async fn asked_for(
    bench: &Bench<'_>,
    domain: &str,
    options: &DraftOptions,
) -> Result<(RequestList, Ledger), ToolError> {
    let mut own = Ledger::default();
    let mut scratch = Bench { tools: bench.tools, scope: bench.scope, ledger: &mut own, known: bench.known };
    let wanted =
        ListRequests { account: Some(domain.to_owned()), release: options.release.clone(), ..ListRequests::default() };
    Ok((requests(&mut scratch, wanted).await?, own))
}

/// Who asked for what shipped last.
///
/// # Errors
/// What the database answers.
pub async fn asker(bench: &Bench<'_>, domain: &str, options: &DraftOptions) -> Result<Option<String>, ToolError> {
    let topics: Vec<Topic> = options.mention.iter().map(|mention| Topic::new(&plain_mention(mention))).collect();
    let fits =
        |group: &RequestGroup| topics.is_empty() || topics.iter().any(|topic| topic.share(&group.what) >= ON_RECORD);
    let (found, _) = asked_for(bench, domain, options).await?;
    let answered = found.groups.into_iter().filter(fits).filter_map(|group| {
        let shipped = group.shipped.filter(|shipped| shipped.after_request)?;
        Some((shipped.shipped_at, group.asks.into_iter().find_map(|ask| ask.who)?))
    });
    Ok(answered.max_by_key(|(at, _)| *at).map(|(_, who)| who))
}

/// Tells what was to be mentioned; gives each matter that nothing on record supports.
///
/// # Errors
/// What the database answers.
pub async fn tell_mentions(
    bench: &Bench<'_>,
    grounds: &mut Grounds,
    talks: &Talks,
    mentions: &[String],
) -> Result<Vec<String>, ToolError> {
    let mut unsupported = Vec::new();
    for mention in mentions {
        let wanted = plain_mention(mention);
        let topic = Topic::new(&wanted);
        if topic.is_empty() || !on_record(bench, grounds, talks, &wanted, &topic).await? {
            unsupported.push(mention.clone());
        }
    }
    Ok(unsupported)
}

/// The words of a mention that name its matter.
fn plain_mention(mention: &str) -> String {
    const AROUND: [&str; 26] = [
        "that",
        "the",
        "shipped",
        "ships",
        "fix",
        "fixed",
        "is",
        "are",
        "was",
        "out",
        "live",
        "now",
        "has",
        "have",
        "been",
        "released",
        "release",
        "launched",
        "available",
        "there",
        "our",
        "their",
        "new",
        "about",
        "finally",
        "today",
    ];
    let words = mention.split_whitespace().filter(|word| {
        let lower = word.to_lowercase();
        !AROUND.contains(&lower.trim_matches(|letter: char| !letter.is_alphanumeric()))
    });
    words.collect::<Vec<_>>().join(" ")
}

async fn on_record(
    bench: &Bench<'_>,
    grounds: &mut Grounds,
    talks: &Talks,
    wanted: &str,
    topic: &Topic,
) -> Result<bool, ToolError> {
    let today = bench.today();
    let has = |text: &str| topic.share(text) >= ON_RECORD;
    let whole = |shipped: &Shipped| format!("{} {}", shipped.thing, shipped.more.as_deref().unwrap_or_default());
    if let Some(at) = grounds.shipped.iter().position(|shipped| has(&whole(shipped))) {
        let shipped = grounds.shipped.remove(at);
        tell_first(grounds, shipped, today);
        return Ok(true);
    }
    let releases = bench.records().releases(&Window::ALWAYS).await?;
    if let Some((release, line)) = best_line(&releases, wanted, topic, today) {
        let (thing, more) = named(&line, &release.title);
        let day = release.shipped_at.day();
        grounds.lean_on(format!("{thing} shipped on {}", day_text(day, today)), evidence::release(release, &line));
        let shipped = Shipped {
            thing,
            more,
            version: release.version.clone(),
            day,
            first: None,
            own: false,
            asked: None,
            quote: None,
            told: false,
        };
        tell_first(grounds, shipped, today);
        return Ok(true);
    }
    let data = bench.records().account_data(&grounds.account).await?;
    let contract = topic_names(wanted, &["renewal", "renew", "contract"]);
    if contract
        && noticed::given(&data, bench.now()).is_none()
        && let Some(renews) = super::aim::renewal(&data, today).and_then(|source| Some((source, source.renews_on?)))
    {
        let day = day_text(renews.1, today);
        grounds.lean_on(format!("The contract renews on {day}"), evidence::contract(renews.0));
        if grounds.contract.is_none() {
            grounds.mentioned.push(Mentioned { sentence: format!("Your contract renews on {day}.") });
        }
        return Ok(true);
    }
    if topic_names(wanted, &["usage", "seats", "adoption"]) && super::figures::usage(&data, today).is_some() {
        if grounds.usage.is_none() {
            super::figures::tell_usage(grounds, &data, today);
            if let Some(usage) = grounds.usage {
                let of = usage.seats.map_or_else(
                    || " people were active".to_owned(),
                    |seats| format!(" of your {seats} seats were in use"),
                );
                grounds
                    .mentioned
                    .push(Mentioned { sentence: format!("On a typical day last week, {}{of}.", usage.active) });
            }
        }
        return Ok(true);
    }
    let known = |text: &str| {
        grounds.owed.as_ref().is_some_and(|owed| owed.quote == text)
            || grounds.coming.as_ref().is_some_and(|coming| coming.quote == text)
    };
    let promise = data.commitments.iter().find(|item| {
        item.side == Side::Team
            && item.status(today) != CommitmentStatus::Kept
            && has(&format!("{} {}", item.what, item.quote))
    });
    if let Some(item) = promise {
        if known(item.quote.trim_end_matches('.')) {
            return Ok(true);
        }
        if let Some(quote) = brief(&item.quote) {
            let day = day_text(item.occurred_at.day(), today);
            let text = format!("Open promise of {}: “{}”", item.who, item.quote);
            grounds.lean_on(text, promise_evidence(&data, item));
            let who = if same_person(&item.who, &grounds.sender.name) { "I".to_owned() } else { first_name(&item.who) };
            grounds
                .mentioned
                .push(Mentioned { sentence: format!("I have not forgotten what {who} said on {day}: “{quote}.”") });
            return Ok(true);
        }
    }
    let sides = data.sides();
    let asked = bench.records().requests(&grounds.account, &Window::ALWAYS).await?;
    let signals = data.signals.iter().filter_map(|signal| Some((signal.quote.clone()?, signal.text.clone())));
    let said = asked.iter().map(|request| (request.quote.clone(), request.what.clone())).chain(signals);
    for (quote, what) in said {
        if !has(&format!("{what} {quote}")) {
            continue;
        }
        let Some(text) = brief(&quote) else { continue };
        if !may_be_quoted(bench, grounds, &text).await? {
            continue;
        }
        let Some(found) = talks.find(&text, &sides) else { continue };
        let day = day_text(found.at.day(), today);
        grounds.lean_on(format!("{} on {day}: “{text}”", found.who), found.evidence);
        let who =
            if same_person(&found.who, &grounds.recipient.name) { "you".to_owned() } else { first_name(&found.who) };
        let verb = if found.written { "wrote" } else { "said" };
        if grounds.words.as_ref().is_none_or(|words| words.text != text) {
            grounds.mentioned.push(Mentioned {
                sentence: format!("I also have in mind what {who} {verb} on {day}: “{}”", closed(&text)),
            });
        }
        return Ok(true);
    }
    Ok(false)
}

/// Tells of what shipped where it is seen: in front of the rest in a mail about that, else in a sentence of its own.
fn tell_first(grounds: &mut Grounds, shipped: Shipped, today: NaiveDate) {
    if matches!(grounds.goal, Goal::CloseTheLoop | Goal::Reengage) {
        grounds.shipped.insert(0, shipped);
        return;
    }
    let version = shipped.version.as_ref().map(|version| format!(", in version {version}")).unwrap_or_default();
    let asked = match (&shipped.first, shipped.own) {
        (Some(_), true) => ", as you had asked".to_owned(),
        (Some(first), false) => format!(", as {first} had asked"),
        (None, _) => String::new(),
    };
    let sentence =
        format!("You should also know: {} shipped on {}{version}{asked}.", shipped.thing, day_text(shipped.day, today));
    grounds.mentioned.push(Mentioned { sentence });
}

/// A quote that ends as a sentence does.
fn closed(text: &str) -> String {
    if text.ends_with(['.', '?', '!', '…']) { text.to_owned() } else { format!("{text}.") }
}

fn topic_names(wanted: &str, names: &[&str]) -> bool {
    crate::language::words(wanted).iter().any(|word| names.contains(&word.lower.as_ref()))
}

/// The line of the release notes that says most of a topic; of a release named by its version, its title.
fn best_line<'a>(
    releases: &'a [Release],
    wanted: &str,
    topic: &Topic,
    today: NaiveDate,
) -> Option<(&'a Release, String)> {
    let shipped = || releases.iter().filter(|release| release.shipped_at.day() <= today);
    if let Some(release) = shipped().find(|release| wanted.split_whitespace().any(|word| release_named(release, word)))
    {
        return Some((
            release,
            release_lines(release).into_iter().find(|line| line.contains(' ') && line.len() > 20).unwrap_or_default(),
        ));
    }
    let mut best: Option<(f32, &Release, String)> = None;
    for release in shipped() {
        for line in release_lines(release) {
            let share = topic.share(&line);
            if share >= ON_RECORD && best.as_ref().is_none_or(|(known, _, _)| share > *known) {
                best = Some((share, release, line));
            }
        }
    }
    best.map(|(_, release, line)| (release, line))
}

/// What a line of release notes names, and what it says of it besides.
pub fn named(line: &str, title: &str) -> (String, Option<String>) {
    let line = if line.trim().is_empty() { title } else { line };
    // "4.2: SAML single sign-on": the version is told apart.
    let line = match line.split_once(": ") {
        Some((version, rest))
            if version
                .split_whitespace()
                .last()
                .is_some_and(|word| word.starts_with(|letter: char| letter.is_ascii_digit())) =>
        {
            rest
        }
        _ => line,
    };
    let sentence = crate::language::statements(line).first().copied().unwrap_or(line).trim().trim_end_matches('.');
    match sentence.split_once(": ") {
        Some((thing, more)) if thing.split_whitespace().count() <= 8 => (thing.to_owned(), Some(more.to_owned())),
        _ => (sentence.to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_release_notes_is_told_as_a_thing() {
        assert_eq!(
            named("Audit log export: download the audit log as CSV or JSON. Filters by user.", "4.1: Audit log export"),
            ("Audit log export".to_owned(), Some("download the audit log as CSV or JSON".to_owned()))
        );
        assert_eq!(named("4.2: SAML single sign-on", "4.2: SAML single sign-on").0, "SAML single sign-on");
        assert_eq!(plain_mention("the SSO fix"), "SSO");
        assert_eq!(plain_mention("that SSO shipped"), "SSO");
    }
}
