package io.dynamodblake.type;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {
  @Test
  void whatIsValidIsWhatTheDecoderOfTheJdkTakes() {
    Random random = new Random(9);
    byte[][] pieces = {
      "a".getBytes(StandardCharsets.UTF_8),
      "é".getBytes(StandardCharsets.UTF_8),
      "✓".getBytes(StandardCharsets.UTF_8),
      "😀".getBytes(StandardCharsets.UTF_8),
      {(byte) 0x80},
      {(byte) 0xff},
      {(byte) 0xc0, (byte) 0x80},
      {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
      {(byte) 0xf0, (byte) 0x9f},
    };
    int valid = 0;
    for (int i = 0; i < 50_000; i++) {
      ByteBuffer bytes = ByteBuffer.allocate(200);
      int kinds = random.nextInt(4) == 0 ? pieces.length : 4;
      for (int piece = random.nextInt(40); piece > 0; piece--) {
        bytes.put(pieces[random.nextInt(8) == 0 ? random.nextInt(kinds) : 0]);
      }
      int start = random.nextInt(3);
      int end = Math.max(start, bytes.position());
      boolean expected = decodes(bytes.array(), start, end);
      assertThat(Utf8.isValid(bytes.array(), start, end)).isEqualTo(expected);
      valid += expected ? 1 : 0;
    }
    assertThat(valid).isBetween(10_000, 49_000);
  }

  private static boolean decodes(byte[] bytes, int start, int end) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, start, end - start));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
