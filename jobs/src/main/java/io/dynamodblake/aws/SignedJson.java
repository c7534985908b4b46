package io.dynamodblake.aws;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.document.JsonDocuments;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;

/**
 * Asks a service that takes JSON, and of whose operations so few are needed that a client of its
 * own would be too much to bring.
 *
 * @param service by which requests are signed
 * @param target what stands before the names of its operations
 */
record SignedJson(
    SdkHttpClient http,
    AwsCredentialsProvider credentials,
    URI address,
    String region,
    String service,
    String target) {

  /**
   * Asks once.
   *
   * @throws AwsServiceException if the service refuses
   * @throws SdkClientException if it does not answer, or there are no credentials
   */
  JsonNode ask(String operation, JsonNode request) {
    ContentStreamProvider body =
        ContentStreamProvider.fromUtf8String(JsonDocuments.printLine(request));
    SdkHttpRequest unsigned =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.POST)
            .uri(address)
            .putHeader("Content-Type", "application/x-amz-json-1.1")
            .putHeader("X-Amz-Target", target + "." + operation)
            .build();
    SignedRequest signed =
        AwsV4HttpSigner.create()
            .sign(
                signing ->
                    signing
                        .identity(credentials.resolveCredentials())
                        .request(unsigned)
                        .payload(body)
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region));
    try {
      HttpExecuteResponse response =
          http.prepareRequest(
                  HttpExecuteRequest.builder()
                      .request(signed.request())
                      .contentStreamProvider(signed.payload().orElse(body))
                      .build())
              .call();
      JsonNode answer = read(response);
      if (!response.httpResponse().isSuccessful()) {
        throw refusal(response.httpResponse().statusCode(), answer);
      }
      return answer;
    } catch (IOException e) {
      throw SdkClientException.create("Unable to execute HTTP request: " + e.getMessage(), e);
    }
  }

  private static JsonNode read(HttpExecuteResponse response) throws IOException {
    if (response.responseBody().isEmpty()) {
      return JsonDocuments.object();
    }
    try (InputStream body = response.responseBody().get()) {
      return JsonDocuments.parseObject(body.readAllBytes()).orElseGet(JsonDocuments::object);
    }
  }

  private static AwsServiceException refusal(int status, JsonNode answer) {
    // the code may have the service's name before it
    String code = answer.path("__type").asText().replaceFirst("^.*#", "");
    String text =
        JsonDocuments.text(answer, "message")
            .or(() -> Optional.ofNullable(answer.get("Message")).map(JsonNode::asText))
            .orElse("");
    return AwsServiceException.builder()
        .statusCode(status)
        .message(text)
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).errorMessage(text).build())
        .build();
  }
}
