from django.db import migrations

from core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("scoring", "0002_guards")]

    operations = [append_only("scoring_scorerreminder")]
