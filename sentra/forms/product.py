"""The form of a product."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import LineField, ParagraphField, RupiahField
from sentra import messages
from sentra.forms.base import WIDE, RegisterForm
from sentra.models import Product


class ProductForm(RegisterForm):
    price = RupiahField(
        label=_("Harga"),
        required=False,
        min_value=1,
        max_value=10**12,
        help_text=_("Harga jual yang lazim, dalam rupiah. Contoh: 350.000."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", **WIDE}),
    )

    sections = (
        (_("Tentang produk"), ("name", "description", "story")),
        (_("Produksi dan pasar"), ("monthly_capacity", "price", "price_unit", "markets")),
    )

    class Meta:
        model = Product
        fields = ("name", "description", "story", "monthly_capacity", "price", "price_unit", "markets")
        field_classes = {
            **dict.fromkeys(("name", "monthly_capacity", "markets", "price_unit"), LineField),
            **dict.fromkeys(("description", "story"), ParagraphField),
        }
        widgets = {"story": forms.Textarea(attrs={"rows": 5}), "description": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "description": _("Bahan, cara membuat, dan ciri khas produk. Paling banyak 2.000 karakter."),
            "story": _("Asal-usul, makna motif, atau tradisi di balik produk. Paling banyak 3.000 karakter."),
            "monthly_capacity": _("Jumlah dan satuannya. Contoh: 200 lembar kain."),
            "price_unit": _("Contoh: per lembar, per bungkus 250 gram."),
            "markets": _("Contoh: Pekalongan dan Semarang; ekspor ke Malaysia."),
        }

    def check(self) -> None:
        if name := self.cleaned_data.get("name"):
            self._note(messages.duplicate_product(self.instance.ikm_id, name, self.instance.pk))
        if not {"price", "price_unit"} & self.errors.keys():
            problem = messages.price_problem(self.cleaned_data["price"], self.cleaned_data["price_unit"])
            self._problem("price_unit" if self.cleaned_data["price"] else "price", problem)
