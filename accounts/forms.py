from allauth.account.fields import EmailField, PasswordField, SetPasswordField
from django import forms
from django.utils.translation import gettext_lazy as _

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
