"""The OpenAPI document of version 1, written once: what is served is also what calls are read by.

Shapes stand here (which fields, of what type); what may be in them the procedures judge, and say in their reasons.
"""

import re
from typing import Any

from portal.till.answers import STATUSES

#: Bytes of a body: 2,000 lines with their attributes have room.
LARGEST = 2 * 1024 * 1024

#: Text that PostgreSQL can keep.
WORDS = r"^[^\u0000]*$"
DECIMAL = {
    "description": "A number written as text, so that it is exact; a plain JSON number is read as it is written.",
    "type": ["string", "integer"],
    "pattern": r"^[0-9]{1,8}(\.[0-9]{1,2})?$",
    "minimum": 0,
    "maximum": 99_999_999,
    "examples": ["49.90"],
}
QUANTITY = DECIMAL | {
    "description": "More than 0, at most three decimals.",
    "pattern": r"^([1-9][0-9]{0,5}(\.[0-9]{1,3})?|0\.([1-9][0-9]{0,2}|0[1-9][0-9]?|00[1-9]))$",
    "minimum": 1,
    "maximum": 999_999,
    "examples": ["2"],
}
MONEY = {"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{2}$", "examples": ["49.90"]}
DAY = {
    "type": "string",
    "format": "date",
    "pattern": r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}$",
    "examples": ["2026-11-22"],
}
MOMENT = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})$",
    "examples": ["2026-11-22T10:00:00Z"],
}
KEY = {
    "description": "Whose purchase it is: a phone or card number as people write it, or what a card's QR code says.",
    "type": ["string", "null"],
    "maxLength": 200,
    "pattern": WORDS,
    "examples": ["+421 903 123 456"],
}
BASKET_LINE = {
    "type": "object",
    "required": ["sku", "qty", "price"],
    "properties": {
        "line": {
            "description": "1, 2, 3 … without holes; may be left out.",
            "type": "integer",
            "minimum": 1,
            "maximum": 2000,
        },
        "sku": {"type": "string", "pattern": r"^[!-~]([ -~]{0,62}[!-~])?$", "examples": ["A1"]},
        "name": {"type": "string", "maxLength": 200, "pattern": WORDS},
        "qty": QUANTITY,
        "price": DECIMAL | {"description": "Of one, with tax; at most two decimals."},
        "floor": DECIMAL | {"description": "Nothing may bring one of it under this price."},
        "special": {"description": "Special terms: no discount, no bonuses.", "type": "boolean"},
        "isService": {"description": "Service points can pay it.", "type": "boolean"},
        "attributes": {
            "type": "object",
            "maxProperties": 30,
            "propertyNames": {"pattern": "^[A-Za-z][A-Za-z0-9_-]{0,39}$"},
            "additionalProperties": {"type": "string", "maxLength": 100, "pattern": WORDS},
            "examples": [{"brand": "columbia", "category": "ski/boots"}],
        },
    },
}
BASKET = {
    "type": "object",
    "required": ["lines"],
    "properties": {
        "lines": {"type": "array", "minItems": 1, "maxItems": 2000, "items": BASKET_LINE},
        "coupons": {"type": "array", "maxItems": 20, "items": {"type": "string", "pattern": "^[A-Za-z0-9-]{1,64}$"}},
        "pay": {
            "description": "Bonuses the buyer wants to pay with: as many as may be, none (the usual), or an amount.",
            "type": ["string", "integer"],
            "minimum": 0,
            "maximum": 99_999_999,
            "pattern": r"^(max|none|[0-9]{1,8}(\.[0-9]{1,2})?)$",
            "examples": ["max"],
        },
    },
}  # fmt: skip
NAME = {
    "till": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$", "examples": ["1"]},
    "businessDay": DAY,
    "number": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_./-]{0,63}$", "examples": ["17"]},
}
SALE = {
    "description": "What its till called the sale; store only where goods come back to another one.",
    "type": "object",
    "required": list(NAME),
    "properties": {"store": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,31}$"}} | NAME,
}


def body(required: list[str], **properties) -> dict:
    return {"type": "object", "required": required, "properties": properties}


REQUESTS = {
    "quote": body(["basket"], key=KEY, basket=BASKET),
    "hold": body([*NAME, "basket"], **NAME, key=KEY, basket=BASKET),
    "commit": body(
        [*NAME, "basket"],
        **NAME,
        key=KEY,
        basket=BASKET,
        soldAt=MOMENT | {"description": "By the till's clock; it is kept and decides nothing, but for an offline receipt."},
        expectedNet=DECIMAL | {"description": "What the buyer was shown; where it is another sum now, nothing is entered."},
        isOffline={"description": "Sold without asking: prices are final as sent.", "type": "boolean"},
    ),
    "cancel": body([*NAME], **NAME, key=KEY),
    "return": body(
        [*NAME, "sale", "lines"],
        **NAME,
        sale=SALE,
        lines={
            "type": "array",
            "minItems": 1,
            "maxItems": 2000,
            "items": {
                "type": "object",
                "required": ["line", "quantity"],
                "properties": {
                    "line": {"description": "Of the sale.", "type": "integer", "minimum": 1, "maximum": 9999},
                    "quantity": QUANTITY,
                },
            },
        },
        soldAt=MOMENT,
    ),
    "claim": body(["key", "sale", "net"], key=KEY | {"type": "string"}, sale=SALE, net=DECIMAL),
    "identify": body(["key"], key=KEY | {"type": "string"}),
    "balance": body(["key"], key=KEY | {"type": "string"}),
}  # fmt: skip

ACCOUNT = {
    "type": "object",
    "required": ["name", "tier", "isBlocked", "balance", "service"],
    "properties": {
        "name": {"description": "Masked.", "type": "string"},
        "tier": {"type": "string"},
        "isBlocked": {"description": "It neither earns nor spends.", "type": "boolean"},
        "balance": MONEY,
        "service": MONEY | {"description": "Service points."},
    },
}
PERHAPS_ACCOUNT = {"anyOf": [{"$ref": "#/components/schemas/Account"}, {"type": "null"}]}
LINE_AMOUNTS = {name: MONEY for name in ("gross", "discount", "bonus", "service", "net", "earned")}
DECISION = {
    "description": "The best deal: what each line costs, by which promotions, paid by which bonuses, and what it earns.",
    "type": "object",
    "required": ["lines", *LINE_AMOUNTS, "proved", "gap"],
    "properties": {
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["line", *LINE_AMOUNTS, "discounts", "payments"],
                "properties": {
                    "line": {"type": "integer"},
                    **LINE_AMOUNTS,
                    "discounts": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["promotion", "amount"],
                            "properties": {"promotion": {"type": "string"}, "amount": MONEY},
                        },
                    },
                    "payments": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["lotID", "amount"],
                            "properties": {"lotID": {"type": "string"}, "amount": MONEY},
                        },
                    },
                },
            },
        },
        **LINE_AMOUNTS,
        "proved": {"description": "Nothing better exists.", "type": "boolean"},
        "gap": MONEY | {"description": "Where it is not proved: the most that was missed."},
        "advice": {"description": "What was missed by little.", "type": "array", "items": {"type": "object"}},
    },
}
RECEIPT = {
    "type": "object",
    "required": ["store", "till", "businessDay", "number"],
    "properties": {"store": {"type": "string"}, **NAME, "kind": {"enum": ["sale", "return"]}},
}
CURRENCY = {"type": "string", "examples": ["EUR"]}


def answer(**properties) -> dict:
    return {"type": "object", "required": list(properties), "properties": properties}


DECIDED = {
    "account": PERHAPS_ACCOUNT,
    "decision": {"$ref": "#/components/schemas/Decision"},
    "currency": CURRENCY,
}
ANSWERS = {
    "quote": answer(**DECIDED),
    "hold": answer(receipt=RECEIPT, expiresAt=MOMENT, **DECIDED),
    "commit": answer(receipt=RECEIPT, **DECIDED),
    "cancel": answer(reason={"const": "hold_cancelled"}),
    "return": answer(
        receipt=RECEIPT,
        sale=RECEIPT,
        lines={"type": "array", "items": {"type": "object"}},
        refund=MONEY | {"description": "Money to give back."},
        deducted=MONEY | {"description": "Kept of it for bonuses that had been earned by it and are spent."},
        bonus=MONEY | {"description": "Bonuses that went back to their lots."},
        service=MONEY,
        earned=MONEY | {"description": "Bonuses that it had earned and earns no more."},
        notTakenBack=MONEY | {"description": "Of those, what was spent and is forgiven."},
        currency=CURRENCY,
    ),
    "claim": answer(account={"$ref": "#/components/schemas/Account"}, earned=MONEY, currency=CURRENCY),
    "identify": answer(account={"$ref": "#/components/schemas/Account"}, currency=CURRENCY),
    "balance": answer(
        account={"$ref": "#/components/schemas/Account"},
        currency=CURRENCY,
        forecast={
            "type": "array",
            "items": answer(until={"type": ["string", "null"]}, kind={"type": "string"}, amount=MONEY),
        },
    ),
}
SUMMARIES = {
    "quote": "What a basket costs a buyer. Nothing is written: ask as often as the basket changes.",
    "hold": "Promise the price for some minutes, and set aside the bonuses that pay for it.",
    "commit": "Enter the sale, once: the same again is answered the same, to the byte.",
    "cancel": "Give up a hold. An entered sale is undone by a return only.",
    "return": "Take goods back, as the mirror of their sale.",
    "claim": "Give a receipt of nobody to who shows a card later.",
    "identify": "Who has this phone, card or QR code, as far as a till may know.",
    "balance": "What he can spend, and what of it ends when.",
}
CAUSES = {
    400: "It cannot be read, or is not of the documented shape.",
    401: "It is not signed by a key of the store, or not just now, or was sent before.",
    403: "The store is closed, or it is another store's receipt.",
    404: "There is no such person, receipt or address.",
    409: "Something else was entered or promised, or the price has changed: details say what.",
    413: f"It has more than {LARGEST} bytes.",
    415: "It is not JSON.",
    422: "It was understood and cannot be done: reason says why.",
    429: "The store asks too often: Retry-After says when it may.",
    503: "It is not known whether it was done: send the very same again.",
}
SIGNED = {
    "X-Store": ("The store.", r"^[a-z0-9][a-z0-9-]{0,31}$"),
    "X-Key": ("Which of the store's keys signs.", r"^k[0-9a-f]{12}$"),
    "X-Timestamp": ("Seconds since 1970, at most five minutes from now.", r"^[0-9]{1,11}$"),
    "X-Nonce": ("New for every call.", r"^[A-Za-z0-9_-]{16,64}$"),
    "X-Signature": (
        "HMAC-SHA-256 by the key's secret, in hexadecimal, of five lines: method, path, timestamp, nonce, SHA-256 of the body.",
        r"^[0-9a-f]{64}$",
    ),
}


def document() -> dict:
    """
    >>> document()["openapi"]
    '3.1.0'
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "What shop tills ask",
            "version": "1",
            "description": "The till sends the basket, the centre decides. Receipts are named by store, till, business day and"
            " number; whatever is named twice happens once.",
        },
        "servers": [{"url": "/api/v1"}],
        "paths": {f"/{name}": {"post": operation(name)} for name in REQUESTS}
        | {
            "/openapi.json": {
                "get": {
                    "operationId": "openapi",
                    "summary": "This document.",
                    "responses": {"200": content("The document.", {"type": "object"})},
                }
            }
        },
        "components": {
            "schemas": {
                "Account": ACCOUNT,
                "Decision": DECISION,
                "Refusal": {
                    "type": "object",
                    "required": ["reason", "msg", "details"],
                    "properties": {
                        "reason": {
                            "description": "A word that lasts, for the till's software.",
                            "type": "string",
                            "examples": sorted(STATUSES),
                        },
                        "msg": {"description": "A sentence for whoever stands at it.", "type": "string"},
                        "details": {"type": "object"},
                    },
                },
            },
            "parameters": {
                name: {
                    "name": name,
                    "in": "header",
                    "required": True,
                    "description": meaning,
                    "schema": {"type": "string", "pattern": pattern},
                }
                for name, (meaning, pattern) in SIGNED.items()
            },
        },
    }  # fmt: skip


def operation(name: str) -> dict:
    refusal = {"$ref": "#/components/schemas/Refusal"}
    return {
        "operationId": name,
        "summary": SUMMARIES[name],
        "parameters": [{"$ref": f"#/components/parameters/{header}"} for header in SIGNED],
        "requestBody": {"required": True, "content": {"application/json": {"schema": REQUESTS[name]}}},
        "responses": {"200": content("Done.", ANSWERS[name])}
        | {str(status): content(cause, refusal) for status, cause in CAUSES.items()},
    }


def content(description: str, schema: dict) -> dict:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


# Reading a call by it

TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
    "null": type(None),
}


def fault(schema: dict, value: Any, field: str = "") -> tuple[str, str] | None:
    """The first place that is not of the shape, and what is wrong there; what no schema names is left alone.

    >>> fault(REQUESTS["identify"], {"key": 7})
    ('key', 'key is not a string.')
    """
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(is_of(name, value) for name in types):
        return field, f"{field or 'The body'} is not {'a' if types[0][0] not in 'aio' else 'an'} {types[0]}."
    if isinstance(value, dict):
        return fault_of_object(schema, value, field)
    if isinstance(value, list):
        if len(value) > schema.get("maxItems", len(value)):
            # How many there may be, the procedure says too.
            return None
        places = ((fault(schema["items"], item, f"{field}[{place}]")) for place, item in enumerate(value))
        return next(filter(None, places), None)
    # How anything else has to be written, the procedure says in a reason of its own.
    if "format" in schema and isinstance(value, str) and not re.fullmatch(schema["pattern"], value):
        return field, f"{field} is not written as {schema['examples'][0]}."
    return None


def fault_of_object(schema: dict, value: dict, field: str) -> tuple[str, str] | None:
    prefix = f"{field}." if field else ""
    for name in schema.get("required", []):
        if name not in value:
            return f"{prefix}{name}", f"{prefix}{name} is missing."
    known = schema.get("properties", {})
    places = (fault(known[name], value[name], f"{prefix}{name}") for name in known if name in value)
    return next(filter(None, places), None)


def is_of(name: str, value: Any) -> bool:
    """Whether a value is of a type; a number with a point was read as text, and true is no number."""
    return isinstance(value, TYPES[name]) and not (name == "integer" and isinstance(value, bool))
