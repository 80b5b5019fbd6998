-- The vectors of meaning are a second projection of the same records, behind where embedded_revision < revision.

alter table calls add column embedded_revision bigint not null default 0;
alter table emails add column embedded_revision bigint not null default 0;
alter table signals add column embedded_revision bigint not null default 0;
alter table notes add column embedded_revision bigint not null default 0;
alter table projects add column embedded_revision bigint not null default 0;
alter table releases add column embedded_revision bigint not null default 0;

create index calls_unembedded_idx on calls (workspace_id) where embedded_revision < revision;
create index emails_unembedded_idx on emails (workspace_id) where embedded_revision < revision;
create index signals_unembedded_idx on signals (workspace_id) where embedded_revision < revision;
create index notes_unembedded_idx on notes (workspace_id) where embedded_revision < revision;
create index projects_unembedded_idx on projects (workspace_id) where embedded_revision < revision;
create index releases_unembedded_idx on releases (workspace_id) where embedded_revision < revision;
