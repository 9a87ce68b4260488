"""A question that waits, one that is done, comments of a province, and a reminder."""

from nominations.enums import EDITABLE, Status
from nominations.models import Nomination
from nominations.selectors.matrix import rounds
from nominations.services.province import write_comment
from nominations.services.questions import answer_question, ask_question, close_question
from nominations.services.region_reminder import remind_regions
from ovop_portal.demo.story import Story

INTRODUCTION = (
    "Yth. dinas yang membidangi perindustrian,\n\nMohon usulan dari daerah Anda dilengkapi dan diajukan sebelum batas"
    " akhir. Kami siap membantu memeriksa berkas sebelum dikirim."
)


def converse(story: Story) -> None:
    province = story.people["provinsi.malut"]
    own = Nomination.objects.filter(region__parent="82", status__in=EDITABLE).select_related("period__award", "region")
    for nomination in own.order_by("pk"):
        words = "Lampirkan surat pengantar kepala dinas yang sudah bertanggal, lalu periksa masa berlaku sertifikat."
        write_comment(nomination=nomination, body=words, actor=province)
    returned = own.get(status=Status.RETURNED)
    officer = returned.created_by
    done = ask_question(nomination=returned, about="D01", body="Apakah pindaian hitam putih diterima?", actor=officer)
    answer_question(question_id=done.pk, body="Diterima, asalkan cap dan tanggal terbaca.", actor=story.verifier)
    close_question(question_id=done.pk, actor=story.verifier)
    words = "Sertifikat halal IKM sedang diperpanjang. Apakah tanda terima perpanjangan dapat dipakai sementara?"
    ask_question(nomination=returned, about="documents", body=words, actor=officer)
    remind_regions(period=rounds()[0], region_codes=["82.71"], introduction=INTRODUCTION, actor=province)
