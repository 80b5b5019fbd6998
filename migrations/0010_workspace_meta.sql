-- Small facts the program keeps about a workspace: which demo data is loaded, how much the index held.

create table workspace_meta (
    workspace_id uuid not null,
    key text not null,
    value jsonb not null,
    constraint workspace_meta_pkey primary key (workspace_id, key),
    constraint workspace_meta_workspace_id_fkey foreign key (workspace_id) references workspaces (id) on delete cascade
);
