package io.dynamodblake.lake.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.lake.input.RowPlaces;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class KeyTableTest {
  private record Key(long high, long low) {}

  /**
   * Few different halves, so that equal halves, and with them long ways to a free slot, are many.
   */
  @Property(tries = 50)
  void findsWhatAMapFinds(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 400) int different,
      @ForAll boolean wide) {
    Random random = new Random(seed);
    KeyTable table = new KeyTable(Integer.MAX_VALUE);
    Map<Key, Long> rows = new HashMap<>();
    Map<Key, Long> firsts = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      long high = wide ? random.nextLong() : random.nextInt(different);
      Key key = new Key(high, random.nextInt(different));
      long place = RowPlaces.place(random.nextInt(3), random.nextInt(1_000_000));
      table.add(key.high(), key.low(), place);
      rows.merge(key, 1L, Long::sum);
      firsts.merge(key, place, Math::min);
    }
    rows.values().removeIf(count -> count == 1);

    assertThat(table.keys()).isEqualTo(rows.size());
    assertThat(table.rows()).isEqualTo(rows.values().stream().mapToLong(n -> n).sum());
    assertThat(table.first())
        .isEqualTo(rows.keySet().stream().mapToLong(firsts::get).min().orElse(Long.MAX_VALUE));
    Set<Key> named = new HashSet<>();
    long[] hashes = table.hashes();
    for (int i = 0; i < hashes.length; i += 2) {
      named.add(new Key(hashes[i], hashes[i + 1]));
    }
    assertThat(named).isEqualTo(rows.keySet());
    KeySet set = new KeySet(hashes);
    // not one assertion a key: they would take most of the time
    assertThat(
            firsts.keySet().stream()
                .filter(key -> set.contains(key.high(), key.low()) != rows.containsKey(key)))
        .isEmpty();
  }

  @Test
  void namesNoMoreKeysThanAsked() {
    KeyTable table = new KeyTable(2);
    for (long key = 0; key < 10; key++) {
      table.add(key, 0, 1);
      table.add(key, 0, 2);
    }

    assertThat(table.keys()).isEqualTo(10);
    assertThat(table.hashes()).hasSize(4);
  }

  @Test
  void keysOfZeroAndRowsOfUnknownPlaceAreKeysToo() {
    KeyTable table = new KeyTable(1);
    long nowhere = RowPlaces.place(0, RowPlaces.NO_ROW);
    table.add(0, 0, nowhere);
    assertThat(table.keys()).isZero();
    table.add(0, 0, nowhere);

    assertThat(table.keys()).isOne();
    assertThat(table.rows()).isEqualTo(2);
    assertThat(table.first()).isEqualTo(nowhere);
  }
}
