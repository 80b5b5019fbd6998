//! The checks of the import format, for records whose account is not known yet.

use serde_json::{Map, Value};

use crate::domain::record::Record;
use crate::domain::time::Zone;
pub(super) use crate::sources::import::NOBODY;
use crate::sources::import::{Parsed, read_line_in};

/// A record made from the fields of the import format, checked like a line of it, its account left empty. Times without an
/// offset are of `zone`.
///
/// # Errors
/// A sentence that says which field is wrong and what to write instead.
pub(super) fn checked(mut fields: Map<String, Value>, zone: Zone) -> Result<Parsed, String> {
    fields.insert("account".to_owned(), NOBODY.into());
    let line = Value::Object(fields).to_string();
    let mut parsed = read_line_in(line.as_bytes(), zone)?;
    parsed.ignored.remove("account");
    leave_account_empty(&mut parsed.record);
    Ok(parsed)
}

/// The same of a record that is made already.
///
/// # Errors
/// As [`checked`].
pub(super) fn checked_record(record: &Record) -> Result<Record, String> {
    match serde_json::to_value(record) {
        Ok(Value::Object(fields)) => checked(fields, Zone::UTC).map(|parsed| parsed.record),
        _ => Err("it cannot be written as a record".to_owned()),
    }
}

fn leave_account_empty(record: &mut Record) {
    let account = match record {
        Record::Call(call) => &mut call.account,
        Record::Email(email) => &mut email.account,
        Record::Signal(signal) => &mut signal.account,
        Record::RevenueSource(source) => &mut source.account,
        Record::PaymentEvent(payment) => &mut payment.account,
        Record::Usage(usage) => &mut usage.account,
        Record::Deal(deal) => &mut deal.account,
        Record::Project(project) => &mut project.account,
        Record::Note(note) => &mut note.account,
        Record::Meeting(meeting) => &mut meeting.account,
        Record::Account(_) | Record::Release(_) | Record::Team(_) => return,
    };
    account.clear();
}
