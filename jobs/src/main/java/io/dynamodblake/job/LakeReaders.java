package io.dynamodblake.job;

import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.LakePointer;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** What readers of a lake table see while nobody knows how far a run came. */
final class LakeReaders {
  private LakeReaders() {}

  /**
   * Looks at the lake, for one sentence and how to go on.
   *
   * @param begin when the run began that is over now
   */
  static String see(String folder, Instant begin) {
    Optional<LakePointer.Made> seen;
    try {
      LakeFiles files = new LakeFiles(Sessions.hadoopConfiguration());
      String pointer = new LakeLayout(files.qualify(folder)).current();
      seen = files.read(pointer).map(text -> LakePointer.fromJson(text, pointer).made());
    } catch (IOException | RuntimeException e) {
      return "Readers of %s see a whole snapshot, or nothing yet%s"
          .formatted(folder, StopNotice.AGAIN);
    }
    if (seen.isEmpty()) {
      return "Nothing was changed: readers of %s see nothing yet%s"
          .formatted(folder, StopNotice.AGAIN);
    }
    String id = seen.get().id();
    return seen.get().publishedAt().isBefore(begin)
        ? "Nothing was changed: readers of %s see snapshot %s as before%s"
            .formatted(folder, id, StopNotice.AGAIN)
        : "Readers of %s see snapshot %s, which was published meanwhile%s"
            .formatted(folder, id, StopNotice.AGAIN);
  }
}
