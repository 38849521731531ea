-- Whether two values of a field mean the same.
--
--   SELECT ctr_isSame('mobile', '+421903123456', '0903 123 456');
--
CREATE OR REPLACE FUNCTION ctr_isSame(field text, ours text, theirs text)
RETURNS boolean
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN ours = theirs
        OR (field = 'mobile' AND as_normaliseKey('phone', ours) = as_normaliseKey('phone', theirs))
        OR (field = 'email' AND as_normaliseKey('email', ours) = as_normaliseKey('email', theirs))
        OR (field = 'ico' AND regexp_replace(ours, '\s', '', 'g') = regexp_replace(theirs, '\s', '', 'g'))
        OR (field = 'country' AND upper(ours) = upper(theirs));
END;
$$;

COMMENT ON FUNCTION ctr_isSame IS
'True for equal texts, and for phones, e-mail addresses, IČO and countries that are only written otherwise; null is not true.';
