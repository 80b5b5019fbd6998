//! Conditions on accounts: "critical", "renewing in 30 days", "over 100k", "past due", "Jared's", "in Pipeline".

use chrono::NaiveDate;

use super::cues::Cues;
use super::when::{self, Stretch};
use super::{billing, records, superlative};
use crate::domain::account::Section;
use crate::domain::activity::SignalKind;
use crate::domain::health::Level;
use crate::domain::revenue::{BillingStatus, DealStatus, PaymentState};
use crate::domain::tool::portfolio::{Holding, Portfolio, PortfolioOrder};

/// Fewer seats in use than this share, in percent, is low usage.
const LOW_ADOPTION: u32 = 35;

/// Answers to the NPS question, as they are said.
const RATINGS: &str = "zero|one|two|three|four|five|six|seven|eight|nine|ten|0|1|2|3|4|5|6|7|8|9|10|nines|tens";

/// The conditions in a question.
#[must_use]
pub fn read(cues: &Cues<'_>, stretch: Option<&Stretch>, today: NaiveDate) -> Portfolio {
    let mut filter = Portfolio {
        levels: levels(cues),
        sections: sections(cues),
        payment_states: payments(cues),
        ..Portfolio::default()
    };
    let renewing = cues.any("renew renews renewal renewals renewing expire expires expiring ending up");
    if renewing && let Some(stretch) = stretch {
        let to_come = stretch.window.until.is_some_and(|until| until >= today);
        if stretch.ahead || to_come || stretch.words.starts_with("this ") {
            filter.renews = stretch.window;
        }
    } else if cues.any("renew renews renewals renewing expiring") && cues.any("soon next upcoming coming") {
        filter.renewing_within_days = Some(60);
    }
    filter.unhappy = cues.any("unhappy dissatisfied angry upset frustrated struggling complaining worried")
        || cues.phrase(&["not", "happy"]);
    filter.trialing = cues.any("trial trials trialing trialling")
        && !cues.phrase(&["without|excluding|except|excl|minus|not|no", "*", "trial|trials|trialing"]);
    if filter.trialing
        && let Some(stretch) = stretch.filter(|_| cues.any("end ends ending over out"))
    {
        filter.renews = stretch.window;
    }
    if cues.any("silent quiet silence dark ghosted ghosting")
        || cues.phrase(&["not|haven't|hasn't|no", "*", "spoken|heard|talked|contact|contacted|touched|call|calls"])
    {
        // "not heard from in 60 days" looks back, whatever "in 60 days" means elsewhere.
        let back = stretch.filter(|stretch| !stretch.ahead || !renewing);
        filter.silent_for_days = Some(back.and_then(days_back).unwrap_or(30));
        filter.order = PortfolioOrder::Silence;
    }
    usage(cues, &mut filter);
    if cues.any("disagree disagrees contradict contradicts mismatch mismatched odds conflict conflicts differ")
        && cues.any("score scores health")
        && cues.any("money revenue arr contract contracts payment payments billing")
    {
        (filter.disagrees, filter.order) = (true, PortfolioOrder::Arr);
        filter.levels.clear();
        filter.payment_states.clear();
    }
    if cues.any("untracked") {
        filter.tracked = Some(false);
    }
    if let Some((amount, least)) = amount(cues) {
        if least { filter.arr_at_least = Some(amount) } else { filter.arr_at_most = Some(amount) }
    }
    for segment in ["enterprise", "mid-market", "startup", "smb"] {
        if cues.any(segment) {
            filter.segment = Some(segment.to_owned());
        }
    }
    if cues.any("startups") {
        filter.segment = Some("startup".to_owned());
    }
    billing::read(cues, &mut filter);
    signals(cues, stretch, &mut filter);
    records::read(cues, stretch, &mut filter);
    if filter.deals.contains(&DealStatus::Lost) {
        // The deals themselves tell it better than where their accounts were put.
        filter.sections.clear();
    }
    if filter.without.contains(&Holding::Calls) {
        filter.silent_for_days = None;
    }
    if filter.contracts.contains(&BillingStatus::Canceled) || filter.without.contains(&Holding::Nps) {
        filter.signals.clear();
        (filter.nps_at_most, filter.nps_at_least) = (None, None);
    }
    superlative::order(cues, &mut filter);
    filter
}

/// "whose usage is dropping", "where is adoption growing".
fn usage(cues: &Cues<'_>, filter: &mut Portfolio) {
    // "Active customers" says nothing of how active they are.
    let measured = cues.any("usage adoption users logins") || cues.phrase(&["active", "seats|people"]);
    if !measured && !cues.phrase(&["use|uses|using", "us|it|the", "*", "less|more|fewer"]) {
        return;
    }
    let falls = "dropping dropped drop drops declining decline decrease decreased falling fell fall down losing lower \
        shrinking sliding slipping plummeting less fewer";
    let rises = "rising risen rose growing grew grow growth increasing increased increase climbing up more";
    let any = |words: &str| words.split_whitespace().any(|word| cues.any(word));
    if any("low lowest poor weak little unused idle barely hardly") {
        filter.adoption_below = Some(LOW_ADOPTION);
        filter.order = PortfolioOrder::LowestAdoption;
        return;
    }
    if any(falls) {
        filter.usage_fell_percent = Some(10);
        filter.order = PortfolioOrder::Usage;
    } else if any(rises) && !cues.phrase(&["more", "than"]) {
        filter.usage_rose_percent = Some(10);
        filter.order = PortfolioOrder::UsageRise;
    }
}

/// "with an escalation in the last 30 days", "NPS of 4 or below".
fn signals(cues: &Cues<'_>, stretch: Option<&Stretch>, filter: &mut Portfolio) {
    if cues.phrase(&[
        "threaten|threatens|threatening|thinking|considering|likely|wants|want",
        "*",
        "leave|leaving|cancel|cancelling|canceling|churn",
    ]) {
        filter.signals.push(SignalKind::ChurnRisk);
    }
    for (words, kind) in [
        ("escalation escalations escalated", SignalKind::Escalation),
        ("complaint complaints complained complaining", SignalKind::Complaint),
        ("churn", SignalKind::ChurnRisk),
        ("nps detractor detractors promoter promoters", SignalKind::Nps),
        ("praise praised", SignalKind::Praise),
    ] {
        let rated = kind == SignalKind::Nps && cues.phrase(&["gave|give|gives|rated|rate|scored", "*", RATINGS]);
        if (cues.any(words) || rated) && !filter.signals.contains(&kind) {
            filter.signals.push(kind);
        }
    }
    if filter.signals.is_empty() {
        return;
    }
    if let Some(stretch) = stretch.filter(|stretch| !stretch.ahead) {
        filter.signals_window = stretch.window;
    }
    if filter.signals.contains(&SignalKind::Nps) {
        let low = cues.any("below under less lower low bad detractor detractors poor");
        let high = cues.any("above over more higher high good promoter promoters great better up");
        let bounds = cues.words().into_iter().filter_map(|word| when::number(word.trim_end_matches('s')));
        let bound = bounds.filter_map(|bound| u32::try_from(bound).ok()).filter(|bound| *bound <= 10).min();
        // "A nine or a ten", "9s and 10s": the best there is.
        let high = high || !low && cues.any("ten 10 10s tens");
        // "Below 7" leaves 7 out; "7 or below" and "at most 7" do not.
        let beyond = u32::from(cues.any("above over below under") || cues.phrase(&["more|higher|less|lower", "than"]))
            * u32::from(!cues.phrase(&["or"]) && !cues.phrase(&["at", "most|least"]));
        filter.nps_at_most = low.then(|| bound.map_or(6, |bound| bound.saturating_sub(beyond)));
        filter.nps_at_least = (high && !low).then(|| bound.map_or(9, |bound| bound + beyond));
    }
}

fn days_back(stretch: &Stretch) -> Option<u32> {
    let since = stretch.window.since?;
    let words = &stretch.words;
    let days = words.split_whitespace().find_map(|word| word.parse::<u32>().ok());
    days.map(|count| {
        if words.contains("week") {
            count * 7
        } else if words.contains("month") {
            count * 30
        } else {
            count
        }
    })
    .or_else(|| stretch.window.until.map(|until| (until - since).num_days().unsigned_abs() as u32))
}

fn levels(cues: &Cues<'_>) -> Vec<Level> {
    let mut levels = Vec::new();
    if cues.any("critical red") {
        levels.push(Level::Critical);
    }
    if cues.phrase(&["at", "risk"]) || cues.any("at-risk amber yellow") {
        levels.push(Level::AtRisk);
        // "At risk" in a question means "not fine"; the worst are the first one wants to hear of.
        if !levels.contains(&Level::Critical) && !cues.any("amber yellow") {
            levels.insert(0, Level::Critical);
        }
    }
    if cues.any("healthy green") && !cues.phrase(&["how", "healthy"]) {
        levels.push(Level::Healthy);
    }
    levels
}

fn sections(cues: &Cues<'_>) -> Vec<Section> {
    let named = |words: &[&str]| cues.phrase(words);
    let mut sections = Vec::new();
    if named(&["in|the|section", "pipeline"]) || named(&["pipeline", "section|accounts"]) {
        sections.push(Section::Pipeline);
    }
    if cues.any("re-engage reengage closed-lost") || named(&["closed", "lost"]) {
        sections.push(Section::Reengage);
    }
    if named(&["in|the|section", "convert"]) || named(&["convert", "section"]) {
        sections.push(Section::Convert);
    }
    if named(&["in|section", "contracts"]) || named(&["contracts", "section"]) {
        sections.push(Section::Contracts);
    }
    if named(&["close", "the", "loop"]) {
        sections.push(Section::CloseTheLoop);
    }
    sections
}

fn payments(cues: &Cues<'_>) -> Vec<PaymentState> {
    let paying = cues.any("payment payments invoice invoices paying pay paid bill bills billing");
    let mut states = Vec::new();
    if cues.phrase(&["past", "due"])
        || cues.any("past-due delinquent arrears unpaid")
        || paying && cues.any("overdue late behind")
        || cues.phrase(&["open|outstanding", "invoice|invoices|bill|bills|payment|payments"])
        || cues.phrase(&["owe|owes", "us", "money"])
    {
        states.extend([PaymentState::PastDue, PaymentState::Failed]);
    } else if paying && cues.any("failed failing fail bounced declined problem problems trouble issues issue") {
        states.extend([PaymentState::Failed, PaymentState::PastDue]);
    }
    states
}

/// "over 100k", "more than $50,000", "under 1m": the amount and whether it is a lower bound.
fn amount(cues: &Cues<'_>) -> Option<(u64, bool)> {
    let at_least = ["over", "above", "least", "than", "exceeding", "from"];
    let at_most = ["under", "below", "most"];
    let words = cues.words();
    words.windows(2).enumerate().find_map(|(index, pair)| {
        let amount = money(pair[1])?;
        let less = index > 0 && matches!(words[index - 1], "less" | "smaller" | "fewer");
        if at_least.contains(&pair[0]) {
            Some((amount, !less))
        } else {
            at_most.contains(&pair[0]).then_some((amount, false))
        }
    })
}

fn money(word: &str) -> Option<u64> {
    let plain = word.replace(',', "");
    let digits = plain.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let number: f64 = digits.parse().ok()?;
    let factor = match &plain[digits.len()..] {
        "" if number >= 500.0 => 1.0,
        "k" => 1e3,
        "m" | "mm" => 1e6,
        _ => return None,
    };
    let amount = number * factor;
    (amount.is_finite() && (0.0..1e15).contains(&amount)).then_some(amount as u64)
}
