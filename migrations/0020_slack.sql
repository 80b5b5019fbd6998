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
