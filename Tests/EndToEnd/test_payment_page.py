"""The payer's page in a real browser: what it shows, that it follows the payment, with and without JavaScript."""

from __future__ import annotations

import http.server
import pathlib
import subprocess
import threading
import urllib.parse
from typing import Iterator

import pytest

from support.api import Merchant, khqr, thb_qr
from support.browser import Browser, Page
from support.stack import Stack

PHONE = {"width": 360, "height": 740, "scale": 2}
DESK = {"width": 1280, "height": 800, "scale": 1}
# Step 16 from a start of its own: no two files use an amount of each other's on the sandbox that they share.
_whole = iter(range(1_009, 90_000, 16))


def amount() -> str:
    return f"{next(_whole)}.00"


@pytest.fixture(scope="module")
def browser(folder: pathlib.Path) -> Iterator[Browser]:
    home = folder / "browser"
    home.mkdir()
    made = Browser(home)
    yield made
    made.close()


@pytest.fixture
def shop() -> Iterator[str]:
    """A merchant's page to come back to, which has a query already."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path.startswith("/back") else 404)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><link rel=icon href='data:,'><title>Shop</title>Thank you")

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/back?order=7&payment_status=old"
    server.shutdown()
    server.server_close()


def scanned(picture: pathlib.Path) -> list[str]:
    """What a phone reads off a screen."""
    done = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(picture)], capture_output=True, text=True,
        timeout=30, check=False)
    return done.stdout.split("\n")[:-1]


def assert_back_at_the_shop(page: Page, order: dict, status: str) -> None:
    url = page.until("the payer is back at the shop", lambda: (now := page.url).find("/back?") > 0 and now)
    assert urllib.parse.parse_qs(urllib.parse.urlsplit(url).query) == {
        "order": ["7"], "payment_status": [status], "kspay_id": [order["txnId"]],
        "provider_payment_id": [order["providerOrderId"]],
    }


def assert_quiet(page: Page, *origins: str) -> None:
    """Nothing went wrong in the browser's eyes, and it asked nobody else."""
    assert page.complaints == []
    assert {urllib.parse.urlsplit(url).netloc for url in page.requests if not url.startswith("data:")} <= {
        urllib.parse.urlsplit(origin).netloc for origin in origins}


def assert_fits(page: Page) -> None:
    assert page.run("document.documentElement.scrollWidth <= innerWidth")


def test_a_payer_scans_pays_and_is_taken_back(
    shared: Stack, merchant: Merchant, browser: Browser, shop: str, folder: pathlib.Path
) -> None:
    order = merchant.create(thb_qr(amount(), redirectUrl=shop, description="Two teas & a <b>cake</b>"))
    page = browser.page(**PHONE)
    page.open(order["checkoutUrl"])
    assert page.phase == "waiting"
    whole, decimals = order["payableAmount"].split(".")
    assert f"{int(whole):,}.{decimals} THB" in page.text
    assert "Demo" in page.text and "Two teas & a <b>cake</b>" in page.text
    assert_fits(page)
    assert scanned(page.screenshot(folder / "page-phone.png")) == [order["qrCode"]]
    left = page.run("document.querySelector('[role=timer]').textContent")
    page.until("the clock runs", lambda: page.run("document.querySelector('[role=timer]').textContent") != left)

    page.run("window.stayed = true")
    shared.sandbox.pay(qr=order["qrCode"])
    page.until("the page tells of the payment", lambda: page.phase == "paid")
    assert page.run("window.stayed"), "it was loaded anew"
    assert page.run("document.getElementById('live').textContent") == "Payment received"
    assert_fits(page)
    assert scanned(page.screenshot(folder / "page-phone-paid.png")) == []
    assert_back_at_the_shop(page, order, "success")
    assert_quiet(page, shared.url, shop)


def test_a_desk_has_it_all_on_one_screen(
    shared: Stack, merchant: Merchant, browser: Browser, folder: pathlib.Path
) -> None:
    order = merchant.create(thb_qr(amount()))
    page = browser.page(**DESK)
    page.open(order["checkoutUrl"])
    assert page.phase == "waiting"
    assert_fits(page)
    assert page.run("document.documentElement.scrollHeight <= innerHeight")
    assert scanned(page.screenshot(folder / "page-desk.png")) == [order["qrCode"]]
    assert_quiet(page, shared.url)


@pytest.mark.parametrize(("currency", "sum_", "shown"), [("USD", "1234.50", "1,234.50 USD"), ("KHR", "40100", "40,100 KHR")])
def test_a_khqr_code_is_scanned_or_opened_in_the_banks_app(
    shared: Stack, merchant: Merchant, browser: Browser, folder: pathlib.Path, currency: str, sum_: str, shown: str
) -> None:
    order = merchant.create(khqr(sum_, currency))
    page = browser.page(**PHONE)
    page.open(order["checkoutUrl"])
    assert page.phase == "waiting" and shown in page.text
    assert_fits(page)
    assert scanned(page.screenshot(folder / f"page-{currency}.png")) == [order["qrCode"]]
    assert page.run(f"[...document.links].some(link => link.href === {order['deepLink']!r})")
    shared.sandbox.pay(qr=order["qrCode"])
    page.until("the page tells of the payment", lambda: page.phase == "paid")
    assert_quiet(page, shared.url)


def test_without_javascript_the_page_loads_itself_anew(
    shared: Stack, merchant: Merchant, browser: Browser, shop: str
) -> None:
    order = merchant.create(thb_qr(amount(), redirectUrl=shop))
    page = browser.page(script=False)
    page.open(order["checkoutUrl"])
    assert page.phase == "waiting" and "Check again" in page.text
    shared.sandbox.pay(qr=order["qrCode"])
    page.until("the page tells of the payment", lambda: page.phase == "paid")
    assert_back_at_the_shop(page, order, "success")
    assert_quiet(page, shared.url, shop)


def test_when_the_time_is_over_nothing_is_left_to_pay_with(
    shared: Stack, merchant: Merchant, browser: Browser
) -> None:
    order = merchant.create(thb_qr(amount(), paymentMethodId="THB_BANK_TRANSFER"))
    page = browser.page(dark=True)
    page.open(order["checkoutUrl"])
    assert order["bankAccount"]["number"] in page.text
    # A minute is the least that a payer is given; the test cannot wait for it.
    shared.rows("UPDATE orders SET expires_at = now() WHERE reference_number = %s RETURNING id", order["referenceNumber"])
    page.until("the time is over", lambda: page.phase == "closing")
    assert order["bankAccount"]["number"] not in page.text
    assert_quiet(page, shared.url)


@pytest.mark.parametrize(
    ("language", "words"), [("th", "รอการชำระเงิน"), ("km-KH, en;q=0.5", "កំពុងរង់ចាំការបង់ប្រាក់")], ids=["Thai", "Khmer"])
def test_the_page_speaks_the_payers_language(
    shared: Stack, merchant: Merchant, browser: Browser, language: str, words: str
) -> None:
    order = merchant.create(thb_qr(amount()))
    page = browser.page(width=320, language=language)
    page.open(order["checkoutUrl"])
    assert words in page.text
    assert_fits(page)
    assert_quiet(page, shared.url)


def test_a_wrong_address_is_a_friendly_page(shared: Stack, merchant: Merchant, browser: Browser) -> None:
    order = merchant.create(thb_qr(amount()))
    page = browser.page()
    page.open(order["checkoutUrl"][:-1] + ("0" if order["checkoutUrl"][-1] != "0" else "1"))
    assert "This payment link does not work" in page.text
    assert [complaint for complaint in page.complaints if "404" not in complaint] == []


def test_the_page_asks_no_provider(make_stack) -> None:
    stack = make_stack(CAUSEWAY_POLL_SCALE="100")
    stack.server()
    merchant = stack.merchant()
    order = merchant.create(thb_qr(amount()))
    reference = stack.attempts(order["referenceNumber"])[-1]["reference"]
    before = len(stack.sandbox.requests(reference))
    for _ in range(20):
        answer = merchant.session.get(f"{order['checkoutUrl']}/state", timeout=5)
        assert answer.json()["state"] == "waiting"
    assert len(stack.sandbox.requests(reference)) == before
