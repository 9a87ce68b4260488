from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION scoring_refuse_recused_vote() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM scoring_recommendation r
        JOIN scoring_conflictdeclaration d ON d.nomination_id = r.nomination_id AND d.has_conflict
        WHERE r.id = NEW.recommendation_id AND d.user_id = NEW.member_id
    ) {more} THEN
        RAISE EXCEPTION 'scoring_vote_recused' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
DETECTED = """OR EXISTS (
        SELECT 1 FROM scoring_recommendation r
        JOIN scoring_roomconflict c ON c.nomination_id = r.nomination_id AND c.session_id = r.session_id
        WHERE r.id = NEW.recommendation_id AND c.member_id = NEW.member_id
    )"""


class Migration(migrations.Migration):
    """Nobody votes on an item for which the data say that she or he has to be outside."""

    dependencies = [("scoring", "0012_room_conflicts")]

    operations = [migrations.RunSQL(FUNCTION.format(more=DETECTED), FUNCTION.format(more=""))]
