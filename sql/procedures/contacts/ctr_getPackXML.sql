-- What was sent in a pack or came back, as it was; without personal data for whoever is no administrator.
--
--   SELECT ctr_getPackXML(42, 'sent');
--
CREATE OR REPLACE FUNCTION ctr_getPackXML(packID bigint, part text, actor text DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    xml text := (
        SELECT CASE part WHEN 'sent' THEN ctr_packs.sentXML WHEN 'received' THEN ctr_packs.receivedXML END
        FROM ctr_packs
        WHERE ctr_packs.id = ctr_getPackXML.packID
    );
    refusal outcome;
BEGIN
    refusal := as_checkActor(actor, NULL, 'manager');
    IF refusal.result = 0 THEN
        RETURN NULL;
    END IF;
    refusal := as_checkActor(actor, NULL, 'admin');
    IF refusal.result = 0 THEN
        -- Texts are people's data, attributes are states and numbers; what is no XML may begin or end with a text.
        RETURN regexp_replace(
            regexp_replace(xml, '<!\[CDATA\[.*?\]\]>', '…', 'g'), '(^|>)[^<]*[^<\s][^<]*(<|$)', '\1…\2', 'g'
        );
    END IF;
    RETURN xml;
END;
$$;

COMMENT ON FUNCTION ctr_getPackXML IS
'part: sent or received. An administrator sees it whole, a manager with every text of an element as …, anybody else null.';

GRANT EXECUTE ON FUNCTION ctr_getPackXML TO portal_web, portal_dba;
