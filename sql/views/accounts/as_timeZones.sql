-- The time zones that a person or the installation can have.
--
--   SELECT * FROM as_timeZones ORDER BY name;
--
CREATE OR REPLACE VIEW as_timeZones AS
SELECT zones.name
FROM pg_timezone_names AS zones
WHERE zones.name ~ '^(Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)/' OR zones.name = 'UTC';

COMMENT ON VIEW as_timeZones IS 'Time zones named for a place, and UTC.';

GRANT SELECT ON as_timeZones TO portal_web, portal_dba, portal_report;
