from django.db import migrations

from core.append_only import append_only


class Migration(migrations.Migration):
    """What was once saved as a year's figures stays readable as the history."""

    dependencies = [("sentra", "0001_initial"), ("core", "0002_append_only")]
    operations = [append_only("sentra_sentrayearrevision")]
