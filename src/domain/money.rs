//! Money: an amount in minor units with its currency. Two currencies are never added together.

use std::collections::BTreeMap;
use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// An amount of one currency, kept in its minor unit (cents, pence; yen have none).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Amount in the currency's minor unit.
    pub minor: i64,
    /// ISO 4217 code in capitals.
    pub currency: String,
}

impl Money {
    /// `minor` units of `currency`; the code is put into capitals.
    #[must_use]
    pub fn new(minor: i64, currency: &str) -> Self {
        Self { minor, currency: currency.trim().to_ascii_uppercase() }
    }

    /// The amount in the currency's major unit.
    #[must_use]
    pub fn major(&self) -> Decimal {
        Decimal::new(self.minor, minor_digits(&self.currency))
    }
}

/// How many decimal digits the minor unit of a currency takes (ISO 4217).
#[must_use]
pub fn minor_digits(currency: &str) -> u32 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND" | "VUV"
        | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

fn symbol(currency: &str) -> Option<&'static str> {
    Some(match currency {
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" => "¥",
        "INR" => "₹",
        _ => return None,
    })
}

impl fmt::Display for Money {
    /// `$240,000`, `€38,000.50`, `CHF 1,200`: cents only where there are some. The largest and the smallest amount are what
    /// a sum beyond them ends at, and say so.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = minor_digits(&self.currency);
        let scale = 10_u64.pow(digits);
        let absolute = self.minor.unsigned_abs();
        let sign = match self.minor {
            i64::MIN => "less than −",
            i64::MAX => "more than ",
            minor if minor < 0 => "−",
            _ => "",
        };
        let whole = grouped(absolute / scale);
        let cents = absolute % scale;
        let cents = if cents == 0 { String::new() } else { format!(".{cents:0width$}", width = digits as usize) };
        match symbol(&self.currency) {
            Some(symbol) => write!(f, "{sign}{symbol}{whole}{cents}"),
            None => write!(f, "{sign}{} {whole}{cents}", self.currency),
        }
    }
}

/// A whole number with a comma between thousands.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Sums `amounts` currency by currency, in alphabetical order of the code. A sum that is too large ends at the largest
/// amount, which reads “more than …”, and stays there.
#[must_use]
pub fn totals(amounts: impl IntoIterator<Item = Money>) -> Vec<Money> {
    let mut sums: BTreeMap<String, i128> = BTreeMap::new();
    for amount in amounts {
        *sums.entry(amount.currency).or_default() += i128::from(amount.minor);
    }
    let bounded = |sum: i128| i64::try_from(sum).unwrap_or(if sum < 0 { i64::MIN } else { i64::MAX });
    sums.into_iter().map(|(currency, sum)| Money { minor: bounded(sum), currency }).collect()
}

/// Amounts of several currencies, as people write them: `$240,000 + €1,200`.
#[must_use]
pub fn joined(amounts: &[Money]) -> String {
    amounts.iter().map(Money::to_string).collect::<Vec<_>>().join(" + ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_as_people_write_it() {
        assert_eq!(Money::new(24_000_000, "usd").to_string(), "$240,000");
        assert_eq!(Money::new(3_800_050, "EUR").to_string(), "€38,000.50");
        assert_eq!(Money::new(120_000, "CHF").to_string(), "CHF 1,200");
        assert_eq!(Money::new(5_000, "JPY").to_string(), "¥5,000");
        assert_eq!(Money::new(-150, "GBP").to_string(), "−£1.50");
    }

    #[test]
    fn a_sum_beyond_the_largest_amount_says_so() {
        let sums = totals([Money::new(i64::MAX - 1, "USD"), Money::new(5, "USD")]);
        assert_eq!(sums[0].to_string(), "more than $92,233,720,368,547,758.07");
        let back = totals([Money::new(i64::MAX - 1, "USD"), Money::new(5, "USD"), Money::new(-10, "USD")]);
        assert_eq!(back[0].minor, i64::MAX - 6);
        assert!(
            totals([Money::new(i64::MIN, "USD"), Money::new(-1, "USD")])[0].to_string().starts_with("less than −$")
        );
    }

    #[test]
    fn currencies_are_summed_apart() {
        let sums = totals([Money::new(100, "USD"), Money::new(5, "EUR"), Money::new(200, "USD")]);
        assert_eq!(sums, [Money::new(5, "EUR"), Money::new(300, "USD")]);
    }
}
