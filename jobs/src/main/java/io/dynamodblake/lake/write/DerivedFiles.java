package io.dynamodblake.lake.write;

import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.Fingerprint;
import io.dynamodblake.lake.LakeLayout;
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

  /** Whether the copies were made after the snapshot was published. */
  static boolean areOf(LakeFiles files, LakeLayout layout, CurrentPointer current)
      throws IOException {
    Optional<String> statements =
        files.read(LakeLayout.snapshotDdl(layout.root() + "/" + current.snapshot().path()));
    return statements.isEmpty() || statements.equals(files.read(layout.athenaDdl()));
  }

  /**
   * Makes the copies, of whatever readers see in the end: when others publish meanwhile, whoever
   * comes last here makes those of the last one.
   */
  static void settle(LakeFiles files, LakeLayout layout) throws IOException {
    Optional<String> pointer = files.read(layout.current());
    for (int round = 0; round < MOST_ROUNDS && pointer.isPresent(); round++) {
      CurrentPointer current = CurrentPointer.fromJson(pointer.get(), layout.current());
      String folder = layout.root() + "/" + current.snapshot().path();
      copy(files, LakeLayout.snapshotSchema(folder), layout.schema());
      copy(files, LakeLayout.snapshotDdl(folder), layout.athenaDdl());
      Optional<String> now = files.read(layout.current());
      if (now.equals(pointer)) {
        return;
      }
      pointer = now;
    }
  }

  /** Makes the copies if a run that has published was killed before it did; edits stay. */
  static void repair(LakeFiles files, LakeLayout layout, CurrentPointer current)
      throws IOException {
    if (areOf(files, layout, current)) {
      return;
    }
    Optional<String> schema = files.read(layout.schema()).map(Fingerprint::of);
    boolean edited =
        schema.isPresent()
            && !schema.get().equals(current.snapshot().schemaFingerprint())
            && current.earlier().stream()
                .noneMatch(earlier -> earlier.schemaFingerprint().equals(schema));
    if (edited) {
      String folder = layout.root() + "/" + current.snapshot().path();
      copy(files, LakeLayout.snapshotDdl(folder), layout.athenaDdl());
    } else {
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
