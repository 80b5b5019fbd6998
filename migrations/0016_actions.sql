-- What people decided about accounts. It lies over what was imported and outlives a reload of the account, so an account
-- is named by its domain here.

create table decisions (
    workspace_id uuid not null,
    account text not null,
    -- What was decided about: section, tracked, snoozed, owner, revenue/<id>, commitment/<id>, note/<proposal>.
    key text not null,
    decision jsonb not null,
    constraint decisions_pkey primary key (workspace_id, account, key),
    constraint decisions_workspace_id_fkey foreign key (workspace_id) references workspaces (id)
);

create table proposals (
    workspace_id uuid not null,
    id uuid not null,
    account text not null,
    proposal jsonb not null,
    -- The decision that held before it was done, for undoing it.
    replaced jsonb,
    constraint proposals_pkey primary key (workspace_id, id),
    constraint proposals_workspace_id_fkey foreign key (workspace_id) references workspaces (id)
);

create index proposals_account_idx on proposals (workspace_id, account, id desc);

create table audit (
    workspace_id uuid not null,
    number bigint generated always as identity,
    at timestamptz not null,
    who text not null,
    surface text not null,
    deed text not null,
    account text not null,
    -- The proposal or the draft.
    subject text not null,
    action text not null,
    arguments jsonb not null,
    before jsonb,
    after jsonb,
    detail text,
    request text,
    constraint audit_pkey primary key (workspace_id, number),
    constraint audit_workspace_id_fkey foreign key (workspace_id) references workspaces (id)
);

create index audit_account_idx on audit (workspace_id, account, number desc);
create index audit_subject_idx on audit (workspace_id, subject, number desc);

create function audit_is_append_only() returns trigger
    language plpgsql
    as $$ begin raise exception 'entries of the audit are added and never changed'; end $$;

create trigger audit_append_only before update or delete or truncate on audit
    for each statement execute function audit_is_append_only();
