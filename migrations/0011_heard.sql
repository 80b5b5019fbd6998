-- What was heard in a call or an e-mail, so that only new or changed ones are read again.

create table heard (
    workspace_id uuid not null,
    source_kind text not null,
    source_id text not null,
    account_id uuid not null,
    -- Changes with everything that what is heard depends on.
    key bytea not null,
    content text not null,
    constraint heard_pkey primary key (workspace_id, source_kind, source_id),
    constraint heard_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);

create index heard_account_idx on heard (workspace_id, account_id);
