//! The checks before anybody is told: each that fails is a sentence that says what to do instead.

use chrono::{Days, Duration};

use super::super::list_commitments::same_person;
use super::super::{Bench, ToolError};
use super::{Wanted, mail};
use crate::agent::{departed, evidence};
use crate::domain::account::Contact;
use crate::domain::activity::{Email, Release, SignalKind};
use crate::domain::health::open_trouble;
use crate::domain::matching::Verdict;
use crate::domain::text::clipped;
use crate::domain::time::{Window, day_text};
use crate::domain::tool::close_loop::{Hold, HoldReason};
use crate::language::naming::plain_name;
use crate::store::AccountData;

/// Our e-mails of an account that are looked through.
const READ: u32 = 500;

/// What is known of a person and their account.
pub struct Facts {
    data: std::sync::Arc<AccountData>,
    who: Option<String>,
    contact: Option<Contact>,
    /// Somebody else to write to.
    instead: Option<String>,
    /// Our e-mails to the person, newest first.
    mails: Vec<Email>,
}

impl Facts {
    /// Reads them.
    pub async fn read(
        bench: &Bench<'_>,
        domain: &str,
        who: Option<&str>,
        wishes: &[Wanted],
        releases: &[Release],
    ) -> Result<Self, ToolError> {
        let data = bench.records().account_data(domain).await?;
        let record = &data.account.record;
        let is_them = |contact: &&Contact| who.is_some_and(|who| is_them(contact, who));
        let contact = record.contacts.iter().find(is_them).cloned();
        let today = bench.today();
        let gone =
            |other: &Contact| data.departures_of(&other.name, other.email.as_deref()).any(|heard| heard.ends_on(today));
        let others = || {
            let others = record.contacts.iter().filter(|other| Some(*other) != contact.as_ref() && !gone(other));
            others.filter(|other| reachable(other).is_some())
        };
        let first = others().find(|other| other.primary).or_else(|| others().next());
        let instead = first.and_then(|other| Some(format!("{} ({})", plain_name(&other.name), reachable(other)?)));
        let mut mails = Vec::new();
        if let Some(address) = contact.as_ref().and_then(reachable) {
            let quiet = bench.today() - Days::new(bench.tools.close_loop.quiet_days.into());
            let shipped = wishes.iter().map(|wish| releases[wish.release].shipped_at.day()).min();
            let window = Window { since: Some(shipped.map_or(quiet, |shipped| shipped.min(quiet))), until: None };
            let all = bench.records().emails(domain, &window, None, READ).await?;
            let sides = data.sides();
            let ours = |email: &&Email| email.sent_at <= bench.now() && mail::is_ours_to(email, &sides, address);
            mails = all.iter().filter(ours).cloned().collect();
            mails.sort_by_key(|email| std::cmp::Reverse(email.sent_at));
        }
        Ok(Self { who: who.map(str::to_owned), contact, instead, mails, data })
    }

    /// The person's name, as the account has it.
    pub fn name(&self) -> Option<String> {
        self.contact.as_ref().map(|contact| plain_name(&contact.name))
    }

    /// Where they are written to.
    pub fn address(&self) -> Option<&str> {
        self.contact.as_ref().and_then(reachable)
    }

    fn account(&self) -> &str {
        &self.data.account.record.name
    }

    /// What to do where the person cannot be written to.
    fn write_instead(&self) -> String {
        match &self.instead {
            Some(other) => format!("write to {other} instead"),
            None => format!("add a contact with an e-mail address to {} first", self.account()),
        }
    }
}

fn reachable(contact: &Contact) -> Option<&str> {
    contact.email.as_deref().map(str::trim).filter(|email| email.contains('@'))
}

fn is_them(contact: &Contact, who: &str) -> bool {
    let address = contact.email.as_deref().unwrap_or_default();
    same_person(&plain_name(&contact.name), &plain_name(who))
        || !address.is_empty() && address.eq_ignore_ascii_case(who.trim())
}

fn hold(reason: HoldReason, text: String) -> Hold {
    Hold { reason, text, cite: None, instead: None, until: None }
}

/// Why nothing is to be written to this person now, whatever they asked for.
pub fn person_holds(bench: &mut Bench<'_>, facts: &Facts) -> Vec<Hold> {
    let today = bench.today();
    let mut holds = Vec::new();
    let record = &facts.data.account.record;
    let unreachable = |reason, text: String| Hold { instead: facts.instead.clone(), ..hold(reason, text) };
    let first = |name: &str| name.split_whitespace().next().unwrap_or(name).to_owned();
    match (&facts.who, &facts.contact) {
        (None, _) => holds.push(unreachable(
            HoldReason::Nameless,
            format!("Nobody is named in what was heard; {}.", facts.write_instead()),
        )),
        (Some(who), None) => holds.push(Hold {
            cite: Some(bench.ledger.cite(evidence::account(record, &[]))),
            ..unreachable(
                HoldReason::NoContact,
                format!("{who} is not among the contacts of {}; {}.", record.name, facts.write_instead()),
            )
        }),
        (Some(_), Some(contact)) if reachable(contact).is_none() => holds.push(unreachable(
            HoldReason::NoAddress,
            format!(
                "There is no e-mail address for {}; add it, or {}.",
                plain_name(&contact.name),
                facts.write_instead()
            ),
        )),
        (Some(_), Some(contact)) => {
            let mut heard = facts.data.departures_of(&contact.name, contact.email.as_deref());
            if let Some(heard) = heard.find(|heard| heard.ends_on(today)) {
                let became = departed::became(heard, &record.name, today);
                let text = format!("{} {became}; {}.", plain_name(&contact.name), facts.write_instead());
                let cite = Some(bench.ledger.cite(departed::evidence_of(&facts.data, heard)));
                holds.push(Hold { cite, ..unreachable(HoldReason::Gone, text) });
            }
        }
    }
    if !record.tracked() {
        holds.push(hold(
            HoldReason::Untracked,
            format!("{} is not tracked; re-track it first if it is to hear from us.", record.name),
        ));
    }
    if let Some(signal) = open_trouble(&facts.data.signals, bench.now(), bench.rules()) {
        let what = if signal.kind == SignalKind::Escalation { "An escalation" } else { "A complaint" };
        let day = day_text(signal.occurred_at.day(), today);
        let said = clipped(signal.text.trim().trim_end_matches('.'), 90);
        holds.push(Hold {
            cite: Some(bench.ledger.cite(evidence::signal(signal))),
            ..hold(
                HoldReason::Escalation,
                format!("{what} of {day} is still open: {said}. Settle it first, then write."),
            )
        });
    }
    let quiet = Duration::days(bench.tools.close_loop.quiet_days.into());
    if let Some(email) = facts.mails.first().filter(|email| bench.now() - email.sent_at < quiet) {
        let until = (email.sent_at + quiet).day();
        let name = facts.name().map_or_else(|| "them".to_owned(), |name| first(&name));
        let text = format!(
            "We wrote to {name} on {}; wait until {}, or say it in that thread.",
            day_text(email.sent_at.day(), today),
            day_text(until, today)
        );
        holds.push(Hold {
            cite: Some(bench.ledger.cite(evidence::email(email, &email.subject))),
            until: Some(until),
            ..hold(HoldReason::MailedLately, text)
        });
    }
    holds
}

/// Why this wish is not to be told of.
pub fn wish_hold(bench: &mut Bench<'_>, facts: &Facts, wish: &Wanted, release: &Release) -> Option<Hold> {
    let today = bench.today();
    let name = release.name();
    let shipped = day_text(release.shipped_at.day(), today);
    let because = wish.found.because.as_deref().map(|words| format!(" (“{words}”)")).unwrap_or_default();
    if release.shipped_at > bench.now() {
        return Some(Hold {
            until: Some(release.shipped_at.day()),
            ..hold(HoldReason::NotShippedYet, format!("{name} ships on {shipped}; wait until then."))
        });
    }
    if !release.published() {
        let what = if release.draft { "a draft" } else { "a release for trying out" };
        return Some(hold(HoldReason::NotShippedYet, format!("{name} is {what}; wait until it is out for everybody.")));
    }
    match wish.found.verdict {
        Verdict::Answers => {}
        Verdict::TakenBack => {
            let text =
                format!("It shipped in {name} on {shipped} and was taken back{because}; there is nothing to tell yet.");
            return Some(hold(HoldReason::NotThere, text));
        }
        Verdict::Partly => {
            let text = format!("Only partly there{because}; wait for the rest, or say plainly what is missing.");
            return Some(hold(HoldReason::Partly, text));
        }
        Verdict::Negated | Verdict::Other => {
            let text = format!("The notes say that it is not there{because}; there is nothing to tell yet.");
            return Some(hold(HoldReason::NotThere, text));
        }
        Verdict::Before => {
            let text = format!("It shipped in {name} on {shipped}, before they asked; show them where it is instead.");
            return Some(hold(HoldReason::ThereBefore, text));
        }
    }
    if let Some(email) = facts.mails.iter().find(|email| mail::tells_of(email, release, wish)) {
        let day = day_text(email.sent_at.day(), today);
        let text = format!("Told on {day} (“{}”); there is nothing left to do.", clipped(&email.subject, 60));
        let cite = Some(bench.ledger.cite(evidence::email(email, &email.subject)));
        return Some(Hold { cite, ..hold(HoldReason::Told, text) });
    }
    let percent = (wish.found.confidence * 100.0).round();
    (!wish.found.sure).then(|| {
        hold(
            HoldReason::Unsure,
            format!("Not sure that this answers it ({percent:.0}%); look at the two quotes and decide."),
        )
    })
}
