package io.dynamodblake.ml;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * What is known of one item, image by image in the order in which they became known, and what held
 * at a moment. It keeps the image that holds, and those that are known but hold only later; so it
 * stays small however often an item changes.
 *
 * <p>An image takes the place of another if it holds since the same moment or later. A delete takes
 * the place of all that was before. A full export begins a chain anew: what it does not have, is
 * not there.
 */
final class Timeline {
  private final Bases bases;
  private final List<InternalRow> later = new ArrayList<>();
  private InternalRow held;
  private int chain;
  private long ties;

  /**
   * The full exports of a history, in their order, in microseconds.
   *
   * @param shown the moments that they show
   * @param known since when they are known
   */
  record Bases(long[] shown, long[] known) implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Returns the number of the chain that an image of a moment belongs to. */
    int chainOf(long moment) {
      return last(shown, moment);
    }

    /** Returns the number of the chain that is known at a moment. */
    int chainAt(long moment) {
      return last(known, moment);
    }

    private static int last(long[] moments, long moment) {
      int place = Arrays.binarySearch(moments, moment);
      return place >= 0 ? place : -place - 2;
    }
  }

  Timeline(Bases bases) {
    this.bases = bases;
  }

  /** Forgets everything but the ties. */
  void clear() {
    held = null;
    later.clear();
    chain = -1;
  }

  /** Adds an image that became known at or after all others; it is kept, so it must be a copy. */
  void add(InternalRow image) {
    int of = bases.chainOf(image.getLong(Image.TABLE_TIME));
    if (of != chain) {
      held = null;
      later.clear();
      chain = of;
    }
    if (Image.isDeleted(image)) {
      held = image;
      later.clear();
      return;
    }
    settle(image.getLong(Image.AT));
    if (Image.event(image) > image.getLong(Image.AT)) {
      later.add(image);
    } else {
      take(image);
    }
  }

  /** Lets images hold whose moment has come. */
  private void settle(long moment) {
    if (later.isEmpty()) {
      return;
    }
    List<InternalRow> due = later.stream().filter(image -> Image.event(image) <= moment).toList();
    later.removeAll(due);
    due.forEach(this::take);
  }

  private void take(InternalRow image) {
    boolean first = held == null || Image.isDeleted(held);
    if (!first && isTie(image)) {
      ties++;
    }
    if (first || Image.event(image) >= Image.event(held)) {
      held = image;
    }
  }

  /** Whether only the order of their contents says which of the two is later. */
  private boolean isTie(InternalRow image) {
    return Image.event(image) == Image.event(held)
        && image.getLong(Image.AT) == held.getLong(Image.AT)
        && image.getInt(Image.PART) == held.getInt(Image.PART)
        && image.getInt(Image.RANK) == held.getInt(Image.RANK)
        && image.getLong(Image.TIE) != held.getLong(Image.TIE);
  }

  /**
   * Returns the image that held at a moment, which is not before what was added last became known.
   *
   * @return a deleted one where the item was gone by then; null if there was none yet
   */
  InternalRow at(long moment) {
    settle(moment);
    if (held == null) {
      return null;
    }
    if (bases.chainAt(moment) != chain && !Image.isDeleted(held)) {
      return null;
    }
    return held;
  }

  /** Whether a full export that has not the item has ended it. */
  boolean isEndedAt(long moment) {
    return held != null && !Image.isDeleted(held) && bases.chainAt(moment) != chain;
  }

  /** How often only the order of contents said which of two images was later. */
  long ties() {
    return ties;
  }
}
