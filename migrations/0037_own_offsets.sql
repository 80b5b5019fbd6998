-- A record may state the offset of the clock it was written by. It is kept beside the instant, in seconds east of UTC, and tells
-- the day of the record where the workspace has set no time zone of its own.
alter table calls add column utc_offset integer;
alter table emails add column utc_offset integer;
alter table notes add column utc_offset integer;
alter table signals add column utc_offset integer;
alter table commitments add column utc_offset integer;
alter table requests add column utc_offset integer;
alter table noticed add column utc_offset integer;

-- The offset an instant is written with (`…-08:00`); none for `Z`.
create function own_offset(written text) returns integer language sql immutable parallel safe
return case when written ~ '[+-]\d\d:\d\d$' then
    (case substr(right(written, 6), 1, 1) when '-' then -1 else 1 end)
    * (substr(right(written, 6), 2, 2)::integer * 3600 + right(written, 2)::integer * 60)
end;

-- An instant in local time with its offset: of the connection's zone, else of the record's own offset.
create function told(at timestamptz, own integer) returns text language sql stable parallel safe
return case
    when at is null or coalesce(own, 0) = 0 or current_setting('TimeZone') <> 'UTC' then at::text
    else (at at time zone 'UTC' + make_interval(secs => own))::text
        || case when own < 0 then '-' else '+' end
        || lpad((abs(own) / 3600)::text, 2, '0') || ':' || lpad((abs(own) % 3600 / 60)::text, 2, '0')
end;

-- Its day.
create function told_day(at timestamptz, own integer) returns date language sql stable parallel safe
return case
    when coalesce(own, 0) = 0 or current_setting('TimeZone') <> 'UTC' then at::date
    else (at at time zone 'UTC' + make_interval(secs => own))::date
end;
