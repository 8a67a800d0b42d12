-- $1 subject, $2 reason, $3 bytes. Keeps the newest 10,000.
with kept as (
  insert into dead_letters (subject, reason, body) values ($1, $2, $3) returning id
)
delete from dead_letters where id <= (select id from kept) - 10000
