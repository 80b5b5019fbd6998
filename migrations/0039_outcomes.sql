-- Later words that may show a promise kept without saying so plainly.

alter table commitments
    add column unclear_by jsonb;

create index commitments_unclear_idx on commitments (workspace_id, occurred_at desc, at_seconds desc nulls last, id)
    where unclear_by is not null and kept_by is null;

alter table account_state
    add column ours_unclear bigint not null default 0,
    add column theirs_unclear bigint not null default 0;
