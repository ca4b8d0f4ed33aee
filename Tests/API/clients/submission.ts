// A submission with the client that openapi-generator makes of the document (typescript-fetch). That it compiles shows that an
// answer has one type; run, it shows what is in the answers.
//   node submission.js ADDRESS TOKEN     (behind the day of portal_day.py, which registers who takes part)

import { Configuration, SharingApi, type Assessment, type NewShareRequest, type ShareRequest } from "./client";

declare const process: { argv: string[]; exitCode: number };

const [address, token] = process.argv.slice(2);
const sharing = new SharingApi(new Configuration({ basePath: address, accessToken: token }));

function check(what: string, found: unknown, expected: unknown): void {
  if (found !== expected) throw new Error(`${what}: ${String(found)}, expected ${String(expected)}`);
}

async function day(): Promise<void> {
  const request: NewShareRequest = {
    requester: "py-alice",
    owner: "py-bob",
    device: "py-card",
    consent: { type: "asserted", method: "device-challenge", givenAt: new Date(), reference: "T-1" },
  };
  const assessment: Assessment = await sharing.dryRunShareRequest({ newShareRequest: request });
  check("the dry run", assessment.outcome, "approve");
  const submitted: ShareRequest = await sharing.submitShareRequest({ newShareRequest: request, idempotencyKey: "ts-1" });
  check("the state", submitted.state, "active");
  check("the length of the id", submitted.id.length, 36);
  check("the consent", submitted.consent?.type, "asserted");
  const read = await sharing.getShareRequest({ request: submitted.id });
  check("the id", read.id, submitted.id);
  const ended = await sharing.endSharing({ request: submitted.id, sharingEnd: { by: "requester" } });
  check("the ended sharing", ended.id, submitted.id);
}

day().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
