-- One claim of an agent at a time: a second one waits here.
select id, admin_state, fingerprint, hardware_digest, hardware_epoch
from agents where id = $1 for no key update
