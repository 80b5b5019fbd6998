-- What is told from the imported records: promises, requests and health scores.

create table commitments (
    workspace_id uuid not null,
    id text not null,
    account_id uuid not null,
    who text not null,
    side text not null,
    what text not null,
    due date,
    due_text text,
    quote text not null,
    occurred_at timestamptz not null,
    source_kind text not null,
    source_id text not null,
    at_seconds double precision,
    kept_by jsonb,
    constraint commitments_pkey primary key (workspace_id, id),
    constraint commitments_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);

create index commitments_account_occurred_idx on commitments (workspace_id, account_id, occurred_at desc);

create table requests (
    workspace_id uuid not null,
    id text not null,
    account_id uuid not null,
    who text not null,
    what text not null,
    quote text not null,
    occurred_at timestamptz not null,
    source_kind text not null,
    source_id text not null,
    at_seconds double precision,
    constraint requests_pkey primary key (workspace_id, id),
    constraint requests_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);

create index requests_account_occurred_idx on requests (workspace_id, account_id, occurred_at desc);

create table health_snapshots (
    workspace_id uuid not null,
    account_id uuid not null,
    as_of date not null,
    score bigint not null,
    level text not null,
    confidence real not null,
    health jsonb not null,
    -- The account's data_version it was told from.
    data_version bigint not null,
    constraint health_snapshots_pkey primary key (workspace_id, account_id),
    constraint health_snapshots_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);
