-- Who is logged in, and the one-time links by which people log in. What a browser or a person holds is kept only as its
-- SHA-256: nobody who reads these rows can log in with them.

create table sessions (
    workspace_id uuid not null,
    -- The SHA-256 of what is in the cookie.
    id bytea not null,
    data jsonb not null,
    expires_at timestamptz not null,
    constraint sessions_pkey primary key (workspace_id, id),
    constraint sessions_workspace_id_fkey foreign key (workspace_id) references workspaces (id) on delete cascade
);

create index sessions_expires_idx on sessions (workspace_id, expires_at);

create table login_links (
    workspace_id uuid not null,
    -- The SHA-256 of what is in the link.
    id bytea not null,
    person_id uuid not null,
    expires_at timestamptz not null,
    constraint login_links_pkey primary key (workspace_id, id),
    constraint login_links_person_fkey foreign key (workspace_id, person_id) references people (workspace_id, id)
        on delete cascade
);

create index login_links_expires_idx on login_links (workspace_id, expires_at);
