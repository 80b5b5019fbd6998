-- People at customers are found by the beginning of their name, or of their last name, as it is typed.

create index customers_name_idx on customers (workspace_id, lower(name) collate "C");
create index customers_last_name_idx on customers (workspace_id, lower(substring(name from '[^ ]+$')) collate "C");
