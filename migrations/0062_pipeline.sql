-- Open deals, those worth most first, in all and by stage. `~value_minor` puts the largest first; the letters of a stage
-- that an index entry takes tell it from others.

create index deals_value_idx on deals (workspace_id, status, (~value_minor), id);
create index deals_stage_idx on deals (workspace_id, status, (left(stage, 100)), (~value_minor), id)
    include (currency, value_minor);
