-- $1 name. Names in use that are this one or this one with a number.
select name from agents where name = $1 or name like $2 || '-%'
