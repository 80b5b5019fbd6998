//! Another platform than the one asked for.

use crate::language::words;

/// Names of which one does not stand for another, row by row; the names within a cell mean one thing.
const ROWS: [&[&[&str]]; 11] = [
    &[&["android"], &["iphone", "ipad", "iphones", "ipads", "ios"]],
    &[&["windows"], &["mac", "macos", "macs"], &["linux"]],
    &[&["outlook", "exchange"], &["gmail"]],
    &[&["outlook"], &["google calendar"]],
    &[&["slack"], TEAMS],
    &[&["chrome"], &["firefox"], &["safari"]],
    &[&["salesforce"], &["hubspot"], &["pipedrive"], &["dynamics"]],
    &[&["snowflake"], &["bigquery"], &["redshift"], &["databricks"]],
    &[&["dropbox"], &["google drive"], &["onedrive"], &["sharepoint"]],
    &[&["quickbooks"], &["xero"], &["netsuite"], &["datev"]],
    &[&["aws"], &["azure"], &["gcp", "google cloud"]],
];

/// Microsoft's, told from teams of people by what stands beside it.
const TEAMS: &[&str] = &[
    "microsoft teams",
    "ms teams",
    "teams channel",
    "teams channels",
    "teams alert",
    "teams alerts",
    "teams integration",
    "teams notification",
    "teams notifications",
    "teams message",
    "teams messages",
    "into teams",
    "in teams",
    "to teams",
    "via teams",
    "teams app",
    "teams bot",
];

/// The platform a wish names where the line names only others of its kind.
pub fn missing(wish: &str, line: &str) -> Option<String> {
    let (wish, line) = (plain(wish), plain(line));
    ROWS.iter().find_map(|row| {
        let asked: Vec<(usize, &str)> =
            row.iter().enumerate().filter_map(|(at, cell)| Some((at, wanted(&wish, cell)?))).collect();
        let told: Vec<usize> =
            row.iter().enumerate().filter(|(_, cell)| names(&line, cell).is_some()).map(|(at, _)| at).collect();
        let (_, name) = asked.first()?;
        (!told.is_empty() && !asked.iter().any(|(at, _)| told.contains(at))).then(|| (*name).to_owned())
    })
}

/// The name out of `cell` that a wish is for; not one that is said to be there already: "only Slack today".
fn wanted<'a>(wish: &str, cell: &[&'a str]) -> Option<&'a str> {
    const BEFORE: [&str; 13] = [
        "only",
        "not",
        "than",
        "of",
        "besides",
        "just",
        "for now",
        "except",
        "no",
        "not use",
        "not on",
        "don't use",
        "not using",
    ];
    const BEHIND: [&str; 3] = ["today", "now", "already"];
    cell.iter().copied().find(|name| {
        let all = wish.matches(&format!(" {name} ")).count();
        let there = BEFORE
            .iter()
            .map(|word| format!(" {word} {name} "))
            .chain(BEHIND.iter().map(|word| format!(" {name} {word} ")));
        all > 0 && !there.into_iter().any(|there| wish.contains(&there))
    })
}

/// The name out of `cell` that a text has.
fn names<'a>(text: &str, cell: &[&'a str]) -> Option<&'a str> {
    cell.iter().find(|name| text.contains(&format!(" {name} "))).copied()
}

/// The words of a text in lower case, one blank before, between and after them.
fn plain(text: &str) -> String {
    let words: Vec<_> = words(text).into_iter().map(|word| word.lower).collect();
    format!(" {} ", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_platform_is_told_and_any_platform_is_not() {
        assert_eq!(missing("an app for Android", "The iPhone app works offline."), Some("android".to_owned()));
        assert_eq!(missing("an app for Android", "The app works offline."), None);
        assert_eq!(missing("an app for Android", "The Android and iPhone apps work offline."), None);
        assert_eq!(missing("Teams alerts, please", "Slack alerts for failed jobs"), Some("teams alerts".to_owned()));
        assert_eq!(
            missing("alerts in Microsoft Teams (only Slack today)", "Slack alerts"),
            Some("microsoft teams".to_owned())
        );
        assert_eq!(missing("an app that works offline", "The iPhone app works offline."), None);
    }
}
