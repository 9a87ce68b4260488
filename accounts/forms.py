from allauth.account.fields import EmailField, PasswordField, SetPasswordField
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import MailPreference
from accounts.models import User


class ResetPasswordForm(forms.Form):
    email = EmailField(label=_("Alamat surel"))


class FirstPasswordForm(forms.Form):
    """The password of a new account; the rules know name and address of its owner."""

    password1 = SetPasswordField(label=_("Kata sandi baru"))
    password2 = PasswordField(label=_("Ulangi kata sandi baru"), autocomplete="new-password")

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].user = user

    def clean(self) -> None:
        super().clean()
        first, again = self.cleaned_data.get("password1"), self.cleaned_data.get("password2")
        if first and again and first != again:
            self.add_error("password2", _("Kedua kata sandi tidak sama. Ketik ulang."))


class MailPreferenceForm(forms.Form):
    preference = forms.ChoiceField(
        label=_("Surel untuk pemberitahuan biasa"),
        choices=[
            (MailPreference.AT_ONCE.value, _("Langsung, satu surel untuk setiap pemberitahuan")),
            (MailPreference.DIGEST.value, _("Ringkasan harian, satu surel setiap pukul 07.00 waktu daerah Anda")),
            (MailPreference.PORTAL.value, _("Hanya di portal, tanpa surel")),
        ],
        widget=forms.RadioSelect,
    )
