-- Whether a person belongs to the control group of a campaign.
--
--   SELECT ntf_isControl('alice', 3, 10);
--
CREATE OR REPLACE FUNCTION ntf_isControl(username text, campaignID bigint, controlShare integer)
RETURNS boolean
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT ('x' || left(md5(campaignID::text || ' ' || username), 7))::bit(28)::integer % 100 < controlShare
$$;

COMMENT ON FUNCTION ntf_isControl IS
'By a hash of the username and the campaign, the same on every server and whenever it is asked; another campaign draws anew.';
