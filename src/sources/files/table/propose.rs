//! A mapping proposed from the headings of a table.

use std::collections::BTreeMap;

use super::fields::{self, plain};
use super::{Mapping, RowKind};

/// Headings less alike than this are two.
const ALIKE: f64 = 0.93;
/// A second field that is nearly as much alike makes a heading unsure.
const APART: f64 = 0.03;

/// What is proposed for a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The mapping, as far as it is sure.
    pub mapping: Mapping,
    /// Columns that are not read.
    pub unread: Vec<String>,
    /// Fields that are needed and were not found.
    pub missing: Vec<&'static str>,
    /// What has to be decided by somebody, a sentence each.
    pub questions: Vec<String>,
}

/// How well a heading fits a field.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
enum Fit {
    Alike(f64),
    Same,
}

/// Proposes which column holds which field. A column that fits two fields, and a field that two columns fit, is asked about.
#[must_use]
pub fn propose(kind: RowKind, headings: &[String]) -> Proposal {
    let mut questions = Vec::new();
    let mut claims: BTreeMap<&'static str, Vec<(&String, Fit)>> = BTreeMap::new();
    for heading in headings {
        if let Some((field, fit)) = fit(kind, heading, &mut questions) {
            claims.entry(field).or_default().push((heading, fit));
        }
    }
    let mut columns = BTreeMap::new();
    for (field, mut claimed) in claims {
        if claimed.iter().any(|(_, fit)| *fit == Fit::Same) {
            claimed.retain(|(_, fit)| *fit == Fit::Same);
        }
        match claimed.as_slice() {
            [(heading, _)] => {
                columns.insert((*heading).clone(), field.to_owned());
            }
            several => {
                let names: Vec<&str> = several.iter().map(|(heading, _)| heading.as_str()).collect();
                questions.push(format!("which of `{}` is `{field}`?", names.join("`, `")));
            }
        }
    }
    let unread = headings.iter().filter(|heading| !columns.contains_key(*heading)).cloned().collect();
    let mapping = Mapping { kind, columns, fixed: BTreeMap::new(), day_first: None, decimal_comma: None };
    Proposal { missing: mapping.missing(), mapping, unread, questions }
}

/// What the rows of a table are, by the name of its file and its headings; none where that is not clear.
#[must_use]
pub fn propose_kind(name: &str, headings: &[String]) -> Option<RowKind> {
    let name = plain(name);
    let word = |kind: RowKind| match kind {
        RowKind::Accounts => ["account", "compan", "customer", "kunden", "firmen"].as_slice(),
        RowKind::Contacts => &["contact", "people", "kontakt"],
        RowKind::Contracts => &["contract", "subscription", "vertrag", "vertraege", "contrat"],
        RowKind::Payments => &["payment", "charge", "invoice", "zahlung", "rechnung", "paiement", "facture"],
        RowKind::Usage => &["usage", "activity", "active users", "nutzung"],
        RowKind::Deals => &["deal", "opportunit", "pipeline"],
        RowKind::Notes => &["note", "notiz"],
        RowKind::Signals => &["signal", "feedback", "nps", "survey"],
    };
    let mut fitting: Vec<(usize, bool, RowKind)> = Vec::new();
    for kind in RowKind::ALL {
        let proposal = propose(kind, headings);
        // What is the same for all rows can be said beside the table.
        if proposal
            .missing
            .iter()
            .all(|field| matches!(*field, "currency" | "product" | "status" | "kind" | "interval"))
        {
            let named = word(kind).iter().any(|word| name.contains(word));
            let read = proposal.mapping.columns.len() - proposal.missing.len().min(proposal.mapping.columns.len());
            fitting.push((read, named, kind));
        }
    }
    if let [(.., kind)] = fitting.iter().filter(|(_, named, _)| *named).collect::<Vec<_>>().as_slice() {
        return Some(*kind);
    }
    let most = fitting.iter().map(|(read, ..)| *read).max()?;
    match fitting.iter().filter(|(read, ..)| *read == most).collect::<Vec<_>>().as_slice() {
        [(.., kind)] => Some(*kind),
        _ => None,
    }
}

/// The field a heading fits; none, and a question, where it fits two.
fn fit(kind: RowKind, heading: &str, questions: &mut Vec<String>) -> Option<(&'static str, Fit)> {
    let wanted = plain(heading);
    if wanted.is_empty() {
        return None;
    }
    if let Some(field) =
        fields::of(kind).find(|field| plain(field.name) == wanted || field.headings.first() == Some(&wanted))
    {
        return Some((field.name, Fit::Same));
    }
    let same: Vec<&str> =
        fields::of(kind).filter(|field| field.headings.contains(&wanted)).map(|field| field.name).collect();
    match same.as_slice() {
        [field] => return Some((field, Fit::Same)),
        [] => {}
        several => {
            questions.push(format!("is `{heading}` `{}`?", several.join("` or `")));
            return None;
        }
    }
    let likeness = |field: &fields::Field| {
        field.headings.iter().map(|known| strsim::jaro_winkler(known, &wanted)).fold(0.0, f64::max)
    };
    let mut alike: Vec<(f64, &str)> = fields::of(kind).map(|field| (likeness(field), field.name)).collect();
    alike.sort_by(|left, right| right.0.total_cmp(&left.0));
    match alike.as_slice() {
        [(best, field), rest @ ..] if *best >= ALIKE => {
            if rest.first().is_some_and(|(second, _)| *second > best - APART) {
                questions.push(format!("is `{heading}` `{field}` or `{}`?", rest.first().map_or("", |(_, name)| name)));
                return None;
            }
            Some((field, Fit::Alike(*best)))
        }
        _ => None,
    }
}
