package io.dynamodblake.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class BoundsTest {
  private static final String[] PIECES = {
    "a", "b", "\u0000", "ü", "€", "\uD83D\uDE00", "\uDBFF\uDFFF", "zzzzzzzzzzzz"
  };

  @Property(tries = 300)
  void boundsOfTextHoldAllValues(@ForAll long seed) {
    Random random = new Random(seed);
    List<byte[]> values = new ArrayList<>();
    int pieces = random.nextInt(5) == 0 ? 2_000 : 6;
    for (int i = 0; i <= random.nextInt(6); i++) {
      String text = (pieces > 6 ? PIECES[random.nextInt(PIECES.length)].repeat(500) : "");
      for (int piece = random.nextInt(pieces); piece > 0; piece--) {
        text += PIECES[random.nextInt(PIECES.length)];
      }
      values.add(text.getBytes(StandardCharsets.UTF_8));
    }
    Bounds bounds = new Bounds(false);
    byte[] all = widen(bounds, values);

    byte[] least = bounds.least(all, true);
    byte[] most = bounds.most(all, true);

    requireAround(values, least, most, Arrays::compareUnsigned);
    for (byte[] bound : List.of(least, most)) {
      assertThat(new String(bound, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8))
          .isEqualTo(bound);
    }
  }

  @Property(tries = 300)
  void boundsOfBytesHoldAllValues(@ForAll long seed) {
    Random random = new Random(seed);
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(6); i++) {
      byte[] value = new byte[random.nextInt(4) == 0 ? random.nextInt(3_000) : random.nextInt(12)];
      random.nextBytes(value);
      if (random.nextInt(3) == 0) {
        Arrays.fill(value, (byte) 0xff);
      }
      values.add(value);
    }
    Bounds bounds = new Bounds(false);
    byte[] all = widen(bounds, values);
    requireAround(
        values, bounds.least(all, false), bounds.most(all, false), Arrays::compareUnsigned);
  }

  @Property(tries = 300)
  void boundsOfDecimalsAreThoseOfNumbers(@ForAll long seed) {
    Random random = new Random(seed);
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(6); i++) {
      byte[] value = new byte[16];
      byte[] digits = new BigInteger(random.nextInt(127), random).toByteArray();
      boolean negative = random.nextBoolean();
      if (negative) {
        digits = new BigInteger(digits).negate().toByteArray();
        Arrays.fill(value, (byte) (new BigInteger(digits).signum() < 0 ? 0xff : 0));
      }
      System.arraycopy(digits, 0, value, 16 - digits.length, digits.length);
      values.add(value);
    }
    Bounds bounds = new Bounds(true);
    byte[] all = widen(bounds, values);
    List<BigInteger> numbers = values.stream().map(BigInteger::new).sorted().toList();
    assertThat(new BigInteger(bounds.least(all, false))).isEqualTo(numbers.get(0));
    assertThat(new BigInteger(bounds.most(all, false))).isEqualTo(numbers.get(numbers.size() - 1));
  }

  private static byte[] widen(Bounds bounds, List<byte[]> values) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    values.forEach(all::writeBytes);
    byte[] bytes = all.toByteArray();
    int start = 0;
    for (byte[] value : values) {
      bounds.widen(bytes, start, start + value.length);
      start += value.length;
    }
    return bytes;
  }

  private static void requireAround(
      List<byte[]> values, byte[] least, byte[] most, Comparator<byte[]> order) {
    for (byte[] value : values) {
      assertThat(order.compare(least, value)).isLessThanOrEqualTo(0);
      assertThat(order.compare(most, value)).isGreaterThanOrEqualTo(0);
    }
    if (values.stream().allMatch(value -> value.length <= Bounds.MOST_BYTES)) {
      assertThat(values).anyMatch(value -> Arrays.equals(value, least));
      assertThat(values).anyMatch(value -> Arrays.equals(value, most));
    } else {
      assertThat(least.length).isLessThanOrEqualTo(Bounds.MOST_BYTES);
    }
  }
}
