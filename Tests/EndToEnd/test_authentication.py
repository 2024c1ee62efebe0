"""Who may call: tokens, their rotation, and what is no token."""

from __future__ import annotations

import time

import jwt
import pytest

from support.api import Merchant
from support.stack import Stack


@pytest.fixture
def caller(shared: Stack) -> Merchant:
    return shared.merchant()


def refresh(merchant: Merchant, token: str):
    return merchant.call("POST", "/v1/auth/refresh-token", token=None, headers={"Authorization": token})


def test_a_token_says_what_it_is(caller: Merchant) -> None:
    answer = caller.call(
        "POST", f"/v1/auth/generate-token/{caller.app}", token=None,
        json={"accessKey": caller.access_key, "secretKey": caller.secret_key})
    assert answer.status_code == 201
    document = answer.json()
    assert document["status"] == 201 and document["message"] == "success"
    result = document["result"]
    assert result["tokenType"] == "Bearer" and result["expiresIn"] == 900
    claims = jwt.decode(result["accessToken"], options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 900
    assert answer.headers["Cache-Control"] == "no-store"


def forged(**claims) -> str:
    now = int(time.time())
    return jwt.encode({"iss": "causeway", "iat": now, "exp": now + 900, **claims}, "another key, which is long enough for HMAC", algorithm="HS256")


@pytest.mark.parametrize("token", [
    "", "nonsense", "a.b.c", "..", "Bearer", "\u00e9", "x" * 9000,
    forged(sub="ap_00000000000000000000000000"),
    jwt.encode({"iss": "causeway"}, None, algorithm="none"),
], ids=["empty", "word", "letters", "dots", "scheme", "latin", "long", "forged", "none"])
def test_what_is_no_token_is_a_401(caller: Merchant, token: str) -> None:
    answer = caller.call("GET", "/v1/currencies", headers={"Authorization": f"Bearer {token}".encode("latin-1")}, token=None)
    # A head that is too long never gets as far.
    assert answer.status_code == 401 or (len(token) > 8000 and answer.status_code in (401, 431)), answer.text
    if answer.status_code == 401:
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_signed_with_another_key_for_a_real_app_is_a_401(caller: Merchant) -> None:
    claims = jwt.decode(caller.token, options={"verify_signature": False})
    for key in ("", "another key, which is long enough for HMAC"):
        made = jwt.encode(claims, key, algorithm="HS256") if key else jwt.encode(claims, None, algorithm="none")
        assert caller.call("GET", "/v1/currencies", token=made).json()["code"] == "token_invalid"


def test_without_a_token_it_says_so(caller: Merchant) -> None:
    answer = caller.call("GET", "/v1/currencies", token=None)
    assert answer.status_code == 401 and answer.json()["code"] == "token_missing"


@pytest.mark.parametrize("change", [("accessKey", "wrong"), ("secretKey", "wrong"), ("secretKey", ""), ("accessKey", "x" * 5000)])
def test_wrong_keys_are_refused(caller: Merchant, change: tuple[str, str]) -> None:
    keys = {"accessKey": caller.access_key, "secretKey": caller.secret_key, change[0]: change[1]}
    answer = caller.call("POST", f"/v1/auth/generate-token/{caller.app}", json=keys, token=None)
    assert answer.status_code in (401, 422), answer.text
    assert change[1] == "" or change[1] not in answer.text


def test_both_tokens_rotate(caller: Merchant) -> None:
    answer = refresh(caller, caller.refresh_token)
    assert answer.status_code == 201
    result = answer.json()["result"]
    assert result["refreshToken"] != caller.refresh_token
    assert caller.call("GET", "/v1/currencies", token=result["accessToken"]).status_code == 200
    assert refresh(caller, result["refreshToken"]).status_code == 201


def test_a_reused_refresh_token_revokes_its_whole_family(caller: Merchant) -> None:
    first = caller.refresh_token
    second = refresh(caller, first).json()["result"]["refreshToken"]
    reused = refresh(caller, first)
    assert reused.status_code == 401 and reused.json()["code"] == "refresh_token_reused"
    assert refresh(caller, second).status_code == 401
    # Another sign-in is another family.
    caller.sign_in()
    assert refresh(caller, caller.refresh_token).status_code == 201


def test_refresh_tokens_end_too(shared: Stack, caller: Merchant) -> None:
    shared.rows("UPDATE refresh_tokens SET expires_at = now() - interval '1 second' RETURNING 1")
    answer = refresh(caller, caller.refresh_token)
    assert answer.status_code == 401 and answer.json()["code"] == "refresh_token_expired"


def test_access_tokens_and_refresh_tokens_are_not_each_other(caller: Merchant) -> None:
    assert caller.call("GET", "/v1/currencies", token=caller.refresh_token).status_code == 401
    assert refresh(caller, caller.token).status_code == 401


def test_only_hashes_of_keys_and_refresh_tokens_are_stored(shared: Stack, caller: Merchant) -> None:
    dump = str(shared.rows("SELECT a::text FROM apps a")) + str(shared.rows("SELECT r::text FROM refresh_tokens r"))
    for secret in (caller.access_key, caller.secret_key, caller.refresh_token, caller.token):
        assert secret not in dump and secret.encode().hex() not in dump


def test_guessing_keys_is_slowed_down(make_stack) -> None:
    stack = make_stack()
    stack.server()
    merchant = stack.merchants["demo"]
    codes = [
        merchant.call("POST", f"/v1/auth/generate-token/{merchant.app}", token=None,
                      json={"accessKey": merchant.access_key, "secretKey": f"guess-{number}"}).status_code
        for number in range(30)]
    assert codes[0] == 401 and codes[-1] == 429
    answer = merchant.call("POST", f"/v1/auth/generate-token/{merchant.app}", token=None, json={"accessKey": "a", "secretKey": "b"})
    assert int(answer.headers["Retry-After"]) > 0


def test_the_admin_key_is_not_a_merchants(shared: Stack, caller: Merchant) -> None:
    assert caller.call("GET", "/admin/v1/merchants").status_code == 401
    assert caller.call("GET", "/admin/v1/merchants", token=shared.admin_key).status_code == 200
    assert caller.call("GET", "/v1/currencies", token=shared.admin_key).status_code == 401
