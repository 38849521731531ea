-- What a promotion touches is one list of lines a promotion, instead of a row for each of its lines.

ALTER TYPE loy_goods ADD ATTRIBUTE usual integer[];
ALTER TYPE loy_goods ADD ATTRIBUTE usualTotal bigint;

COMMENT ON TYPE loy_goods IS
'The lines of a basket: what a unit costs and may not go below, whole units (0 where there are others), thousandths of a unit,
caps: how much may come off the line; total and cappable are the sums of gross and caps. usual: the lines that are not on special
terms; usualTotal: what they cost.';

-- No table has a column of this type.
-- squawk-ignore ban-drop-column
ALTER TYPE loy_hits DROP ATTRIBUTE numbers;
-- squawk-ignore ban-drop-column
ALTER TYPE loy_hits DROP ATTRIBUTE parts;
-- squawk-ignore ban-drop-column
ALTER TYPE loy_hits DROP ATTRIBUTE lines;
ALTER TYPE loy_hits ADD ATTRIBUTE lists text[];
ALTER TYPE loy_hits ADD ATTRIBUTE partNumbers integer[];
ALTER TYPE loy_hits ADD ATTRIBUTE parts integer[];
ALTER TYPE loy_hits ADD ATTRIBUTE partLists text[];

COMMENT ON TYPE loy_hits IS
'Which promotions touch a basket, what the lines that each of them touches cost, and their numbers as loy_match writes them; then
the same for the parts of offers that use units.';

ALTER TYPE loy_solution ADD ATTRIBUTE settled loy_settlement;

COMMENT ON TYPE loy_solution IS
'The best found so far: what is on, the ways in which offers use units, the promotions of the receipt, and what phase 1 takes off
each line. ceiling: nothing can be worth more; reached: the same where offers are not tried in more ways. isOver: the steps are
used up; isBlown: the time was. settled: what follows from it, where that was asked already.';

-- These take or answer something else from here on.
-- squawk-ignore ban-drop-function
DROP FUNCTION IF EXISTS loy_match;
-- squawk-ignore ban-drop-function
DROP FUNCTION IF EXISTS loy_listReach;
-- squawk-ignore ban-drop-function
DROP FUNCTION IF EXISTS loy_listAmounts;
-- squawk-ignore ban-drop-function
DROP FUNCTION IF EXISTS loy_searchWorld;
-- squawk-ignore ban-drop-function
DROP FUNCTION IF EXISTS loy_tell;
-- squawk-ignore ban-drop-function
DROP FUNCTION IF EXISTS loy_tellLines;
-- squawk-ignore ban-drop-function
DROP FUNCTION IF EXISTS loy_tellEarnings;
-- squawk-ignore ban-drop-function
DROP FUNCTION IF EXISTS loy_tellPromotions;
