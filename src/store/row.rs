//! Reading columns into domain types.

use rust_decimal::Decimal;
use serde::Serialize;
use serde::de::{DeserializeOwned, IntoDeserializer, value};
use sqlx::Row;
use sqlx::postgres::PgRow;
use sqlx::types::Json;

use crate::domain::host;

type Result<T> = std::result::Result<T, sqlx::Error>;

fn undecodable(column: &str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.to_owned(), source: source.into() }
}

/// A column that holds one of an enumeration's wire names.
pub(super) fn word<T: DeserializeOwned>(row: &PgRow, column: &str) -> Result<T> {
    let text: &str = row.try_get(column)?;
    T::deserialize(text.into_deserializer()).map_err(|error: value::Error| undecodable(column, error))
}

/// A column that holds a count.
pub(super) fn count(row: &PgRow, column: &str) -> Result<u32> {
    let number: i64 = row.try_get(column)?;
    u32::try_from(number).map_err(|error| undecodable(column, error))
}

/// A column that may hold a count.
pub(super) fn optional_count(row: &PgRow, column: &str) -> Result<Option<u32>> {
    let number: Option<i64> = row.try_get(column)?;
    number.map(u32::try_from).transpose().map_err(|error| undecodable(column, error))
}

/// A column that may hold a decimal number, written as text.
pub(super) fn optional_decimal(row: &PgRow, column: &str) -> Result<Option<Decimal>> {
    let text: Option<&str> = row.try_get(column)?;
    text.map(str::parse).transpose().map_err(|error: rust_decimal::Error| undecodable(column, error))
}

/// The wire name of one of an enumeration's values.
pub(super) fn wire<T: Serialize>(value: &T) -> String {
    let name = serde_json::to_value(value).ok();
    name.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}

/// A jsonb column.
pub(super) fn json<T: DeserializeOwned>(row: &PgRow, column: &str) -> Result<T> {
    let value: Json<T> = row.try_get(column)?;
    Ok(value.0)
}

/// How a domain is written as a key: in the one spelling of it.
pub(super) fn key(domain: &str) -> String {
    host::canonical(domain)
}

/// A column that holds a list of an enumeration's wire names.
pub(super) fn words<T: DeserializeOwned>(row: &PgRow, column: &str) -> Result<Vec<T>> {
    let texts: Vec<String> = row.try_get(column)?;
    let read = |text: String| {
        T::deserialize(text.into_deserializer()).map_err(|error: value::Error| undecodable(column, error))
    };
    texts.into_iter().map(read).collect()
}
