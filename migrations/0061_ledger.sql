-- The ledger of contracts: the next to renew first, a page at a time, and sums by status from an index alone.

create index revenue_sources_renewal_idx on revenue_sources (workspace_id, (coalesce(renews_on, 'infinity'::date)), id);
create index revenue_sources_ledger_idx on revenue_sources (workspace_id, status, currency, interval)
    include (amount_minor, discount_percent, discount_minor, discount_until, mrr_minor);

-- The contracts of an account that two systems hold, as the state was computed: those with equal amounts, and those with others.
alter table account_state
    add column agreeing text[],
    add column differing text[];
create index account_state_reconciled_idx on account_state (workspace_id)
    where agreeing is not null or differing is not null;
