import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='OutboxMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dedupe_key', models.CharField(max_length=200, unique=True)),
                ('to', models.EmailField(max_length=254, verbose_name='kepada')),
                ('subject', models.CharField(max_length=200, verbose_name='perihal')),
                ('body', models.TextField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='dibuat')),
                ('claimed_at', models.DateTimeField(null=True, verbose_name='diambil')),
                ('rests_until', models.DateTimeField(null=True, verbose_name='menunggu sampai')),
                ('sent_at', models.DateTimeField(null=True, verbose_name='terkirim')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='percobaan')),
                ('last_error', models.TextField(blank=True, verbose_name='kesalahan terakhir')),
            ],
            options={
                'verbose_name': 'surel keluar',
                'verbose_name_plural': 'surel keluar',
            },
        ),
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('path', models.CharField(max_length=120, unique=True)),
                ('original_name', models.CharField(max_length=255)),
                ('content_type', models.CharField(max_length=100)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('scan_state', models.CharField(choices=[('not_scanned', 'Tidak dipindai'), ('waiting', 'Menunggu pemindaian'), ('clean', 'Bersih'), ('infected', 'Berbahaya')], default='not_scanned', max_length=12)),
                ('scan_attempts', models.PositiveIntegerField(default=0)),
                ('scan_rests_until', models.DateTimeField(null=True)),
                ('scan_finding', models.CharField(blank=True, max_length=200)),
                ('scanned_at', models.DateTimeField(null=True)),
                ('created_by_id', models.BigIntegerField(null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='PreviewPage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('owner_id', models.BigIntegerField()),
                ('purpose', models.CharField(max_length=120)),
                ('name', models.CharField(max_length=255)),
                ('size', models.PositiveIntegerField()),
                ('received', models.PositiveIntegerField(default=0)),
                ('touched_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), db_index=True)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('actor_name', models.CharField(max_length=200)),
                ('action', models.CharField(max_length=80)),
                ('object_type', models.CharField(blank=True, max_length=80)),
                ('object_id', models.CharField(blank=True, max_length=64)),
                ('data', models.JSONField(default=dict)),
            ],
            options={
                'indexes': [models.Index(fields=['object_type', 'object_id'], name='core_audit_object')],
            },
        ),
        migrations.CreateModel(
            name='Counter',
            fields=[
                ('name', models.CharField(max_length=120, primary_key=True, serialize=False)),
                ('value', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('value__gte', 1)), name='core_counter_positive')],
            },
        ),
        migrations.CreateModel(
            name='OneTimeKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user_id', models.BigIntegerField()),
                ('key', models.CharField(max_length=64)),
                ('digest', models.CharField(max_length=64)),
                ('answer', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), db_index=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user_id', 'key'), name='core_onetimekey_once')],
            },
        ),
        migrations.CreateModel(
            name='Preview',
            fields=[
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='preview', serialize=False, to='core.storedfile')),
                ('state', models.CharField(choices=[('wanted', 'Sedang dibuat'), ('ready', 'Ada'), ('failed', 'Gagal')], default='wanted', max_length=6)),
                ('page_count', models.PositiveIntegerField(default=0)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('claimed_at', models.DateTimeField(null=True)),
                ('last_error', models.CharField(blank=True, max_length=500)),
                ('wanted_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.AddIndex(
            model_name='storedfile',
            index=models.Index(condition=models.Q(('scan_state__in', ['waiting', 'infected'])), fields=['scan_state', 'created_at'], name='core_storedfile_held'),
        ),
        migrations.AddConstraint(
            model_name='storedfile',
            constraint=models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='core_storedfile_not_empty'),
        ),
        migrations.AddConstraint(
            model_name='storedfile',
            constraint=models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='core_storedfile_sha256'),
        ),
        migrations.AddConstraint(
            model_name='storedfile',
            constraint=models.CheckConstraint(condition=models.Q(('scan_state__in', ['not_scanned', 'waiting', 'clean', 'infected'])), name='core_storedfile_scan'),
        ),
        migrations.AddField(
            model_name='outboxmail',
            name='attachment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='core.storedfile', verbose_name='lampiran'),
        ),
        migrations.AddField(
            model_name='previewpage',
            name='image',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile'),
        ),
        migrations.AddConstraint(
            model_name='upload',
            constraint=models.UniqueConstraint(fields=('owner_id', 'purpose'), name='core_upload_one_per_purpose'),
        ),
        migrations.AddConstraint(
            model_name='upload',
            constraint=models.CheckConstraint(condition=models.Q(('received__lte', models.F('size'))), name='core_upload_not_beyond'),
        ),
        migrations.AddConstraint(
            model_name='upload',
            constraint=models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='core_upload_not_empty'),
        ),
        migrations.AddField(
            model_name='previewpage',
            name='preview',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pages', to='core.preview'),
        ),
        migrations.AddIndex(
            model_name='preview',
            index=models.Index(condition=models.Q(('state', 'wanted')), fields=['wanted_at'], name='core_preview_wanted'),
        ),
        migrations.AddConstraint(
            model_name='preview',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['wanted', 'ready', 'failed'])), name='core_preview_state'),
        ),
        migrations.AddConstraint(
            model_name='preview',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), ('page_count__gt', 0), _connector='OR'), name='core_preview_ready_has_pages'),
        ),
        migrations.AddIndex(
            model_name='outboxmail',
            index=models.Index(condition=models.Q(('sent_at', None)), fields=['created_at'], name='core_outboxmail_waiting'),
        ),
        migrations.AddConstraint(
            model_name='previewpage',
            constraint=models.UniqueConstraint(fields=('preview', 'number'), name='core_previewpage_once'),
        ),
    ]
