-- The health of each account over time, and the rules it was computed by.

-- A row for each refresh that gave something else than the one before.
create table health_history (
    workspace_id uuid not null,
    account_id uuid not null,
    at timestamptz not null,
    score smallint not null,
    -- 0 critical, 1 at risk, 2 healthy.
    level smallint not null,
    -- What came out, with all factors.
    health jsonb not null,
    -- What it was computed from, by which rules, and by which way of computing.
    data_version bigint not null,
    rules bigint not null,
    program bigint not null,
    -- Why it is another one than before; none at the first.
    receipt jsonb,
    constraint health_history_pkey primary key (workspace_id, account_id, at),
    constraint health_history_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);

-- Rules by their hash, as long as a score may have been computed by them.
create table health_rules (
    workspace_id uuid not null,
    hash bigint not null,
    rules jsonb not null,
    first_used_at timestamptz not null,
    constraint health_rules_pkey primary key (workspace_id, hash),
    constraint health_rules_workspace_fkey foreign key (workspace_id) references workspaces (id) on delete cascade
);

-- Weights and thresholds that people set, the latest with the highest version; none in it means those of the
-- configuration.
create table health_settings (
    workspace_id uuid not null,
    version bigint not null,
    rules jsonb,
    changed_by text not null,
    note text,
    changed_at timestamptz not null,
    constraint health_settings_pkey primary key (workspace_id, version),
    constraint health_settings_workspace_fkey foreign key (workspace_id) references workspaces (id) on delete cascade
);

-- What an owner thinks of an account, 1 to 5; it stands beside the score and never goes into it.
create table ratings (
    workspace_id uuid not null,
    account_id uuid not null,
    at timestamptz not null,
    rating smallint not null,
    note text,
    rated_by text not null,
    constraint ratings_pkey primary key (workspace_id, account_id, at),
    constraint ratings_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade,
    constraint ratings_rating_check check (rating between 1 and 5)
);
