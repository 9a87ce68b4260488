from django.db import migrations

from core.append_only import append_only


class Migration(migrations.Migration):
    """The history cannot be rewritten, and what was submitted stays as it was; only the rendered PDF is added later."""

    dependencies = [("nominations", "0001_initial"), ("core", "0002_append_only"), ("sentra", "0002_guards")]
    operations = [
        append_only("nominations_statuschange"),
        append_only("nominations_proxyact"),
        append_only("nominations_questionmessage"),
        append_only("nominations_provincecomment"),
        append_only("nominations_regionreminder"),
        migrations.RunSQL(
            """
            CREATE TRIGGER nominations_provinceobjection_kept BEFORE DELETE ON nominations_provinceobjection
                FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
            CREATE TRIGGER nominations_provinceobjection_frozen BEFORE UPDATE ON nominations_provinceobjection
                FOR EACH ROW WHEN (OLD.lifted_at IS NOT NULL OR OLD.reason <> NEW.reason
                      OR OLD.nomination_id <> NEW.nomination_id OR OLD.author_id <> NEW.author_id OR OLD.at <> NEW.at)
                EXECUTE FUNCTION core_refuse_change();
            """,
            "DROP TRIGGER nominations_provinceobjection_kept ON nominations_provinceobjection;"
            "DROP TRIGGER nominations_provinceobjection_frozen ON nominations_provinceobjection;",
        ),
        append_only("nominations_answerversion"),
        append_only("nominations_ineligibilityreason"),
        migrations.RunSQL(
            """
            CREATE TRIGGER nominations_snapshot_frozen BEFORE UPDATE ON nominations_snapshot FOR EACH ROW
                WHEN (OLD.data IS DISTINCT FROM NEW.data OR OLD.sha256 <> NEW.sha256 OR OLD.number <> NEW.number
                      OR OLD.nomination_id <> NEW.nomination_id OR OLD.created_at <> NEW.created_at
                      OR OLD.pdf_id IS NOT NULL)
                EXECUTE FUNCTION core_refuse_change();
            CREATE TRIGGER nominations_snapshot_kept BEFORE DELETE ON nominations_snapshot
                FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
            CREATE TRIGGER nominations_snapshot_no_truncate BEFORE TRUNCATE ON nominations_snapshot
                FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
            """,
            "DROP TRIGGER nominations_snapshot_no_truncate ON nominations_snapshot;"
            "DROP TRIGGER nominations_snapshot_frozen ON nominations_snapshot;"
            "DROP TRIGGER nominations_snapshot_kept ON nominations_snapshot;",
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION nominations_refuse_second_entry() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF EXISTS (SELECT 1 FROM nominations_productentry WHERE nomination_id = NEW.nomination_id)
                   AND EXISTS (SELECT 1 FROM nominations_candidateentry WHERE nomination_id = NEW.nomination_id) THEN
                    RAISE EXCEPTION 'nominations_one_entry' USING ERRCODE = 'check_violation';
                END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER nominations_productentry_only AFTER INSERT OR UPDATE ON nominations_productentry
                FOR EACH ROW EXECUTE FUNCTION nominations_refuse_second_entry();
            CREATE TRIGGER nominations_candidateentry_only AFTER INSERT OR UPDATE ON nominations_candidateentry
                FOR EACH ROW EXECUTE FUNCTION nominations_refuse_second_entry();
            """,
            "DROP TRIGGER nominations_productentry_only ON nominations_productentry;"
            "DROP TRIGGER nominations_candidateentry_only ON nominations_candidateentry;"
            "DROP FUNCTION nominations_refuse_second_entry();",
        ),
        # What a nomination is about follows its product, also when that one is merged into another.
        migrations.RunSQL(
            """
            CREATE FUNCTION nominations_follow_product() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                UPDATE nominations_nomination SET subject_key = 'product:' || NEW.product_id
                    WHERE id = NEW.nomination_id;
                RETURN NULL;
            END $$;
            CREATE TRIGGER nominations_productentry_subject AFTER UPDATE OF product_id ON nominations_productentry
                FOR EACH ROW WHEN (OLD.product_id <> NEW.product_id) EXECUTE FUNCTION nominations_follow_product();
            SELECT sentra_guard_children();
            """,
            "DROP TRIGGER nominations_productentry_subject ON nominations_productentry;"
            "DROP FUNCTION nominations_follow_product();",
        ),
    ]
