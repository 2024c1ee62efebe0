"""KHQR codes by a generator that is not ours, for KHQRTests. The same seed gives the same file.

    pip install bakong-khqr==0.6.5 && python3 khqr_pypi.py > khqr_pypi.json
"""
import json
import random
import time

from bakong_khqr import KHQR

NOW_MS = 1_790_000_000_123
time.time = lambda: NOW_MS / 1000
random.seed(20261127)
khqr = KHQR("not a token: nothing is sent")


def text(longest):
    letters = random.choice(["abcdefghijklmnop XYZ0123456789-#&+", "កខគឃងចឆជឈញដឋឌឍណតថទធនបផពភមយរលវសហឡអាិីុូេែៃោៅំះ្"])
    return "x" + "".join(random.choice(letters) for _ in range(random.randint(0, longest - 2))) + "y"


def made():
    currency = random.choice(["USD", "KHR"])
    minor = random.choice([0, 1, 50, 100, 110, 1999, 123_456, 999_999_999])
    fixed = minor == 0
    days = random.choice([1, 7, 365])
    given = {
        "account_id": f"{random.choice(['sok_dara', 'a', 'x' * 27])}@aclb",
        "merchant_name": text(25),
        "merchant_city": text(15),
        "currency": currency,
        "amount": minor / 100 if currency == "USD" else minor,
    }
    # Three labels of 25 would not fit into tag 62.
    labels = {"bill_number": text(25), "store_label": text(25), "terminal_label": text(10), "phone_number": "85512345678"}
    labels = dict(random.sample(sorted(labels.items()), random.randint(0, 4)))
    qr = str(khqr.create_qr(**given, **labels, expiration=days, static=fixed))
    return {
        "kind": "fixed" if fixed else "dynamic",
        "account": given["account_id"],
        "name": given["merchant_name"],
        "city": given["merchant_city"],
        "currency": currency,
        "minor": minor,
        # It writes Cambodian numbers without their country code.
        "mobile": "012345678" if "phone_number" in labels else None,
        "bill": labels.get("bill_number"),
        "store": labels.get("store_label"),
        "terminal": labels.get("terminal_label"),
        "created": NOW_MS,
        "expires": None if fixed else NOW_MS + days * 86_400_000,
        "qr": qr,
        "md5": khqr.generate_md5(qr),
    }


print(json.dumps({
    "command": "pip install bakong-khqr==0.6.5 && python3 khqr_pypi.py > khqr_pypi.json",
    "vectors": [made() for _ in range(60)],
}, ensure_ascii=False, indent=1))
