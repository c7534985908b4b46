package io.dynamodblake.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridDecoder;

/** Against the decoder of parquet-java. */
class RunLengthEncoderTest {
  private final MemoryGauge gauge = new MemoryGauge();

  @Property(tries = 500)
  void whatIsWrittenIsRead(@ForAll long seed, @ForAll @IntRange(max = 17) int bitWidth)
      throws IOException {
    Random random = new Random(seed);
    RunLengthEncoder encoder = new RunLengthEncoder(bitWidth, gauge);
    for (int page = 0; page < 3; page++) {
      encoder.reset();
      List<Integer> expected = new ArrayList<>();
      int runs = random.nextInt(60);
      for (int run = 0; run < runs; run++) {
        int value = random.nextInt(1 << bitWidth);
        int times = random.nextInt(4) == 0 ? random.nextInt(2_000) : 1 + random.nextInt(3);
        if (random.nextBoolean()) {
          encoder.add(value, times);
        } else {
          for (int i = 0; i < times; i++) {
            encoder.add(value);
          }
        }
        for (int i = 0; i < times; i++) {
          expected.add(value);
        }
      }
      encoder.finish();
      assertThat(read(encoder, bitWidth, expected.size())).isEqualTo(expected);
    }
    encoder.release();
    assertThat(gauge.bytes()).isZero();
  }

  @Example
  void aRunTakesTheSameRoomHoweverLongItIs() {
    RunLengthEncoder encoder = new RunLengthEncoder(1, gauge);
    encoder.add(1, 1_000_000_000);
    encoder.finish();
    assertThat(encoder.length()).isLessThan(8);
  }

  private static List<Integer> read(RunLengthEncoder encoder, int bitWidth, int count)
      throws IOException {
    RunLengthBitPackingHybridDecoder decoder =
        new RunLengthBitPackingHybridDecoder(
            bitWidth, new ByteArrayInputStream(encoder.bytes(), 0, encoder.length()));
    List<Integer> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(decoder.readInt());
    }
    return values;
  }
}
