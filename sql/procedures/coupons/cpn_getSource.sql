-- Everything a worker needs to read a source, its password included.
--
--   SELECT * FROM cpn_getSource(3);
--
CREATE OR REPLACE FUNCTION cpn_getSource(sourceID bigint)
RETURNS TABLE (
    name text,
    holds text,
    host text,
    port integer,
    databaseName text,
    userName text,
    password text,
    tls text,
    certificate text,
    tableName text,
    keyColumn text,
    mapping jsonb
)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT
        cpn_sources.name,
        cpn_sources.holds,
        cpn_sources.host,
        cpn_sources.port,
        cpn_sources.databaseName,
        cpn_sources.userName,
        cpn_sources.password,
        cpn_sources.tls,
        cpn_sources.certificate,
        cpn_sources.tableName,
        cpn_sources.keyColumn,
        cpn_sources.mapping
    FROM cpn_sources
    WHERE cpn_sources.id = cpn_getSource.sourceID;
END;
$$;

COMMENT ON FUNCTION cpn_getSource IS
'How to reach and read a source. Not for the web: whoever gets at the role of the pages does not get at this password.';

GRANT EXECUTE ON FUNCTION cpn_getSource TO portal_worker, portal_dba;
