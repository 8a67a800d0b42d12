-- $1 SHA-256 of the credential.
select id::text from agents where credential_hash = $1 and admin_state <> 'retired'
