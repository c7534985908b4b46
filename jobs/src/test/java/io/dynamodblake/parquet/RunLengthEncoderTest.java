package io.dynamodblake.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridDecoder;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;
import org.apache.parquet.io.ParquetDecodingException;

/** Against the encoder and the decoder of parquet-java. */
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
      assertThat(decoded(encoder.bytes(), encoder.length(), bitWidth, expected.size()))
          .isEqualTo(expected);
    }
    encoder.release();
    assertThat(gauge.bytes()).isZero();
  }

  @Property(tries = 200)
  void whatOthersWriteIsReadToo(@ForAll long seed, @ForAll @IntRange(max = 31) int bitWidth)
      throws IOException {
    Random random = new Random(seed);
    RunLengthBitPackingHybridEncoder encoder =
        new RunLengthBitPackingHybridEncoder(bitWidth, 64, 1 << 16, new HeapByteBufferAllocator());
    List<Integer> expected = new ArrayList<>();
    for (int run = random.nextInt(60); run > 0; run--) {
      int value = bitWidth == 0 ? 0 : random.nextInt() >>> Integer.SIZE - bitWidth;
      for (int i = random.nextInt(4) == 0 ? random.nextInt(2_000) : 3; i > 0; i--) {
        encoder.writeInt(value);
        expected.add(value);
      }
    }
    byte[] bytes = encoder.toBytes().toByteArray();
    assertThat(decoded(bytes, bytes.length, bitWidth, expected.size())).isEqualTo(expected);

    // of what was cut off, nothing is made up; the last group may be longer than what it holds
    int cut = random.nextInt(bytes.length + 1);
    try {
      assertThat(decoded(bytes, cut, bitWidth, expected.size())).isEqualTo(expected);
    } catch (ParquetDecodingException e) {
      assertThat(cut).isLessThan(bytes.length);
    }
  }

  private static List<Integer> decoded(byte[] bytes, int length, int bitWidth, int count) {
    int[] numbers = new int[count];
    RunLengthDecoder.read(bytes, 0, length, bitWidth, count, numbers);
    return Arrays.stream(numbers).boxed().toList();
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
