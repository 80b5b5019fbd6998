//! Mails of many languages and programs, line by line, and what holds of any text.

mod endless;
mod kinds;
mod tables;

use super::{Envelope, Mail, Zone, zones};

/// The zones of a mail of which nothing but the text is known.
fn read(body: &str) -> Mail {
    zones(&Envelope::default(), body)
}

/// The writer's own words, on one line.
fn own(body: &str) -> String {
    folded(&read(body).text(body, Zone::Own))
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
