package io.dynamodblake.lake.write;

import io.dynamodblake.parquet.FieldIds;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.parquet.SparkToParquetSchemaConverter;
import org.apache.spark.sql.types.StructType;

/**
 * How the files of a snapshot say what is in them. Made on the driver, used by tasks.
 *
 * @param columns of the files, as Spark knows them
 * @param metadata of the footers
 */
record FileShape(StructType columns, HashMap<String, String> metadata, FieldIds ids)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  // by these Spark knows the types of its columns and how dates before 1582 are meant
  private static final String SCHEMA_KEY = "org.apache.spark.sql.parquet.row.metadata";
  private static final String VERSION_KEY = "org.apache.spark.version";
  private static final String MODEL_KEY = "writer.model.name";

  private static final String TIMES = "spark.sql.parquet.outputTimestampType";
  private static final String MICROSECONDS = "TIMESTAMP_MICROS";

  /** Files in which columns are known by their names. */
  static FileShape of(SparkSession session, StructType columns) {
    return new FileShape(
        columns,
        new HashMap<>(
            Map.of(
                SCHEMA_KEY,
                columns.json(),
                VERSION_KEY,
                session.version(),
                MODEL_KEY,
                "dynamodb-lake")),
        null);
  }

  /**
   * Files in which columns are known by numbers, and times are in microseconds, as Iceberg wants
   * them.
   *
   * @param more for the footers
   */
  FileShape with(FieldIds numbers, Map<String, String> more) {
    HashMap<String, String> all = new HashMap<>(metadata);
    all.putAll(more);
    return new FileShape(columns, all, numbers);
  }

  /** Returns the columns as the files have them. */
  MessageType schema(Configuration configuration) {
    Optional<FieldIds> numbers = Optional.ofNullable(ids);
    if (numbers.isEmpty()) {
      return new SparkToParquetSchemaConverter(configuration).convert(columns);
    }
    Configuration micros = new Configuration(configuration);
    micros.set(TIMES, MICROSECONDS);
    return numbers.get().addTo(new SparkToParquetSchemaConverter(micros).convert(columns));
  }
}
