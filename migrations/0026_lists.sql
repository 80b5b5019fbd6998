-- Lists of a large workspace, from an index alone: what is summed stands in the index the accounts are chosen by.

drop index account_state_renews_idx;
create index account_state_renews_idx on account_state (workspace_id, renews_on, name, domain)
    include (level, arr_currency, arr_minor) where tracked;

-- The few that somebody has to be asked for money.
create index account_state_unpaid_idx on account_state
    (workspace_id, payment_state, score, arr_top desc, name, domain) include (level, arr_currency, arr_minor)
    where tracked and payment_state in ('failed', 'past_due');
