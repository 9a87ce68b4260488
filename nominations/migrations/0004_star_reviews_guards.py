from django.db import migrations

from core.append_only import append_only

KEPT = """
CREATE FUNCTION nominations_check_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.review_id IS DISTINCT FROM OLD.review_id THEN
        RAISE EXCEPTION 'the star that a nomination renews stays' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.review_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM nominations_starreview
        WHERE id = NEW.review_id AND period_id = NEW.period_id AND star_id <> NEW.id
    ) THEN
        RAISE EXCEPTION 'a renewal belongs to the period in which its star was opened'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER nominations_review_kept BEFORE INSERT OR UPDATE OF review_id, period_id ON nominations_nomination
    FOR EACH ROW EXECUTE FUNCTION nominations_check_review();
"""
KEPT_BACK = """
DROP TRIGGER nominations_review_kept ON nominations_nomination;
DROP FUNCTION nominations_check_review();
"""


class Migration(migrations.Migration):
    """A star that was opened stays so, and a renewal stays with its star and its period."""

    dependencies = [("nominations", "0003_star_reviews")]
    operations = [append_only("nominations_starreview"), migrations.RunSQL(KEPT, KEPT_BACK)]
