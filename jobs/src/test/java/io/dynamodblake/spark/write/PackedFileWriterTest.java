package io.dynamodblake.spark.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PackedFileWriterTest {
  private static final int[] LENGTHS = {1, 100, 70_000, 2, 65_536, 300_000, 40};

  /** Of few letters, so that it can be compressed, or of any bytes, so that it cannot. */
  private static byte[] content(int length, int letters) {
    Random random = new Random(length);
    byte[] content = new byte[length];
    for (int i = 0; i < length; i++) {
      content[i] = (byte) random.nextInt(letters);
    }
    return content;
  }

  @ParameterizedTest
  @EnumSource(ImportCompression.class)
  void packsOneBehindTheOtherAreOneFile(ImportCompression compression) throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    PackedFileWriter writer = new PackedFileWriter("part-0", stored, compression);
    try (PackedLines.Packer packer = new PackedLines.Packer(compression)) {
      for (int length : LENGTHS) {
        for (int letters : new int[] {4, 256}) {
          byte[] content = content(length, letters);
          whole.writeBytes(content);
          byte[] packed = packer.pack(content, length, 3, length, -1L);
          assertThat(PackedLines.lines(packed)).isEqualTo(3);
          assertThat(PackedLines.sumHigh(packed)).isEqualTo(length);
          assertThat(PackedLines.sumLow(packed)).isEqualTo(-1L);
          writer.write(packed);
        }
      }
    }
    ImportFile file = writer.finish();

    byte[] bytes = stored.toByteArray();
    assertThat(compression.decompress(new ByteArrayInputStream(bytes)).readAllBytes())
        .isEqualTo(whole.toByteArray());
    assertThat(file.lines()).isEqualTo(3L * 2 * LENGTHS.length);
    assertThat(file.bytes()).isEqualTo(whole.size());
    assertThat(file.length()).isEqualTo(bytes.length);
    assertThat(file.tail()).isEqualTo(ByteBuffer.wrap(bytes).getLong(bytes.length - 8));
  }

  @Test
  void gzipOfNothingIsSoundToo() throws IOException {
    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    new PackedFileWriter("part-0", stored, ImportCompression.GZIP).finish();

    byte[] bytes = stored.toByteArray();
    assertThat(ImportCompression.GZIP.decompress(new ByteArrayInputStream(bytes)).readAllBytes())
        .isEmpty();
  }

  @Test
  void theTailOfGzipIsChecksumAndLengthOfTheContent() throws IOException {
    CRC32 crc = new CRC32();
    PackedFileWriter writer =
        new PackedFileWriter("a", OutputStream.nullOutputStream(), ImportCompression.GZIP);
    int all = 0;
    try (PackedLines.Packer packer = new PackedLines.Packer(ImportCompression.GZIP)) {
      for (int length : LENGTHS) {
        crc.update(content(length, 9));
        all += length;
        writer.write(packer.pack(content(length, 9), length, 1, 0, 0));
      }
    }

    ByteBuffer tail = ByteBuffer.allocate(8).putLong(0, writer.finish().tail());
    tail.order(ByteOrder.LITTLE_ENDIAN);
    assertThat(tail.getInt(0)).isEqualTo((int) crc.getValue());
    assertThat(tail.getInt(4)).isEqualTo(all);
  }

  @Test
  void checksumsOfPartsOfAnyLengthAddUp() {
    byte[] whole = content(5_000, 256);
    CRC32 all = new CRC32();
    all.update(whole);
    for (int cut = 0; cut <= whole.length; cut += 7) {
      CRC32 first = new CRC32();
      first.update(whole, 0, cut);
      CRC32 second = new CRC32();
      second.update(whole, cut, whole.length - cut);
      assertThat(
              Crc32Sums.combine(
                  (int) first.getValue(), (int) second.getValue(), whole.length - cut))
          .isEqualTo((int) all.getValue());
    }
  }

  @ParameterizedTest
  @EnumSource(ImportCompression.class)
  void aStoreThatFailsIsTold(ImportCompression compression) throws IOException {
    OutputStream full =
        new OutputStream() {
          private int room = 1_000;

          @Override
          public void write(int value) throws IOException {
            if (room-- == 0) {
              throw new IOException("disk is full");
            }
          }
        };
    PackedFileWriter writer = new PackedFileWriter("a", full, compression);
    byte[] packed;
    try (PackedLines.Packer packer = new PackedLines.Packer(compression)) {
      packed = packer.pack(content(100_000, 256), 100_000, 1, 0, 0);
    }

    assertThatThrownBy(
            () -> {
              writer.write(packed);
              writer.finish();
            })
        .hasMessageContaining("disk is full");
  }
}
