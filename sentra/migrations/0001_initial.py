import django.contrib.postgres.fields
import django.core.serializers.json
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        ('reference', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name='DuplicateSearch',
            fields=[
                ('kind', models.CharField(max_length=10, primary_key=True, serialize=False)),
                ('upto', models.DateTimeField(null=True)),
                ('upto_id', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='RegionFigures',
            fields=[
                ('region', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='figures', serialize=False, to='reference.region')),
                ('sentra_count', models.PositiveIntegerField(default=0)),
                ('ikm_count', models.PositiveIntegerField(default=0)),
                ('product_count', models.PositiveIntegerField(default=0)),
                ('counted_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='Ikm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=160, verbose_name='nama IKM')),
                ('owner_name', models.CharField(max_length=120, verbose_name='nama penanggung jawab')),
                ('nib', models.CharField(max_length=13, unique=True, verbose_name='NIB')),
                ('npwp', models.CharField(max_length=16, verbose_name='NPWP')),
                ('workers', models.PositiveIntegerField(verbose_name='jumlah tenaga kerja')),
                ('investment', models.BigIntegerField(verbose_name='nilai investasi')),
                ('established_year', models.PositiveSmallIntegerField(verbose_name='tahun mulai usaha')),
                ('phone', models.CharField(max_length=20, verbose_name='telepon')),
                ('address', models.CharField(max_length=250, verbose_name='alamat')),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('kbli', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='reference.kblicode', verbose_name='KBLI')),
                ('merged_into', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sentra.ikm')),
                ('region', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reference.region')),
            ],
            options={
                'verbose_name': 'IKM',
                'verbose_name_plural': 'IKM',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=160, verbose_name='nama produk')),
                ('description', models.TextField(max_length=2000, verbose_name='uraian produk')),
                ('story', models.TextField(blank=True, max_length=3000, verbose_name='cerita produk')),
                ('monthly_capacity', models.CharField(max_length=120, verbose_name='kapasitas produksi per bulan')),
                ('markets', models.CharField(max_length=250, verbose_name='jangkauan pasar')),
                ('price', models.BigIntegerField(blank=True, null=True, verbose_name='harga')),
                ('price_unit', models.CharField(blank=True, max_length=40, verbose_name='satuan harga')),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ikm', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='products', to='sentra.ikm')),
                ('merged_into', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sentra.product')),
                ('region', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reference.region')),
            ],
            options={
                'verbose_name': 'produk',
                'verbose_name_plural': 'produk',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Permit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=10, verbose_name='jenis')),
                ('subject', models.CharField(blank=True, max_length=120, verbose_name='perihal')),
                ('number', models.CharField(max_length=80, verbose_name='nomor')),
                ('in_process', models.BooleanField(default=False, verbose_name='masih dalam proses')),
                ('issuer', models.CharField(max_length=120, verbose_name='penerbit')),
                ('issued_on', models.DateField(verbose_name='tanggal terbit')),
                ('expires_on', models.DateField(blank=True, null=True, verbose_name='berlaku sampai')),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='core.storedfile')),
                ('ikm', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='permits', to='sentra.ikm')),
                ('product', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='permits', to='sentra.product')),
            ],
            options={
                'verbose_name': 'izin',
                'verbose_name_plural': 'izin',
            },
        ),
        migrations.CreateModel(
            name='ProductPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField()),
                ('caption', models.CharField(max_length=160, verbose_name='keterangan foto')),
                ('small_width', models.PositiveSmallIntegerField()),
                ('small_height', models.PositiveSmallIntegerField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='sentra.product')),
                ('small', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
            ],
            options={
                'verbose_name': 'foto produk',
                'verbose_name_plural': 'foto produk',
                'ordering': ['product', 'order'],
            },
        ),
        migrations.CreateModel(
            name='RegisterExport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('sentra', 'Sentra'), ('ikm', 'IKM'), ('product', 'Produk')], max_length=10)),
                ('format', models.CharField(choices=[('xlsx', 'Excel (XLSX)'), ('csv', 'CSV')], max_length=4)),
                ('params', models.JSONField(default=dict)),
                ('scope', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('writing', 'Sedang disiapkan'), ('ready', 'Siap diunduh'), ('failed', 'Tidak berhasil')], default='writing', max_length=8)),
                ('claimed_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
            ],
            options={
                'verbose_name': 'unduhan',
                'verbose_name_plural': 'unduhan',
            },
        ),
        migrations.CreateModel(
            name='RegisterImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('sentra', 'Sentra'), ('ikm', 'IKM'), ('product', 'Produk')], max_length=10, verbose_name='tabel')),
                ('state', models.CharField(choices=[('reading', 'Sedang diperiksa'), ('ready', 'Siap disimpan'), ('failed', 'Perlu diperbaiki'), ('applying', 'Sedang disimpan'), ('applied', 'Tersimpan'), ('undone', 'Dibatalkan kembali'), ('cancelled', 'Dibatalkan')], default='reading', max_length=10, verbose_name='keadaan')),
                ('claimed_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('added', models.PositiveIntegerField(default=0)),
                ('changed', models.PositiveIntegerField(default=0)),
                ('same', models.PositiveIntegerField(default=0)),
                ('errors', models.PositiveIntegerField(default=0)),
                ('warnings', models.PositiveIntegerField(default=0)),
                ('problem', models.TextField(blank=True)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('applied_at', models.DateTimeField(null=True)),
                ('applied_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='imports', to='reference.region')),
                ('report', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
            ],
            options={
                'verbose_name': 'impor',
                'verbose_name_plural': 'impor',
            },
        ),
        migrations.CreateModel(
            name='ImportFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('error', 'Kesalahan'), ('warning', 'Peringatan'), ('change', 'Perubahan')], max_length=8)),
                ('row', models.PositiveIntegerField()),
                ('column', models.CharField(max_length=80)),
                ('cell', models.CharField(max_length=12)),
                ('text', models.TextField()),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='sentra.registerimport')),
            ],
        ),
        migrations.CreateModel(
            name='ImportEffect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record_id', models.BigIntegerField()),
                ('version', models.PositiveIntegerField()),
                ('before', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, null=True)),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='effects', to='sentra.registerimport')),
            ],
        ),
        migrations.CreateModel(
            name='Sentra',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=160, verbose_name='nama sentra')),
                ('unit_count', models.PositiveIntegerField(verbose_name='jumlah unit usaha')),
                ('village_unlisted', models.CharField(blank=True, max_length=120)),
                ('address', models.CharField(max_length=250, verbose_name='alamat')),
                ('sk_number', models.CharField(max_length=80, verbose_name='nomor SK')),
                ('sk_date', models.DateField(verbose_name='tanggal SK')),
                ('sk_signatory', models.CharField(max_length=120, verbose_name='pejabat penanda tangan SK')),
                ('contact_name', models.CharField(max_length=120, verbose_name='nama narahubung')),
                ('contact_phone', models.CharField(max_length=20, verbose_name='telepon narahubung')),
                ('contact_email', models.EmailField(blank=True, max_length=254, verbose_name='surel narahubung')),
                ('latitude', models.DecimalField(blank=True, decimal_places=6, max_digits=8, null=True)),
                ('longitude', models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('commodity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='reference.commodity')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reference.region')),
                ('merged_into', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sentra.sentra')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sentra', to='reference.region')),
                ('sk_file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='core.storedfile')),
                ('village', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reference.region')),
            ],
            options={
                'verbose_name': 'sentra',
                'verbose_name_plural': 'sentra',
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='ikm',
            name='sentra',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ikm', to='sentra.sentra'),
        ),
        migrations.CreateModel(
            name='SentraYear',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='tahun')),
                ('units', models.PositiveIntegerField(verbose_name='unit usaha')),
                ('workers', models.PositiveIntegerField(verbose_name='tenaga kerja')),
                ('production_amount', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='jumlah produksi')),
                ('production_unit', models.CharField(blank=True, max_length=40, verbose_name='satuan produksi')),
                ('turnover', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='omzet')),
                ('export_value', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='nilai ekspor')),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sentra', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='years', to='sentra.sentra')),
            ],
            options={
                'verbose_name': 'angka tahunan',
                'verbose_name_plural': 'angka tahunan',
                'ordering': ['-year'],
            },
        ),
        migrations.CreateModel(
            name='SentraYearRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='tahun')),
                ('units', models.PositiveIntegerField(verbose_name='unit usaha')),
                ('workers', models.PositiveIntegerField(verbose_name='tenaga kerja')),
                ('production_amount', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='jumlah produksi')),
                ('production_unit', models.CharField(blank=True, max_length=40, verbose_name='satuan produksi')),
                ('turnover', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='omzet')),
                ('export_value', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='nilai ekspor')),
                ('version', models.PositiveIntegerField(default=1)),
                ('saved_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='sentra.sentrayear')),
                ('saved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='DuplicatePair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=10)),
                ('first', models.BigIntegerField()),
                ('second', models.BigIntegerField()),
                ('score', models.DecimalField(decimal_places=2, max_digits=3)),
                ('reasons', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), size=None)),
                ('found_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('dismissed_at', models.DateTimeField(null=True)),
                ('dismissed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reference.region')),
            ],
            options={
                'verbose_name': 'kemungkinan data ganda',
                'verbose_name_plural': 'kemungkinan data ganda',
                'indexes': [models.Index(condition=models.Q(('dismissed_at', None)), fields=['region', '-id'], name='sentra_pair_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['sentra', 'ikm', 'product'])), name='sentra_pair_kind'), models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='sentra_pair_order'), models.UniqueConstraint(fields=('kind', 'first', 'second'), name='sentra_pair_once')],
            },
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=10)),
                ('winner', models.BigIntegerField()),
                ('loser', models.BigIntegerField()),
                ('winner_name', models.CharField(max_length=160)),
                ('loser_name', models.CharField(max_length=160)),
                ('moved', models.JSONField(default=list)),
                ('fields', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('merged_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('undone_at', models.DateTimeField(null=True)),
                ('merged_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reference.region')),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'penggabungan data',
                'verbose_name_plural': 'penggabungan data',
                'indexes': [models.Index(fields=['region', '-id'], name='sentra_merge_by_region')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['sentra', 'ikm', 'product'])), name='sentra_merge_kind'), models.CheckConstraint(condition=models.Q(('winner', models.F('loser')), _negated=True), name='sentra_merge_two_records'), models.CheckConstraint(condition=models.Q(models.Q(('undone_at', None), ('undone_by', None)), models.Q(('undone_at__isnull', False), ('undone_by__isnull', False)), _connector='OR'), name='sentra_merge_undone_by'), models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('kind', 'loser'), name='sentra_merge_one_in_force')],
            },
        ),
        migrations.CreateModel(
            name='NumberCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(blank=True, max_length=4)),
                ('value', models.CharField(max_length=120)),
                ('how', models.CharField(max_length=10)),
                ('note', models.CharField(blank=True, max_length=250, verbose_name='keterangan')),
                ('checked_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('checked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ikm', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='sentra.ikm')),
                ('permit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='sentra.permit')),
            ],
            options={
                'verbose_name': 'pencocokan',
                'verbose_name_plural': 'pencocokan',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('ikm__isnull', False), ('number__in', ['nib', 'npwp']), ('permit', None)), models.Q(('ikm', None), ('number', ''), ('permit__isnull', False)), _connector='OR'), name='sentra_numbercheck_one_subject'), models.CheckConstraint(condition=models.Q(('how__in', ['document', 'oss', 'djp', 'bpom', 'bpjph', 'bsn', 'djki', 'other'])), name='sentra_numbercheck_how'), models.CheckConstraint(condition=models.Q(models.Q(('how', 'other'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='sentra_numbercheck_other_has_note')],
            },
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', None), models.Q(('merged_into', models.F('id')), _negated=True), _connector='OR'), name='sentra_product_not_itself'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('price', None), ('price_unit', '')), models.Q(('price__gte', 1), ('price__isnull', False), models.Q(('price_unit', ''), _negated=True)), _connector='OR'), name='sentra_product_price_has_unit'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.UniqueConstraint(models.F('ikm'), django.db.models.functions.text.Lower('name'), condition=models.Q(('merged_into', None)), name='sentra_product_name_once'),
        ),
        migrations.AddIndex(
            model_name='permit',
            index=models.Index(fields=['kind', 'number'], name='sentra_permit_by_number'),
        ),
        migrations.AddConstraint(
            model_name='permit',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['pirt', 'bpom', 'halal', 'sni', 'trademark', 'other_ip', 'lab_test', 'other'])), name='sentra_permit_kind'),
        ),
        migrations.AddConstraint(
            model_name='permit',
            constraint=models.CheckConstraint(condition=models.Q(('in_process', False), ('kind', 'trademark'), _connector='OR'), name='sentra_permit_in_process'),
        ),
        migrations.AddConstraint(
            model_name='permit',
            constraint=models.CheckConstraint(condition=models.Q(('expires_on', None), ('expires_on__gte', models.F('issued_on')), _connector='OR'), name='sentra_permit_dates'),
        ),
        migrations.AddConstraint(
            model_name='permit',
            constraint=models.UniqueConstraint(fields=('ikm', 'kind', 'number'), name='sentra_permit_number_once'),
        ),
        migrations.AddConstraint(
            model_name='productphoto',
            constraint=models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('product', 'order'), name='sentra_productphoto_place_once'),
        ),
        migrations.AddConstraint(
            model_name='productphoto',
            constraint=models.CheckConstraint(condition=models.Q(('order__range', (1, 8))), name='sentra_productphoto_at_most'),
        ),
        migrations.AddConstraint(
            model_name='registerexport',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['sentra', 'ikm', 'product'])), name='sentra_registerexport_kind'),
        ),
        migrations.AddConstraint(
            model_name='registerexport',
            constraint=models.CheckConstraint(condition=models.Q(('format__in', ['xlsx', 'csv'])), name='sentra_registerexport_format'),
        ),
        migrations.AddConstraint(
            model_name='registerexport',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['writing', 'ready', 'failed'])), name='sentra_registerexport_state'),
        ),
        migrations.AddConstraint(
            model_name='registerexport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), ('file__isnull', False), _connector='OR'), name='sentra_registerexport_has_file'),
        ),
        migrations.AddIndex(
            model_name='registerimport',
            index=models.Index(fields=['region', '-id'], name='sentra_import_by_region'),
        ),
        migrations.AddConstraint(
            model_name='registerimport',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['sentra', 'ikm', 'product'])), name='sentra_registerimport_kind'),
        ),
        migrations.AddConstraint(
            model_name='registerimport',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['reading', 'ready', 'failed', 'applying', 'applied', 'undone', 'cancelled'])), name='sentra_registerimport_state'),
        ),
        migrations.AddConstraint(
            model_name='registerimport',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('reading', 'applying', 'ready'))), fields=('region',), name='sentra_registerimport_one_open'),
        ),
        migrations.AddConstraint(
            model_name='registerimport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['applied', 'undone']), _negated=True), models.Q(('applied_at__isnull', False), ('applied_by__isnull', False)), _connector='OR'), name='sentra_registerimport_applied_by'),
        ),
        migrations.AddIndex(
            model_name='importfinding',
            index=models.Index(fields=['job', 'kind', '-id'], name='sentra_finding_by_kind'),
        ),
        migrations.AddConstraint(
            model_name='importfinding',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['error', 'warning', 'change'])), name='sentra_importfinding_kind'),
        ),
        migrations.AddConstraint(
            model_name='importeffect',
            constraint=models.UniqueConstraint(fields=('job', 'record_id'), name='sentra_importeffect_once'),
        ),
        migrations.AddIndex(
            model_name='sentra',
            index=models.Index(fields=['region', '-id'], name='sentra_sentra_by_region'),
        ),
        migrations.AddIndex(
            model_name='sentra',
            index=models.Index(fields=['contact_phone'], name='sentra_sentra_by_phone'),
        ),
        migrations.AddIndex(
            model_name='sentra',
            index=models.Index(fields=['updated_at', 'id'], name='sentra_sentra_by_change'),
        ),
        migrations.AddConstraint(
            model_name='sentra',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', None), models.Q(('merged_into', models.F('id')), _negated=True), _connector='OR'), name='sentra_sentra_not_itself'),
        ),
        migrations.AddConstraint(
            model_name='sentra',
            constraint=models.CheckConstraint(condition=models.Q(('unit_count__gte', 1)), name='sentra_sentra_has_units'),
        ),
        migrations.AddConstraint(
            model_name='sentra',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('latitude', None), ('longitude', None)), models.Q(('latitude__isnull', False), ('latitude__range', (-12, 7)), ('longitude__isnull', False), ('longitude__range', (94, 142))), _connector='OR'), name='sentra_sentra_point'),
        ),
        migrations.AddConstraint(
            model_name='sentra',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('village__isnull', False), ('village_unlisted', '')), models.Q(('village__isnull', True), models.Q(('village_unlisted', ''), _negated=True)), _connector='OR'), name='sentra_sentra_one_village'),
        ),
        migrations.AddConstraint(
            model_name='sentra',
            constraint=models.UniqueConstraint(models.F('region'), models.F('commodity'), django.db.models.functions.text.Lower('name'), condition=models.Q(('merged_into', None)), name='sentra_sentra_name_once'),
        ),
        migrations.AddIndex(
            model_name='ikm',
            index=models.Index(fields=['npwp'], name='sentra_ikm_by_npwp'),
        ),
        migrations.AddIndex(
            model_name='ikm',
            index=models.Index(fields=['phone'], name='sentra_ikm_by_phone'),
        ),
        migrations.AddIndex(
            model_name='ikm',
            index=models.Index(fields=['updated_at', 'id'], name='sentra_ikm_by_change'),
        ),
        migrations.AddConstraint(
            model_name='ikm',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', None), models.Q(('merged_into', models.F('id')), _negated=True), _connector='OR'), name='sentra_ikm_not_itself'),
        ),
        migrations.AddConstraint(
            model_name='ikm',
            constraint=models.CheckConstraint(condition=models.Q(('nib__regex', '^\\d{13}$')), name='sentra_ikm_nib'),
        ),
        migrations.AddConstraint(
            model_name='ikm',
            constraint=models.CheckConstraint(condition=models.Q(('npwp__regex', '^\\d{15,16}$')), name='sentra_ikm_npwp'),
        ),
        migrations.AddConstraint(
            model_name='ikm',
            constraint=models.CheckConstraint(condition=models.Q(('investment__gte', 0)), name='sentra_ikm_investment'),
        ),
        migrations.AddConstraint(
            model_name='sentrayear',
            constraint=models.UniqueConstraint(fields=('sentra', 'year'), name='sentra_sentrayear_once'),
        ),
        migrations.AddConstraint(
            model_name='sentrayear',
            constraint=models.CheckConstraint(condition=models.Q(('year__gte', 1990), ('year__lte', 2100)), name='sentra_sentrayear_year'),
        ),
        migrations.AddConstraint(
            model_name='sentrayear',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('production_amount', None), ('production_unit', '')), models.Q(('production_amount__isnull', False), models.Q(('production_unit', ''), _negated=True)), _connector='OR'), name='sentra_sentrayear_production_has_unit'),
        ),
        migrations.AddConstraint(
            model_name='sentrayearrevision',
            constraint=models.UniqueConstraint(fields=('record', 'version'), name='sentra_sentrayearrevision_once'),
        ),
    ]
