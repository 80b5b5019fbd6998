-- Tokens by which programs use the API in the name of a person. A token is shown once; only its SHA-256 is kept.

create table api_tokens (
    workspace_id uuid not null,
    id uuid not null,
    hash bytea not null,
    person_id uuid not null,
    name text not null,
    scope text not null,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    -- The last day on which it was used.
    last_used date,
    constraint api_tokens_pkey primary key (workspace_id, id),
    constraint api_tokens_hash_key unique (workspace_id, hash),
    constraint api_tokens_name_key unique (workspace_id, person_id, name),
    constraint api_tokens_scope_check check (scope in ('read', 'act', 'admin')),
    constraint api_tokens_person_fkey foreign key (workspace_id, person_id) references people (workspace_id, id)
        on delete cascade
);
