//! The lists of sections and the figures above them.

use chrono::{Days, NaiveDate};
use sqlx::FromRow;
use uuid::Uuid;

use super::portfolio::{Chosen, Conditions, order};
use super::row::wire;
use super::state::{amount, chance_of, level};
use super::{Result, Store};
use crate::domain::account::Section;
use crate::domain::health::{Chance, Level};
use crate::domain::id::{AccountId, WorkspaceId};
use crate::domain::money::{Money, totals};
use crate::domain::section::{RENEWING_DAYS, SectionFigures, SectionOrder, SectionWanted, TRIAL_DAYS, hoped_for};
use crate::domain::time::Moment;
use crate::domain::tool::portfolio::Portfolio;

/// Accounts at a level with recurring revenue of a currency; without counts further revenue of theirs.
#[derive(FromRow)]
struct Part {
    level: i16,
    currency: Option<String>,
    accounts: i64,
    arr: Option<String>,
    renewing: i64,
    candidates: i64,
    likely: i64,
    trials_ending: i64,
}

/// ($1 workspace, $2 section, $3 today, $4 the last day of near renewals, $5 that of near ends of trials, $6 the number of
/// a high chance, $7 what they may do). Plan: the figures from `account_state_figures_idx` alone; what has several currencies, which is rare,
/// from `account_state_several_idx`.
const FIGURES: &str = "
    select s.level, s.arr_currency as currency, count(*) as accounts, sum(s.arr_minor)::text as arr,
           count(*) filter (where s.live and s.renews_on >= $3 and s.renews_on <= $4
                            and (s.ends_on is null or s.ends_on <> s.renews_on)) as renewing,
           count(*) filter (where s.prospect = $7) as candidates,
           count(*) filter (where s.prospect = $7 and s.chance = $6) as likely,
           count(*) filter (where s.trialing and s.trial_ends_on >= $3 and s.trial_ends_on <= $5) as trials_ending
    from account_state s where s.workspace_id = $1 and s.section = $2 and s.tracked group by 1, 2
    union all
    select s.level, m.value ->> 'currency', 0, sum((m.value ->> 'minor')::numeric)::text, 0, 0, 0, 0
    from account_state s cross join lateral jsonb_array_elements(s.arr_more) m
    where s.workspace_id = $1 and s.section = $2 and s.tracked and s.arr_more is not null group by 1, 2";

/// ($1 workspace, $2 section, $3 what they may do). What each account is offered and what of it is expected, by currency. Plan: as for the
/// figures.
const VALUES: &str = "
    select s.value_currency as currency, sum(s.value_minor)::text as offered,
           sum(round(s.value_minor::numeric * s.likelihood / 100))::text as expected
    from account_state s
    where s.workspace_id = $1 and s.section = $2 and s.tracked and s.prospect = $3 and s.value_currency is not null
    group by 1
    union all
    select m.value ->> 'currency', sum((m.value ->> 'minor')::numeric)::text,
           sum(round((m.value ->> 'minor')::numeric * s.likelihood / 100))::text
    from account_state s cross join lateral jsonb_array_elements(s.value_more) m
    where s.workspace_id = $1 and s.section = $2 and s.tracked and s.prospect = $3 and s.value_more is not null
    group by 1";

fn after(today: NaiveDate, days: u32) -> NaiveDate {
    today.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX)
}

impl Store {
    /// What the tracked accounts of a section come to at `now`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn section_figures(
        &self,
        workspace: WorkspaceId,
        section: Section,
        now: Moment,
    ) -> Result<SectionFigures> {
        let (today, hoped) = (now.day(), wire(&hoped_for(Some(section))));
        let mut lent = self.lists.lend().await?;
        let parts: Vec<Part> = sqlx::query_as(FIGURES)
            .bind(workspace.uuid())
            .bind(section.wire())
            .bind(today)
            .bind(after(today, RENEWING_DAYS))
            .bind(after(today, TRIAL_DAYS))
            .bind(chance_of(Chance::High))
            .bind(&hoped)
            .fetch_all(&mut *lent)
            .await?;
        let values: Vec<(String, Option<String>, Option<String>)> = sqlx::query_as(VALUES)
            .bind(workspace.uuid())
            .bind(section.wire())
            .bind(&hoped)
            .fetch_all(&mut *lent)
            .await?;
        lent.give_back();
        let mut figures = SectionFigures::default();
        let counted = |count: i64| count.unsigned_abs();
        for part in &parts {
            let place = match level(part.level) {
                Level::Critical => 0,
                Level::AtRisk => 1,
                Level::Healthy => 2,
            };
            let of_level = &mut figures.levels[place];
            of_level.accounts += counted(part.accounts);
            let arr = part.currency.as_deref().map(|currency| Money::new(amount(part.arr.as_deref()), currency));
            of_level.arr = totals(of_level.arr.drain(..).chain(arr));
            figures.renewing += counted(part.renewing);
            figures.candidates += counted(part.candidates);
            figures.likely += counted(part.likely);
            figures.trials_ending += counted(part.trials_ending);
        }
        let of = |currency: &str, sum: &Option<String>| Money::new(amount(sum.as_deref()), currency);
        figures.offered = totals(values.iter().map(|(currency, offered, _)| of(currency, offered)));
        figures.expected = totals(values.iter().map(|(currency, _, expected)| of(currency, expected)));
        Ok(figures)
    }

    /// The accounts of a list at `now`, in its order, and what all that match come to. Plan: a section in its usual order
    /// comes from an index and stops at the limit; other orders sort what matches.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn section_list(&self, workspace: WorkspaceId, wanted: &SectionWanted, now: Moment) -> Result<Chosen> {
        let mut conditions = self.conditions(workspace, &wanted.accounts, now).await?;
        conditions.chance = wanted.chance;
        let (accounts, totals) =
            tokio::try_join!(self.section_page(&conditions, wanted.order), self.totals(&conditions))?;
        Ok(Chosen { accounts, totals })
    }

    async fn section_page(&self, conditions: &Conditions<'_>, by: SectionOrder) -> Result<Vec<AccountId>> {
        let mut page = conditions.query("select s.account_id");
        conditions.tracked_only(&mut page);
        let wanted = conditions.wanted;
        let routed = if wanted.sections.is_empty() { "" } else { "s.routed_at desc nulls last, " };
        let by = match by {
            SectionOrder::Accounts(order) => {
                order::push(&mut page, &Portfolio { order, ..wanted.clone() }, conditions.now);
                None
            }
            SectionOrder::Likelihood => Some("s.likelihood desc nulls last, s.value_top desc"),
            SectionOrder::Value => Some("s.value_top desc"),
            SectionOrder::TrialEnd => Some("s.trial_ends_on nulls last"),
        };
        if let Some(by) = by {
            page.push(format_args!(" order by {routed}{by}, s.name, s.domain"));
        }
        page.push(" limit ").push_bind(i64::from(wanted.rows()));
        page.push(" offset ").push_bind(i64::from(wanted.skip.unwrap_or_default()));
        let mut lent = self.lists.lend().await?;
        let accounts: Vec<Uuid> = page.build_query_scalar().fetch_all(&mut *lent).await?;
        lent.give_back();
        Ok(accounts.into_iter().map(AccountId::from).collect())
    }
}
