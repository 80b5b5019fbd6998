//! The values of Attio's attributes. Each attribute holds a list of values with the time they were set, even where there
//! can be one only.

use std::collections::BTreeMap;

use serde_json::Value;

use super::wire::{AttioRecord, Entry, Member};

impl AttioRecord {
    /// The values an attribute has now. What cannot be read is passed over.
    pub fn entries(&self, attribute: &str) -> Vec<Entry> {
        let Some(value) = self.values.get(attribute) else { return Vec::new() };
        let list = match value {
            Value::Array(list) => list.as_slice(),
            Value::Null => return Vec::new(),
            one => std::slice::from_ref(one),
        };
        let read = list.iter().filter_map(|value| serde_json::from_value::<Entry>(value.clone()).ok());
        read.filter(|entry| entry.active_until.is_none()).collect()
    }

    /// The value an attribute has now.
    pub fn entry(&self, attribute: &str) -> Option<Entry> {
        self.entries(attribute).into_iter().next()
    }

    /// What an attribute says, as text.
    pub fn text(&self, attribute: &str) -> Option<String> {
        self.entry(attribute)?.text()
    }

    /// The record of `object` an attribute leads to.
    pub fn target(&self, attribute: &str, object: &str) -> Option<String> {
        self.entries(attribute).into_iter().find_map(|entry| {
            let fits = entry.target_object.as_deref().is_none_or(|target| target == object);
            entry.target_record_id.filter(|_| fits)
        })
    }

    /// The people of the workspace it names.
    pub fn actors(&self) -> impl Iterator<Item = String> {
        let values = self.values.values().filter_map(Value::as_array).flatten();
        values.filter_map(|value| value.get("referenced_actor_id")?.as_str()).map(str::to_owned)
    }
}

impl Entry {
    /// What it says, as text that is not blank.
    pub fn text(&self) -> Option<String> {
        let titled = self.status.as_ref().or(self.option.as_ref()).map(|titled| titled.title().to_owned());
        let value = || match self.value.as_ref()? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let own = || self.email_address.clone().or_else(|| self.domain.clone()).or_else(|| self.phone_number.clone());
        let text = titled.or_else(value).or_else(|| self.person()).or_else(own)?;
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// The name of a person.
    pub fn person(&self) -> Option<String> {
        let full = self.full_name.clone().unwrap_or_default();
        if !full.trim().is_empty() {
            return Some(full.trim().to_owned());
        }
        let parts = [&self.first_name, &self.last_name];
        let parts: Vec<_> =
            parts.into_iter().flatten().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    /// What it says, whichever type its attribute has. None for what means nothing outside of Attio: other records and
    /// automatic figures on conversations.
    pub fn plain(&self, members: &BTreeMap<String, Member>) -> Option<Value> {
        match self.attribute_type.as_deref() {
            Some("interaction" | "record-reference") => None,
            Some("actor-reference") => {
                let member = members.get(self.referenced_actor_id.as_deref()?)?;
                (!member.email.is_empty()).then(|| member.email.clone().into())
            }
            Some("currency") => Some(match (self.currency_value.as_ref()?, &self.currency_code) {
                (Value::Number(amount), Some(code)) => format!("{amount} {code}").into(),
                (amount, _) => amount.clone(),
            }),
            Some("location") => {
                let parts = [&self.locality, &self.region, &self.country_code];
                let parts: Vec<_> = parts.into_iter().flatten().map(String::as_str).collect();
                (!parts.is_empty()).then(|| parts.join(", ").into())
            }
            _ => match &self.value {
                Some(value @ (Value::Bool(_) | Value::Number(_))) => Some(value.clone()),
                _ => self.text().map(Value::from),
            },
        }
    }
}
