-- Who is of our own side, as the workspace says.

create table team_members (
    workspace_id uuid not null,
    -- A domain, or the address of a person, in the one spelling of it.
    member text collate "C" not null,
    added_at timestamptz not null,
    constraint team_members_pkey primary key (workspace_id, member),
    constraint team_members_workspace_id_fkey foreign key (workspace_id) references workspaces (id) on delete cascade
);

-- Who has left an account, is away, or can no longer be reached, as heard in its records: replaced whenever it is read.
create table departures (
    workspace_id uuid not null,
    account_id uuid not null,
    -- The place in what was read of the account.
    place int not null,
    departure jsonb not null,
    constraint departures_pkey primary key (workspace_id, account_id, place),
    constraint departures_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);

-- Promises of which nobody can tell whose they are, because the record names no speaker: replaced whenever it is read.
create table unattributed (
    workspace_id uuid not null,
    account_id uuid not null,
    -- The place in what was read of the account.
    place int not null,
    promise jsonb not null,
    constraint unattributed_pkey primary key (workspace_id, account_id, place),
    constraint unattributed_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);
