package io.dynamodblake.schema;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The columns by which items are there and yet are no more for their application: those that
 * AppSync has marked as deleted, and those that DynamoDB is about to delete because their time is
 * over.
 *
 * @param deleted a boolean column, true for what is deleted
 * @param expiry a column of seconds since 1970, or of timestamps
 */
public record Lifetime(Optional<Column> deleted, Optional<Column> expiry) {
  /** Attribute of what AppSync has marked as deleted. */
  public static final String DELETED = "_deleted";

  private static final List<String> EXPIRY =
      List.of("ttl", "timetolive", "expiresat", "expireat", "expirationtime", "expirytime");

  /** DynamoDB leaves those alone that are longer over, and takes them for errors. */
  public static final long MOST_SECONDS_OVER = 5L * 365 * 24 * 3600;

  /** Finds the columns of a table by their usual names and types. */
  public static Lifetime of(TableSchema schema) {
    return new Lifetime(
        find(schema, name -> name.equals(DELETED), LakeType.Kind.BOOLEAN),
        find(
            schema,
            Lifetime::isExpiry,
            LakeType.Kind.BIGINT,
            LakeType.Kind.DECIMAL,
            LakeType.Kind.TIMESTAMP));
  }

  /** Whether an attribute is called as those are by which items expire. */
  public static boolean isExpiry(String attribute) {
    return EXPIRY.contains(attribute.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", ""));
  }

  private static Optional<Column> find(
      TableSchema schema, Predicate<String> name, LakeType.Kind... kinds) {
    return schema.writtenColumns().stream()
        .filter(column -> column.inside().isEmpty() && name.test(column.attribute()))
        .filter(column -> column.protection() == Protection.NONE)
        .filter(column -> kind(column).map(List.of(kinds)::contains).orElse(false))
        .findFirst();
  }

  private static Optional<LakeType.Kind> kind(Column column) {
    return column.mapping() instanceof ValueMapping.Scalar scalar
        ? Optional.of(scalar.type().kind())
        : Optional.empty();
  }

  /** Whether there is no such column. */
  public boolean isEmpty() {
    return deleted.isEmpty() && expiry.isEmpty();
  }

  /** Whether the column of the expiry holds timestamps, and not seconds. */
  public boolean isTimestamp() {
    return expiry.flatMap(Lifetime::kind).equals(Optional.of(LakeType.Kind.TIMESTAMP));
  }
}
