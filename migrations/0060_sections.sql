-- What the lists of sections are ordered and counted by.

alter table account_state
    -- What the account may do: convert or reengage; none for one that pays.
    add column prospect text,
    -- How likely that is, 0 to 100, without what was shipped since it was lost.
    add column likelihood smallint,
    -- The same in a word: 0 low, 1 fair, 2 high.
    add column chance smallint,
    -- What it is offered, or what was lost with it: the first currency; further ones as [{"minor", "currency"}]; and the largest
    -- amount in minor units, for an order.
    add column value_currency text,
    add column value_minor bigint,
    add column value_more jsonb,
    add column value_top bigint not null default 0;

-- A section's list in its usual order comes from an index and stops at its limit: those routed there first.
drop index account_state_section_idx;
create index account_state_section_idx on account_state
    (workspace_id, section, routed_at desc nulls last, score, arr_top desc, name, domain) where tracked;
create index account_state_prospect_idx on account_state
    (workspace_id, section, routed_at desc nulls last, likelihood desc nulls last, value_top desc, name, domain)
    where tracked;

-- The figures above it are counted from one index alone.
create index account_state_figures_idx on account_state (workspace_id, section, level, arr_currency)
    include (arr_minor, uncounted, live, renews_on, ends_on, trialing, trial_ends_on, prospect, chance, likelihood,
             value_currency, value_minor)
    where tracked;
create index account_state_values_idx on account_state (workspace_id) where value_more is not null;
