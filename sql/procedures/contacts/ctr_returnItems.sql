-- Put what is open in a pack back into the queue.
--
--   SELECT ctr_returnItems(42, 'Pohoda did not take the pack.');
--
CREATE OR REPLACE FUNCTION ctr_returnItems(packID bigint, note text)
RETURNS integer
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    item ctr_packItems;
    returned integer := 0;
BEGIN
    FOR item IN
        SELECT *
        FROM ctr_packItems
        WHERE ctr_packItems.packID = ctr_returnItems.packID AND ctr_packItems.state = 'open'
        ORDER BY ctr_packItems.username
    LOOP
        UPDATE ctr_contacts
        SET
            queuedAt = coalesce(ctr_contacts.queuedAt, moment),
            attempts = greatest(ctr_contacts.attempts - 1, 0)
        WHERE ctr_contacts.username = item.username;
        UPDATE ctr_packItems
        SET state = 'again', note = ctr_returnItems.note
        WHERE ctr_packItems.packID = item.packID AND ctr_packItems.number = item.number;
        returned := returned + 1;
    END LOOP;
    RETURN returned;
END;
$$;

COMMENT ON FUNCTION ctr_returnItems IS 'In username order. How many there were.';
