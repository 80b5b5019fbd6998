//! How a state stands in its row.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use serde::Serialize;
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::domain::account::Section;
use crate::domain::health::{Chance, Level, LikelihoodKind};
use crate::domain::id::AccountId;
use crate::domain::money::Money;
use crate::domain::revenue::PaymentState;
use crate::domain::state::{AccountState, Prospect};
use crate::domain::time::Moment;
use crate::domain::tool::portfolio::Holding;

/// The number of a level; they are in the order of the levels.
pub(in crate::store) fn level_of(level: Level) -> i16 {
    match level {
        Level::Critical => 0,
        Level::AtRisk => 1,
        Level::Healthy => 2,
    }
}

/// The level of a number.
pub(in crate::store) fn level(number: i16) -> Level {
    match number {
        0 => Level::Critical,
        1 => Level::AtRisk,
        _ => Level::Healthy,
    }
}

/// The score and the level beside a row; none until they are computed.
pub(in crate::store) fn health(row: &PgRow) -> sqlx::Result<Option<(u32, Level)>> {
    let (score, number): (Option<i16>, Option<i16>) = (row.try_get("score")?, row.try_get("level")?);
    Ok(score.zip(number).map(|(score, number)| (u32::from(score.unsigned_abs()), level(number))))
}

/// The number of a chance; they are in the order of the chances.
pub(in crate::store) fn chance_of(chance: Chance) -> i16 {
    match chance {
        Chance::Low => 0,
        Chance::Fair => 1,
        Chance::High => 2,
    }
}

/// The bit of something the records of an account can hold.
pub(in crate::store) fn bit(holding: Holding) -> i32 {
    Holding::ALL.iter().position(|other| *other == holding).map_or(0, |place| 1 << place)
}

/// Letters of a key at most: an index entry takes no more than about 2,700 bytes.
const KEY_LETTERS: usize = 200;

/// The first letters of a text, as many as a key holds.
pub(in crate::store) fn key(text: &str) -> String {
    text.chars().take(KEY_LETTERS).collect()
}

/// The words of a name, in small letters.
pub(in crate::store) fn words(name: &str) -> Vec<String> {
    name.to_lowercase().split_whitespace().map(key).collect()
}

/// The columns of a state.
#[derive(Serialize)]
pub(super) struct StateRow<'a> {
    account_id: Uuid,
    domain: &'a str,
    name: String,
    owner_email: Option<&'a str>,
    owner_key: Option<String>,
    segment_key: Option<String>,
    contact_words: BTreeSet<String>,
    found_by: String,
    section: Section,
    routed_at: Option<Moment>,
    snoozed_until: Option<NaiveDate>,
    tracked: bool,
    score: u32,
    level: i16,
    trouble: bool,
    arr_currency: Option<&'a str>,
    arr_minor: Option<i64>,
    arr_more: Option<&'a [Money]>,
    arr_top: i64,
    arr_major: Option<Decimal>,
    live: bool,
    trialing: bool,
    payment_state: PaymentState,
    renews_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    uncounted: u32,
    contracts: u32,
    trial_ends_on: Option<NaiveDate>,
    adoption_percent: Option<u32>,
    usage_change_percent: Option<i32>,
    active_users: Option<u32>,
    seats: Option<u32>,
    nps: Option<f64>,
    nps_signal: Option<&'a str>,
    last_contact: Option<Moment>,
    holds: i32,
    ours_overdue: u32,
    ours_open: u32,
    ours_kept: u32,
    ours_dropped: u32,
    ours_unclear: u32,
    theirs_overdue: u32,
    theirs_open: u32,
    theirs_kept: u32,
    theirs_dropped: u32,
    theirs_unclear: u32,
    prospect: Option<LikelihoodKind>,
    likelihood: Option<u32>,
    chance: Option<i16>,
    value_currency: Option<&'a str>,
    value_minor: Option<i64>,
    value_more: Option<&'a [Money]>,
    value_top: i64,
    agreeing: Option<&'a [String]>,
    differing: Option<&'a [String]>,
    valid_until: Moment,
    data_version: i64,
}

impl<'a> StateRow<'a> {
    pub(super) fn of(account: AccountId, version: i64, state: &'a AccountState) -> Self {
        let owner = state.owner_email.as_deref();
        let first = state.arr.first();
        let prospect = state.prospect.as_ref();
        let value = prospect.map(|prospect| prospect.value.as_slice()).unwrap_or_default();
        Self {
            account_id: account.uuid(),
            domain: &state.domain,
            name: key(&state.name),
            owner_email: owner,
            owner_key: owner.map(|owner| key(&owner.to_ascii_lowercase())),
            segment_key: state.segment.as_deref().map(str::to_ascii_lowercase),
            contact_words: state.contacts.iter().flat_map(|name| words(name)).collect(),
            found_by: format!("{}\n{}\n{}", state.name, state.domain, owner.unwrap_or_default()).to_lowercase(),
            section: state.section,
            routed_at: state.routed_at,
            // A day nobody will see is none; the database takes no such year as it is written here.
            snoozed_until: state.snoozed_until.filter(|day| (1..=9999).contains(&day.year())),
            tracked: state.tracked,
            score: state.score,
            level: level_of(state.level),
            trouble: state.trouble,
            arr_currency: first.map(|amount| amount.currency.as_str()),
            arr_minor: first.map(|amount| amount.minor),
            arr_more: state.arr.get(1..).filter(|more| !more.is_empty()),
            arr_top: state.worth(),
            arr_major: state.arr.iter().map(Money::major).max(),
            live: state.live,
            trialing: state.trialing,
            payment_state: state.payment_state,
            renews_on: state.renews_on,
            ends_on: state.ends_on,
            uncounted: state.uncounted,
            contracts: state.contracts,
            trial_ends_on: state.trial_ends_on,
            adoption_percent: state.adoption_percent,
            usage_change_percent: state.usage_change_percent,
            active_users: state.active_users,
            seats: state.seats,
            nps: state.nps,
            nps_signal: state.nps_signal.as_deref(),
            last_contact: state.last_contact,
            holds: state.holds.iter().map(|holding| bit(*holding)).sum(),
            ours_overdue: state.ours.overdue,
            ours_open: state.ours.open,
            ours_kept: state.ours.kept,
            ours_dropped: state.ours.dropped,
            ours_unclear: state.ours.unclear,
            theirs_overdue: state.theirs.overdue,
            theirs_open: state.theirs.open,
            theirs_kept: state.theirs.kept,
            theirs_dropped: state.theirs.dropped,
            theirs_unclear: state.theirs.unclear,
            prospect: prospect.map(|prospect| prospect.kind),
            likelihood: prospect.map(|prospect| prospect.score),
            chance: prospect.map(|prospect| chance_of(prospect.chance)),
            value_currency: value.first().map(|amount| amount.currency.as_str()),
            value_minor: value.first().map(|amount| amount.minor),
            value_more: value.get(1..).filter(|more| !more.is_empty()),
            value_top: prospect.map(Prospect::top).unwrap_or_default(),
            agreeing: Some(state.agreeing.as_slice()).filter(|some| !some.is_empty()),
            differing: Some(state.differing.as_slice()).filter(|some| !some.is_empty()),
            valid_until: state.valid_until,
            data_version: version,
        }
    }
}

/// ($1 workspace, $2 rows, $3 when they were computed, $4 hash of the rules)
pub(super) const UPSERT: &str = "
    insert into account_state
        (workspace_id, account_id, domain, name, owner_email, owner_key, segment_key, contact_words, found_by,
        section, routed_at, snoozed_until, tracked, score, level, trouble, arr_currency, arr_minor, arr_more,
        arr_top, arr_major, live, trialing, payment_state, renews_on, ends_on, uncounted, contracts, trial_ends_on, adoption_percent,
        usage_change_percent, active_users, seats, nps, nps_signal, last_contact, holds, ours_overdue,
        ours_open, ours_kept, ours_dropped, theirs_overdue, theirs_open, theirs_kept, theirs_dropped,
        ours_unclear, theirs_unclear, prospect, likelihood, chance, value_currency, value_minor, value_more, value_top,
        agreeing, differing, valid_until, data_version, computed_at, rules)
    select distinct on (r.account_id)
        $1, r.account_id, r.domain, r.name, r.owner_email, r.owner_key, r.segment_key, r.contact_words,
        r.found_by, r.section, r.routed_at, r.snoozed_until, r.tracked, r.score, r.level, r.trouble,
        r.arr_currency, r.arr_minor, r.arr_more, r.arr_top, r.arr_major, r.live, r.trialing, r.payment_state,
        r.renews_on, r.ends_on, r.uncounted, r.contracts, r.trial_ends_on, r.adoption_percent, r.usage_change_percent, r.active_users, r.seats,
        r.nps, r.nps_signal, r.last_contact, r.holds, r.ours_overdue, r.ours_open, r.ours_kept, r.ours_dropped,
        r.theirs_overdue, r.theirs_open, r.theirs_kept, r.theirs_dropped, r.ours_unclear, r.theirs_unclear,
        r.prospect, r.likelihood, r.chance, r.value_currency, r.value_minor, r.value_more, r.value_top,
        r.agreeing, r.differing, r.valid_until, r.data_version, $3, $4
    from jsonb_to_recordset($2) as r (
        account_id uuid, domain text, name text, owner_email text, owner_key text, segment_key text,
        contact_words text[], found_by text, section text, routed_at timestamptz, snoozed_until date,
        tracked boolean, score smallint, level smallint, trouble boolean, arr_currency text, arr_minor bigint,
        arr_more jsonb, arr_top bigint, arr_major numeric, live boolean, trialing boolean, payment_state text,
        renews_on date, ends_on date, uncounted bigint, contracts bigint, trial_ends_on date, adoption_percent bigint, usage_change_percent integer,
        active_users bigint, seats bigint, nps double precision, nps_signal text, last_contact timestamptz,
        holds integer, ours_overdue bigint, ours_open bigint, ours_kept bigint, ours_dropped bigint,
        theirs_overdue bigint, theirs_open bigint, theirs_kept bigint, theirs_dropped bigint,
        ours_unclear bigint, theirs_unclear bigint, prospect text, likelihood smallint, chance smallint,
        value_currency text, value_minor bigint, value_more jsonb, value_top bigint,
        agreeing text[], differing text[], valid_until timestamptz, data_version bigint)
    order by r.account_id, r.data_version desc
    on conflict on constraint account_state_pkey do update set
        domain = excluded.domain, name = excluded.name, owner_email = excluded.owner_email,
        owner_key = excluded.owner_key, segment_key = excluded.segment_key,
        contact_words = excluded.contact_words, found_by = excluded.found_by, section = excluded.section,
        routed_at = excluded.routed_at, snoozed_until = excluded.snoozed_until, tracked = excluded.tracked,
        score = excluded.score, level = excluded.level, trouble = excluded.trouble,
        arr_currency = excluded.arr_currency, arr_minor = excluded.arr_minor, arr_more = excluded.arr_more,
        arr_top = excluded.arr_top, arr_major = excluded.arr_major, live = excluded.live,
        trialing = excluded.trialing, payment_state = excluded.payment_state, renews_on = excluded.renews_on,
        ends_on = excluded.ends_on, uncounted = excluded.uncounted,
        contracts = excluded.contracts,
        trial_ends_on = excluded.trial_ends_on, adoption_percent = excluded.adoption_percent,
        usage_change_percent = excluded.usage_change_percent, active_users = excluded.active_users,
        seats = excluded.seats, nps = excluded.nps, nps_signal = excluded.nps_signal,
        last_contact = excluded.last_contact, holds = excluded.holds, ours_overdue = excluded.ours_overdue,
        ours_open = excluded.ours_open, ours_kept = excluded.ours_kept, ours_dropped = excluded.ours_dropped,
        theirs_overdue = excluded.theirs_overdue, theirs_open = excluded.theirs_open,
        theirs_kept = excluded.theirs_kept, theirs_dropped = excluded.theirs_dropped,
        ours_unclear = excluded.ours_unclear, theirs_unclear = excluded.theirs_unclear,
        prospect = excluded.prospect, likelihood = excluded.likelihood, chance = excluded.chance,
        value_currency = excluded.value_currency, value_minor = excluded.value_minor,
        value_more = excluded.value_more, value_top = excluded.value_top,
        agreeing = excluded.agreeing, differing = excluded.differing,
        valid_until = excluded.valid_until, data_version = excluded.data_version,
        computed_at = excluded.computed_at, rules = excluded.rules
    where account_state.data_version <= excluded.data_version";
