"""Uses the client that openapi-python-client makes of the document: submit, list, withdraw."""

import datetime
import sys

from client import AuthenticatedClient
from client.api.directory import put_device, put_user
from client.api.sharing import list_share_requests, submit_share_request, withdraw_share_request
from client.models import DeviceRecord, NewShareRequest, Note, OwnerConsent, UserRecord
from client.models.user_record_entity_kind import UserRecordEntityKind

address, token = sys.argv[1:3]
now = datetime.datetime.now(datetime.timezone.utc)
long_ago = now - datetime.timedelta(days=400)

with AuthenticatedClient(base_url=address, token=token, raise_on_unexpected_status=True) as api:
    for user in ["py-alice", "py-bob"]:
        record = UserRecord(entity="py-entity", entity_kind=UserRecordEntityKind.INDIVIDUAL, registered_at=long_ago)
        put_user.sync(user, client=api, body=record)
    # Activated today, so that compliance has to look.
    put_device.sync("py-card", client=api, body=DeviceRecord(holder="py-bob", kind="dsc-plus", activated_at=now))
    consent = OwnerConsent(method="device-challenge", given_at=now, reference="C-1")
    request = submit_share_request.sync(
        client=api,
        body=NewShareRequest(requester="py-alice", owner="py-bob", device="py-card", consent=consent),
        idempotency_key="python-1",
    )
    assert request.state == "compliance-pending", request
    page = list_share_requests.sync(client=api, participant="py-alice")
    assert [item.id for item in page.items] == [request.id], page
    withdrawn = withdraw_share_request.sync(request.id, client=api, body=Note(note="checked"))
    assert withdrawn.state == "withdrawn", withdrawn
