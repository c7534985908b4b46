package io.dynamodblake.job;

import io.dynamodblake.conf.Options;
import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.ExportLocator;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.io.ObjectStore;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.schema.ColumnNames;
import io.dynamodblake.schema.PlanOptions;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.schema.SchemaPlanner;
import io.dynamodblake.spark.source.BadRecordPolicy;
import io.dynamodblake.spark.source.ProfilePass;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** Finds the export that a command was given and observes all of its items. */
final class Inspector {
  private static final String NAMELESS_TABLE = "items";

  private Inspector() {}

  /** The export that a command was given. */
  static ExportManifest locate(CommandRun run, String path) throws IOException {
    return new ExportLocator(
            new HadoopObjectStore(run.spark().sessionState().newHadoopConf()),
            ExportArguments.readOptions(run.settings()))
        .locate(path, ExportArguments.selection(run.settings()));
  }

  static Inspection inspect(CommandRun run, ExportManifest export) throws IOException {
    run.account().ofData(export.exportTime());
    export.tableName().ifPresent(run.account()::ofTable);
    ReadOptions options = ExportArguments.readOptions(run.settings());
    SparkSession spark = run.spark();
    Configuration configuration = spark.sessionState().newHadoopConf();
    ObjectStore store = new HadoopObjectStore(configuration);
    long storedBytes = storedBytes(store, export.files());
    run.progress().phase("Reading items", export.itemCount(), storedBytes);
    ProfilePass pass =
        new ProfilePass(
            spark,
            configuration,
            options,
            BadRecordPolicy.FAIL,
            ProfileLimits.DEFAULT,
            Options.SOURCE_MAX_PARTITION_BYTES.defaultValue().orElseThrow());
    ProfilePass.Result result = pass.run(export, run.progress());
    run.progress().close();
    run.account().items(result.profile().items()).bytesRead(storedBytes);
    return new Inspection(
        export,
        storedBytes,
        run.value(Options.VERIFY),
        result.profile(),
        SchemaPlanner.plan(result.profile(), PlanOptions.of(tableName(export), List.of())));
  }

  /** The DynamoDB table's name as Athena allows it. */
  static String tableName(ExportManifest export) {
    return export.tableName().map(ColumnNames::clean).orElse(NAMELESS_TABLE);
  }

  /**
   * Compressed bytes by listing each folder once; -1 if that is not allowed or something is
   * missing.
   */
  private static long storedBytes(ObjectStore store, List<DataFile> files) {
    Set<String> wanted = new HashSet<>();
    files.forEach(file -> wanted.add(file.path()));
    Set<String> folders =
        files.stream()
            .map(file -> file.path().substring(0, file.path().lastIndexOf('/')))
            .collect(Collectors.toSet());
    long bytes = 0;
    int found = 0;
    try {
      for (String folder : folders) {
        for (ObjectStore.Entry entry : store.list(folder)) {
          if (wanted.contains(entry.path())) {
            bytes += entry.length();
            found++;
          }
        }
      }
    } catch (IOException e) {
      return -1; // who may read objects may not always list them, and the sum is only shown
    }
    return found == files.size() ? bytes : -1;
  }
}
