package io.dynamodblake.bench;

import io.dynamodblake.schema.TableSchema;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What somebody writes who has DuckDB and no dynamodb-lake, to get rows of Parquet files out of
 * them as gzipped lines of JSON, each thread into a file of its own. Of what a restore does it
 * leaves out all that {@link JsonLines} names.
 */
final class DuckLines implements AutoCloseable {
  private final Connection connection;

  DuckLines() throws SQLException {
    this.connection = DriverManager.getConnection("jdbc:duckdb:");
    execute("SET threads = " + Workshop.THREADS);
    execute("SET preserve_insertion_order = false");
  }

  /**
   * Writes all rows.
   *
   * @param shuffled in random order, instead of about that of the files
   */
  void write(Path parquet, Path target, boolean shuffled) throws SQLException {
    execute(
        "COPY (SELECT * EXCLUDE (%s, %s) FROM read_parquet('%s/*.parquet')%s) TO '%s' (FORMAT json, COMPRESSION gzip, PER_THREAD_OUTPUT, FILE_EXTENSION 'json.gz')"
            .formatted(
                TableSchema.RESCUED,
                TableSchema.NULLS,
                parquet,
                shuffled ? " ORDER BY random()" : "",
                target));
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
