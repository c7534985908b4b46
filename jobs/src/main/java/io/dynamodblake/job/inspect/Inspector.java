package io.dynamodblake.job.inspect;

import io.dynamodblake.conf.ExportSourceKeys;
import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.ObjectStore;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.schema.ColumnNames;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.PlanOptions;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.schema.SchemaPlanner;
import io.dynamodblake.schema.entity.EntityDetection;
import io.dynamodblake.schema.entity.EntityHints;
import io.dynamodblake.spark.read.BadRecordPolicy;
import io.dynamodblake.spark.read.ProfilePass;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/** Observes all items, or all changes, of an export. */
public final class Inspector {
  private static final String NAMELESS_TABLE = "items";

  private Inspector() {}

  /**
   * Reads every item once.
   *
   * @param verify the level of verification in {@code options}, as the user writes it
   * @param keys of the table; none if they are not known
   * @param ttlAttribute the attribute by which items expire; empty if it is not known
   * @param details whether how values are spread is taken in, too
   */
  public static Inspection inspect(
      SparkSession spark,
      ExportManifest export,
      ReadOptions options,
      String verify,
      List<KeyAttribute> keys,
      Optional<String> ttlAttribute,
      boolean details,
      ReadProgress progress)
      throws IOException {
    long storedBytes = begin(spark, export, "Reading items", progress);
    EntityHints hints =
        EntityHints.at(export.exportTime().orElseGet(Instant::now))
            .withKeys(keys.stream().map(KeyAttribute::attribute).toList())
            .withTtlAttribute(ttlAttribute.orElse(""));
    ProfilePass.Result result =
        pass(spark, options, details).withEntities(hints).run(export, progress);
    return new Inspection(
        export,
        storedBytes,
        verify,
        result.profile(),
        SchemaPlanner.plan(
            result.profile(), PlanOptions.of(tableName(export), keys).withWords(options.words())),
        EntityDetection.of(result.entities().orElseThrow()));
  }

  /**
   * Reads every change of an incremental export once.
   *
   * @param verify the level of verification in {@code options}, as the user writes it
   */
  public static ChangeInspection inspectChanges(
      SparkSession spark,
      ExportManifest export,
      ReadOptions options,
      String verify,
      ReadProgress progress)
      throws IOException {
    long storedBytes = begin(spark, export, "Reading changes", progress);
    ProfilePass.Result result = pass(spark, options, false).run(export, progress);
    return new ChangeInspection(export, storedBytes, verify, result.changes().orElseThrow());
  }

  private static long begin(
      SparkSession spark, ExportManifest export, String phase, ReadProgress progress)
      throws IOException {
    ObjectStore store = new HadoopObjectStore(spark.sessionState().newHadoopConf());
    long storedBytes = storedBytes(store, export.files());
    progress.phase(phase, export.itemCount(), storedBytes);
    return storedBytes;
  }

  private static ProfilePass pass(SparkSession spark, ReadOptions options, boolean details) {
    return new ProfilePass(
        spark,
        spark.sessionState().newHadoopConf(),
        options,
        BadRecordPolicy.FAIL,
        details ? ProfileLimits.DEFAULT.withDetails() : ProfileLimits.DEFAULT,
        ExportSourceKeys.MAX_PARTITION_BYTES.defaultValue().orElseThrow());
  }

  /** Returns the DynamoDB table's name as Athena allows it. */
  public static String tableName(ExportManifest export) {
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
