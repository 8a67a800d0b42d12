insert into scripts (sha256, name, content) values ($1, $2, $3) on conflict (sha256) do nothing
