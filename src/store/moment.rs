//! Moments in statements. A parameter is an instant. A column is written with `::text`, or with `told(…)` where the record
//! may have an offset of its own, when it is selected: the server then tells it in the zone of the connection, which is the
//! workspace's. A bare `timestamptz` has no zone and is not taken, so that no day is ever told in another one by mistake. In
//! JSON the server tells it so by itself.

use chrono::{DateTime, Utc};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo, PgValueRef};
use sqlx::{Decode, Encode, Postgres, Type};

use crate::domain::time::Moment;

impl Type<Postgres> for Moment {
    fn type_info() -> PgTypeInfo {
        <DateTime<Utc> as Type<Postgres>>::type_info()
    }

    fn compatible(found: &PgTypeInfo) -> bool {
        <str as Type<Postgres>>::compatible(found)
    }
}

impl Encode<'_, Postgres> for Moment {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Postgres>::encode_by_ref(&self.utc(), buffer)
    }
}

impl Decode<'_, Postgres> for Moment {
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        Ok(<&str as Decode<Postgres>>::decode(value)?.parse()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_writes_is_read_with_its_offset() {
        for (text, told) in [
            ("2027-02-10 23:10:00+00", "2027-02-10T23:10:00Z"),
            ("2027-02-10 23:10:00.25-08", "2027-02-10T23:10:00.250-08:00"),
            ("2027-02-10 23:10:00+05:30", "2027-02-10T23:10:00+05:30"),
        ] {
            assert_eq!(text.parse::<Moment>().unwrap().to_string(), told);
        }
    }
}
