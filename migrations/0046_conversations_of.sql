-- Who began a conversation, so that an account's page can list a person's own. None for those begun before, and for what
-- the agent began by itself.

alter table conversations add column asked_by text;

create index conversations_asked_idx on conversations (workspace_id, asked_by, pinned, started_at desc)
    where asked_by is not null;
