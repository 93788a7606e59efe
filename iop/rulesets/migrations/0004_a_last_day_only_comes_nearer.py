from django.db import migrations, models

CHECK = """
CREATE OR REPLACE FUNCTION rule_set_version_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
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
    -- What may still happen to a published version is that it ends, earlier than was said, or is replaced.
    IF (to_jsonb(OLD) - ARRAY['state', 'valid_to']) IS DISTINCT FROM (to_jsonb(NEW) - ARRAY['state', 'valid_to'])
       OR NEW.state = 'draft' OR (OLD.state = 'retired' AND NEW.state <> 'retired')
       OR (OLD.valid_to IS NOT NULL AND (NEW.valid_to IS NULL OR NEW.valid_to > OLD.valid_to)) THEN
        RAISE EXCEPTION 'Publicerade regelverk ändras inte. Gör en ny version.';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    """The last day of a published rule set only comes nearer; and a file that came is known by the hash it had."""

    dependencies = [("rulesets", "0003_drafts_and_additions")]

    operations = [
        migrations.AddField(
            model_name="rulesetversion",
            name="arrived_sha256",
            field=models.CharField(blank=True, default="", max_length=64, verbose_name="kontrollsumma när den kom"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="rulesetversion",
            name="edits",
            field=models.JSONField(blank=True, default=dict, verbose_name="senaste ändringar"),
        ),
        migrations.RunSQL(CHECK, migrations.RunSQL.noop),
    ]
