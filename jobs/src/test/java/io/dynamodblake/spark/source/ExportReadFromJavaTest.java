package io.dynamodblake.spark.source;

import io.dynamodblake.testing.SparkTest;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** {@code spark.read().format("dynamodb-export").load(path)}. */
class ExportReadFromJavaTest extends ExportReadContract {
  @Override
  Dataset<Row> read(String path, Map<String, String> options) {
    return SparkTest.session().read().format("dynamodb-export").options(options).load(path);
  }
}
