//! Puts into objects what a list does not carry: names of products, tiers, coupons, further items, failed charges.
//!
//! A part the key may not read is left out, and read as far as it goes without.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::pass::is_lost;
use super::wire::Listed;
use super::{Stripe, streams};
use crate::domain::time::Moment;
use crate::sources::{Item, SourceError, Stream};

/// Identifiers in one request.
const MOST_IDS: usize = 100;

impl Stripe {
    /// Objects as items, with everything they are read by.
    pub(super) async fn whole(
        &self,
        stream: &Stream,
        mut raws: Vec<Value>,
        now: Moment,
    ) -> Result<Vec<Item>, SourceError> {
        match stream.name {
            streams::SUBSCRIPTIONS => {
                for raw in &mut raws {
                    self.further_items(raw).await?;
                }
                self.prices(&mut raws).await?;
            }
            streams::SCHEDULES => self.prices(&mut raws).await?,
            streams::INVOICES => {
                for raw in &mut raws {
                    self.failures(raw, now).await?;
                }
            }
            _ => {}
        }
        let item = |raw: Value| Some(Item { id: raw.get("id")?.as_str()?.to_owned(), raw });
        Ok(raws.into_iter().filter_map(item).collect())
    }

    /// The items of a subscription that has more than are embedded.
    async fn further_items(&self, raw: &mut Value) -> Result<(), SourceError> {
        while raw["items"]["has_more"] == json!(true) {
            let (Some(id), Some(last)) = (text(raw, "/id"), last_item(raw)) else { return Ok(()) };
            let query = [
                ("subscription", id.as_str()),
                ("limit", "100"),
                ("starting_after", last.as_str()),
                ("expand[]", "data.discounts"),
            ];
            let request = self.caller.get("/v1/subscription_items").query(&query);
            let listed: Listed = self.caller.call(request).await?.json()?;
            let more = listed.has_more && !listed.data.is_empty();
            if let Some(items) = raw.pointer_mut("/items/data").and_then(Value::as_array_mut) {
                items.extend(listed.data);
            }
            raw["items"]["has_more"] = json!(more);
        }
        Ok(())
    }

    /// Prices, tiers, products and coupons of lines.
    async fn prices(&self, raws: &mut [Value]) -> Result<(), SourceError> {
        let mut lines: Vec<&mut Value> = raws.iter_mut().flat_map(lines).collect();
        let named = lines.iter().filter_map(|line| text(line, "/price"));
        let tiered = lines.iter().filter(|line| {
            line.pointer("/price/billing_scheme") == Some(&json!("tiered")) && line.pointer("/price/tiers").is_none()
        });
        let wanted: BTreeSet<String> = named.chain(tiered.filter_map(|line| text(line, "/price/id"))).collect();
        let prices = self.each("prices", &wanted, &[("expand[]", "tiers")]).await?;
        for line in &mut lines {
            let id = text(line, "/price").or_else(|| text(line, "/price/id"));
            if let Some(price) = id.and_then(|id| prices.get(&id)) {
                line["price"] = price.clone();
            }
        }
        let products: BTreeSet<String> = lines.iter().filter_map(|line| text(line, "/price/product")).collect();
        let products = self.products(&products).await?;
        for line in &mut lines {
            if let Some(product) = text(line, "/price/product").and_then(|id| products.get(&id)) {
                line["price"]["product"] = product.clone();
            }
        }
        self.coupons(&mut lines).await
    }

    /// Coupons of discounts of single items, which lie too deep to be expanded.
    async fn coupons(&self, lines: &mut [&mut Value]) -> Result<(), SourceError> {
        let places = ["/source/coupon", "/coupon"];
        let discounts = |line: &Value| line["discounts"].as_array().cloned().unwrap_or_default();
        let wanted: BTreeSet<String> = lines
            .iter()
            .flat_map(|line| discounts(line))
            .filter_map(|discount| places.iter().find_map(|place| text(&discount, place)))
            .collect();
        let coupons = self.each("coupons", &wanted, &[]).await?;
        for line in lines {
            for discount in line.get_mut("discounts").and_then(Value::as_array_mut).into_iter().flatten() {
                for place in places {
                    let coupon = text(discount, place).and_then(|id| coupons.get(&id));
                    if let (Some(coupon), Some(at)) = (coupon, discount.pointer_mut(place)) {
                        *at = coupon.clone();
                    }
                }
            }
        }
        Ok(())
    }

    /// Objects one by one.
    async fn each(
        &self,
        table: &str,
        ids: &BTreeSet<String>,
        query: &[(&str, &str)],
    ) -> Result<BTreeMap<String, Value>, SourceError> {
        let mut found = BTreeMap::new();
        for id in ids.iter().filter(|id| plain(id)) {
            let request = self.caller.get(&format!("/v1/{table}/{id}")).query(query);
            if let Some(reply) = passed_over(self.caller.call(request).await)? {
                found.insert(id.clone(), reply.json()?);
            }
        }
        Ok(found)
    }

    /// Products, many at once.
    async fn products(&self, ids: &BTreeSet<String>) -> Result<BTreeMap<String, Value>, SourceError> {
        let mut found = BTreeMap::new();
        let ids: Vec<&String> = ids.iter().collect();
        for some in ids.chunks(MOST_IDS) {
            let mut query = vec![("limit", "100")];
            query.extend(some.iter().map(|id| ("ids[]", id.as_str())));
            let reply = passed_over(self.caller.call(self.caller.get("/v1/products").query(&query)).await)?;
            let Some(reply) = reply else { return Ok(found) };
            let listed: Listed = reply.json()?;
            found.extend(listed.data.into_iter().filter_map(|product| Some((text(&product, "/id")?, product))));
        }
        Ok(found)
    }

    /// What an invoice does not say itself: whether it is past due, and the attempts to charge it that failed.
    async fn failures(&self, raw: &mut Value, now: Moment) -> Result<(), SourceError> {
        let status = text(raw, "/status").unwrap_or_default();
        let due = raw["due_date"].as_i64();
        if status == "open" && due.is_some_and(|due| due <= now.utc().timestamp()) {
            raw["overdue"] = json!(true);
        }
        let tries = raw["attempt_count"].as_i64().unwrap_or_default() - i64::from(status == "paid");
        if tries <= 0 || !matches!(status.as_str(), "open" | "paid" | "uncollectible") {
            return Ok(());
        }
        let mut failed = Vec::new();
        let intents = intents(raw);
        for intent in &intents {
            let query = [("payment_intent", intent.as_str()), ("limit", "100")];
            let reply = passed_over(self.caller.call(self.caller.get("/v1/charges").query(&query)).await)?;
            let Some(reply) = reply else { return Ok(()) };
            let listed: Listed = reply.json()?;
            failed.extend(listed.data.into_iter().filter(|charge| charge["status"] == json!("failed")));
        }
        if !failed.is_empty() {
            failed.sort_by_key(|charge| charge["created"].as_i64());
            raw["failed_charges"] = Value::Array(failed);
        }
        Ok(())
    }
}

/// The payments an invoice was to be paid by.
fn intents(raw: &Value) -> BTreeSet<String> {
    let payments = raw.pointer("/payments/data").and_then(Value::as_array).into_iter().flatten();
    let of = |at: &Value, place: &str| text(at, place).or_else(|| text(at, &format!("{place}/id")));
    // Until 2025 an invoice had one, by itself.
    payments.filter_map(|payment| of(payment, "/payment/payment_intent")).chain(of(raw, "/payment_intent")).collect()
}

/// The lines of a subscription, or of a schedule that has not started.
fn lines(raw: &mut Value) -> Vec<&mut Value> {
    if raw.get("phases").is_some() {
        if raw["status"] != json!("not_started") {
            return Vec::new();
        }
        let phases = raw.get_mut("phases").and_then(Value::as_array_mut).into_iter().flatten();
        return phases.filter_map(|phase| phase.get_mut("items")?.as_array_mut()).flatten().collect();
    }
    raw.pointer_mut("/items/data").and_then(Value::as_array_mut).into_iter().flatten().collect()
}

fn last_item(raw: &Value) -> Option<String> {
    text(raw.pointer("/items/data")?.as_array()?.last()?, "/id")
}

fn text(value: &Value, place: &str) -> Option<String> {
    value.pointer(place)?.as_str().map(str::to_owned)
}

/// Whether an identifier can stand in a path.
pub(super) fn plain(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// None where the key may not read this, or it is no more.
fn passed_over<T>(answer: Result<T, SourceError>) -> Result<Option<T>, SourceError> {
    match answer {
        Err(SourceError::Forbidden(_)) => Ok(None),
        Err(error) if is_lost(&error) => Ok(None),
        answer => answer.map(Some),
    }
}
