package io.dynamodblake.type;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SequenceOrderTest {
  @Test
  void bytesAreInTheOrderOfTheNumbers() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      BigInteger one = new BigInteger(random.nextInt(134), random);
      BigInteger other = new BigInteger(random.nextInt(134), random);
      int order =
          Arrays.compareUnsigned(
              SequenceOrder.of(one.toString()).orElseThrow(),
              SequenceOrder.of("000" + other).orElseThrow());

      assertThat(Integer.signum(order)).as("%s, %s", one, other).isEqualTo(one.compareTo(other));
    }
  }

  @Test
  void whatIsNoNumberHasNoOrder() {
    assertThat(SequenceOrder.of("")).isEmpty();
    assertThat(SequenceOrder.of("12a")).isEmpty();
    assertThat(SequenceOrder.of("-1")).isEmpty();
    assertThat(SequenceOrder.of("1".repeat(128))).isEmpty();
    assertThat(SequenceOrder.of("0")).isPresent();
  }
}
