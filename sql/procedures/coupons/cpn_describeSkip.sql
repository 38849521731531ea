-- Why a row of a source was not taken, as a sentence.
--
--   SELECT cpn_describeSkip('twice_in_buffer');
--
CREATE OR REPLACE FUNCTION cpn_describeSkip(reason text)
RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT CASE reason
        WHEN 'no_code' THEN 'The row has no code.'
        WHEN 'nobody_named' THEN 'The row does not say whose discount it is.'
        WHEN 'code_inside' THEN 'There is a coupon with this code already.'
        WHEN 'twice_in_buffer' THEN 'The code came with another row of this source.'
        WHEN 'person_twice' THEN 'Another row names the same person; the larger discount holds.'
        WHEN 'changed_after_import' THEN 'The row was changed after its coupon was imported; the coupon stays as it came.'
        WHEN 'deleted_inside' THEN 'The coupon with this code was deleted here and does not come back.'
        WHEN 'broken_bytes' THEN 'Its bytes are no UTF-8 text.'
        WHEN 'code_too_long' THEN 'The code has more than 255 characters.'
        WHEN 'code_unreadable' THEN 'The code holds characters that cannot be typed.'
        WHEN 'note_too_long' THEN 'The note has more than 10,000 characters.'
        WHEN 'category_too_long' THEN 'The name of the category has more than 100 characters.'
        WHEN 'unknown_type' THEN 'The kind of use or discount is not known.'
        WHEN 'value_missing' THEN 'It does not say how much it gives.'
        WHEN 'value_not_a_number' THEN 'The value is not a number.'
        WHEN 'percentage_out_of_range' THEN 'A percentage is more than 0 and at most 100.'
        WHEN 'value_not_positive' THEN 'The amount must be more than zero.'
        WHEN 'value_too_large' THEN 'A coupon gives at most 1000000.00.'
        WHEN 'value_too_precise' THEN 'A value has at most two decimals.'
        WHEN 'no_such_tariff' THEN 'It names a tariff that is not here.'
        WHEN 'no_such_period' THEN 'A period is 1, 6, 12 or 36 months.'
        WHEN 'broken_date' THEN 'One of its dates is no date.'
        WHEN 'ends_before_start' THEN 'It would end before it begins.'
        WHEN 'limit_not_a_number' THEN 'A limit of uses is not a whole number.'
        WHEN 'identity_unreadable' THEN 'What names the person cannot be read as such.'
    END
$$;

COMMENT ON FUNCTION cpn_describeSkip IS 'The sentence that cpn_skippedRows keeps beside a reason; null where nothing was skipped.';

-- Views call it with the rights of whoever reads them.
GRANT EXECUTE ON FUNCTION cpn_describeSkip TO portal_web, portal_worker, portal_dba, portal_report;
