package io.dynamodblake.lake;

import io.dynamodblake.io.ParallelReads;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.run.DamagedParquet;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.util.functional.FutureIO;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;

/**
 * What written files say of themselves, which no lost or repeated task can make wrong. Driver only.
 */
public final class ParquetFooters {
  private static final int CONCURRENT_READS = 16;
  private static final String READ_POLICY = "fs.option.openfile.read.policy";
  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
  // length of the footer and the magic
  private static final int END_BYTES = 8;
  // most footers fit, so that one request is enough
  private static final int TAIL_BYTES = 64 << 10;

  private ParquetFooters() {}

  /**
   * A footer.
   *
   * @param rows rows of the file
   * @param fingerprint SHA-256 of the footer's bytes
   */
  public record Footer(long rows, String fingerprint) {}

  /** Returns the number of rows of all files, read from their footers. */
  public static long rows(List<FileStatus> files, Configuration configuration) throws IOException {
    return read(files, configuration).stream().mapToLong(Footer::rows).sum();
  }

  /**
   * Reads the footers of files, in their order.
   *
   * @throws DataRefusedException if a file is no Parquet, or its footer is damaged
   */
  public static List<Footer> read(List<FileStatus> files, Configuration configuration)
      throws IOException {
    return read(files, configuration, metadata -> {});
  }

  /**
   * The same, for somebody who wants to know more of what they say.
   *
   * @param listener hears of each, by several threads and in any order
   */
  static List<Footer> read(
      List<FileStatus> files, Configuration configuration, Consumer<FileMetaData> listener)
      throws IOException {
    return ParallelReads.all(
        "Parquet footers", CONCURRENT_READS, files, file -> read(file, configuration, listener));
  }

  /**
   * Returns the first column with a type in it that came into Parquet after this library; its own
   * reader ends in a fault of its own there.
   *
   * @throws DataRefusedException if the file is no Parquet, or its footer is damaged
   */
  public static Optional<String> columnOfLaterType(FileStatus file, Configuration configuration)
      throws IOException {
    AtomicReference<String> found = new AtomicReference<>();
    read(file, configuration, metadata -> found.set(columnOfLaterType(metadata.getSchema())));
    return Optional.ofNullable(found.get());
  }

  /** The elements of a schema follow each other as a tree that is walked from above. */
  private static String columnOfLaterType(List<SchemaElement> elements) {
    String column = "";
    int left = 0;
    for (SchemaElement element : elements.subList(1, elements.size())) {
      if (left == 0) {
        column = element.getName();
        left = 1;
      }
      if (element.isSetLogicalType() && element.getLogicalType().getSetField() == null) {
        return column;
      }
      left += element.getNum_children() - 1;
    }
    return null;
  }

  private static Footer read(
      FileStatus file, Configuration configuration, Consumer<FileMetaData> listener)
      throws IOException {
    byte[] footer = footer(file, configuration);
    try {
      FileMetaData metadata = Util.readFileMetaData(new ByteArrayInputStream(footer));
      listener.accept(metadata);
      long rows = metadata.getRow_groups().stream().mapToLong(RowGroup::getNum_rows).sum();
      return new Footer(rows, Fingerprint.of(footer));
    } catch (IOException | RuntimeException e) {
      throw DamagedParquet.refused(file.getPath().toString(), e);
    }
  }

  private static byte[] footer(FileStatus file, Configuration configuration) throws IOException {
    try (FSDataInputStream in = open(file, configuration)) {
      byte[] tail = new byte[(int) Math.min(TAIL_BYTES, file.getLen())];
      in.readFully(file.getLen() - tail.length, tail);
      int end = tail.length - END_BYTES;
      if (end < MAGIC.length || !Arrays.equals(tail, end + 4, tail.length, MAGIC, 0, 4)) {
        throw damaged(file, "it does not end as Parquet does");
      }
      int length = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt(end);
      long begin = file.getLen() - END_BYTES - length;
      if (length <= 0 || begin < MAGIC.length) {
        throw damaged(file, "its footer would not fit into it");
      }
      if (length <= end) {
        return Arrays.copyOfRange(tail, end - length, end);
      }
      byte[] footer = new byte[length];
      in.readFully(begin, footer);
      return footer;
    }
  }

  /** Opens a file whose length is known, without asking the store for it again. */
  private static FSDataInputStream open(FileStatus file, Configuration configuration)
      throws IOException {
    return FutureIO.awaitFuture(
        file.getPath()
            .getFileSystem(configuration)
            .openFile(file.getPath())
            .withFileStatus(file)
            .opt(READ_POLICY, "random")
            .build());
  }

  private static DataRefusedException damaged(FileStatus file, String reason) {
    return DamagedParquet.refused(file.getPath().toString(), new IOException(reason));
  }
}
