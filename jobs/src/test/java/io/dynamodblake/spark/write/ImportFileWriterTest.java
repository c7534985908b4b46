package io.dynamodblake.spark.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.spark.run.FileJob;
import io.dynamodblake.spark.run.WriteSessions;
import io.dynamodblake.testing.SparkTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ImportFileWriterTest {
  @TempDir Path folder;

  /** Lines of every length around that of the buffer. */
  private static List<byte[]> lines() {
    Random random = new Random(7);
    List<byte[]> lines = new ArrayList<>();
    for (int length : new int[] {1, 2, 100, 65_535, 65_536, 65_537, 400_000, 3, 65_536, 1}) {
      byte[] line = new byte[length];
      for (int i = 0; i < length; i++) {
        line[i] = (byte) ('a' + random.nextInt(26));
      }
      line[length - 1] = '\n';
      lines.add(line);
    }
    return lines;
  }

  private static byte[] joined(List<byte[]> lines) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    lines.forEach(all::writeBytes);
    return all.toByteArray();
  }

  @ParameterizedTest
  @EnumSource(ImportCompression.class)
  void theFileHoldsTheLinesAndItsAccountIsTrue(ImportCompression compression) throws IOException {
    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    ImportFileWriter writer = new ImportFileWriter("part-0", stored, compression);
    for (byte[] line : lines()) {
      byte[] within = new byte[line.length + 7];
      System.arraycopy(line, 0, within, 5, line.length);
      writer.line(within, 5, line.length);
    }
    ImportFile file = writer.finish();

    byte[] content = joined(lines());
    byte[] bytes = stored.toByteArray();
    assertThat(compression.decompress(new ByteArrayInputStream(bytes)).readAllBytes())
        .isEqualTo(content);
    assertThat(file.name()).isEqualTo("part-0");
    assertThat(file.lines()).isEqualTo(10);
    assertThat(file.bytes()).isEqualTo(content.length);
    assertThat(file.length()).isEqualTo(bytes.length);
    assertThat(file.tail()).isEqualTo(ByteBuffer.wrap(bytes).getLong(bytes.length - 8));
  }

  @Test
  void theTailOfGzipIsChecksumAndLengthOfTheContent() throws IOException {
    ImportFileWriter writer =
        new ImportFileWriter("a", OutputStream.nullOutputStream(), ImportCompression.GZIP);
    for (byte[] line : lines()) {
      writer.line(line, 0, line.length);
    }
    byte[] content = joined(lines());
    CRC32 crc = new CRC32();
    crc.update(content);

    ByteBuffer tail = ByteBuffer.allocate(8).putLong(0, writer.finish().tail());
    tail.order(ByteOrder.LITTLE_ENDIAN);
    assertThat(tail.getInt(0)).isEqualTo((int) crc.getValue());
    assertThat(tail.getInt(4)).isEqualTo(content.length);
  }

  @Test
  void damageToZstdIsFoundWhenItIsRead() throws IOException {
    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    ImportFileWriter writer = new ImportFileWriter("a", stored, ImportCompression.ZSTD);
    byte[] line = lines().get(3);
    writer.line(line, 0, line.length);
    writer.finish();
    byte[] bytes = stored.toByteArray();
    bytes[bytes.length - 1] ^= 1;

    assertThatThrownBy(
            () -> ImportCompression.ZSTD.decompress(new ByteArrayInputStream(bytes)).readAllBytes())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("checksum");
  }

  @ParameterizedTest
  @EnumSource(ImportCompression.class)
  void aStoreThatFailsIsToldAndTheStreamIsClosed(ImportCompression compression) throws IOException {
    FullStream full = new FullStream(100);
    try (ImportFileWriter writer = new ImportFileWriter("a", full, compression)) {
      for (byte[] line : lines()) {
        writer.line(line, 0, line.length);
      }
      assertThat(compression).isNotEqualTo(ImportCompression.NONE);
      assertThatThrownBy(writer::finish).hasMessageContaining("disk is full");
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("disk is full");
    }
    assertThat(full.closed).isTrue();
  }

  /** Takes so many bytes and no more. */
  private static final class FullStream extends OutputStream {
    private int free;
    private boolean closed;

    FullStream(int free) {
      this.free = free;
    }

    @Override
    public void write(int value) throws IOException {
      if (free-- <= 0) {
        throw new IOException("disk is full");
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private List<ImportFile> job(ImportCompression compression, long mostLines, long mostBytes)
      throws IOException {
    SparkSession session = WriteSessions.forTarget(SparkTest.session(), folder.toString());
    List<ImportFile> all = new ArrayList<>();
    FileJob.run(
            session,
            JavaSparkContext.fromSparkContext(session.sparkContext())
                .parallelize(List.of(25, 0, 7), 3),
            folder.toString(),
            ImportFile[].class,
            (input, files) -> {
              try (ImportFilesWriter writer =
                  new ImportFilesWriter(
                      files, ImportFormat.DYNAMODB_JSON, compression, mostLines, mostBytes)) {
                int count = input.next();
                Random random = new Random(count);
                for (int i = 0; i < count; i++) {
                  StringBuilder text = new StringBuilder("line " + i);
                  for (int j = 0; j < 10_000; j++) {
                    text.append((char) (' ' + random.nextInt(90)));
                  }
                  byte[] line = text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
                  writer.line(line, 0, line.length);
                }
                return writer.finish().toArray(ImportFile[]::new);
              }
            })
        .forEach(files -> all.addAll(List.of(files)));
    return all;
  }

  private void verify(List<ImportFile> written) throws IOException {
    Configuration configuration = SparkTest.session().sessionState().newHadoopConf();
    ImportFolder.verify(SparkTest.session(), configuration, folder.toString(), written);
  }

  @Test
  void aTaskBeginsANewFileAtTheLimitOfLinesAndWritesNoneWithoutLines() throws IOException {
    List<ImportFile> files = job(ImportCompression.GZIP, 10, Long.MAX_VALUE);

    assertThat(files).extracting(ImportFile::lines).containsExactly(10L, 10L, 5L, 7L);
    assertThat(files)
        .extracting(ImportFile::name)
        .allMatch(name -> name.matches("part-0000[02]-.*-c00[012]\\.json\\.gz"));
    verify(files);
  }

  @Test
  void aTaskBeginsANewFileAtTheLimitOfBytes() throws IOException {
    List<ImportFile> files = job(ImportCompression.NONE, Long.MAX_VALUE, 100_000);

    assertThat(files).hasSizeGreaterThan(2);
    assertThat(files).extracting(ImportFile::length).allMatch(length -> length < 200_000);
    verify(files);
  }

  @Test
  void whateverHappensToAStoredFileIsFound() throws IOException {
    List<ImportFile> files = job(ImportCompression.GZIP, 10, Long.MAX_VALUE);
    verify(files);
    Path first = first();
    byte[] sound = Files.readAllBytes(first);

    byte[] damaged = sound.clone();
    damaged[damaged.length - 5] ^= 1;
    Files.write(first, damaged);
    assertThatThrownBy(() -> verify(files))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("A written file does not end as its task wrote it, " + folder);

    Files.write(first, new byte[] {0}, StandardOpenOption.APPEND);
    assertThatThrownBy(() -> verify(files))
        .hasMessageStartingWith("A written file has ")
        .hasMessageContaining(first.getFileName().toString());

    Files.delete(first);
    assertThatThrownBy(() -> verify(files))
        .hasMessage("A file that a task wrote is not there, " + first);

    Files.write(first, sound);
    Files.writeString(folder.resolve("_SUCCESS"), "");
    assertThatThrownBy(() -> verify(files))
        .hasMessageMatching("Cannot account for a file that none of the tasks wrote, .*/_SUCCESS");
  }

  private Path first() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.min(Comparator.naturalOrder()).orElseThrow();
    }
  }
}
