"""A portal's whole day with the client that openapi-python-client makes of the document; every step checks what came back.

    portal_day.py ADDRESS PORTAL-TOKEN OFFICER-TOKEN AUDITOR-TOKEN
"""

import datetime
import sys
import time

from client import AuthenticatedClient
from client.api.audit import list_events
from client.api.compliance import approve_share_request
from client.api.directory import get_device, get_user, import_directory, put_device, put_user
from client.api.notification import add_webhook, remove_webhook
from client.api.sharing import (
    dry_run_share_request,
    end_sharing,
    get_share_request,
    list_candidates,
    list_share_requests,
    list_sharings,
    submit_share_request,
    withdraw_share_request,
)
from client.models import (
    AssertedConsent,
    DeviceRecord,
    ImportedDevice,
    ImportedUser,
    NewShareRequest,
    NewWebhook,
    Note,
    Problem,
    ShareRequest,
    ShareRequestSubmittedMessage,
    SharingEnd,
    UserRecord,
)
from client.models.asserted_consent_type import AssertedConsentType
from client.models.imported_device_type import ImportedDeviceType
from client.models.imported_user_entity_kind import ImportedUserEntityKind
from client.models.imported_user_type import ImportedUserType
from client.models.list_sharings_state import ListSharingsState
from client.models.new_webhook_event_types_item import NewWebhookEventTypesItem
from client.models.sharing_end_by import SharingEndBy
from client.models.user_record_entity_kind import UserRecordEntityKind

address, *tokens = sys.argv[1:]


def api(token):
    return AuthenticatedClient(base_url=address, token=token, raise_on_unexpected_status=True)


portal, officer, auditor = (api(token) for token in tokens)


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def check(what, found, expected):
    assert found == expected, f"{what}: {found!r}, expected {expected!r}"


def consent(reference):
    return AssertedConsent(
        type_=AssertedConsentType.ASSERTED, method="device-challenge", given_at=now(), reference=reference
    )


def request(owner="py-bob", device="py-card", reference="C-1"):
    return NewShareRequest(requester="py-alice", owner=owner, device=device, consent=consent(reference))


def step(what):
    print(f"  {what}")


step("registers users and devices, one by one and by an import")
long_ago = now() - datetime.timedelta(days=400)
for user in ["py-alice", "py-bob"]:
    record = UserRecord(entity="py-entity", entity_kind=UserRecordEntityKind.INDIVIDUAL, registered_at=long_ago)
    answer = put_user.sync_detailed(user, client=portal, body=record)
    check("the user is new", answer.status_code, 201)
    check("the user", (answer.parsed.id, answer.parsed.entity, answer.parsed.status), (user, "py-entity", "open"))
line = import_directory.sync(
    client=portal,
    body=ImportedUser(
        type_=ImportedUserType.USER,
        id="py-carol",
        entity="py-entity",
        entity_kind=ImportedUserEntityKind.INDIVIDUAL,
        registered_at=long_ago,
    ),
)
check("the line of the import", (line.line, line.status), (1, "recorded"))
check("the imported user", get_user.sync("py-carol", client=portal).registered_at, long_ago)

card = put_device.sync("py-card", client=portal, body=DeviceRecord(holder="py-bob", kind="dsc-plus", activated_at=long_ago))
check("the device", (card.id, card.holder, card.status, card.activated_at), ("py-card", "py-bob", "active", long_ago))
line = import_directory.sync(
    client=portal,
    body=ImportedDevice(
        type_=ImportedDeviceType.DEVICE, id="py-new", holder="py-carol", kind="dsc-plus", activated_at=now()
    ),
)
check("the line of the import", (line.line, line.status), (1, "recorded"))
check("the imported device", get_device.sync("py-new", client=portal).holder, "py-carol")

step("asks which device to share, and what a request would come to")
candidates = list_candidates.sync("py-alice", client=portal)
check("candidates", {item.device: item.outcome for item in candidates.items}, {"py-card": "approve", "py-new": "review"})
check("the dry run", dry_run_share_request.sync(client=portal, body=request()).outcome, "approve")
held = dry_run_share_request.sync(client=portal, body=request("py-carol", "py-new"))
check("the dry run of what will be held", held.outcome, "review")
check("its reasons", [reason.code for reason in held.reasons], ["device-recently-activated"])
check("no request of a dry run", list_share_requests.sync(client=portal, participant="py-alice").items, [])

step("submits what is approved at once")
approved = submit_share_request.sync(client=portal, body=request(), idempotency_key="py-1")
assert approved.id, approved
check("the state", (approved.state, approved.requester, approved.device), ("active", "py-alice", "py-card"))
check("the consent", (approved.consent.type_, approved.consent.reference), ("asserted", "C-1"))

step("submits what is held, and reads its state until it is decided")
ended = end_sharing.sync(approved.id, client=portal, body=SharingEnd(by=SharingEndBy.REQUESTER))
assert ended.ended_at, ended
submitted = submit_share_request.sync(client=portal, body=request("py-carol", "py-new", "C-2"), idempotency_key="py-2")
check("the state", submitted.state, "compliance-pending")
check("the same state, read", get_share_request.sync(submitted.id, client=portal).state, "compliance-pending")
approve_share_request.sync(submitted.id, client=officer, body=Note(note="called back"))
for _ in range(100):
    decided = get_share_request.sync(submitted.id, client=portal)
    if decided.state != "compliance-pending":
        break
    time.sleep(0.1)
check("the decided request", (decided.id, decided.state), (submitted.id, "active"))
assert decided.decided_at >= submitted.submitted_at, decided

step("lists requests and sharings")
page = list_share_requests.sync(client=portal, participant="py-alice")
check("the requests", [(item.id, item.state) for item in page.items], [(approved.id, "ended"), (decided.id, "active")])
page = list_sharings.sync(client=portal, participant="py-alice")
check("the sharings", [(item.id, item.user, item.device) for item in page.items], [(decided.id, "py-alice", "py-new")])
page = list_share_requests.sync(client=portal, participant="py-alice", limit=1)
check("a page of one", [item.id for item in page.items], [approved.id])
page = list_share_requests.sync(client=portal, participant="py-alice", limit=1, after=page.next_)
check("the page behind it", [item.id for item in page.items], [decided.id])

step("ends the sharing for the owner")
ended = end_sharing.sync(
    decided.id, client=portal, body=SharingEnd(by=SharingEndBy.OWNER, consent=consent("C-3"), note="card replaced")
)
check("the ended sharing", ended.id, decided.id)
assert ended.ended_at >= ended.since, ended
check("no sharing", list_sharings.sync(client=portal, participant="py-alice").items, [])
over = list_sharings.sync(client=portal, participant="py-alice", state=ListSharingsState.ENDED)
check("ended sharings", [item.id for item in over.items], [approved.id, decided.id])
check("the request", get_share_request.sync(decided.id, client=portal).state, "ended")

step("withdraws a request")
late = submit_share_request.sync(client=portal, body=request("py-carol", "py-new", "C-4"), idempotency_key="py-3")
withdrawn = withdraw_share_request.sync(late.id, client=portal, body=Note(note="no longer needed"))
check("the withdrawn request", (withdrawn.id, withdrawn.state), (late.id, "withdrawn"))

step("is told what is wrong, as a type of its own")
refused = submit_share_request.sync(client=portal, body=request("py-alice", "py-card"), idempotency_key="py-4")
assert isinstance(refused, Problem), refused
check("the problem", (refused.status, refused.code), (422, "requester-is-owner"))

step("reads the ledger and messages of webhooks, as an auditor")
events = list_events.sync(client=auditor, limit=1000).items
check("positions", [event.position for event in events], list(range(1, len(events) + 1)))
submissions = [event.data.to_dict() for event in events if event.type_ == "share-request-submitted"]
check("consents on record", [data["consent"]["type"] for data in submissions], ["asserted"] * 3)
secret = add_webhook.sync(
    client=auditor,
    body=NewWebhook(
        url="https://hooks.example/device-sharing", event_types=[NewWebhookEventTypesItem.SHARE_REQUEST_SUBMITTED]
    ),
)
assert secret.secret.startswith("whsec_"), secret
check("the webhook is removed", remove_webhook.sync_detailed(secret.id, client=auditor).status_code, 204)
message = ShareRequestSubmittedMessage.from_dict(
    {
        "specversion": "1.0",
        "id": "42",
        "source": "/ledgers/default",
        "type": "device-sharing.share-request-submitted",
        "subject": f"share-request/{approved.id}",
        "time": now().isoformat(),
        "datacontenttype": "application/json",
        "dataversion": 1,
        "data": submissions[0],
    }
)
check("what the message tells", (message.data.requester, message.data.consent.reference), ("py-alice", "C-1"))

step("reads answers of later versions, with values and members that it does not know")
later = approved.to_dict() | {"state": "suspended", "renewedAt": "2027-01-01T00:00:00Z"}
later["consent"] = {"type": "signed", "givenAt": "2027-01-01T00:00:00Z", "jws": "eyJ…"}
read = ShareRequest.from_dict(later)
check("the state", (read.state, read.consent.type_, read["renewedAt"]), ("suspended", "signed", "2027-01-01T00:00:00Z"))
