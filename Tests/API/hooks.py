"""Bodies of lines, which schemathesis does not know by itself."""

import json

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def lines(context, value):
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else json.dumps(value).encode()


@schemathesis.hook
def filter_body(context, body):
    """A consent without its type is asserted, as it was before there were types: the document says so in words only."""
    consent = body.get("consent") if isinstance(body, dict) else None
    return not isinstance(consent, dict) or "type" in consent
