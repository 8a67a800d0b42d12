select file_key, learned from knowledge_metadata where file_key = any ($1::text[])
