-- The campaigns with their segments, and how many people take part.
--
--   SELECT campaign_id, name, state, people FROM ntf_campaignList ORDER BY created DESC;
--
CREATE OR REPLACE VIEW ntf_campaignList AS
SELECT
    ntf_campaigns.id AS campaign_id,
    ntf_campaigns.name,
    ntf_campaigns.segmentID AS segment_id,
    ntf_segments.name AS segment,
    coalesce(ntf_campaigns.conditions, ntf_segments.conditions) AS conditions,
    ntf_campaigns.goal,
    ntf_campaigns.channels,
    ntf_campaigns.state,
    ntf_campaigns.controlShare AS control_share,
    ntf_campaigns.startsAt AS starts,
    ntf_campaigns.startsAt AT TIME ZONE as_clock.timeZone AS starts_here,
    ntf_campaigns.validUntil AS valid_until,
    (ntf_campaigns.validUntil AT TIME ZONE as_clock.timeZone)::date - 1 AS last_day,
    ntf_campaigns.purchaseDays AS purchase_days,
    ntf_campaigns.createdAt AS created,
    ntf_campaigns.updatedAt AS updated,
    ntf_campaigns.startedAt AS started,
    ntf_campaigns.endedAt AS ended,
    coalesce(ntf_campaignWork.isAdmitted, false) AS is_admitted,
    ntf_campaigns.figures IS NOT NULL AS is_closed,
    (SELECT count(*) FROM ntf_campaignSteps WHERE ntf_campaignSteps.campaignID = ntf_campaigns.id) AS steps,
    (SELECT count(*) FROM ntf_campaignPeople WHERE ntf_campaignPeople.campaignID = ntf_campaigns.id) AS people
FROM ntf_campaigns
INNER JOIN ntf_segments ON ntf_segments.id = ntf_campaigns.segmentID
CROSS JOIN as_clock
LEFT JOIN ntf_campaignWork ON ntf_campaignWork.campaignID = ntf_campaigns.id;

COMMENT ON VIEW ntf_campaignList IS
'conditions: as frozen at the start, before it those of the segment. starts_here and last_day: by the installation''s clock.
is_admitted: all of its people are found; is_closed: the results are final.';

GRANT SELECT ON ntf_campaignList TO portal_web, portal_dba, portal_report;
