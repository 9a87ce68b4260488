"""The form of a product."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import LineField, ParagraphField
from sentra import messages
from sentra.forms.base import RegisterForm
from sentra.models import Product


class ProductForm(RegisterForm):
    photo = forms.FileField(
        label=_("Foto produk"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,image/jpeg,image/png"}),
        help_text=_("JPEG atau PNG, paling besar 10 MB."),
    )

    file_field = "photo"
    sections = (
        (_("Tentang produk"), ("name", "description", "photo")),
        (_("Produksi dan pasar"), ("monthly_capacity", "markets")),
    )

    class Meta:
        model = Product
        fields = ("name", "description", "monthly_capacity", "markets")
        field_classes = {
            **dict.fromkeys(("name", "monthly_capacity", "markets"), LineField),
            "description": ParagraphField,
        }
        help_texts = {
            "description": _("Bahan, cara membuat, dan ciri khas produk. Paling banyak 2.000 karakter."),
            "monthly_capacity": _("Jumlah dan satuannya. Contoh: 200 lembar kain."),
            "markets": _("Contoh: Pekalongan dan Semarang; ekspor ke Malaysia."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.photo_id:
            self.fields["photo"].help_text = _("Pilih berkas hanya bila foto perlu diganti. JPEG atau PNG, 10 MB.")

    def check(self) -> None:
        if name := self.cleaned_data.get("name"):
            self._note(messages.duplicate_product(self.instance.ikm_id, name, self.instance.pk))
