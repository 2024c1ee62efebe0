"""Makes symbols.json with two encoders that are not ours, which must agree: PyPI segno 1.6.6 and qrcode 8.2.

    python make.py > symbols.json
"""

import hashlib
import json
import random
import sys

import qrcode
import qrcode.util
import segno
import segno.encoder

LEVELS = {"low": "L", "medium": "M", "quartile": "Q", "high": "H"}
PATTERNS = {"numeric": "0123456789", "alphanumeric": "CAUSEWAY 0.12-%*:/+$", "byte": "pay me 1,000.00 (thank you!) "}
MODES = {"numeric": 1, "alphanumeric": 2, "byte": 4}
TEXTS = [
    "01234567",
    "HELLO WORLD",
    "https://example.com/pay?x=1&y=2#z",
    "00020101021229370016A000000677010111011300668123456785802TH530376454041.006304ABCD",
    "ชำระเงิน 100.25 บาท",
    "ទូទាត់ប្រាក់ ៤០០០ រៀល",
]


def padding_bits(buff, version, length):
    buff.extend([0] * (-length % 8))


# segno 1.6.6 adds a codeword of zeros where the data ends on a whole byte already; the standard (7.4.10) adds nothing.
segno.encoder.write_padding_bits = padding_bits


def bits(matrix):
    return ["".join("1" if module else "0" for module in row) for row in matrix]


def by_segno(text, mode, version, level, mask):
    made = segno.make(text, mode=mode, version=version, error=LEVELS[level], mask=mask, boost_error=False,
                      encoding="utf-8" if mode == "byte" else None, eci=False, micro=False)
    assert made.version == version
    return bits(made.matrix)


def by_qrcode(text, mode, version, level, mask):
    made = qrcode.QRCode(version=version, mask_pattern=mask, border=0,
                         error_correction=getattr(qrcode, "ERROR_CORRECT_" + LEVELS[level]))
    made.add_data(qrcode.util.QRData(text.encode(), mode=MODES[mode], check_data=False))
    made.make(fit=False)
    return bits(made.get_matrix())


def symbol(text, mode, version, level, mask):
    rows = by_segno(text, mode, version, level, mask)
    assert rows == by_qrcode(text, mode, version, level, mask), (text, version, level, mask)
    return rows


def fits(count, mode, version, level):
    try:
        segno.make((PATTERNS[mode] * 800)[:count], mode=mode, version=version, error=LEVELS[level], boost_error=False,
                   encoding="utf-8" if mode == "byte" else None, eci=False, micro=False, mask=0)
        return True
    except segno.DataOverflowError:
        return False


def capacity(mode, version, level):
    low, high = 1, 7100
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle, mode, version, level) else (low, middle - 1)
    return low


def mode_of(text):
    if text.isdigit() and text.isascii():
        return "numeric"
    return "alphanumeric" if text and all(c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:" for c in text) else "byte"


def main():
    full, whole = [], []
    for version in range(1, 41):
        for number, level in enumerate(LEVELS):
            mode = list(MODES)[(version + number) % 3]
            count, mask = capacity(mode, version, level), (version * 4 + number) % 8
            rows = symbol((PATTERNS[mode] * 800)[:count], mode, version, level, mask)
            digest = hashlib.sha256("\n".join(rows).encode()).hexdigest()
            full.append({"pattern": PATTERNS[mode], "count": count, "version": version, "level": level, "mask": mask,
                         "sha256": digest})
    for text in TEXTS:
        for mask in range(8):
            level = list(LEVELS)[mask % 4]
            version = segno.make(text, mode=mode_of(text), error=LEVELS[level], boost_error=False, micro=False, eci=False,
                                 encoding="utf-8" if mode_of(text) == "byte" else None).version
            whole.append({"text": text, "version": version, "level": level, "mask": mask,
                          "rows": symbol(text, mode_of(text), version, level, mask)})
    json.dump({"filled": full, "texts": whole}, sys.stdout, ensure_ascii=False, indent=1)
    print()


main()
