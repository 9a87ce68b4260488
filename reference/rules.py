"""What a Kemendagri code says by itself: `32.73.01.1001` is village 1001 of `32.73.01` of `32.73` of `32`."""

from reference.enums import RegionKind

CODE_LENGTHS = (2, 5, 8, 13)
LEVELS = {length: level for level, length in enumerate(CODE_LENGTHS, start=1)}
FIRST_KOTA = "71"
VILLAGE_KINDS = {"1": RegionKind.KELURAHAN, "2": RegionKind.DESA, "3": RegionKind.DESA_ADAT}


def level_of(code: str) -> int:
    """1 province, 2 kabupaten/kota, 3 kecamatan, 4 desa/kelurahan. Raises KeyError for another length."""
    return LEVELS[len(code)]


def parent_of(code: str) -> str | None:
    """`32` for `32.73`, None for a province."""
    head, _dot, _tail = code.rpartition(".")
    return head or None


def kind_of(code: str) -> RegionKind:
    """Kabupaten are numbered 01-69 and kota 71-99; a village number begins with its kind.

    Raises KeyError for a code of another shape.
    """
    level = level_of(code)
    if level == 1:
        return RegionKind.PROVINSI
    if level == 2:
        return RegionKind.KOTA if code[3:] >= FIRST_KOTA else RegionKind.KABUPATEN
    # What Papua calls a distrik is a kecamatan elsewhere, not another kind of region.
    return RegionKind.KECAMATAN if level == 3 else VILLAGE_KINDS[code[9]]


def is_within(code: str, ancestor: str) -> bool:
    """Whether the region lies in the other one. Every region lies within itself."""
    return code == ancestor or code.startswith(f"{ancestor}.")
