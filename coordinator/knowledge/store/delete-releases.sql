delete from knowledge_releases as release
where not exists (select from knowledge_snapshot_releases where release_id = release.id)
