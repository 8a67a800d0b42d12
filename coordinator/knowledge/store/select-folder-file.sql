select sha256 from knowledge_folder_files where path = $1 and size = $2::bigint and modified_ns = $3
