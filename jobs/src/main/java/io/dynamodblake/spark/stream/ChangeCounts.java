package io.dynamodblake.spark.stream;

import io.dynamodblake.type.ChangeOrigin;
import io.dynamodblake.type.ChangeWriter;
import io.dynamodblake.type.ItemWriter;
import java.io.Serializable;

/**
 * How many changes of which kind.
 *
 * @param removes those of items whose time to live had passed, too
 * @param expired these alone
 */
record ChangeCounts(long inserts, long modifies, long removes, long expired)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  static final ChangeCounts NONE = new ChangeCounts(0, 0, 0, 0);

  long all() {
    return inserts + modifies + removes;
  }

  ChangeCounts plus(ChangeCounts other) {
    return new ChangeCounts(
        inserts + other.inserts,
        modifies + other.modifies,
        removes + other.removes,
        expired + other.expired);
  }

  private ChangeCounts plus(ChangeOrigin origin) {
    return switch (origin.eventName()) {
      case "INSERT" -> new ChangeCounts(inserts + 1, modifies, removes, expired);
      case "REMOVE" ->
          new ChangeCounts(inserts, modifies, removes + 1, expired + (origin.expired() ? 1 : 0));
      default -> new ChangeCounts(inserts, modifies + 1, removes, expired);
    };
  }

  /** Counts what goes through to another writer. */
  static final class Counting implements ChangeWriter {
    private final ChangeWriter writer;
    private ChangeCounts counts = NONE;

    Counting(ChangeWriter writer) {
      this.writer = writer;
    }

    ChangeCounts counts() {
      return counts;
    }

    @Override
    public void beginChange(ChangeOrigin origin) {
      counts = counts.plus(origin);
      writer.beginChange(origin);
    }

    @Override
    public ItemWriter keys() {
      return writer.keys();
    }

    @Override
    public ItemWriter newImage() {
      return writer.newImage();
    }

    @Override
    public ItemWriter oldImage() {
      return writer.oldImage();
    }

    @Override
    public void endChange() {
      writer.endChange();
    }
  }
}
