-- A code with the Cyrillic and Greek letters that look like Latin ones replaced; null when it has none.
--
--   SELECT cpn_getLookAlike('SАLE');
--
CREATE OR REPLACE FUNCTION cpn_getLookAlike(code text)
RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
    -- Capitals decide: В looks like B and Н like H, although в and н look like nothing Latin.
    SELECT nullif(
        translate(
            cpn_normaliseCode(code),
            'авекмнорстухіјѕүһԁԛԝαβεζηικμνορτυχϳ',
            'abekmhopctyxijsyhdqwabezhikmnoptyxj'
        ),
        cpn_normaliseCode(code)
    )
$$;

COMMENT ON FUNCTION cpn_getLookAlike IS
'What the code would be (in the form of cpn_normaliseCode) if its Cyrillic and Greek letters that look Latin were Latin; null
when it has none of them.';

-- Views call it with the rights of whoever reads them.
GRANT EXECUTE ON FUNCTION cpn_getLookAlike TO portal_web, portal_worker, portal_dba, portal_report;
