-- Slack. What was received is written down before it is acknowledged; what is sent is written down before it is sent.

-- A Slack team belongs to one workspace.
create table slack_teams (
    team text not null,
    workspace_id uuid not null,
    name text not null,
    enterprise text,
    app text,
    bot_user text not null,
    -- Encrypted. None where the token comes from the configuration.
    token bytea,
    refresh_token bytea,
    token_expires_at timestamptz,
    scopes text[] not null,
    installed_by text,
    installed_at timestamptz not null,
    revoked_at timestamptz,
    constraint slack_teams_pkey primary key (team),
    constraint slack_teams_workspace_id_fkey foreign key (workspace_id) references workspaces (id) on delete cascade
);

-- A thread the agent takes part in; of a direct message, each message that begins one.
create table slack_threads (
    workspace_id uuid not null,
    id uuid not null,
    team text not null,
    channel text not null,
    thread_ts text not null,
    direct boolean not null,
    conversation_id uuid,
    quiet boolean not null default false,
    -- Who talked to the agent last, and the agent's last message.
    asker text,
    answered_ts text,
    touched_at timestamptz not null,
    -- Which worker answers in it, and until when it counts as alive without another word. One works on a thread at a time.
    held_by uuid,
    held_until timestamptz,
    constraint slack_threads_pkey primary key (workspace_id, id),
    constraint slack_threads_workspace_id_fkey foreign key (workspace_id) references workspaces (id) on delete cascade,
    constraint slack_threads_place_key unique (workspace_id, team, channel, thread_ts)
);

-- What was received and is not yet done. A repeated delivery has the key of the first one.
create table slack_inbox (
    workspace_id uuid not null,
    id uuid not null,
    key text not null,
    kind text not null,
    thread_id uuid,
    turn_id uuid,
    -- `waiting`, `context` (said between people in a thread the agent is in), `taken`, `done`.
    state text not null,
    body jsonb not null,
    received_at timestamptz not null,
    constraint slack_inbox_pkey primary key (workspace_id, id),
    constraint slack_inbox_workspace_id_fkey foreign key (workspace_id) references workspaces (id) on delete cascade,
    constraint slack_inbox_key_key unique (workspace_id, key),
    constraint slack_inbox_state_check check (state in ('waiting', 'context', 'taken', 'done'))
);

create index slack_inbox_thread_idx on slack_inbox (workspace_id, thread_id, received_at) where thread_id is not null;
create index slack_inbox_received_idx on slack_inbox (received_at);

-- A question in a thread, from being taken up to being answered.
create table slack_turns (
    workspace_id uuid not null,
    id uuid not null,
    thread_id uuid not null,
    asker text not null,
    question text not null,
    -- What people said in the thread since the last answer.
    context text not null default '',
    -- The message that is answered.
    message_ts text not null,
    state text not null,
    -- Where the answer goes, where that is not the thread.
    elsewhere text,
    answer jsonb,
    stop_wished boolean not null default false,
    begun_at timestamptz not null,
    ended_at timestamptz,
    constraint slack_turns_pkey primary key (workspace_id, id),
    constraint slack_turns_thread_fkey foreign key (workspace_id, thread_id)
        references slack_threads (workspace_id, id) on delete cascade,
    constraint slack_turns_state_check check (state in ('open', 'answered', 'done', 'failed'))
);

create index slack_turns_asker_idx on slack_turns (workspace_id, asker, begun_at desc);
create index slack_turns_thread_idx on slack_turns (workspace_id, thread_id, begun_at desc);

-- What is sent, by a key of its own: written down before it is sent, so that nothing is sent twice.
create table slack_posts (
    workspace_id uuid not null,
    key text not null,
    team text not null,
    channel text not null,
    thread_ts text,
    ts text,
    -- `sending` without a ts: nobody knows yet whether Slack took it.
    state text not null,
    -- What it shows, to bring it up to date: a proposal or a draft.
    shows text,
    at timestamptz not null,
    constraint slack_posts_pkey primary key (workspace_id, key),
    constraint slack_posts_workspace_id_fkey foreign key (workspace_id) references workspaces (id) on delete cascade,
    constraint slack_posts_state_check check (state in ('sending', 'sent'))
);

create index slack_posts_shows_idx on slack_posts (workspace_id, shows) where shows is not null;
create index slack_posts_place_idx on slack_posts (workspace_id, team, channel, ts) where ts is not null;

-- What Slack says of a user or a channel, for some minutes.
create table slack_known (
    workspace_id uuid not null,
    team text not null,
    id text not null,
    known jsonb not null,
    checked_at timestamptz not null,
    constraint slack_known_pkey primary key (workspace_id, team, id),
    constraint slack_known_workspace_id_fkey foreign key (workspace_id) references workspaces (id) on delete cascade
);

-- The account a channel is about.
create table slack_links (
    workspace_id uuid not null,
    team text not null,
    channel text not null,
    account text not null,
    linked_by text not null,
    linked_at timestamptz not null,
    constraint slack_links_pkey primary key (workspace_id, team, channel),
    constraint slack_links_workspace_id_fkey foreign key (workspace_id) references workspaces (id) on delete cascade
);

-- What a repeated task has done already is found by what it came with.
create index audit_request_idx on audit (workspace_id, request) where request is not null;

-- Writes a task down without waking the workers: a wake-up is a lock all commits of a moment queue for. Whoever calls this
-- wakes them afterwards. A task that is there already takes the queue's own way.
create function add_quiet_job(
    payload json, job_key text, max_attempts int, priority int, flags text[]
) returns void
language plpgsql as $$
begin
    insert into success_agent_jobs._private_jobs (task_id, payload, key, max_attempts, priority, flags)
    select t.id, add_quiet_job.payload, job_key, add_quiet_job.max_attempts::smallint, add_quiet_job.priority::smallint,
        (select jsonb_object_agg(flag, true) from unnest(add_quiet_job.flags) as item (flag))
    from success_agent_jobs._private_tasks t where t.identifier = 'task'
    on conflict (key) do nothing;
    if not found then
        perform 1 from success_agent_jobs.add_job(
            identifier => 'task'::text, payload => add_quiet_job.payload, max_attempts => add_quiet_job.max_attempts,
            job_key => add_quiet_job.job_key, priority => add_quiet_job.priority, flags => add_quiet_job.flags);
    end if;
end;
$$;

-- Takes a message in, with its thread and the task to answer it, in one round trip: `new`, `repeated`, `not_for_us`. The
-- task names `candidate` as its thread; where there is a thread already, its identifier takes that place.
create function accept_slack_message(
    workspace uuid, candidate uuid, inbox uuid, message_key text, team text, channel text, thread_ts text,
    direct boolean, begins boolean, addressed boolean, asker text, body jsonb, at timestamptz, burst interval,
    task jsonb, job_key text, max_attempts int, priority int, flags text[]
) returns text
language plpgsql as $$
#variable_conflict use_column
declare
    place text := accept_slack_message.thread_ts;
    thread uuid;
begin
    perform 1 from slack_inbox i where i.workspace_id = workspace and i.key = message_key;
    if found then
        return 'repeated';
    end if;
    -- Whoever types several messages in a row in a direct message asks once: what follows joins the thread that was
    -- begun a moment ago and still waits.
    if direct and begins then
        -- Messages that come at the same moment see each other.
        perform pg_advisory_xact_lock(hashtextextended(accept_slack_message.team || '/' || accept_slack_message.channel, 20));
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
    values (workspace, inbox, message_key, 'message', thread, 'waiting', accept_slack_message.body, at)
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

-- Takes anything else in, with the task to do it. Whether it is new.
create function accept_slack_item(
    workspace uuid, inbox uuid, item_key text, kind text, body jsonb, at timestamptz,
    task jsonb, job_key text, max_attempts int, priority int, flags text[]
) returns boolean
language plpgsql as $$
begin
    insert into slack_inbox (workspace_id, id, key, kind, state, body, received_at)
    values (workspace, inbox, item_key, accept_slack_item.kind, 'waiting', accept_slack_item.body, at)
    on conflict on constraint slack_inbox_key_key do nothing;
    if not found then
        return false;
    end if;
    perform add_quiet_job(task::json, job_key, max_attempts, priority, flags);
    return true;
end;
$$;
