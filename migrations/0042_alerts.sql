-- Sharp moves between digests: what happened, to whom it was said, and what became of saying it.

alter table digests add column alerts boolean not null default true;

create table account_alerts (
    workspace_id uuid not null,
    id uuid not null,
    account_id uuid not null,
    at timestamptz not null,
    kind text not null,
    -- What it is about: the same is no news a second time.
    subject text not null,
    text text not null,
    -- When it was over.
    cleared_at timestamptz,
    constraint account_alerts_pkey primary key (workspace_id, id),
    constraint account_alerts_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);
create index account_alerts_account_idx on account_alerts (workspace_id, account_id, kind, at desc);
create index account_alerts_at_idx on account_alerts (workspace_id, at desc);

create table alert_posts (
    workspace_id uuid not null,
    id uuid not null,
    -- The digest whose conditions they met, and where it goes.
    digest_id uuid not null,
    destination text not null,
    alerts jsonb not null,
    made_at timestamptz not null,
    -- As of digest_editions.
    state text not null,
    note text,
    constraint alert_posts_pkey primary key (workspace_id, id),
    constraint alert_posts_digest_fkey foreign key (workspace_id, digest_id)
        references digests (workspace_id, id) on delete cascade,
    constraint alert_posts_state_check check (state in ('made', 'sending', 'sent', 'failed'))
);
create index alert_posts_open_idx on alert_posts (workspace_id, made_at) where state in ('made', 'sending');
create index alert_posts_destination_idx on alert_posts (workspace_id, destination, made_at desc);

-- To each place each is said once; what was held back, because too much was said that day, has no post.
create table alert_deliveries (
    workspace_id uuid not null,
    alert_id uuid not null,
    destination text not null,
    post_id uuid,
    constraint alert_deliveries_pkey primary key (workspace_id, alert_id, destination),
    constraint alert_deliveries_alert_fkey foreign key (workspace_id, alert_id)
        references account_alerts (workspace_id, id) on delete cascade
);
