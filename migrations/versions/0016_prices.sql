-- Conditions on the price of a unit: where the ranges of a set's promotions begin and end.

ALTER TABLE loy_promotionSets ADD COLUMN priceBounds numeric(14, 2)[] NOT NULL DEFAULT '{}';

COMMENT ON COLUMN loy_promotionSets.priceBounds IS
'The prices at which any range of this set begins or is over, ascending, as loy_compileSet found them. They cut all prices into
bands: band 0 is below the first of them, band 1 begins with it. A line of a receipt is in one band, and in the tokens a range is
the bands that it is made of; so an old receipt meets the same ones when it is decided again.';
