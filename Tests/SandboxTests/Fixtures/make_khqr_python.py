"""Makes khqr_python.json: codes from a program that is not ours.

    pip install bakong-khqr==0.6.5
    python3 make_khqr_python.py > khqr_python.json

The clock is frozen, so that the file comes out the same each time. A code that must not expire lasts 20,000 days.
"""

import hashlib
import json
import time

from bakong_khqr import KHQR

MADE_AT = 1_731_081_600.123
time.time = lambda: MADE_AT
LASTING = {"expiration": 20_000}
DEMO = {"account_id": "causeway_demo@devb", "merchant_name": "Causeway Demo", "merchant_city": "Phnom Penh"}

CASES = {
    "usd": {"currency": "USD", "amount": 9.99, "bill_number": "INV-1", **LASTING},
    "usd_whole": {"currency": "USD", "amount": 5, "bill_number": "INV-2", **LASTING},
    "usd_one_decimal": {"currency": "USD", "amount": 0.5, "bill_number": "INV-3", **LASTING},
    "khr": {"currency": "KHR", "amount": 4000, "bill_number": "INV-4", **LASTING},
    "khr_large": {"currency": "KHR", "amount": 12_345_678, "bill_number": "INV-5", **LASTING},
    "no_bill": {"currency": "USD", "amount": 1.25, **LASTING},
    "khmer_name": {"currency": "KHR", "amount": 1000, "bill_number": "INV-6", "merchant_name": "ហាង កាហ្វេ", **LASTING},
    "stranger": {"currency": "USD", "amount": 2, "bill_number": "INV-7", "account_id": "sok_dara@aclb", **LASTING},
    "nobody": {"currency": "USD", "amount": 2, "bill_number": "INV-8", "account_id": "nobody@devb", **LASTING},
    "expired": {"currency": "USD", "amount": 3, "bill_number": "INV-9"},
    "static": {"currency": "USD", "amount": 0},
    # This program writes the store before the bill; the national bank's library has them by number.
    "out_of_order": {"currency": "USD", "amount": 4, "bill_number": "INV-10", "store_label": "Shop", **LASTING},
}


def vector(name, changes):
    args = {**DEMO, **changes}
    qr = str(KHQR().create_qr(**args))
    return {"name": name, "args": args, "qr": qr, "md5": hashlib.md5(qr.encode()).hexdigest()}


vectors = [vector(name, changes) for name, changes in CASES.items()]
document = {"generated_by": "make_khqr_python.py with PyPI bakong-khqr 0.6.5", "vectors": vectors}
print(json.dumps(document, ensure_ascii=False, indent=1))
