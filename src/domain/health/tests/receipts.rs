//! Receipts: every point of a move has a cause, and the causes are told apart.

use chrono::Duration;
use proptest::prelude::*;

use super::*;

fn refresh(story: &Story, at: Moment) -> Refresh {
    Refresh { at, health: story.assess_at(at), data_version: 1, program: 3, receipt: None }
}

/// The receipt of a story that was another one at an earlier instant.
fn receipt(before: &Story, then: Moment, after: &Story, at: Moment, rules: &HealthConfig) -> Receipt {
    let (before, input) = (refresh(before, then), after.input());
    let now = assess(&input, at, rules);
    let change = Change {
        before: &before,
        earlier_rules: &HealthConfig::default(),
        input: &input,
        now: &now,
        at,
        rules,
        program: 3,
    };
    Receipt::of(&change)
}

fn causes(receipt: &Receipt) -> Vec<(Cause, i32)> {
    let mut causes: Vec<Cause> = receipt.moves.iter().map(|moved| moved.cause).collect();
    causes.sort_unstable();
    causes.dedup();
    causes.into_iter().map(|cause| (cause, receipt.by(cause))).collect()
}

fn ago(days: i64) -> Moment {
    now() - Duration::days(days)
}

#[test]
fn a_signal_that_came_in_is_news_and_named() {
    let before = Story::customer().usage(80, 80, 100);
    let after = Story::customer().usage(80, 80, 100).signal(0, SignalKind::Escalation, None);
    let receipt = receipt(&before, ago(1), &after, now(), &HealthConfig::default());
    let [moved] = receipt.moves.as_slice() else { panic!("{receipt:?}") };
    assert_eq!((moved.cause, moved.kind), (Cause::Data, Some(FactorKind::Escalation)));
    assert_eq!(moved.records, [RecordRef { kind: RecordKind::Signal, id: "signal-1".to_owned() }]);
    assert!(receipt.points() < 0);
}

#[test]
fn a_record_that_came_late_is_news_though_its_day_is_past() {
    let before = Story::customer().usage(80, 80, 100);
    let after = Story::customer().usage(80, 80, 100).signal(20, SignalKind::Complaint, None);
    let receipt = receipt(&before, ago(1), &after, now(), &HealthConfig::default());
    assert_eq!(causes(&receipt), [(Cause::Data, receipt.points())], "{receipt:?}");
}

#[test]
fn silence_that_grows_is_time_that_passed() {
    let story = Story { contacts: Vec::new(), ..Story::customer() }.usage(80, 80, 100).spoke(90);
    let receipt = receipt(&story, ago(60), &story, now(), &HealthConfig::default());
    let silence = receipt.moves.iter().find(|moved| moved.kind == Some(FactorKind::Silence)).unwrap();
    assert_eq!(silence.cause, Cause::Time, "{receipt:?}");
    assert!(silence.points < 0);
}

#[test]
fn other_weights_move_a_score_whose_records_are_the_same() {
    let story = Story::customer().usage(80, 80, 100).signal(3, SignalKind::Escalation, None);
    let mut rules = HealthConfig::default();
    rules.voice.escalation += 7;
    rules.voice.escalation_cap += 7;
    rules.base -= 5;
    let receipt = receipt(&story, now(), &story, now(), &rules);
    assert_eq!(causes(&receipt), [(Cause::Rules, -12)], "{receipt:?}");
    let base = receipt.moves.iter().find(|moved| moved.kind.is_none()).unwrap();
    assert_eq!(base.reason, "Every score starts from 70 instead of 75");
}

#[test]
fn usage_that_stops_coming_is_a_source_that_went_missing_and_comes_back() {
    let with = || Story::customer().usage(80, 80, 100).spoke(2);
    let mut without = with();
    without.usage.retain(|usage| usage.day < today() - chrono::Days::new(20));
    let lost = receipt(&with(), ago(1), &without, now(), &HealthConfig::default());
    assert_eq!(causes(&lost), [(Cause::Lost(MissingData::Usage), lost.points())], "{lost:?}");
    assert!(lost.moves[0].reason.starts_with("No longer: "), "{lost:?}");
    let back = receipt(&without, now(), &with(), now(), &HealthConfig::default());
    assert_eq!(causes(&back), [(Cause::Back(MissingData::Usage), -lost.points())], "{back:?}");
}

/// A story with a little of everything, as dice fall.
fn any_story() -> impl Strategy<Value = Story> {
    let signals = prop::collection::vec((0_i64..120, 0_usize..5, 0_u8..=10), 0..6);
    let promises = prop::collection::vec(-40_i64..40, 0..4);
    let contacts = prop::collection::vec(0_i64..150, 0..4);
    (0_u32..120, 0_u32..120, signals, promises, contacts, 0_u64..40).prop_map(
        |(first, last, signals, promises, contacts, cut)| {
            let kinds = [
                SignalKind::Nps,
                SignalKind::Escalation,
                SignalKind::ChurnRisk,
                SignalKind::Complaint,
                SignalKind::Praise,
            ];
            let mut story = Story::customer().usage(first, last, 100);
            for (ago, kind, score) in signals {
                story = story.signal(ago, kinds[kind], Some(f64::from(score)));
            }
            for due in promises {
                story = story.promise(due, Side::Team);
            }
            for ago in contacts {
                story = story.spoke(ago);
            }
            story.usage.retain(|usage| usage.day < today() - chrono::Days::new(cut));
            story
        },
    )
}

proptest! {
    #[test]
    fn the_parts_of_a_receipt_add_up_to_the_move(
        before in any_story(), after in any_story(), then in 0_i64..100, weight in 0_u32..40, base in 40_u32..100,
    ) {
        let mut rules = HealthConfig { base, ..HealthConfig::default() };
        rules.voice.escalation = weight;
        let receipt = receipt(&before, ago(then), &after, now(), &rules);
        let sum: i32 = receipt.moves.iter().map(|moved| moved.points).sum();
        prop_assert_eq!(sum + receipt.bounds, receipt.points());
        if receipt.bounds != 0 {
            let bare = |health: &Health| health.base + health.factors.iter().map(|factor| factor.magnitude).sum::<i32>();
            let ends = [before.assess_at(ago(then)), assess(&after.input(), now(), &rules)];
            prop_assert!(ends.iter().any(|health| !(0..=100).contains(&bare(health))), "{:?}", receipt);
        }
    }

    #[test]
    fn the_same_records_at_the_same_instant_move_nothing(story in any_story(), then in 0_i64..100) {
        let receipt = receipt(&story, ago(then), &story, ago(then), &HealthConfig::default());
        prop_assert!(receipt.moves.is_empty() && receipt.bounds == 0, "{:?}", receipt);
    }

    #[test]
    fn without_news_and_other_weights_only_time_moves_a_score(story in any_story(), then in 0_i64..60) {
        // What happened since is news; what was known then is not.
        let mut known = story;
        known.signals.retain(|signal| signal.occurred_at <= ago(then));
        known.contacts.retain(|(at, _)| *at <= ago(then));
        known.payments.retain(|payment| payment.occurred_at <= ago(then));
        known.usage.retain(|usage| usage.day <= ago(then).day());
        known.commitments.retain(|promise| promise.occurred_at <= ago(then));
        let receipt = receipt(&known, ago(then), &known, now(), &HealthConfig::default());
        for moved in &receipt.moves {
            prop_assert!(matches!(moved.cause, Cause::Time | Cause::Lost(_)), "{:?}", receipt);
        }
    }
}
