//! Answers about money and usage.

use chrono::NaiveDate;
use serde::Serialize;

use super::{Desk, verdict};
use crate::domain::revenue::PaymentState;
use crate::domain::time::day_text;
use crate::domain::tool::activity::WantedFact;
use crate::domain::tool::revenue::{ContractView, Revenue, RevenueView};
use crate::domain::tool::usage::{Usage, UsageView};
use crate::model::analyst::plan::Step;
use crate::model::analyst::question::Facet;
use crate::model::chat::ModelError;
use crate::prompt::Template;

#[derive(Serialize)]
struct RevenuePage {
    #[serde(flatten)]
    revenue: RevenueView,
    name: String,
    facet: &'static str,
    /// "Yes" or "No", where the figures settle what is asked.
    verdict: Option<&'static str>,
    current: Option<ContractLine>,
    rest: Vec<ContractLine>,
    /// How many contracts the sums leave out because their interval is not understood.
    uncounted: usize,
    payment: &'static str,
    /// Whether the latest payment is what `payment` says.
    says_it_all: bool,
    time: String,
    ended: bool,
    more: u64,
}

/// A contract, and what is said of it behind its price and status.
#[derive(Serialize)]
struct ContractLine {
    #[serde(flatten)]
    contract: ContractView,
    notes: String,
}

impl ContractLine {
    fn new(contract: ContractView, today: NaiveDate) -> Self {
        let mut notes = Vec::new();
        if let (Some(arr), Some(rule)) = (&contract.arr, &contract.rule) {
            notes.push(format!("{rule} = {arr} a year"));
        }
        if let Some(off) = &contract.discount {
            let until = contract.discount_until.map(|day| format!(" until {}", day_text(day, today)));
            let counted = contract.arr.as_ref().map(|_| ", taken off ARR".to_owned());
            notes.push(format!("{off} off{}", until.or(counted).unwrap_or_default()));
        }
        if contract.uncounted {
            notes.push("left out of ARR: the interval is not understood".to_owned());
        } else if let Some(by) = &contract.left_out_by {
            notes.push(format!("left out of ARR by {by}"));
        } else if !contract.counts {
            notes.push("not counted in ARR".to_owned());
        }
        let notes = notes.iter().fold(String::new(), |all, note| all + "; " + note);
        Self { contract, notes }
    }
}

impl Template for RevenuePage {
    const FILE: &'static str = "answer/revenue.md";
}

/// Contracts, payments and deals.
pub fn revenue(desk: &Desk<'_>) -> Result<Step, ModelError> {
    let mut revenue = desk.found::<Revenue>()?;
    if desk.says("refund refunds refunded") && !paid_in_all(desk) {
        let (refunds, others): (Vec<_>, Vec<_>) =
            revenue.payments.into_iter().partition(|payment| payment.kind == "refunded");
        if refunds.is_empty() {
            return super::topic::instead(desk);
        }
        revenue.payments = refunds.into_iter().chain(others).collect();
    }
    if desk.says("trial trials trialing trialling")
        && let Some(at) = revenue.contracts.iter().position(|contract| contract.status == "trialing")
    {
        let trial = revenue.contracts.remove(at);
        revenue.renews_on = trial.renews_on;
        revenue.days_to_renewal = trial.renews_on.map(|day| (day - desk.today()).num_days());
        revenue.contracts.insert(0, trial);
    }
    let uncounted = revenue.contracts.iter().filter(|contract| contract.uncounted).count();
    let today = desk.today();
    let mut contracts = std::mem::take(&mut revenue.contracts).into_iter().map(|line| ContractLine::new(line, today));
    let current = contracts.next();
    for deal in &mut revenue.deals {
        // "Closed lost" says nothing beside "lost".
        if deal.stage.to_lowercase().contains(&deal.status.to_lowercase()) {
            deal.stage.clear();
        }
    }
    let of_payments = desk.says(
        "pay pays paid paying payment payments invoice invoices bill bills billed charge charged spend spent collected \
         received money",
    );
    let in_all = of_payments && desk.time_words().is_empty() && paid_in_all(desk);
    let of_a_time = of_payments && !desk.time_words().is_empty() || in_all;
    let units = current.as_ref().is_some_and(|line| line.contract.per_unit.is_some());
    let off = current.as_ref().is_some_and(|line| line.contract.discounted.is_some());
    let list_price = desk.says("list undiscounted full gross") && desk.says("price")
        || desk.says("discount percent") && desk.says("without before goes ends gone away excluding no");
    let per_unit = desk.says("seat user license licence unit location") && desk.says("per a each one single");
    let notice = revenue.notice.as_ref().is_some_and(|notice| !notice.withdrawn);
    let runs = current.as_ref().and_then(|line| verdict::running(desk, &line.contract, notice));
    let facet = if desk.says("deal deals opportunity opportunities pipeline lost") {
        "deals"
    } else {
        match desk.part.ask.facet {
            _ if runs.is_some() => "running",
            _ if in_all => "period",
            _ if list_price && off => "list",
            _ if per_unit && units => "unit",
            _ if desk.says("refund refunds refunded") || desk.part.ask.fact == Some(WantedFact::PayCause) => "payment",
            Facet::Renewal => "renewal",
            _ if of_a_time => "period",
            Facet::Payment => "payment",
            _ => "amount",
        }
    };
    let state = revenue.payment_state.unwrap_or(PaymentState::Unknown);
    let latest = revenue.payments.first().map(|payment| payment.kind.as_str());
    let shown = if facet == "period" { 8 } else { 5 };
    let verdict = match facet {
        "running" => runs,
        "period" => verdict::paid(desk, &revenue, true),
        "payment" => verdict::paid(desk, &revenue, false),
        _ => None,
    };
    let page = RevenuePage {
        says_it_all: matches!(
            (state, latest),
            (PaymentState::Failed, Some("failed")) | (PaymentState::PastDue, Some("past due"))
        ),
        time: if in_all { "so far".to_owned() } else { desk.time_words() },
        ended: desk.ended().is_some(),
        more: revenue.payments_total.saturating_sub(shown),
        name: desk.name(),
        facet,
        verdict,
        current,
        rest: contracts.collect(),
        uncounted,
        payment: match state {
            PaymentState::Current => "payments are up to date",
            PaymentState::Failed => "the latest payment failed",
            PaymentState::PastDue => "payment is past due",
            PaymentState::Unknown => "no payment is on record",
        },
        revenue,
    };
    desk.done(&page, Vec::new())
}

/// Whether it is asked what was paid in all, or how often.
fn paid_in_all(desk: &Desk<'_>) -> bool {
    // "Are payments up to date" is for how they stand.
    let words = desk.part.words.to_lowercase().replace("up to date", "");
    let in_all = ["so far", "to date", "in all", "in total", "all time", "up to now", "until now", "how many payments"];
    desk.says("total sum altogether net overall") || in_all.iter().any(|phrase| words.contains(phrase))
}

#[derive(Serialize)]
struct UsagePage {
    #[serde(flatten)]
    usage: UsageView,
    name: String,
    time: String,
    direction: &'static str,
    change: u32,
    week: Option<u32>,
    week_direction: &'static str,
    /// "Yes" or "No", where it is asked whether usage goes up or down.
    verdict: Option<&'static str>,
    /// Whether it is asked if usage goes up or down.
    asks_for_change: bool,
    ended: bool,
    /// Whether one day is asked for.
    one_day: bool,
    /// Whether it is asked when usage moved.
    asks_when: bool,
    /// Whether it is asked when somebody was active last.
    asks_last: bool,
    /// Whether days without anybody, or without figures, are asked of.
    asks_of_zeros: bool,
}

impl Template for UsagePage {
    const FILE: &'static str = "answer/usage.md";
}

/// Product usage.
pub fn usage(desk: &Desk<'_>) -> Result<Step, ModelError> {
    let usage = desk.found::<Usage>()?;
    // Without a percentage, the two averages themselves tell which way it goes.
    let direction = |change: Option<i32>, before: Option<u32>| match change
        .or_else(|| Some(usage.average_7d?.cast_signed() - before?.cast_signed()).map(|by| by * 3))
    {
        Some(change) if change <= -3 => "down",
        Some(change) if change >= 3 => "up",
        _ => "flat",
    };
    let going = direction(usage.month_change_percent, usage.average_30d_ago);
    let asked = if desk.part.ask.facet != Facet::YesNo {
        None
    } else if desk.says("down drop drops dropping dropped decline declining declined fall falling fallen less fewer decreasing shrinking") {
        Some("down")
    } else if desk.says("up grow grows growing grown rise rising risen more increasing increased") {
        Some("up")
    } else {
        None
    };
    let page = UsagePage {
        name: desk.name(),
        time: desk.time_words(),
        direction: going,
        asks_for_change: asked.is_some(),
        verdict: verdict::over_seats(desk, &usage)
            .or(asked.filter(|_| usage.average_7d.is_some()).map(|asked| if asked == going { "Yes" } else { "No" })),
        change: usage.month_change_percent.unwrap_or_default().unsigned_abs(),
        week: usage.week_change_percent.map(i32::unsigned_abs),
        week_direction: direction(usage.week_change_percent, usage.average_previous_7d),
        ended: desk.ended().is_some(),
        one_day: desk
            .part
            .ask
            .stretch
            .as_ref()
            .is_some_and(|stretch| stretch.window.since.is_some() && stretch.window.since == stretch.window.until),
        asks_when: asks_when(desk),
        asks_last: desk.says("last") && desk.says("use used using active logged log login signed anyone anybody")
            || desk.says("nobody quiet dark"),
        asks_of_zeros: desk.says("zero zeros zeroes 0 weekend weekends saturday sunday saturdays sundays"),
        usage,
    };
    desk.done(&page, Vec::new())
}

/// Whether it is asked since when usage stands lower or higher.
fn asks_when(desk: &Desk<'_>) -> bool {
    let when = desk.part.ask.facet == Facet::When || desk.says("when since date day begin began begins start started");
    when && desk.says(
        "drop drops dropped dropping dip dipped dips slump collapse collapsed nosedive nosedives fall falls falling fell \
         decline declined declining lower less fewer away rise rises rose rising grow grew growing jump jumped change \
         changed since",
    )
}
