package io.dynamodblake.ddl;

import io.dynamodblake.schema.Lifetime;
import io.dynamodblake.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The view of a table that leaves out what is no more for its application: items that AppSync has
 * marked as deleted, and those that have expired and that DynamoDB has not deleted yet. The table
 * itself holds them, because the DynamoDB table does.
 */
public final class LiveView {
  private static final String ENDING = "_live";

  private LiveView() {}

  /**
   * Returns the statement for Athena, with its semicolon and comments.
   *
   * @return empty if the table has no column that tells
   */
  public static Optional<String> script(String database, String table, TableSchema schema) {
    Lifetime lifetime = Lifetime.of(schema);
    String name = table + ENDING;
    if (lifetime.isEmpty() || !TableDefinition.isLegalName(name)) {
      return Optional.empty();
    }
    List<String> conditions = new ArrayList<>();
    lifetime
        .deleted()
        .ifPresent(
            column -> conditions.add("NOT coalesce(%s, false)".formatted(quoted(column.name()))));
    lifetime
        .expiry()
        .ifPresent(
            column -> {
              String time = quoted(column.name());
              conditions.add(
                  lifetime.isTimestamp()
                      ? "NOT coalesce(%1$s <= now(), false)".formatted(time)
                      : "NOT coalesce(%1$s <= to_unixtime(now()) AND %1$s > to_unixtime(now()) - %2$d, false)"
                          .formatted(time, Lifetime.MOST_SECONDS_OVER));
            });
    return Optional.of(
        """

        -- Without items that are marked as deleted, or have expired and are to be deleted.
        CREATE OR REPLACE VIEW %s.%s AS
        SELECT * FROM %s.%s
        WHERE %s;
        """
            .formatted(
                quoted(database),
                quoted(name),
                quoted(database),
                quoted(table),
                String.join("\n  AND ", conditions)));
  }

  private static String quoted(String name) {
    return '"' + name + '"';
  }
}
