package io.dynamodblake.lake.write;

import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.HistoryPart;
import io.dynamodblake.lake.IcebergName;
import io.dynamodblake.lake.IcebergVersion;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.Ledger;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.schema.TableSchema;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Where what a run adds to a history goes: begun, written and counted for nobody to see, and either
 * seen because the pointer of the lake table names it, or taken away. Driver only.
 */
interface HistoryTarget {
  /**
   * Returns where the history of a table goes on: as it was begun, whatever the table itself has
   * become since.
   *
   * @param format of the table, which a history that begins follows
   * @param name of a table of Iceberg by that of its folder
   */
  static HistoryTarget of(
      SparkSession user,
      LakeFiles files,
      TableRun table,
      OutputFormat format,
      Function<String, Optional<IcebergName>> name) {
    LakeLayout layout = table.target().layout();
    Optional<Ledger> ledger =
        table
            .target()
            .current()
            .map(CurrentPointer::ledger)
            .filter(one -> !one.history().isEmpty());
    Optional<IcebergVersion> known = ledger.flatMap(Ledger::historyTable);
    boolean byIceberg = ledger.isPresent() ? known.isPresent() : format == OutputFormat.ICEBERG;
    return byIceberg
        ? new IcebergHistory(
            user,
            table.snapshot().session(),
            layout.ofHistory(),
            known,
            known
                .map(IcebergVersion::table)
                .orElseGet(() -> name.apply(table.name()).map(IcebergName::ofHistory)))
        : new FolderHistory(user, files, layout);
  }

  /** Allows what was published to be forgotten, if it is not there any more as it was. */
  void mayBeginAnew();

  /**
   * Makes ready for a part.
   *
   * @param id a name that no other run gives
   * @return the session that its rows are to be read with
   */
  SparkSession begin(String id, TableSchema schema) throws IOException;

  /**
   * Writes the rows of a part, and counts them.
   *
   * @param rows with the columns of the history but for the one that names the part
   * @param count how many they have to be
   */
  HistoryPart write(
      String id,
      Dataset<Row> rows,
      TableSchema schema,
      HistoryWriting.Origin origin,
      long count,
      FileSizing sizing)
      throws IOException;

  /**
   * Makes the parts that were published readable with the columns that the table has then.
   *
   * @param was the columns that they can be read with
   * @param ids names for parts that have to be written anew
   */
  List<HistoryPart> widened(
      List<HistoryPart> parts, TableSchema was, TableSchema is, Supplier<String> ids)
      throws IOException;

  /**
   * Makes what the pointer of the lake table is to name beside the parts.
   *
   * @param before the parts that were published
   * @param all those that are to be
   * @param snapshotId of the lake table
   */
  Optional<IcebergVersion> finish(
      List<HistoryPart> before, List<HistoryPart> all, String snapshotId) throws IOException;

  /** Lets readers who do not ask the pointer see it. What fails here, the next run does. */
  void release();

  /** Takes away what was written. Never called once readers may see it. */
  void discard() throws IOException;
}
