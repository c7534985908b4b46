package io.dynamodblake.lake.write;

import io.dynamodblake.lake.ExactPaths;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.run.WriteSessions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;

/**
 * Writes items into the snapshots of all their tables in one pass over them. Where a table is
 * partitioned, sorted or no Parquet, its items are put into plain files first and arranged from
 * those: however many such tables there are, the input is read once. Driver only.
 *
 * @param run whose session and folders count
 * @param plans of the tables, in the order of the rules
 */
record TableItems(SnapshotRun run, List<TablePlan> plans) {
  /** Hidden from whoever lists the files of the snapshot. */
  private static final String STAGED = "/_staged/rows";

  /** Writes them. */
  void write(ItemFiles.Source items, JavaRDD<byte[]> shares, FileSizing sizing) throws IOException {
    ItemFiles.write(session(), items, shares, destinations(sizing));
    arrange(sizing);
  }

  /**
   * Writes them, and observes each on the way.
   *
   * @param verdict whether that may stay
   * @return what it was; where it is false, nothing is there
   */
  boolean writeObserving(
      ItemFiles.Source items,
      JavaRDD<byte[]> shares,
      FileSizing sizing,
      ProfileLimits limits,
      ItemFiles.Verdict verdict)
      throws IOException {
    boolean holds =
        ItemFiles.writeObserving(session(), items, shares, destinations(sizing), limits, verdict);
    if (holds) {
      arrange(sizing);
    }
    return holds;
  }

  private SparkSession session() {
    return run.only().snapshot().session();
  }

  private List<ItemFiles.Destination> destinations(FileSizing sizing) throws IOException {
    SparkSession session = session();
    List<ItemFiles.Destination> destinations = new ArrayList<>();
    for (TablePlan plan : plans) {
      SnapshotTarget snapshot = plan.run().snapshot();
      ItemFiles.Destination destination =
          snapshot.takesItems(plan.arrangement())
              ? snapshot.destination(sizing)
              : staged(session, plan, sizing);
      WriteSessions.prepare(session, destination.folder());
      destinations.add(destination);
    }
    return destinations;
  }

  private void arrange(FileSizing sizing) throws IOException {
    for (TablePlan plan : plans) {
      if (!plan.run().snapshot().takesItems(plan.arrangement())) {
        arrange(plan, sizing);
      }
    }
  }

  private static ItemFiles.Destination staged(
      SparkSession session, TablePlan plan, FileSizing sizing) {
    TableSchema schema = plan.schema();
    return new ItemFiles.Destination(
        plan.run().snapshot().place() + STAGED,
        schema,
        FileShape.of(session, SparkTypes.toStruct(schema)),
        sizing.fileBytes());
  }

  private void arrange(TablePlan plan, FileSizing sizing) throws IOException {
    SnapshotTarget snapshot = plan.run().snapshot();
    String folder = snapshot.place() + STAGED;
    snapshot.write(
        ExactPaths.read(snapshot.session())
            .schema(SparkTypes.toStruct(plan.schema()))
            .parquet(folder),
        plan.arrangement(),
        sizing);
    run.files.deleteFolder(folder.substring(0, folder.lastIndexOf('/')));
  }
}
