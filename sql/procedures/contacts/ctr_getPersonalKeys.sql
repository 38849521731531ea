-- The keys under which procedures write personal values into as_audit.
--
--   SELECT ctr_getPersonalKeys();
--
CREATE OR REPLACE FUNCTION ctr_getPersonalKeys()
RETURNS text[]
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT
        '{name,email,phone,mobile,login,company,division,street,city,zip,country,ico,dic,icDph,web,value,before,after,ours,theirs}'
        ::text[]
$$;

COMMENT ON FUNCTION ctr_getPersonalKeys IS
'Names, keys to sign in with and address data, and what as_changeKey and ctr_decideConflict write of one such value.';
