//! "Yes" or "No" where figures and dates on record settle it.

use super::Desk;
use crate::domain::revenue::PaymentState;
use crate::domain::tool::revenue::{ContractView, RevenueView};
use crate::domain::tool::usage::UsageView;

/// Whether what is asked holds, in a word.
fn word(holds: bool) -> &'static str {
    if holds { "Yes" } else { "No" }
}

/// Whether something was paid: in the stretch asked about, or as payments stand. None where more is asked than that.
pub fn paid(desk: &Desk<'_>, revenue: &RevenueView, of_a_time: bool) -> Option<&'static str> {
    let said_back = desk.says("did has have is was are were paid or");
    if !desk.part.ask.polar || !said_back || names_more(desk) {
        return None;
    }
    let settled = desk.says("paid settled cleared through current date resolved sorted");
    let owed = desk.says("unpaid overdue failed fail failing late outstanding open behind due owe owes owing bounced bounce declined missed");
    if of_a_time {
        let any = revenue.payments_total > 0;
        return match (settled || !owed, any) {
            (true, _) => Some(word(revenue.payments_paid > 0)),
            (false, true) => Some(word(revenue.payments_paid == 0)),
            (false, false) => None,
        };
    }
    let stands = match revenue.payment_state? {
        PaymentState::Current => true,
        PaymentState::Failed | PaymentState::PastDue => false,
        PaymentState::Unknown => return None,
    };
    match (settled, owed) {
        (true, _) => Some(word(stands)),
        (false, true) => Some(word(!stands)),
        (false, false) => None,
    }
}

/// Whether a contract or trial runs; with the verdict goes that this is what is asked.
pub fn running(desk: &Desk<'_>, current: &ContractView, notice: bool) -> Option<&'static str> {
    let asked = desk.part.ask.polar && desk.says("trial contract subscription plan") && !names_more(desk);
    let runs = desk.says("running active live on still valid going");
    let ended = desk.says("over ended expired finished done");
    if !asked || !(runs || ended) || notice {
        return None;
    }
    let last = current.renews_on.is_none_or(|day| day >= desk.today());
    let on = last && matches!(current.status.as_str(), "active" | "trialing");
    // "Has it not ended yet" is for whether it runs.
    let asks_on = !ended || crate::language::denies(&desk.part.words);
    Some(word(on == asks_on))
}

/// Whether more people use it than is paid for.
pub fn over_seats(desk: &Desk<'_>, usage: &UsageView) -> Option<&'static str> {
    let asked = desk.part.ask.polar && desk.says("above over exceed exceeds exceeding exceeded beyond more");
    let of_seats = desk.says("seat seats license licence licenses licences licensed plan pay pays paid bought");
    let active = usage.latest.as_ref()?.active_users;
    let seats = usage.licensed_seats.filter(|_| asked && of_seats)?;
    Some(word(active > seats))
}

/// Whether the question names something beside money, which a figure does not settle.
fn names_more(desk: &Desk<'_>) -> bool {
    const MONEY: &str = "paid pay payment payments invoice invoices bill debit direct settled cleared bounced failed charge card \
                         trial contract subscription latest last";
    let named = |word: &&str| !MONEY.split(' ').any(|known| word.eq_ignore_ascii_case(known));
    desk.topic().is_some_and(|topic| topic.split(' ').any(|word| named(&word)))
}
