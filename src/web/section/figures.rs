//! The figures above a section's list: counts and amounts that lead to the accounts behind them, and recurring revenue by
//! level as a bar.

use serde::Serialize;

use crate::domain::account::Section;
use crate::domain::health::Level;
use crate::domain::money::Money;
use crate::domain::section::{RENEWING_DAYS, SectionFigures, TRIAL_DAYS};
use crate::web::hub::words::{level, money};

/// A figure.
#[derive(Debug, Serialize)]
pub(super) struct Figure {
    pub name: String,
    pub value: String,
    /// What it is, in words.
    pub note: String,
    /// The list of what it counts.
    pub href: Option<String>,
    pub mood: &'static str,
}

impl Figure {
    pub(super) fn new(name: impl Into<String>, value: impl Into<String>, note: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into(), note: note.into(), href: None, mood: "" }
    }

    pub(super) fn at(self, href: impl Into<String>) -> Self {
        Self { href: Some(href.into()), ..self }
    }

    /// Bad news as soon as it counts something.
    fn bad_if(self, bad: bool) -> Self {
        Self { mood: if bad { "bad" } else { self.mood }, ..self }
    }
}

/// The figures of a section.
pub(super) fn of(section: Section, figures: &SectionFigures) -> Vec<Figure> {
    let of_level = |one: Level, note: &str| {
        let counted = figures.level(one);
        let arr = if counted.arr.is_empty() { note.to_owned() } else { format!("{} ARR", money(&counted.arr)) };
        Figure::new(level(one), counted.accounts.to_string(), arr).at(format!("/health?level={}", one.wire()))
    };
    match section {
        Section::Health => vec![
            of_level(Level::Critical, "none").bad_if(figures.level(Level::Critical).accounts > 0),
            of_level(Level::AtRisk, "none"),
            Figure::new(
                format!("Renewing in {RENEWING_DAYS} days"),
                figures.renewing.to_string(),
                "a contract renews; none that was canceled",
            )
            .at(format!("/health?renewing={RENEWING_DAYS}&order=renewal")),
            Figure::new(
                "Protected ARR",
                money(&figures.level(Level::Healthy).arr),
                format!("ARR of the {} healthy tracked accounts", figures.level(Level::Healthy).accounts),
            )
            .at("/health?level=healthy"),
        ],
        Section::Convert => vec![
            Figure::new("Candidates", figures.candidates.to_string(), "in a trial, or with an open deal"),
            Figure::new("High likelihood", figures.likely.to_string(), "likely to convert").at("/convert?chance=high"),
            Figure::new(
                format!("Trials ending in {TRIAL_DAYS} days"),
                figures.trials_ending.to_string(),
                "the last day of a trial",
            )
            .at(format!("/convert?trial={TRIAL_DAYS}&order=trial_end"))
            .bad_if(figures.trials_ending > 0),
            Figure::new(
                "Expected value",
                money(&figures.expected),
                format!("likelihood × value, of {} offered", money(&figures.offered)),
            ),
        ],
        Section::Reengage => vec![
            Figure::new("Lost accounts", figures.candidates.to_string(), "that pay nothing now"),
            Figure::new("Value lost", money(&figures.offered), "of the deal or contract lost last"),
        ],
        _ => Vec::new(),
    }
}

/// Recurring revenue by level in one currency.
#[derive(Debug, Serialize)]
pub(super) struct Bar {
    pub currency: String,
    pub total: String,
    /// In words, for those who do not see it.
    pub text: String,
    pub parts: Vec<Part>,
}

/// A level of a bar.
#[derive(Debug, Serialize)]
pub(super) struct Part {
    pub level: &'static str,
    pub name: String,
    pub accounts: u64,
    pub amount: String,
    /// Where it begins and how wide it is, of 1,000.
    pub x: u32,
    pub width: u32,
    pub percent: u32,
}

const LEVELS: [Level; 3] = [Level::Critical, Level::AtRisk, Level::Healthy];

/// A bar for each currency: amounts of two are never added up.
pub(super) fn bars(figures: &SectionFigures) -> Vec<Bar> {
    figures.arr().iter().filter(|total| total.minor > 0).map(|total| bar(figures, total)).collect()
}

fn bar(figures: &SectionFigures, total: &Money) -> Bar {
    // What lies below a level, and where the next begins, so that parts add up to the whole.
    let share =
        |minor: i128, of: i128| ((minor * of * 2 + i128::from(total.minor)) / (i128::from(total.minor) * 2)) as u32;
    let mut below: i128 = 0;
    let parts = LEVELS.map(|one| {
        let of_level = figures.level(one);
        let amount = of_level.arr.iter().find(|amount| amount.currency == total.currency);
        let amount = amount.cloned().unwrap_or_else(|| Money::new(0, &total.currency));
        let (x, begins) = (share(below, 1_000), share(below, 100));
        below += i128::from(amount.minor.max(0));
        Part {
            level: one.wire(),
            name: level(one),
            accounts: of_level.accounts,
            percent: share(below, 100) - begins,
            amount: amount.to_string(),
            x,
            width: share(below, 1_000) - x,
        }
    });
    let told: Vec<String> =
        parts.iter().map(|part| format!("{} {} ({}%)", part.name, part.amount, part.percent)).collect();
    Bar {
        currency: total.currency.clone(),
        total: total.to_string(),
        text: format!("ARR by level, {}: {}", total, told.join(", ")),
        parts: parts.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::section::LevelFigure;

    #[test]
    fn each_currency_has_a_bar_of_its_own() {
        let of = |accounts, arr: &[(i64, &str)]| LevelFigure {
            accounts,
            arr: arr.iter().map(|(minor, currency)| Money::new(*minor, currency)).collect(),
        };
        let levels = [of(1, &[(2_500, "USD")]), of(2, &[]), of(3, &[(7_500, "USD"), (100, "EUR")])];
        let bars = bars(&SectionFigures { levels, ..SectionFigures::default() });
        let told: Vec<_> = bars.iter().map(|bar| bar.text.as_str()).collect();
        assert_eq!(
            told,
            [
                "ARR by level, €1: Critical €0 (0%), At risk €0 (0%), Healthy €1 (100%)",
                "ARR by level, $100: Critical $25 (25%), At risk $0 (0%), Healthy $75 (75%)"
            ]
        );
        assert_eq!(
            bars[1].parts.iter().map(|part| (part.x, part.width)).collect::<Vec<_>>(),
            [(0, 250), (250, 0), (250, 750)]
        );
    }
}
