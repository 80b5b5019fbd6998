-- What changed at which version of a workspace, so that what is remembered of one account lasts while others change.

alter table workspaces
    -- The latest version whose change is written down. A release before this one moves the version on without that: then
    -- everything counts as changed.
    add column told_version bigint not null default 0,
    -- The latest version at which everything may have changed.
    add column everything_version bigint not null default 0,
    -- The latest version at which a release of the product was added, changed or taken away.
    add column releases_version bigint not null default 0;
update workspaces set told_version = version;

-- The latest version at which an account or its records changed. By domain, because an account that is gone changed too.
create table account_changes (
    workspace_id uuid not null,
    account text collate "C" not null,
    version bigint not null,
    constraint account_changes_pkey primary key (workspace_id, account),
    constraint account_changes_workspace_id_fkey foreign key (workspace_id) references workspaces (id) on delete cascade
);

-- What changed since a version: a range of this index, and no look at the table.
create index account_changes_version_idx on account_changes (workspace_id, version) include (account);

-- Moves on with what accounts and people are found by and shown as in a line. A row of its own, taken last: names and states
-- are written without holding the workspace.
create table name_versions (
    workspace_id uuid not null,
    version bigint not null,
    constraint name_versions_pkey primary key (workspace_id),
    constraint name_versions_workspace_id_fkey foreign key (workspace_id) references workspaces (id) on delete cascade
);

-- How many records of each kind there are, counted as they come and go: whoever asks reads a row, not the records.
create table record_counts (
    workspace_id uuid not null,
    kind text not null,
    records bigint not null,
    constraint record_counts_pkey primary key (workspace_id, kind),
    constraint record_counts_workspace_id_fkey foreign key (workspace_id) references workspaces (id) on delete cascade
);

create function count_records() returns trigger
    language plpgsql
    as $$ begin
        if tg_op = 'INSERT' then
            insert into record_counts as r (workspace_id, kind, records)
            select workspace_id, tg_argv[0], count(*) from changed group by workspace_id
            on conflict on constraint record_counts_pkey do update set records = r.records + excluded.records;
        else
            update record_counts r set records = r.records - c.records
            from (select workspace_id, count(*) as records from changed group by workspace_id) c
            where r.workspace_id = c.workspace_id and r.kind = tg_argv[0];
        end if;
        return null;
    end $$;

do $$
declare
    kind text;
    held text;
begin
    for kind, held in values
        ('call', 'calls'), ('email', 'emails'), ('signal', 'signals'), ('revenue_source', 'revenue_sources'),
        ('payment_event', 'payment_events'), ('usage', 'usage_days'), ('deal', 'deals'), ('project', 'projects'),
        ('note', 'notes'), ('release', 'releases'), ('commitment', 'commitments'), ('request', 'requests')
    loop
        execute format(
            'insert into record_counts (workspace_id, kind, records)
             select workspace_id, %L, count(*) from %I group by workspace_id', kind, held);
        execute format(
            'create trigger %I after insert on %I referencing new table as changed
             for each statement execute function count_records(%L)', held || '_counted', held, kind);
        execute format(
            'create trigger %I after delete on %I referencing old table as changed
             for each statement execute function count_records(%L)', held || '_uncounted', held, kind);
    end loop;
end $$;

-- What lists of promises of all accounts are read by.
create index commitments_occurred_idx on commitments (workspace_id, occurred_at desc, at_seconds desc nulls last, id);
create index commitments_open_idx on commitments (workspace_id, occurred_at desc, at_seconds desc nulls last, id)
    where kept_by is null;
create index commitments_due_idx on commitments (workspace_id, due, occurred_at desc) where kept_by is null;
create index decisions_dropped_idx on decisions (workspace_id, key)
    where decision -> 'value' -> 'marked' ->> 'outcome' = 'dropped';
create index commitments_who_idx on commitments using gin (string_to_array(lower(who), ' '));
create index commitments_words_idx on commitments using gin (to_tsvector('english', what || ' ' || quote || ' ' || who));
create index account_state_promises_idx on account_state (workspace_id)
    include (ours_overdue, ours_open, ours_kept, ours_dropped, theirs_overdue, theirs_open, theirs_kept, theirs_dropped);

-- What everybody asked for, the newest first.
create index requests_occurred_idx on requests (workspace_id, occurred_at desc, at_seconds desc nulls last, id);
create index requests_words_idx on requests using gin (to_tsvector('english', what || ' ' || quote));

-- Of whom something that shipped may show that a promise was kept: of those whose promise is open (above), and of those
-- whose was kept later than it shipped. The instant as it is written in JSON: in UTC, so that it sorts.
create index commitments_kept_idx on commitments (workspace_id, (kept_by ->> 'occurred_at')) where kept_by is not null;
create index commitments_shipped_idx on commitments (workspace_id, (kept_by -> 'source' ->> 'id'))
    where kept_by -> 'source' ->> 'kind' = 'release';
drop index accounts_to_read_idx;
create index accounts_unread_idx on accounts (workspace_id, domain) where read_version < talk_version;

-- What a language model has still to read, kept as calls and e-mails come, change and go, once a model reads in a workspace:
-- the next is the first of an index. When another model reads, or another way, it is written down anew.
create table readers (
    workspace_id uuid not null,
    reader bytea not null,
    constraint readers_pkey primary key (workspace_id),
    constraint readers_workspace_id_fkey foreign key (workspace_id) references workspaces (id) on delete cascade
);

create table unread_records (
    workspace_id uuid not null,
    kind text not null,
    id text not null,
    at timestamptz not null,
    -- How often in a row it came to nothing; as of now, whether somebody is at it.
    failures bigint not null default 0,
    constraint unread_records_pkey primary key (workspace_id, kind, id),
    constraint unread_records_reader_fkey foreign key (workspace_id) references readers (workspace_id) on delete cascade
);

create index unread_records_next_idx on unread_records (workspace_id, failures, at desc, id);

create function list_unread() returns trigger
    language plpgsql
    as $$ begin
        if not exists (select from readers) then
            return null;
        end if;
        if tg_op = 'DELETE' then
            delete from unread_records u using before o
            where u.workspace_id = o.workspace_id and u.kind = tg_argv[0] and u.id = o.id;
        elsif tg_op = 'INSERT' then
            insert into unread_records (workspace_id, kind, id, at)
            select n.workspace_id, tg_argv[0], n.id, (to_jsonb(n) ->> tg_argv[1])::timestamptz
            from after n join readers r on r.workspace_id = n.workspace_id
            on conflict on constraint unread_records_pkey do update set at = excluded.at, failures = 0;
        else
            insert into unread_records (workspace_id, kind, id, at)
            select n.workspace_id, tg_argv[0], n.id, (to_jsonb(n) ->> tg_argv[1])::timestamptz
            from after n join before o on o.workspace_id = n.workspace_id and o.id = n.id
            join readers r on r.workspace_id = n.workspace_id
            where n.digest <> o.digest or n.account_id <> o.account_id
            on conflict on constraint unread_records_pkey do update set at = excluded.at, failures = 0;
        end if;
        return null;
    end $$;

create trigger calls_come_unread after insert on calls referencing new table as after
    for each statement execute function list_unread('call', 'started_at');
create trigger calls_change_unread after update on calls referencing old table as before new table as after
    for each statement execute function list_unread('call', 'started_at');
create trigger calls_go_unread after delete on calls referencing old table as before
    for each statement execute function list_unread('call', 'started_at');
create trigger emails_come_unread after insert on emails referencing new table as after
    for each statement execute function list_unread('email', 'sent_at');
create trigger emails_change_unread after update on emails referencing old table as before new table as after
    for each statement execute function list_unread('email', 'sent_at');
create trigger emails_go_unread after delete on emails referencing old table as before
    for each statement execute function list_unread('email', 'sent_at');
