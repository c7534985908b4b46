package io.dynamodblake.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.JsonDocuments;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Keys of KMS, with which buckets are encrypted. Nothing is encrypted here. */
public final class KmsKeys {
  private static final String MISSING = "NotFoundException";
  private static final String WOULD_SUCCEED = "DryRunOperationException";
  private static final String ENABLED = "Enabled";

  private final SignedJson kms;
  private final ServiceCalls calls;

  /**
   * @param clients of the Region of the keys
   * @throws AwsFailureException if nothing says which region
   */
  public KmsKeys(AwsClients clients) {
    this.kms = clients.signedJson("kms", "TrentService");
    this.calls = new ServiceCalls(clients.region(), Pauses.REAL);
  }

  /**
   * Looks whether whoever asks could encrypt with a key, as S3 does for who writes an object: the
   * request for a data key is a dry run, which makes none.
   *
   * @param key its ARN, id or alias
   * @return its ARN
   * @throws AwsFailureException if there is no such key, it is not enabled, or may not be used
   */
  public String usable(String key) {
    String action = "use key " + AwsErrors.shortened(key);
    JsonNode described =
        calls
            .call(action, "kms:DescribeKey", () -> ask(action, "DescribeKey", request(key)))
            .path("KeyMetadata");
    String state = described.path("KeyState").asText();
    if (!state.equals(ENABLED)) {
      throw new AwsFailureException(
          "Cannot %s: it is in the state %s; enable it, or take another one"
              .formatted(action, AwsErrors.shortened(state)));
    }
    ObjectNode request = request(key);
    request.put("KeySpec", "AES_256");
    request.put("DryRun", true);
    calls.call(action, "kms:GenerateDataKey", () -> ask(action, "GenerateDataKey", request));
    return described.path("Arn").asText();
  }

  private static ObjectNode request(String key) {
    ObjectNode request = JsonDocuments.object();
    request.put("KeyId", key);
    return request;
  }

  private JsonNode ask(String action, String operation, ObjectNode request) {
    try {
      return kms.ask(operation, request);
    } catch (AwsServiceException e) {
      String code = AwsErrors.code(e);
      if (code.equals(WOULD_SUCCEED)) {
        return JsonDocuments.object();
      }
      if (code.equals(MISSING)) {
        throw new AwsFailureException(
            "Cannot %s: there is no such key in %s; it has to be in the Region of the bucket"
                .formatted(action, calls.region()),
            e);
      }
      throw e;
    }
  }
}
