package io.dynamodblake.flatten;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.type.DynamoNumber;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DigitBufferTest {
  private final DigitBuffer digits = new DigitBuffer();
  private final JsonItemWriter writer = new JsonItemWriter();

  private void check(long unscaled, int scale) {
    writer.reset();
    digits.write(unscaled, scale, writer);
    String plain = BigDecimal.valueOf(unscaled, scale).stripTrailingZeros().toPlainString();
    assertThat(new String(writer.bytes(), 0, writer.length(), StandardCharsets.US_ASCII))
        .isEqualTo("{\"N\":\"" + (unscaled == 0 ? "0" : plain) + "\"}");
    assertThat(DynamoNumber.defect(new BigDecimal(plain))).isNull();
  }

  @Test
  void numbersOfEveryLengthAreWritten() {
    Random random = new Random(5);
    for (int scale = 0; scale <= 18; scale++) {
      for (long power = 1; power > 0 && power <= Long.MAX_VALUE / 10; power *= 10) {
        for (long near = -11; near <= 11; near++) {
          check(power + near, scale);
          check(-power + near, scale);
          check(power * Math.abs(near % 10), scale);
        }
      }
      for (int i = 0; i < 1_000; i++) {
        check(random.nextLong() >> random.nextInt(64), scale);
      }
      check(Long.MAX_VALUE, scale);
      check(Long.MIN_VALUE, scale);
    }
  }
}
