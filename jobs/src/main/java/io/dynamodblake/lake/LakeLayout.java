package io.dynamodblake.lake;

import io.dynamodblake.ddl.SnapshotFolder;
import java.util.Objects;
import java.util.Optional;

/**
 * Where everything of one lake table lies. Names beginning with {@code _} are hidden from Athena,
 * Spark and Hive. Of tables that are published together each has a folder below that of them all,
 * where the pointer is, and what is told of runs.
 *
 * @param root the table's folder, without a trailing slash
 * @param lake the folder of the pointer that publishes it: its own, unless it is published together
 *     with others
 */
public record LakeLayout(String root, String lake) {
  /** Folder of everything that is not data. */
  public static final String META = "_dynamodb";

  private static final String HISTORY_STEP = HistoryTable.RUN + "=";

  public LakeLayout {
    root = withoutSlash(Objects.requireNonNull(root, "root is null"));
    lake = withoutSlash(Objects.requireNonNull(lake, "lake is null"));
  }

  /** A table that is published alone, or the folder of several. */
  public LakeLayout(String root) {
    this(root, root);
  }

  private static String withoutSlash(String path) {
    String folder = path;
    while (folder.length() > 1
        && folder.endsWith("/")
        && !folder.endsWith(":/")
        && !folder.endsWith("//")) {
      folder = folder.substring(0, folder.length() - 1);
    }
    return folder;
  }

  /**
   * Returns where one of the tables lies that are published together here.
   *
   * @param entity its name; empty for a table that is published alone
   */
  public LakeLayout entity(String entity) {
    return entity.isEmpty() ? this : new LakeLayout(root + "/" + entity, root);
  }

  /** Whether the table is published together with others. */
  public boolean isEntity() {
    return !root.equals(lake);
  }

  /**
   * Returns the path of the document by which the folder of such a table says where the pointer is.
   */
  public String reference() {
    return metadata() + "/current.json";
  }

  private String lakeMetadata() {
    return lake + "/" + META;
  }

  /** Returns the folder of everything that is not data. */
  public String metadata() {
    return root + "/" + META;
  }

  /** Returns the folder of one immutable state of the table: the location of the Athena table. */
  public String snapshot(String snapshotId) {
    return root + "/" + snapshotFolder(snapshotId);
  }

  /**
   * Returns the folder of the documents of a snapshot whose rows Iceberg keeps, relative to the
   * root.
   */
  public static String documentsFolder(String snapshotId) {
    return META + "/snapshots/" + snapshotId;
  }

  /** Returns the name of the snapshot's folder, relative to the root. */
  public static String snapshotFolder(String snapshotId) {
    return SnapshotFolder.name(snapshotId);
  }

  /**
   * Returns the path of the schema that a snapshot was written with, in its folder and hidden from
   * readers of its data.
   */
  public static String snapshotSchema(String snapshot) {
    return snapshot + "/_schema.json";
  }

  /**
   * Returns the path of the pointer that a run is about to publish, in the folder of a snapshot
   * that Iceberg keeps: by it another run completes what this one has begun.
   */
  public static String snapshotPointer(String snapshot) {
    return snapshot + "/_current.json";
  }

  /**
   * Returns the path of the list of a snapshot's data files, in its folder and hidden from readers
   * of its data.
   */
  public static String snapshotFiles(String snapshot) {
    return snapshot + "/_files.json";
  }

  /**
   * Returns the path of the list of the files that Iceberg has put a snapshot's rows into anew,
   * beside the one of the files that it was published with.
   *
   * @param icebergId Iceberg's number of the snapshot that has them
   */
  public static String snapshotFiles(String snapshot, long icebergId) {
    return snapshot + "/_files-" + icebergId + ".json";
  }

  /**
   * Returns the folder of lists of snapshots that are being deleted, each of the run that does it.
   */
  public String going() {
    return lakeMetadata() + "/going";
  }

  /** Returns the folder of the lists of files that runs have taken of archives. */
  public String changes() {
    return lakeMetadata() + "/changes";
  }

  /** Returns the folder of the bad lines of all runs. */
  public String quarantine() {
    return lakeMetadata() + "/quarantine";
  }

  /** Returns the folder of the history. */
  public String history() {
    return root + "/history";
  }

  /** Returns where everything of the table lies that the history is, if Iceberg keeps it. */
  public LakeLayout ofHistory() {
    return new LakeLayout(history());
  }

  /** Returns the folder of what one input has put into the history. */
  public String historyPart(String id) {
    return history() + "/" + HISTORY_STEP + id;
  }

  /** Returns the id of the part of the history whose folder has this name; empty for others. */
  public static Optional<String> historyPartId(String folderName) {
    return folderName.startsWith(HISTORY_STEP)
        ? Optional.of(folderName.substring(HISTORY_STEP.length()))
        : Optional.empty();
  }

  /**
   * Returns the path of the statements for a snapshot, in its folder and hidden from readers of its
   * data.
   */
  public static String snapshotDdl(String snapshot) {
    return snapshot + "/_athena.sql";
  }

  /** Returns the id of the snapshot whose folder has this name; empty for other folders. */
  public static Optional<String> snapshotId(String folderName) {
    return SnapshotFolder.id(folderName);
  }

  /** Returns the path of the schema for the next run to evolve; the user may edit it. */
  public String schema() {
    return metadata() + "/schema.json";
  }

  /**
   * Returns the path of the pointer to the published snapshot. Replaced last, so that a reader sees
   * the old state or the new one.
   */
  public String current() {
    return lakeMetadata() + "/current.json";
  }

  /** Returns the folder of the reports of all runs. */
  public String runs() {
    return lakeMetadata() + "/runs";
  }

  /** Returns the path of the report of a run. */
  public String runReport(String runId) {
    return runs() + "/" + runId + ".json";
  }

  /** Returns the path of the list of files of an archive that a run has taken. */
  public String changes(String runId) {
    return changes() + "/" + runId + ".json";
  }

  /** Returns the path of the rules by which items go into tables that are published together. */
  public String entities() {
    return lakeMetadata() + "/entities.json";
  }

  /** Returns the path of the statements for the published snapshot. */
  public String athenaDdl() {
    return metadata() + "/ddl/athena.sql";
  }

  /**
   * Returns the folder of the bad lines of one run: one file of JSON lines for each data file that
   * has any.
   */
  public String quarantine(String runId) {
    return quarantine() + "/" + runId;
  }
}
