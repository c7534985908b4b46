package io.dynamodblake.lake.write;

import io.dynamodblake.io.hadoop.GuardedFile;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.Fingerprint;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.Ledger;
import io.dynamodblake.lake.PublishedSnapshot;
import io.dynamodblake.lake.TableFacts;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets readers see a snapshot: replaces the pointer of the lake table if it still is what the run
 * began with. There are three endings. Published; overtaken, which is surely not published, because
 * somebody else's pointer stands there; and an exception, after which nobody knows, so that what
 * was written has to stay. Driver only.
 */
final class Publication {
  private static final Logger LOG = LoggerFactory.getLogger(Publication.class);

  // old snapshots are deleted once in a while, not again and again
  private static final int MOST_ROUNDS = 20;

  private final LakeFiles files;
  private final LakeTarget target;
  private final LakeLayout layout;
  private final GuardedFile pointer;
  private boolean begun;

  /**
   * The documents of a snapshot, which lie in its folder.
   *
   * @param schema {@code schema.json}
   * @param files the list of its data files
   * @param ddl the statements that make it known to Athena
   */
  record Documents(String schema, String files, String ddl) {}

  /** By what the pointer knows a document. */
  static String fingerprint(String document) {
    return Fingerprint.of(document);
  }

  Publication(LakeFiles files, Configuration configuration, LakeTarget target) {
    this.files = files;
    this.target = target;
    this.layout = target.layout();
    this.pointer = new GuardedFile(configuration, layout.current());
  }

  /** Puts the documents into the snapshot's folder, which no reader knows yet. */
  void place(Documents documents, String snapshot) throws IOException {
    files.replace(LakeLayout.snapshotSchema(snapshot), documents.schema());
    files.replace(LakeLayout.snapshotFiles(snapshot), documents.files());
    files.replace(LakeLayout.snapshotDdl(snapshot), documents.ddl());
  }

  /** Returns the pointer that readers are to see. */
  CurrentPointer next(String table, TableFacts facts, Ledger ledger, PublishedSnapshot snapshot) {
    return target
        .current()
        .map(current -> current.next(facts, ledger, snapshot))
        .orElseGet(() -> new CurrentPointer(table, facts, ledger, snapshot, List.of()));
  }

  /** Says that readers may see the snapshot from now on. */
  void begin() {
    begun = true;
  }

  /** Says that they surely do not. */
  void lost() {
    begun = false;
  }

  /** Returns what others have published since the run began; empty if nobody has. */
  Optional<CurrentPointer> overtaking() throws IOException {
    Optional<String> now = pointer.read().map(GuardedFile.Version::text);
    return now.equals(target.seen().map(GuardedFile.Version::text)) ? Optional.empty() : current();
  }

  /**
   * Publishes.
   *
   * @return empty if readers see the snapshot now; otherwise what somebody else has published since
   *     the run began, and nothing was changed
   * @throws IOException if the store fails, and nobody knows what readers see
   */
  Optional<CurrentPointer> publish(CurrentPointer next) throws IOException {
    PublishedSnapshot snapshot = next.snapshot();
    Optional<GuardedFile.Version> seen = target.seen();
    CurrentPointer wanted = next;
    begin();
    for (int round = 0; !replace(seen, wanted); round++) {
      seen = pointer.read();
      Optional<CurrentPointer> winner =
          seen.map(version -> CurrentPointer.fromJson(version.text(), layout.current()));
      if (winner.filter(other -> other.wasPublished(snapshot.id())).isPresent()) {
        break;
      }
      if (round == MOST_ROUNDS || winner.filter(this::hasOnlyForgotten).isEmpty()) {
        begun = false;
        return Optional.of(
            winner
                .or(target::current)
                .orElseThrow(() -> new IOException("The pointer is gone, " + layout.current())));
      }
      wanted = winner.get().next(next.facts(), next.ledger(), snapshot);
    }
    settle();
    return Optional.empty();
  }

  private boolean replace(Optional<GuardedFile.Version> seen, CurrentPointer next)
      throws IOException {
    try {
      return pointer.replace(seen, next.toJson());
    } catch (IOException e) {
      return isPublished(next.snapshot().id(), e);
    }
  }

  /** Whether nobody has published, and only old snapshots were deleted: the run can go on. */
  private boolean hasOnlyForgotten(CurrentPointer now) {
    return target
        .current()
        .filter(before -> before.earlier().containsAll(now.earlier()))
        .filter(
            before ->
                now.equals(
                    new CurrentPointer(
                        before.table(),
                        before.facts(),
                        before.ledger(),
                        before.snapshot(),
                        now.earlier())))
        .isPresent();
  }

  /**
   * Lets readers see that the snapshot they see is of another moment.
   *
   * @return empty if they see that now; otherwise what somebody else has published since the run
   *     began
   * @throws IOException if the store fails, and nobody knows what readers see
   */
  Optional<CurrentPointer> advance(TableFacts facts, Ledger ledger) throws IOException {
    CurrentPointer known = target.current().orElseThrow();
    CurrentPointer next =
        new CurrentPointer(known.table(), facts, ledger, known.snapshot(), known.earlier());
    String text = next.toJson();
    boolean published;
    try {
      published = pointer.replace(target.seen(), text);
    } catch (IOException e) {
      published = pointer.read().filter(now -> now.text().equals(text)).isPresent();
      if (!published) {
        throw e;
      }
    }
    if (published) {
      settle();
      return Optional.empty();
    }
    Optional<CurrentPointer> winner = current();
    return winner.filter(now -> now.equals(next)).isPresent() ? Optional.empty() : winner;
  }

  /** After a lost answer: whether it was done all the same. */
  private boolean isPublished(String id, IOException failure) throws IOException {
    try {
      if (current().filter(now -> now.wasPublished(id)).isPresent()) {
        return true;
      }
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
    throw failure;
  }

  private Optional<CurrentPointer> current() throws IOException {
    return pointer.read().map(version -> CurrentPointer.fromJson(version.text(), layout.current()));
  }

  /** The snapshot is published whatever becomes of the copies; the next run makes them, too. */
  private void settle() {
    try {
      DerivedFiles.settle(files, layout);
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "Cannot write {} and {}; the snapshot is published, and the next run writes them",
          layout.schema(),
          layout.athenaDdl(),
          e);
    }
  }

  /** Whether readers may see the snapshot, so that its files must stay. */
  boolean mayBeVisible() {
    return begun;
  }
}
