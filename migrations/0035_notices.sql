-- Notices that a contract ends, as heard in an account's records, and words that take them back: replaced whenever it is read.
create table notices (
    workspace_id uuid not null,
    account_id uuid not null,
    -- The place in what was read of the account.
    place int not null,
    notice jsonb not null,
    constraint notices_pkey primary key (workspace_id, account_id, place),
    constraint notices_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);
