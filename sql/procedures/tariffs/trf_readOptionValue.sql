-- A typed value of an option as it is kept; null where it does not fit the type.
--
--   SELECT trf_readOptionValue('number', '{}', ' 050.0 ');
--
CREATE OR REPLACE FUNCTION trf_readOptionValue(type text, choices text[], value text)
RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT
        CASE
            -- The two words mean the same for every type, so no text can be mistaken for them.
            WHEN lower(btrim(value)) IN ('unlimited', 'denied') THEN lower(btrim(value))
            WHEN value !~ '\S' OR length(value) > 1000 THEN NULL
            WHEN type = 'number' AND btrim(value) ~ '^-?[0-9]{1,15}(\.[0-9]{1,6})?$'
                THEN trim_scale(btrim(value)::numeric)::text
            WHEN type = 'yesno' AND lower(btrim(value)) IN ('yes', 'no') THEN lower(btrim(value))
            WHEN type = 'choice' AND btrim(value) = ANY (choices) THEN btrim(value)
            WHEN type = 'text' THEN btrim(value)
        END
$$;

COMMENT ON FUNCTION trf_readOptionValue IS
'A value as it is kept: unlimited and denied for every type; a number without needless zeros, at most 15 digits before and
6 after the point; yes or no; one of the choices; a text of 1 to 1000 characters without outer spaces. Null: it does not fit.';
