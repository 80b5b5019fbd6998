//! Cues of `WebVTT` and `SubRip`, read leniently: missing blank lines, missing numbers and odd times cost nothing else.

/// What is shown for a time.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cue {
    /// In seconds from the start; none where it cannot be read.
    pub start: Option<f64>,
    pub end: Option<f64>,
    /// What stands above the times.
    pub name: String,
    /// The lines that are shown.
    pub lines: Vec<String>,
}

/// The cues of a text, in their order.
pub(super) fn cues(text: &str) -> Vec<Cue> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = text.split('\n').collect();
    let mut cues: Vec<Cue> = Vec::new();
    let mut aside = text.trim_start().starts_with("WEBVTT");
    let mut before = "";
    for (place, line) in lines.iter().enumerate() {
        let line = line.trim();
        let next = lines.get(place + 1).copied().unwrap_or_default();
        if let Some((start, end)) = times(line) {
            cues.push(Cue { start, end, name: std::mem::take(&mut before).to_owned(), lines: Vec::new() });
            aside = false;
        } else if line.is_empty() {
            aside = false;
        } else if times(next).is_some() && (place == 0 || is_blank(&lines, place) || is_number(line)) {
            before = line;
        } else if !aside {
            aside = is_blank(&lines, place) && is_aside(line);
            // What stands behind a blank line still belongs to the cue above it.
            if let Some(cue) = cues.last_mut().filter(|_| !aside) {
                cue.lines.push(line.to_owned());
            }
        }
    }
    cues
}

/// Whether the line above `place` is blank.
fn is_blank(lines: &[&str], place: usize) -> bool {
    place.checked_sub(1).and_then(|above| lines.get(above)).is_none_or(|line| line.trim().is_empty())
}

fn is_number(line: &str) -> bool {
    line.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a block is a comment or says how things look.
fn is_aside(line: &str) -> bool {
    let word = line.split_whitespace().next().unwrap_or_default();
    word == "NOTE" || matches!(line, "STYLE" | "REGION")
}

/// The times of a line that has an arrow between them.
fn times(line: &str) -> Option<(Option<f64>, Option<f64>)> {
    let (start, rest) = line.split_once("-->")?;
    let end = rest.split_whitespace().next().unwrap_or_default();
    let (start, end) = (seconds(start), seconds(end));
    (start.is_some() || end.is_some() || line.trim().len() < 40).then_some((start, end))
}

/// `01:02:03.500`, `02:03,500`, `02:03` or `3.5` in seconds.
pub(super) fn seconds(text: &str) -> Option<f64> {
    let text = text.trim().replace(',', ".");
    let mut parts = text.rsplit(':');
    let number = |part: &str| -> Option<f64> {
        let plain =
            !part.is_empty() && part.len() < 12 && part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if plain { part.parse().ok() } else { None }
    };
    let second = number(parts.next()?)?;
    let minute = parts.next().map_or(Some(0.0), number)?;
    let hour = parts.next().map_or(Some(0.0), number)?;
    parts.next().is_none().then_some(hour * 3600.0 + minute * 60.0 + second)
}
