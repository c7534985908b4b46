package io.dynamodblake.lake.iceberg;

import io.dynamodblake.schema.DataRefusedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.PendingUpdate;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.spark.SparkSQLProperties;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.apache.iceberg.spark.SparkWriteOptions;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameWriterV2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.functions;

/**
 * What a run writes into a table of Iceberg before anybody sees it: rows by Iceberg's own writer,
 * and snapshots on no branch. Driver only.
 */
record Staging(OpenTable place, Table table) {
  /**
   * Writes rows through Iceberg's own writer, which finds partitions and order. That commits them
   * in a try of its own; where somebody else commits in the same moment, all is written again.
   *
   * @param options of that writer beside
   * @param surplus columns of the table that the rows have not
   */
  IcebergTable.Placed write(
      Dataset<Row> rows, String id, Map<String, String> options, List<String> surplus)
      throws IOException {
    stagesRows();
    RuntimeException failure = null;
    for (int attempt = 0; attempt < Attempts.MOST; attempt++) {
      place.forget();
      failure = append(withSurplus(rows, surplus), id, options);
      table.refresh();
      Optional<Snapshot> made = staged(SnapshotSummary.STAGED_WAP_ID_PROP, id);
      if (made.isPresent() || failure == null) {
        List<DataFile> files = new ArrayList<>();
        made.ifPresent(snapshot -> snapshot.addedDataFiles(table.io()).forEach(files::add));
        return new IcebergTable.Placed(List.copyOf(files));
      }
      if (!Attempts.isConflict(failure)) {
        throw Damage.said(failure, place.text());
      }
    }
    throw Attempts.overtaken(place, failure);
  }

  /** Returns what Spark says has failed, though it may be only the answer that was lost. */
  private RuntimeException append(Dataset<Row> rows, String id, Map<String, String> options)
      throws IOException {
    DataFrameWriterV2<Row> writer =
        rows.writeTo(place.sql()).option(SparkWriteOptions.CHECK_NULLABILITY, "false");
    options.forEach(writer::option);
    place.session().conf().set(SparkSQLProperties.WAP_ID, id);
    try {
      writer.append();
      return null;
    } catch (NoSuchTableException e) {
      throw new IOException("The table of Iceberg is gone, " + place.text(), e);
    } catch (RuntimeException e) {
      return e;
    } finally {
      place.session().conf().unset(SparkSQLProperties.WAP_ID);
    }
  }

  /** Lets Spark's writer put rows onto no branch, where its session asks for that. */
  private void stagesRows() {
    Attempts.on(
        table,
        place,
        () -> {
          if (!"true".equals(table.properties().get(TableProperties.WRITE_AUDIT_PUBLISH_ENABLED))) {
            commit(
                table.updateProperties().set(TableProperties.WRITE_AUDIT_PUBLISH_ENABLED, "true"));
          }
          return table;
        });
  }

  /** Iceberg's writer wants all columns of the table. */
  private Dataset<Row> withSurplus(Dataset<Row> rows, List<String> surplus) {
    Dataset<Row> all = rows;
    for (String name : surplus) {
      Column none =
          functions.lit(null).cast(SparkSchemaUtil.convert(table.schema().findType(name)));
      all = all.withColumn(name, none);
    }
    return all;
  }

  /**
   * Makes a snapshot of what was written, which only who knows its number finds.
   *
   * @param id of the snapshot in the lake table
   * @param summary what the snapshot says of itself
   * @param head where readers were when the run began
   * @throws DataRefusedException if files of before are no more in the table
   */
  IcebergTable.Staged stage(
      IcebergTable.Written written, String id, Map<String, String> summary, Optional<Long> head)
      throws IOException {
    NewFiles files = new NewFiles(table, place.session().sessionState().newHadoopConf());
    List<DataFile> added = new ArrayList<>(files.unpartitioned(written.rows()));
    List<DataFile> before = List.of();
    if (written.base().isPresent()) {
      long base = written.base().get().kept().orElseThrow().snapshotId();
      before = ListedFiles.files(table, table.snapshot(base));
    }
    added.addAll(files.beside(written.rewritten(), before));
    added.addAll(written.placed().files());
    List<DeleteFile> deletes = files.deletesBeside(written.deletes(), before);
    RuntimeException failure = null;
    Optional<Snapshot> made = Optional.empty();
    // Iceberg's own further tries would take a staged snapshot whose answer was lost for one to go
    // back to; the table asks for none
    for (int attempt = 0; attempt < Attempts.MOST && made.isEmpty(); attempt++) {
      table.refresh();
      SnapshotUpdate<?> update = update(written, before, added, deletes);
      summary.forEach(update::set);
      update.set(IcebergTable.SNAPSHOT, id);
      update.stageOnly();
      failure = null;
      try {
        commit(update);
      } catch (RuntimeException e) {
        failure = e; // an answer may be lost: look
      }
      table.refresh();
      made = staged(IcebergTable.SNAPSHOT, id);
      if (!(failure instanceof CommitFailedException)) {
        break;
      }
    }
    boolean overtaken =
        failure instanceof CommitFailedException
            || failure instanceof ValidationException && !MainBranch.head(table).equals(head);
    if (made.isEmpty() && overtaken) {
      throw Attempts.overtaken(place, failure);
    }
    if (made.isEmpty() && failure != null) {
      throw Damage.said(failure, place.text());
    }
    Snapshot found =
        made.orElseThrow(
            () ->
                new IOException("The table of Iceberg lacks what was put there, " + place.text()));
    return new IcebergTable.Staged(found.snapshotId(), Optional.ofNullable(found.parentId()));
  }

  private void commit(PendingUpdate<?> update) {
    place.within(
        () -> {
          update.commit();
          return table;
        });
  }

  private Optional<Snapshot> staged(String key, String id) {
    for (Snapshot snapshot : table.snapshots()) {
      if (id.equals(snapshot.summary().get(key))) {
        return Optional.of(snapshot);
      }
    }
    return Optional.empty();
  }

  private SnapshotUpdate<?> update(
      IcebergTable.Written written,
      List<DataFile> before,
      List<DataFile> added,
      List<DeleteFile> deletes) {
    if (!deletes.isEmpty()) {
      RowDelta delta = table.newRowDelta();
      added.forEach(delta::addRows);
      deletes.forEach(delta::addDeletes);
      written.gone().forEach(file -> delta.removeRows(before.get(file)));
      return delta;
    }
    OverwriteFiles overwrite = table.newOverwrite();
    if (written.all()) {
      overwrite.overwriteByRowFilter(Expressions.alwaysTrue());
    }
    added.forEach(overwrite::addFile);
    written.gone().forEach(file -> overwrite.deleteFile(before.get(file)));
    return overwrite;
  }
}
