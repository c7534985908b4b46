package io.dynamodblake.spark.source;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ExportLocator;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.PlanOptions;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.schema.SchemaPlanner;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.read.BadRecordPolicy;
import io.dynamodblake.spark.read.FirstChange;
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
 * The data source {@code dynamodb-export}: reads a full export of a DynamoDB table, or with {@code
 * records=changes} the changes of an incremental one.
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
    StructType struct =
        conf.readsChanges()
            ? ChangeColumns.toStruct(schema, keys(conf, located, schema))
            : SparkTypes.toStruct(schema);
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
    if (conf.readsChanges()) {
      StructType struct =
          given.isPresent() && !known ? changeStruct(conf, manifest, given.get(), schema) : schema;
      ChangeColumns columns =
          ChangeColumns.of(tableName(manifest), struct, hasCorruptColumn(struct, corruptColumn));
      return new ExportTable(
          spark,
          manifest,
          conf,
          new ChangeRows(manifest, conf, columns),
          SparkTypes.nullable(struct));
    }
    if (given.isPresent()) {
      StructType struct = SparkTypes.toStruct(given.get());
      boolean corrupt =
          conf.wantsCorruptColumn() || List.of(schema.fieldNames()).contains(corruptColumn);
      return new ExportTable(
          spark,
          manifest,
          conf,
          new ItemRows(manifest, conf, given.get()),
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
    return new ExportTable(
        spark,
        manifest,
        conf,
        new ItemRows(manifest, conf, tableSchema),
        SparkTypes.nullable(schema));
  }

  /** The columns of changes by the option {@code schema}, which wins over one given to Spark. */
  private static StructType changeStruct(
      ExportReadConf conf, ExportManifest manifest, TableSchema given, StructType other) {
    StructType struct = ChangeColumns.toStruct(given, keys(conf, manifest, given));
    boolean corrupt =
        conf.wantsCorruptColumn() || List.of(other.fieldNames()).contains(conf.corruptColumn());
    return corrupt ? withCorruptColumn(struct, conf.corruptColumn()) : struct;
  }

  /** The name of the corrupt-record column if a struct has it; otherwise nothing's name. */
  private static String hasCorruptColumn(StructType struct, String corruptColumn) {
    for (StructField field : struct.fields()) {
      if (isCorruptColumn(field, corruptColumn)) {
        return corruptColumn;
      }
    }
    return "";
  }

  /** The key of the records, in the order of the schema where it knows them. */
  private static List<KeyAttribute> keys(
      ExportReadConf conf, ExportManifest manifest, TableSchema schema) {
    if (!schema.keys().isEmpty()) {
      return schema.keys();
    }
    HadoopObjectStore store = new HadoopObjectStore(conf.hadoopConfiguration());
    try {
      return FirstChange.keys(store, manifest, conf.readOptions());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the export at " + conf.path(), e);
    }
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
      ExportLocator locator = new ExportLocator(store, conf.readOptions());
      return conf.readsChanges()
          ? onlyOne(locator.changes(conf.path(), conf.changeSelection()), conf)
          : locator.locate(conf.path(), conf.selection());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the export at " + conf.path(), e);
    }
  }

  private static ExportManifest onlyOne(List<ExportManifest> exports, ExportReadConf conf) {
    if (exports.size() > 1) {
      throw new UsageException(
          "Cannot read changes: there are %d incremental exports (%s and others), in %s; choose one with exportId, and unite the data sets of several"
              .formatted(exports.size(), exports.get(0).exportId(), conf.path()));
    }
    return exports.get(0);
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
