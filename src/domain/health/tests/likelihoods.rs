//! How likely accounts are to buy and to come back.

use super::*;
use crate::domain::revenue::DealStatus;

fn deal(status: DealStatus, closed_days_ago: Option<i64>) -> Deal {
    Deal {
        id: "deal-1".to_owned(),
        account: DOMAIN.to_owned(),
        name: "Two hundred seats".to_owned(),
        stage: "Negotiation".to_owned(),
        status,
        value_minor: 4_000_000,
        currency: "EUR".to_owned(),
        lost_reason: (status == DealStatus::Lost).then(|| "no audit log".to_owned()),
        closed_at: closed_days_ago.map(|ago| now() - Duration::days(ago)),
        url: None,
    }
}

fn trial() -> Story {
    Story::default().with_contract(BillingStatus::Trialing, 12)
}

fn of(story: &Story, deals: &[Deal], shipped: &[Shipped]) -> Option<Likelihood> {
    let input = HealthInput { deals, ..story.input() };
    let likelihood = Likelihood::of(&input, shipped, now(), &HealthConfig::default())?;
    let sum = likelihood.factors.iter().map(|factor| factor.magnitude).sum::<i32>() + likelihood.base.cast_signed();
    assert_eq!(likelihood.score.cast_signed(), sum.clamp(0, 100), "the factors make up the number");
    Some(likelihood)
}

fn chance(story: &Story) -> Chance {
    of(story, &[], &[]).unwrap().chance
}

#[test]
fn a_trial_that_is_used_and_spoken_about_converts_and_an_idle_one_does_not() {
    assert_eq!(chance(&trial().usage(20, 45, 50).spoke(2)), Chance::High);
    assert_eq!(chance(&trial().usage(2, 0, 50).spoke(30)), Chance::Low);
    assert_eq!(chance(&trial().usage(45, 45, 50).spoke(2).signal(1, SignalKind::ChurnRisk, None)), Chance::Fair);
    let (before, after) = (trial().usage(20, 45, 50), Story::default().with_contract(BillingStatus::Trialing, -3));
    let (before, after) = (of(&before, &[], &[]).unwrap(), of(&after.usage(20, 45, 50), &[], &[]).unwrap());
    assert!(after.score < before.score, "the trial is over and nothing is signed");
}

#[test]
fn a_prospect_with_an_open_deal_may_convert_and_a_paying_customer_has_nothing_to_convert() {
    let open = of(&Story::default().spoke(3), &[deal(DealStatus::Open, None)], &[]).unwrap();
    assert_eq!(open.kind, LikelihoodKind::Convert);
    assert!(
        open.factors.iter().any(|factor| factor.reason == "Open deal “Two hundred seats” (Negotiation)"),
        "{open:?}"
    );
    assert_eq!(of(&Story::customer(), &[deal(DealStatus::Open, None)], &[]), None);
    assert_eq!(of(&Story::default(), &[], &[]), None, "nothing is on record");
}

#[test]
fn whoever_got_what_they_missed_and_speaks_to_us_again_comes_back() {
    let lost = |ago| [deal(DealStatus::Lost, Some(ago))];
    let shipped = |ago| {
        let on = today() - Days::new(ago);
        [Shipped { what: "An audit log".to_owned(), title: "Audit log".to_owned(), on }]
    };
    let back = of(&Story::default().spoke(10), &lost(120), &shipped(20)).unwrap();
    assert_eq!((back.kind, back.chance), (LikelihoodKind::Reengage, Chance::High), "{back:?}");
    assert!(back.factors.iter().any(|factor| factor.reason.contains("(no audit log)")), "{back:?}");
    let early = of(&Story::default().spoke(40), &lost(5), &shipped(20)).unwrap();
    assert_eq!(early.chance, Chance::Low, "what was there before, and was said before, is no news: {early:?}");
    let ended = of(&Story::default().with_contract(BillingStatus::Canceled, -90), &[], &[]).unwrap();
    assert_eq!(ended.kind, LikelihoodKind::Reengage);
    assert_eq!(
        of(&Story::default().with_contract(BillingStatus::Canceled, 20), &[], &[]),
        None,
        "it runs until its day"
    );
}

#[test]
fn nothing_dated_later_counts_for_a_day_past() {
    let story = trial().usage(20, 45, 50).spoke(2);
    let input = story.input();
    let past = Likelihood::of(&input, &[], now() - Duration::days(10), &HealthConfig::default()).unwrap();
    assert!(past.factors.iter().all(|factor| factor.kind != FactorKind::Silence), "{past:?}");
}
