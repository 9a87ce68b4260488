from django.db import migrations
from django.contrib.postgres.operations import BtreeGinExtension

from core.append_only import append_only


class Migration(migrations.Migration):
    """The region of a row, the rows below a tombstone, and the search indexes, which need btree_gin; and what was once
    saved as a year's figures stays readable as the history.
    """

    dependencies = [("sentra", "0001_initial"), ("core", "0002_append_only")]
    operations = [
        append_only("sentra_sentrayearrevision"),
        BtreeGinExtension(),
        migrations.RunSQL(
            """
            CREATE FUNCTION sentra_ikm_take_region() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                SELECT region_id INTO NEW.region_id FROM sentra_sentra WHERE id = NEW.sentra_id;
                RETURN NEW;
            END $$;
            CREATE FUNCTION sentra_product_take_region() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                SELECT region_id INTO NEW.region_id FROM sentra_ikm WHERE id = NEW.ikm_id;
                RETURN NEW;
            END $$;
            CREATE TRIGGER sentra_ikm_region BEFORE INSERT OR UPDATE ON sentra_ikm
                FOR EACH ROW EXECUTE FUNCTION sentra_ikm_take_region();
            CREATE TRIGGER sentra_product_region BEFORE INSERT OR UPDATE ON sentra_product
                FOR EACH ROW EXECUTE FUNCTION sentra_product_take_region();
            """,
            """
            DROP TRIGGER sentra_product_region ON sentra_product;
            DROP TRIGGER sentra_ikm_region ON sentra_ikm;
            DROP FUNCTION sentra_product_take_region();
            DROP FUNCTION sentra_ikm_take_region();
            """,
        ),
        # upper(): the form in which the database compares for __icontains, so one index serves exact and similar.
        migrations.RunSQL(
            """
            CREATE INDEX sentra_sentra_search ON sentra_sentra
                USING gin (region_id, upper(name::text) gin_trgm_ops) WHERE merged_into_id IS NULL;
            CREATE INDEX sentra_ikm_search ON sentra_ikm
                USING gin (region_id, upper(name::text) gin_trgm_ops, upper(owner_name::text) gin_trgm_ops)
                WHERE merged_into_id IS NULL;
            CREATE INDEX sentra_product_search ON sentra_product
                USING gin (region_id, upper(name::text) gin_trgm_ops) WHERE merged_into_id IS NULL;
            """,
            "DROP INDEX sentra_product_search; DROP INDEX sentra_ikm_search; DROP INDEX sentra_sentra_search;",
        ),
        # A row that is written while its parent is being merged waits, and then finds the tombstone.
        migrations.RunSQL(
            """
            CREATE FUNCTION sentra_refuse_merged_parent() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE
                winner bigint;
            BEGIN
                EXECUTE format('SELECT merged_into_id FROM %I WHERE id = ($1).%I FOR KEY SHARE', TG_ARGV[0], TG_ARGV[1])
                    INTO winner USING NEW;
                IF winner IS NOT NULL THEN
                    RAISE EXCEPTION '% points to a merged record', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE FUNCTION sentra_guard_children() RETURNS void LANGUAGE plpgsql AS $$
            DECLARE
                link record;
            BEGIN
                FOR link IN
                    SELECT c.conrelid::regclass::text AS child, c.confrelid::regclass::text AS parent, a.attname AS field
                    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
                    WHERE c.contype = 'f' AND a.attname <> 'merged_into_id' AND c.confrelid IN
                        ('sentra_sentra'::regclass, 'sentra_ikm'::regclass, 'sentra_product'::regclass)
                LOOP
                    EXECUTE format(
                        'CREATE OR REPLACE TRIGGER %I BEFORE INSERT ON %s'
                        ' FOR EACH ROW EXECUTE FUNCTION sentra_refuse_merged_parent(%L, %L)',
                        link.child || '_' || link.field || '_live', link.child, link.parent, link.field
                    );
                    -- A row that only is saved must not wait for its parent: a merge may wait for that row.
                    EXECUTE format(
                        'CREATE OR REPLACE TRIGGER %I BEFORE UPDATE ON %s'
                        ' FOR EACH ROW WHEN (OLD.%I IS DISTINCT FROM NEW.%I)'
                        ' EXECUTE FUNCTION sentra_refuse_merged_parent(%L, %L)',
                        link.child || '_' || link.field || '_moved', link.child, link.field, link.field,
                        link.parent, link.field
                    );
                END LOOP;
            END $$;
            SELECT sentra_guard_children();
            """,
            "DROP FUNCTION sentra_guard_children(); DROP FUNCTION sentra_refuse_merged_parent() CASCADE;",
        ),
    ]
