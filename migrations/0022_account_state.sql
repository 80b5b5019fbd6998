-- The state of each account: what lists are chosen, ordered and counted by. It is computed from the account's records, an
-- instant and the rules of the score; whatever is not of this version of the data, of this instant or of these rules is
-- computed anew.

-- The data_version its state was computed from.
alter table accounts add column state_version bigint not null default 0;
create index accounts_to_compute_idx on accounts (workspace_id, id) where state_version < data_version;

create table account_state (
    workspace_id uuid not null,
    account_id uuid not null,
    domain text collate "C" not null,
    name text collate "C" not null,
    owner_email text,
    -- In small ASCII letters, as addresses and segments are compared.
    owner_key text collate "C",
    segment_key text collate "C",
    -- The words of the names of its contacts, in small letters.
    contact_words text[] not null,
    -- Name, domain and owner in small letters, for whoever searches by a part of them.
    found_by text collate "C" not null,
    section text not null,
    routed_at timestamptz,
    snoozed_until date,
    tracked boolean not null,
    score smallint not null,
    -- 0 critical, 1 at risk, 2 healthy.
    level smallint not null,
    -- Something serious was said lately that no good news came after.
    trouble boolean not null,
    -- The first currency of its recurring revenue; further ones, which are rare, as [{"minor", "currency"}].
    arr_currency text,
    arr_minor bigint,
    arr_more jsonb,
    -- The largest amount in minor units, for an order; the largest in whole units, for bounds.
    arr_top bigint not null,
    arr_major numeric,
    live boolean not null,
    trialing boolean not null,
    payment_state text not null,
    renews_on date,
    trial_ends_on date,
    adoption_percent bigint,
    usage_change_percent integer,
    active_users bigint,
    seats bigint,
    nps double precision,
    nps_signal text,
    last_contact timestamptz,
    -- A bit for each kind of record it holds.
    holds integer not null,
    ours_overdue bigint not null,
    ours_open bigint not null,
    ours_kept bigint not null,
    ours_dropped bigint not null,
    theirs_overdue bigint not null,
    theirs_open bigint not null,
    theirs_kept bigint not null,
    theirs_dropped bigint not null,
    computed_at timestamptz not null,
    -- The first instant at which it may be different, though no record changes.
    valid_until timestamptz not null,
    data_version bigint not null,
    -- Hash of the rules it was computed by.
    rules bigint not null,
    constraint account_state_pkey primary key (workspace_id, account_id),
    constraint account_state_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);

create index account_state_score_idx on account_state (workspace_id, score, arr_top desc, name, domain) where tracked;
create index account_state_arr_idx on account_state (workspace_id, arr_top desc, name, domain) where tracked;
create index account_state_renews_idx on account_state (workspace_id, renews_on, name, domain) where tracked;
create index account_state_section_idx on account_state (workspace_id, section, routed_at desc) where tracked;
create index account_state_several_idx on account_state (workspace_id) where arr_more is not null;
create index account_state_untracked_idx on account_state (workspace_id) where not tracked;
create index account_state_name_idx on account_state (workspace_id, name, domain);
create index account_state_owner_idx on account_state (workspace_id, owner_key);
create index account_state_example_idx on account_state (workspace_id, level, name);
create index account_state_contacts_idx on account_state using gin (contact_words);
create index account_state_totals_idx on account_state (workspace_id, level, arr_currency) include (arr_minor) where tracked;
create index account_state_expiry_idx on account_state (workspace_id, valid_until);
create index account_state_rules_idx on account_state (workspace_id, rules, computed_at);

-- What conditions on records look for.
create index revenue_sources_status_idx on revenue_sources (workspace_id, status, renews_on) include (account_id);
create index deals_status_idx on deals (workspace_id, status, closed_at) include (account_id);
create index payment_events_kind_idx on payment_events (workspace_id, kind, occurred_at desc) include (account_id);
create index signals_kind_idx on signals (workspace_id, kind, occurred_at desc) include (account_id);
create index decisions_ignored_idx on decisions (workspace_id, account, key)
    where decision -> 'value' ->> 'ignored' = 'true';

-- Nothing writes health_snapshots any more: the score stands in the state. The table stays for a release that still runs
-- beside this one.
