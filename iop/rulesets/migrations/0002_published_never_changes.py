from django.db import migrations

FORWARD = """
CREATE FUNCTION rule_set_version_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        IF EXISTS (SELECT 1 FROM rulesets_rulesetversion WHERE state <> 'draft') THEN
            RAISE EXCEPTION 'Publicerade regelverk får inte tas bort.';
        END IF;
        RETURN NULL;
    END IF;
    IF OLD.state = 'draft' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Publicerade regelverk får inte tas bort.';
    END IF;
    -- What may still happen to a published version is that another one replaces it.
    IF (to_jsonb(OLD) - ARRAY['state', 'valid_to']) IS DISTINCT FROM (to_jsonb(NEW) - ARRAY['state', 'valid_to'])
       OR NEW.state = 'draft' OR (OLD.state = 'retired' AND NEW.state <> 'retired') THEN
        RAISE EXCEPTION 'Publicerade regelverk ändras inte. Gör en ny version.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rule_set_version_row_is_kept BEFORE UPDATE OR DELETE ON rulesets_rulesetversion
    FOR EACH ROW EXECUTE FUNCTION rule_set_version_is_kept();
CREATE TRIGGER rule_set_version_table_is_kept BEFORE TRUNCATE ON rulesets_rulesetversion
    FOR EACH STATEMENT EXECUTE FUNCTION rule_set_version_is_kept();
"""
BACKWARD = """
DROP TRIGGER rule_set_version_row_is_kept ON rulesets_rulesetversion;
DROP TRIGGER rule_set_version_table_is_kept ON rulesets_rulesetversion;
DROP FUNCTION rule_set_version_is_kept();
"""


class Migration(migrations.Migration):
    """A published rule set changes for nobody: not through a form, the admin, the shell or SQL."""

    dependencies = [("rulesets", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
