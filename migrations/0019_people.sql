-- The people of our own side who use the program: one row a person, whatever surface they come through.

create table people (
    workspace_id uuid not null,
    id uuid not null,
    name text not null,
    -- In lower case. None for somebody whose surface does not tell it.
    email text,
    role text not null,
    slack_team text,
    slack_user text,
    added_at timestamptz not null,
    constraint people_pkey primary key (workspace_id, id),
    constraint people_workspace_id_fkey foreign key (workspace_id) references workspaces (id) on delete cascade,
    constraint people_email_key unique (workspace_id, email),
    constraint people_slack_key unique (workspace_id, slack_team, slack_user),
    constraint people_role_check check (role in ('viewer', 'csm', 'admin'))
);
