//! What a score must say about the accounts a customer success manager would recognise.

mod likelihoods;
mod receipts;

use chrono::{Days, Duration, NaiveDate};
use proptest::prelude::*;

use super::*;
use crate::domain::activity::{Side, SignalKind};
use crate::domain::notice::Notice;
use crate::domain::record::RecordKind;
use crate::domain::revenue::{BillingStatus, BillingSystem, PaymentKind};
use crate::domain::time::{Moment, midnight};

const DOMAIN: &str = "example.com";

fn today() -> NaiveDate {
    "2026-06-15".parse().unwrap()
}

fn now() -> Moment {
    midnight(today()) + Duration::hours(15)
}

/// An account's data, owned.
#[derive(Clone, Debug, Default)]
struct Story {
    account: AccountRecord,
    revenue: Vec<RevenueSource>,
    payments: Vec<PaymentEvent>,
    usage: Vec<UsageDay>,
    signals: Vec<Signal>,
    commitments: Vec<Commitment>,
    contacts: Vec<(Moment, RecordRef)>,
    notices: Vec<Notice>,
}

impl Story {
    /// A customer with a running contract, paid last week, spoken to last week.
    fn customer() -> Self {
        Self::default().renewing_in(200).payment(7, PaymentKind::Paid).spoke(7)
    }

    fn renewing_in(mut self, days: i64) -> Self {
        let status = BillingStatus::Active;
        self.revenue = vec![contract("contract-1", status, today() + Duration::days(days))];
        self
    }

    fn with_contract(mut self, status: BillingStatus, renews_in: i64) -> Self {
        let id = format!("contract-{}", self.revenue.len() + 1);
        self.revenue.push(contract(&id, status, today() + Duration::days(renews_in)));
        self
    }

    fn payment(mut self, days_ago: i64, kind: PaymentKind) -> Self {
        self.payments.push(PaymentEvent {
            id: format!("pay-{}", self.payments.len() + 1),
            account: DOMAIN.to_owned(),
            occurred_at: now() - Duration::days(days_ago),
            kind,
            amount_minor: 420_000,
            currency: "USD".to_owned(),
            invoice: None,
            url: None,
        });
        self
    }

    /// Ninety days of weekday usage that goes from `first` to `last`, with empty weekends.
    fn usage(mut self, first: u32, last: u32, seats: u32) -> Self {
        self.usage = (1..=90_u32)
            .map(|ago| {
                let active = (f64::from(first) * f64::from(ago) + f64::from(last) * f64::from(90 - ago)) / 90.0;
                let weekend = ago % 7 < 2;
                UsageDay {
                    account: DOMAIN.to_owned(),
                    day: today() - Days::new(u64::from(ago)),
                    active_users: if weekend { 0 } else { active.round() as u32 },
                    licensed_seats: Some(seats),
                }
            })
            .collect();
        self
    }

    fn signal(mut self, days_ago: i64, kind: SignalKind, score: Option<f64>) -> Self {
        self.signals.push(Signal {
            id: format!("signal-{}", self.signals.len() + 1),
            account: DOMAIN.to_owned(),
            kind,
            occurred_at: now() - Duration::days(days_ago),
            text: "Restores take far too long.".to_owned(),
            quote: None,
            score,
            sentiment: None,
            call_id: None,
            url: None,
        });
        self
    }

    fn promise(mut self, due_in: i64, side: Side) -> Self {
        self.commitments.push(Commitment {
            id: format!("call-1#c{}", self.commitments.len()),
            account: DOMAIN.to_owned(),
            who: "Jared Dunn".to_owned(),
            side,
            what: "send the adoption plan".to_owned(),
            due: Some(today() + Duration::days(due_in)),
            due_text: None,
            quote: "I'll send the adoption plan.".to_owned(),
            occurred_at: now() - Duration::days(40),
            source: RecordRef { kind: RecordKind::Call, id: "call-1".to_owned() },
            at_seconds: None,
            kept_by: None,
            unclear_by: None,
            marked: None,
        });
        self
    }

    fn spoke(mut self, days_ago: i64) -> Self {
        let id = format!("call-{}", self.contacts.len() + 1);
        self.contacts.push((now() - Duration::days(days_ago), RecordRef { kind: RecordKind::Call, id }));
        self
    }

    fn assess(&self) -> Health {
        self.assess_at(now())
    }

    fn assess_at(&self, as_of: Moment) -> Health {
        assess(&self.input(), as_of, &HealthConfig::default())
    }

    fn input(&self) -> HealthInput<'_> {
        HealthInput {
            account: &self.account,
            revenue: &self.revenue,
            payments: &self.payments,
            usage: &self.usage,
            signals: &self.signals,
            deals: &[],
            commitments: &self.commitments,
            contacts: &self.contacts,
            notices: &self.notices,
        }
    }
}

fn contract(id: &str, status: BillingStatus, renews_on: NaiveDate) -> RevenueSource {
    RevenueSource {
        id: id.to_owned(),
        account: DOMAIN.to_owned(),
        system: BillingSystem::Salesbricks,
        product: "Platform".to_owned(),
        status,
        interval: "year".to_owned(),
        amount_minor: 24_000_000,
        currency: "USD".to_owned(),
        mrr_minor: None,
        quantity: None,
        starts_on: Some(today() - Days::new(400)),
        renews_on: Some(renews_on),
        cancel_at_period_end: false,
        discount_percent: None,
        discount_minor: None,
        discount_until: None,
        url: None,
    }
}

fn reason(health: &Health, kind: FactorKind) -> String {
    health.factors.iter().find(|factor| factor.kind == kind).map(|factor| factor.reason.clone()).unwrap_or_default()
}

fn magnitude(health: &Health, kind: FactorKind) -> i32 {
    health.factors.iter().find(|factor| factor.kind == kind).map_or(0, |factor| factor.magnitude)
}

#[test]
fn a_plain_healthy_account_scores_eighty_or_more() {
    let health = Story::customer().usage(80, 82, 100).assess();
    assert!(health.score >= 80, "{health:?}");
    assert_eq!(health.level, Level::Healthy);
    assert!(health.missing.is_empty());
    assert!((health.confidence - 1.0).abs() < 1e-6);
}

#[test]
fn a_lost_champion_with_falling_usage_and_a_near_renewal_is_critical() {
    let health = Story::customer()
        .renewing_in(28)
        .usage(410, 150, 600)
        .signal(12, SignalKind::Escalation, None)
        .signal(20, SignalKind::ChurnRisk, None)
        .promise(-6, Side::Team)
        .assess();
    assert_eq!(health.level, Level::Critical, "{health:?}");
    assert_eq!(reason(&health, FactorKind::Renewal), "Renews in 28 days");
    assert_eq!(
        reason(&health, FactorKind::BrokenPromise),
        "A promise of ours is overdue: Jared Dunn promised to send the adoption plan by June 9, 6 days overdue"
    );
}

#[test]
fn a_happy_account_whose_payment_fails_is_at_risk() {
    let health = Story::customer()
        .with_contract(BillingStatus::PastDue, 140)
        .usage(92, 130, 140)
        .payment(4, PaymentKind::Failed)
        .payment(2, PaymentKind::Failed)
        .signal(9, SignalKind::Praise, None)
        .signal(9, SignalKind::Nps, Some(9.0))
        .assess();
    assert_eq!(health.level, Level::AtRisk, "{health:?}");
    assert_eq!(
        reason(&health, FactorKind::Payment),
        "Payment of $4,200 failed twice since June 11 and is past due (4 days)"
    );
}

#[test]
fn a_payment_that_went_through_after_a_failure_clears_it() {
    let health = Story::customer().payment(6, PaymentKind::Failed).payment(5, PaymentKind::Paid).assess();
    assert_eq!(magnitude(&health, FactorKind::Payment), 0);
}

#[test]
fn weekends_are_no_decline_whatever_day_it_is() {
    for offset in 0..7 {
        let health = Story::customer().usage(80, 80, 100).assess_at(now() - Duration::days(offset));
        assert_eq!(magnitude(&health, FactorKind::UsageTrend), 0, "{offset} days back: {health:?}");
    }
}

#[test]
fn a_slow_decline_is_seen_over_a_quarter() {
    let health = Story::customer().usage(180, 96, 200).assess();
    assert!(reason(&health, FactorKind::UsageTrend).contains("in 80 days"), "{health:?}");
    assert!(magnitude(&health, FactorKind::UsageTrend) < 0);
}

#[test]
fn usage_factors_name_the_days_behind_them() {
    let health = Story::customer().usage(410, 150, 600).assess();
    let trend = health.factors.iter().find(|factor| factor.kind == FactorKind::UsageTrend).unwrap();
    assert_eq!(trend.records[0], RecordRef { kind: RecordKind::Usage, id: "example.com/2026-06-14".to_owned() });
    assert_eq!(trend.records.len(), 14);
}

#[test]
fn a_renewal_weighs_more_with_trouble_and_the_nearer_it_is() {
    let calm = |days| magnitude(&Story::customer().renewing_in(days).assess(), FactorKind::Renewal);
    let troubled = |days| {
        let story = Story::customer().renewing_in(days).signal(3, SignalKind::ChurnRisk, None);
        magnitude(&story.assess(), FactorKind::Renewal)
    };
    assert_eq!((calm(200), calm(60)), (0, 0));
    assert_eq!(calm(8), -3);
    assert!(troubled(80) < 0 && troubled(28) < troubled(80) && troubled(5) < troubled(28));
}

#[test]
fn an_ended_contract_says_how_and_whether_a_new_one_is_pending() {
    let expired = Story::default().with_contract(BillingStatus::Expired, -6);
    assert_eq!(reason(&expired.assess(), FactorKind::Renewal), "Contract expired 6 days ago with nothing in its place");
    let pending = expired.with_contract(BillingStatus::Pending, 359);
    assert_eq!(
        reason(&pending.assess(), FactorKind::Renewal),
        "Contract expired 6 days ago; the new order is still pending"
    );
    let trial = Story::default().with_contract(BillingStatus::Trialing, 9).assess();
    assert_eq!(reason(&trial, FactorKind::Renewal), "Trial ends in 9 days");
}

#[test]
fn an_unknown_account_starts_from_the_base_with_no_confidence() {
    let health = Story::default().assess();
    assert_eq!((health.score, health.confidence), (HealthConfig::default().base, 0.0));
    assert_eq!(health.missing.len(), 4);
}

#[test]
fn an_escalation_weighs_half_once_the_customer_is_content_again() {
    let story = Story::customer().signal(42, SignalKind::Escalation, None);
    let before = magnitude(&story.assess(), FactorKind::Escalation);
    let after = magnitude(&story.signal(13, SignalKind::Nps, Some(8.0)).assess(), FactorKind::Escalation);
    assert!(before < after && after < 0, "{before} {after}");
}

#[test]
fn nothing_that_happened_later_counts() {
    let story = Story::customer().usage(80, 82, 100);
    let past = now() - Duration::days(30);
    let later = story.clone().signal(5, SignalKind::Escalation, None).payment(3, PaymentKind::Failed).spoke(1);
    assert_eq!(story.assess_at(past), later.assess_at(past));
}

#[test]
fn thresholds_that_contradict_each_other_are_refused() {
    let config = HealthConfig { critical_below: 80, ..HealthConfig::default() };
    assert!(config.check().unwrap_err().contains("critical_below"));
    assert_eq!(HealthConfig::default().check(), Ok(()));
}

fn any_kind() -> impl Strategy<Value = SignalKind> {
    proptest::sample::select(SignalKind::ALL.to_vec())
}

fn any_story() -> impl Strategy<Value = Story> {
    let usage = proptest::option::of((0_u32..500, 0_u32..500, 0_u32..700));
    let signals = proptest::collection::vec((0_i64..200, any_kind(), proptest::option::of(0_u8..=10)), 0..6);
    let payments = proptest::collection::vec((0_i64..60, 0_usize..4), 0..5);
    let promises = proptest::collection::vec((-60_i64..30, any::<bool>()), 0..4);
    let contacts = proptest::collection::vec(0_i64..200, 0..3);
    (usage, signals, payments, promises, contacts, proptest::option::of((0_usize..7, -90_i64..300))).prop_map(
        |(usage, signals, payments, promises, contacts, contract)| {
            const STATUS: [BillingStatus; 7] = [
                BillingStatus::Active,
                BillingStatus::Trialing,
                BillingStatus::PastDue,
                BillingStatus::Canceled,
                BillingStatus::Expired,
                BillingStatus::Pending,
                BillingStatus::Draft,
            ];
            let mut story = Story::default();
            if let Some((first, last, seats)) = usage {
                story = story.usage(first, last, seats);
            }
            for (ago, kind, score) in signals {
                story = story.signal(ago, kind, score.map(f64::from));
            }
            for (ago, kind) in payments {
                let kinds = [PaymentKind::Paid, PaymentKind::Failed, PaymentKind::PastDue, PaymentKind::Refunded];
                story = story.payment(ago, kinds[kind]);
            }
            for (due, ours) in promises {
                story = story.promise(due, if ours { Side::Team } else { Side::Customer });
            }
            for ago in contacts {
                story = story.spoke(ago);
            }
            if let Some((status, days)) = contract {
                story = story.with_contract(STATUS[status], days);
            }
            story
        },
    )
}

proptest! {
    #[test]
    fn a_score_is_the_sum_of_its_factors_and_its_level_matches(story in any_story(), ago in 0_i64..120) {
        let health = story.assess_at(now() - Duration::days(ago));
        let sum = health.base + health.factors.iter().map(|factor| factor.magnitude).sum::<i32>();
        prop_assert_eq!(i64::from(health.score), i64::from(sum.clamp(0, 100)));
        prop_assert_eq!(health.level, HealthConfig::default().level(health.score));
        prop_assert!((0.0..=1.0 + f32::EPSILON).contains(&health.confidence));
        prop_assert!(health.factors.iter().all(|factor| !factor.reason.is_empty() && !factor.records.is_empty()));
    }

    #[test]
    fn more_bad_news_never_raises_the_score(story in any_story(), ago in 0_i64..90, which in 0_usize..6) {
        let before = story.assess().score;
        let worse = match which {
            0 => story.signal(ago, SignalKind::Escalation, None),
            1 => story.signal(ago, SignalKind::ChurnRisk, None),
            2 => story.signal(ago, SignalKind::Complaint, None),
            3 => story.signal(ago, SignalKind::Nps, Some(1.0)),
            4 => story.payment(ago, PaymentKind::Failed),
            _ => story.promise(-1 - ago, Side::Team),
        };
        prop_assert!(worse.assess().score <= before, "{:?}", worse.assess());
    }

    #[test]
    fn data_that_is_not_there_never_lowers_the_score(story in any_story()) {
        let blind = Story { usage: Vec::new(), payments: Vec::new(), contacts: Vec::new(), ..story.clone() };
        let strengths = |kind| magnitude(&story.assess(), kind).max(0);
        let lost = strengths(FactorKind::Adoption) + strengths(FactorKind::UsageTrend);
        let seen = i64::from(story.assess().score) - i64::from(lost);
        prop_assert!(i64::from(blind.assess().score) >= seen);
        prop_assert!(blind.assess().confidence <= story.assess().confidence + f32::EPSILON);
    }

    #[test]
    fn less_usage_never_raises_the_score(first in 1_u32..500, last in 1_u32..500, less in 1_u32..100) {
        let story = Story::customer().usage(first, last, 500);
        let mut lower = story.clone();
        for day in lower.usage.iter_mut().filter(|day| day.day > today() - Days::new(8)) {
            day.active_users = day.active_users.saturating_sub(less);
        }
        prop_assert!(lower.assess().score <= story.assess().score);
    }
}

#[test]
fn signals_are_told_by_their_days_so_that_a_past_score_reads_right() {
    let twice = Story::customer().signal(30, SignalKind::ChurnRisk, None).signal(6, SignalKind::ChurnRisk, None);
    let told = reason(&twice.assess(), FactorKind::ChurnRisk);
    assert!(told.starts_with("Churn risk: 2 signals since May 16, the last on June 9: "), "{told}");
    let told = reason(&twice.assess_at(now() - Duration::days(20)), FactorKind::ChurnRisk);
    assert!(told.starts_with("Churn risk on May 16: "), "{told}");
}

fn notice(days_ago: i64, withdrawn: bool) -> Notice {
    Notice {
        withdrawn,
        ends_on: None,
        quote: "We end our contract.".to_owned(),
        said_by: "Ada Holm".to_owned(),
        occurred_at: now() - Duration::days(days_ago),
        source: RecordRef { kind: RecordKind::Email, id: format!("mail-{days_ago}") },
        at_seconds: None,
    }
}

fn renewal_of(story: &Story) -> Option<RiskFactor> {
    story.assess().factors.into_iter().find(|factor| factor.kind == FactorKind::Renewal)
}

#[test]
fn a_notice_weighs_as_a_canceled_contract_and_says_what_the_contract_says() {
    let story = Story { notices: vec![notice(9, false)], ..Story::customer() };
    let factor = renewal_of(&story).unwrap();
    assert_eq!(factor.magnitude, -i32::try_from(MoneyWeights::default().lost).unwrap());
    assert!(factor.reason.starts_with("Notice given on "), "{}", factor.reason);
    assert!(factor.reason.contains("still says it renews on "), "{}", factor.reason);
    let records: Vec<&str> = factor.records.iter().map(|record| record.id.as_str()).collect();
    assert_eq!(records, ["mail-9", "contract-1"]);
}

#[test]
fn a_withdrawn_notice_is_no_risk_and_one_that_the_contract_knows_of_counts_once() {
    let back = Story { notices: vec![notice(9, false), notice(4, true)], ..Story::customer() };
    assert_eq!(renewal_of(&back), None);
    let mut known = Story { notices: vec![notice(9, false)], ..Story::customer() };
    known.revenue[0].cancel_at_period_end = true;
    assert!(renewal_of(&known).unwrap().reason.contains("was canceled and ends in 200 days"));
}

#[test]
fn a_canceled_contract_whose_day_has_passed_is_lost_though_its_record_says_active() {
    let mut story = Story::customer().renewing_in(-12);
    story.revenue[0].cancel_at_period_end = true;
    let factor = renewal_of(&story).unwrap();
    assert_eq!(factor.magnitude, -i32::try_from(MoneyWeights::default().lost).unwrap());
    assert!(factor.reason.contains("was canceled and ended 12 days ago"), "{}", factor.reason);
    let beside = story.with_contract(BillingStatus::Active, 150);
    assert_eq!(renewal_of(&beside), None);
}
