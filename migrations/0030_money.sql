-- Contracts that were canceled and run out, discounts, and which invoice a payment is for.
alter table revenue_sources
    add column cancel_at_period_end boolean not null default false,
    add column discount_percent numeric,
    add column discount_minor bigint,
    add column discount_until date;
alter table payment_events add column invoice text;

-- Releases nobody has yet.
alter table releases
    add column draft boolean not null default false,
    add column prerelease boolean not null default false;

-- The next day a canceled contract ends, and how many contracts have an interval that is not understood, and how
-- many bind somebody now.
alter table account_state
    add column ends_on date,
    add column uncounted integer not null default 0,
    add column contracts integer not null default 0;
create index account_state_ends_idx on account_state (workspace_id, ends_on, name, domain)
    where tracked and ends_on is not null;

-- What lists of renewals and of debts are counted by stands in their indexes.
drop index account_state_renews_idx;
create index account_state_renews_idx on account_state (workspace_id, renews_on, name, domain)
    include (level, arr_currency, arr_minor, ends_on, uncounted, contracts) where tracked;
drop index account_state_unpaid_idx;
create index account_state_unpaid_idx on account_state
    (workspace_id, payment_state, score, arr_top desc, name, domain) include (level, arr_currency, arr_minor, uncounted)
    where tracked and payment_state in ('failed', 'past_due');
