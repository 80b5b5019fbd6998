-- Which systems contracts came from, and whether accounts link into a CRM, in a few steps.

create index revenue_sources_system_idx on revenue_sources (workspace_id, system);
create index accounts_in_crm_idx on accounts (workspace_id) where crm_url is not null;
