-- Characters that nobody can guess and nobody misreads, up to 64.
--
--   SELECT cpn_randomCode(8);
--
CREATE OR REPLACE FUNCTION cpn_randomCode(length integer)
RETURNS text
LANGUAGE sql
VOLATILE
AS $$
    -- 244 random bits of the operating system, evenly over sixteen characters. Not 0 O Q, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V,
    -- nor vowels, which would make words.
    SELECT translate(
        left(encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'hex'), length),
        '0123456789abcdef',
        '3479CDFHJKMNPRTX'
    )
$$;

COMMENT ON FUNCTION cpn_randomCode IS
'The random part of a generated code: of 3 4 7 9 C D F H J K M N P R T X, which look alike in no writing.';
