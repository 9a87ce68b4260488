"""What is asked about a star a year and two years later."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import ParagraphField, RupiahField, WholeNumberField
from nominations.models import TEXT_MAX

MOST = 10**15


def _text(label: Any, help_text: Any) -> ParagraphField:
    area = forms.Textarea(attrs={"rows": 4})
    return ParagraphField(label=label, help_text=help_text, max_length=TEXT_MAX, widget=area)


def _money(label: Any, help_text: Any) -> RupiahField:
    return RupiahField(label=label, help_text=help_text, required=False, min_value=0, max_value=MOST)


class FollowUpForm(forms.Form):
    workers = WholeNumberField(
        label=_("Tenaga kerja"),
        help_text=_("Yang bekerja di IKM ini sekarang, termasuk pemilik yang ikut bekerja."),
        min_value=0,
        max_value=100_000,
    )
    turnover = _money(
        _("Omzet setahun terakhir"), _("Dalam rupiah, dari semua produk IKM. Kosongkan bila belum diketahui.")
    )
    export_value = _money(
        _("Nilai ekspor setahun terakhir"), _("Isi 0 bila tidak ada ekspor. Kosongkan bila belum diketahui.")
    )
    coaching = _text(
        _("Pembinaan yang diterima"),
        _("Oleh siapa, apa, dan kapan. Contoh: pelatihan ekspor oleh dinas provinsi, Maret 2027."),
    )
    outcome = _text(_("Hasil dan kendala"), _("Apa yang berubah sejak bintang diberikan, dan apa yang menghambat."))
    plan = _text(_("Rencana pembinaan berikutnya"), _("Langkah sampai tahun depan dan siapa yang menjalankannya."))
