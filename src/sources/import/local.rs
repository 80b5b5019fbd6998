//! Times without an offset: they are of the workspace's zone.

use std::borrow::Cow;

use serde_json::Value;

use crate::domain::time::{Zone, local_time};

/// `line` with the offset of `zone` behind every instant of the record that has none.
pub(super) fn in_zone(line: &[u8], zone: Zone) -> Cow<'_, [u8]> {
    if zone == Zone::UTC {
        return Cow::Borrowed(line);
    }
    // What is wrong with a line is told by whoever reads it.
    let Ok(Value::Object(mut fields)) = serde_json::from_slice(line) else { return Cow::Borrowed(line) };
    let mut changed = false;
    for (_, value) in fields.iter_mut().filter(|(name, _)| name.ends_with("_at")) {
        if let Some(local) = value.as_str().map(str::trim).and_then(local_time) {
            *value = zone.at(local).to_string().into();
            changed = true;
        }
    }
    if changed { Cow::Owned(Value::Object(fields).to_string().into_bytes()) } else { Cow::Borrowed(line) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &str, zone: &str) -> String {
        String::from_utf8(in_zone(line.as_bytes(), Zone::named(zone).unwrap()).into_owned()).unwrap()
    }

    #[test]
    fn a_time_without_an_offset_is_the_workspaces_and_all_else_stays() {
        assert_eq!(
            told(r#"{"written_at": "2027-07-01 08:30:00"}"#, "Europe/Helsinki"),
            r#"{"written_at":"2027-07-01T08:30:00+03:00"}"#
        );
        assert_eq!(
            told(r#"{"shipped_at": "2027-01-05"}"#, "America/Lima"),
            r#"{"shipped_at":"2027-01-05T00:00:00-05:00"}"#
        );
        for line in [
            r#"{"written_at": "2027-07-01T08:30:00Z"}"#,
            r#"{"starts_on": "2027-07-01", "text": "2027-07-01"}"#,
            r#"{"written_at": "soon"}"#,
            r#"{"written_at": "2027-07-01""#,
        ] {
            assert_eq!(told(line, "Europe/Helsinki"), line);
        }
        assert_eq!(told(r#"{"written_at": "2027-07-01 08:30:00"}"#, "UTC"), r#"{"written_at": "2027-07-01 08:30:00"}"#);
    }
}
