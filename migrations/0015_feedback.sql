-- What readers thought of answers: one verdict a turn, the last one given.

create table feedback (
    workspace_id uuid not null,
    turn_id uuid not null,
    verdict text not null,
    comment text,
    given_at timestamptz not null,
    constraint feedback_pkey primary key (workspace_id, turn_id),
    constraint feedback_turn_fkey foreign key (workspace_id, turn_id) references turns (workspace_id, id) on delete cascade,
    constraint feedback_verdict_check check (verdict in ('up', 'down'))
);
