package io.dynamodblake.ddl;

import io.dynamodblake.schema.DataRefusedException;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** How Athena learns which partitions a table has. */
public sealed interface PartitionLayout {

  /** The table has no partition columns. */
  record None() implements PartitionLayout {}

  /**
   * Athena computes the partitions from a range for each partition column, so that nothing is
   * registered and a new snapshot needs no statements but the table's. Trino does the same if its
   * catalog says so; other engines do not know projection and see no partitions.
   *
   * @param ranges one for each partition column, in their order
   */
  record Projected(List<Range> ranges) implements PartitionLayout {
    public Projected {
      ranges = List.copyOf(ranges);
    }
  }

  /**
   * Every partition is added by a statement.
   *
   * @param partitions in the order in which they are to be written
   */
  record Registered(List<Partition> partitions) implements PartitionLayout {
    public Registered {
      partitions = List.copyOf(partitions);
    }
  }

  /** What a projected column counts in. */
  enum Unit {
    /** Four digits. */
    YEAR,
    /** {@code yyyy-MM}. */
    MONTH,
    /** {@code yyyy-MM-dd}. */
    DAY,
    /** {@code yyyy-MM-dd-HH}. */
    HOUR,
    /** Whole numbers, for hash buckets. */
    NUMBER
  }

  /**
   * The values of one projected column.
   *
   * @param column name of the partition column
   * @param first smallest value, as it stands in the path
   * @param last largest value, inclusive
   */
  record Range(String column, Unit unit, String first, String last) {
    public Range {
      Objects.requireNonNull(column, "column is null");
      Objects.requireNonNull(unit, "unit is null");
      Objects.requireNonNull(first, "first is null");
      Objects.requireNonNull(last, "last is null");
    }

    /** Its properties without their prefix, in Athena's words. */
    Map<String, String> properties() {
      // Trino, which projects like Athena, knows no months and years, and no dates from a day to
      // itself
      return switch (unit) {
        case YEAR -> listed(years());
        case MONTH -> listed(months());
        case DAY -> first.equals(last) ? listed(List.of(first)) : dates("yyyy-MM-dd", "DAYS");
        case HOUR -> first.equals(last) ? listed(List.of(first)) : dates("yyyy-MM-dd-HH", "HOURS");
        case NUMBER -> {
          Map<String, String> properties = new LinkedHashMap<>();
          properties.put("type", "integer");
          properties.put("range", first + "," + last);
          yield properties;
        }
      };
    }

    private Map<String, String> dates(String format, String step) {
      Map<String, String> properties = new LinkedHashMap<>();
      properties.put("type", "date");
      properties.put("format", format);
      properties.put("range", first + "," + last);
      properties.put("interval", "1");
      properties.put("interval.unit", step);
      return properties;
    }

    private List<String> years() {
      return IntStream.rangeClosed(Integer.parseInt(first), Integer.parseInt(last))
          .mapToObj("%04d"::formatted)
          .toList();
    }

    private List<String> months() {
      YearMonth start = YearMonth.parse(first);
      return LongStream.rangeClosed(0, ChronoUnit.MONTHS.between(start, YearMonth.parse(last)))
          .mapToObj(months -> start.plusMonths(months).toString())
          .toList();
    }

    private static Map<String, String> listed(List<String> values) {
      Map<String, String> properties = new LinkedHashMap<>();
      properties.put("type", "enum");
      properties.put("values", String.join(",", values));
      return properties;
    }
  }

  /**
   * One partition.
   *
   * @param values one for each partition column, not escaped as in a path; {@link #NULL_VALUE} for
   *     null
   * @param location its folder
   */
  record Partition(List<String> values, String location) {
    /** What stands in a path where the value is null. */
    public static final String NULL_VALUE = "__HIVE_DEFAULT_PARTITION__";

    /** The longest partition value that the Glue catalog takes. */
    public static final int MOST_VALUE_LENGTH = 1_024;

    public Partition {
      values = List.copyOf(values);
      Objects.requireNonNull(location, "location is null");
      for (String value : values) {
        if (value.length() > MOST_VALUE_LENGTH) {
          throw new DataRefusedException(
              "Cannot register partition: a value has "
                  + value.length()
                  + " characters and Glue takes "
                  + MOST_VALUE_LENGTH
                  + "; partition by bucket(n,column) or by another column");
        }
      }
    }
  }
}
