from django.db import migrations

from core.append_only import append_only

# A merge of the register leads ties to the record that remains; nothing else about a tie ever changes.
TIES = """
CREATE TRIGGER scoring_interesttie_frozen BEFORE UPDATE ON scoring_interesttie FOR EACH ROW
    WHEN (OLD.statement_id <> NEW.statement_id OR OLD.kind <> NEW.kind OR OLD.name <> NEW.name OR OLD.note <> NEW.note
          OR (OLD.sentra_id IS NULL) <> (NEW.sentra_id IS NULL) OR (OLD.ikm_id IS NULL) <> (NEW.ikm_id IS NULL))
    EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER scoring_interesttie_kept BEFORE DELETE ON scoring_interesttie
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER scoring_interesttie_no_truncate BEFORE TRUNCATE ON scoring_interesttie
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
SELECT sentra_guard_children();
"""
TIES_BACK = """
DROP TRIGGER scoring_interesttie_frozen ON scoring_interesttie;
DROP TRIGGER scoring_interesttie_kept ON scoring_interesttie;
DROP TRIGGER scoring_interesttie_no_truncate ON scoring_interesttie;
"""


class Migration(migrations.Migration):
    """What scorers state stays as stated."""

    dependencies = [("scoring", "0005_decision_guards"), ("sentra", "0002_guards")]
    operations = [append_only("scoring_intereststatement"), migrations.RunSQL(TIES, TIES_BACK)]
