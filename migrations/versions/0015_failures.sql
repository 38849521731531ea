-- Why a source of coupons could not be read, as a code and its details beside the English sentence: pages say it in every language.

ALTER TABLE cpn_sources ADD COLUMN failureSaid jsonb;
ALTER TABLE cpn_imports ADD COLUMN errorSaid jsonb;

COMMENT ON COLUMN cpn_sources.failureSaid IS 'failure as {code, details}; null where it is older, or in somebody else''s words.';
COMMENT ON COLUMN cpn_imports.errorSaid IS 'error as {code, details}; null where it is older, or in somebody else''s words.';
