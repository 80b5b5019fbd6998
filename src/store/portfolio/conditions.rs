//! The conditions of a list, as they are said to the database.

use std::collections::HashMap;

use chrono::{Days, Duration, NaiveDate};
use sqlx::QueryBuilder;
use sqlx::postgres::Postgres;
use uuid::Uuid;

use crate::domain::activity::SignalKind;
use crate::domain::health::{Chance, LikelihoodKind};
use crate::domain::id::WorkspaceId;
use crate::domain::revenue::BillingStatus;
use crate::domain::state::GROWTH_PERCENT;
use crate::domain::time::{Moment, Window};
use crate::domain::tool::portfolio::Portfolio;
use crate::store::promise::told_in;
use crate::store::row::wire;
use crate::store::state::{bit, chance_of, level_of};

/// The statuses of a contract that binds somebody.
const RUNNING: &str = "('active', 'past_due', 'trialing')";

/// Nobody had the contract left out of recurring revenue.
fn counted(contract: &str) -> String {
    format!(
        " and not exists (select from decisions d where d.workspace_id = s.workspace_id and d.account = s.domain
         and d.key = 'revenue/' || {contract}.id and d.decision -> 'value' ->> 'ignored' = 'true')"
    )
}

/// What is asked of the accounts of a workspace.
pub(in crate::store) struct Conditions<'a> {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// What is asked.
    pub wanted: &'a Portfolio,
    /// When.
    pub now: Moment,
    /// The owners that are meant, where an owner is asked for.
    pub owners: Option<Vec<String>>,
    /// The accounts with contacts that are meant, each with how many, where a contact is asked for.
    pub contacts: Option<HashMap<Uuid, u64>>,
    /// The spellings of the intervals that are meant, where it is asked how often accounts pay.
    pub intervals: Option<Vec<String>>,
    /// Only accounts that may do this with this chance.
    pub chance: Option<(LikelihoodKind, Chance)>,
}

type Query = QueryBuilder<Postgres>;

impl Conditions<'_> {
    /// `select` of the states `s` that match, tracked or not.
    pub fn query(&self, select: &str) -> Query {
        let mut query = Query::new("");
        self.select(&mut query, select, "");
        query
    }

    /// The same over the states and what they are joined with.
    pub fn select(&self, query: &mut Query, select: &str, join: &str) {
        query.push(select).push(" from account_state s ").push(join);
        query.push(" where s.workspace_id = ").push_bind(self.workspace.uuid());
        self.of_the_account(query);
        self.of_money(query);
        self.of_use(query);
        self.of_records(query);
    }

    /// Whether untracked accounts are asked for instead of tracked ones.
    pub fn wants_untracked(&self) -> bool {
        self.wanted.tracked == Some(false)
    }

    /// Leaves only those that are tracked, or only those that are not.
    pub fn tracked_only(&self, query: &mut Query) {
        query.push(if self.wants_untracked() { " and not s.tracked" } else { " and s.tracked" });
    }

    fn today(&self) -> NaiveDate {
        self.now.day()
    }

    /// The day that counts as its renewal.
    pub fn renewal(&self) -> &'static str {
        if self.wanted.trialing { "s.trial_ends_on" } else { "s.renews_on" }
    }

    fn of_the_account(&self, query: &mut Query) {
        let wanted = self.wanted;
        if !wanted.levels.is_empty() {
            let levels: Vec<i16> = wanted.levels.iter().map(|level| level_of(*level)).collect();
            query.push(" and s.level = any(").push_bind(levels).push(")");
        }
        if wanted.unhappy {
            query.push(" and (s.level < 2 or s.trouble)");
        }
        if let [section] = wanted.sections.as_slice() {
            // Of one section the index gives the order as well.
            query.push(" and s.section = ").push_bind(section.wire());
        } else if !wanted.sections.is_empty() {
            let sections: Vec<&str> = wanted.sections.iter().map(|section| section.wire()).collect();
            query.push(" and s.section = any(").push_bind(sections).push(")");
        }
        if let Some((kind, chance)) = self.chance {
            query.push(" and s.prospect = ").push_bind(wire(&kind));
            query.push(" and s.chance = ").push_bind(chance_of(chance));
        }
        if let Some(segment) = &wanted.segment {
            query.push(" and s.segment_key = ").push_bind(segment.to_ascii_lowercase());
        }
        if let Some(owners) = &self.owners {
            query.push(" and s.owner_key = any(").push_bind(owners.clone()).push(")");
        }
        if let Some(contacts) = &self.contacts {
            let accounts: Vec<Uuid> = contacts.keys().copied().collect();
            query.push(" and s.account_id = any(").push_bind(accounts).push(")");
        }
        if !wanted.among.is_empty() {
            query.push(" and s.domain = any(").push_bind(wanted.among.clone()).push(")");
        }
        for holding in &wanted.without {
            query.push(" and s.holds & ").push_bind(bit(*holding)).push(" = 0");
        }
        if let Some(text) = wanted.text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            query.push(" and position(").push_bind(text.to_lowercase()).push(" in s.found_by) > 0");
        }
    }

    fn of_money(&self, query: &mut Query) {
        let (wanted, today, renewal) = (self.wanted, self.today(), self.renewal());
        let live = if wanted.trialing { "(s.live or s.trialing)" } else { "s.live" };
        if let Some(within) = wanted.renewing_within_days {
            query.push(format_args!(" and {live} and {renewal} >= ")).push_bind(today);
            if let Some(last) = today.checked_add_days(Days::new(within.into())) {
                query.push(format_args!(" and {renewal} <= ")).push_bind(last);
            }
        }
        // A canceled contract ends on its day; nothing renews.
        let goes_on = " and (s.ends_on is null or s.ends_on <> s.renews_on)";
        if wanted.asks_of_renewals() {
            query.push(goes_on);
        }
        if wanted.ends != Window::ALWAYS {
            query.push(" and s.ends_on is not null");
            days(query, "s.ends_on", wanted.ends);
        }
        if wanted.renews != Window::ALWAYS {
            query.push(format_args!(" and {renewal} is not null"));
            days(query, renewal, wanted.renews);
            query.push(format_args!(" and ({live} or {renewal} < ")).push_bind(today).push(")");
        }
        if let Some(within) = wanted.lapsed_within_days {
            query.push(format_args!(" and not {live} and {renewal} < ")).push_bind(today);
            if let Some(first) = today.checked_sub_days(Days::new(within.into())) {
                query.push(format_args!(" and {renewal} >= ")).push_bind(first);
            }
        }
        if let Some(least) = wanted.arr_at_least {
            query.push(" and s.arr_major >= ").push_bind(least.to_string()).push("::numeric");
        }
        if let Some(most) = wanted.arr_at_most {
            query.push(" and s.arr_major <= ").push_bind(most.to_string()).push("::numeric");
        }
        if !wanted.payment_states.is_empty() {
            let states: Vec<String> = wanted.payment_states.iter().map(wire).collect();
            query.push(" and s.payment_state = any(").push_bind(states).push(")");
        }
        if wanted.trialing {
            query.push(" and s.trialing");
        }
        if let Some(currency) = &wanted.currency {
            query.push(" and (s.arr_currency = ").push_bind(currency.to_ascii_uppercase());
            query.push(" or exists (select from jsonb_array_elements(s.arr_more) m where m.value ->> 'currency' = ");
            query.push_bind(currency.to_ascii_uppercase()).push("))");
        }
        if let Some(intervals) = &self.intervals {
            query.push(" and exists (select from revenue_sources r where r.workspace_id = s.workspace_id");
            query.push(" and r.account_id = s.account_id and r.status in ('active', 'past_due')");
            query.push(" and r.interval = any(").push_bind(intervals.clone()).push(")");
            query.push(counted("r")).push(")");
        }
    }

    fn of_use(&self, query: &mut Query) {
        let wanted = self.wanted;
        if let Some(least) = wanted.usage_fell_percent {
            query.push(" and s.usage_change_percent <= ").push_bind(-i32::try_from(least).unwrap_or(i32::MAX));
        }
        if let Some(least) = wanted.usage_rose_percent {
            query.push(" and s.usage_change_percent >= ").push_bind(i32::try_from(least).unwrap_or(i32::MAX));
        }
        if wanted.disagrees {
            let unpaid = "s.payment_state in ('failed', 'past_due')";
            query.push(format!(" and (s.level = 2 and ({unpaid} or s.ends_on >= ")).push_bind(self.now.day());
            query.push(format!(") or s.level <> 2 and not {unpaid} and s.usage_change_percent >= "));
            query.push_bind(GROWTH_PERCENT).push(")");
        }
        if let Some(below) = wanted.adoption_below {
            query.push(" and s.adoption_percent < ").push_bind(i32::try_from(below).unwrap_or(i32::MAX));
        }
        if let Some(least) = wanted.silent_for_days {
            query.push(" and (s.last_contact is null");
            if let Some(before) = self.now.checked_sub_signed(Duration::days(least.into())) {
                query.push(" or s.last_contact <= ").push_bind(before);
            }
            query.push(")");
        }
    }

    fn of_records(&self, query: &mut Query) {
        let wanted = self.wanted;
        if !wanted.contracts.is_empty() {
            query.push(" and exists (select from revenue_sources r where r.workspace_id = s.workspace_id");
            query.push(" and r.account_id = s.account_id");
            self.contract(query);
            query.push(")");
        }
        if !wanted.deals.is_empty() {
            query.push(" and exists (select from deals t where t.workspace_id = s.workspace_id");
            query.push(" and t.account_id = s.account_id");
            self.deal(query);
            query.push(")");
        }
        if !wanted.payments.is_empty() {
            query.push(" and exists (select from payment_events t where t.workspace_id = s.workspace_id");
            query.push(" and t.account_id = s.account_id");
            self.payment(query);
            query.push(")");
        }
        if !wanted.signals.is_empty() {
            query.push(" and exists (select from signals t where t.workspace_id = s.workspace_id");
            query.push(" and t.account_id = s.account_id");
            self.signal(query);
            query.push(")");
        }
    }

    /// The contract `r` is in one of the wanted states. One that ran past its day without a word counts as expired.
    pub fn contract(&self, query: &mut Query) {
        let wanted = self.wanted;
        let statuses: Vec<String> = wanted.contracts.iter().map(wire).collect();
        query.push(" and (r.status = any(").push_bind(statuses).push(")");
        if wanted.contracts.contains(&BillingStatus::Expired) {
            query.push(" or r.status in ('active', 'past_due') and r.renews_on < ").push_bind(self.today());
        }
        query.push(")");
        if wanted.happened != Window::ALWAYS {
            query.push(" and r.renews_on is not null");
            days(query, "r.renews_on", wanted.happened);
        }
        query.push(counted("r"));
    }

    /// The contract `r` renews, or the trial ends, when that is asked for and there are several to tell apart.
    pub fn renewing(&self, query: &mut Query) {
        query.push(format_args!(
            " and r.status in {RUNNING} and not r.cancel_at_period_end and r.renews_on is not null"
        ));
        if self.wanted.trialing {
            query.push(" and r.status = 'trialing'");
        }
        days(query, "r.renews_on", self.wanted.renews);
        query.push(counted("r"));
        query.push(" and s.contracts > 1");
    }

    /// The deal `t` is in one of the wanted states. An open deal has no day yet.
    pub fn deal(&self, query: &mut Query) {
        let statuses: Vec<String> = self.wanted.deals.iter().map(wire).collect();
        query.push(" and t.status = any(").push_bind(statuses).push(")");
        if self.wanted.happened != Window::ALWAYS {
            query.push(" and (t.closed_at is null or true");
            instants(query, "t.closed_at", self.wanted.happened);
            query.push(")");
        }
    }

    /// The payment `t` is of one of the wanted kinds.
    pub fn payment(&self, query: &mut Query) {
        let kinds: Vec<String> = self.wanted.payments.iter().map(wire).collect();
        query.push(" and t.kind = any(").push_bind(kinds).push(") and t.occurred_at <= ").push_bind(self.now);
        instants(query, "t.occurred_at", self.wanted.happened);
    }

    /// The signal `t` is of one of the wanted kinds; for NPS only the newest score of the account counts.
    pub fn signal(&self, query: &mut Query) {
        let wanted = self.wanted;
        let kinds: Vec<&str> = wanted.signals.iter().map(|kind| kind.wire()).collect();
        query.push(" and t.kind = any(").push_bind(kinds).push(")");
        told_in(query, "t.occurred_at", "t.utc_offset", wanted.signals_window);
        if wanted.signals.contains(&SignalKind::Nps) {
            query.push(" and (t.kind <> 'nps' or t.id = s.nps_signal");
            if let Some(most) = wanted.nps_at_most {
                query.push(" and t.score <= ").push_bind(f64::from(most));
            }
            if let Some(least) = wanted.nps_at_least {
                query.push(" and t.score >= ").push_bind(f64::from(least));
            }
            query.push(")");
        }
    }
}

/// The day in `column` lies in the window.
fn days(query: &mut Query, column: &str, window: Window) {
    if let Some(since) = window.since {
        query.push(format_args!(" and {column} >= ")).push_bind(since);
    }
    if let Some(until) = window.until {
        query.push(format_args!(" and {column} <= ")).push_bind(until);
    }
}

/// The instant in `column` lies in the window.
fn instants(query: &mut Query, column: &str, window: Window) {
    if let Some(start) = window.since {
        query.push(format_args!(" and {column} >= ")).push_bind(start);
    }
    if let Some(end) = window.end() {
        query.push(format_args!(" and {column} < ")).push_bind(end);
    }
}
