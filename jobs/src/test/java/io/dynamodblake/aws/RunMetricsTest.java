package io.dynamodblake.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dynamodblake.aws.RunMetrics.Metric;
import io.dynamodblake.conf.UsageException;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.cloudwatch.model.StandardUnit;

/** The rules are those of "Specification: Embedded metric format" in the CloudWatch user guide. */
class RunMetricsTest {
  private static final Instant TIME = Instant.parse("2026-11-18T03:20:00.123Z");
  private static final Map<String, String> PROPERTIES =
      Map.of("RunId", "20261118T032000Z-1a2b3c4d", "Outcome", "done");

  private static final Map<Metric, Double> EVERYTHING =
      Arrays.stream(Metric.values())
          .collect(Collectors.toMap(metric -> metric, metric -> metric.ordinal() + 0.5));

  private static RunMetrics metrics(Optional<String> table, Map<Metric, Double> values) {
    return new RunMetrics("dynamodb-lake", "flatten", table, TIME, values);
  }

  static Stream<Arguments> documents() {
    return Stream.of(
        Arguments.of("all metrics", metrics(Optional.of("orders"), EVERYTHING), 2),
        Arguments.of("no table", metrics(Optional.empty(), EVERYTHING), 1),
        Arguments.of(
            "failed at once",
            metrics(Optional.of("Orders-1.a_b"), Map.of(Metric.FAILURES, 1.0)),
            2),
        Arguments.of(
            "no name of a table",
            metrics(Optional.of("Bestell\u00fcbersicht"), Map.of(Metric.ITEMS, 1e15)),
            1));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("documents")
  void lineKeepsTheRulesOfTheFormat(String what, RunMetrics metrics, int dimensions)
      throws IOException {
    String line = metrics.toEmbeddedMetricFormat(PROPERTIES);
    assertThat(line).doesNotContain("\n", "\r").startsWith("{").endsWith("}");
    assertThat(line.length()).isLessThan(256 * 1024); // the largest event of CloudWatch Logs
    JsonNode root = new ObjectMapper().readTree(line);

    assertThat(root.at("/_aws/Timestamp").longValue()).isEqualTo(TIME.toEpochMilli());
    assertThat(root.at("/_aws/Timestamp").isIntegralNumber()).isTrue();
    assertThat(root.at("/_aws/CloudWatchMetrics")).hasSize(1);
    JsonNode directive = root.at("/_aws/CloudWatchMetrics/0");
    assertThat(directive.path("Namespace").textValue()).hasSizeBetween(1, 1024);

    assertThat(directive.path("Dimensions")).hasSize(1);
    JsonNode names = directive.path("Dimensions").get(0);
    assertThat(names).hasSize(dimensions).hasSizeLessThanOrEqualTo(30);
    for (JsonNode name : names) {
      assertThat(root.path(name.textValue()).isTextual()).as(name.toString()).isTrue();
      assertThat(root.path(name.textValue()).textValue()).hasSizeBetween(1, 1024).isASCII();
    }
    assertThat(directive.path("Metrics")).hasSize(metrics.values().size()).hasSizeBetween(1, 100);
    Set<String> seen = new HashSet<>();
    for (JsonNode metric : directive.path("Metrics")) {
      String name = metric.path("Name").textValue();
      assertThat(seen.add(name)).as(name + " is there once").isTrue();
      assertThat(name).hasSizeBetween(1, 1024).matches("[A-Za-z]+");
      assertThat(StandardUnit.fromValue(metric.path("Unit").textValue()))
          .isNotEqualTo(StandardUnit.UNKNOWN_TO_SDK_VERSION);
      assertThat(root.path(name).isNumber()).as(name).isTrue();
    }
    // what is not named above is a property; none of them may have the name of a metric
    assertThat(PROPERTIES.keySet()).allSatisfy(name -> assertThat(root.has(name)).isTrue());
    assertThat(PROPERTIES.keySet()).doesNotContainAnyElementsOf(seen);
  }

  @Test
  void lineIsTheOneThatTheManualShows() {
    RunMetrics metrics =
        metrics(
            Optional.of("orders"),
            Map.of(Metric.FAILURES, 0.0, Metric.SECONDS, 61.25, Metric.ITEMS, 250_000_000.0));
    assertThat(metrics.toEmbeddedMetricFormat(Map.of("ExitCode", "0")))
        .isEqualTo(
            "{\"_aws\":{\"Timestamp\":1794972000123,\"CloudWatchMetrics\":[{\"Namespace\":\"dynamodb-lake\","
                + "\"Dimensions\":[[\"Command\",\"Table\"]],\"Metrics\":[{\"Name\":\"Items\",\"Unit\":\"Count\"},"
                + "{\"Name\":\"Seconds\",\"Unit\":\"Seconds\"},{\"Name\":\"Failures\",\"Unit\":\"Count\"}]}]},"
                + "\"Command\":\"flatten\",\"Table\":\"orders\",\"Items\":250000000,\"Seconds\":61.25,\"Failures\":0,"
                + "\"ExitCode\":\"0\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dynamodb-lake", "acme/lake:prod", "Team.1_#"})
  void namespaceThatCloudWatchTakes(String namespace) {
    assertThat(RunMetrics.checkedNamespace(namespace)).isEqualTo(namespace);
  }

  @ParameterizedTest
  @ValueSource(strings = {":acme", "AWS/DynamoDB", "a\nb", "caf\u00e9", ""})
  void namespaceThatCloudWatchRefuses(String namespace) {
    assertThatThrownBy(() -> RunMetrics.checkedNamespace(namespace))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot use --metrics-namespace '");
    assertThatThrownBy(() -> RunMetrics.checkedNamespace("n".repeat(256)))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot use --metrics-namespace '");
  }
}
