//! What Salesbricks sends, as far as it is read here. Everything may be absent or null.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A page of a list.
#[derive(Debug, Deserialize)]
pub(super) struct Listed {
    #[serde(default)]
    pub results: Vec<Value>,
    /// Address of the next page.
    #[serde(default)]
    pub next: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Customer {
    pub customer_id: String,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub stripe_customer_id: Option<String>,
    /// Those of its subscriptions, put in when it was fetched.
    #[serde(default)]
    pub points_of_contact: Vec<Person>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Person {
    #[serde(default)]
    pub email: Option<String>,
}

/// A subscription with its orders and its customer, put together when it was fetched.
#[derive(Debug, Deserialize)]
pub(super) struct Whole {
    pub subscription: Subscription,
    #[serde(default)]
    pub orders: Vec<Order>,
    pub customer: Customer,
}

#[derive(Debug, Deserialize)]
pub(super) struct Subscription {
    pub subscription_id: String,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub status: Option<String>,
    #[serde(default)]
    pub stage: Option<String>,
    #[serde(default)]
    pub starts_at: Option<String>,
    #[serde(default)]
    pub ends_at: Option<String>,
    #[serde(default)]
    pub renews_at: Option<String>,
    #[serde(default)]
    pub terminates_at: Option<String>,
    #[serde(default)]
    pub billing_frequency: Option<String>,
    #[serde(default)]
    pub currency: Option<String>,
    /// Before taxes and discounts, of the whole term, in major units.
    #[serde(default, deserialize_with = "amount")]
    pub sub_total: Option<Decimal>,
    /// What taxes and discounts come to; its form is not documented.
    #[serde(default)]
    pub grand_total_details: Value,
    #[serde(default, deserialize_with = "nullable")]
    pub line_items: Vec<Line>,
    #[serde(default, deserialize_with = "nullable")]
    pub billing_schedule: Vec<Billing>,
    #[serde(default)]
    pub metadata: Value,
}

#[derive(Debug, Deserialize)]
pub(super) struct Line {
    #[serde(default)]
    pub brick_name: Option<String>,
    #[serde(default)]
    pub plan_name: Option<String>,
    #[serde(default, deserialize_with = "amount")]
    pub quantity: Option<Decimal>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Billing {
    #[serde(default, deserialize_with = "amount")]
    pub sub_total: Option<Decimal>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Order {
    #[serde(default)]
    pub order_type: Option<String>,
    /// With its currency: `$12,000.00`.
    #[serde(default, deserialize_with = "amount")]
    pub contract_value: Option<Decimal>,
    #[serde(default)]
    pub pdf_url: Option<String>,
    #[serde(default)]
    pub starts_at: Option<String>,
}

fn nullable<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// A number, or a number as text with or without its currency.
fn amount<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
    Ok(read_amount(&Value::deserialize(deserializer)?))
}

/// An amount as Salesbricks writes it; none where it is none.
pub(super) fn read_amount(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => {
            let text = number.to_string();
            text.parse().ok().or_else(|| Decimal::from_scientific(&text).ok())
        }
        Value::String(text) => {
            let digits: String =
                text.chars().filter(|letter| letter.is_ascii_digit() || matches!(letter, '.' | '-')).collect();
            digits.parse().ok()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn amounts_are_read_as_numbers_and_as_texts() {
        for (value, expected) in [
            (json!(1200), Some("1200")),
            (json!(8.333_333_333_333_334), Some("8.333333333333334")),
            (json!("$12,000.50"), Some("12000.50")),
            (json!("EUR 900"), Some("900")),
            (json!(1e21), Some("1000000000000000000000")),
            (json!("on request"), None),
            (json!(null), None),
            (json!({"amount": 1}), None),
        ] {
            assert_eq!(read_amount(&value), expected.map(|text| text.parse().unwrap()), "{value}");
        }
    }
}
