-- $1 agent. What the machine last said of itself.
select fingerprint, fingerprint_hash from agents where id = $1
