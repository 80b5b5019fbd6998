//! Figures as systems write them: amounts in major units, numbers that come as text, moments in several spellings.

use chrono::DateTime;
use rust_decimal::prelude::ToPrimitive as _;
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;

use crate::domain::money::minor_digits;
use crate::domain::time::{Moment, Zone, parse_instant};

/// A number, also one that is written as text.
pub(super) fn decimal(value: &Value) -> Option<Decimal> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    text.parse().or_else(|_| Decimal::from_scientific(&text)).ok()
}

/// A whole number that is not negative, also one that is written as text.
pub(super) fn count(value: &Value) -> Option<u32> {
    let number = decimal(value)?;
    if number.fract().is_zero() { number.to_u32() } else { None }
}

/// An amount in major units of `currency`, in minor units; half a minor unit is rounded away from zero. None where it is
/// beyond what can be kept.
pub(super) fn minor(major: Decimal, currency: &str) -> Option<i64> {
    let digits = minor_digits(&currency.trim().to_ascii_uppercase());
    let scaled = major.checked_mul(Decimal::from(10_u64.pow(digits)))?;
    scaled.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).to_i64()
}

/// A moment as systems write it: RFC 3339, the same with an offset of `+0000`, a bare day, or milliseconds since 1970.
pub(super) fn moment(text: &str) -> Option<Moment> {
    let text = text.trim();
    if let Ok(at) = parse_instant(text, Zone::UTC) {
        return Some(at);
    }
    if let Ok(at) = DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z") {
        return Some(at.into());
    }
    let milliseconds = text.parse().ok()?;
    DateTime::from_timestamp_millis(milliseconds).map(Moment::from)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::domain::money::Money;

    #[test]
    fn an_amount_takes_the_digits_of_its_currency() {
        let of = |text: &str, currency: &str| minor(text.parse().unwrap(), currency);
        assert_eq!(of("1250.5", "usd"), Some(125_050));
        assert_eq!(of("1250.4", "JPY"), Some(1250));
        assert_eq!(of("1.2345", "KWD"), Some(1235));
        assert_eq!(of("0.005", "EUR"), Some(1));
        assert_eq!(of("79228162514264337593543950335", "EUR"), None);
    }

    #[test]
    fn a_moment_is_read_in_every_spelling() {
        let expected: Moment = "2026-03-04T15:30:00Z".parse().unwrap();
        for text in ["2026-03-04T15:30:00.000+0000", "2026-03-04T16:30:00+01:00", "1772638200000", "2026-03-04T15:30"] {
            assert_eq!(moment(text), Some(expected), "{text}");
        }
        assert_eq!(moment("soon"), None);
        assert_eq!(moment(""), None);
    }

    #[test]
    fn a_count_is_whole_and_not_negative() {
        assert_eq!(count(&json!(40)), Some(40));
        assert_eq!(count(&json!(40.0)), Some(40));
        assert_eq!(count(&json!("40")), Some(40));
        for odd in [json!(-1), json!(1.5), json!("many"), json!(null), json!(1e300)] {
            assert_eq!(count(&odd), None, "{odd}");
        }
    }

    proptest! {
        #[test]
        fn an_amount_in_major_units_comes_back(
            amount in -1_000_000_000_000_i64..1_000_000_000_000,
            currency in prop_oneof!["USD", "JPY", "KWD"],
        ) {
            prop_assert_eq!(minor(Money::new(amount, &currency).major(), &currency), Some(amount));
        }

        #[test]
        fn reading_a_moment_never_panics(text in ".{0,40}") {
            let _ = moment(&text);
        }
    }
}
