package io.dynamodblake.lake.source;

import io.dynamodblake.conf.LakeSourceKeys;
import io.dynamodblake.conf.SourceSettings;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.HistoryTable;
import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.spark.convert.SparkInternals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.sources.RelationProvider;

/**
 * The data source {@code dynamodb-lake}: reads one snapshot of a lake table, the current one unless
 * another is asked for.
 *
 * <pre>{@code
 * Dataset<Row> orders = spark.read().format("dynamodb-lake").load("s3://bucket/lake/orders/");
 * }</pre>
 *
 * A reader of the table's folder itself would see the rows of all snapshots. The snapshot is chosen
 * when the data source is loaded, and read to the end of that DataFrame whatever is published
 * meanwhile. Options are listed in {@code docs/options.md}; {@code docs/data-source.md} says what
 * is checked.
 *
 * <p>It has the first of Spark's two interfaces, because that one lets it hand over a relation of
 * Spark's own, with all that the planner does for Parquet.
 */
public final class LakeSource implements RelationProvider, DataSourceRegister {
  private static final String SHORT_NAME = "dynamodb-lake";

  // what Spark's catalogs tell of a table beside its options
  private static final Set<String> OTHERS = Set.of("serialization.format");

  @Override
  public String shortName() {
    return SHORT_NAME;
  }

  @Override
  public BaseRelation createRelation(
      SQLContext context, scala.collection.immutable.Map<String, String> parameters) {
    SparkSession session = context.sparkSession();
    SourceSettings options =
        new SourceSettings(Words.LAKE_SOURCE, SparkInternals.asGiven(parameters), OTHERS);
    Configuration configuration = session.sessionState().newHadoopConf();
    options.fileSystemSettings().forEach(configuration::set);
    String folder =
        options
            .find(LakeSourceKeys.PATH)
            .orElseThrow(
                () ->
                    new UsageException(
                        "Missing path: give the folder of one lake table to load(), or as option 'path' in SQL"));
    try {
      if (options.value(LakeSourceKeys.HISTORY)) {
        return history(session, new LakeFiles(configuration), folder, options);
      }
      return open(new LakeFiles(configuration), folder, options)
          .relation(session, options.fileSystemSettings());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the lake table at " + folder, e);
    }
  }

  private static BaseRelation history(
      SparkSession session, LakeFiles files, String folder, SourceSettings options)
      throws IOException {
    if (options.find(LakeSourceKeys.SNAPSHOT).isPresent()
        || options.find(LakeSourceKeys.AS_OF).isPresent()) {
      throw new UsageException(
          "Cannot choose a snapshot of the history: there is one for all; filter %s instead"
              .formatted(HistoryTable.EVENT_TIME));
    }
    LakeSnapshot current = LakeSnapshot.open(files, folder, Optional.empty());
    return HistoryTable.relation(session, current, options.fileSystemSettings());
  }

  private static LakeSnapshot open(LakeFiles files, String folder, SourceSettings options)
      throws IOException {
    Optional<String> snapshot = options.find(LakeSourceKeys.SNAPSHOT);
    Optional<Instant> asOf = options.find(LakeSourceKeys.AS_OF);
    if (asOf.isEmpty()) {
      return LakeSnapshot.open(files, folder, snapshot);
    }
    if (snapshot.isPresent()) {
      throw new UsageException(
          "Cannot choose a snapshot by %s and %s at once; give one of them"
              .formatted(LakeSourceKeys.SNAPSHOT, LakeSourceKeys.AS_OF));
    }
    return LakeSnapshot.openAsOf(files, folder, asOf.get());
  }
}
