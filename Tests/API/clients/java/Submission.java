import java.time.OffsetDateTime;
import org.openapitools.client.ApiClient;
import org.openapitools.client.api.SharingApi;
import org.openapitools.client.model.Assessment;
import org.openapitools.client.model.NewShareRequest;
import org.openapitools.client.model.OwnerConsent;
import org.openapitools.client.model.ShareRequest;
import org.openapitools.client.model.SharingEnd;

/**
 * A submission with the client that openapi-generator makes of the document: java Submission ADDRESS TOKEN, behind the day of
 * portal_day.py, which registers who takes part.
 */
public final class Submission {
    public static void main(String[] arguments) throws Exception {
        ApiClient client = new ApiClient();
        client.updateBaseUri(arguments[0]);
        client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + arguments[1]));
        SharingApi sharing = new SharingApi(client);

        OwnerConsent consent = new OwnerConsent();
        consent.setType(OwnerConsent.TypeEnum.ASSERTED);
        consent.setMethod("device-challenge");
        consent.setGivenAt(OffsetDateTime.now());
        consent.setReference("J-1");
        NewShareRequest request = new NewShareRequest();
        request.setRequester("py-alice");
        request.setOwner("py-bob");
        request.setDevice("py-card");
        request.setConsent(consent);

        Assessment assessment = sharing.dryRunShareRequest(request);
        check("the dry run", assessment.getOutcome(), "approve");
        ShareRequest submitted = sharing.submitShareRequest(request, "java-1");
        check("the state", submitted.getState(), "active");
        check("the consent", submitted.getConsent().getType(), "asserted");
        check("the id, read", sharing.getShareRequest(submitted.getId(), null).getId(), submitted.getId());
        SharingEnd end = new SharingEnd();
        end.setBy(SharingEnd.ByEnum.REQUESTER);
        check("the ended sharing", sharing.endSharing(submitted.getId(), end, null, null).getId(), submitted.getId());

        // An answer of a later version, with a value and a member that this client does not know.
        String later = client.getObjectMapper().writeValueAsString(submitted)
            .replace("\"active\"", "\"suspended\"").replaceFirst("\\{", "{\"renewedAt\":\"2027-01-01T00:00:00Z\",");
        check("the state", client.getObjectMapper().readValue(later, ShareRequest.class).getState(), "suspended");
    }

    private static void check(String what, Object found, Object expected) {
        if (!expected.equals(found)) throw new AssertionError(what + ": " + found + ", expected " + expected);
    }
}
