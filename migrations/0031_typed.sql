-- The words a change was asked for with, beside what was taken for them.
alter table audit add column typed text;

-- What accounts are called follows other rules now; it is written down anew.
update accounts set names_due = true;
