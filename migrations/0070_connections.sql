-- Connected systems: how each stands, what was fetched from it, and which account each thing belongs to.

create table connections (
    workspace_id uuid not null,
    id uuid not null,
    vendor text not null,
    -- What the identifiers of its records begin with.
    prefix text not null,
    -- What it has to know besides the key. No secret.
    settings jsonb not null,
    -- The key and tokens, encrypted; key_id says with which key.
    secret bytea not null,
    key_id text not null,
    -- Whose credentials they are, as the system says.
    of_whom text,
    -- Permissions that are missing, each with what it costs.
    missing jsonb not null default '[]',
    paused boolean not null default false,
    made_at timestamptz not null,
    made_by text not null,
    -- When it is fetched from next.
    due_at timestamptz not null,
    -- The number of the sync under way: streams passed over in it are done.
    round bigint not null default 1,
    tried_at timestamptz,
    succeeded_at timestamptz,
    failing_since timestamptz,
    failures bigint not null default 0,
    failure jsonb,
    -- When people were last alerted to the failure.
    alerted_at timestamptz,
    constraint connections_pkey primary key (workspace_id, id),
    constraint connections_prefix_key unique (workspace_id, prefix),
    constraint connections_workspace_id_fkey foreign key (workspace_id) references workspaces (id) on delete cascade
);

create table source_streams (
    workspace_id uuid not null,
    connection_id uuid not null,
    stream text not null,
    -- Where to go on; null before the first page.
    cursor jsonb,
    -- The pass under way. Items say in which pass they were met last.
    pass bigint not null default 1,
    begun boolean not null default false,
    -- When a pass was last done, and in which sync.
    passed_at timestamptz,
    round bigint not null default 0,
    pages bigint not null default 0,
    constraint source_streams_pkey primary key (workspace_id, connection_id, stream),
    constraint source_streams_connection_fkey foreign key (workspace_id, connection_id)
        references connections (workspace_id, id) on delete cascade
);

create table source_items (
    workspace_id uuid not null,
    connection_id uuid not null,
    stream text not null,
    id text not null,
    -- Hash of what the system said; empty while what it says is not in the records yet.
    digest bytea not null,
    -- What the system said, kept for repair and then forgotten.
    raw jsonb,
    fetched_at timestamptz not null,
    pass bigint not null,
    -- Passes over the whole stream that did not meet it.
    unmet smallint not null default 0,
    -- Domain of the account it belongs to.
    account text,
    -- Domain of the account a person chose for it, which goes before everything.
    chosen text,
    -- What it says of a company, or of people at one.
    company jsonb,
    contacts jsonb,
    -- The records it gave: [{"kind": "call", "id": "…"}].
    made jsonb not null default '[]',
    -- What its account is found by: `domain:quarz.example`, `company:<connection>:42`, `stripe:cus_1`.
    keys text[] not null default '{}',
    -- Why it is in no record yet, for people.
    waiting text,
    -- Whether only a person can say what it is: else it waits for something that may come by itself.
    set_aside boolean not null default false,
    -- Whether what it waited for has come.
    due boolean not null default false,
    constraint source_items_pkey primary key (workspace_id, connection_id, stream, id),
    constraint source_items_connection_fkey foreign key (workspace_id, connection_id)
        references connections (workspace_id, id) on delete cascade
);

create index source_items_account_idx on source_items (workspace_id, account)
    where company is not null or contacts is not null;
create index source_items_company_idx on source_items (workspace_id, connection_id, id) where company is not null;
create index source_items_waiting_idx on source_items (workspace_id, connection_id, set_aside) where waiting is not null;
create index source_items_due_idx on source_items (workspace_id, connection_id) where due;
create index source_items_raw_idx on source_items (workspace_id, fetched_at) where raw is not null;
create index source_items_keys_idx on source_items using gin (keys);

-- Webhook deliveries: what each says has changed, until that was fetched again.
create table source_deliveries (
    workspace_id uuid not null,
    connection_id uuid not null,
    id text not null,
    changed jsonb not null,
    received_at timestamptz not null,
    done boolean not null default false,
    constraint source_deliveries_pkey primary key (workspace_id, connection_id, id),
    constraint source_deliveries_connection_fkey foreign key (workspace_id, connection_id)
        references connections (workspace_id, id) on delete cascade
);

create index source_deliveries_open_idx on source_deliveries (workspace_id, connection_id, received_at) where not done;

-- Domains by which an account is known besides its own.
create table account_aliases (
    workspace_id uuid not null,
    domain text not null,
    account text not null,
    by_whom text not null,
    at timestamptz not null,
    constraint account_aliases_pkey primary key (workspace_id, domain),
    constraint account_aliases_account_fkey foreign key (workspace_id, account)
        references accounts (workspace_id, domain) on delete cascade
);

create index account_aliases_account_idx on account_aliases (workspace_id, account);

-- An account as systems and files make it together: what the files said, and what it came to.
create table composed_accounts (
    workspace_id uuid not null,
    domain text not null,
    base jsonb,
    composed jsonb not null,
    constraint composed_accounts_pkey primary key (workspace_id, domain),
    constraint composed_accounts_account_fkey foreign key (workspace_id, domain)
        references accounts (workspace_id, domain) on delete cascade
);
