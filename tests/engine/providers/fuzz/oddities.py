"""What no vendor should answer, and some do."""

from aiohttp import (
    ClientConnectionResetError,
    ClientOSError,
    ClientPayloadError,
    InvalidURL,
    ServerDisconnectedError,
    ServerTimeoutError,
)

DEEP = 2000
# What can hardly be read, and is too deep for much else.
DEEPER = 9000

# Written into a document as they stand, whether that is JSON or not.
RAW = (
    *("null", "null", "null", "true", "false", "0", "-0.0", "1", "0.25", "1e5"),
    *("1e308", "-1e308", "1e-320", "1e999", "-1e999", "1" + "0" * 400, "-1"),
    *("9" * 5000, "1000000", "999999.9999", "9007199254740993", "18446744073709551616"),
    *("NaN", "Infinity", "-Infinity", "+1", "01", ".5", "1.", "0x10", "1_000"),
    *("undefined", "None", "tru", "'x'", "", ",", "}", "]", "/* x */ 1", "1,"),
    *('""', '"NaN"', '"null"', '"0.25"', '"1,5"', '"Infinity"', '"0"', '"true"'),
    *(
        '"\\ud800"',
        '"\\u0000"',
        '"\\r\\nX-Api-Key: 1"',
        '"€"',
        '"é"',
        '"x' + "y" * 5000,
    ),
    *('"' + "y" * 5000 + '"', '".."', '"../../etc/passwd"', '"%2e%2e"', '"a/b?c#d"'),
    *("[]", "{}", "[[]]", "[{}]", "[null]", '{"value":null}', '{"price":null}'),
    *("[1,2,3]", '{"":{}}', '{"static":{"price":1}}', '{"value":1,"confidence":0}'),
    *('1,"price":null', 'null,"price":2,"value":3', '1,"timestamp":null', '1,"id":"a"'),
    *("[" * DEEP + "]" * DEEP, '{"a":' * DEEP + "1" + "}" * DEEP),
    *('{"price":' * DEEP + "null" + "}" * DEEP, "[" * 60_000),
    *("[" * DEEP, '{"data":[' * DEEP + "]}" * DEEP),
    *("[" * DEEPER + "]" * DEEPER, '{"a":' * DEEPER + "1" + "}" * DEEPER),
)

# Words of one vendor or another, and of none.
WORDS = (
    *("data", "prices", "rows", "success", "pricing_metadata", "units", "currency"),
    *("price", "value", "confidence", "tariff", "rate", "cost", "valid_from"),
    *("valid_to", "next_update", "location_id", "location_timezone", "request"),
    *("currency_code", "tariff_direction", "bearer_token", "expires_in", "date"),
    *("time", "estimated", "colorLabel", "charges", "color", "tariffs", "name"),
    *("static", "from", "subscriptions", "suggestion", "requestCount", "fcr", "afrr"),
    *("mfrr", "chartRows", "recentRows", "latestRow", "latestUpwardRow", "direction"),
    *("time_horizon", "bucket_start_utc", "period_start_utc", "period_end_utc"),
    *("pagination", "has_more", "next_cursor", "id", "status", "version", "slots"),
    *("delivery_start", "delivery_end", "period_from", "period_to", "volume_mwh"),
    *("volume", "amount", "eic", "previous_nomination_id", "previous_transaction_id"),
    *("error", "errors", "code", "details", "type", "", "\ud800", "_eur_kwh"),
    *("new_eur_kwh", "vat_eur_kwh", "spot_eur_kwh", "price_ttc_eur_kwh"),
    *("__class__", "price ", "Price"),
)

# What words of a vendor are replaced by: words of ours, theirs and nobody's.
VALUES = (
    *("EUR", "DKK", "eur", "GBP", "€/MWh", "TTC", "HT", "CU4", "IMPORT", "EXPORT"),
    *("LOCAL", "import", "UPWARD", "DOWNWARD", "SYMMETRIC", "DAILY", "WEEKLY", "green"),
    *("RED", "DARK_GREEN", "PURPLE", "valid", "superseded", "match", "buy", "sell"),
    *("in", "out", "spot", "VAT", "vat", "charges", "Nettarif C", "Elafgift", "½"),
    *("", " ", "z" * 400),
    *(".", "..", "\u0661\u0662", "\ud800", "a\r\nb", "nom_1", "txn_1", "con_1"),
)

ZONES = (
    *("Europe/Paris", "Europe/London", "UTC", "Europe", "europe/paris", "localtime"),
    *(
        "../UTC",
        "/etc/localtime",
        "Europe/Paris/",
        "UTC\x00",
        "z" * 400,
        "",
        ".",
        "A/B",
    ),
    *("\ud800/x", "posixrules", "tzdata.zi", "Europe/../UTC", "zone.tab", "é/ü"),
)

TIMES = (
    *("0001-01-01T00:00:00+14:00", "0001-01-01", "9999-12-31T23:59:59Z", "9999-12-31"),
    *("9999-12-31T23:59:59-14:00", "10000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z"),
    *("2026-06-30T23:59:60Z", "2026-12-31T23:59:60+00:00", "2026-02-30T00:00:00Z"),
    *("2026-04-31T12:00:00+02:00", "2026-13-01T00:00:00Z", "2026-04-15T24:00:00Z"),
    *("2026-04-15T25:00:00Z", "2026-04-15T00:60:00Z", "2025-02-29T00:00:00Z"),
    *("2026-04-15T00:00:00+24:00", "2026-04-15T00:00:00+23:59:59.999999"),
    *("2026-W16-3T00:00:00Z", "2026-105T00:00:00Z", "20260415T000000Z", "now", "today"),
    *("2026-04-15 00:00:00+00:00", "2026-04-15t00:00:00z", "2026-04-15", "00:00"),
    *("Wed, 15 Apr 2026 00:00:00 GMT", "1776204000", "1776204000000", "+2026-04-15"),
    *("2026-03-29T02:30:00+01:00", "2026-03-29T02:30:00", "2026-10-25T02:30:00"),
    *("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00", "1989-12-31T23:00Z"),
    *("1990-01-01T00:00:00Z", "2200-12-31T23:59:59Z", "2201-01-01T00:00:00Z"),
    *("2200-12-31T23:59:59-23:59", "1990-01-01T00:00:00+23:59", "٢٠٢٦-04-15T00:00:00Z"),
    *("2026-04-15T00:00:00.000000001Z", "2026-04-15T00:00:00,5Z", "2026-04-15T00Z"),
    *("02:30", "24:00", "23:45", "1:5", "02:30Z", "02:30+02:00", "02:30:00.5", "02:07"),
    *("2026-03-29", "2026-10-25", "2026-10-24", "2026-02-30", "2026-4-5", "0000-00-00"),
)

SECONDS = (
    *("", " ", "0", "-0", "-1", "1", " 5 ", "59", "60", "90", "120", "3600", "3601"),
    *("86400", "99999999999", "9" * 30, "9" * 5000, "1e9", "1.5", "NaN", "inf"),
    *(
        "\u0663",
        "²",
        "0x10",
        "soon",
        "1776204000",
        "1776204000000",
        "60, 120",
        "\udcff",
    ),
)

DATES = (
    *("Wed, 15 Apr 2026 12:02:00 GMT", "Wed, 15 Apr 2026 12:00:00 GMT", "Wed"),
    *("Wed, 15 Apr 2026 12:00:00 -0000", "Wed, 15 Apr 2026 12:00:00 +9999"),
    *("Fri, 31 Dec 9999 23:59:59 GMT", "Fri, 31 Dec 9999 23:59:59 -2359"),
    *("Mon, 01 Jan 0001 00:00:00 +2359", "Thu, 01 Jan 1970 00:00:00 GMT"),
    *("Sat, 01 Jan 10000 00:00:00 GMT", "Wed, 15 Apr 99999999999999999999 1:0:0 GMT"),
    *("Mon, 30 Feb 2026 12:00:00 GMT", "Tue, 30 Jun 2026 23:59:60 GMT", "GMT"),
    *("Wednesday, 15-Apr-26 12:00:00 GMT", "Wed Apr 15 12:00:00 2026", ", ", "15 Apr"),
    *("2026-04-15T12:00:00Z", "Wed, 15 Apr 2026 12:00 EST", "Wed, 15 Apr 2026", "::"),
    *("Wed, 15 Apr 2026 :: GMT", "15 Apr 2026 12.00.00 GMT", "15-Apr-2026 1:2:3"),
)

STATUSES = (
    *(100, 201, 202, 204, 205, 206, 301, 302, 303, 304, 307, 308, 400, 401, 401, 402),
    *(403, 403, 404, 404, 405, 406, 408, 409, 410, 413, 415, 418, 422, 422, 423, 425),
    *(426, 429, 429, 431, 451, 499, 500, 501, 502, 503, 503, 504, 520, 529, 599, 600),
    *(999, 999),
)

CODES = (
    *("no_tariff_connected", "pending_connect", "no_price_data", "account_disabled"),
    *("tariff_direction_not_supported", "not_found", "rate_limited", "invalid_token"),
    *("validation_error", "slots[0].amount", "a" * 500, "", "e\u0301", "\ud800", "A b"),
)


def connection_errors(address: str) -> tuple[Exception, ...]:
    """Return the ways in which a connection ends; some of them tell the address."""
    return (
        *(TimeoutError(), ServerTimeoutError(f"Connection timeout to host {address}")),
        *(ServerDisconnectedError(), ClientPayloadError("cut off"), OSError(address)),
        *(ClientOSError(104, "reset"), ClientConnectionResetError("reset")),
        *(InvalidURL(address), ValueError(address), RuntimeError("Session is closed")),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, address),
    )


DAMAGE = (
    *(b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\x00", b"\xef\xbb\xbf", b"\xfe\xff"),
    *(b"\xff\xfe\x00\x00", b"\x1f\x8b", b'"', b"{", b"]", b",", b":", b"\\u", b"1e"),
    *(b"null", b"-", b"\n", b"<!-- -->", b"\xc2\xa0"),
)

BODIES = (
    *(b"", b" ", b"\n", b"null", b"true", b"0", b'""', b"[]", b"{}", b"[[]]", b"[{}]"),
    *(b"<!doctype html><html><body>Bad gateway</body></html>", b"OK", b"\xff\xfe"),
    *(
        b'{"success":true}',
        b'{"data":[]}',
        b'{"data":null}',
        b"[null]",
        b"\xef\xbb\xbf",
    ),
    *(b'{"success":true,"data":[],"prices":[]}', b"\x1f\x8b\x08\x00", b"\x00" * 100),
    *(b'{"rows":[]}', b'{"rows":null}', b"not json", b"[" * DEEP, b'{"a":' * DEEP),
)
