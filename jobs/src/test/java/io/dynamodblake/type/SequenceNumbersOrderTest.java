package io.dynamodblake.type;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SequenceNumbersOrderTest {
  @Test
  void bytesAreInTheOrderOfTheNumbers() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      BigInteger one = new BigInteger(random.nextInt(134), random);
      BigInteger other = new BigInteger(random.nextInt(134), random);
      int order =
          Arrays.compareUnsigned(
              SequenceNumbers.order(one.toString()).orElseThrow(),
              SequenceNumbers.order("000" + other).orElseThrow());

      assertThat(Integer.signum(order)).as("%s, %s", one, other).isEqualTo(one.compareTo(other));
    }
  }

  @Test
  void whatIsNoNumberHasNoOrder() {
    assertThat(SequenceNumbers.order("")).isEmpty();
    assertThat(SequenceNumbers.order("12a")).isEmpty();
    assertThat(SequenceNumbers.order("-1")).isEmpty();
    assertThat(SequenceNumbers.order("1".repeat(128))).isEmpty();
    assertThat(SequenceNumbers.order("0")).isPresent();
  }
}
