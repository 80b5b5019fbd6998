-- Meetings as calendars have them, imported. What the mails of calendars say of meetings stands in `meetings`.
create table calendar_meetings (
    workspace_id uuid not null,
    id text not null,
    account_id uuid not null,
    title text not null,
    starts_at timestamptz not null,
    ends_at timestamptz,
    -- See 0037: the offset its start is written with, in seconds east of UTC.
    utc_offset integer,
    participants jsonb not null,
    -- The addresses of those who are invited, in small letters.
    emails text[] not null,
    canceled boolean not null,
    url text,
    digest bytea not null,
    constraint calendar_meetings_pkey primary key (workspace_id, id),
    constraint calendar_meetings_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);
create index calendar_meetings_account_idx on calendar_meetings (workspace_id, account_id, starts_at);
create index calendar_meetings_starts_idx on calendar_meetings (workspace_id, starts_at);
create index calendar_meetings_emails_idx on calendar_meetings using gin (emails);

create trigger calendar_meetings_counted after insert on calendar_meetings referencing new table as changed
    for each statement execute function count_records('meeting');
create trigger calendar_meetings_uncounted after delete on calendar_meetings referencing old table as changed
    for each statement execute function count_records('meeting');
