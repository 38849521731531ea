-- Whether a contact is of somebody who was erased here.
--
--   SELECT ctr_isErased(15, '{"email": "alice@example.com"}');
--
CREATE OR REPLACE FUNCTION ctr_isErased(pohodaID bigint, content jsonb)
RETURNS boolean
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM ctr_erased WHERE ctr_erased.key = 'contact:' || ctr_isErased.pohodaID)
        OR EXISTS (
            SELECT
            FROM ctr_erased
            INNER JOIN unnest(ctr_getEmails(content ->> 'email')) AS email
                ON ctr_erased.key = 'email:' || encode(sha256(convert_to(email, 'UTF8')), 'hex')
        )
        OR EXISTS (
            SELECT
            FROM jsonb_array_elements(content -> 'extIds') AS outer_id
            INNER JOIN ctr_erased ON ctr_erased.key = 'username:' || (outer_id.value ->> 'id')
            INNER JOIN ctr_link ON ctr_link.exSystemName = outer_id.value ->> 'system'
        );
END;
$$;

COMMENT ON FUNCTION ctr_isErased IS 'By Pohoda''s number, by our identifier on it, or by an e-mail address, of which only the SHA-256 was kept.';
