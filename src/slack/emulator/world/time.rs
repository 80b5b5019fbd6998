//! Time in the world: microseconds, and the `ts` made of them that names a message.

use std::fmt;
use std::str::FromStr;

/// A second in microseconds.
pub const SECOND: u64 = 1_000_000;
/// A minute in microseconds.
pub const MINUTE: u64 = 60 * SECOND;

/// What names a message within its channel: seconds and six digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ts(pub u64);

impl fmt::Display for Ts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{:06}", self.0 / SECOND, self.0 % SECOND)
    }
}

impl FromStr for Ts {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (seconds, rest) = text.split_once('.').ok_or(())?;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if rest.len() != 6 || !digits(seconds) || !digits(rest) {
            return Err(());
        }
        let seconds: u64 = seconds.parse().map_err(drop)?;
        let micros: u64 = rest.parse().map_err(drop)?;
        Ok(Self(seconds.checked_mul(SECOND).ok_or(())? + micros))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ts_reads_back_as_it_was_written() {
        let ts = Ts(1_700_000_000_000_042);
        assert_eq!(ts.to_string(), "1700000000.000042");
        assert_eq!("1700000000.000042".parse(), Ok(ts));
        for wrong in ["", "1700000000", "1700000000.42", "x.000042", "1700000000.00004a", ".000042"] {
            assert_eq!(wrong.parse::<Ts>(), Err(()), "{wrong}");
        }
    }
}
