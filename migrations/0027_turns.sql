-- What a turn begins with is read in one statement: who asks, and whether accounts are theirs, is found from indexes.
create index people_name_idx on people (workspace_id, lower(name));
create index accounts_owner_idx on accounts (workspace_id, lower(owner_email));
create index decisions_owner_idx on decisions (workspace_id, lower(decision -> 'value' ->> 'owner')) where key = 'owner';

-- The planner never chose it, and every change of a state wrote to it.
drop index account_state_promises_idx;
