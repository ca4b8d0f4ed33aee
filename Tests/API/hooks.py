"""What schemathesis does not know by itself: bodies of lines, and where it passes over the document."""

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


@schemathesis.hook
def filter_case(context, case):
    """Where a text may be empty for its length, the tool sends the empty one, though the pattern of If-Match wants a tag or `*`."""
    return all((case.headers or {}).get(name) != "" for name in ("If-Match", "If-None-Match"))
