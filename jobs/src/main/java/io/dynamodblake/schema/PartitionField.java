package io.dynamodblake.schema;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One part of {@code --partition-by}: a column as it is, a part of its time, or a bucket of its
 * hash.
 *
 * @param source name of an attribute or a column
 * @param buckets number of buckets, 0 for other transforms
 */
public record PartitionField(Transform transform, String source, int buckets) {
  public static final int MOST_BUCKETS = 10_000;

  // with "=" and the name of the default partition, 255 bytes, which file systems allow
  private static final int MOST_NAME = 220;

  private static final Pattern CALL =
      Pattern.compile("\\s*(\\w+)\\s*\\((.*)\\)\\s*", Pattern.DOTALL);
  private static final Pattern BUCKET = Pattern.compile("\\s*(\\d{1,6})\\s*,(.*)", Pattern.DOTALL);

  /** How a partition value comes from a column value. */
  public enum Transform {
    /** The value itself; the column moves into the path. */
    IDENTITY,
    /** Such as {@code 2026}, in UTC as all times. */
    YEAR,
    /** Such as {@code 2026-11}. */
    MONTH,
    /** Such as {@code 2026-11-18}. */
    DAY,
    /** Such as {@code 2026-11-18-03}. */
    HOUR,
    /** A number from 0 to below the number of buckets. */
    BUCKET;

    /**
     * Returns the name as it is written in {@code --partition-by}, and the ending of derived
     * columns.
     */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Returns whether it takes a part of a date or time. */
    public boolean isTime() {
      return this == YEAR || this == MONTH || this == DAY || this == HOUR;
    }
  }

  public PartitionField {
    Objects.requireNonNull(transform, "transform is null");
    Objects.requireNonNull(source, "source is null");
    boolean sound =
        transform == Transform.BUCKET ? buckets >= 1 && buckets <= MOST_BUCKETS : buckets == 0;
    if (!sound) {
      throw new IllegalArgumentException(
          buckets + " buckets; bucket(n,column) takes 1 to " + MOST_BUCKETS);
    }
  }

  /**
   * Reads {@code status}, {@code day(createdAt)} or {@code bucket(16,pk)}.
   *
   * @throws IllegalArgumentException saying what is expected
   */
  public static PartitionField parse(String text) {
    Matcher call = CALL.matcher(text);
    if (!call.matches()) {
      return new PartitionField(Transform.IDENTITY, name(text, text), 0);
    }
    String function = call.group(1).toLowerCase(Locale.ROOT);
    String argument = call.group(2);
    for (Transform transform : Transform.values()) {
      if (transform.key().equals(function)) {
        if (transform != Transform.BUCKET) {
          return new PartitionField(transform, name(argument, text), 0);
        }
        Matcher bucket = BUCKET.matcher(argument);
        if (!bucket.matches()) {
          throw new IllegalArgumentException(
              "'" + text + "' lacks the number of buckets; write bucket(16,column)");
        }
        return new PartitionField(
            transform, name(bucket.group(2), text), Integer.parseInt(bucket.group(1)));
      }
    }
    throw new IllegalArgumentException(
        "'"
            + text
            + "' is not a partition; write a column, or year(column), month(column),"
            + " day(column), hour(column) or bucket(16,column)");
  }

  private static String name(String text, String whole) {
    String name = text.strip();
    if (name.isEmpty()) {
      throw new IllegalArgumentException("'" + whole + "' names no column");
    }
    return name;
  }

  /**
   * Reads a list such as {@code day(createdAt),bucket(16,pk)}; commas in parentheses belong to
   * their part.
   */
  public static List<PartitionField> parseList(String text) {
    List<PartitionField> fields = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      char character = i == text.length() ? ',' : text.charAt(i);
      if (character == '(') {
        depth++;
      } else if (character == ')') {
        depth--;
      } else if (character == ',' && (depth <= 0 || i == text.length())) {
        fields.add(parse(text.substring(start, i)));
        start = i + 1;
      }
    }
    return fields;
  }

  /** Returns the text that {@link #parse} reads. */
  public String text() {
    return switch (transform) {
      case IDENTITY -> source;
      case BUCKET -> "bucket(" + buckets + "," + source + ")";
      case YEAR, MONTH, DAY, HOUR -> transform.key() + "(" + source + ")";
    };
  }

  /**
   * Returns the partition columns of a table, in order.
   *
   * @throws UsageException if a column does not exist, with the nearest that does
   * @throws DataRefusedException if a column is of a type that cannot be partitioned so, with the
   *     way out
   */
  public static List<PartitionColumn> resolve(List<PartitionField> fields, TableSchema schema) {
    Set<String> taken = new HashSet<>(ColumnNames.NOT_GIVEN);
    schema.columns().forEach(column -> taken.add(column.name()));
    schema.derived().forEach(column -> taken.add(column.name()));
    Set<String> seen = new HashSet<>();
    List<PartitionColumn> columns = new ArrayList<>();
    for (PartitionField field : fields) {
      Column source =
          schema
              .findWithDerived(field.source())
              .orElseThrow(
                  () ->
                      new UsageException(
                          "Cannot partition by %s: there is %s"
                              .formatted(field.text(), schema.noSuchColumn(field.source()))));
      LakeType sourceType = field.check(source);
      if (field.transform == Transform.IDENTITY && schema.isDerived(source.name())) {
        throw field.refused(
            "column %s repeats a part of a key, which may be anything; use bucket(16,%s)"
                .formatted(source.name(), source.name()));
      }
      if (!seen.add(field.transform + " " + source.name())) {
        throw field.refused("it stands twice in the list");
      }
      if (field.transform == Transform.IDENTITY) {
        columns.add(new PartitionColumn(field, source, source.name(), sourceType));
      } else {
        String ending = "_" + field.transform.key();
        int length = Math.min(source.name().length(), ColumnNames.MOST_LENGTH - ending.length());
        String name = ColumnNames.free(source.name().substring(0, length) + ending, taken);
        taken.add(name);
        LakeType type = field.transform == Transform.BUCKET ? LakeType.INT : LakeType.STRING;
        columns.add(new PartitionColumn(field, source, name, type));
      }
    }
    return columns;
  }

  private LakeType check(Column column) {
    String subject = "column " + column.name();
    if (column.name().length() > MOST_NAME) {
      throw refused(
          "the column's name has more than "
              + MOST_NAME
              + " characters, too many for the name of a folder; give it a shorter \"name\" in"
              + " schema.json and pass that with "
              + Words.FLATTEN.of(FlattenKeys.SCHEMA));
    }
    if (column.dropped()) {
      throw refused(subject + " is dropped in the schema; remove its \"drop\" in schema.json");
    }
    if (column.protection() != Protection.NONE) {
      throw refused(
          subject + " is hashed or masked and would show in paths; partition by another column");
    }
    if (!(column.mapping() instanceof ValueMapping.Scalar scalar)) {
      throw refused(subject + " is not of a scalar type; partition by another column");
    }
    LakeType type = scalar.type();
    if (transform.isTime() && type.kind() != LakeType.Kind.TIMESTAMP) {
      if (type.kind() != LakeType.Kind.DATE) {
        throw refused(
            subject
                + " is "
                + type.sql()
                + "; give it \"type\": \"timestamp\" and \"from\": \"iso-8601\", \"epoch-seconds\" or"
                + " \"epoch-millis\" in schema.json and pass that with "
                + Words.FLATTEN.of(FlattenKeys.SCHEMA));
      }
      if (transform == Transform.HOUR) {
        throw refused(subject + " is date, which has no hours; use day(" + source + ")");
      }
    }
    if (transform == Transform.IDENTITY) {
      switch (type.kind()) {
        case BINARY, DOUBLE ->
            throw refused(
                subject
                    + " is "
                    + type.sql()
                    + ", which makes no good path; partition by another column");
        case TIMESTAMP ->
            throw refused(
                subject + " is timestamp; use day(" + source + ") or hour(" + source + ")");
        case STRING, BIGINT, INT, BOOLEAN, DATE, DECIMAL -> {}
      }
    }
    if (transform == Transform.BUCKET && type.kind() == LakeType.Kind.DOUBLE) {
      throw refused(subject + " is double, whose hash is not stable; partition by another column");
    }
    return type;
  }

  private DataRefusedException refused(String reason) {
    return new DataRefusedException("Cannot partition by " + text() + ": " + reason);
  }
}
