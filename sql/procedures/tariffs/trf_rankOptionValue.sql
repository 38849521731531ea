-- How much an option's value allows, to tell less from more; null where values cannot be ordered.
--
--   SELECT trf_rankOptionValue('number', '10') < trf_rankOptionValue('number', 'unlimited');
--
CREATE OR REPLACE FUNCTION trf_rankOptionValue(type text, value text)
RETURNS numeric
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT CASE
        WHEN value = 'denied' THEN '-Infinity'::numeric
        WHEN value = 'unlimited' THEN 'Infinity'::numeric
        WHEN type = 'number' THEN value::numeric
        WHEN type = 'yesno' THEN CASE value WHEN 'yes' THEN 1 ELSE 0 END
    END
$$;

COMMENT ON FUNCTION trf_rankOptionValue IS
'denied is below every value, unlimited above; numbers by size, yes above no; null for texts and choices.';
