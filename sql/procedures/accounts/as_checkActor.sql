-- Whether somebody may ask for something; null when he may, a refusal when not.
--
--   SELECT * FROM as_checkActor('root', 'alice', 'manager');
--
CREATE OR REPLACE FUNCTION as_checkActor(actor text, username text, needs text)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    role text;
    isLocked boolean;
BEGIN
    IF actor IS NULL THEN
        IF as_isDba() THEN
            RETURN NULL;
        END IF;
        RETURN refuse('actor_required', 'Say who asks: actor => ''username''.');
    END IF;

    SELECT as_users.role::text, as_users.isLocked INTO role, isLocked
    FROM as_users
    WHERE as_users.username = actor;

    IF NOT FOUND THEN
        RETURN refuse('no_such_actor', format('There is no user %s who could ask for this.', actor));
    END IF;
    IF isLocked THEN
        RETURN refuse('actor_locked', format('%s is locked and may not ask for anything.', actor));
    END IF;

    IF needs = 'self' AND (actor = username OR role = 'admin') THEN
        RETURN NULL;
    END IF;
    IF needs = 'admin' AND role = 'admin' THEN
        RETURN NULL;
    END IF;
    IF needs = 'manager' AND role IN ('manager', 'admin') THEN
        -- Whoever moves money for others does not move it for himself.
        IF actor = username THEN
            RETURN refuse('own_account', 'Nobody does this to their own account. Ask a colleague.');
        END IF;
        RETURN NULL;
    END IF;

    RETURN refuse(
        'not_allowed',
        CASE needs
            WHEN 'self' THEN format('%s may do this only for himself.', actor)
            ELSE format('%s needs the role %s for this.', actor, needs)
        END,
        jsonb_build_object('needs', needs)
    );
END;
$$;

COMMENT ON FUNCTION as_checkActor IS
'Null when the actor may do it, else the refusal. needs: self (the person, or an administrator), manager (that role or
admin, and never on the own account; username null where no account is concerned), admin. A null actor must be a DBA.
Refuses: actor_required, no_such_actor, actor_locked, own_account, not_allowed.';
