//! The records that met the conditions, in a line each, with their evidence.

use chrono::{Duration, NaiveDate};

use super::super::Bench;
use super::fits::{contacts, contracts, deals, payments, signals};
use crate::agent::evidence;
use crate::domain::account::Contact;
use crate::domain::activity::Signal;
use crate::domain::health::usage_change;
use crate::domain::money::Money;
use crate::domain::revenue::{BillingStatus, Deal, PaymentEvent, PaymentKind, RevenueSource, week_average};
use crate::domain::time::{Moment, Window, day_text, relative_text};
use crate::domain::tool::portfolio::{FoundRecord, Portfolio};
use crate::store::AccountData;

/// Records of one account handed out at most.
const SHOWN: usize = 4;

/// How long after a failed payment another of the same amount still settles it, rather than being the next one due.
const SETTLES_WITHIN_DAYS: i64 = 25;

/// Two payments no further apart than this are not both the regular one.
const ON_TOP_DAYS: i64 = 20;

/// A record that met a condition.
pub(super) enum Piece<'a> {
    Contract(&'a RevenueSource),
    Deal(&'a Deal),
    /// A payment, and the one that settled it later.
    Payment(&'a PaymentEvent, Option<&'a PaymentEvent>),
    Signal(&'a Signal),
    Contact(&'a Contact),
}

impl Piece<'_> {
    /// What it is worth, for a sum over all.
    pub(super) fn worth(&self) -> Option<Money> {
        match self {
            Self::Contract(source) => source.arr(),
            Self::Deal(deal) => Some(deal.value()),
            Self::Payment(payment, _) => Some(payment.amount()),
            Self::Signal(_) | Self::Contact(_) => None,
        }
    }
}

/// The records of an account that met the conditions on records.
pub(super) fn pieces<'a>(data: &'a AccountData, wanted: &'a Portfolio, now: Moment) -> Vec<Piece<'a>> {
    let today = now.day();
    let mut pieces: Vec<Piece<'a>> = Vec::new();
    if !wanted.contracts.is_empty() {
        pieces.extend(contracts(data, wanted, today).map(Piece::Contract));
    }
    pieces.extend(renewing(data, wanted).map(Piece::Contract));
    if !wanted.deals.is_empty() {
        pieces.extend(deals(data, wanted).map(Piece::Deal));
    }
    if !wanted.payments.is_empty() {
        pieces.extend(payments(data, wanted, now).map(|payment| Piece::Payment(payment, settled(data, payment))));
    }
    if !wanted.signals.is_empty() {
        pieces.extend(signals(data, wanted).into_iter().map(Piece::Signal));
    }
    if let Some(name) = &wanted.contact {
        pieces.extend(contacts(data, name).map(Piece::Contact));
    }
    pieces
}

/// The contracts that renew, and the trials that end, when a day of renewal is asked for and there are several to tell
/// apart.
fn renewing<'a>(data: &'a AccountData, wanted: &'a Portfolio) -> impl Iterator<Item = &'a RevenueSource> {
    let several = data.revenue.iter().filter(|source| source.runs()).count() > 1;
    let asked = several && wanted.renews != Window::ALWAYS && wanted.contracts.is_empty();
    data.revenue.iter().filter(move |source| {
        asked
            && source.runs()
            && !source.runs_out()
            && (!wanted.trialing || source.status == BillingStatus::Trialing)
            && source.renews_on.is_some_and(|day| wanted.renews.contains(day))
    })
}

/// The payment that made up for one that did not go through: one soon after it, or one that came on top of the next
/// that was due.
fn settled<'a>(data: &'a AccountData, payment: &PaymentEvent) -> Option<&'a PaymentEvent> {
    let mut later = paid_since(data, payment).filter(|other| other.amount() == payment.amount());
    let first = later.next()?;
    let soon = first.occurred_at - payment.occurred_at <= Duration::days(SETTLES_WITHIN_DAYS);
    let on_top = later.next().is_some_and(|next| next.occurred_at - first.occurred_at <= Duration::days(ON_TOP_DAYS));
    (soon || on_top).then_some(first)
}

/// What was paid after a payment that did not go through, the oldest first.
fn paid_since<'a>(data: &'a AccountData, payment: &PaymentEvent) -> impl Iterator<Item = &'a PaymentEvent> {
    let failed = matches!(payment.kind, PaymentKind::Failed | PaymentKind::PastDue);
    let since = payment.occurred_at;
    let mut paid: Vec<&PaymentEvent> = data
        .payments
        .iter()
        .filter(|other| failed && other.kind == PaymentKind::Paid && other.occurred_at > since)
        .collect();
    paid.sort_by_key(|other| other.occurred_at);
    paid.into_iter()
}

/// The same, each in a line with its evidence.
pub(super) fn cited(bench: &mut Bench<'_>, data: &AccountData, wanted: &Portfolio) -> Vec<FoundRecord> {
    let (now, today) = (bench.now(), bench.today());
    let pieces = pieces(data, wanted, now);
    let more = pieces.len().saturating_sub(SHOWN);
    let mut found: Vec<FoundRecord> =
        pieces.into_iter().take(SHOWN).map(|piece| in_a_line(bench, data, &piece, today)).collect();
    if let Some(last) = found.last_mut().filter(|_| more > 0) {
        last.text.push_str(&format!("; {more} more"));
    }
    if wanted.asks_of_usage() {
        found.extend(usage(bench, data, wanted));
    }
    found
}

fn in_a_line(bench: &mut Bench<'_>, data: &AccountData, piece: &Piece<'_>, today: NaiveDate) -> FoundRecord {
    let one = |cite, text| FoundRecord { cites: vec![cite], text };
    match piece {
        Piece::Contract(source) => {
            let (product, terms) = (&source.product, source.terms());
            let state = source.on_last_day();
            let text = match source.renews_on {
                Some(day) if day < today && source.recurring() => {
                    format!("{product} ({terms}), ended {}", when(day, today))
                }
                Some(day) => format!("{product} ({terms}), {state} {}", when(day, today)),
                None => format!("{product} ({terms}), {}", source.status.label()),
            };
            one(bench.ledger.cite(evidence::contract(source)), text)
        }
        Piece::Deal(deal) => {
            let worth = if deal.value_minor == 0 { "no value on record".to_owned() } else { deal.value().to_string() };
            let status = deal.status.label();
            // "Closed lost" says nothing beside "lost".
            let says_more = !deal.stage.is_empty() && !deal.stage.to_lowercase().contains(status);
            let stage = if says_more { format!(" ({})", deal.stage) } else { String::new() };
            let closed = deal.closed_at.map(|at| format!(" {}", when(at.day(), today))).unwrap_or_default();
            let why = deal.lost_reason.as_deref().map(|why| format!(": {}", why.trim_end_matches('.')));
            let text = format!("{}, {worth}, {status}{stage}{closed}{}", deal.name, why.unwrap_or_default());
            one(bench.ledger.cite(evidence::deal(deal)), text)
        }
        Piece::Payment(payment, later) => {
            let day = when(payment.occurred_at.day(), today);
            let mut found = one(
                bench.ledger.cite(evidence::payment(payment)),
                format!("{} {} {day}", payment.amount(), payment.kind.label()),
            );
            if let Some(later) = later {
                found.text.push_str(&format!(", paid {}", day_text(later.occurred_at.day(), today)));
                found.cites.push(bench.ledger.cite(evidence::payment(later)));
            } else if let Some(next) = paid_since(data, payment).next() {
                let day = day_text(next.occurred_at.day(), today);
                found.text.push_str(&format!(", the next payment went through {day}"));
                found.cites.push(bench.ledger.cite(evidence::payment(next)));
            } else if matches!(payment.kind, PaymentKind::Failed | PaymentKind::PastDue) {
                found.text.push_str(", not paid since");
            }
            found
        }
        Piece::Signal(signal) => one(bench.ledger.cite(evidence::signal(signal)), told(signal)),
        Piece::Contact(contact) => {
            let title = contact.title.as_deref().map(|title| format!(", {title}")).unwrap_or_default();
            let email = contact.email.as_deref().map(|email| format!(" ({email})")).unwrap_or_default();
            let primary = if contact.primary { ", the main contact" } else { "" };
            let text = format!("{}{title}{email}{primary}", contact.name);
            one(bench.ledger.cite(evidence::account(&data.account.record, &[])), text)
        }
    }
}

/// The usage of an account in a line: where it stands and where it was.
fn usage(bench: &mut Bench<'_>, data: &AccountData, wanted: &Portfolio) -> Option<FoundRecord> {
    let today = bench.today();
    let last = data.usage.iter().filter(|day| day.day <= today).max_by_key(|day| day.day)?;
    if wanted.adoption_below.is_some() {
        let (average, seats) =
            (week_average(&data.usage, last.day)?, last.licensed_seats.or(data.account.record.licensed_seats)?);
        let text =
            format!("{average} of {seats} seats in use on an average day of the week to {}", day_text(last.day, today));
        return Some(FoundRecord { cites: vec![bench.ledger.cite(evidence::usage(last, &text))], text });
    }
    let month = usage_change(&data.usage, last.day, 30)?;
    let by = month.percent.map(|percent| format!("{percent:+}% in 30 days")).unwrap_or_default();
    let text = format!("active users {by} ({} → {}, weekly averages)", month.before, month.now).replace('-', "−");
    Some(FoundRecord { cites: vec![bench.ledger.cite(evidence::usage(last, &text))], text })
}

fn when(day: NaiveDate, today: NaiveDate) -> String {
    format!("{} ({})", day_text(day, today), relative_text(day, today))
}

/// A signal in a line: `NPS 4 on June 9: …`.
pub(super) fn told(signal: &Signal) -> String {
    let score = signal.score.map(|score| format!(" {score}")).unwrap_or_default();
    let day = signal.occurred_at.format("%B %-d");
    format!("{}{score} on {day}: {}", signal.kind.label(), signal.text.trim_end_matches('.'))
}
