-- Digests: who wants to hear of which accounts, when and where; what each said; and how each account stood in it.

create table digests (
    workspace_id uuid not null,
    id uuid not null,
    name text not null,
    -- Who answers for it: they hear what goes wrong with it.
    owner_email text not null,
    destination text not null,
    cron text not null,
    zone text not null,
    -- The conditions on accounts.
    accounts jsonb not null,
    -- When it comes next; none while it rests.
    next_at timestamptz,
    last_at timestamptz,
    -- Why the last one did not arrive.
    problem text,
    added_by text not null,
    added_at timestamptz not null,
    constraint digests_pkey primary key (workspace_id, id),
    constraint digests_workspace_fkey foreign key (workspace_id) references workspaces (id) on delete cascade
);
create index digests_due_idx on digests (workspace_id, next_at) where next_at is not null;

-- One row for each time of a schedule: a period is delivered once, whoever tries it and how often.
create table digest_editions (
    workspace_id uuid not null,
    digest_id uuid not null,
    period timestamptz not null,
    -- made: still to be delivered. sending: handed over, and nobody knows yet what came of it. skipped: too late when
    -- somebody could have made it.
    state text not null,
    edition jsonb,
    made_at timestamptz not null,
    sent_at timestamptz,
    -- Why it was skipped or did not arrive.
    note text,
    constraint digest_editions_pkey primary key (workspace_id, digest_id, period),
    constraint digest_editions_digest_fkey foreign key (workspace_id, digest_id)
        references digests (workspace_id, id) on delete cascade,
    constraint digest_editions_state_check check (state in ('made', 'sending', 'sent', 'skipped', 'failed'))
);

create table digest_standings (
    workspace_id uuid not null,
    digest_id uuid not null,
    account_id uuid not null,
    standing jsonb not null,
    constraint digest_standings_pkey primary key (workspace_id, digest_id, account_id),
    constraint digest_standings_digest_fkey foreign key (workspace_id, digest_id)
        references digests (workspace_id, id) on delete cascade,
    constraint digest_standings_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);
create index digest_standings_account_idx on digest_standings (workspace_id, account_id);
