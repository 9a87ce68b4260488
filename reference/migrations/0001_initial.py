import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Commodity',
            fields=[
                ('code', models.SlugField(max_length=30, primary_key=True, serialize=False, verbose_name='kode')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='nama')),
                ('order', models.PositiveSmallIntegerField(verbose_name='urutan')),
                ('active', models.BooleanField(default=True, verbose_name='dapat diusulkan')),
            ],
            options={
                'verbose_name': 'komoditas',
                'verbose_name_plural': 'komoditas',
                'ordering': ['order'],
            },
        ),
        migrations.CreateModel(
            name='KbliCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(default=django.utils.timezone.localdate, verbose_name='berlaku sejak')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='dicabut pada')),
                ('code', models.CharField(max_length=5, verbose_name='kode')),
                ('edition', models.PositiveSmallIntegerField(choices=[(2020, 'KBLI 2020'), (2025, 'KBLI 2025')], verbose_name='edisi')),
                ('title', models.CharField(max_length=200, verbose_name='judul')),
            ],
            options={
                'verbose_name': 'kode KBLI',
                'verbose_name_plural': 'kode KBLI',
                'ordering': ['code', 'edition'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='reference_kblicode_dates'), models.UniqueConstraint(fields=('code', 'edition'), name='reference_kblicode_once'), models.CheckConstraint(condition=models.Q(('code__regex', '^[0-9]{5}$')), name='reference_kblicode_shape'), models.CheckConstraint(condition=models.Q(('edition__in', [2020, 2025])), name='reference_kblicode_edition')],
            },
        ),
        migrations.CreateModel(
            name='KbliCommodity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(default=django.utils.timezone.localdate, verbose_name='berlaku sejak')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='dicabut pada')),
                ('relevance', models.CharField(choices=[('inti', 'inti'), ('terkait', 'terkait')], max_length=7, verbose_name='kedekatan')),
                ('note', models.CharField(blank=True, max_length=160, verbose_name='catatan')),
                ('commodity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='kbli_links', to='reference.commodity', verbose_name='komoditas')),
                ('kbli', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='reference.kblicode', verbose_name='kode KBLI')),
            ],
            options={
                'verbose_name': 'kaitan KBLI dengan komoditas',
                'verbose_name_plural': 'kaitan KBLI dengan komoditas',
                'ordering': ['kbli', 'commodity'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='reference_kblicommodity_dates'), models.UniqueConstraint(fields=('kbli', 'commodity'), name='reference_kblicommodity_once'), models.CheckConstraint(condition=models.Q(('relevance__in', ['inti', 'terkait'])), name='reference_kblicommodity_relevance')],
            },
        ),
        migrations.CreateModel(
            name='Region',
            fields=[
                ('valid_from', models.DateField(default=django.utils.timezone.localdate, verbose_name='berlaku sejak')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='dicabut pada')),
                ('code', models.CharField(max_length=13, primary_key=True, serialize=False, verbose_name='kode')),
                ('level', models.PositiveSmallIntegerField(choices=[(1, 'provinsi'), (2, 'kabupaten/kota'), (3, 'kecamatan/distrik'), (4, 'desa/kelurahan')], verbose_name='tingkat')),
                ('name', models.CharField(max_length=80, verbose_name='nama resmi')),
                ('kind', models.CharField(choices=[('provinsi', 'provinsi'), ('kabupaten', 'kabupaten'), ('kota', 'kota'), ('kecamatan', 'kecamatan/distrik'), ('kelurahan', 'kelurahan'), ('desa', 'desa'), ('desa_adat', 'desa adat')], max_length=9, verbose_name='jenis')),
                ('short_name', models.CharField(blank=True, max_length=40, verbose_name='nama pendek')),
                ('timezone', models.CharField(choices=[('Asia/Jakarta', 'WIB'), ('Asia/Makassar', 'WITA'), ('Asia/Jayapura', 'WIT')], max_length=14, verbose_name='zona waktu')),
                ('tz_label', models.CharField(max_length=4, verbose_name='singkatan zona waktu')),
                ('postal_code', models.CharField(blank=True, max_length=5, verbose_name='kode pos')),
                ('parent', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='reference.region', verbose_name='bagian dari')),
                ('successor', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reference.region', verbose_name='penerus')),
            ],
            options={
                'verbose_name': 'wilayah',
                'verbose_name_plural': 'wilayah',
                'ordering': ['code'],
                'abstract': False,
                'indexes': [models.Index(fields=['parent', 'name'], name='reference_region_by_parent'), models.Index(fields=['level', 'code'], name='reference_region_by_level')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='reference_region_dates'), models.CheckConstraint(condition=models.Q(models.Q(('code__regex', '^[0-9]{2}$'), ('level', 1)), models.Q(('code__regex', '^[0-9]{2}\\.[0-9]{2}$'), ('level', 2)), models.Q(('code__regex', '^[0-9]{2}(\\.[0-9]{2}){2}$'), ('level', 3)), models.Q(('code__regex', '^[0-9]{2}(\\.[0-9]{2}){2}\\.[0-9]{4}$'), ('level', 4)), _connector='OR'), name='reference_region_code_shape'), models.CheckConstraint(condition=models.Q(models.Q(('level', 1), ('parent', None)), models.Q(('level', 2), ('parent', django.db.models.functions.text.Left('code', 2)), ('parent__isnull', False)), models.Q(('level', 3), ('parent', django.db.models.functions.text.Left('code', 5)), ('parent__isnull', False)), models.Q(('level', 4), ('parent', django.db.models.functions.text.Left('code', 8)), ('parent__isnull', False)), _connector='OR'), name='reference_region_parent'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'provinsi'), ('level', 1)), models.Q(('kind__in', ['kabupaten', 'kota']), ('level', 2)), models.Q(('kind', 'kecamatan'), ('level', 3)), models.Q(('kind__in', ['kelurahan', 'desa', 'desa_adat']), ('level', 4)), _connector='OR'), name='reference_region_kind'), models.CheckConstraint(condition=models.Q(models.Q(('timezone', 'Asia/Jakarta'), ('tz_label', 'WIB')), models.Q(('timezone', 'Asia/Makassar'), ('tz_label', 'WITA')), models.Q(('timezone', 'Asia/Jayapura'), ('tz_label', 'WIT')), _connector='OR'), name='reference_region_zone'), models.CheckConstraint(condition=models.Q(('successor', None), ('valid_to__isnull', False), _connector='OR'), name='reference_region_successor')],
            },
        ),
    ]
