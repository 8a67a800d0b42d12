select sha256, name, content from scripts where sha256 = $1
