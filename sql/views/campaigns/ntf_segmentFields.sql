-- What segments can ask of people: the fields, how each can be asked, and what that takes.
--
--   SELECT * FROM ntf_segmentFields ORDER BY sort_order;
--
CREATE OR REPLACE VIEW ntf_segmentFields AS
SELECT
    known.field,
    known.operator,
    known.type,
    known.has_days,
    known.sort_order
FROM (
    VALUES
    ('tariff', 'in', 'tariff', false, 10),
    ('tariff', 'notIn', 'tariff', false, 11),
    ('deadline', 'within', 'none', true, 20),
    ('deadline', 'after', 'none', true, 21),
    ('deadline', 'ended', 'none', true, 22),
    ('tier', 'in', 'tier', false, 30),
    ('tier', 'notIn', 'tier', false, 31),
    ('bonusExpiring', 'atLeast', 'money', true, 40),
    ('bonusBalance', 'atLeast', 'money', false, 50),
    ('bonusBalance', 'atMost', 'money', false, 51),
    ('purchaseSum', 'atLeast', 'money', true, 60),
    ('purchaseSum', 'atMost', 'money', true, 61),
    ('purchaseCount', 'atLeast', 'count', true, 70),
    ('purchaseCount', 'atMost', 'count', true, 71),
    ('birthday', 'within', 'none', true, 80),
    ('birthday', 'in', 'month', false, 81),
    ('city', 'in', 'text', false, 90),
    ('city', 'notIn', 'text', false, 91),
    ('language', 'in', 'language', false, 100),
    ('registered', 'within', 'none', true, 110),
    ('registered', 'before', 'none', true, 111),
    ('registered', 'since', 'date', false, 112),
    ('consent', 'has', 'consent', false, 120),
    ('consent', 'hasNot', 'consent', false, 121)
) AS known (field, operator, type, has_days, sort_order);

COMMENT ON VIEW ntf_segmentFields IS
'One row a field and operator. type: what values it takes (tariff: ids; tier: codes; money, count and date: one; month: 1 to 12;
text; language: codes; consent: kind/channel; none). has_days: it takes a number of days. ntf_checkSegment judges by it and
ntf_findPeople says what each means.';

GRANT SELECT ON ntf_segmentFields TO portal_web, portal_dba, portal_report;
