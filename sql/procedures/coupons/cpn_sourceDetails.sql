-- A source without its secrets, for the details of an answer.
--
--   SELECT cpn_sourceDetails(cpn_sources) FROM cpn_sources LIMIT 1;
--
CREATE OR REPLACE FUNCTION cpn_sourceDetails(source cpn_sources)
RETURNS jsonb
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT jsonb_build_object(
        'name', source.name, 'holds', source.holds, 'host', source.host, 'port', source.port,
        'databaseName', source.databaseName, 'userName', source.userName, 'hasPassword', source.password <> '',
        'tls', source.tls, 'hasCertificate', source.certificate <> '', 'tableName', source.tableName,
        'keyColumn', source.keyColumn, 'mapping', source.mapping, 'identityKind', source.identityKind,
        'timeZone', source.timeZone, 'categoryID', source.categoryID
    )
$$;

COMMENT ON FUNCTION cpn_sourceDetails IS 'The settings of a source; of password and certificate only whether there is one.';
