-- What accounts and people are called, so that the few a text can name are found by index. Written down for each account
-- that is due, by the rules of `language::naming`.

alter table workspaces add column accounts bigint not null default 0;
update workspaces w set accounts = (select count(*) from accounts a where a.workspace_id = w.id);

-- Whether what follows from an account's record, calls and e-mails about names is still to be written down.
alter table accounts add column names_due boolean not null default true;
create index accounts_names_due_idx on accounts (workspace_id) where names_due;

create table account_names (
    workspace_id uuid not null,
    name text collate "C" not null,
    -- 3 full, 2 short, 1 the first words of it, 0 the last: only for what somebody begins to type.
    strength smallint not null,
    -- The order in which several are listed.
    account_name text collate "C" not null,
    account_id uuid not null,
    constraint account_names_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);

create unique index account_names_key on account_names (workspace_id, name, strength desc, account_name, account_id);
create index account_names_account_idx on account_names (workspace_id, account_id);

-- Names of one word. `remains` are hashes of what is left of it without some of its letters: a word with a slip of the
-- keyboard in it has one in common. A word stays when nobody is called so any more.
create table name_words (
    workspace_id uuid not null,
    word text collate "C" not null,
    remains int4[] not null,
    constraint name_words_pkey primary key (workspace_id, word),
    constraint name_words_workspace_id_fkey foreign key (workspace_id) references workspaces (id) on delete cascade
);

create index name_words_remains_idx on name_words using gin (remains) with (fastupdate = off);

-- `keys` are hashes of the names somebody is found by. The workspace is part of each hash.
create table customers (
    workspace_id uuid not null,
    account_id uuid not null,
    -- The place among the contacts of the account.
    place int not null,
    name text not null,
    title text,
    email text,
    keys int4[] not null,
    constraint customers_pkey primary key (workspace_id, account_id, place),
    constraint customers_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);

create index customers_keys_idx on customers using gin (keys) with (fastupdate = off);

create table colleagues (
    workspace_id uuid not null,
    name text not null,
    -- Empty where it is not known.
    email text not null,
    owner boolean not null,
    keys int4[] not null,
    constraint colleagues_pkey primary key (workspace_id, name, email, owner),
    constraint colleagues_workspace_id_fkey foreign key (workspace_id) references workspaces (id) on delete cascade
);

create index colleagues_keys_idx on colleagues using gin (keys) with (fastupdate = off);

-- Which accounts show a colleague: as owner, in a call, or by an e-mail.
create table colleagues_seen (
    workspace_id uuid not null,
    account_id uuid not null,
    name text not null,
    email text not null,
    owner boolean not null,
    constraint colleagues_seen_pkey primary key (workspace_id, account_id, name, email, owner),
    constraint colleagues_seen_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);

create index colleagues_seen_who_idx on colleagues_seen (workspace_id, name, email, owner);

-- Where our own side writes from. Whoever sends an e-mail from there is one of us.
create table team_domains (
    workspace_id uuid not null,
    domain text not null,
    constraint team_domains_pkey primary key (workspace_id, domain),
    constraint team_domains_workspace_id_fkey foreign key (workspace_id) references workspaces (id) on delete cascade
);

create index emails_sender_domain_idx on emails (workspace_id, lower(split_part(rtrim(sender, '> '), '@', 2)));
