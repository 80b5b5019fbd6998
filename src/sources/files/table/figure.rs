//! Amounts and numbers as people and sheets write them: `1.234,50 €`, `$1,234.50`, `(120)`, `12,5 %`.

use std::str::FromStr;

use rust_decimal::Decimal;

use super::fields::meaning;

/// Which sign stands before the part of a number that is less than one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Comma,
    Point,
}

/// A number as it is written, without what stands around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// Digits, points and commas.
    digits: String,
    negative: bool,
    /// What stands before or behind it: a currency, a percent sign.
    pub around: String,
}

/// Takes a cell apart; none where it holds no number, or more than one.
pub(super) fn written(text: &str) -> Option<Written> {
    let text = text.trim();
    let is_digit = |letter: char| letter.is_ascii_digit();
    let is_grouping = |letter: char| matches!(letter, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '’');
    let begins = text.find(|letter| is_digit(letter) || matches!(letter, '.' | ','))?;
    let ends = text.rfind(is_digit)? + 1;
    let number = text.get(begins..ends)?;
    if !number.chars().all(|letter| is_digit(letter) || is_grouping(letter) || matches!(letter, '.' | ',')) {
        return None;
    }
    let (before, behind) = (text.get(..begins)?, text.get(ends..)?);
    // `(120)`, with the currency within or without.
    let in_brackets = before.matches('(').count() == 1 && behind.matches(')').count() == 1;
    let around = format!("{before} {behind}");
    let around = if in_brackets { around.replace(['(', ')'], " ") } else { around };
    let signs = around.matches(['-', '−', '–']).count();
    if signs > 1 || signs == 1 && in_brackets {
        return None;
    }
    let around = around.replace(['-', '−', '–', '+'], " ");
    // Groups parted by blanks are of three digits.
    let groups: Vec<&str> = number.split(is_grouping).collect();
    let fits = |(place, group): (usize, &&str)| {
        let whole = group.split(['.', ',']).next().unwrap_or_default();
        place == 0 && group.len() <= 3 || whole.len() == 3 && (place + 1 == groups.len() || whole.len() == group.len())
    };
    if groups.len() > 1 && !groups.iter().enumerate().all(fits) {
        return None;
    }
    let around = around.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(Written { digits: groups.concat(), negative: in_brackets || signs == 1, around })
}

impl Written {
    /// The mark this number shows; none where it could be either.
    pub(super) fn shows(&self) -> Option<Mark> {
        let (points, commas) = (self.digits.matches('.').count(), self.digits.matches(',').count());
        match (points, commas) {
            (0, 0) => None,
            (0, 1) | (1, 0) => {
                let sign = if points == 1 { Mark::Point } else { Mark::Comma };
                let (before, behind) = self.digits.split_once(['.', ','])?;
                let grouped = behind.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0');
                (!grouped).then_some(sign)
            }
            (0, _) => Some(Mark::Point),
            (_, 0) => Some(Mark::Comma),
            _ if self.digits.rfind('.') > self.digits.rfind(',') => Some(Mark::Point),
            _ => Some(Mark::Comma),
        }
    }

    /// The number, where `mark` stands before the part that is less than one.
    pub(super) fn number(&self, mark: Mark) -> Option<Decimal> {
        let (mark, group) = if mark == Mark::Comma { (',', '.') } else { ('.', ',') };
        let (whole, part) = self.digits.split_once(mark).unwrap_or((&self.digits, ""));
        let mut groups = whole.split(group);
        let first = groups.next().unwrap_or_default();
        let grouped = whole.contains(group);
        if part.contains([',', '.'])
            || grouped && !(1..=3).contains(&first.len())
            || !groups.all(|group| group.len() == 3)
        {
            return None;
        }
        let whole = whole.replace(group, "");
        let whole = if whole.is_empty() { "0" } else { whole.as_str() };
        let number = if part.is_empty() { whole.to_owned() } else { format!("{whole}.{part}") };
        let number = Decimal::from_str(&number).ok()?;
        Some(if self.negative { -number } else { number })
    }

    /// The number of a cell in a column that shows `mark`. Where neither the column nor the cell shows one, three digits
    /// behind a sign are a group in an amount (`groups`), and cannot be read elsewhere.
    pub(super) fn read(&self, mark: Option<Mark>, groups: bool) -> Result<Decimal, String> {
        let own = self.shows();
        let single = self.digits.contains('.') != self.digits.contains(',');
        let mark = match (own, mark) {
            (Some(own), _) => own,
            (None, Some(mark)) => mark,
            (None, None) if !single => Mark::Point,
            (None, None) if groups => {
                if self.digits.contains(',') {
                    Mark::Point
                } else {
                    Mark::Comma
                }
            }
            (None, None) => {
                return Err("can be read in two ways; say whether a comma stands before decimals".to_owned());
            }
        };
        self.number(mark).ok_or_else(|| "is not a number".to_owned())
    }
}

/// The currency that stands beside a number: none where nothing does, an error where it is something else. A bare `$` is
/// that of `column`, where that is a dollar.
pub(super) fn currency(around: &str, column: Option<&str>) -> Result<Option<String>, String> {
    let around = around.trim();
    let column = column.map(|code| code.trim().to_ascii_uppercase()).filter(|code| !code.is_empty());
    let beside = match around {
        "" => return Ok(column),
        "$" => match column.as_deref() {
            Some(code @ ("USD" | "CAD" | "AUD" | "NZD" | "SGD" | "HKD" | "MXN" | "TWD" | "ARS" | "CLP" | "COP")) => {
                code.to_owned()
            }
            _ => "USD".to_owned(),
        },
        "¥" => column
            .clone()
            .filter(|code| matches!(code.as_str(), "JPY" | "CNY"))
            .ok_or("has `¥`, which is yen or yuan; add a column with the currency")?,
        _ => match meaning("currency", around) {
            Some(code) => code.to_owned(),
            None if around.len() == 3 && around.bytes().all(|letter| letter.is_ascii_alphabetic()) => {
                around.to_ascii_uppercase()
            }
            None => return Err("is not an amount; write 1234.50".to_owned()),
        },
    };
    match column {
        Some(column) if column != beside => Err(format!("is in {beside}, and the row says {column}")),
        _ => Ok(Some(beside)),
    }
}
