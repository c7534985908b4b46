package io.dynamodblake.lake.write;

import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.lake.Fingerprint;
import io.dynamodblake.lake.HistoryPart;
import io.dynamodblake.lake.HistoryTable;
import io.dynamodblake.lake.IcebergName;
import io.dynamodblake.lake.IcebergReader;
import io.dynamodblake.lake.IcebergVersion;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.PlacedRows;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.lake.iceberg.IcebergTable;
import io.dynamodblake.lake.iceberg.TableShape;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.run.WriteSessions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A history that Iceberg keeps in a table of its own. All that a run adds is one snapshot on no
 * branch, which the pointer of the lake table names; only then the table's main branch is moved
 * there, for readers who do not ask the pointer. A run that is killed before that is completed by
 * the next one. Driver only.
 */
final class IcebergHistory implements HistoryTarget {
  private static final Logger LOG = LoggerFactory.getLogger(IcebergHistory.class);

  private final SparkSession user;
  private final SparkSession session;
  private final LakeLayout layout;
  private final Optional<IcebergName> name;
  private final Map<String, IcebergTable.Placed> written = new LinkedHashMap<>();
  private Optional<IcebergVersion> known;
  private boolean mayBeginAnew;
  // once it was begun
  private IcebergTable table;
  private Optional<IcebergTable.Staged> staged = Optional.empty();
  private String snapshotId = "";

  /**
   * @param session that the snapshot of the lake table is written with: two that write to one
   *     catalog are two of its clients, and of SQLite's databases only one may
   * @param layout of the history itself
   * @param known what was published; empty if there is none yet
   * @param name empty for the folder of the history
   */
  IcebergHistory(
      SparkSession user,
      SparkSession session,
      LakeLayout layout,
      Optional<IcebergVersion> known,
      Optional<IcebergName> name) {
    this.user = user;
    this.session = session;
    this.layout = layout;
    this.known = known;
    this.name = name;
  }

  /** Shows readers of the table what the pointer names, where a run was killed before it did. */
  static void settle(SparkSession user, LakeLayout lake, IcebergVersion named) throws IOException {
    LakeLayout layout = lake.ofHistory();
    SparkSession session = WriteSessions.forTarget(user, layout.root());
    // where it is gone, the run that needs it says so
    Optional<IcebergTable> found =
        IcebergTable.find(session, layout, named.table()).filter(table -> table.isOf(named));
    if (found.isPresent()) {
      found.get().follow(named.snapshotId());
    }
  }

  @Override
  public void mayBeginAnew() {
    mayBeginAnew = true;
  }

  @Override
  public SparkSession begin(String id, TableSchema schema) throws IOException {
    if (table == null) {
      WriteSessions.prepare(session, layout.root());
      TableShape shape = TableShape.ofHistory(schema);
      Optional<IcebergTable> found = IcebergTable.find(session, layout, name);
      known = stillKnown();
      if (found.isPresent()) {
        found.get().evolve(shape);
      }
      table =
          found.orElseGet(
              () -> IcebergTable.create(session, layout, name, shape, Optional.empty()));
      table.begin();
    }
    return session;
  }

  /** Returns what the run is to go on from, if it is still there as it was published. */
  private Optional<IcebergVersion> stillKnown() throws IOException {
    if (known.isEmpty()) {
      return known;
    }
    try {
      // refuses what others have changed
      IcebergReader.find().metadata(session, layout, known.get());
      return known;
    } catch (DataRefusedException e) {
      if (!mayBeginAnew) {
        throw e;
      }
      LOG.warn("The history begins anew, because {}", e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public HistoryPart write(
      String id,
      Dataset<Row> rows,
      TableSchema schema,
      HistoryWriting.Origin origin,
      long count,
      FileSizing sizing)
      throws IOException {
    IcebergTable.Placed placed =
        table.write(
            rows.withColumn(HistoryTable.RUN, functions.lit(id)),
            id,
            IcebergTarget.writeOptions(sizing));
    written.put(id, placed);
    if (placed.rows() != count) {
      throw new ExportFormatException(
          "Cannot publish: the history should have got %,d rows and got %,d, %s; run again"
              .formatted(count, placed.rows(), table));
    }
    Fingerprint files = new Fingerprint();
    placed.lengths().forEach((file, length) -> files.add(file).add(length));
    return new HistoryPart(
        id,
        origin.exportId(),
        origin.fingerprint(),
        count,
        placed.lengths().size(),
        placed.lengths().values().stream().mapToLong(Long::longValue).sum(),
        files.hex(),
        List.of());
  }

  /** Iceberg reads files as they were written; only its table has to have the columns. */
  @Override
  public List<HistoryPart> widened(
      List<HistoryPart> parts, TableSchema was, TableSchema is, Supplier<String> ids)
      throws IOException {
    begin("", is);
    return known.isPresent() ? parts : List.of();
  }

  @Override
  public Optional<IcebergVersion> finish(List<HistoryPart> before, List<HistoryPart> all, String id)
      throws IOException {
    if (all.isEmpty() && known.isEmpty()) {
      return Optional.empty();
    }
    List<String> gone =
        before.stream().filter(part -> !all.contains(part)).map(HistoryPart::id).toList();
    if (written.isEmpty() && gone.isEmpty()) {
      return known;
    }
    Optional<SnapshotContents> base = Optional.empty();
    Set<Integer> replaced = Set.of();
    if (!gone.isEmpty() && known.isPresent()) {
      base = Optional.of(IcebergReader.find().head(session, layout, known.get()));
      replaced = without(gone, base.get());
    }
    snapshotId = id;
    IcebergTable.Staged made =
        table.stage(
            new IcebergTable.Written(
                known.isEmpty(),
                base,
                replaced,
                List.of(),
                Map.of(),
                Map.of(),
                IcebergTable.Placed.all(written.values())),
            id,
            Map.of());
    staged = Optional.of(made);
    long rows = table.rowCount(made);
    long wanted = all.stream().mapToLong(HistoryPart::rows).sum();
    if (rows != wanted) {
      throw new ExportFormatException(
          "Cannot publish: the history should have %,d rows and has %,d, %s; run again"
              .formatted(wanted, rows, table));
    }
    return Optional.of(table.version(made));
  }

  /**
   * Writes anew what else is in files with rows of parts that go.
   *
   * @return those files, by number
   */
  private Set<Integer> without(List<String> gone, SnapshotContents base) throws IOException {
    long snapshot = base.kept().orElseThrow().snapshotId();
    Set<String> files = table.filesWith(snapshot, HistoryTable.RUN, gone);
    Set<Integer> numbers = new HashSet<>();
    List<String> locations = new ArrayList<>();
    for (int file = 0; file < base.files().size(); file++) {
      if (files.contains(base.location(file))) {
        numbers.add(file);
        locations.add(base.location(file));
      }
    }
    PlacedRows all = IcebergReader.find().rows(session, layout, known.orElseThrow().at(snapshot));
    Dataset<Row> others =
        all.rows()
            .where(functions.concat(all.file(), functions.lit("")).isin(locations.toArray()))
            .where(functions.not(functions.col(HistoryTable.RUN).isin(gone.toArray())));
    if (!others.isEmpty()) {
      String id = gone.get(0) + "-rest";
      written.put(id, table.write(others, id, Map.of()));
    }
    return numbers;
  }

  @Override
  public void release() {
    if (staged.isEmpty()) {
      return;
    }
    try {
      Map<String, String> properties =
          Map.of(IcebergTable.LAKE, layout.root(), IcebergTable.SNAPSHOT, snapshotId);
      if (!table.publish(staged.get(), properties, Optional.empty())) {
        LOG.info("Another run shows the history, {}", table);
      }
      IcebergTable.forget(user, layout, name);
    } catch (IOException | RuntimeException e) {
      LOG.warn("The history is published, and its table shows it after the next run, {}", table, e);
    }
  }

  @Override
  public void discard() {
    if (table != null) {
      written.values().forEach(table::discard);
    }
  }
}
