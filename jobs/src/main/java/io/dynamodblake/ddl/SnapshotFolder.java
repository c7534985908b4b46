package io.dynamodblake.ddl;

import io.dynamodblake.schema.ColumnNames;
import java.util.Optional;

/** How the folder of a snapshot is named: {@code snapshot=<id>}, in the folder of its table. */
public final class SnapshotFolder {
  private static final String PREFIX = ColumnNames.SNAPSHOT + "=";

  private SnapshotFolder() {}

  /** Returns the name of the folder of a snapshot. */
  public static String name(String snapshotId) {
    return PREFIX + snapshotId;
  }

  /** Returns the id of the snapshot whose folder has this name; empty for other folders. */
  public static Optional<String> id(String name) {
    return name.startsWith(PREFIX)
        ? Optional.of(name.substring(PREFIX.length()))
        : Optional.empty();
  }

  /** Returns the id of the snapshot whose folder this place is; empty for other folders. */
  static Optional<String> idIn(String location) {
    String folder = location.replaceFirst("/$", "");
    return id(folder.substring(folder.lastIndexOf('/') + 1));
  }

  /** Returns the folder of the table that the snapshot at this place is one of. */
  public static String tableOf(String location) {
    int folder = location.lastIndexOf(PREFIX);
    return folder < 0 ? location : location.substring(0, folder);
  }
}
