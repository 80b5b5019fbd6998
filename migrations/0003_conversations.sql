-- Questions and answers. An account is named by its domain here, so that a conversation outlives a reload of the account.

create table conversations (
    workspace_id uuid not null,
    id uuid not null,
    pinned text,
    started_at timestamptz not null,
    constraint conversations_pkey primary key (workspace_id, id),
    constraint conversations_workspace_id_fkey foreign key (workspace_id) references workspaces (id) on delete cascade
);

create table turns (
    workspace_id uuid not null,
    id uuid not null,
    conversation_id uuid not null,
    -- The order of appending; two turns may be asked in the same instant.
    ordinal bigint generated always as identity,
    asked_at timestamptz not null,
    question text not null,
    answer jsonb not null,
    focus jsonb not null,
    constraint turns_pkey primary key (workspace_id, id),
    constraint turns_conversation_fkey foreign key (workspace_id, conversation_id)
        references conversations (workspace_id, id) on delete cascade
);

create index turns_conversation_idx on turns (workspace_id, conversation_id, ordinal desc);
