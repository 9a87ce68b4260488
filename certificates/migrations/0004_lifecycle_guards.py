from django.db import migrations

# As in 0002, and who signed.
KEPT = """
DROP TRIGGER certificates_file_kept ON certificates_certificate;
CREATE TRIGGER certificates_file_kept BEFORE UPDATE ON certificates_certificate FOR EACH ROW
    WHEN (OLD.issued_at IS NOT NULL AND (NEW.file_id IS DISTINCT FROM OLD.file_id
          OR NEW.sha256 <> OLD.sha256 OR NEW.face IS DISTINCT FROM OLD.face OR NEW.signed_by <> OLD.signed_by
          OR NEW.issued_at IS DISTINCT FROM OLD.issued_at OR NEW.valid_until IS DISTINCT FROM OLD.valid_until
          OR NEW.state NOT IN ('issued', 'revoked', 'replaced')
          OR OLD.state <> 'issued' AND NEW.state <> OLD.state))
    EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER certificates_replaces_kept BEFORE UPDATE ON certificates_certificate FOR EACH ROW
    WHEN (NEW.replaces_id IS DISTINCT FROM OLD.replaces_id OR NEW.corrections IS DISTINCT FROM OLD.corrections
          OR NEW.replacement_reason <> OLD.replacement_reason)
    EXECUTE FUNCTION core_refuse_change();
"""
KEPT_BACK = """
DROP TRIGGER certificates_replaces_kept ON certificates_certificate;
DROP TRIGGER certificates_file_kept ON certificates_certificate;
CREATE TRIGGER certificates_file_kept BEFORE UPDATE ON certificates_certificate FOR EACH ROW
    WHEN (OLD.issued_at IS NOT NULL AND (NEW.file_id IS DISTINCT FROM OLD.file_id
          OR NEW.sha256 <> OLD.sha256 OR NEW.face IS DISTINCT FROM OLD.face
          OR NEW.issued_at IS DISTINCT FROM OLD.issued_at OR NEW.valid_until IS DISTINCT FROM OLD.valid_until
          OR NEW.state NOT IN ('issued', 'revoked', 'replaced')
          OR OLD.state <> 'issued' AND NEW.state <> OLD.state))
    EXECUTE FUNCTION core_refuse_change();
"""


class Migration(migrations.Migration):
    """Who signed an issued certificate stays, and what a replacement replaces and corrects."""

    dependencies = [("certificates", "0003_lifecycle")]
    operations = [migrations.RunSQL(KEPT, KEPT_BACK)]
