-- What the mails of calendars say of meetings, as heard in an account's records: replaced whenever it is read.
create table meetings (
    workspace_id uuid not null,
    account_id uuid not null,
    -- The place in what was read of the account.
    place int not null,
    news jsonb not null,
    constraint meetings_pkey primary key (workspace_id, account_id, place),
    constraint meetings_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);
