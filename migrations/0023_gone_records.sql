-- Records that were taken away and may still stand in the search index: written in the transaction that takes them away,
-- taken off once the index has forgotten them.

create table gone_records (
    workspace_id uuid not null,
    kind text not null,
    id text not null,
    constraint gone_records_pkey primary key (workspace_id, kind, id),
    constraint gone_records_workspace_id_fkey foreign key (workspace_id) references workspaces (id) on delete cascade
);
