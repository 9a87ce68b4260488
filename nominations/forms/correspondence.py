"""What is written about a nomination: questions, answers, comments, objections."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import ParagraphField

LONG, SHORT = 2000, 1000


def _paragraph(label: Any, max_length: int, rows: int) -> ParagraphField:
    return ParagraphField(label=label, max_length=max_length, widget=forms.Textarea(attrs={"rows": rows}))


class QuestionForm(forms.Form):
    """`about` is a code of a document or a section."""

    about = forms.ChoiceField(label=_("Tentang"), required=False)
    body = _paragraph(_("Pertanyaan"), LONG, 5)

    def __init__(self, *args: Any, parts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = [("", _("Usulan secara umum")), *parts]


class AnswerForm(forms.Form):
    body = _paragraph(_("Tanggapan"), LONG, 5)


class CommentForm(forms.Form):
    body = _paragraph(_("Catatan untuk daerah"), LONG, 4)


class ObjectionForm(forms.Form):
    reason = _paragraph(_("Alasan keberatan"), SHORT, 4)
