-- The segments, and how many campaigns name each.
--
--   SELECT * FROM ntf_segmentList ORDER BY name;
--
CREATE OR REPLACE VIEW ntf_segmentList AS
SELECT
    ntf_segments.id AS segment_id,
    ntf_segments.name,
    ntf_segments.conditions,
    ntf_segments.createdAt AS created,
    ntf_segments.updatedAt AS updated,
    (SELECT count(*) FROM ntf_campaigns WHERE ntf_campaigns.segmentID = ntf_segments.id) AS campaigns
FROM ntf_segments;

COMMENT ON VIEW ntf_segmentList IS 'Saved conditions; who they are true of is counted by ntf_countSegment.';

GRANT SELECT ON ntf_segmentList TO portal_web, portal_dba, portal_report;
