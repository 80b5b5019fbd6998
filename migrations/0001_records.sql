-- Workspaces and what is imported into them. Every table carries its workspace, and every reference to an account is
-- checked together with it, so that a row of one workspace can never point into another.

create table workspaces (
    id uuid not null,
    name text not null,
    -- Moves on whenever an account is added, changed or deleted.
    directory_version bigint not null default 0,
    created_at timestamptz not null default now(),
    constraint workspaces_pkey primary key (id),
    constraint workspaces_name_key unique (name)
);

create table accounts (
    id uuid not null,
    workspace_id uuid not null,
    domain text not null,
    name text not null,
    owner_email text,
    segment text,
    contacts jsonb not null,
    licensed_seats bigint,
    crm_url text,
    attributes jsonb not null,
    -- Hash of the record as it was imported; tells a change from a repetition.
    digest bytea not null,
    -- Moves on with every change of the account or its records; a health score says which version it was told from.
    data_version bigint not null default 1,
    -- Moves on with every change of its calls, e-mails and contacts.
    talk_version bigint not null default 0,
    -- The talk_version that promises and requests were last read from.
    read_version bigint not null default 0,
    constraint accounts_pkey primary key (id),
    constraint accounts_workspace_id_fkey foreign key (workspace_id) references workspaces (id) on delete cascade,
    constraint accounts_workspace_id_domain_key unique (workspace_id, domain),
    constraint accounts_workspace_id_id_key unique (workspace_id, id)
);

create index accounts_to_read_idx on accounts (workspace_id) where read_version < talk_version;

create table calls (
    workspace_id uuid not null,
    id text not null,
    account_id uuid not null,
    title text not null,
    started_at timestamptz not null,
    duration_seconds bigint not null,
    participants jsonb not null,
    transcript jsonb not null,
    summary text,
    url text,
    digest bytea not null,
    -- Moves on with every change; the vector index holds indexed_revision.
    revision bigint not null default 1,
    indexed_revision bigint not null default 0,
    constraint calls_pkey primary key (workspace_id, id),
    constraint calls_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);

create index calls_account_started_idx on calls (workspace_id, account_id, started_at desc);
create index calls_unindexed_idx on calls (workspace_id) where indexed_revision < revision;

create table emails (
    workspace_id uuid not null,
    id text not null,
    account_id uuid not null,
    sent_at timestamptz not null,
    sender text not null,
    recipients jsonb not null,
    subject text not null,
    body text not null,
    thread_id text,
    url text,
    digest bytea not null,
    revision bigint not null default 1,
    indexed_revision bigint not null default 0,
    constraint emails_pkey primary key (workspace_id, id),
    constraint emails_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);

create index emails_account_sent_idx on emails (workspace_id, account_id, sent_at desc);
-- A hash, because a thread's id may be longer than a b-tree takes.
create index emails_thread_idx on emails using hash (thread_id);
create index emails_unindexed_idx on emails (workspace_id) where indexed_revision < revision;

create table signals (
    workspace_id uuid not null,
    id text not null,
    account_id uuid not null,
    kind text not null,
    occurred_at timestamptz not null,
    text text not null,
    quote text,
    score double precision,
    sentiment double precision,
    call_id text,
    url text,
    digest bytea not null,
    revision bigint not null default 1,
    indexed_revision bigint not null default 0,
    constraint signals_pkey primary key (workspace_id, id),
    constraint signals_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);

create index signals_account_occurred_idx on signals (workspace_id, account_id, occurred_at desc);
create index signals_unindexed_idx on signals (workspace_id) where indexed_revision < revision;

create table notes (
    workspace_id uuid not null,
    id text not null,
    account_id uuid not null,
    written_at timestamptz not null,
    author text not null,
    text text not null,
    url text,
    digest bytea not null,
    revision bigint not null default 1,
    indexed_revision bigint not null default 0,
    constraint notes_pkey primary key (workspace_id, id),
    constraint notes_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);

create index notes_account_written_idx on notes (workspace_id, account_id, written_at desc);
create index notes_unindexed_idx on notes (workspace_id) where indexed_revision < revision;

create table projects (
    workspace_id uuid not null,
    id text not null,
    account_id uuid not null,
    title text not null,
    status text not null,
    updated_at timestamptz not null,
    url text,
    digest bytea not null,
    revision bigint not null default 1,
    indexed_revision bigint not null default 0,
    constraint projects_pkey primary key (workspace_id, id),
    constraint projects_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);

create index projects_account_updated_idx on projects (workspace_id, account_id, updated_at desc);
create index projects_unindexed_idx on projects (workspace_id) where indexed_revision < revision;

create table releases (
    workspace_id uuid not null,
    id text not null,
    title text not null,
    body text not null,
    shipped_at timestamptz not null,
    version text,
    url text,
    digest bytea not null,
    revision bigint not null default 1,
    indexed_revision bigint not null default 0,
    constraint releases_pkey primary key (workspace_id, id),
    constraint releases_workspace_id_fkey foreign key (workspace_id) references workspaces (id) on delete cascade
);

create index releases_shipped_idx on releases (workspace_id, shipped_at desc);
create index releases_unindexed_idx on releases (workspace_id) where indexed_revision < revision;

create table revenue_sources (
    workspace_id uuid not null,
    id text not null,
    account_id uuid not null,
    system text not null,
    product text not null,
    status text not null,
    interval text not null,
    amount_minor bigint not null,
    currency text not null,
    mrr_minor bigint,
    quantity bigint,
    starts_on date,
    renews_on date,
    url text,
    digest bytea not null,
    constraint revenue_sources_pkey primary key (workspace_id, id),
    constraint revenue_sources_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);

create index revenue_sources_account_idx on revenue_sources (workspace_id, account_id);

create table payment_events (
    workspace_id uuid not null,
    id text not null,
    account_id uuid not null,
    occurred_at timestamptz not null,
    kind text not null,
    amount_minor bigint not null,
    currency text not null,
    url text,
    digest bytea not null,
    constraint payment_events_pkey primary key (workspace_id, id),
    constraint payment_events_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);

create index payment_events_account_occurred_idx on payment_events (workspace_id, account_id, occurred_at desc);

create table usage_days (
    workspace_id uuid not null,
    account_id uuid not null,
    day date not null,
    active_users bigint not null,
    licensed_seats bigint,
    digest bytea not null,
    constraint usage_days_pkey primary key (workspace_id, account_id, day),
    constraint usage_days_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);

create table deals (
    workspace_id uuid not null,
    id text not null,
    account_id uuid not null,
    name text not null,
    stage text not null,
    status text not null,
    value_minor bigint not null,
    currency text not null,
    lost_reason text,
    closed_at timestamptz,
    url text,
    digest bytea not null,
    constraint deals_pkey primary key (workspace_id, id),
    constraint deals_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);

create index deals_account_idx on deals (workspace_id, account_id);

-- A name reduced to its words between blanks, for finding a person however the name is written around.
create function person_words(name text) returns text
    language sql immutable parallel safe
    return ' ' || trim(regexp_replace(lower(name), '[^[:alnum:]]+', ' ', 'g')) || ' ';
