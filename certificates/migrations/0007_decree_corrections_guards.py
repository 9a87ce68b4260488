from django.db import migrations

# A released decree changes in its words alone, and only into those of a correction that a second person confirmed.
DECREE = """
DROP TRIGGER certificates_decree_kept ON scoring_decree;
CREATE FUNCTION certificates_refuse_uncorrected() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - '{number,title,decided_on}'::text[] IS DISTINCT FROM
       to_jsonb(OLD) - '{number,title,decided_on}'::text[]
       OR NOT EXISTS (
           SELECT 1 FROM certificates_decreecorrection c
           WHERE c.decree_id = OLD.id AND c.is_confirmed
                 AND (c.number, c.title, c.decided_on) = (NEW.number, NEW.title, NEW.decided_on)
       )
    THEN
        RAISE EXCEPTION 'certificates_decree_kept' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER certificates_decree_kept BEFORE UPDATE ON scoring_decree FOR EACH ROW
    WHEN (OLD.released_at IS NOT NULL) EXECUTE FUNCTION certificates_refuse_uncorrected();
CREATE TRIGGER certificates_decree_row_kept BEFORE DELETE ON scoring_decree FOR EACH ROW
    WHEN (OLD.released_at IS NOT NULL) EXECUTE FUNCTION core_refuse_change();
"""
DECREE_BACK = """
DROP TRIGGER certificates_decree_row_kept ON scoring_decree;
DROP TRIGGER certificates_decree_kept ON scoring_decree;
DROP FUNCTION certificates_refuse_uncorrected();
CREATE TRIGGER certificates_decree_kept BEFORE UPDATE OR DELETE ON scoring_decree FOR EACH ROW
    WHEN (OLD.released_at IS NOT NULL) EXECUTE FUNCTION core_refuse_change();
"""

CORRECTION = """
CREATE TRIGGER certificates_correction_kept BEFORE UPDATE ON certificates_decreecorrection FOR EACH ROW
    WHEN (OLD.closed_at IS NOT NULL
          OR to_jsonb(NEW) - '{closed_by_id,closed_at,is_confirmed}'::text[] IS DISTINCT FROM
             to_jsonb(OLD) - '{closed_by_id,closed_at,is_confirmed}'::text[])
    EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER certificates_correction_row_kept BEFORE DELETE ON certificates_decreecorrection FOR EACH ROW
    EXECUTE FUNCTION core_refuse_change();
"""
CORRECTION_BACK = """
DROP TRIGGER certificates_correction_kept ON certificates_decreecorrection;
DROP TRIGGER certificates_correction_row_kept ON certificates_decreecorrection;
"""


class Migration(migrations.Migration):
    """Two persons behind each change of a released decree, and a history that stays."""

    dependencies = [("certificates", "0006_decree_corrections"), ("core", "0002_append_only")]
    operations = [migrations.RunSQL(DECREE, DECREE_BACK), migrations.RunSQL(CORRECTION, CORRECTION_BACK)]
