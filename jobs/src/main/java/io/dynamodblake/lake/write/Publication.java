package io.dynamodblake.lake.write;

import io.dynamodblake.io.hadoop.GuardedFile;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.Fingerprint;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.LakePointer;
import io.dynamodblake.lake.Ledger;
import io.dynamodblake.lake.TableFacts;
import java.io.IOException;
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

  /** Says that readers may see the snapshot from now on. */
  void begin() {
    begun = true;
  }

  /** Says that they surely do not. */
  void lost() {
    begun = false;
  }

  /** Returns what others have published since the run began; empty if nobody has. */
  Optional<LakePointer> overtaking() throws IOException {
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
  Optional<LakePointer> publish(LakePointer next) throws IOException {
    String id = next.made().id();
    Optional<GuardedFile.Version> seen = target.seen();
    LakePointer wanted = next.after(target.lake());
    begin();
    for (int round = 0; !replace(seen, wanted); round++) {
      seen = pointer.read();
      Optional<LakePointer> winner =
          seen.map(version -> LakePointer.fromJson(version.text(), layout.current()));
      if (winner.filter(other -> other.wasPublished(id)).isPresent()) {
        break;
      }
      if (round == MOST_ROUNDS || winner.filter(this::hasOnlyForgotten).isEmpty()) {
        begun = false;
        return Optional.of(
            winner
                .or(target::lake)
                .orElseThrow(() -> new IOException("The pointer is gone, " + layout.current())));
      }
      wanted = next.after(winner);
    }
    settle();
    return Optional.empty();
  }

  private boolean replace(Optional<GuardedFile.Version> seen, LakePointer next) throws IOException {
    try {
      return pointer.replace(seen, next.toJson());
    } catch (IOException e) {
      return isPublished(next.made().id(), e);
    }
  }

  /** Whether nobody has published, and only old snapshots were deleted: the run can go on. */
  private boolean hasOnlyForgotten(LakePointer now) {
    return target.lake().filter(now::hasOnlyForgotten).isPresent();
  }

  /**
   * Lets readers see that the snapshot they see is of another moment.
   *
   * @return empty if they see that now; otherwise what somebody else has published since the run
   *     began
   * @throws IOException if the store fails, and nobody knows what readers see
   */
  Optional<LakePointer> advance(TableFacts facts, Ledger ledger) throws IOException {
    LakePointer next = target.lake().orElseThrow().at(facts, ledger);
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
    Optional<LakePointer> winner = current();
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

  private Optional<LakePointer> current() throws IOException {
    return pointer.read().map(version -> LakePointer.fromJson(version.text(), layout.current()));
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
