"""What the conformance suite must know of each connector: a row for each method, and nothing else names a provider there."""

from __future__ import annotations

import dataclasses
from typing import Any, Callable

from support.api import kes_payout, khqr, thb_payout, thb_qr, usd_payout
from support.stack import Stack


@dataclasses.dataclass(frozen=True)
class Provider:
    """A connector's method, and how the sandbox calls its parts."""

    connector: str
    # The account's names: in the demo's configuration, and in the sandbox.
    name: str
    account: str
    method: str
    draft: Callable[..., dict[str, Any]]
    # The call that moves money or asks for it, and the one that asks what became of it; none where a code is issued here.
    submission: str | None
    query: tuple[str, ...]
    is_payin: bool = False
    # How the payer is found by the sandbox.
    pays_by_code: bool = False
    preparation: str | None = None
    calls_back: bool = True
    signs_answers: bool = False
    currency: str = "USD"

    def amount(self, whole: int) -> str:
        """An amount of this method that is magic to nobody; riel are whole, and their last two digits count."""
        if self.currency == "KHR":
            return f"{whole}00"
        # PayPlus tells payers of round amounts apart by what they pay: another amount, which nobody knows where its answer is lost.
        return f"{whole}.37" if self.currency == "THB" and self.is_payin else f"{whole}.00"

    def pay(self, stack: Stack, order: dict[str, Any], **more: str) -> None:
        if self.pays_by_code:
            stack.sandbox.pay(qr=order["qrCode"], **more)
        else:
            stack.sandbox.pay(reference=stack.attempts(order["referenceNumber"])[-1]["reference"], **more)

    def behave(self, stack: Stack, operations: str | tuple[str, ...], behaviour: str, count: int = 1) -> None:
        for operation in (operations,) if isinstance(operations, str) else operations:
            stack.sandbox.behave(self.connector, operation, behaviour, account=self.account, count=count)

    def movements(self, stack: Stack, order: dict[str, Any]) -> int:
        """How often money moved for the order, whatever reference it went under."""
        entries = stack.sandbox.moved(order["payableAmount"] or order["amount"], provider=self.connector)
        return sum(entry["movements"] for entry in entries)


def _thb_bank_transfer(amount: str, **more: Any) -> dict[str, Any]:
    return thb_qr(amount, paymentMethodId="THB_BANK_TRANSFER", **more)


def _kes_bank(amount: str, **more: Any) -> dict[str, Any]:
    draft = kes_payout(amount, paymentMethodId="KES_BANK", **more)
    draft["counterparty"].update(bankCode="0001", accountNumber="1234567890")
    return draft


def _khr(amount: str, **more: Any) -> dict[str, Any]:
    return khqr(amount, "KHR", **more)


PROVIDERS = [
    Provider("payplus", "payplus-one", "demo-one", "THB_QR", thb_qr, "deposit", ("query",), is_payin=True, currency="THB"),
    Provider("payplus", "payplus-one", "demo-one", "THB_BANK_TRANSFER", _thb_bank_transfer, "deposit", ("query",), is_payin=True,
             currency="THB"),
    Provider("payplus", "payplus-one", "demo-one", "THB_BANK", thb_payout, "withdraw", ("query",), currency="THB"),
    Provider("haipay", "haipay", "1054", "KES_EWALLET", kes_payout, "apply", ("query",), signs_answers=True, currency="KES"),
    Provider("haipay", "haipay", "1054", "KES_BANK", _kes_bank, "apply", ("query",), signs_answers=True, currency="KES"),
    Provider("kess", "kess", "demo-one", "USD_KESS", usd_payout, "confirm", ("query",), preparation="create", calls_back=False,
             signs_answers=True),
    Provider("bakong", "bakong", "demo-one", "USD_KHQR", khqr, None, ("check", "check_list"), is_payin=True, pays_by_code=True,
             calls_back=False),
    Provider("bakong", "bakong", "demo-one", "KHR_KHQR", _khr, None, ("check", "check_list"), is_payin=True, pays_by_code=True,
             calls_back=False, currency="KHR"),
]
