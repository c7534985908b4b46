package io.dynamodblake.spark.source;

import io.dynamodblake.conf.ExportSourceKeys;
import io.dynamodblake.conf.SourceSettings;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.export.ChangeSelection;
import io.dynamodblake.export.ExportSelection;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.Verify;
import io.dynamodblake.spark.read.ReadMode;
import io.dynamodblake.spark.read.ReadPlan;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import scala.Tuple2;
import scala.collection.Iterator;

/**
 * What the options of one read and the session say, checked. Driver only; not for executors, which
 * get a {@link ReadPlan}.
 */
final class ExportReadConf {
  private static final String HADOOP_PREFIX = "spark.hadoop.";
  private static final String FILE_SYSTEM_PREFIX = "fs.";
  private static final String CORRUPT_COLUMN_CONF = "spark.sql.columnNameOfCorruptRecord";

  private static final String PATHS = "paths";
  // what Spark's catalogs tell of a table beside its options
  private static final Set<String> OTHERS =
      Set.of(
          PATHS,
          "serialization.format",
          TableCatalog.PROP_COMMENT,
          TableCatalog.PROP_EXTERNAL,
          TableCatalog.PROP_IS_MANAGED_LOCATION,
          TableCatalog.PROP_LOCATION,
          TableCatalog.PROP_OWNER,
          TableCatalog.PROP_PROVIDER);

  private final SparkSession spark;
  private final SourceSettings options;

  /**
   * Takes options as the user gave them.
   *
   * @throws UsageException if there is one that nobody knows
   */
  ExportReadConf(SparkSession spark, Map<String, String> given) {
    this.spark = spark;
    this.options = new SourceSettings(Words.EXPORT_SOURCE, given, OTHERS);
  }

  String path() {
    if (options.other(PATHS).isPresent()) {
      throw new UsageException(
          "Cannot read several paths at once: dynamodb-export takes one export; unite the data sets instead");
    }
    return options
        .find(ExportSourceKeys.PATH)
        .orElseThrow(
            () ->
                new UsageException(
                    "Missing path: give the export to load(), or as option 'path' in SQL"));
  }

  ExportSelection selection() {
    ExportSelection selection = ExportSelection.newest();
    Optional<String> exportId = options.find(ExportSourceKeys.EXPORT_ID);
    if (exportId.isPresent()) {
      selection = selection.withExportId(exportId.get());
    }
    Optional<String> tableArn = options.find(ExportSourceKeys.TABLE_ARN);
    if (tableArn.isPresent()) {
      selection = selection.withTableArn(tableArn.get());
    }
    return options
        .find(ExportSourceKeys.EXPORT_TIME)
        .map(selection::withAtOrBefore)
        .orElse(selection);
  }

  /** Whether changes are read, and not items. */
  boolean readsChanges() {
    return options.value(ExportSourceKeys.RECORDS).equals("changes");
  }

  ChangeSelection changeSelection() {
    if (options.isGiven(ExportSourceKeys.EXPORT_TIME)) {
      throw new UsageException(
          "Cannot use exportTime with records=changes: an incremental export is of a window; choose it with exportId");
    }
    ChangeSelection selection = ChangeSelection.all();
    Optional<String> exportId = options.find(ExportSourceKeys.EXPORT_ID);
    if (exportId.isPresent()) {
      selection = selection.withExportId(exportId.get());
    }
    return options.find(ExportSourceKeys.TABLE_ARN).map(selection::withTableArn).orElse(selection);
  }

  ReadOptions readOptions() {
    return ReadOptions.defaults()
        .withVerify(Verify.valueOf(options.value(ExportSourceKeys.VERIFY).toUpperCase(Locale.ROOT)))
        .withMaxLineBytes(Math.toIntExact(options.value(ExportSourceKeys.MAX_LINE_BYTES)))
        .withMaxFileBytes(options.value(ExportSourceKeys.MAX_FILE_BYTES))
        .withAllowOutside(options.value(ExportSourceKeys.ALLOW_OUTSIDE))
        .withWords(Words.EXPORT_SOURCE);
  }

  ReadMode mode() {
    return ReadMode.valueOf(options.value(ExportSourceKeys.MODE));
  }

  /** The column that gets the text of bad lines, if the schema has it. */
  String corruptColumn() {
    return options.isGiven(ExportSourceKeys.CORRUPT_COLUMN)
        ? options.value(ExportSourceKeys.CORRUPT_COLUMN)
        : spark.conf().get(CORRUPT_COLUMN_CONF, options.value(ExportSourceKeys.CORRUPT_COLUMN));
  }

  /** Whether an observed schema gets the corrupt-record column too. */
  boolean wantsCorruptColumn() {
    return options.isGiven(ExportSourceKeys.CORRUPT_COLUMN);
  }

  Optional<String> schemaPath() {
    return options.find(ExportSourceKeys.SCHEMA);
  }

  long maxPartitionBytes() {
    return options.value(ExportSourceKeys.MAX_PARTITION_BYTES);
  }

  int parallelism() {
    return Math.max(1, spark.sparkContext().defaultParallelism());
  }

  /** The Hadoop settings of context, session and options, the later winning. */
  Configuration hadoopConfiguration() {
    Configuration configuration = hadoopConfiguration(spark);
    options.fileSystemSettings().forEach(configuration::set);
    return configuration;
  }

  /** The Hadoop settings of a session; its own ones win over those of the context. */
  static Configuration hadoopConfiguration(SparkSession spark) {
    Configuration configuration = new Configuration(spark.sparkContext().hadoopConfiguration());
    // Scala's own iterator: the converters to Java differ from one Scala to the next
    Iterator<Tuple2<String, String>> settings = spark.conf().getAll().iterator();
    while (settings.hasNext()) {
      Tuple2<String, String> setting = settings.next();
      String key = setting._1();
      if (key.startsWith(HADOOP_PREFIX)) {
        configuration.set(key.substring(HADOOP_PREFIX.length()), setting._2());
      } else if (key.startsWith(FILE_SYSTEM_PREFIX)) {
        configuration.set(key, setting._2());
      }
    }
    return configuration;
  }
}
