"""Password rules: long rather than complicated (NIST SP 800-63B-4)."""

from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator, UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MIN_LENGTH = 15
MAX_LENGTH = 128
MIN_DISTINCT = 5
CONTEXT_WORDS = ("ovop", "upakarti", "kemenperin", "sentraikm", "perindustrian")


class LengthValidator:
    """15 characters as long as the password is the only factor; spaces and any letters count."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) < MIN_LENGTH:
            raise ValidationError(
                _("Kata sandi paling sedikit %(min)d karakter. Anda mengisi %(given)d karakter.")
                % {"min": MIN_LENGTH, "given": len(password)},
                code="password_too_short",
            )
        if len(password) > MAX_LENGTH:
            raise ValidationError(
                _("Kata sandi paling banyak %(max)d karakter.") % {"max": MAX_LENGTH}, code="password_too_long"
            )

    def get_help_text(self) -> str:
        return _("Paling sedikit %(min)d karakter. Kalimat pendek yang mudah Anda ingat lebih aman.") % {
            "min": MIN_LENGTH
        }


class ContextWordValidator:
    """A password that is little more than the portal's own words is the first that a stranger tries."""

    def validate(self, password: str, user: Any = None) -> None:
        rest = "".join(c for c in password.lower() if c.isalpha())
        for word in CONTEXT_WORDS:
            rest = rest.replace(word, "")
        if len(rest) < MIN_LENGTH // 2 and any(word in password.lower() for word in CONTEXT_WORDS):
            raise ValidationError(
                _("Kata sandi terlalu mudah ditebak karena memuat nama portal. Tambahkan kata lain."),
                code="context_word",
            )

    def get_help_text(self) -> str:
        return _("Jangan hanya memakai nama portal atau nama instansi.")


class OwnDataValidator(UserAttributeSimilarityValidator):
    """Not the person's own name or address."""

    def __init__(self) -> None:
        super().__init__(user_attributes=["email", "name"])

    def get_error_message(self) -> str:
        return _("Kata sandi terlalu mirip dengan %(verbose_name)s Anda. Pakai kata lain.")

    def get_help_text(self) -> str:
        return _("Jangan memakai nama atau alamat surel Anda.")


class GuessableValidator(CommonPasswordValidator):
    """The well-known passwords, also when digits make them long, and a few characters said over and over."""

    def validate(self, password: str, user: Any = None) -> None:
        letters = "".join(c for c in password.lower() if c.isalpha())
        half = letters[: len(letters) // 2]
        known = {password.lower().strip(), letters, half if half * 2 == letters else ""} & self.passwords
        if known or len(set(password)) < MIN_DISTINCT:
            raise ValidationError(
                _("Kata sandi ini mudah ditebak. Pakai kalimat pendek dari beberapa kata yang tidak berhubungan."),
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        return _("Jangan memakai kata sandi yang lazim, misalnya deretan angka atau satu kata yang diulang.")
