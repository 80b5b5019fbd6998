-- What comes from Slack is one row before it is acknowledged: what was said, with the task it makes necessary. It is sorted
-- right afterwards: told from repeated deliveries, put into its thread, its task given to the workers.

create table slack_received (
    id bigint generated always as identity,
    workspace_id uuid not null,
    what jsonb not null,
    received_at timestamptz not null,
    -- Where sorting it has failed: not before then again.
    try_at timestamptz,
    constraint slack_received_pkey primary key (id),
    constraint slack_received_workspace_id_fkey foreign key (workspace_id) references workspaces (id) on delete cascade
);

-- Sorts the oldest `most` rows, or the one that is named. Only one process sorts at a time, so that messages keep their
-- order. Read by the primary key: what is there waits, and is little.
create function sort_slack_received(only_id bigint, most int, burst interval)
returns table (
    workspace uuid, outcome text, team text, channel text, thread_ts text, ts text, direct boolean, addressed boolean
)
language plpgsql as $$
#variable_conflict use_column
declare
    r record;
begin
    perform pg_advisory_xact_lock(hashtextextended('slack_received', 0));
    for r in
        select s.id as row_id, s.workspace_id, s.received_at, x.*
        from (
            select * from slack_received
            where case when only_id is null then try_at is null or try_at <= now() else id = only_id end
            order by id limit most
        ) s,
        jsonb_to_record(s.what) as x (
            what text, id uuid, key text, kind text, team text, channel text, thread_ts text, direct boolean,
            begins boolean, addressed boolean, "user" text, body jsonb, text text, job jsonb)
        order by s.id
    loop
        outcome := case r.what
            when 'message' then accept_slack_message(
                r.workspace_id, (r.job ->> 'subject')::uuid, r.id, r.key, r.team, r.channel, r.thread_ts, r.direct,
                r.begins, r.addressed, r."user", r.body, r.received_at, burst, r.job -> 'task', r.job ->> 'key',
                (r.job ->> 'attempts')::int, (r.job ->> 'priority')::int,
                array(select jsonb_array_elements_text(r.job -> 'flags')))
            when 'item' then accept_slack_item(
                r.workspace_id, r.id, r.key, r.kind, r.body, r.received_at, r.job -> 'task', r.job ->> 'key',
                (r.job ->> 'attempts')::int, (r.job ->> 'priority')::int,
                array(select jsonb_array_elements_text(r.job -> 'flags')))
            when 'changed' then change_slack_message(
                r.workspace_id, r.id, r.key, r.text, r.addressed, r.received_at)
            when 'deleted' then withdraw_slack_message(r.workspace_id, r.id, r.key, r.received_at)
        end;
        delete from slack_received where id = r.row_id;
        workspace := r.workspace_id;
        team := r.team;
        channel := r.channel;
        thread_ts := r.thread_ts;
        ts := r.body ->> 'ts';
        direct := r.direct;
        addressed := r.addressed;
        return next;
    end loop;
end;
$$;

-- As before, but that a change or a deletion may have come before the message itself: Slack repeats what it could not
-- deliver, minutes later.
create or replace function accept_slack_message(
    workspace uuid, candidate uuid, inbox uuid, message_key text, team text, channel text, thread_ts text,
    direct boolean, begins boolean, addressed boolean, asker text, body jsonb, at timestamptz, burst interval,
    task jsonb, job_key text, max_attempts int, priority int, flags text[]
) returns text
language plpgsql as $$
#variable_conflict use_column
declare
    place text := accept_slack_message.thread_ts;
    said jsonb := accept_slack_message.body;
    thread uuid;
    before record;
begin
    select i.kind, i.body into before from slack_inbox i where i.workspace_id = workspace and i.key = message_key;
    if found then
        if before.kind <> 'changed' then
            return 'repeated';
        end if;
        said := said || before.body;
        delete from slack_inbox i where i.workspace_id = workspace and i.key = message_key;
    end if;
    -- Whoever types several messages in a row in a direct message asks once: what follows joins the thread that was
    -- begun a moment ago and still waits.
    if direct and begins then
        select t.thread_ts into place from slack_threads t
        where t.workspace_id = workspace and t.team = accept_slack_message.team
            and t.channel = accept_slack_message.channel and t.touched_at > at - burst
            and exists (select 1 from slack_inbox i
                where i.workspace_id = t.workspace_id and i.thread_id = t.id and i.state = 'waiting')
        order by t.touched_at desc limit 1;
        place := coalesce(place, accept_slack_message.thread_ts);
    end if;
    if direct or addressed then
        insert into slack_threads as t (workspace_id, id, team, channel, thread_ts, direct, asker, touched_at)
        values (workspace, candidate, accept_slack_message.team, accept_slack_message.channel, place,
            accept_slack_message.direct, accept_slack_message.asker, at)
        on conflict on constraint slack_threads_place_key do update set touched_at = excluded.touched_at
        returning t.id into thread;
    else
        select t.id into thread from slack_threads t
        where t.workspace_id = workspace and t.team = accept_slack_message.team
            and t.channel = accept_slack_message.channel and t.thread_ts = place;
        if not found then
            return 'not_for_us';
        end if;
    end if;
    insert into slack_inbox (workspace_id, id, key, kind, thread_id, state, body, received_at)
    values (workspace, inbox, message_key, 'message', thread, 'waiting', said, at)
    on conflict on constraint slack_inbox_key_key do nothing;
    if not found then
        return 'repeated';
    end if;
    perform add_quiet_job(
        replace(task::text, candidate::text, thread::text)::json, replace(job_key, candidate::text, thread::text),
        max_attempts, priority, flags);
    return 'new';
end;
$$;

drop function accept_slack_item;

create function accept_slack_item(
    workspace uuid, inbox uuid, item_key text, kind text, body jsonb, at timestamptz,
    task jsonb, job_key text, max_attempts int, priority int, flags text[]
) returns text
language plpgsql as $$
begin
    insert into slack_inbox (workspace_id, id, key, kind, state, body, received_at)
    values (workspace, inbox, item_key, accept_slack_item.kind, 'waiting', accept_slack_item.body, at)
    on conflict on constraint slack_inbox_key_key do nothing;
    if not found then
        return 'repeated';
    end if;
    perform add_quiet_job(task::json, job_key, max_attempts, priority, flags);
    return 'new';
end;
$$;

-- A message that still waits says something else. Of one that is not there yet, and would be for the agent, the new
-- words are kept for it.
create function change_slack_message(
    workspace uuid, inbox uuid, message_key text, words text, for_us boolean, at timestamptz
) returns text
language plpgsql as $$
#variable_conflict use_column
begin
    update slack_inbox set body = jsonb_set(body, '{text}', to_jsonb(words))
    where workspace_id = workspace and key = message_key and (state in ('waiting', 'context') or kind = 'changed');
    if found then
        return 'new';
    end if;
    if for_us then
        insert into slack_inbox (workspace_id, id, key, kind, state, body, received_at)
        values (workspace, inbox, message_key, 'changed', 'done', jsonb_build_object('text', words), at)
        on conflict on constraint slack_inbox_key_key do nothing;
    end if;
    return 'not_for_us';
end;
$$;

-- A message that still waits is forgotten; one that is not there yet will not be answered.
create function withdraw_slack_message(workspace uuid, inbox uuid, message_key text, at timestamptz) returns text
language plpgsql as $$
#variable_conflict use_column
begin
    insert into slack_inbox as i (workspace_id, id, key, kind, state, body, received_at)
    values (workspace, inbox, message_key, 'deleted', 'done', '{}', at)
    on conflict on constraint slack_inbox_key_key do update set kind = 'deleted', state = 'done', body = '{}'
    where i.state in ('waiting', 'context') or i.kind = 'changed';
    return case when found then 'new' else 'not_for_us' end;
end;
$$;
