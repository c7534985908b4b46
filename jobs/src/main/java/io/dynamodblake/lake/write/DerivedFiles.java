package io.dynamodblake.lake.write;

import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.Fingerprint;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.LakePointer;
import java.io.IOException;
import java.util.Optional;

/**
 * {@code schema.json} and {@code athena.sql} of a lake table: copies of what lies in the folder of
 * the current snapshot, made after it was published. First the schema, then the statements: where
 * the statements are those of the snapshot, the schema was, and another one is the user's edit.
 */
final class DerivedFiles {
  // of runs that overtake each other each makes the copies anew; more than a few never come at once
  private static final int MOST_ROUNDS = 20;

  private DerivedFiles() {}

  /** Whether the copies of a table were made after its snapshot was published. */
  static boolean areOf(LakeFiles files, LakeLayout layout, CurrentPointer current)
      throws IOException {
    Optional<String> statements =
        files.read(LakeLayout.snapshotDdl(layout.root() + "/" + current.snapshot().path()));
    return statements.isEmpty() || statements.equals(files.read(layout.athenaDdl()));
  }

  /**
   * Makes the copies, of whatever readers see in the end: when others publish meanwhile, whoever
   * comes last here makes those of the last one.
   *
   * @param layout of all that is published together
   */
  static void settle(LakeFiles files, LakeLayout layout) throws IOException {
    Optional<String> pointer = files.read(layout.current());
    for (int round = 0; round < MOST_ROUNDS && pointer.isPresent(); round++) {
      LakePointer current = LakePointer.fromJson(pointer.get(), layout.current());
      for (String name : current.names()) {
        LakeLayout table = layout.entity(name);
        String folder = table.root() + "/" + current.of(name).orElseThrow().snapshot().path();
        copy(files, LakeLayout.snapshotSchema(folder), table.schema());
        copy(files, LakeLayout.snapshotDdl(folder), table.athenaDdl());
      }
      together(files, layout, current);
      Optional<String> now = files.read(layout.current());
      if (now.equals(pointer)) {
        return;
      }
      pointer = now;
    }
  }

  /** What people look for where several tables are published together. */
  private static void together(LakeFiles files, LakeLayout layout, LakePointer current)
      throws IOException {
    if (current.isOne()) {
      return;
    }
    StringBuilder statements = new StringBuilder();
    for (String name : current.names()) {
      Optional<String> own = files.read(layout.entity(name).athenaDdl());
      statements.append(statements.isEmpty() ? "" : "\n").append(own.orElse(""));
    }
    files.replace(layout.athenaDdl(), statements.toString());
    files.replace(layout.entities(), current.rules().orElseThrow());
  }

  /** Makes the copies if a run that has published was killed before it did; edits stay. */
  static void repair(LakeFiles files, LakeLayout layout, LakePointer current) throws IOException {
    boolean edited = false;
    boolean behind = false;
    for (String name : current.names()) {
      LakeLayout table = layout.entity(name);
      CurrentPointer own = current.of(name).orElseThrow();
      if (areOf(files, table, own)) {
        continue;
      }
      behind = true;
      Optional<String> schema = files.read(table.schema()).map(Fingerprint::of);
      edited |=
          schema.isPresent()
              && !schema.get().equals(own.snapshot().schemaFingerprint())
              && own.earlier().stream()
                  .noneMatch(earlier -> earlier.schemaFingerprint().equals(schema));
      String folder = table.root() + "/" + own.snapshot().path();
      copy(files, LakeLayout.snapshotDdl(folder), table.athenaDdl());
    }
    if (behind && !edited) {
      settle(files, layout);
    }
  }

  private static void copy(LakeFiles files, String from, String to) throws IOException {
    Optional<String> text = files.read(from);
    if (text.isPresent()) {
      files.replace(to, text.get());
    }
  }
}
