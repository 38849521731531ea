-- The text of a message that does not carry one.
--
--   SELECT ntf_getText('tariff_deadline', 'email', 'sk');
--
CREATE OR REPLACE FUNCTION ntf_getText(kind text, channel text, locale text)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    written ntf_texts := ntf_findText(kind, channel, locale);
BEGIN
    IF written.kind IS NULL THEN
        RETURN NULL;
    END IF;

    RETURN ntf_describeText(written);
END;
$$;

COMMENT ON FUNCTION ntf_getText IS 'See ntf_findText and ntf_describeText; null where there is no such text.';

GRANT EXECUTE ON FUNCTION ntf_getText TO portal_web, portal_worker, portal_marketing, portal_dba;
