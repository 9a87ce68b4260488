"""Small PDFs that are large, deep or endless inside."""

import io
import zlib

PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"


def plain_pdf(pages: bytes = PAGES, page: bytes = PAGE, **more: bytes) -> bytes:
    """Catalog, page tree and page, and more objects from number 4 on."""
    out, offsets = io.BytesIO(), []
    out.write(b"%PDF-1.5\n")
    for number, body in enumerate([b"<< /Type /Catalog /Pages 2 0 R >>", pages, page, *more.values()], start=1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    start = out.tell()
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(offsets) + 1, table))
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(offsets) + 1, start))
    return out.getvalue()


HEAD = b"2 0 3 60 "  # of an object stream: which objects begin where


def object_stream_bomb(megabytes: int) -> bytes:
    """The page tree lies in a compressed stream that unpacks to that much."""
    packer = zlib.compressobj(9)
    data = packer.compress(HEAD + PAGES.ljust(60) + PAGE)
    data += b"".join(packer.compress(b" " * 1024 * 1024) for _megabyte in range(megabytes)) + packer.flush()
    return _with_object_stream(data, b"FlateDecode")


def lzw_bomb(megabytes: int) -> bytes:
    """The same with the other compression, for which the reader has no limit."""
    return _with_object_stream(_lzw(HEAD + PAGES.ljust(60) + PAGE, megabytes * 1024 * 1024), b"LZWDecode")


def _lzw(text: bytes, spaces: int) -> bytes:
    """`text`, and behind it at least so many spaces, each code one space longer than the one before."""
    clear, end, first, last = 256, 257, 258, 4093
    beginning, width = _lzw_bits(list(text))
    run, full = _lzw_bits([32, *range(first, last)])
    again = f"{clear:0{full}b}{run}" * (spaces // sum(range(1, last - first + 2)))
    bits = f"{clear:09b}{beginning}{clear:0{width}b}{run}{again}{end:0{full}b}"
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def _lzw_bits(codes: list[int]) -> tuple[str, int]:
    """The codes that follow a clearing of the table, and the width of the next one."""
    bits, width, known = [], 9, 258
    for place, code in enumerate(codes):
        bits.append(f"{code:0{width}b}")
        known += place > 0
        width += known + 1 >= 1 << width and width < 12
    return "".join(bits), width


def _with_object_stream(data: bytes, packed: bytes) -> bytes:
    out, at = io.BytesIO(), {}
    out.write(b"%PDF-1.5\n")
    at[1] = out.tell()
    out.write(b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n")
    at[4] = out.tell()
    facts = b"/Type /ObjStm /N 2 /First %d /Filter /%b /Length %d" % (len(HEAD), packed, len(data))
    out.write(b"4 0 obj\n<< %b >>\nstream\n%b\nendstream\nendobj\n" % (facts, data))
    at[5] = out.tell()
    rows = [(0, 0, 65535), (1, at[1], 0), (2, 4, 0), (2, 4, 1), (1, at[4], 0), (1, at[5], 0)]
    table = b"".join(bytes([kind]) + a.to_bytes(4, "big") + b.to_bytes(2, "big") for kind, a, b in rows)
    out.write(b"5 0 obj\n<< /Type /XRef /Size 6 /W [1 4 2] /Root 1 0 R /Length %d >>\nstream\n" % len(table))
    out.write(table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % at[5])
    return out.getvalue()
