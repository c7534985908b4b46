package io.dynamodblake.lake.changes;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.spark.run.JavaBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.junit.jupiter.api.Test;

/**
 * What becomes of the rows of small tables whose items come, change and go at random, in five
 * hundred histories a build, others in each: after every merge the table is what its items are. How
 * whole tables come through files and layouts, {@code HistoriesTest} tries with fewer of them.
 * {@code -Dproperties.scale=20} takes twenty times as many, {@code -Dproperties.seed=...} one of
 * them again.
 */
class KeyMergeTest {
  private static final int HISTORIES = 500;
  private static final int FILES = 3;
  private static final MergeTables ONE_TABLE = new MergeTables(null, new int[] {0});

  @Test
  void theTableIsWhatItsItemsAreAfterEachMerge() {
    Long given = Long.getLong("properties.seed");
    long[] seeds =
        given != null
            ? new long[] {given}
            : new Random()
                .longs((long) HISTORIES * Integer.getInteger("properties.scale", 1))
                .toArray();
    for (int i = 0; i < seeds.length; i++) {
      ChangeMerge.Source[] sources = ChangeMerge.Source.values();
      ChangeMerge.Source source = sources[Math.floorMod(seeds[i], sources.length)];
      new History(seeds[i], source).run();
    }
  }

  /** One table: its items as they are, and as the lake table has them. */
  private static final class History {
    private final long seed;
    private final Random random;
    private final ChangeMerge.Source source;
    private final int keys;
    private final boolean keepsExpired;
    private final TreeMap<Integer, String> items = new TreeMap<>();
    private final TreeMap<Integer, String> lake = new TreeMap<>();
    private final TreeMap<Integer, String> kept = new TreeMap<>(); // expired, and in the lake
    private final List<InternalRow> before = new ArrayList<>(); // changes that are told again
    private long writes;

    History(long seed, ChangeMerge.Source source) {
      this.seed = seed;
      this.random = new Random(seed);
      this.source = source;
      this.keys = 1 + random.nextInt(12);
      this.keepsExpired = source != ChangeMerge.Source.WINDOWS && random.nextInt(3) == 0;
      for (int key = 0; key < keys; key++) {
        if (random.nextBoolean()) {
          items.put(key, "v" + writes++);
        }
      }
      lake.putAll(items);
    }

    void run() {
      int merges = 1 + random.nextInt(6);
      for (int i = 0; i < merges; i++) {
        List<InternalRow> changes = new ArrayList<>();
        long repeated = 0;
        if (source == ChangeMerge.Source.WINDOWS) {
          int windows = 1 + random.nextInt(3);
          for (int window = 0; window < windows; window++) {
            changes.addAll(window(window));
          }
        } else {
          List<InternalRow> events = events();
          changes.addAll(events);
          if (source == ChangeMerge.Source.OVERLAPPING_EVENTS) {
            changes.addAll(before);
            before.addAll(events);
          }
          for (int j = changes.isEmpty() ? 0 : random.nextInt(5); j > 0; j--) {
            changes.add(changes.get(random.nextInt(changes.size())));
            repeated++;
          }
        }
        merge(changes, repeated);
      }
    }

    private String any() {
      return "v" + writes++;
    }

    /** What an export tells of a window: of each key what it was and what it is then. */
    private List<InternalRow> window(int number) {
      TreeMap<Integer, String> old = new TreeMap<>(items);
      for (int i = random.nextInt(20); i > 0; i--) {
        write(random.nextInt(keys), random.nextInt(3) == 0 ? null : any());
      }
      boolean oldKnown = random.nextBoolean();
      List<InternalRow> records = new ArrayList<>();
      for (int key = 0; key < keys; key++) {
        if (!Objects.equals(old.get(key), items.get(key))) {
          String was = oldKnown ? old.get(key) : null;
          records.add(change(key, number, null, was, items.get(key), oldKnown, 0));
        }
      }
      return records;
    }

    /** What a stream tells: each write, in the order of its number. */
    private List<InternalRow> events() {
      List<InternalRow> records = new ArrayList<>();
      for (int i = random.nextInt(30); i > 0; i--) {
        int key = random.nextInt(keys);
        String was = items.get(key);
        String next = random.nextInt(3) == 0 ? null : any();
        if (was == null && next == null) {
          continue;
        }
        boolean expires = keepsExpired && next == null && random.nextBoolean();
        if (expires) {
          kept.put(key, was);
        } else {
          kept.remove(key);
        }
        write(key, next);
        byte[] number = ByteBuffer.allocate(Long.BYTES).putLong(writes++).array();
        int traits = expires ? ChangeFeed.PASSED_OVER : 0;
        records.add(change(key, 0, number, was, next, true, traits));
      }
      return records;
    }

    private void write(int key, String value) {
      if (value == null) {
        items.remove(key);
      } else {
        items.put(key, value);
      }
    }

    private void merge(List<InternalRow> changes, long repeated) {
      List<InternalRow> rows = new ArrayList<>(changes);
      List<Integer> places = new ArrayList<>(lake.keySet());
      places.forEach(key -> rows.add(place(key)));
      Collections.shuffle(rows, random);
      rows.sort(ORDER);
      KeyMerge merge = new KeyMerge(rows.iterator(), source, keepsExpired, ONE_TABLE, FILES);

      TreeMap<Integer, String> next = new TreeMap<>(lake);
      List<String> images = new ArrayList<>();
      TaskAccount account = null;
      long[] removed = new long[FILES];
      while (merge.hasNext()) {
        InternalRow row = merge.next();
        switch (row.getInt(MergeRows.RESULT_KIND)) {
          case MergeRows.REMOVAL -> {
            int key = (int) row.getLong(MergeRows.POSITION);
            assertThat(next.remove(key)).as("seed %d: a row that goes", seed).isNotNull();
            assertThat(row.getInt(MergeRows.FILE)).isEqualTo(key % FILES);
            removed[key % FILES]++;
          }
          case MergeRows.IMAGE ->
              images.add(new String(row.getBinary(MergeRows.CONTENT), StandardCharsets.UTF_8));
          default -> account = JavaBytes.to(TaskAccount.class, row.getBinary(MergeRows.CONTENT));
        }
      }
      for (String image : images) {
        String[] parts = image.split("=");
        assertThat(next.put(Integer.valueOf(parts[0]), parts[1]))
            .as("seed %d: an image of a key whose row stays", seed)
            .isNull();
      }

      TreeMap<Integer, String> wanted = new TreeMap<>(kept);
      wanted.putAll(items);
      assertThat(next).as("seed %d, %s", seed, source).isEqualTo(wanted);
      MergeCounts counts = account.counts();
      assertThat(counts.contradictions()).as("seed %d: %s", seed, counts).isZero();
      assertThat(counts.repeated()).as("seed %d", seed).isEqualTo(repeated);
      assertThat(counts.images()).isEqualTo(images.size());
      assertThat(counts.removedRows()).isEqualTo(Arrays.stream(removed).sum());
      assertThat(account.removed()).isEqualTo(removed);
      assertThat(lake.size() - counts.removedRows() + counts.images()).isEqualTo(next.size());
      lake.clear();
      lake.putAll(next);
    }
  }

  // ---- rows

  private static final Comparator<InternalRow> ORDER =
      Comparator.comparingLong((InternalRow row) -> row.getLong(0))
          .thenComparingInt(row -> row.getInt(MergeRows.KIND))
          .thenComparingLong(row -> row.getLong(MergeRows.MAJOR))
          .thenComparing(
              row -> row.isNullAt(MergeRows.MINOR) ? new byte[0] : row.getBinary(MergeRows.MINOR),
              Arrays::compareUnsigned);

  /** The row of a key lies at its own position, of the file that the key falls to. */
  private static InternalRow place(int key) {
    return new GenericInternalRow(
        new Object[] {
          (long) key, 0L, MergeRows.PLACE, (long) key, null, key % FILES, null, null, 0L
        });
  }

  private static InternalRow change(
      int key, long major, byte[] minor, String old, String next, boolean oldKnown, int traits) {
    int images = MergeRows.Images.of(next != null, old != null, oldKnown) | traits;
    byte[] image = next == null ? null : (key + "=" + next).getBytes(StandardCharsets.UTF_8);
    return new GenericInternalRow(
        new Object[] {
          (long) key, 0L, MergeRows.CHANGE, major, minor, images, image, null, (long) key
        });
  }
}
