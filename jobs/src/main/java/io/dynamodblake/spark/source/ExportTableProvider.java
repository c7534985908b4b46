package io.dynamodblake.spark.source;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ExportLocator;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.schema.PlanOptions;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.schema.SchemaPlanner;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.read.BadRecordPolicy;
import io.dynamodblake.spark.read.ProfilePass;
import io.dynamodblake.spark.read.ReadMode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * The data source {@code dynamodb-export}: reads a full export of a DynamoDB table.
 *
 * <pre>{@code
 * Dataset<Row> orders = spark.read().format("dynamodb-export").load("s3://bucket/AWSDynamoDB/01731900000000-0a1b2c3d/");
 * }</pre>
 *
 * The schema is that of the option {@code schema}, else the one given to {@code .schema(...)}, else
 * types are observed over all items, which reads the export once. Options are listed in {@code
 * docs/options.md}; {@code docs/data-source.md} says what is verified, skipped and counted.
 */
public final class ExportTableProvider implements TableProvider, DataSourceRegister {
  static final String SHORT_NAME = "dynamodb-export";

  // found by inferSchema, for the getTable with the same options that Spark calls next
  private ExportManifest located;
  private Map<String, String> locatedBy = Map.of();

  @Override
  public String shortName() {
    return SHORT_NAME;
  }

  @Override
  public boolean supportsExternalMetadata() {
    return true;
  }

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    SparkSession spark = SparkSession.active();
    ExportReadConf conf = new ExportReadConf(spark, options.asCaseSensitiveMap());
    located = locate(conf);
    locatedBy = options.asCaseSensitiveMap();
    Optional<TableSchema> given = givenSchema(conf);
    TableSchema schema = given.isPresent() ? given.get() : observedSchema(spark, conf, located);
    StructType struct = SparkTypes.toStruct(schema);
    return conf.wantsCorruptColumn() ? withCorruptColumn(struct, conf.corruptColumn()) : struct;
  }

  @Override
  public Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    SparkSession spark = SparkSession.active();
    ExportReadConf conf = new ExportReadConf(spark, properties);
    boolean known = located != null && locatedBy.equals(properties);
    ExportManifest manifest = known ? located : locate(conf);
    located = null;
    String corruptColumn = conf.corruptColumn();
    Optional<TableSchema> given = givenSchema(conf);
    if (given.isPresent()) {
      StructType struct = SparkTypes.toStruct(given.get());
      boolean corrupt =
          conf.wantsCorruptColumn() || List.of(schema.fieldNames()).contains(corruptColumn);
      return new ExportTable(
          spark,
          manifest,
          conf,
          given.get(),
          corrupt ? withCorruptColumn(struct, corruptColumn) : struct);
    }
    List<StructField> fields = new ArrayList<>();
    for (StructField field : schema.fields()) {
      if (!isCorruptColumn(field, corruptColumn)) {
        fields.add(field);
      }
    }
    StructType columns = new StructType(fields.toArray(StructField[]::new));
    TableSchema tableSchema = SparkTypes.fromStruct(tableName(manifest), columns);
    return new ExportTable(spark, manifest, conf, tableSchema, SparkTypes.nullable(schema));
  }

  private static boolean isCorruptColumn(StructField field, String corruptColumn) {
    if (!field.name().equals(corruptColumn) || field.metadata().contains(SparkTypes.METADATA_KEY)) {
      return false;
    }
    if (!field.dataType().equals(DataTypes.StringType)) {
      throw new UsageException(
          "Cannot use the schema: the corrupt-record column '%s' must be string, not %s"
              .formatted(corruptColumn, field.dataType().sql()));
    }
    return true;
  }

  private static StructType withCorruptColumn(StructType columns, String name) {
    for (String column : columns.fieldNames()) {
      if (column.equalsIgnoreCase(name)) {
        throw new UsageException(
            "Cannot add the corrupt-record column: there is a column '%s' already; choose another columnNameOfCorruptRecord"
                .formatted(name));
      }
    }
    return columns.add(name, DataTypes.StringType, true);
  }

  private static ExportManifest locate(ExportReadConf conf) {
    HadoopObjectStore store = new HadoopObjectStore(conf.hadoopConfiguration());
    try {
      return new ExportLocator(store, conf.readOptions()).locate(conf.path(), conf.selection());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the export at " + conf.path(), e);
    }
  }

  private static Optional<TableSchema> givenSchema(ExportReadConf conf) {
    Optional<String> path = conf.schemaPath();
    if (path.isEmpty()) {
      return Optional.empty();
    }
    HadoopObjectStore store = new HadoopObjectStore(conf.hadoopConfiguration());
    try (InputStream in = store.open(store.qualify(path.get()))) {
      String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Optional.of(TableSchemaJson.fromJson(json));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the schema file " + path.get(), e);
    }
  }

  private static TableSchema observedSchema(
      SparkSession spark, ExportReadConf conf, ExportManifest manifest) {
    BadRecordPolicy policy =
        conf.mode() == ReadMode.FAILFAST ? BadRecordPolicy.FAIL : BadRecordPolicy.COUNT_ALL;
    ProfilePass pass =
        new ProfilePass(
            spark,
            conf.hadoopConfiguration(),
            conf.readOptions(),
            policy,
            ProfileLimits.DEFAULT,
            conf.maxPartitionBytes());
    ProfilePass.Result result = pass.run(manifest, ReadProgress.NONE);
    PlanOptions options = PlanOptions.of(tableName(manifest), List.of());
    return SchemaPlanner.plan(result.profile(), options).schema();
  }

  private static String tableName(ExportManifest manifest) {
    return manifest.tableName().orElse(manifest.exportId());
  }
}
