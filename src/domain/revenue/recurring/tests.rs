//! Monthly recurring revenue: figures worked out by hand, and what has to hold for all of them.

use proptest::prelude::*;

use super::*;
use crate::domain::interval::Interval;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn item(unit: i64, quantity: u64, every: Unit, count: u32) -> Item {
    let price = Price {
        cycle: Some(Cycle { unit: every, count }),
        metered: false,
        scheme: Scheme::PerUnit(Decimal::from(unit)),
        package: None,
    };
    Item { price, quantity: Some(quantity), discounts: Vec::new() }
}

fn percent(text: &str) -> Discount {
    Discount { off: Off::Percent(decimal(text)), forever: true }
}

fn amount(minor: i64) -> Discount {
    Discount { off: Off::Amount(Decimal::from(minor)), forever: true }
}

fn comes_to(items: &[Item], discounts: &[Discount]) -> String {
    total(items, discounts).round_dp_with_strategy(4, RoundingStrategy::MidpointNearestEven).normalize().to_string()
}

fn with(scheme: Scheme, quantity: u64) -> Item {
    let mut item = item(0, quantity, Unit::Month, 1);
    item.price.scheme = scheme;
    item
}

fn tiers() -> Vec<Tier> {
    let tier = |up_to, unit: i64, flat: i64| Tier { up_to, unit: unit.into(), flat: flat.into() };
    vec![tier(Some(10), 500, 1_000), tier(Some(50), 400, 200), tier(None, 300, 0)]
}

#[test]
fn every_interval_has_its_share_of_a_month() {
    for (unit, quantity, every, count, expected) in [
        (2_000, 1, Unit::Month, 1, "2000"),
        (29_990, 1, Unit::Year, 1, "2499.1667"),
        (9_000, 3, Unit::Month, 3, "9000"),
        (1_000, 1, Unit::Week, 1, "4333.3333"),
        (1_000, 1, Unit::Week, 2, "2166.6667"),
        (500, 1, Unit::Day, 1, "15208.3333"),
        (240_000, 10, Unit::Year, 2, "100000"),
    ] {
        assert_eq!(comes_to(&[item(unit, quantity, every, count)], &[]), expected, "{unit} {every:?} {count}");
    }
}

#[test]
fn monthly_and_yearly_customers_add_up() {
    let all = [item(10_000, 100, Unit::Month, 1), item(60_000, 50, Unit::Year, 1)];
    assert_eq!(comes_to(&all, &[]), "1250000");
}

#[test]
fn only_discounts_for_good_lower_it() {
    let yearly = [item(29_990, 1, Unit::Year, 1)];
    assert_eq!(comes_to(&yearly, &[percent("25.5")]), "1861.8792");
    assert_eq!(comes_to(&yearly, &[amount(1_000)]), "2415.8333");
    let passing = Discount { forever: false, ..percent("25.5") };
    assert_eq!(comes_to(&yearly, &[passing]), "2499.1667");
}

#[test]
fn discounts_are_taken_one_after_the_other() {
    let monthly = [item(10_000, 1, Unit::Month, 1)];
    assert_eq!(comes_to(&monthly, &[percent("10"), percent("10")]), "8100");
    assert_eq!(comes_to(&monthly, &[percent("10"), amount(1_000)]), "8000");
    assert_eq!(comes_to(&monthly, &[amount(1_000), percent("10")]), "8100");
    let own = Item { discounts: vec![percent("50")], ..monthly[0].clone() };
    assert_eq!(comes_to(&[own, item(5_000, 1, Unit::Month, 1)], &[percent("20")]), "8000");
}

#[test]
fn a_discount_larger_than_the_price_leaves_nothing() {
    let monthly = item(10_000, 1, Unit::Month, 1);
    assert_eq!(comes_to(std::slice::from_ref(&monthly), &[amount(20_000), percent("150")]), "0");
    let own = Item { discounts: vec![amount(20_000)], ..monthly };
    assert_eq!(comes_to(&[own, item(700, 1, Unit::Month, 1)], &[]), "700");
}

#[test]
fn an_amount_off_a_subscription_of_two_intervals_is_shared_by_what_the_items_come_to() {
    // Of 10,000 a month 7,500 are billed monthly and 2,500 yearly: 3/4 of 1,200 a month and 1/4 of 1,200 a year.
    let items = [item(7_500, 1, Unit::Month, 1), item(30_000, 1, Unit::Year, 1)];
    assert_eq!(comes_to(&items, &[amount(1_200)]), "9075");
}

#[test]
fn what_is_metered_or_due_once_comes_to_nothing() {
    let mut metered = item(900, 4, Unit::Month, 1);
    metered.price.metered = true;
    let mut once = item(900, 4, Unit::Month, 1);
    once.price.cycle = None;
    assert_eq!(comes_to(&[metered.clone(), once], &[]), "0");
    assert_eq!(metered.due(), Decimal::ZERO);
}

#[test]
fn packages_are_rounded_as_the_price_says() {
    let mut packed = item(1_000, 25, Unit::Month, 1);
    packed.price.package = Some(Package { size: 10, round_up: true });
    assert_eq!(packed.due(), Decimal::from(3_000));
    packed.price.package = Some(Package { size: 10, round_up: false });
    assert_eq!(packed.due(), Decimal::from(2_000));
}

#[test]
fn graduated_tiers_price_the_units_that_fall_into_them() {
    let due = |units| with(Scheme::Graduated(tiers()), units).due();
    assert_eq!(due(0), Decimal::from(1_000));
    assert_eq!(due(10), Decimal::from(1_000 + 10 * 500));
    assert_eq!(due(60), Decimal::from(1_000 + 10 * 500 + 200 + 40 * 400 + 10 * 300));
}

#[test]
fn volume_tiers_price_all_units_at_the_tier_of_the_quantity() {
    let due = |units| with(Scheme::Volume(tiers()), units).due();
    assert_eq!(due(10), Decimal::from(1_000 + 10 * 500));
    assert_eq!(due(11), Decimal::from(200 + 11 * 400));
    assert_eq!(due(51), Decimal::from(51 * 300));
    let ended = vec![Tier { up_to: Some(5), unit: Decimal::TEN, flat: Decimal::ZERO }];
    assert_eq!(with(Scheme::Volume(ended), 9).due(), Decimal::from(90));
}

#[test]
fn figures_are_rounded_once_and_half_to_even() {
    assert_eq!(rounded(decimal("2.5")), 2);
    assert_eq!(rounded(decimal("3.5")), 4);
    assert_eq!(rounded(decimal("2499.1667")), 2_499);
    assert_eq!(rounded(Decimal::MAX), i64::MAX);
}

#[test]
fn the_words_of_a_cycle_are_read_as_the_same_interval() {
    for (unit, count, interval) in [
        (Unit::Day, 1, Interval::Days(1)),
        (Unit::Day, 10, Interval::Days(10)),
        (Unit::Week, 1, Interval::Weeks(1)),
        (Unit::Week, 6, Interval::Weeks(6)),
        (Unit::Month, 1, Interval::Months(1)),
        (Unit::Month, 3, Interval::Months(3)),
        (Unit::Month, 6, Interval::Months(6)),
        (Unit::Month, 24, Interval::Months(24)),
        (Unit::Year, 1, Interval::Months(12)),
        (Unit::Year, 3, Interval::Months(36)),
    ] {
        let words = Cycle { unit, count }.words();
        assert_eq!(Interval::parse(&words), interval, "{words}");
    }
}

fn cycles() -> impl Strategy<Value = Cycle> {
    (prop::sample::select(vec![Unit::Day, Unit::Week, Unit::Month, Unit::Year]), 1_u32..25)
        .prop_map(|(unit, count)| Cycle { unit, count })
}

fn discounts() -> impl Strategy<Value = Vec<Discount>> {
    let off = prop_oneof![
        (0_i64..=10_000).prop_map(|percent| Off::Percent(Decimal::new(percent, 2))),
        (0_i64..5_000_000).prop_map(|minor| Off::Amount(minor.into())),
    ];
    prop::collection::vec((off, any::<bool>()).prop_map(|(off, forever)| Discount { off, forever }), 0..4)
}

fn schemes() -> impl Strategy<Value = Scheme> {
    let tier = |(size, unit, flat): (u64, i64, i64)| (size, Decimal::new(unit, 2), Decimal::from(flat));
    let tiers =
        prop::collection::vec((1_u64..500, 0_i64..100_000, 0_i64..50_000).prop_map(tier), 1..5).prop_map(|tiers| {
            let mut end = 0;
            let mut ends: Vec<Tier> = tiers
                .into_iter()
                .map(|(size, unit, flat)| {
                    end += size;
                    Tier { up_to: Some(end), unit, flat }
                })
                .collect();
            if let Some(last) = ends.last_mut() {
                last.up_to = None;
            }
            ends
        });
    prop_oneof![
        (0_i64..100_000_000).prop_map(|unit| Scheme::PerUnit(Decimal::new(unit, 3))),
        tiers.clone().prop_map(Scheme::Graduated),
        tiers.prop_map(Scheme::Volume),
    ]
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    let item = (schemes(), cycles(), any::<bool>(), prop::option::of(0_u64..100_000), discounts());
    let item = item.prop_map(|(scheme, cycle, metered, quantity, discounts)| Item {
        price: Price { cycle: Some(cycle), metered, scheme, package: None },
        quantity,
        discounts,
    });
    prop::collection::vec(item, 0..6)
}

fn near(one: Decimal, other: Decimal) -> bool {
    (one - other).abs() < Decimal::new(1, 6)
}

proptest! {
    #[test]
    fn it_is_never_negative(items in items(), off in discounts()) {
        prop_assert!(monthly(&items, &off).into_iter().all(|share| share >= Decimal::ZERO));
    }

    #[test]
    fn discounts_never_raise_it(items in items(), off in discounts()) {
        let bare: Vec<Item> = items.iter().map(|item| Item { discounts: Vec::new(), ..item.clone() }).collect();
        prop_assert!(total(&items, &off) <= total(&items, &[]) + Decimal::new(1, 6));
        prop_assert!(total(&items, &[]) <= total(&bare, &[]));
    }

    #[test]
    fn the_order_of_items_does_not_matter(items in items(), off in discounts()) {
        let turned: Vec<Item> = items.iter().rev().cloned().collect();
        prop_assert!(near(total(&items, &off), total(&turned, &off)));
    }

    #[test]
    fn without_tiers_and_discounts_it_grows_with_the_quantity(
        unit in 0_i64..10_000_000, cycle in cycles(), one in 0_u64..10_000, other in 0_u64..10_000,
    ) {
        let of = |quantity| total(&[item(unit, quantity, cycle.unit, cycle.count)], &[]);
        prop_assert!(near(of(one) + of(other), of(one + other)));
    }

    #[test]
    fn a_years_price_is_twelve_months_of_it(unit in 0_i64..100_000_000, quantity in 0_u64..10_000, years in 1_u32..6) {
        let monthly = total(&[item(unit, quantity, Unit::Month, 1)], &[]);
        let yearly = total(&[item(unit * 12 * i64::from(years), quantity, Unit::Year, years)], &[]);
        prop_assert!(near(monthly, yearly));
        let twelve = total(&[item(unit, quantity, Unit::Year, years)], &[]);
        let months = total(&[item(unit, quantity, Unit::Month, 12 * years)], &[]);
        prop_assert!(near(twelve, months));
    }
}
