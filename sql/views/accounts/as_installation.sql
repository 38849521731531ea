-- What this installation is: its clock and whether it is a demo.
--
--   SELECT * FROM as_installation;
--
CREATE OR REPLACE VIEW as_installation AS
SELECT
    as_clock.isDemo AS is_demo,
    as_clock.timeZone AS time_zone,
    as_clock.shift,
    as_now() AS now,
    as_today() AS today
FROM as_clock;

COMMENT ON VIEW as_installation IS 'One row: whether it is a demo, its time zone, and what time and day it is here.';

GRANT SELECT ON as_installation TO portal_web, portal_dba, portal_report;
