package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dynamodblake.testing.AwsSystemProperties;
import io.dynamodblake.testing.Documents;
import io.dynamodblake.testing.FakeAws;
import io.dynamodblake.testing.FakeAws.Answer;
import io.dynamodblake.testing.FakeAws.Request;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What others are told of a run, and that the run does not depend on it. A service that says
 * nothing lets a test hang that should not wait for it; how long it took is not measured.
 */
@Timeout(300)
class RunWatchTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Duration AGES = Duration.ofDays(1);
  private static final Duration MOMENT = Duration.ofMillis(200);
  private static final String TABLE = "arn:aws:dynamodb:eu-central-1:111122223333:table/Orders-1";
  private static final String EXPORT = TABLE + "/export/01731900000000-0a1b2c3d";
  private static final Instant NOW = Instant.parse("2026-11-19T04:15:02.125Z");
  private static final String TOPIC = "arn:aws:sns:us-east-2:111122223333:alerts";

  @RegisterExtension
  final AwsSystemProperties properties = AwsSystemProperties.withKeys("AKIDTEST", "hidden-secret");

  @TempDir Path temp;
  private final CapturedTerminal terminal = new CapturedTerminal();
  private RunWatch.Times times =
      new RunWatch.Times(Clock.fixed(NOW, ZoneOffset.UTC), AGES, AGES, AGES);
  private final Map<String, Answer> answers = new HashMap<>();
  private final List<String> reportsMeanwhile = new ArrayList<>();
  private FakeAws aws;

  @BeforeEach
  void start() throws IOException {
    aws =
        FakeAws.answering(
            request -> {
              if (request.operation().equals("DescribeExport") && Files.exists(report())) {
                reportsMeanwhile.add(text(report()));
              }
              return answers.getOrDefault(
                  request.operation(), Answer.error(400, "ValidationException", "unexpected"));
            });
    export("COMPLETED");
    answers.put("PutMetricData", Answer.of(""));
    answers.put(
        "Publish",
        Answer.of(
            "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>"));
  }

  @AfterEach
  void stop() {
    aws.close();
  }

  private void export(String status) {
    answers.put(
        "DescribeExport",
        Answer.of(
            """
            {"ExportDescription":{"ExportArn":"%s","ExportStatus":"%s","TableArn":"%s","TableId":"id","S3Bucket":"b-1",
             "ItemCount":2,"ExportTime":1.7319E9,"StartTime":1.7319E9,"EndTime":1.731900672E9,"FailureCode":"S3NoSuchBucket"}}
            """
                .formatted(EXPORT, status, TABLE)));
  }

  private Path report() {
    return temp.resolve("report.json");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Waits for the export again, which needs no Spark, without {@code --region}. */
  private int run(String... more) {
    List<String> words = new ArrayList<>(List.of("export", "--resume", EXPORT, "--json"));
    words.addAll(Arrays.asList(more));
    if (!words.contains("--endpoint-url")) {
      words.add("--endpoint-url=" + aws.address());
    }
    int code = terminal.run(times, words.toArray(String[]::new));
    assertThat(terminal.out() + terminal.err()).doesNotContain("hidden-secret", "AKIDTEST");
    return code;
  }

  private List<Request> requests(String operation) {
    return aws.requests().stream()
        .filter(request -> request.operation().equals(operation))
        .toList();
  }

  // ---- the report

  @Test
  void reportSaysRunningUntilTheRunHasEnded() throws IOException {
    assertThat(run("--report", report().toString())).as(terminal.err()).isZero();
    assertThat(reportsMeanwhile).hasSize(1);
    JsonNode before = Documents.read(reportsMeanwhile.get(0));
    JsonNode after = Documents.read(report());
    assertThat(before.path("status").asText()).isEqualTo("running");
    assertThat(before.has("exitCode")).isFalse();
    assertThat(after.path("runId")).isEqualTo(before.path("runId"));
    assertThat(after.path("format").asText()).isEqualTo("dynamodb-lake/command-report");
    assertThat(after.path("command").asText()).isEqualTo("export");
    assertThat(after.path("version").asText()).isEqualTo(Versions.program());
    assertThat(after.path("table").asText()).isEqualTo("Orders-1");
    assertThat(after.path("status").asText()).isEqualTo("done");
    assertThat(after.path("exitCode").asInt(-1)).isZero();
    assertThat(after.path("outcome").asText()).isEqualTo("done");
    assertThat(after.at("/counts/items").asLong()).isEqualTo(2);
    assertThat(after.path("dataTime").asText()).isEqualTo("2024-11-18T03:20:00Z");
    assertThat(after.path("seconds").asDouble()).isPositive();
    assertThat(before.path("startedAt").asText()).isEqualTo("2026-11-19T04:15:02.125Z");
    assertThat(after.path("startedAt").asText()).isEqualTo("2026-11-19T04:15:02.125Z");
    assertThat(before.has("finishedAt")).isFalse();
    assertThat(after.path("finishedAt").asText()).isEqualTo("2026-11-19T04:15:02.125Z");
    assertThat(terminal.err()).endsWith("Wrote " + report() + "\n");
    assertThat(temp).isDirectoryNotContaining("glob:**.crc");
  }

  @Test
  void failedRunIsReportedWithItsError() throws IOException {
    export("FAILED");
    assertThat(run("--report", report().toString())).isEqualTo(5);
    JsonNode document = Documents.read(report());
    assertThat(document.path("status").asText()).isEqualTo("failed");
    assertThat(document.path("exitCode").asInt()).isEqualTo(5);
    assertThat(document.path("outcome").asText()).isEqualTo("remote-failed");
    assertThat(terminal.err()).contains("error: " + document.path("error").asText());
    assertThat(document.path("error").asText()).contains("S3NoSuchBucket");
  }

  @Test
  void folderGetsAReportOfEveryRun() throws IOException {
    String[] estimate = {"estimate", "--size=1GB", "--items=1000", "--report", temp + "/runs/"};
    assertThat(terminal.run(estimate)).as(terminal.err()).isZero();
    assertThat(terminal.run(estimate)).isZero();
    try (Stream<Path> files = Files.list(temp.resolve("runs"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .hasSize(2)
          .allMatch(name -> name.matches("\\d{8}T\\d{6}Z-[0-9a-f]{8}\\.json"));
    }
  }

  @Test
  void nothingIsDoneWhereTheReportCannotBeWritten() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));
    assertThat(run("--report", file + "/report.json")).isEqualTo(1);
    assertThat(terminal.err()).startsWith("error: Cannot read or write: ");
    assertThat(aws.requests()).isEmpty();
  }

  // ---- metrics

  @Test
  void embeddedMetricsAreOneLineOfStderrAndLeaveStdoutAlone() throws IOException {
    assertThat(run("--metrics=emf", "--metrics-namespace=acme/lake")).isZero();
    assertThat(MAPPER.readTree(terminal.out()).path("exportArn").asText()).isEqualTo(EXPORT);
    List<String> lines = terminal.err().lines().filter(line -> line.startsWith("{")).toList();
    assertThat(lines).hasSize(1);
    JsonNode metrics = MAPPER.readTree(lines.get(0));
    assertThat(metrics.at("/_aws/CloudWatchMetrics/0/Namespace").asText()).isEqualTo("acme/lake");
    assertThat(metrics.path("Command").asText()).isEqualTo("export");
    assertThat(metrics.path("Table").asText()).isEqualTo("Orders-1");
    assertThat(metrics.path("Items").asLong()).isEqualTo(2);
    assertThat(metrics.path("Failures").asInt(-1)).isZero();
    assertThat(metrics.path("DataAgeSeconds").asLong())
        .isEqualTo(Duration.between(Instant.ofEpochSecond(1_731_900_000), NOW).toSeconds());
    assertThat(metrics.has("BytesRead")).as("nobody knows it").isFalse();
    assertThat(requests("PutMetricData")).isEmpty();
  }

  @Test
  void metricsArePutWhereTheTableIs() {
    assertThat(run("--metrics=cloudwatch")).isZero();
    assertThat(terminal.err()).doesNotContain("Warning");
    assertThat(requests("PutMetricData")).hasSize(1);
    Request request = requests("PutMetricData").get(0);
    assertThat(request.authorization()).contains("/eu-central-1/monitoring/aws4_request");
    assertThat(request.userAgent()).endsWith(" export");
    // CBOR holds texts as they are
    assertThat(request.body())
        .contains("dynamodb-lake", "Command", "export", "Table", "Orders-1")
        .contains("Items", "Count", "Seconds", "DataAgeSeconds", "Failures");
    assertThat(requests("Publish")).as("nothing has failed").isEmpty();
  }

  @Test
  void failedRunIsCountedAndTold() throws IOException {
    export("FAILED");
    assertThat(run("--metrics=emf", "--notify-topic=" + TOPIC, "--report=" + report()))
        .isEqualTo(5);
    String error =
        terminal.err().lines().filter(line -> line.startsWith("error: ")).toList().get(0);
    assertThat(terminal.err()).contains("\"Failures\":1,").doesNotContain("Warning");

    Request request = requests("Publish").get(0);
    assertThat(request.authorization()).contains("/us-east-2/sns/aws4_request");
    Map<String, String> form = form(request.body());
    assertThat(form).containsEntry("TopicArn", TOPIC);
    assertThat(form)
        .containsEntry(
            "Subject", "dynamodb-lake export failed, table Orders-1: a remote service failed");
    JsonNode message = Documents.read(form.get("Message"));
    assertThat(message.path("command").asText()).isEqualTo("export");
    assertThat(message.path("table").asText()).isEqualTo("Orders-1");
    assertThat(message.path("exitCode").asInt()).isEqualTo(5);
    assertThat(message.path("meaning").asText()).isEqualTo("a remote service failed");
    assertThat("error: " + message.path("error").asText()).isEqualTo(error);
    assertThat(message.path("next").asText()).contains("run the same command again");
    assertThat(message.path("report").asText()).isEqualTo(report().toString());
  }

  private static Map<String, String> form(String body) {
    Map<String, String> form = new HashMap<>();
    for (String pair : body.split("&")) {
      String[] parts = pair.split("=", 2);
      form.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return form;
  }

  // ---- what goes wrong with it

  static Stream<Arguments> troubles() {
    String missing =
        "<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>Topic does not exist</Message></Error></ErrorResponse>";
    String denied =
        "<ErrorResponse><Error><Code>AuthorizationError</Code><Message>User: arn:aws:iam::111122223333:user/me is not"
            + " authorized to perform: SNS:Publish on resource: "
            + TOPIC
            + "</Message></Error></ErrorResponse>";
    return Stream.of(
        Arguments.of(
            "PutMetricData", new Answer(400, ""), "Warning: Cannot publish metrics: status 400"),
        Arguments.of(
            "Publish",
            new Answer(404, missing),
            "Warning: Cannot notify topic alerts: there is no such topic in us-east-2; check --notify-topic"),
        Arguments.of(
            "Publish",
            new Answer(403, denied),
            "Warning: Cannot notify topic alerts: no permission for SNS:Publish on " + TOPIC));
  }

  @ParameterizedTest(name = "{2}")
  @MethodSource("troubles")
  void troubleWithItIsAWarningAndTheExitCodeStays(String call, Answer answer, String warning) {
    answers.put(call, answer);
    assertThat(run("--metrics=cloudwatch")).isZero();
    export("FAILED");
    assertThat(run("--metrics=cloudwatch", "--notify-topic=" + TOPIC)).isEqualTo(5);
    assertThat(terminal.err()).contains(warning).doesNotContain("user/me");
    assertThat(terminal.err().lines().filter(line -> line.startsWith("Warning: "))).hasSize(1);
  }

  @Test
  void withoutCredentialsThereIsAWarningAndNothingIsWaitedOut() {
    properties.clearKeys();
    int code =
        terminal.run(
            times,
            "compare",
            "a",
            "--metrics=cloudwatch",
            "--notify-topic=" + TOPIC,
            "--region=eu-west-1");
    assertThat(code).isEqualTo(2); // B is missing
    assertThat(terminal.err())
        .contains("Warning: Cannot publish metrics: no AWS credentials were found; log in")
        .contains("Warning: Cannot notify topic alerts: no AWS credentials were found; log in");
  }

  static Stream<Arguments> shortTimes() {
    Clock clock = Clock.systemUTC();
    return Stream.of(
        Arguments.of(
            "a call that takes too long",
            new RunWatch.Times(clock, MOMENT, AGES, AGES),
            "Warning: Cannot publish metrics: "),
        Arguments.of(
            "a service that takes too long, whatever its calls do",
            new RunWatch.Times(clock, AGES, Duration.ofSeconds(1), AGES),
            "Warning: Cannot publish metrics: no answer within 1 seconds"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("shortTimes")
  void serviceThatDoesNotAnswerIsGivenUp(String name, RunWatch.Times shorter, String warning)
      throws IOException {
    times = shorter;
    CountDownLatch end = new CountDownLatch(1);
    try (FakeAws silent =
        FakeAws.answering(
            request -> {
              try {
                end.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return Answer.of("");
            })) {
      assertThat(run("--metrics=cloudwatch", "--endpoint-url", both(silent))).isZero();
      assertThat(terminal.err().lines().filter(line -> line.startsWith("Warning: ")))
          .singleElement()
          .asString()
          .startsWith(warning);
      end.countDown();
    }
  }

  private String both(FakeAws silent) {
    return "dynamodb=" + aws.address() + ",cloudwatch=" + silent.address();
  }

  static Stream<Arguments> wrongOptions() {
    return Stream.of(
        Arguments.of("--notify-topic=alerts", "Cannot use --notify-topic 'alerts': write it as"),
        Arguments.of("--metrics=statsd", "'statsd' is not one of none, emf, cloudwatch"),
        Arguments.of("--metrics-namespace=AWS/EMR", "Cannot use --metrics-namespace 'AWS/EMR'"));
  }

  @ParameterizedTest
  @MethodSource("wrongOptions")
  void wrongOptionIsFoundBeforeTheWork(String option, String message) {
    assertThat(run(option)).isEqualTo(2);
    assertThat(terminal.err()).contains(message);
    assertThat(aws.requests()).isEmpty();
  }
}
