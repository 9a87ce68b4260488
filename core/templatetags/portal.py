"""Display tags of the whole portal; the wording of dates, money and numbers lives in `core.formats`."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.forms import BaseForm, BaseFormSet, CheckboxInput, Field, FileInput
from django.forms.widgets import ChoiceWidget
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import formats, onetime

register = template.Library()


@register.simple_tag
def one_time_key() -> SafeString:
    """The one-time key of a form; stands beside `csrf_token` in every POST form of a signed-in user."""
    return onetime.hidden_input()


@register.simple_tag
def largest_upload() -> str:
    """The limit of one file, as people read it."""
    return formats.file_size(settings.UPLOAD_MAX_BYTES)


@register.simple_tag(takes_context=True)
def stored_keys(context: dict[str, Any]) -> str:
    """For the page's body: keys of forms that were stored, whose copies the browser may drop."""
    return onetime.stored_keys(context["request"])


@register.simple_tag
def deadline(value: datetime | None, user_timezone: str | None = None) -> SafeString | str:
    """A deadline in WIB and on the reader's own clock; nothing when there is none."""
    return _time_element(value, formats.deadline_text(value, user_timezone or None)) if value else ""


@register.simple_tag
def time_left(value: datetime | None, user_timezone: str | None = None) -> str:
    """How long until a deadline, in words; nothing when there is none."""
    return formats.time_left(value, timezone.now(), user_timezone or formats.JAKARTA) if value else ""


@register.simple_tag
def moment_time(value: datetime | None, user_timezone: str | None = None) -> SafeString | str:
    """When something happened, on the reader's own clock; nothing when it did not."""
    return _time_element(value, formats.moment_text(value, user_timezone or formats.JAKARTA)) if value else ""


def _time_element(value: datetime, text: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


@register.simple_tag
def form_errors(form: BaseForm | None = None, formset: BaseFormSet | None = None) -> list[dict[str, str]]:
    """Every error of a form and a formset as `text` and `url` (an anchor, empty for errors of the whole form).

    They come in the order of the fields. A name that the page does not have reaches a tag as an empty text, so both
    may be that as well.
    """
    forms = [form] if form else []
    errors: list[dict[str, str]] = []
    if formset:
        errors += [{"text": text, "url": ""} for text in formset.non_form_errors()]
        forms += list(formset.forms)
    for one in forms:
        errors += [{"text": text, "url": ""} for text in one.non_field_errors()]
        for name in one.fields:
            if name in one.errors:
                url = "" if one[name].is_hidden else f"#{_anchor(one[name])}"
                errors += [{"text": text, "url": url} for text in error_texts(one[name])]
    return errors


@register.filter
def error_texts(field: Any) -> list[str]:
    """The errors of a bound field in words that name it: a page full of "this field is required" helps nobody."""
    return [
        _missing_text(field)
        if error.code == "required" and error.message == Field.default_error_messages["required"]
        else " ".join(error.messages)
        for error in field.errors.as_data()
    ]


def _missing_text(field: Any) -> str:
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        text = _("Beri tanda pada “%(label)s”.")
    elif isinstance(widget, ChoiceWidget | FileInput):
        text = _("%(label)s belum dipilih.")
    else:
        text = _("%(label)s belum diisi.")
    return text % {"label": field.label}


def _anchor(field: Any) -> str:
    """The id that receives the focus: a group of radio buttons or boxes is met at its first one."""
    first_choice = getattr(field.field.widget, "add_id_index", False)
    return f"{field.auto_id}_0" if first_choice else field.auto_id


@register.filter
def optional_mark(field: Any) -> bool:
    """Whether a label says "(opsional)". Forms that may be saved half filled set `mark_optional = False`."""
    return not field.field.required and not field.field.disabled and getattr(field.form, "mark_optional", True)


@register.filter
def date_long(value: date | None) -> str:
    return formats.date_long(value) if value else ""


@register.filter
def until_text(day: date | None) -> str:
    return formats.until_text(day) if day else ""


@register.filter
def date_full(value: date | None) -> str:
    return formats.date_full(value) if value else ""


@register.filter
def date_short(value: date | None) -> str:
    return formats.date_short(value) if value else ""


@register.filter
def moment(value: datetime | None, timezone: str | None = None) -> str:
    return formats.moment_text(value, timezone or formats.JAKARTA) if value else ""


@register.filter
def map_point(point: tuple[Decimal, Decimal] | None) -> str:
    return "" if point is None else formats.map_point(*point)


@register.filter
def rupiah(amount: int | Decimal | None) -> str:
    return "" if amount is None else formats.rupiah(amount)


@register.filter
def number_id(value: int | float | Decimal | None, places: int | None = None) -> str:
    return "" if value is None else formats.number_id(value, places)


@register.filter
def file_size(size: int | None) -> str:
    return "" if size is None else formats.file_size(size)


@register.filter
def mask_id(number: str | None) -> str:
    return formats.mask_id(number or "")
