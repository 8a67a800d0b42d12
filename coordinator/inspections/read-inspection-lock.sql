select l.content as lock from inspections i join locks l on l.lock_digest = i.lock_digest where i.id = $1
