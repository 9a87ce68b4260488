from django.db import migrations

KEPT = """
CREATE TRIGGER scoring_sensitivityreport_frozen BEFORE UPDATE ON scoring_sensitivityreport FOR EACH ROW
    WHEN (OLD.state = 'ready' AND (OLD.data IS DISTINCT FROM NEW.data OR OLD.input_hash <> NEW.input_hash
          OR OLD.state <> NEW.state OR OLD.finished_at IS DISTINCT FROM NEW.finished_at
          OR OLD.period_id <> NEW.period_id OR OLD.category_id <> NEW.category_id
          OR OLD.pdf_id IS NOT NULL AND OLD.pdf_id IS DISTINCT FROM NEW.pdf_id))
    EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER scoring_sensitivityreport_kept BEFORE DELETE ON scoring_sensitivityreport FOR EACH ROW
    WHEN (OLD.state = 'ready') EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER scoring_calibrationsheet_sealed BEFORE UPDATE ON scoring_calibrationsheet FOR EACH ROW
    WHEN (OLD.status <> 'draft') EXECUTE FUNCTION core_refuse_change();
"""
BACK = """
DROP TRIGGER scoring_sensitivityreport_frozen ON scoring_sensitivityreport;
DROP TRIGGER scoring_sensitivityreport_kept ON scoring_sensitivityreport;
DROP TRIGGER scoring_calibrationsheet_sealed ON scoring_calibrationsheet;
"""


class Migration(migrations.Migration):
    """What a report said stays as it was said; only its PDF is added. A practice sheet that was sent stays."""

    dependencies = [("scoring", "0006_panel_guards")]
    operations = [migrations.RunSQL(KEPT, BACK)]
