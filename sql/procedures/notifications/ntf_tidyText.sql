-- A text as it is kept: lines end the same way everywhere, and no blanks stand at their ends.
--
--   SELECT ntf_tidyText(E'Hello,\r\n\r\n\r\n\r\nit is done.  ');
--
CREATE OR REPLACE FUNCTION ntf_tidyText(given text)
RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT btrim(
        regexp_replace(
            regexp_replace(
                replace(replace(replace(given, E'\r\n', E'\n'), E'\r', E'\n'), E'\t', ' '),
                ' +(?=\n|$)', '', 'g'
            ),
            '\n{3,}', E'\n\n', 'g'
        ),
        E' \n'
    )
$$;

COMMENT ON FUNCTION ntf_tidyText IS
'Line ends become LF and tabs blanks; blanks at the ends of lines, and blank lines beyond one between paragraphs, go.';
