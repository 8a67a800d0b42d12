-- An address may be longer than an entry of a B-tree: signed ones are, and one such file failed the whole sync. Nothing asks
-- for a file by its address; that of one release stands here once because it is written once, when the release is new.

alter table knowledge_files drop constraint knowledge_files_pkey;
create index knowledge_files_by_release on knowledge_files (release_id);
