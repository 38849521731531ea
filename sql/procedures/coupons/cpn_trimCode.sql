-- A code without what cannot be seen at its ends.
--
--   SELECT cpn_trimCode(E'\u00a0 Summer\u200b');
--
CREATE OR REPLACE FUNCTION cpn_trimCode(code text)
RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT btrim(
        code,
        E'\t\n\u000b\f\r\u001c\u001d\u001e\u001f \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005'
        '\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f'
        '\u205f\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u3000\ufeff'
    )
$$;

COMMENT ON FUNCTION cpn_trimCode IS
'The text without white space of every kind, zero width characters, marks of direction and byte order at its ends: what is
kept of a code as it was given.';

-- Views call it with the rights of whoever reads them.
GRANT EXECUTE ON FUNCTION cpn_trimCode TO portal_web, portal_worker, portal_dba, portal_report;
