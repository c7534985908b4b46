package io.dynamodblake.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.testing.AwsSystemProperties;
import io.dynamodblake.testing.FakeAws;
import io.dynamodblake.testing.FakeAws.Answer;
import io.dynamodblake.testing.FakeAws.Request;
import io.dynamodblake.testing.Serialization;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.dynamodb.model.ListTablesResponse;

class AwsClientsTest {
  private static final String TABLES = "{\"TableNames\":[\"orders\"]}";
  private static final String ROLE = "arn:aws:iam::111122223333:role/lake";

  @RegisterExtension final AwsSystemProperties properties = AwsSystemProperties.withoutKeys();

  private static AwsSettings settings(String profile, String role, String externalId, URI address) {
    return new AwsSettings(
        profile, role, externalId, "eu-west-1", Map.of("", address), false, false);
  }

  private static ListTablesResponse ask(AwsSettings settings) {
    try (AwsClients clients = new AwsClients(settings, "dynamodb-lake/test exports")) {
      return new ServiceCalls("eu-west-1", Pauses.REAL)
          .call("list the tables", "dynamodb:ListTables", () -> clients.dynamoDb().listTables());
    }
  }

  @Test
  void callsAreSignedForTheRegionAndSayWhoCalls() throws IOException {
    properties.setKeys("AKIDKEYS");
    try (FakeAws aws = FakeAws.answering(request -> Answer.of(TABLES))) {
      assertThat(ask(settings("", "", "", aws.address())).tableNames()).containsExactly("orders");
      Request request = aws.requests().get(0);
      assertThat(request.operation()).isEqualTo("ListTables");
      assertThat(request.authorization())
          .contains("Credential=AKIDKEYS/", "/eu-west-1/dynamodb/aws4_request");
      assertThat(request.userAgent()).contains("dynamodb-lake/test exports").contains(" m/F,");
    }
  }

  @Test
  void profileThatIsNamedWinsOverTheChain(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("credentials");
    Files.writeString(
        file, "[lake]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = not-a-secret\n");
    properties.setKeys("AKIDKEYS").set("aws.sharedCredentialsFile", file.toString());
    try (FakeAws aws = FakeAws.answering(request -> Answer.of(TABLES))) {
      ask(settings("lake", "", "", aws.address()));
      assertThat(aws.requests().get(0).authorization()).contains("Credential=AKIDPROFILE/");
    }
  }

  @Test
  void roleIsAssumedWithTheExternalIdAndItsKeysAreUsed() throws IOException {
    properties.setKeys("AKIDKEYS");
    Function<Request, Answer> behaviour =
        request ->
            request.operation().equals("AssumeRole")
                ? Answer.of(FakeAws.ROLE_CREDENTIALS)
                : Answer.of(TABLES);
    try (FakeAws aws = FakeAws.answering(behaviour)) {
      ask(settings("", ROLE, "acme-42", aws.address()));
      assertThat(aws.requests()).hasSize(2);
      assertThat(aws.requests().get(0).authorization()).contains("Credential=AKIDKEYS/");
      assertThat(aws.requests().get(0).body()).contains("ExternalId=acme-42", "role%2Flake");
      assertThat(aws.requests().get(1).authorization()).contains("Credential=ASIAROLE/");
      assertThat(aws.requests().get(1).token()).isEqualTo("role-token");
    }
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of(
            400,
            "ExpiredTokenException",
            "The security token included in the request is expired",
            "the AWS credentials have expired; log in again"),
        Arguments.of(
            400,
            "UnrecognizedClientException",
            "The security token included in the request is invalid",
            "AWS does not know the credentials; check AWS_PROFILE"),
        Arguments.of(
            400,
            "InvalidSignatureException",
            "Signature expired: 20261121T000000Z is now earlier than 20261121T010000Z",
            "set the clock of this machine"),
        Arguments.of(
            400,
            "InvalidSignatureException",
            "The request signature we calculated does not match",
            "the secret access key does not belong to the access key"),
        Arguments.of(
            400,
            "AccessDeniedException",
            "User: arn:aws:iam::111122223333:user/me is not authorized to perform: dynamodb:ListTables on resource:"
                + " arn:aws:dynamodb:eu-west-1:111122223333:table/* because no identity-based policy allows it",
            "no permission for dynamodb:ListTables on arn:aws:dynamodb:eu-west-1:111122223333:table/*; allow it"),
        Arguments.of(
            400,
            "AccessDeniedException",
            "with an explicit deny in a service control policy",
            "no permission for dynamodb:ListTables, which a policy denies explicitly; allow it"),
        Arguments.of(
            400,
            "ResourceNotFoundException",
            "Requested resource not found",
            "there is no such table in eu-west-1; check the name, the account and --region"),
        Arguments.of(
            400,
            "ValidationException",
            "no\\u001b[31m\\nway",
            "ValidationException: no [31m way; see docs/aws.md"));
  }

  @ParameterizedTest(name = "{1} {2}")
  @MethodSource("refusals")
  void refusalNamesTheReasonAndTheWayOut(int status, String code, String text, String reason)
      throws IOException {
    properties.setKeys("AKIDKEYS");
    try (FakeAws aws = FakeAws.answering(request -> Answer.error(status, code, text))) {
      assertThatThrownBy(() -> ask(settings("", "", "", aws.address())))
          .isInstanceOf(AwsFailureException.class)
          .hasMessageStartingWith("Cannot list the tables: ")
          .hasMessageContaining(reason)
          .hasMessageNotContainingAny("not-a-secret", "\n", "\u001b", "user/me");
    }
  }

  @Test
  void noCredentialsIsSaidAsSuch() throws IOException {
    try (FakeAws aws = FakeAws.answering(request -> Answer.of(TABLES))) {
      for (String profile : List.of("", "nobody")) {
        assertThatThrownBy(() -> ask(settings(profile, "", "", aws.address())))
            .isInstanceOf(AwsFailureException.class)
            .hasMessageContaining("no AWS credentials were found; log in, set AWS_PROFILE");
      }
      assertThat(aws.requests()).isEmpty();
    }
  }

  @Test
  void noRegionIsSaidAsSuch() {
    try (AwsClients clients = new AwsClients(AwsSettings.ofEnvironment(), "test")) {
      assertThatThrownBy(clients::region)
          .isInstanceOf(AwsFailureException.class)
          .hasMessageContaining("Cannot tell the AWS region; give --region eu-west-1");
    }
  }

  @Test
  void addressWhereNobodyListensIsSaidAsSuch() {
    properties.setKeys("AKIDKEYS");
    assertThatThrownBy(() -> ask(settings("", "", "", URI.create("http://127.0.0.1:1"))))
        .isInstanceOf(AwsFailureException.class)
        .hasMessageContaining("the service cannot be reached (")
        .hasMessageContaining("Connection refused");
  }

  @Test
  void serviceThatIsBusyIsAskedAgain() throws IOException {
    properties.setKeys("AKIDKEYS");
    int[] left = {2};
    try (FakeAws aws =
        FakeAws.answering(
            request ->
                left[0]-- > 0
                    ? Answer.error(400, "ThrottlingException", "Rate exceeded")
                    : Answer.of(TABLES))) {
      assertThat(ask(settings("", "", "", aws.address())).tableNames()).hasSize(1);
      assertThat(aws.requests()).hasSize(3);
    }
  }

  @Test
  void addressesAreOfAllServicesOrOfOne() {
    Map<String, URI> endpoints =
        AwsSettings.endpoints(
            List.of("http://localhost:5000", "dynamodb = http://localhost:8000/a=b"));
    AwsSettings settings = new AwsSettings("", "", "", "", endpoints, false, false);
    assertThat(settings.endpoint("dynamodb")).contains(URI.create("http://localhost:8000/a=b"));
    assertThat(settings.endpoint("glue")).contains(URI.create("http://localhost:5000"));
    assertThat(AwsSettings.ofEnvironment().endpoint("glue")).isEmpty();
  }

  @Test
  void settingsGoToExecutors() {
    AwsSettings settings = settings("p", ROLE, "x", URI.create("http://localhost:1"));
    assertThat(Serialization.roundTrip(settings)).isEqualTo(settings);
  }

  @Test
  void settingsThatCannotBeRightAreWrongUsage() {
    for (String part :
        List.of("localhost:8000", "s4=http://a", "ftp://a", "http://u:p@a", "http://a b")) {
      assertThatThrownBy(() -> AwsSettings.endpoints(List.of(part)))
          .isInstanceOf(UsageException.class)
          .hasMessageStartingWith("Cannot use --endpoint-url: ")
          .hasMessageNotContaining("u:p");
    }
    assertThatThrownBy(() -> AwsSettings.endpoints(List.of("http://a", "http://b")))
        .hasMessageContaining("two addresses");
    assertThatThrownBy(() -> AwsSettings.ofEnvironment().inRegion("Ireland!"))
        .isInstanceOf(UsageException.class)
        .hasMessage("Cannot use --region 'Ireland!': write it as eu-west-1");
    assertThatThrownBy(() -> settings("", "lake", "", URI.create("http://a")))
        .hasMessageContaining("--role-arn");
    assertThatThrownBy(() -> settings("", "", "x", URI.create("http://a")))
        .hasMessageContaining("--external-id without --role-arn");
    assertThatThrownBy(
            () -> new AwsSettings("", "", "", "", Map.of("", URI.create("http://a")), true, false))
        .hasMessageContaining("--fips");
  }

  @Test
  void addressThatIsEmptyIsNamedBeforeTheSdkStumblesOverIt() {
    for (String name : List.of("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS")) {
      assertThatThrownBy(() -> AwsSettings.checkAddresses(Map.of("PATH", "", name, " ")))
          .isInstanceOf(UsageException.class)
          .hasMessageContaining("variable " + name + " is set but empty");
    }
    AwsSettings.checkAddresses(Map.of("AWS_ENDPOINT_URL", "http://a", "AWS_ENDPOINT_URLS", ""));
  }

  @Test
  void throttlingForMinutesEndsWithAWord() {
    FakePauses pauses = new FakePauses();
    ServiceCalls calls = new ServiceCalls("eu-west-1", pauses);
    assertThatThrownBy(
            () ->
                calls.call(
                    "list the tables",
                    "dynamodb:ListTables",
                    () -> {
                      throw FakePauses.throttled();
                    }))
        .isInstanceOf(AwsFailureException.class)
        .hasMessageContaining("throttled by the service for 5 minutes; try again later");
    assertThat(pauses.passed()).isBetween(Duration.ofMinutes(4), ServiceCalls.THROTTLE_PATIENCE);
  }

  @ParameterizedTest
  @CsvSource({
    "eu-west-1, false, false, https://kms.eu-west-1.amazonaws.com",
    "us-gov-west-1, true, false, https://kms-fips.us-gov-west-1.amazonaws.com",
    "us-east-1, true, true, https://kms-fips.us-east-1.api.aws",
    "cn-north-1, false, true, https://kms.cn-north-1.api.amazonwebservices.com.cn"
  })
  void serviceWithoutAClientIsAskedWhereOneWouldAsk(
      String region, boolean fips, boolean dualStack, URI address) {
    properties.setKeys("AKIDKEYS");
    AwsSettings settings = new AwsSettings("", "", "", region, Map.of(), fips, dualStack);
    try (AwsClients clients = new AwsClients(settings, "test")) {
      assertThat(clients.signedJson("kms", "TrentService").address()).isEqualTo(address);
      properties.set("aws.endpointUrlKms", "http://127.0.0.1:9/");
      assertThat(clients.signedJson("kms", "TrentService").address())
          .isEqualTo(URI.create("http://127.0.0.1:9/"));
    }
  }
}
