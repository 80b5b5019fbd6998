-- What a language model made of calls and e-mails, and what a title it gave to a conversation.

create table model_notes (
    workspace_id uuid not null,
    source_kind text not null,
    source_id text not null,
    account_id uuid not null,
    -- Of what the notes are: the model, the words it was asked with, and the record as it was; and the record alone. Null until there
    -- are any.
    key bytea,
    digest bytea,
    model text,
    -- The notes as the model wrote them down; they count only as far as the record bears them out.
    notes jsonb,
    -- Two or three sentences about a call whose source has none, checked against its transcript.
    summary text,
    -- What was tried last, and how often in a row it came to nothing.
    tried bytea not null,
    failures bigint not null,
    -- What all of it cost.
    requests bigint not null default 0,
    prompt_tokens bigint not null default 0,
    completion_tokens bigint not null default 0,
    cost_micros bigint,
    constraint model_notes_pkey primary key (workspace_id, source_kind, source_id),
    constraint model_notes_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);

create index model_notes_account_idx on model_notes (workspace_id, account_id);

-- Sentences of customers in which a model saw a signal: told anew from the notes with every reading of the account.
create table noticed (
    workspace_id uuid not null,
    id text not null,
    account_id uuid not null,
    kind text not null,
    who text not null,
    quote text not null,
    occurred_at timestamptz not null,
    source_kind text not null,
    source_id text not null,
    at_seconds double precision,
    model text not null,
    constraint noticed_pkey primary key (workspace_id, id),
    constraint noticed_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);

create index noticed_account_occurred_idx on noticed (workspace_id, account_id, occurred_at desc);

-- A title a model gave, and which model was asked for one: each is asked once.
alter table conversations add column title text, add column titled_by text;

create index conversations_untitled_idx on conversations (workspace_id, started_at desc) where titled_by is null;
