-- How many calls and e-mails of an account promises and requests were not read in, because of the language they are in.
create table unheard (
    workspace_id uuid not null,
    account_id uuid not null,
    -- Call or email.
    kind text not null,
    -- The English name of the language.
    language text not null,
    records bigint not null,
    constraint unheard_pkey primary key (workspace_id, account_id, kind, language),
    constraint unheard_account_fkey foreign key (workspace_id, account_id)
        references accounts (workspace_id, id) on delete cascade
);

-- Those of a whole workspace are summed as they come and go, in a row for each kind and language: `unheard/call/Polish`.
create function count_unheard() returns trigger
    language plpgsql
    as $$ begin
        if tg_op = 'INSERT' then
            insert into record_counts as r (workspace_id, kind, records)
            select workspace_id, 'unheard/' || kind || '/' || language, sum(records)::bigint
            from changed group by workspace_id, kind, language
            order by workspace_id, kind, language
            on conflict on constraint record_counts_pkey do update set records = r.records + excluded.records;
        else
            update record_counts r set records = r.records - c.records
            from (select workspace_id, 'unheard/' || kind || '/' || language as kind, sum(records)::bigint as records
                  from changed group by workspace_id, kind, language) c
            where r.workspace_id = c.workspace_id and r.kind = c.kind;
        end if;
        return null;
    end $$;

create trigger unheard_counted after insert on unheard referencing new table as changed
    for each statement execute function count_unheard();
create trigger unheard_uncounted after delete on unheard referencing old table as changed
    for each statement execute function count_unheard();
