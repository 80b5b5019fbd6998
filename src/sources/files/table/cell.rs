//! A cell to a value of the import format.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;

use super::date::{self, Order};
use super::fields::{Shape, meaning, values};
use super::figure::{self, Mark};
use crate::domain::money::Money;

/// Characters of a cell that are repeated in a reason.
const SHOWN: usize = 40;

/// What the column of a cell shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shown {
    pub order: Option<Order>,
    pub mark: Option<Mark>,
}

/// Reads a cell that is neither blank nor an amount. `choice` is where the words of a choice are listed.
pub(super) fn value(shape: Shape, choice: &'static str, text: &str, shown: Shown) -> Result<Value, String> {
    let reason = |reason: String| format!("`{}` {reason}", cut(text));
    match shape {
        Shape::Text | Shape::Money => Ok(text.into()),
        Shape::Day | Shape::Instant => date::read(text, shown.order).map(Value::from).map_err(reason),
        Shape::Flag => match meaning("flag", text) {
            Some(word) => Ok((word == "true").into()),
            None => Err(reason("is neither yes nor no".to_owned())),
        },
        Shape::Choice => match meaning(choice, text) {
            Some(word) => Ok(word.into()),
            None => Err(reason(format!("is none of {}", values(choice).join(", ")))),
        },
        Shape::Count => {
            let number = number(text, shown.mark, true).map_err(reason)?;
            let whole = number.normalize().scale() == 0;
            let count = number.to_u32().filter(|_| whole);
            count.map(Value::from).ok_or_else(|| reason("is not a whole number of 0 or more".to_owned()))
        }
        Shape::Number | Shape::Percent => {
            let text = if shape == Shape::Percent { text.trim().trim_end_matches('%') } else { text };
            let number = number(text, shown.mark, false).map_err(reason)?;
            number.to_f64().map(Value::from).ok_or_else(|| reason("is too large".to_owned()))
        }
    }
}

fn number(text: &str, mark: Option<Mark>, groups: bool) -> Result<Decimal, String> {
    let written = figure::written(text).filter(|written| written.around.is_empty());
    written.ok_or_else(|| "is not a number".to_owned())?.read(mark, groups)
}

/// An amount with its currency, in the currency's smallest unit. `column` is the currency the row names.
pub(super) fn money(text: &str, column: Option<&str>, mark: Option<Mark>) -> Result<(i64, String), String> {
    let reason = |reason: String| format!("`{}` {reason}", cut(text));
    let written = figure::written(text).ok_or_else(|| reason("is not an amount; write 1234.50".to_owned()))?;
    let code = figure::currency(&written.around, column).map_err(reason)?;
    let code = code.ok_or_else(|| reason("has no currency; add a column with it, or one for all rows".to_owned()))?;
    let digits = Money::new(1, &code).major().scale();
    let number = written.read(mark, digits < 3).map_err(reason)?.normalize();
    if number.scale() > digits {
        return Err(reason(format!("has more decimals than {code} has")));
    }
    let minor = number.checked_mul(Decimal::from(10_u64.pow(digits))).and_then(|minor| minor.to_i64());
    Ok((minor.ok_or_else(|| reason("is too large".to_owned()))?, code))
}

/// A cell cut to what fits into a sentence.
pub(super) fn cut(text: &str) -> String {
    let text = text.trim();
    if text.chars().count() <= SHOWN { text.to_owned() } else { text.chars().take(SHOWN).chain(['…']).collect() }
}
