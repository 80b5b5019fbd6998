//! Amounts of money: the minor units Stripe counts in, and those of this program.
//!
//! They are the same but for a few currencies. Stripe counts the króna and the Ugandan shilling in hundredths, though
//! neither has any, and the ariary in whole ones, though a hundredth is its minor unit.

use rust_decimal::Decimal;

use crate::domain::money::Money;
use crate::domain::revenue::recurring::rounded;

/// Decimal digits of the unit Stripe counts a currency in; the code in capitals.
fn digits_there(currency: &str) -> u32 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "JPY" | "KMF" | "KRW" | "MGA" | "PYG" | "RWF" | "VND" | "VUV" | "XAF"
        | "XOF" | "XPF" => 0,
        "BHD" | "JOD" | "KWD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// Decimal digits of the unit this program counts a currency in.
fn digits_here(currency: &str) -> u32 {
    Money::new(0, currency).major().scale()
}

/// The factor from Stripe's units of a currency to those of this program.
fn factor(currency: &str) -> Decimal {
    let currency = currency.to_ascii_uppercase();
    let (there, here) = (digits_there(&currency), digits_here(&currency));
    if here >= there {
        Decimal::from(10_u32.pow(here - there))
    } else {
        Decimal::ONE / Decimal::from(10_u32.pow(there - here))
    }
}

/// An amount of Stripe, not rounded yet, in this program's minor units.
pub(super) fn exact(amount: Decimal, currency: &str) -> Decimal {
    amount.saturating_mul(factor(currency))
}

/// An amount of Stripe in this program's minor units.
pub(super) fn minor(amount: i64, currency: &str) -> i64 {
    rounded(exact(amount.into(), currency))
}

/// An amount of this program in Stripe's units: what the double writes.
pub(in crate::sources) fn at_stripe(minor: i64, currency: &str) -> Decimal {
    (Decimal::from(minor) / factor(currency)).normalize()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn currencies_stripe_counts_in_other_units_are_converted() {
        for (there, currency, here) in [
            (2_000, "usd", 2_000),
            (5_000, "jpy", 5_000),
            (12_340, "kwd", 12_340),
            (150_000, "isk", 1_500),
            (250, "ugx", 2),
            (350, "ugx", 4),
            (70, "mga", 7_000),
        ] {
            assert_eq!(minor(there, currency), here, "{there} {currency}");
        }
    }

    proptest! {
        #[test]
        fn amounts_come_back_as_they_went(
            amount in -1_000_000_000_i64..1_000_000_000,
            currency in prop::sample::select(vec!["USD", "JPY", "ISK", "UGX", "MGA", "KWD", "BHD", "EUR"]),
        ) {
            prop_assert_eq!(rounded(exact(at_stripe(amount, currency), currency)), amount);
        }
    }
}
