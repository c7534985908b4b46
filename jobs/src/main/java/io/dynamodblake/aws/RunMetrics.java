package io.dynamodblake.aws;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.document.JsonDocuments;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What CloudWatch is told of a run, whichever way it hears of it. A metric whose value nobody knows
 * is left out.
 *
 * @param namespace as {@link #checkedNamespace} lets it pass
 * @param command the dimension {@code Command}
 * @param table the dimension {@code Table}; empty for a run of no table, or of one whose name the
 *     run did not come to know
 * @param time of the values
 */
public record RunMetrics(
    String namespace,
    String command,
    Optional<String> table,
    Instant time,
    Map<Metric, Double> values) {
  private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z0-9._/#-][A-Za-z0-9._/#:-]*");
  private static final int LONGEST_NAMESPACE = 255;
  // a dimension is ASCII, and what it may not begin with is a colon; tables have such names
  private static final Pattern TABLE = Pattern.compile("[A-Za-z0-9_.-]{1,255}");

  /** Names and units; a contract with alarms and dashboards. */
  public enum Metric {
    ITEMS("Items", "Count"),
    BYTES_READ("BytesRead", "Bytes"),
    BYTES_WRITTEN("BytesWritten", "Bytes"),
    REJECTED_RECORDS("RejectedRecords", "Count"),
    RESCUED_VALUES("RescuedValues", "Count"),
    SECONDS("Seconds", "Seconds"),
    DATA_AGE_SECONDS("DataAgeSeconds", "Seconds"),
    FAILURES("Failures", "Count");

    private final String key;
    private final String unit;

    Metric(String key, String unit) {
      this.key = key;
      this.unit = unit;
    }

    /** Returns its name in CloudWatch. */
    public String key() {
      return key;
    }

    /** Returns a unit of CloudWatch. */
    public String unit() {
      return unit;
    }
  }

  public RunMetrics {
    table = table.filter(name -> TABLE.matcher(name).matches());
    EnumMap<Metric, Double> sorted = new EnumMap<>(Metric.class);
    sorted.putAll(values);
    values = Collections.unmodifiableMap(sorted);
  }

  /**
   * Checks what a user calls the namespace.
   *
   * @throws UsageException if CloudWatch would refuse it
   */
  public static String checkedNamespace(String text) {
    if (text.length() > LONGEST_NAMESPACE
        || !NAMESPACE.matcher(text).matches()
        || text.startsWith("AWS/")) {
      throw new UsageException(
          "Cannot use --metrics-namespace '%s': at most 255 of A-Z a-z 0-9 . - _ / # and :, not a colon first, and not AWS/, which is for AWS alone"
              .formatted(text));
    }
    return text;
  }

  /** By name, in order. */
  Map<String, String> dimensions() {
    Map<String, String> dimensions = new LinkedHashMap<>();
    dimensions.put("Command", command);
    table.ifPresent(name -> dimensions.put("Table", name));
    return dimensions;
  }

  /**
   * Returns one line of CloudWatch's Embedded Metric Format, without the end of the line. It
   * becomes metrics where it gets into CloudWatch Logs as an event of its own.
   *
   * @param properties what the log event says besides; no metrics are made of them
   */
  public String toEmbeddedMetricFormat(Map<String, String> properties) {
    ObjectNode tree = JsonDocuments.object();
    ObjectNode about = tree.putObject("_aws");
    about.put("Timestamp", time.toEpochMilli());
    ObjectNode directive = about.putArray("CloudWatchMetrics").addObject();
    directive.put("Namespace", namespace);
    ArrayNode names = directive.putArray("Dimensions").addArray();
    ArrayNode metrics = directive.putArray("Metrics");
    dimensions()
        .forEach(
            (name, value) -> {
              names.add(name);
              tree.put(name, value);
            });
    values.forEach(
        (metric, value) -> {
          metrics.addObject().put("Name", metric.key()).put("Unit", metric.unit());
          if (value == Math.rint(value)) {
            tree.put(metric.key(), value.longValue());
          } else {
            tree.put(metric.key(), value);
          }
        });
    properties.forEach(tree::put);
    return JsonDocuments.printLine(tree);
  }
}
