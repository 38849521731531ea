-- Whether the choices of an option can be offered; null when they can, a refusal when not.
--
--   SELECT * FROM trf_checkChoices('choice', ARRAY['e-mail', 'phone']);
--
CREATE OR REPLACE FUNCTION trf_checkChoices(type text, choices text[])
RETURNS outcome
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    choice text;
    twice text;
BEGIN
    IF type <> 'choice' THEN
        IF cardinality(choices) > 0 THEN
            RETURN refuse('choices_not_wanted', 'Only an option of the type choice has choices.', '{"field": "choices"}');
        END IF;
        RETURN NULL;
    END IF;

    IF cardinality(choices) = 0 THEN
        RETURN refuse('choices_missing', 'Give the choices, one a line.', '{"field": "choices"}');
    END IF;
    IF cardinality(choices) > 100 THEN
        RETURN refuse('too_long', 'There are at most 100 choices.', '{"field": "choices", "maximum": 100}');
    END IF;
    FOREACH choice IN ARRAY choices LOOP
        IF choice IS NULL OR choice !~ '\S' OR length(choice) > 100 THEN
            RETURN refuse(
                'choice_unreadable', 'A choice has 1 to 100 characters.', '{"field": "choices", "maximum": 100}'
            );
        END IF;
        IF lower(choice) IN ('unlimited', 'denied') THEN
            RETURN refuse(
                'reserved_word',
                format('%s is a value of every option anyway, and no choice of its own.', choice),
                jsonb_build_object('field', 'choices', 'word', choice)
            );
        END IF;
    END LOOP;

    SELECT listed.choice INTO twice
    FROM unnest(choices) AS listed (choice)
    GROUP BY listed.choice
    HAVING count(*) > 1
    LIMIT 1;
    IF FOUND THEN
        RETURN refuse(
            'choice_twice', format('The choice %s is there twice.', twice),
            jsonb_build_object('field', 'choices', 'choice', twice)
        );
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION trf_checkChoices IS
'Null when an option of the type choice has 1 to 100 different choices without outer spaces, and any other type none.
Refuses: choices_not_wanted, choices_missing, too_long, choice_unreadable, reserved_word, choice_twice.';
