from django.db import migrations

KEPT = """
CREATE TRIGGER certificates_number_kept BEFORE UPDATE ON certificates_certificate FOR EACH ROW
    WHEN (OLD.number IS NOT NULL AND (NEW.number IS DISTINCT FROM OLD.number
          OR NEW.serial IS DISTINCT FROM OLD.serial OR NEW.token <> OLD.token))
    EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER certificates_file_kept BEFORE UPDATE ON certificates_certificate FOR EACH ROW
    WHEN (OLD.issued_at IS NOT NULL AND (NEW.file_id IS DISTINCT FROM OLD.file_id
          OR NEW.sha256 <> OLD.sha256 OR NEW.face IS DISTINCT FROM OLD.face
          OR NEW.issued_at IS DISTINCT FROM OLD.issued_at OR NEW.valid_until IS DISTINCT FROM OLD.valid_until
          OR NEW.state NOT IN ('issued', 'revoked', 'replaced')
          OR OLD.state <> 'issued' AND NEW.state <> OLD.state))
    EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER certificates_row_kept BEFORE DELETE ON certificates_certificate FOR EACH ROW
    WHEN (OLD.number IS NOT NULL) EXECUTE FUNCTION core_refuse_change();
"""
KEPT_BACK = """
DROP TRIGGER certificates_number_kept ON certificates_certificate;
DROP TRIGGER certificates_file_kept ON certificates_certificate;
DROP TRIGGER certificates_row_kept ON certificates_certificate;
"""

RELEASED = """
CREATE TRIGGER certificates_decree_kept BEFORE UPDATE OR DELETE ON scoring_decree FOR EACH ROW
    WHEN (OLD.released_at IS NOT NULL) EXECUTE FUNCTION core_refuse_change();

CREATE FUNCTION certificates_refuse_released() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM scoring_decree
        WHERE id IN (OLD.decree_id, NEW.decree_id) AND released_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'certificates_decree_released' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER certificates_decision_kept BEFORE INSERT OR UPDATE OR DELETE ON scoring_decision
    FOR EACH ROW EXECUTE FUNCTION certificates_refuse_released();
"""
RELEASED_BACK = """
DROP TRIGGER certificates_decree_kept ON scoring_decree;
DROP TRIGGER certificates_decision_kept ON scoring_decision;
DROP FUNCTION certificates_refuse_released();
"""


class Migration(migrations.Migration):
    """A given number stays, an issued file is never exchanged nor un-issued, and a released decree stays as it is."""

    dependencies = [
        ("certificates", "0001_initial"),
        ("core", "0002_append_only"),
        ("scoring", "0001_initial"),
    ]
    operations = [migrations.RunSQL(KEPT, KEPT_BACK), migrations.RunSQL(RELEASED, RELEASED_BACK)]
