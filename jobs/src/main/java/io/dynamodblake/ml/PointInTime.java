package io.dynamodblake.ml;

import io.dynamodblake.spark.run.LookAhead;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Rows of a training set from images and labels that are sorted by key, time and rank, in one pass:
 * for each label the image that held at its time. What became no row is counted in rows of its own
 * at the end, which have the count for a time; so a task that runs twice counts once.
 */
final class PointInTime extends LookAhead<InternalRow> {
  /** Whether and why a row has features, or is none at all. */
  enum State {
    /** It has those of the image that held. */
    FOUND,
    /** There was no image yet: they are null. */
    NOT_YET,
    /** The item was gone: they are null. */
    GONE,
    /** A label came with the first image of its item: nothing was known before it, no row. */
    BEGINNING,
    /** A full export shows a label that came nobody knows when, no row. */
    UNDATED,
    /** The item was gone when its label was to be read, no row. */
    LABEL_GONE,
    /** There is no label, no row. */
    UNLABELLED,
    /** Two images of which only the order of their contents says which is the later one. */
    TIE;

    /** Whether it becomes a row. */
    boolean isRow() {
      return this == FOUND || this == NOT_YET || this == GONE;
    }
  }

  /** How rows come about. */
  sealed interface Way extends Serializable {}

  /** A row for each label that stands among the images. */
  record Asked() implements Way {
    private static final long serialVersionUID = 1L;
  }

  /** A row each time that the label in the item becomes another one, with features from before. */
  record Changes() implements Way {
    private static final long serialVersionUID = 1L;
  }

  /**
   * A row for each item at each moment, with the label that it has later.
   *
   * @param moments in microseconds, in their order
   * @param horizon how much later
   */
  record Moments(long[] moments, long horizon) implements Way {
    private static final long serialVersionUID = 1L;
  }

  private final Iterator<InternalRow> images;
  private final Way way;
  private final DataType labelType;
  private final int featureCount;
  private final DataType carriedType;
  private final Timeline timeline;
  private final long[] counts = new long[State.values().length];
  private final Deque<InternalRow> ready = new ArrayDeque<>();
  private UTF8String key;
  private boolean ended;

  // of Changes: images of one moment, and the label before it
  private final List<InternalRow> moment = new ArrayList<>();
  private Object label;

  // of Moments: which comes next, and what stands until its label is read
  private int nextAsOf;
  private int nextLabel;
  private final List<InternalRow> asOf = new ArrayList<>();

  PointInTime(Iterator<InternalRow> images, Way way, Layout layout, Timeline.Bases bases) {
    this.images = images;
    this.way = way;
    this.labelType = layout.label();
    this.carriedType = layout.carried();
    this.featureCount = layout.featureCount();
    this.timeline = new Timeline(bases);
  }

  /** Types of what is handed through. */
  record Layout(DataType label, DataType carried, int featureCount) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  @Override
  protected boolean advance() {
    while (ready.isEmpty() && !ended) {
      if (images.hasNext()) {
        take(images.next());
      } else {
        ended = true;
        if (key != null) {
          endKey();
        }
        counts[State.TIE.ordinal()] = timeline.ties();
        putCounts();
      }
    }
    return !ready.isEmpty();
  }

  private void putCounts() {
    for (State state : State.values()) {
      long count = counts[state.ordinal()];
      if (!state.isRow() && count > 0) {
        ready.add(
            new GenericInternalRow(
                new Object[] {null, null, count, state.ordinal(), null, null, null, null}));
      }
    }
  }

  @Override
  protected InternalRow take() {
    return ready.remove();
  }

  private void take(InternalRow row) {
    UTF8String of = row.getUTF8String(Image.KEY);
    if (!of.equals(key)) {
      if (key != null) {
        endKey();
      }
      key = of.copy();
      timeline.clear();
      label = null;
      nextAsOf = 0;
      nextLabel = 0;
      asOf.clear();
    }
    if (way instanceof Asked) {
      asked(row);
    } else if (way instanceof Changes) {
      changed(row.copy());
    } else if (way instanceof Moments moments) {
      pass(moments, row.getLong(Image.AT));
      timeline.add(row.copy());
    }
  }

  private void endKey() {
    if (way instanceof Changes) {
      endMoment();
    } else if (way instanceof Moments moments) {
      pass(moments, Long.MAX_VALUE);
    }
  }

  private void asked(InternalRow row) {
    if (row.getInt(Image.RANK) != Image.RANK_LABEL) {
      timeline.add(row.copy());
      return;
    }
    InternalRow question = row.copy();
    long time = row.getLong(Image.AT);
    put(time, timeline.at(time), time, question, label(question));
  }

  // ---- labels in the item

  private void changed(InternalRow image) {
    if (!moment.isEmpty() && moment.get(0).getLong(Image.AT) != image.getLong(Image.AT)) {
      endMoment();
    }
    moment.add(image);
  }

  /** Of several images of one moment the last one has the label; none of them has features. */
  private void endMoment() {
    if (moment.isEmpty()) {
      return;
    }
    InternalRow last = moment.get(moment.size() - 1);
    Object now = Image.isDeleted(last) ? null : label(last);
    if (now != null && !now.equals(label) && last.getBoolean(Image.CHOSEN)) {
      // strictly before: the same write must not tell its own label
      long time = last.getLong(Image.AT);
      InternalRow before = timeline.at(time - 1);
      if (last.getInt(Image.RANK) == Image.RANK_BASE) {
        counts[State.UNDATED.ordinal()]++;
      } else if (before == null || Image.isDeleted(before)) {
        counts[State.BEGINNING.ordinal()]++;
      } else {
        put(State.FOUND, time, before, last, now);
      }
    }
    label = now;
    moment.forEach(timeline::add);
    moment.clear();
  }

  // ---- labels some time after

  /** Looks at what is due before something becomes known. */
  private void pass(Moments moments, long until) {
    while (true) {
      long ask = nextAsOf < moments.moments().length ? moments.moments()[nextAsOf] : until;
      long read =
          nextLabel < nextAsOf ? moments.moments()[nextLabel] + moments.horizon() : Long.MAX_VALUE;
      if (read <= ask && read < until) {
        read(moments.moments()[nextLabel], read, asOf.get(nextLabel));
        nextLabel++;
      } else if (ask < until) {
        InternalRow image = timeline.at(ask);
        boolean there = image != null && !Image.isDeleted(image) && image.getBoolean(Image.CHOSEN);
        asOf.add(there ? image : null);
        nextAsOf++;
      } else {
        return;
      }
    }
  }

  private void read(long time, long labelTime, InternalRow image) {
    if (image == null) {
      return;
    }
    InternalRow then = timeline.at(labelTime);
    if (then == null || Image.isDeleted(then)) {
      counts[State.LABEL_GONE.ordinal()]++;
    } else {
      put(State.FOUND, time, image, image, label(then));
    }
  }

  // ---- rows

  private Object label(InternalRow row) {
    return row.isNullAt(Image.LABEL) ? null : row.get(Image.LABEL, labelType);
  }

  private void put(long time, InternalRow image, long moment, InternalRow about, Object value) {
    if (image == null) {
      put(timeline.isEndedAt(moment) ? State.GONE : State.NOT_YET, time, null, about, value);
    } else {
      put(Image.isDeleted(image) ? State.GONE : State.FOUND, time, image, about, value);
    }
  }

  /**
   * Puts a row.
   *
   * @param image whose features it has; null for none
   * @param about what it is about: has its group, and what is carried along
   */
  private void put(State state, long time, InternalRow image, InternalRow about, Object value) {
    if (value == null) {
      counts[State.UNLABELLED.ordinal()]++;
      return;
    }
    boolean has = state == State.FOUND && image != null;
    Object features = has ? image.getStruct(Image.FEATURES, featureCount) : null;
    Object carried = about.isNullAt(Image.CARRIED) ? null : about.get(Image.CARRIED, carriedType);
    ready.add(
        new GenericInternalRow(
            new Object[] {
              key,
              about.isNullAt(Image.GROUP) ? null : about.getUTF8String(Image.GROUP),
              time,
              state.ordinal(),
              has ? time - Image.event(image) : null,
              value,
              carried,
              features
            }));
  }
}
