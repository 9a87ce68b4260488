"""Questions, comments and objections."""

from django.db.models import Count, Exists, IntegerField, OuterRef, Prefetch, QuerySet, Subquery

from nominations.models import Nomination, ProvinceComment, ProvinceObjection, Question, QuestionMessage


def questions_of(nomination: Nomination) -> QuerySet[Question]:
    """The questions of a nomination with all their messages. Two queries when read, whatever their number."""
    messages = QuestionMessage.objects.select_related("author", "region")
    rows = Question.objects.filter(nomination=nomination).select_related("closed_by", "nomination")
    return rows.prefetch_related(Prefetch("messages", messages))


def comments_of(nomination: Nomination) -> QuerySet[ProvinceComment]:
    """One query when read."""
    return ProvinceComment.objects.filter(nomination=nomination).select_related("author")


def objections_of(nomination: Nomination) -> list[ProvinceObjection]:
    """All objections, newest first. One query."""
    return list(nomination.objections.select_related("author", "lifted_by").order_by("-pk"))


def standing_objection(nomination: Nomination) -> ProvinceObjection | None:
    """The objection that keeps a nomination from being declared eligible; none where the period gives no such right.

    At most one query; none in such a period.
    """
    if not nomination.period.province_can_object:
        return None
    return nomination.objections.filter(lifted_at=None).first()


def with_correspondence(rows: QuerySet[Nomination]) -> QuerySet[Nomination]:
    """Adds `open_questions`, `comment_count` and `is_objected` for the links of a dossier. No query of its own."""
    open_ones = Question.objects.filter(nomination=OuterRef("pk"), closed_at=None)
    standing = ProvinceObjection.objects.filter(nomination=OuterRef("pk"), lifted_at=None)
    return rows.annotate(
        open_questions=_number(open_ones),
        comment_count=_number(ProvinceComment.objects.filter(nomination=OuterRef("pk"))),
        is_objected=Exists(standing),
    )


def _number(rows: QuerySet) -> Subquery:
    numbers = rows.order_by().values("nomination").annotate(number=Count("pk")).values("number")
    return Subquery(numbers, output_field=IntegerField())
