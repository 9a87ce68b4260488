from django.db import migrations

from core.append_only import append_only

# A calibration shows every scorer of the stage the anchors as they were submitted, names and all.
CALIBRATED = """
CREATE FUNCTION scoring_refuse_blind_calibration() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'scoring_calibrationround' THEN
        PERFORM 1 FROM scoring_stage WHERE id = NEW.stage_id FOR SHARE;
        IF (SELECT blind FROM scoring_stage WHERE id = NEW.stage_id) THEN
            RAISE EXCEPTION 'scoring_stage_calibrated' USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF EXISTS (SELECT 1 FROM scoring_calibrationround WHERE stage_id = NEW.id) THEN
        RAISE EXCEPTION 'scoring_stage_calibrated' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER scoring_stage_calibrated BEFORE UPDATE ON scoring_stage FOR EACH ROW
    WHEN (NEW.blind AND NOT OLD.blind) EXECUTE FUNCTION scoring_refuse_blind_calibration();
CREATE TRIGGER scoring_calibrationround_open BEFORE INSERT OR UPDATE OF stage_id ON scoring_calibrationround
    FOR EACH ROW EXECUTE FUNCTION scoring_refuse_blind_calibration();
"""
CALIBRATED_BACK = """
DROP TRIGGER scoring_stage_calibrated ON scoring_stage;
DROP TRIGGER scoring_calibrationround_open ON scoring_calibrationround;
DROP FUNCTION scoring_refuse_blind_calibration();
"""


class Migration(migrations.Migration):
    """A withdrawn tie stays withdrawn; a stage with a calibration round does not become blind."""

    dependencies = [("scoring", "0010_tie_withdrawals")]
    operations = [append_only("scoring_tiewithdrawal"), migrations.RunSQL(CALIBRATED, CALIBRATED_BACK)]
