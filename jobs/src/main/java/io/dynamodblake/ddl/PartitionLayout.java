package io.dynamodblake.ddl;

import io.dynamodblake.schema.DataRefusedException;
import java.util.List;
import java.util.Objects;

/** How Athena learns which partitions a table has. */
public sealed interface PartitionLayout {

  /** The table has no partition columns. */
  record None() implements PartitionLayout {}

  /**
   * Athena computes the partitions from a range for each partition column, so that nothing is
   * registered and a new snapshot needs no statements but the table's. Other engines do not know
   * projection and see no partitions.
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

  /** What a projected column counts in, with the pattern of its values. */
  enum Unit {
    YEAR("yyyy", "YEARS"),
    MONTH("yyyy-MM", "MONTHS"),
    DAY("yyyy-MM-dd", "DAYS"),
    HOUR("yyyy-MM-dd-HH", "HOURS"),
    /** Whole numbers, for hash buckets. */
    NUMBER("", "");

    private final String format;
    private final String interval;

    Unit(String format, String interval) {
      this.format = format;
      this.interval = interval;
    }

    /** Pattern of {@link java.time.format.DateTimeFormatter}; empty for numbers. */
    public String format() {
      return format;
    }

    /** Athena's word for the step; empty for numbers. */
    String interval() {
      return interval;
    }
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
    public static final int MAX_VALUE_LENGTH = 1_024;

    public Partition {
      values = List.copyOf(values);
      Objects.requireNonNull(location, "location is null");
      for (String value : values) {
        if (value.length() > MAX_VALUE_LENGTH) {
          throw new DataRefusedException(
              "Cannot register partition: a value has "
                  + value.length()
                  + " characters and Glue takes "
                  + MAX_VALUE_LENGTH
                  + "; partition by bucket(n,column) or by another column");
        }
      }
    }
  }
}
