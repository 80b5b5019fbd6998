-- Whatever a list is chosen and counted by stands in one index again: renewals look at whether anything runs, and all totals
-- count the accounts of which revenue is left out.

drop index account_state_renews_idx;
create index account_state_renews_idx on account_state (workspace_id, renews_on, name, domain)
    include (level, arr_currency, arr_minor, ends_on, uncounted, contracts, live, account_id) where tracked;

drop index account_state_totals_idx;
create index account_state_totals_idx on account_state (workspace_id, level, arr_currency) include (arr_minor, uncounted)
    where tracked;
