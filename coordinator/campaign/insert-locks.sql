insert into locks (lock_digest, stack_id, content)
select l ->> 'lock_digest', l ->> 'stack_id', l
from jsonb_array_elements($1::jsonb) as l
on conflict (lock_digest) do nothing
