"""Which deliveries are accepted, and the typed error for all others."""

import email.message
import hashlib
import hmac
import json
import pickle
import traceback
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook import openapi
from pb2b_notebook.credentials import Secret
from pb2b_notebook.errors import (
    DeliveryTooLargeError,
    InvalidParameterError,
    MalformedEventError,
    SignatureError,
    TimestampError,
    WebhookError,
)
from pb2b_notebook.sandbox.document.event_document import EXAMPLE_SECRET, example_body
from pb2b_notebook.webhooks import Event, sign, verify
from signed_deliveries import NOW, SECRET, body_of

BODY = body_of()
TIMESTAMP, SIGNATURE = "X-ProspectB2B-Timestamp", "X-ProspectB2B-Signature"
OTHER = "whsec_other"
KIB = 1024


def signed(body=BODY, secret=SECRET, now=NOW, **changed):
    """Return the headers of a delivery, without those that are ``None``."""
    headers = sign(body, secret, now=now) | changed
    return {name: value for name, value in headers.items() if value is not None}


def of_timestamp(timestamp, body=BODY, secret=SECRET):
    """Return headers with a valid signature for any timestamp."""
    message = timestamp.encode() + b"." + body
    hexadecimal = hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
    return {TIMESTAMP: timestamp, SIGNATURE: f"v1={hexadecimal}"}


def refused(body=BODY, headers=None, secret=SECRET, now=NOW):
    """Return the error for a delivery."""
    with pytest.raises(WebhookError) as caught:
        verify(body, signed(body) if headers is None else headers, secret, now=now)
    return caught.value


# --- what the service sends ------------------------------------------------------------------------------------------


@each_case("event_type", openapi.load_document()["webhooks"])
def test_each_example_of_the_contract_is_accepted(event_type):
    document = openapi.load_document()
    parameters = document["webhooks"][event_type]["post"]["parameters"]
    headers = {parameter["name"]: parameter["example"] for parameter in parameters}
    name = "".join(word.capitalize() for word in event_type.split(".")) + "Event"
    example = document["components"]["schemas"][name]["examples"][0]
    at = datetime.fromtimestamp(int(headers[TIMESTAMP]), UTC)
    event = verify(example_body(example), headers, EXAMPLE_SECRET, now=at)
    assert (event.type, event.id, event.data) == (event_type, example["id"], example["data"])
    assert event.delivery_id == headers["X-ProspectB2B-Delivery"]
    assert event.signed_at == at
    assert event.created_at == datetime.fromisoformat(example["created_at"])


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()


@given(st.dictionaries(st.text(), SCALARS | st.lists(SCALARS, max_size=3), max_size=5))
def test_any_signed_object_is_read_as_it_was_sent(data):
    for ascii_only in (True, False):
        event = {"id": "evt_1", "type": "lead.updated", "data": data}
        raw = json.dumps(event, ensure_ascii=ascii_only).encode()
        assert verify(raw, signed(raw), SECRET, now=NOW).data == data


def test_an_escaped_unpaired_surrogate_is_kept():
    body = rb'{"id":"evt_1","type":"lead.updated","data":{"full_name":"Ada \ud83d"}}'
    assert verify(body, signed(body), SECRET, now=NOW).data == {"full_name": "Ada \ud83d"}


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_the_body_may_be_any_bytes_type(kind):
    assert verify(kind(BODY), signed(), SECRET, now=NOW).id == "evt_1"
    assert sign(kind(BODY), SECRET, now=NOW) == sign(BODY, SECRET, now=NOW)


@pytest.mark.parametrize(
    "shape",
    [
        dict,
        lambda h: {name.lower(): value for name, value in h.items()},
        lambda h: {name.upper().encode(): value.encode() for name, value in h.items()},
        lambda h: {name: [value] for name, value in h.items()},
        lambda h: [(name.lower().encode(), value.encode()) for name, value in h.items()],
        lambda h: iter(h.items()),
        httpx.Headers,
        Headers,
    ],
    ids=["dict", "lower case", "bytes", "lists", "ASGI", "iterator", "httpx", "Starlette"],
)
def test_headers_may_be_any_usual_type(shape):
    headers = signed(**{"X-Other": "1", "X-ProspectB2B-Delivery": "delivery_1"})
    assert verify(BODY, shape(headers), SECRET, now=NOW).delivery_id == "delivery_1"


def test_headers_of_the_standard_library_are_accepted():
    message = email.message.Message()
    for name, value in signed().items():
        message[name] = value
    assert verify(BODY, message, SECRET, now=NOW).id == "evt_1"


@each_case("headers", [None, 7, "text", [1, 2], {TIMESTAMP: 1}, {1: "a"}, [("a", "b", "c")]])
def test_an_unusable_headers_argument_is_an_error(headers):
    with pytest.raises(InvalidParameterError, match="must be a mapping") as caught:
        verify(BODY, headers, SECRET, now=NOW)
    assert "ASGI" in caught.value.repair


# --- tampering -------------------------------------------------------------------------------------------------------


@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_a_byte_flip_anywhere_in_the_body_is_refused(at, mask):
    flipped = bytearray(BODY)
    flipped[at] ^= mask
    assert type(refused(bytes(flipped), signed())) is SignatureError


@given(st.integers(0, 63), st.sampled_from("0123456789abcdef"))
def test_another_digit_anywhere_in_the_signature_is_refused(at, digit):
    value = signed()[SIGNATURE]
    place = len("v1=") + at
    changed = value[:place] + digit + value[place + 1 :]
    if changed == value:
        assert verify(BODY, signed(), SECRET, now=NOW)
    else:
        assert type(refused(headers=signed(**{SIGNATURE: changed}))) is SignatureError


@given(st.integers(-300, 300).filter(bool))
def test_a_changed_timestamp_is_refused_even_if_it_is_near(off):
    moved = str(int(NOW.timestamp()) + off)
    assert type(refused(headers=signed(**{TIMESTAMP: moved}))) is SignatureError


@each_case("body", [BODY + b"\n", b" " + BODY, BODY[:-1], b"", json.dumps(json.loads(BODY)).encode()])
def test_the_signature_is_over_the_raw_bytes(body):
    assert type(refused(body, signed())) is SignatureError


@given(st.dictionaries(st.sampled_from([TIMESTAMP, SIGNATURE, "X-ProspectB2B-Event"]), st.text()), st.binary())
def test_forged_deliveries_are_refused_with_a_webhook_error(headers, body):
    assert type(refused(body, headers)) in {TimestampError, SignatureError}
    assert type(refused(body, signed(body, OTHER) | headers)) in {TimestampError, SignatureError}


def test_a_body_is_not_parsed_before_its_signature_is_verified():
    bomb = b"[" * 200_000
    assert type(refused(bomb, signed(bomb, OTHER))) is SignatureError
    assert type(refused(bomb)) is MalformedEventError


# --- time ------------------------------------------------------------------------------------------------------------


@each_case("off", [-300, -299, 0, 299, 300])
def test_300_seconds_either_way_are_accepted(off):
    assert verify(BODY, signed(), SECRET, now=NOW + timedelta(seconds=off)).signed_at == NOW


@each_case("off", [-301, -300.001, 300.001, 301, 86_400, -86_400])
def test_more_than_300_seconds_either_way_are_refused(off):
    refusal = refused(now=NOW + timedelta(seconds=off))
    assert type(refusal) is TimestampError
    assert ("ago" if off > 0 else "in the future") in refusal.message


FULL_WIDTH = "１７７３１４４０００"  # what int() reads as 1773144000
TIMESTAMPS = [
    FULL_WIDTH, "١٧٧٣١٤٤٠٠٠", "177314400", "17731440000", "+177314400", "-177314400", " 1773144000", "1773144000 ",
    "1773144000\n", "1773144000.0", "1_773_14400", "1.77314e9", "0x69b00540", "", "now",
    "1773144000, 1773144000", "1773144000,1773144000",
]  # fmt: skip


@each_case("timestamp", TIMESTAMPS)
def test_a_timestamp_is_ten_ascii_digits_even_if_it_is_signed(timestamp):
    assert type(refused(headers=of_timestamp(timestamp))) is TimestampError
    as_bytes = {name: value.encode() for name, value in of_timestamp(timestamp).items()}
    assert type(refused(headers=as_bytes)) is TimestampError


def test_a_now_without_a_time_zone_is_an_error():
    with pytest.raises(InvalidParameterError, match="time zone"):
        verify(BODY, signed(), SECRET, now=NOW.replace(tzinfo=None))


def test_the_default_time_is_from_this_machine():
    assert verify(BODY, sign(BODY, SECRET), SECRET).id == "evt_1"
    with pytest.raises(TimestampError):
        verify(BODY, signed(now=datetime.now(UTC) - timedelta(hours=1)), SECRET)


# --- headers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("missing", "kind"), [(TIMESTAMP, TimestampError), (SIGNATURE, SignatureError)])
def test_the_error_names_the_missing_header(missing, kind):
    refusal = refused(headers=signed(**{missing: None}))
    assert type(refusal) is kind
    assert missing in refusal.message


def test_a_repeated_timestamp_is_refused():
    headers = [*signed().items(), (TIMESTAMP.lower(), signed()[TIMESTAMP])]
    assert type(refused(headers=headers)) is TimestampError


def test_the_unsigned_event_header_is_ignored():
    event = verify(BODY, signed(**{"X-ProspectB2B-Event": "campaign.published"}), SECRET, now=NOW)
    assert event.type == "lead.created"


def test_an_old_body_under_a_new_delivery_id_is_the_same_event():
    first, second = (
        verify(BODY, signed(**{"X-ProspectB2B-Delivery": delivery}), SECRET, now=NOW)
        for delivery in ("delivery_1", "delivery_2")
    )
    assert first == second
    assert hash(first) == hash(second)
    assert first.delivery_id != second.delivery_id


@each_case("delivery", [None, "", "a b", "é", "x" * 256, "\x1b[31m"])
def test_an_invalid_delivery_id_is_left_out(delivery):
    assert verify(BODY, signed(**{"X-ProspectB2B-Delivery": delivery}), SECRET, now=NOW).delivery_id is None


# --- signatures and secrets ------------------------------------------------------------------------------------------

GOOD = signed()[SIGNATURE]
BAD = "v1=" + "0" * 64


@pytest.mark.parametrize(
    "value",
    [
        GOOD,
        f"{BAD},{GOOD}",
        f"{BAD}, {GOOD}",
        f"{GOOD}\t,{BAD}",
        ", ".join([BAD] * 4 + [GOOD]),
        f"v2=anything at all, {GOOD}",
        "v1=" + GOOD[3:].upper(),
    ],
    ids=["one", "two", "with a space", "with a tab", "five", "another scheme beside", "upper-case digits"],
)
def test_one_valid_signature_is_enough(value):
    assert verify(BODY, signed(**{SIGNATURE: value}), SECRET, now=NOW).id == "evt_1"


def test_several_signature_lines_are_one_list():
    headers = [(TIMESTAMP, signed()[TIMESTAMP]), (SIGNATURE, BAD), (SIGNATURE, GOOD)]
    assert verify(BODY, headers, SECRET, now=NOW).id == "evt_1"
    assert type(refused(headers=[*headers, *[(SIGNATURE, GOOD)] * 4])) is SignatureError


@each_case(
    ("value", "says"),
    [
        (", ".join([GOOD] * 6), "more than 5"),
        (", ".join([GOOD] + ["v2=x"] * 5), "more than 5"),
        ("," * 100_000, "more than 5"),
        (BAD, "no signature matches"),
        ("v2=" + GOOD[3:], "not v1="),
        ("V1=" + GOOD[3:], "not v1="),
        (GOOD[3:], "not v1="),
        (GOOD[:-1], "not v1="),
        (GOOD + "0", "not v1="),
        (GOOD[:-2], "not v1="),
        (f"{GOOD}, v1=", "not v1="),
        ("v1= " + GOOD[3:], "not v1="),
        ("v1=" + GOOD[3:5] + "  " + GOOD[7:], "not v1="),
        (GOOD.replace("v1=", "v1=0x"), "not v1="),
        ("v1=" + "０" * 64, "not v1="),
        (GOOD + "\n", "not v1="),
        ("", "not v1="),
    ],
)
def test_a_malformed_signature_header_is_refused(value, says):
    refusal = refused(headers=signed(**{SIGNATURE: value}))
    assert type(refusal) is SignatureError
    assert says in refusal.message


def test_after_a_rotation_either_secret_is_accepted():
    for signing in (SECRET, OTHER, [OTHER, SECRET]):
        for trusted in ([SECRET, OTHER], (OTHER, SECRET)):
            assert verify(BODY, signed(secret=signing), trusted, now=NOW).id == "evt_1"
    assert verify(BODY, signed(secret=[OTHER, SECRET]), OTHER, now=NOW).id == "evt_1"
    assert type(refused(headers=signed(secret=OTHER))) is SignatureError


def test_a_secret_may_be_text_or_a_secret_object_with_surrounding_white_space():
    for secret in (SECRET, Secret(SECRET), f" {SECRET}\n", [Secret(SECRET)]):
        assert verify(BODY, signed(), secret, now=NOW).id == "evt_1"


@each_case("secret", [None, "", " ", b"whsec_bytes", "two words", "pässword", 7, [], [SECRET] * 3, [None]])
def test_an_invalid_secret_is_an_error_that_does_not_show_it(secret):
    for call in (lambda: verify(BODY, signed(), secret, now=NOW), lambda: sign(BODY, secret)):
        with pytest.raises(InvalidParameterError, match="signing secret") as caught:
            call()
        assert secret not in ["two words", "pässword"] or secret not in str(caught.value)


# --- size ------------------------------------------------------------------------------------------------------------


def test_256_kib_are_accepted_and_a_byte_more_is_not():
    filled = body_of(note="x" * (256 * KIB - len(body_of(note=""))))
    assert len(filled) == 256 * KIB
    assert verify(filled, signed(filled), SECRET, now=NOW).id == "evt_1"
    for larger in (filled + b" ", filled + b" " * KIB, memoryview(filled + b" ")):
        assert type(refused(larger, signed(bytes(larger)))) is DeliveryTooLargeError


@each_case("body", ["{}", {}, None, 7])
def test_a_body_that_is_not_raw_bytes_is_an_error(body):
    with pytest.raises(InvalidParameterError, match="not bytes") as caught:
        verify(body, signed(), SECRET, now=NOW)
    assert "raw bytes" in caught.value.repair
    with pytest.raises(InvalidParameterError, match="not bytes"):
        sign(body, SECRET)


# --- signed, and yet not an event ------------------------------------------------------------------------------------

NO_EVENTS = {
    "empty": b"",
    "not UTF-8": b'{"id":"evt_1","type":"lead.created","data":{"full_name":"\xff"}}',
    "UTF-16": '{"id":"evt_1","type":"lead.created"}'.encode("utf-16"),
    "with a BOM": b'\xef\xbb\xbf{"id":"evt_1","type":"lead.created"}',
    "not JSON": b"id=evt_1&type=lead.created",
    "cut off": BODY[:-1],
    "two values": BODY + BODY,
    "NaN": b'{"id":"evt_1","type":"lead.created","data":{"score":NaN}}',
    "Infinity": b'{"id":"evt_1","type":"lead.created","data":{"score":-Infinity}}',
    "beyond a float": b'{"id":"evt_1","type":"lead.created","data":{"score":1e999}}',
    "a number of 5,000 digits": b'{"id":"evt_1","type":"lead.created","data":{"score":' + b"9" * 5_000 + b"}}",
    "a key twice": b'{"id":"evt_1","id":"evt_2","type":"lead.created"}',
    "a key twice inside": b'{"id":"evt_1","type":"lead.created","data":{"email":"a","email":"b"}}',
    "a list": b'[{"id":"evt_1","type":"lead.created"}]',
    "text": b'"evt_1"',
    "null": b"null",
    "too deep": b'{"id":"evt_1","type":"lead.created","data":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "no id": b'{"type":"lead.created","data":{}}',
    "no type": b'{"id":"evt_1","data":{}}',
    "an id that is a number": b'{"id":1,"type":"lead.created"}',
    "an empty id": b'{"id":"","type":"lead.created"}',
    "an id of half a surrogate": rb'{"id":"\ud800","type":"lead.created"}',
    "an id with an escape": rb'{"id":"\u001b[31m","type":"lead.created"}',
    "a type with a space": b'{"id":"evt_1","type":"lead created"}',
    "an endless id": b'{"id":"' + b"e" * 256 + b'","type":"lead.created"}',
}


@pytest.mark.parametrize("body", NO_EVENTS.values(), ids=NO_EVENTS)
def test_a_signed_body_that_is_not_an_event_is_refused(body):
    refusal = refused(body)
    assert type(refusal) is MalformedEventError
    assert refusal.repair


def test_integers_of_any_usual_size_are_exact():
    body = b'{"id":"evt_1","type":"lead.created","data":{"score":' + b"9" * 400 + b"}}"
    assert verify(body, signed(body), SECRET, now=NOW).data["score"] == 10**400 - 1


@each_case(
    ("body", "created_at", "data"),
    [
        (b'{"id":"e","type":"t"}', None, {"id": "e", "type": "t"}),
        (b'{"id":"e","type":"t","data":[1]}', None, {"id": "e", "type": "t", "data": [1]}),
        (b'{"id":"e","type":"t","created_at":"2026-03-10","data":{}}', None, {}),
        (b'{"id":"e","type":"t","created_at":1773144000,"data":{}}', None, {}),
        (b'{"id":"e","type":"t","created_at":"2026-03-10T13:00:00+01:00","data":{}}', NOW, {}),
    ],
)
def test_missing_event_fields_are_tolerated(body, created_at, data):
    event = verify(body, signed(body), SECRET, now=NOW)
    assert (event.created_at, event.data) == (created_at, data)


# --- nothing is given away -------------------------------------------------------------------------------------------

PRIVATE = body_of(email="canary@private.example")
REFUSED = {
    "too large": (PRIVATE + b" " * 256 * KIB, signed(), SECRET, NOW),
    "late": (PRIVATE, signed(PRIVATE), SECRET, NOW + timedelta(days=1)),
    "forged": (PRIVATE, signed(PRIVATE, OTHER), SECRET, NOW),
    "malformed": (PRIVATE[:-1], signed(PRIVATE[:-1]), SECRET, NOW),
    "a key twice": (PRIVATE[:-1] + b',"id":"x"}', signed(PRIVATE[:-1] + b',"id":"x"}'), SECRET, NOW),
    "text": (PRIVATE.decode(), signed(PRIVATE), SECRET, NOW),
    "no headers": (PRIVATE, [SECRET, PRIVATE], SECRET, NOW),
    "no secret": (PRIVATE, signed(PRIVATE), f"{SECRET} {SECRET}", NOW),
    "naive": (PRIVATE, signed(PRIVATE), SECRET, NOW.replace(tzinfo=None)),
}


@pytest.mark.parametrize("call", REFUSED.values(), ids=REFUSED)
def test_no_refusal_shows_a_secret_or_a_lead(call):
    *arguments, now = call
    with pytest.raises(pb.ProspectB2BError) as caught:
        verify(*arguments, now=now)
    problem = caught.value
    frames = [f for f, _ in traceback.walk_tb(problem.__traceback__) if "pb2b_notebook" in f.f_code.co_filename]
    shown = [str(problem), repr(problem), repr(vars(problem)), *(repr(f.f_locals) for f in frames)]
    assert problem.repair
    assert problem.__cause__ is problem.__context__ is None
    assert not [text for text in shown if "canary" in text]


def test_an_event_can_be_pickled():
    event = verify(BODY, signed(), SECRET, now=NOW)
    assert pickle.loads(pickle.dumps(event)) == event  # noqa: S301 - our own
    with pytest.raises(AttributeError):
        event.id = "evt_2"
    assert isinstance(event, Event)


@each_case("body", [b'{"event":"lead.created","payload":{}}', b"[]", b"lead=1&kind=created", b""])
def test_the_signature_alone_is_verified_for_a_body_of_another_form(body):
    with pytest.raises(MalformedEventError):
        verify(body, signed(body), SECRET, now=NOW)
    event = verify(body, signed(body), SECRET, now=NOW, any_form=True)
    assert (event.type, event.raw) == ("unknown", body)
    assert event.id == verify(body, signed(body), SECRET, now=NOW, any_form=True).id
    with pytest.raises(SignatureError):
        verify(body, signed(body, secret=OTHER), SECRET, now=NOW, any_form=True)
