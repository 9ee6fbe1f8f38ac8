"""The examples of the OpenAPI document, by schema; a test validates each one against its schema."""

from __future__ import annotations

from typing import Any

REQUEST_ID = "req_5f0c2a9be1d34c77"
MADE_AT = "2026-03-10T12:00:00.000Z"

LEAD: dict[str, Any] = {
    "id": "lead_a0f9cc2f3e22799d",
    "object": "lead",
    "full_name": "Zoë Okafor",
    "email": "zoe.okafor@nordlicht.example",
    "company_name": "Nordlicht Optik GmbH",
    "first_name": "Zoë",
    "last_name": "Okafor",
    "phone": "+4930901820",
    "title": "Head of Sales",
    "seniority": "head",
    "company_domain": "nordlicht.example",
    "website": "https://nordlicht.example",
    "linkedin_url": None,
    "industry": "Optics",
    "employee_count": 120,
    "country": "DE",
    "city": "Hamburg",
    "status": "new",
    "source": "trade show",
    "owner_email": "ines@lanternfinch.example",
    "score": 61,
    "tags": ["spring"],
    "external_id": None,
    "custom_fields": {"tier": "A", "deal_value_eur": 12000},
    "last_contacted_at": None,
    "import_id": None,
    "merged_into": None,
    "deleted_at": None,
    "created_at": MADE_AT,
    "updated_at": MADE_AT,
}
LEAD_FIELD: dict[str, Any] = {
    "id": "field_251ff2568ed61b92",
    "object": "lead_field",
    "key": "tier",
    "label": "Account tier",
    "type": "select",
    "required": False,
    "options": ["A", "B", "C"],
    "builtin": False,
    "position": 29,
    "created_at": MADE_AT,
    "updated_at": MADE_AT,
}
API_KEY: dict[str, Any] = {
    "id": "key_f7e23d0871a6e9ff",
    "object": "api_key",
    "name": "Notebook",
    "prefix": "01f9fa3b",
    "scopes": ["me.read", "leads.read"],
    "read_only": False,
    "expires_at": None,
    "workspace": {"id": "ws_1c5e7f0a44b1d2c3", "name": "Lantern & Finch"},
    "membership": {"id": "mem_90aa17c2b64e8d15", "role": "owner", "email": "ines@lanternfinch.example"},
    "created_at": MADE_AT,
    "updated_at": MADE_AT,
}
_VALUES = {"full_name": "Zoë Okafor", "email": "zoe.okafor@nordlicht.example", "tags": ["spring"]}


def object_envelope(data: Any) -> dict[str, Any]:
    """Return the envelope of one object."""
    return {"data": data, "request_id": REQUEST_ID}


def list_envelope(data: Any) -> dict[str, Any]:
    """Return the envelope of a list that holds one object."""
    pagination = {"next_cursor": None, "has_more": False, "limit": 100}
    return {"data": [data], "pagination": pagination, "request_id": REQUEST_ID}


EXAMPLES: dict[str, Any] = {
    "Lead": LEAD,
    "LeadEnvelope": object_envelope(LEAD),
    "LeadList": list_envelope(LEAD),
    "LeadField": LEAD_FIELD,
    "LeadFieldEnvelope": object_envelope(LEAD_FIELD),
    "LeadFieldList": list_envelope(LEAD_FIELD),
    "ApiKey": API_KEY,
    "ApiKeyEnvelope": object_envelope(API_KEY),
    "LeadCreate": _VALUES | {"company_name": "Nordlicht Optik GmbH"},
    "LeadPatch": {"status": "contacted", "phone": None, "if_updated_at": MADE_AT},
    "LeadUpsert": _VALUES | {"match_on": "email"},
    "LeadRow": _VALUES,
    "LeadBulkUpsert": {"match_on": "email", "rows": [_VALUES]},
    "LeadUpsertResultList": object_envelope(
        [{"index": 0, "status": "created", "http_status": 201, "lead": LEAD, "error": None}]
    ),
    "ErrorEnvelope": {
        "error": {
            "code": "validation_failed",
            "message": "these fields do not validate: email",
            "details": [
                {
                    "field": "email",
                    "code": "string_pattern_mismatch",
                    "message": "is not an email address, such as ada@example.com",
                }
            ],
        },
        "request_id": REQUEST_ID,
    },
}
