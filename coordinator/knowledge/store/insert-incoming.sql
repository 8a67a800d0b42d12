insert into pg_temp.knowledge_incoming (position, digest, index_name, name, version, line)
select * from unnest($1::integer[], $2::bytea[], $3::text[], $4::text[], $5::text[], $6::text[])
