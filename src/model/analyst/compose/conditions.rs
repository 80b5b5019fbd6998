//! The conditions on accounts in words, for the headline.

use super::{Desk, listed};
use crate::domain::activity::SignalKind;
use crate::domain::money::grouped;
use crate::domain::time::day_text;

/// Conditions in words, as several accounts meet them and as one does.
#[derive(Default)]
struct Conditions {
    many: Vec<String>,
    one: Vec<String>,
}

impl Conditions {
    /// Adds one: its verb as several and as one take it, and the rest.
    fn add(&mut self, many: &str, one: &str, rest: &str) {
        self.many.push(format!("{many} {rest}"));
        self.one.push(format!("{one} {rest}"));
    }
}

/// The conditions in words: `are critical, renew in the next 30 days and look unhappy`, and the same of one account.
pub(super) fn conditions(desk: &Desk<'_>) -> (String, String) {
    let filter = &desk.part.ask.filter;
    let mut said = Conditions::default();
    let past = desk.as_of();
    let (are, is) = if past.is_some() { ("were", "was") } else { ("are", "is") };
    if !filter.levels.is_empty() {
        let levels = filter.levels.iter().map(|level| level.label()).collect::<Vec<_>>().join(" or ");
        said.add(are, is, &levels);
    }
    if let Some(stretch) = desk.part.ask.stretch.as_ref().filter(|_| filter.renews.since.is_some()) {
        said.add("renew", "renews", &stretch.words);
    } else if let Some(days) = filter
        .renewing_within_days
        .filter(|_| desk.part.ask.one != Some("next") && desk.part.ask.count.is_none() && desk.part.set.is_none())
    {
        said.add("renew", "renews", &format!("in the next {days} days"));
    }
    let time = desk.time_words();
    let at_a_time = if time.is_empty() { String::new() } else { format!(" {time}") };
    for (is, noun) in record_nouns(desk) {
        let article = if is.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        said.add("have", "has", &format!("{article} {is} {noun}{at_a_time}"));
    }
    for holding in &filter.without {
        said.add("have", "has", &format!("no {} on record", holding.label()));
    }
    if let Some(name) = &filter.contact {
        said.add("have", "has", &format!("a contact called “{name}”"));
    }
    if filter.lapsed_within_days.is_some() {
        said.add("have", "has", "an expired contract");
    }
    match (filter.unhappy, past) {
        (true, Some(_)) => said.add("looked", "looked", "unhappy"),
        (true, None) => said.add("look", "looks", "unhappy"),
        (false, _) => {}
    }
    if let Some(day) = past {
        let day = format!(" on {}", day_text(day, desk.today()));
        for last in [said.many.last_mut(), said.one.last_mut()].into_iter().flatten() {
            last.push_str(&day);
        }
    }
    if filter.trialing {
        said.add("are", "is", "in a trial");
    }
    if !filter.signals.is_empty() {
        said.add("have", "has", &signals(desk));
    }
    if !filter.payment_states.is_empty() {
        said.add("have", "has", "a failed or overdue payment");
    }
    if filter.disagrees {
        said.add("have", "has", "a score and money that say different things");
    }
    if let Some(days) = filter.silent_for_days {
        said.add("have", "has", &format!("been out of touch for {days} days"));
    }
    if filter.usage_fell_percent.is_some() {
        said.add("use", "uses", "the product clearly less than 30 days ago");
    }
    if let Some(below) = filter.adoption_below {
        said.add("use", "uses", &format!("less than {below}% of the seats"));
    }
    if filter.usage_rose_percent.is_some() {
        said.add("use", "uses", "the product clearly more than 30 days ago");
    }
    if let Some(amount) = filter.arr_at_least {
        said.add("have", "has", &format!("ARR of {} or more", grouped(amount)));
    }
    if let Some(amount) = filter.arr_at_most {
        said.add("have", "has", &format!("ARR of {} or less", grouped(amount)));
    }
    if !filter.sections.is_empty() {
        let sections = filter.sections.iter().map(|section| section.label()).collect::<Vec<_>>().join(" or ");
        said.add("are", "is", &format!("in {sections}"));
    }
    if let Some(billed) = filter.billed {
        said.add("pay", "pays", billed.label());
    }
    if let Some(currency) = &filter.currency {
        said.add("pay", "pays", &format!("in {currency}"));
    }
    if let Some(segment) = &filter.segment {
        said.add("are", "is", segment);
    }
    if filter.tracked == Some(false) {
        said.add("are", "is", "untracked");
    }
    if let Some(person) = desk.part.person.as_ref().filter(|person| person.owner) {
        said.add("belong", "belongs", &format!("to {}", person.name));
    }
    (listed(&said.many), listed(&said.one))
}

/// The condition on signals: `an NPS of 6 or less`, `a complaint or escalation in the last 30 days`.
fn signals(desk: &Desk<'_>) -> String {
    let filter = &desk.part.ask.filter;
    let kinds = filter.signals.iter().map(|kind| kind.label()).collect::<Vec<_>>().join(" or ");
    let bound = match (filter.nps_at_most, filter.nps_at_least) {
        (Some(most), _) => format!(" of {most} or less"),
        (_, Some(least)) => format!(" of {least} or more"),
        _ => String::new(),
    };
    let time = desk.time_words();
    let opening = if filter.signals == [SignalKind::Nps] { "an" } else { "a signal of" };
    format!("{opening} {kinds}{bound}{}{time}", if time.is_empty() { "" } else { " " })
}

/// The records the conditions ask for, as an adjective and a noun: `open`, `deal`.
fn record_nouns(desk: &Desk<'_>) -> Vec<(String, &'static str)> {
    let filter = &desk.part.ask.filter;
    let or = |labels: Vec<&'static str>| labels.join(" or ");
    let mut nouns = Vec::new();
    if !filter.contracts.is_empty() {
        nouns.push((or(filter.contracts.iter().map(|status| status.label()).collect()), "contract"));
    }
    if !filter.deals.is_empty() {
        nouns.push((or(filter.deals.iter().map(|status| status.label()).collect()), "deal"));
    }
    if !filter.payments.is_empty() {
        nouns.push((or(filter.payments.iter().map(|kind| kind.label()).collect()), "payment"));
    }
    nouns
}

/// The records found, counted: `6 open deals`; empty when no condition asks for records.
pub(super) fn records_found(desk: &Desk<'_>, found: u64) -> String {
    let mut nouns = record_nouns(desk);
    if desk.part.ask.filter.contact.is_some() {
        nouns.push((String::new(), "contact"));
    }
    let [(adjective, noun)] = nouns.as_slice() else { return String::new() };
    let called = desk.part.ask.filter.contact.as_ref().map(|name| format!(" called “{name}”")).unwrap_or_default();
    let time = desk.time_words();
    [
        grouped(found),
        adjective.clone(),
        if found == 1 { (*noun).to_owned() } else { format!("{noun}s") } + &called,
        time,
    ]
    .into_iter()
    .filter(|word| !word.is_empty())
    .collect::<Vec<_>>()
    .join(" ")
}
