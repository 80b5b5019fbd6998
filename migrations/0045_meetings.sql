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

-- The brief of a meeting that came by itself: one for each time a meeting was set for, whoever tries it and however often.
create table meeting_briefs (
    workspace_id uuid not null,
    meeting_id text not null,
    -- When the meeting was to begin as the brief was made: one that is moved gets another.
    starts_at timestamptz not null,
    destination text not null,
    -- made: still to be delivered. sending: handed over, and nobody knows yet what came of it. missed: the meeting began
    -- before it could be delivered.
    state text not null,
    -- What it says, as an answer with its evidence.
    answer jsonb not null,
    made_at timestamptz not null,
    sent_at timestamptz,
    -- Why it did not arrive, or not yet.
    note text,
    constraint meeting_briefs_pkey primary key (workspace_id, meeting_id, starts_at),
    constraint meeting_briefs_meeting_fkey foreign key (workspace_id, meeting_id)
        references calendar_meetings (workspace_id, id) on delete cascade,
    constraint meeting_briefs_state_check check (state in ('made', 'sending', 'sent', 'missed', 'failed'))
);
