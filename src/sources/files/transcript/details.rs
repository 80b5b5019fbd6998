//! What is known of a call beside its transcript.

use std::sync::LazyLock;

use chrono::{NaiveDate, NaiveTime};
use regex::Regex;

use crate::domain::activity::Participant;
use crate::domain::time::{Moment, Zone};

/// What whoever gives a transcript knows of the call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallDetails {
    /// What it was called.
    pub title: Option<String>,
    /// When it began.
    pub started_at: Option<Moment>,
    /// Domain of the account.
    pub domain: Option<String>,
    /// Who took part.
    pub participants: Vec<Participant>,
    /// When the file was last changed; the beginning, where nothing else says one.
    pub modified_at: Option<Moment>,
}

/// What the name of a file says of a call: `GMT20260105-150000_Recording.transcript.vtt` when it began, `Kick-off
/// 2026-01-05.vtt` the day and what it was called. A time without an offset is of `zone`.
#[must_use]
pub fn named_in(name: &str, zone: Zone) -> CallDetails {
    static DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(GMT)?\b?(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?:[ T_-]+([01]\d|2[0-3])[-_.:h]?([0-5]\d)(?:[-_.:]?([0-5]\d))?(Z)?)?",
        )
        .ok()
    });
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let found = DATE.as_ref().and_then(|regex| regex.captures(name));
    let started_at = found.as_ref().and_then(|found| {
        let number = |group: usize| found.get(group).and_then(|text| text.as_str().parse::<u32>().ok());
        let day = NaiveDate::from_ymd_opt(i32::try_from(number(2)?).ok()?, number(3)?, number(4)?)?;
        let (hour, minute, second) = (number(5), number(6).unwrap_or(0), number(7).unwrap_or(0));
        let time = NaiveTime::from_hms_opt(hour.unwrap_or(0), minute, second)?;
        let of = if found.get(1).or(found.get(8)).is_some() { Zone::UTC } else { zone };
        Some(of.at(day.and_time(time)))
    });
    let rest = match found.and_then(|found| found.get(0)) {
        Some(date) => {
            format!("{} {}", name.get(..date.start()).unwrap_or_default(), name.get(date.end()..).unwrap_or_default())
        }
        None => name.to_owned(),
    };
    CallDetails { title: title(&rest), started_at, ..CallDetails::default() }
}

/// What is left of a file's name without what programs add.
fn title(name: &str) -> Option<String> {
    const ADDED: [&str; 14] = [
        "vtt",
        "srt",
        "json",
        "txt",
        "transcript",
        "transcription",
        "recording",
        "captions",
        "cc",
        "gmt",
        "audio",
        "mp4",
        "m4a",
        "closed_caption",
    ];
    let words = name.split(|letter: char| letter.is_whitespace() || matches!(letter, '.' | '_')).map(str::trim);
    let kept: Vec<&str> =
        words.filter(|word| !word.is_empty() && !ADDED.contains(&word.to_lowercase().as_str())).collect();
    let title = kept.join(" ");
    let title = title.trim_matches([' ', '-', '–', '(', ')']).to_owned();
    title.contains(char::is_alphabetic).then_some(title)
}
