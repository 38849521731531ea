-- What a message is called at its provider, the same at every attempt.
--
--   SELECT ntf_getReference('alice', 42, now());
--
CREATE OR REPLACE FUNCTION ntf_getReference(username text, id bigint, createdAt timestamptz)
RETURNS text
LANGUAGE sql
STABLE
AS $$
    -- Of the row, not of its number: a database that is made anew counts from one again.
    SELECT
        left(
            encode(sha256(convert_to(
                format(
                    '%s %s %s', ntf_getReference.username, ntf_getReference.id, extract(EPOCH FROM ntf_getReference.createdAt)
                ), 'UTF8'
            )), 'hex'),
            32
        )
$$;

COMMENT ON FUNCTION ntf_getReference IS '32 hexadecimal digits, which nobody can guess another''s by.';
