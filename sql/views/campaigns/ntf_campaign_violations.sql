-- What can never be, of campaigns: empty in a healthy database.
--
--   SELECT * FROM ntf_campaign_violations;
--
CREATE OR REPLACE VIEW ntf_campaign_violations (rule, username, detail) AS
SELECT 'control_was_written_to', taking.username, message.message_key
FROM ntf_campaignPeople AS taking
INNER JOIN ntf_campaignMessages AS message
    ON message.username = taking.username AND message.message_key LIKE format('campaign:%s:%%', taking.campaignID)
WHERE taking.isControl
UNION ALL
SELECT 'control_was_given_something', taking.username, format('campaign %s, step %s', given.campaignID, given.step)
FROM ntf_campaignPeople AS taking
INNER JOIN ntf_campaignGifts AS given ON given.username = taking.username AND given.campaignID = taking.campaignID
WHERE taking.isControl
UNION ALL
SELECT 'written_to_without_taking_part', message.username, message.message_key
FROM ntf_campaignMessages AS message
LEFT JOIN ntf_campaignPeople AS taking
    ON taking.username = message.username AND format('campaign:%s', taking.campaignID) = substring(message.message_key, '^campaign:[0-9]+')
WHERE taking.username IS NULL OR taking.step < substring(message.message_key, '[0-9]+$')::integer
UNION ALL
SELECT 'step_on_two_channels', message.username, message.message_key
FROM ntf_campaignMessages AS message
GROUP BY message.username, message.message_key
HAVING count(*) > 1
UNION ALL
SELECT 'gift_without_message', given.username, format('campaign %s, step %s', given.campaignID, given.step)
FROM ntf_campaignGifts AS given
INNER JOIN ntf_campaigns ON ntf_campaigns.id = given.campaignID AND ntf_campaigns.figures IS NULL
LEFT JOIN ntf_campaignMessages AS message
    ON message.username = given.username AND message.message_key = format('campaign:%s:%s', given.campaignID, given.step)
WHERE message.username IS NULL
UNION ALL
SELECT 'gift_is_not_there', given.username, format('campaign %s, step %s', given.campaignID, given.step)
FROM ntf_campaignGifts AS given
LEFT JOIN loy_lots AS lot ON lot.username = given.username AND lot.lotID = given.lotID
LEFT JOIN cpn_coupons AS coupon ON coupon.code = given.code
LEFT JOIN cpn_personalDiscounts AS discount ON discount.id = given.discountID AND discount.username = given.username
WHERE coalesce(lot.amount, coupon.value, discount.percentage) IS DISTINCT FROM given.amount
UNION ALL
SELECT 'lot_of_no_gift', lot.username, format('lot %s of %s', lot.lotID, lot.promotion)
FROM loy_lots AS lot
LEFT JOIN ntf_campaignGifts AS given ON given.username = lot.username AND given.lotID = lot.lotID
WHERE lot.promotion LIKE 'campaign:%' AND lot.mergedFrom IS NULL AND lot.restoresID IS NULL AND given.username IS NULL;

COMMENT ON VIEW ntf_campaign_violations IS
'The control group gets nothing; who is written to takes part; a step goes out once a person, on one channel; a gift is told of,
is there and is what the step gives, and no bonuses of a campaign are without their gift.';

GRANT SELECT ON ntf_campaign_violations TO portal_web, portal_dba, portal_report;
