from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0006_board_reports'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='report',
            name='reports_report_kind',
        ),
        migrations.AlterField(
            model_name='report',
            name='kind',
            field=models.CharField(choices=[('scores', 'Nilai dan usulan'), ('ranking', 'Peringkat'), ('progress', 'Kemajuan penilaian'), ('assignments', 'Penugasan penilai'), ('calibration', 'Kalibrasi penilai'), ('discrepancies', 'Selisih nilai'), ('distribution', 'Sebaran nilai'), ('participation', 'Partisipasi daerah'), ('score_recap', 'Rekap nilai'), ('region_recap', 'Rekap provinsi dan kategori'), ('decree_annex', 'Lampiran keputusan Menteri'), ('letters', 'Surat umpan balik daerah'), ('letter_files', 'Semua surat umpan balik'), ('dossiers', 'Berkas usulan satu kategori'), ('dashboard', 'Tabel dasbor')], max_length=20, verbose_name='laporan'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['scores', 'ranking', 'progress', 'assignments', 'calibration', 'discrepancies', 'distribution', 'participation', 'score_recap', 'region_recap', 'decree_annex', 'letters', 'letter_files', 'dossiers', 'dashboard'])), name='reports_report_kind'),
        ),
    ]
