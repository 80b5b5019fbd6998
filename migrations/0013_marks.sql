-- What became of a promise holds as long as what it depends on is the same: only the others are judged again.

alter table commitments add column mark_key text;
