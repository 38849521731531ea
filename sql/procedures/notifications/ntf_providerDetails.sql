-- What the audit keeps of a provider.
--
--   SELECT ntf_providerDetails(ntf_providers) FROM ntf_providers;
--
CREATE OR REPLACE FUNCTION ntf_providerDetails(provider ntf_providers)
RETURNS jsonb
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT
        jsonb_build_object(
            'name', provider.name, 'position', provider.position, 'isEnabled', provider.isEnabled,
            'settings', provider.settings, 'ratePerSecond', provider.ratePerSecond::text, 'burst', provider.burst,
            'dailyCap', provider.dailyCap::text, 'pricePerPart', provider.pricePerPart::text,
            'slowSeconds', provider.slowSeconds::text, 'failuresToOpen', provider.failuresToOpen
        )
$$;

COMMENT ON FUNCTION ntf_providerDetails IS 'Amounts as text. Secrets are not among the settings.';
