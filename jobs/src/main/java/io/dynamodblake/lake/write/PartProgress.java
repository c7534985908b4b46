package io.dynamodblake.lake.write;

import io.dynamodblake.export.ReadProgress;
import java.util.ArrayList;
import java.util.List;

/** Adds up how far several readings of one phase are. */
final class PartProgress {
  private final ReadProgress whole;
  private final List<long[]> parts = new ArrayList<>(); // items and stored bytes of each
  private boolean ended;

  PartProgress(ReadProgress whole) {
    this.whole = whole;
  }

  /** Returns what one of the readings tells. */
  synchronized ReadProgress part() {
    long[] own = new long[2];
    parts.add(own);
    return new ReadProgress() {
      @Override
      public void phase(String name, long totalItems, long totalStoredBytes) {}

      @Override
      public void read(long items, long storedBytes) {
        tell(own, items, storedBytes);
      }
    };
  }

  /** Ends the phase: what is still told of its readings belongs to no other. */
  synchronized void end() {
    ended = true;
  }

  private synchronized void tell(long[] own, long items, long storedBytes) {
    if (ended) {
      return;
    }
    own[0] = items;
    own[1] = storedBytes;
    long allItems = 0;
    long allBytes = 0;
    for (long[] part : parts) {
      allItems += part[0];
      allBytes += part[1];
    }
    whole.read(allItems, allBytes);
  }
}
