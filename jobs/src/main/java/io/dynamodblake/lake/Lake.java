package io.dynamodblake.lake;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.io.hadoop.LakeFiles;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What lies in a folder that flatten wrote to: a lake table, several that are published together,
 * or one of those. It shows what was current when it was opened, whatever is published meanwhile.
 * Driver only.
 *
 * @param layout of all that is published together
 * @param pointer what readers see of it
 * @param part name of the only table that is meant; empty if all are
 */
public record Lake(LakeFiles files, LakeLayout layout, LakePointer pointer, Optional<String> part) {
  private static final int NAMED_IN_MESSAGES = 5;

  /**
   * Opens a folder.
   *
   * @throws UsageException if there is no lake table
   * @throws io.dynamodblake.schema.DataRefusedException if its pointer was changed by other hands
   */
  public static Lake open(LakeFiles files, String folder) throws IOException {
    LakeLayout own = new LakeLayout(files.qualify(folder));
    return find(files, own).orElseThrow(() -> missing(own));
  }

  /**
   * Opens a folder if there is a lake table in it.
   *
   * @return empty if there is none
   * @throws UsageException if it is one of several whose pointer is not there
   * @throws io.dynamodblake.schema.DataRefusedException if its pointer was changed by other hands
   */
  public static Optional<Lake> find(LakeFiles files, LakeLayout own) throws IOException {
    Optional<String> text = files.read(own.current());
    return text.isEmpty() ? Optional.empty() : Optional.of(read(files, own, text.get()));
  }

  private static Lake read(LakeFiles files, LakeLayout own, String text) throws IOException {
    Optional<EntityReference> reference = EntityReference.fromJson(text);
    if (reference.isEmpty()) {
      return new Lake(files, own, LakePointer.fromJson(text, own.current()), Optional.empty());
    }
    LakeLayout above = new LakeLayout(above(own.root()));
    LakePointer pointer =
        LakePointer.fromJson(
            files.read(above.current()).orElseThrow(() -> alone(own, above)), above.current());
    String name = reference.get().entity();
    if (pointer.isOne() || pointer.of(name).isEmpty() || !own.root().endsWith("/" + name)) {
      throw alone(own, above);
    }
    return new Lake(files, above, pointer, Optional.of(name));
  }

  /** Whether a folder says that it holds one of several tables. */
  public static boolean isEntity(LakeFiles files, LakeLayout layout) throws IOException {
    return files.read(layout.reference()).flatMap(EntityReference::fromJson).isPresent();
  }

  private static String above(String root) {
    return root.substring(0, Math.max(0, root.lastIndexOf('/')));
  }

  private static UsageException missing(LakeLayout layout) {
    return new UsageException(
        "Cannot open lake table: there is no %s; give the folder that flatten wrote to"
            .formatted(layout.current()));
  }

  private static UsageException alone(LakeLayout own, LakeLayout above) {
    return new UsageException(
        "Cannot open lake table: it is one of several that are published together, and %s does not name it, of %s; copy the whole folder that flatten wrote to, or flatten there first"
            .formatted(above.current(), own.root()));
  }

  /**
   * One of the tables.
   *
   * @param name empty if it is the only one
   */
  public record Table(String name, LakeLayout layout, CurrentPointer current) {}

  /** Returns the tables that are meant. */
  public List<Table> tables() {
    List<Table> tables = new ArrayList<>();
    for (String name : part.map(List::of).orElseGet(pointer::names)) {
      tables.add(new Table(name, layout.entity(name), pointer.of(name).orElseThrow()));
    }
    return tables;
  }

  /** Whether several tables are published together here. */
  public boolean isOfEntities() {
    return !pointer.isOne();
  }

  /** Whether what is meant is not all that is published together. */
  public boolean isPart() {
    return part.isPresent();
  }

  /**
   * Returns the only table that is meant.
   *
   * @throws UsageException if there are several
   */
  public Table one() {
    if (part.isEmpty() && isOfEntities()) {
      throw new UsageException(
          "Cannot open one lake table: there are %d that are published together, one for each kind of items, in %s; give the folder of one of them, such as %s"
              .formatted(
                  pointer.members().size(),
                  layout.root(),
                  String.join(
                      ", ",
                      pointer.names().stream()
                          .limit(NAMED_IN_MESSAGES)
                          .map(name -> layout.root() + "/" + name)
                          .toList())));
    }
    return tables().get(0);
  }

  /** Whether the tables together hold the whole table, as the report of the last run says. */
  public Wholeness wholeness() throws IOException {
    return files
        .read(layout.runReport(pointer.made().runId()))
        .flatMap(JsonDocuments::parseObject)
        .map(Wholeness::ofRun)
        .orElseGet(
            () -> Wholeness.doubt("the report of the run that made the snapshot is missing"));
  }

  /**
   * Returns the snapshots of all tables that are meant, as a run has left them.
   *
   * @param wanted id of a snapshot that is or was published, or of an export of which there is one;
   *     empty for the current ones
   * @throws UsageException if nobody has published such a one
   */
  public List<LakeSnapshot> snapshots(Optional<String> wanted) throws IOException {
    List<LakeSnapshot> snapshots = new ArrayList<>();
    if (wanted.isEmpty() || !isOfEntities()) {
      for (Table table : tables()) {
        snapshots.add(LakeSnapshot.open(files, table, wanted));
      }
      return snapshots;
    }
    Instant time = publishedAt(wanted.get());
    for (Table table : tables()) {
      // a run leaves a table as it is that has no change; before it is first named there was none
      Optional<String> id = table.current().idAt(time);
      if (id.isPresent()) {
        snapshots.add(LakeSnapshot.open(files, table, id));
      }
    }
    return snapshots;
  }

  private Instant publishedAt(String wanted) {
    for (String name : pointer.names()) {
      CurrentPointer table = pointer.of(name).orElseThrow();
      Optional<Instant> time = table.publishedAt(table.idOf(wanted));
      if (time.isPresent()) {
        return time.get();
      }
    }
    throw new UsageException(
        "Cannot open snapshot '%s': none of the tables has published it, in %s; inspect %s names those that are there"
            .formatted(wanted, layout.root(), layout.root()));
  }
}
