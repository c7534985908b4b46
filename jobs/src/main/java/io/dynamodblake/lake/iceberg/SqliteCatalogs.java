package io.dynamodblake.lake.iceberg;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.apache.spark.sql.SparkSession;

/**
 * Catalogs in a file of SQLite. When Iceberg opens one it asks for its tables and leaves the answer
 * open, so that the connection goes on seeing the database as it was then, and may not write any
 * more once another one has. Where the tables are there it need not ask. Driver only.
 */
final class SqliteCatalogs {
  private static final String URI = ".uri";
  private static final String MAKES_TABLES = ".jdbc.init-catalog-tables";
  private static final String SQLITE = "jdbc:sqlite:";
  private static final String TABLES =
      "SELECT count(*) FROM sqlite_master WHERE name IN ('iceberg_tables', 'iceberg_namespace_properties')";

  private SqliteCatalogs() {}

  /**
   * Keeps Iceberg from asking, if the session has not opened the catalog yet.
   *
   * @param setting what the settings of the catalog begin with
   */
  static void prepare(SparkSession session, String setting) {
    String uri = session.conf().get(setting + URI, "");
    if (uri.startsWith(SQLITE)
        && !session.conf().contains(setting + MAKES_TABLES)
        && hasTables(uri)) {
      session.conf().set(setting + MAKES_TABLES, "false");
    }
  }

  private static boolean hasTables(String uri) {
    try (Connection connection = DriverManager.getConnection(uri);
        Statement statement = connection.createStatement();
        ResultSet count = statement.executeQuery(TABLES)) {
      return count.next() && count.getInt(1) == 2;
    } catch (SQLException e) {
      return false; // Iceberg says what is wrong with it
    }
  }
}
