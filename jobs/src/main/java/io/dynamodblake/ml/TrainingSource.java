package io.dynamodblake.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.unix_micros;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.ReadKeys;
import io.dynamodblake.conf.RestoreKeys;
import io.dynamodblake.conf.TrainingKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.HistoryTable;
import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.input.LakeInput;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.type.Instants;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The lake table that features come from: a snapshot or the history. Driver only.
 *
 * @param rows of the snapshot or the history
 * @param moment that the snapshot, or the end of the history, shows
 * @param bases full exports that the history has; for a snapshot its moment
 */
record TrainingSource(
    LakeSnapshot lake,
    boolean history,
    Dataset<Row> rows,
    Optional<Instant> moment,
    Timeline.Bases bases) {

  /**
   * Opens it.
   *
   * @throws UsageException if there is no such table or snapshot, or no history
   * @throws DataRefusedException if its files are not those that were published
   */
  static TrainingSource open(SparkSession session, TrainingOptions options) throws IOException {
    TrainingOptions.Source wanted = options.source();
    LakeFiles files = new LakeFiles(session.sessionState().newHadoopConf());
    LakeSnapshot lake = LakeSnapshot.open(files, wanted.folder(), wanted.snapshot());
    if (!wanted.history()) {
      // refuses what has lost its types
      LakeInput.of(session, lake, Optional.empty(), TrainingOptions.WORDS);
      Optional<Instant> moment = lake.facts().time();
      long[] base = moment.map(time -> new long[] {Instants.toMicros(time)}).orElse(new long[0]);
      if (options.labels().place().isPresent() && base.length == 0) {
        throw new DataRefusedException(
            "Cannot use the labels: nobody knows which moment the snapshot shows, of %s; flatten again with %s"
                .formatted(lake.layout().root(), Words.FLATTEN.of(ReadKeys.EXPORT_TIME)));
      }
      TrainingSource source =
          new TrainingSource(
              lake,
              false,
              session.baseRelationToDataFrame(lake.relation(session, Map.of())),
              moment,
              new Timeline.Bases(base, base));
      if (options.labels().place().isPresent()) {
        source.requireKeys();
      }
      return source;
    }
    Dataset<Row> rows =
        session.baseRelationToDataFrame(HistoryTable.relation(session, lake, Map.of()));
    TrainingSource source =
        new TrainingSource(
            lake, true, rows, lake.current().facts().time(), bases(rows, wanted.knownByLake()));
    source.requireKeys();
    return source;
  }

  private static Timeline.Bases bases(Dataset<Row> history, boolean knownByLake) {
    List<Row> exports =
        history
            .filter(col(HistoryTable.OP).equalTo(HistoryTable.SNAPSHOT))
            .groupBy(unix_micros(col(HistoryTable.EVENT_TIME)).as("shown"))
            .agg(min(unix_micros(col(HistoryTable.WRITE_TIME))).as("written"))
            .orderBy("shown")
            .collectAsList();
    if (exports.isEmpty()) {
      throw new DataRefusedException(
          "Cannot use the history: it has no full export to begin with; flatten one with %s"
              .formatted(Words.FLATTEN.of(FlattenKeys.HISTORY)));
    }
    long[] shown = exports.stream().mapToLong(row -> row.getLong(0)).toArray();
    long[] known = exports.stream().mapToLong(row -> row.getLong(knownByLake ? 1 : 0)).toArray();
    for (int i = 0; i < known.length; i++) {
      known[i] = Math.max(known[i], shown[i]);
      if (i > 0) {
        known[i] = Math.max(known[i], known[i - 1]);
      }
    }
    return new Timeline.Bases(shown, known);
  }

  TableSchema schema() {
    return lake.schema();
  }

  /** Returns the attribute that items are grouped by where nobody says otherwise. */
  String partitionKey() {
    if (schema().keys().isEmpty()) {
      throw new UsageException(
          "Cannot group the rows: the lake table does not know its keys; name columns with %s, or flatten with %s"
              .formatted(
                  TrainingOptions.WORDS.of(TrainingKeys.GROUP), Words.FLATTEN.of(FlattenKeys.KEY)));
    }
    return schema().keys().get(0).attribute();
  }

  private void requireKeys() {
    if (schema().keys().isEmpty()) {
      throw new UsageException(
          "Cannot find items again: the lake table does not know its keys, in %s; flatten with %s"
              .formatted(lake.layout().root(), Words.FLATTEN.of(FlattenKeys.KEY)));
    }
  }

  /**
   * Makes sure that what was known at some moments can be told.
   *
   * @param from the earliest of them, in microseconds
   * @param to the latest
   * @param count how many there are, for messages
   * @throws DataRefusedException if the lake table does not reach so far
   */
  void requireCovered(long from, long to, long count) {
    if (!history) {
      Instant shown = moment.orElseThrow();
      if (from < Instants.toMicros(shown)) {
        throw new DataRefusedException(
            "Cannot use the snapshot: it shows the table at %s, and of %,d labels at least one is of an earlier time, which must not know that; give %s, or %s of an earlier one"
                .formatted(
                    shown,
                    count,
                    TrainingOptions.WORDS.of(TrainingKeys.FROM, "history"),
                    TrainingOptions.WORDS.of(RestoreKeys.SNAPSHOT)));
      }
      Instant now = Instant.now();
      if (to > Instants.toMicros(now)) {
        throw new DataRefusedException(
            "Cannot use the labels: at least one of %,d is of a time that is still to come; correct their times"
                .formatted(count));
      }
      return;
    }
    long first = bases.known()[0];
    if (from < first) {
      throw new DataRefusedException(
          "Cannot use the history: it begins with the full export of %s, and at least one of %,d moments is earlier, of which nobody knows anything; leave out those before"
              .formatted(Instants.ofMicros(first), count));
    }
    Optional<Instant> end = moment.filter(time -> to > Instants.toMicros(time));
    if (end.isPresent()) {
      throw new DataRefusedException(
          "Cannot use the history: it ends at %s, and at least one of %,d moments is later, when more may have happened; apply the changes until then, or leave out those after"
              .formatted(end.get(), count));
    }
  }
}
