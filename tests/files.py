"""Real little files for uploads."""

import struct
import zlib
from io import BytesIO

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def pdf_bytes(text: str = "Dokumen uji") -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    pdf.docinfo["/Title"] = text
    stream = BytesIO()
    pdf.save(stream, deterministic_id=True)
    return stream.getvalue()


def long_pdf_bytes(pages: int, size: tuple[int, int] = (595, 842)) -> bytes:
    pdf = pikepdf.new()
    for _number in range(pages):
        pdf.add_blank_page(page_size=size)
    stream = BytesIO()
    pdf.save(stream, deterministic_id=True)
    return stream.getvalue()


def jpeg_bytes(size: tuple[int, int] = (64, 48)) -> bytes:
    stream = BytesIO()
    Image.new("RGB", size, (180, 120, 60)).save(stream, "JPEG")
    return stream.getvalue()


def png_bytes(size: tuple[int, int] = (64, 48)) -> bytes:
    stream = BytesIO()
    Image.new("RGB", size, (180, 120, 60)).save(stream, "PNG")
    return stream.getvalue()


def png_bomb(width: int, height: int) -> bytes:
    """A valid head that promises this many pixels, in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(min(height, 100) * (width // 8 + 1)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def locked_pdf_bytes() -> bytes:
    with pikepdf.open(BytesIO(pdf_bytes())) as pdf:
        stream = BytesIO()
        pdf.save(stream, encryption=pikepdf.Encryption(owner="pemilik", user="rahasia"))
        return stream.getvalue()


def pdf_upload(name: str = "dokumen.pdf", text: str = "Dokumen uji") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf_bytes(text), "application/pdf")
