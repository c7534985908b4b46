package io.dynamodblake.lake.write;

import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.lake.HistoryPart;
import io.dynamodblake.lake.HistoryTable;
import io.dynamodblake.lake.IcebergVersion;
import io.dynamodblake.lake.Ledger;
import io.dynamodblake.lake.PartitionExpressions;
import io.dynamodblake.lake.changes.ChangeFeed;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.SparkLine;
import io.dynamodblake.spark.convert.SparkTypes;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What one run adds to the history of a lake table, for nobody to see until the run has published.
 * Driver only.
 */
final class HistoryWriting {
  private final HistoryTarget target;
  private final String runId;
  private final String snapshotId;
  private final Instant written = Instant.now();
  private int parts;

  /**
   * Where rows come from.
   *
   * @param fingerprint what makes two exports the same
   */
  record Origin(String exportId, String fingerprint) {}

  /** Rows of a snapshot, which a session reads. */
  interface Rows {
    Dataset<Row> in(SparkSession session) throws IOException;
  }

  /**
   * @param snapshotId of the lake table, which is made beside
   */
  HistoryWriting(HistoryTarget target, String runId, String snapshotId) {
    this.target = target;
    this.runId = runId;
    this.snapshotId = snapshotId;
  }

  /** Allows what was published to be forgotten, if it is not there any more as it was. */
  void mayBeginAnew() {
    target.mayBeginAnew();
  }

  private String nextId() {
    return runId + "-" + parts++;
  }

  /**
   * Adds the rows of a snapshot.
   *
   * @param all those rows
   * @param time the moment that it shows
   * @param count how many rows it has
   */
  Optional<HistoryPart> base(
      Rows all, TableSchema schema, Instant time, Origin origin, long count, FileSizing sizing)
      throws IOException {
    if (count == 0) {
      return Optional.empty();
    }
    String id = nextId();
    Dataset<Row> rows = all.in(target.begin(id, schema));
    List<Column> columns = new ArrayList<>();
    columns.add(functions.lit(HistoryTable.SNAPSHOT).as(HistoryTable.OP));
    columns.add(functions.lit(time).as(HistoryTable.EVENT_TIME));
    columns.add(functions.lit(written).as(HistoryTable.WRITE_TIME));
    columns.add(functions.lit(false).as(HistoryTable.IS_DELETED));
    for (String name : SparkTypes.toStruct(schema).fieldNames()) {
      columns.add(PartitionExpressions.column(name));
    }
    LocalDate day = LocalDate.ofInstant(time, ZoneOffset.UTC);
    columns.add(functions.lit(day).as(HistoryTable.DAY));
    return Optional.of(
        target.write(
            id, rows.select(columns.toArray(Column[]::new)), schema, origin, count, sizing));
  }

  /**
   * Adds changes, a row for each record.
   *
   * @param from the earliest that one can have been
   * @param to the latest
   * @param count how many there are
   */
  Optional<HistoryPart> changes(
      ChangeFeed feed,
      TableSchema schema,
      HashKey hashKey,
      Instant from,
      Instant to,
      Origin origin,
      long count,
      FileSizing sizing)
      throws IOException {
    if (count == 0) {
      return Optional.empty();
    }
    String id = nextId();
    SparkSession session = target.begin(id, schema);
    HadoopConfiguration settings = new HadoopConfiguration(session.sessionState().newHadoopConf());
    HistoryRows.Times times = HistoryRows.Times.of(from, to, written);
    ChangeFeed.Opener opener = feed.opener();
    JavaRDD<InternalRow> rows =
        feed.shares()
            .mapPartitions(
                share ->
                    new HistoryRows(
                        opener.open(settings.configuration(), share), schema, hashKey, times));
    StructType columns = HistoryTable.fileColumns(schema).add(HistoryTable.DAY, DataTypes.DateType);
    return Optional.of(
        target.write(id, SparkLine.dataset(session, rows, columns), schema, origin, count, sizing));
  }

  /**
   * Returns the history as it can be read with the columns that the table has then.
   *
   * @param was the columns that the history can be read with
   */
  List<HistoryPart> widened(List<HistoryPart> before, TableSchema was, TableSchema is)
      throws IOException {
    return before.isEmpty() ? before : target.widened(before, was, is, this::nextId);
  }

  /**
   * Makes what the pointer of the lake table is to name.
   *
   * @param before the history that was published
   * @param all of what it is to consist
   * @return the ledger with it
   */
  UnaryOperator<Ledger> finish(List<HistoryPart> before, List<HistoryPart> all) throws IOException {
    Optional<IcebergVersion> keptBy = target.finish(before, all, snapshotId);
    return ledger -> ledger.withHistory(all, keptBy);
  }

  /** Lets readers of the history alone see it, after the pointer of the lake table names it. */
  void release() {
    target.release();
  }

  /** Takes away what was written. Never called once readers may see it. */
  void discard() throws IOException {
    target.discard();
  }
}
