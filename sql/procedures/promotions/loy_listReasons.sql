-- What stood in the way of each candidate that gave nothing, and who.
--
--   SELECT * FROM loy_listReasons(candidates, '{1}', '{t,f}', '{1,0}', '{100,0}');
--
CREATE OR REPLACE FUNCTION loy_listReasons(
    candidates loy_candidates, withUnits integer[], isOn boolean[], times integer[], given bigint[]
)
RETURNS TABLE (reasons text[], rivals text[])
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    m integer := candidates.m;
    codes text[] := candidates.codes;
    classes integer[] := candidates.classes;
    groups integer[] := candidates.groups;
    isSolo boolean[] := candidates.isSolo;
    isJoint boolean[] := candidates.isJoint;
    isOffer boolean[] := candidates.isOffer;
    isNet boolean[] := candidates.isNet;
    inGroup integer[] := array_fill(0, ARRAY[candidates.groupCount + 1]);
    inClass integer[] := array_fill(0, ARRAY[candidates.classCount + 1]);
    solo integer := 0;
    offer integer := 0;
    usual integer := 0;
    rival integer;
    reason text;
BEGIN
    -- Of several the first by priority; groups and classes from 0 (none).
    FOR c IN REVERSE m..1 LOOP
        IF times[c] > 0 AND NOT isJoint[c] THEN
            usual := c;
        END IF;
        CONTINUE WHEN NOT isOn[c];
        inGroup[groups[c] + 1] := c;
        IF given[c] > 0 THEN
            inClass[classes[c] + 1] := c;
        END IF;
        IF isSolo[c] THEN
            solo := c;
        END IF;
        IF isOffer[c] THEN
            offer := c;
        END IF;
    END LOOP;

    reasons := array_fill(NULL::text, ARRAY[m]);
    rivals := reasons;
    FOR c IN 1..m LOOP
        CONTINUE WHEN times[c] > 0;
        rival := 0;
        IF NOT isOn[c] AND groups[c] > 0 AND inGroup[groups[c] + 1] > 0 THEN
            reason := 'group';
            rival := inGroup[groups[c] + 1];
        ELSIF NOT isOn[c] AND NOT isJoint[c] AND solo > 0 THEN
            reason := 'solo';
            rival := solo;
        ELSIF NOT isOn[c] AND isSolo[c] THEN
            reason := 'solo';
            rival := usual;
        ELSIF classes[c] > 0 AND inClass[classes[c] + 1] > 0 THEN
            reason := 'class';
            rival := inClass[classes[c] + 1];
        ELSIF isOffer[c] AND NOT c = ANY(withUnits) THEN
            reason := 'no_units';
        ELSIF isOffer[c] AND offer > 0 THEN
            reason := 'units';
            rival := offer;
        ELSIF isOn[c] THEN
            reason := CASE WHEN isNet[c] THEN 'below_threshold' ELSE 'floor' END;
        ELSE
            reason := 'no_gain';
        END IF;
        IF rival > 0 THEN
            rivals[c] := codes[rival];
        ELSIF reason = 'solo' THEN
            reason := 'no_gain';
        END IF;
        reasons[c] := reason;
    END LOOP;
    RETURN NEXT;
END;
$$;

COMMENT ON FUNCTION loy_listReasons IS
'withUnits: offers that can take units at all; times: how often each was given, given: how much. Reasons: group, solo, class, units (by
a rival), no_units, below_threshold, floor, no_gain.';
