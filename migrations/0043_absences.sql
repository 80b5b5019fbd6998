-- Who is away, and who stands in for them: at most one absence a person.
create table absences (
    workspace_id uuid not null,
    -- In small letters.
    email text collate "C" not null,
    -- The last day they are away.
    until date not null,
    stand_in text not null,
    set_by text not null,
    set_at timestamptz not null,
    constraint absences_pkey primary key (workspace_id, email),
    constraint absences_workspace_fkey foreign key (workspace_id) references workspaces (id) on delete cascade
);
