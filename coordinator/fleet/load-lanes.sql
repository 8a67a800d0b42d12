-- The lanes that operators added.
select name, definition from lanes order by name
