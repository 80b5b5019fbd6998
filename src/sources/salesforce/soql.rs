//! The queries. Nothing from outside goes into one but names of fields Salesforce described, and identifiers that are
//! letters and digits.

use chrono::DateTime;

use crate::sources::Access;

/// Fields every organisation has.
const ALWAYS: [&str; 4] = ["Id", "IsDeleted", "Name", "SystemModstamp"];

/// The objects that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Object {
    Account,
    Contact,
    Opportunity,
}

impl Object {
    /// The object of a stream.
    pub fn of(stream: &str) -> Self {
        match stream {
            "accounts" => Self::Account,
            "contacts" => Self::Contact,
            _ => Self::Opportunity,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Account => "Account",
            Self::Contact => "Contact",
            Self::Opportunity => "Opportunity",
        }
    }

    /// Fields an organisation may not have, or may not show to everybody.
    fn wanted(self, access: &Access) -> Vec<String> {
        let (own, settings): (&[&str], &[(&str, &str)]) = match self {
            Self::Account => (
                &[
                    "AnnualRevenue",
                    "BillingCity",
                    "BillingCountry",
                    "Industry",
                    "MasterRecordId",
                    "NumberOfEmployees",
                    "OwnerId",
                    "Website",
                ],
                &[("segment_field", ""), ("seats_field", ""), ("url_field", "")],
            ),
            Self::Contact => (&["AccountId", "Email", "Title"], &[("primary_field", "")]),
            Self::Opportunity => (
                &[
                    "AccountId",
                    "Amount",
                    "CloseDate",
                    "CurrencyIsoCode",
                    "IsClosed",
                    "IsWon",
                    "LastStageChangeDate",
                    "StageName",
                ],
                &[("lost_reason", LOSS_REASON), ("url_field", "")],
            ),
        };
        let set = settings.iter().map(|(setting, otherwise)| access.setting(setting).unwrap_or(otherwise));
        let own = own.iter().copied();
        own.chain(set).filter(|field| !field.is_empty()).map(str::to_owned).collect()
    }

    /// The fields to ask for, of those an organisation has.
    pub fn fields(self, access: &Access, described: &[String]) -> Vec<String> {
        let mut fields: Vec<String> = ALWAYS.map(str::to_owned).to_vec();
        let wanted = self.wanted(access);
        let has = |wanted: &String| described.iter().find(|field| field.eq_ignore_ascii_case(wanted));
        for field in wanted.iter().filter_map(has) {
            let field = if field == "OwnerId" { "Owner.Email" } else { field };
            if !fields.iter().any(|known| known == field) && is_field(field) {
                fields.push(field.to_owned());
            }
        }
        fields
    }
}

/// The field organisations commonly make for why an opportunity was lost.
pub(super) const LOSS_REASON: &str = "Loss_Reason__c";

/// What changed since a time, the oldest first, or after a record.
pub(super) fn changed(
    object: Object,
    fields: &[String],
    since: i64,
    after: Option<&(i64, String)>,
    limit: usize,
) -> String {
    let condition = match after {
        Some((at, id)) => {
            let at = time(*at);
            format!("(SystemModstamp > {at} OR (SystemModstamp = {at} AND Id > '{id}'))")
        }
        None => format!("SystemModstamp >= {}", time(since)),
    };
    format!(
        "SELECT {} FROM {} WHERE {condition} ORDER BY SystemModstamp, Id LIMIT {limit}",
        fields.join(","),
        object.name()
    )
}

/// The records with these identifiers.
pub(super) fn these(object: Object, fields: &[String], ids: &[String]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| format!("'{id}'")).collect();
    format!("SELECT {} FROM {} WHERE Id IN ({})", fields.join(","), object.name(), ids.join(","))
}

/// Whether it is an identifier of Salesforce, in its short or its long form.
pub(super) fn is_id(text: &str) -> bool {
    matches!(text.len(), 15 | 18) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether it is the name of a field.
fn is_field(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
}

/// A time as queries write it, without quotes.
fn time(milliseconds: i64) -> String {
    let at = DateTime::from_timestamp_millis(milliseconds).unwrap_or_default();
    at.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_fields_that_were_described_are_asked_for() {
        let settings = BTreeMap::from([("seats_field".to_owned(), "Seats__c".to_owned())]);
        let access = Access { settings, ..Access::default() };
        let described = ["Id", "Name", "OwnerId", "seats__C", "Odd, Field"].map(str::to_owned);
        let fields = Object::Account.fields(&access, &described);
        assert_eq!(fields, ["Id", "IsDeleted", "Name", "SystemModstamp", "Owner.Email", "seats__C"]);
        let settings = BTreeMap::from([("seats_field".to_owned(), "Odd, Field".to_owned())]);
        let fields = Object::Account.fields(&Access { settings, ..Access::default() }, &described);
        assert!(!fields.iter().any(|field| field.contains("Odd")));
    }

    #[test]
    fn a_query_goes_on_after_a_record() {
        let fields = ["Id".to_owned()];
        let key = (1_781_524_800_000, "001000000000001AAA".to_owned());
        assert_eq!(
            changed(Object::Account, &fields, 0, Some(&key), 2000),
            "SELECT Id FROM Account WHERE (SystemModstamp > 2026-06-15T12:00:00.000Z OR (SystemModstamp = \
             2026-06-15T12:00:00.000Z AND Id > '001000000000001AAA')) ORDER BY SystemModstamp, Id LIMIT 2000"
        );
    }

    #[test]
    fn what_is_no_identifier_never_gets_into_a_query() {
        assert!(is_id("001000000000001AAA") && is_id("001000000000001"));
        for odd in ["", "001", "001000000000001' O", "0010000000000\u{e9}1"] {
            assert!(!is_id(odd), "{odd}");
        }
    }

    proptest! {
        #[test]
        fn a_time_is_written_as_it_is_read(seconds in 0_i64..4_000_000_000, thousandths in 0_i64..1000) {
            let at = seconds * 1000 + thousandths;
            let read: crate::domain::time::Moment = time(at).parse().unwrap();
            prop_assert_eq!(read.timestamp_millis(), at);
        }
    }
}
