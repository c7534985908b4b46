package io.dynamodblake.spark.source;

import io.dynamodblake.testing.SparkTest;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A temporary view over the data source, made in SQL. */
class ExportReadFromSqlTest extends ExportReadContract {
  private final SparkSession spark = SparkTest.newSession();

  @Override
  Dataset<Row> read(String path, Map<String, String> options) {
    StringBuilder list = new StringBuilder("path '" + path + "'");
    options.forEach(
        (key, text) -> list.append(", ").append(key).append(" '").append(text).append('\''));
    spark.sql(
        "CREATE OR REPLACE TEMPORARY VIEW export USING `dynamodb-export` OPTIONS (" + list + ")");
    return spark.table("export");
  }
}
