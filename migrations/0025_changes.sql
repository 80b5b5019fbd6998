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
