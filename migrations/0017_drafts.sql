-- Drafts of e-mails to customers. An account is named by its domain, so that a draft outlives a reload of the account. What
-- a draft says is in its versions, of which none is ever changed; where it stands belongs to the last one.

create table drafts (
    workspace_id uuid not null,
    id uuid not null,
    account text not null,
    account_name text not null,
    conversation_id uuid,
    created_at timestamptz not null,
    -- The number of its last version.
    version bigint not null,
    state text not null,
    decided_by text,
    decided_on text,
    decided_at timestamptz,
    -- Why sending failed.
    trouble text,
    constraint drafts_pkey primary key (workspace_id, id),
    constraint drafts_workspace_id_fkey foreign key (workspace_id) references workspaces (id) on delete cascade,
    constraint drafts_state_check check (state in ('draft', 'approved', 'declined', 'sending', 'sent'))
);

create index drafts_account_idx on drafts (workspace_id, account, created_at desc);
create index drafts_conversation_idx on drafts (workspace_id, conversation_id, created_at desc);

create table draft_versions (
    workspace_id uuid not null,
    draft_id uuid not null,
    number bigint not null,
    change text not null,
    made_by text not null,
    made_on text not null,
    made_at timestamptz not null,
    -- Recipient, sender, wishes, subject, text, and what it stands on.
    letter jsonb not null,
    constraint draft_versions_pkey primary key (workspace_id, draft_id, number),
    constraint draft_versions_draft_fkey foreign key (workspace_id, draft_id)
        references drafts (workspace_id, id) on delete cascade
);
