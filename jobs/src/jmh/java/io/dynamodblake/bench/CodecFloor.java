package io.dynamodblake.bench;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import io.dynamodblake.parquet.ParquetItemFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;

/**
 * What any way from these data files to these Parquet files has to do, and nothing else: each data
 * file is read, its MD5 computed over the stored bytes, unpacked by the JDK's zlib, its CRC
 * computed over what comes out; and every page of our own Parquet files, dictionaries included, is
 * compressed again, at the level that our writer has, with a CRC of the result. Nothing is done
 * with what was unpacked, no file is written, and what is compressed lies there unpacked: pages
 * were taken out of the Parquet files before anything is timed, and are mapped into memory from a
 * file. Two threads.
 */
final class CodecFloor implements AutoCloseable {
  private static final int STORED_BUFFER_BYTES = 128 << 10;
  private static final int BUFFER_BYTES = 256 << 10;
  private static final int PAGES_A_TASK = 32;
  // of page headers, which are no part of what is compressed
  private static final double MOST_DIFFERENCE = 0.02;

  /** Of a page, which files have and we do not, without statistics. */
  private static final int MOST_HEADER_BYTES = 64;

  private final List<Path> dataFiles;
  private final Path pages;
  private final List<Integer> pageLengths;
  private final int level;
  private final long chunkBytes;
  private final ExecutorService threads = Executors.newFixedThreadPool(Workshop.THREADS);

  private CodecFloor(
      List<Path> dataFiles, Path pages, List<Integer> pageLengths, int level, long chunkBytes) {
    this.dataFiles = dataFiles;
    this.pages = pages;
    this.pageLengths = pageLengths;
    this.level = level;
    this.chunkBytes = chunkBytes;
  }

  /**
   * Prepares it.
   *
   * @param data folder of the data files
   * @param parquet folder of the Parquet files that were made of them
   * @param pages a file that is made, for the pages
   */
  static CodecFloor of(Path data, Path parquet, Path pages, Configuration configuration)
      throws IOException {
    List<Integer> lengths = new ArrayList<>();
    long chunkBytes = 0;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(pages))) {
      for (Path file : Directories.dataFiles(parquet)) {
        chunkBytes += unpack(file, configuration, out, lengths);
      }
    }
    int level = ParquetItemFile.zstdLevel(configuration);
    return new CodecFloor(Directories.dataFiles(data), pages, lengths, level, chunkBytes);
  }

  /** Appends the pages of a file; returns how long they are as it has them. */
  private static long unpack(
      Path parquet, Configuration configuration, OutputStream out, List<Integer> lengths)
      throws IOException {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(parquet.toUri());
    long stored = 0;
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(path, configuration))) {
      List<ColumnDescriptor> columns =
          reader.getFooter().getFileMetaData().getSchema().getColumns();
      stored +=
          reader.getFooter().getBlocks().stream()
              .flatMap(block -> block.getColumns().stream())
              .mapToLong(chunk -> chunk.getTotalSize())
              .sum();
      for (PageReadStore rows = reader.readNextRowGroup();
          rows != null;
          rows = reader.readNextRowGroup()) {
        for (ColumnDescriptor column : columns) {
          PageReader chunk = rows.getPageReader(column);
          DictionaryPage dictionary = chunk.readDictionaryPage();
          if (dictionary != null) {
            append(dictionary.getBytes(), out, lengths);
          }
          for (DataPageV1 page = (DataPageV1) chunk.readPage();
              page != null;
              page = (DataPageV1) chunk.readPage()) {
            append(page.getBytes(), out, lengths);
          }
        }
      }
    }
    return stored;
  }

  private static void append(BytesInput page, OutputStream out, List<Integer> lengths)
      throws IOException {
    page.writeAllTo(out);
    lengths.add(Math.toIntExact(page.size()));
  }

  /** Does all of it once. */
  void run() throws IOException, InterruptedException, ExecutionException {
    List<Future<Long>> unpacked = new ArrayList<>();
    for (Path file : dataFiles) {
      unpacked.add(threads.submit(() -> unpack(file)));
    }
    List<Future<Long>> packed = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(pages)) {
      long start = 0;
      for (int from = 0; from < pageLengths.size(); from += PAGES_A_TASK) {
        List<Integer> some =
            pageLengths.subList(from, Math.min(from + PAGES_A_TASK, pageLengths.size()));
        long length = some.stream().mapToLong(Integer::longValue).sum();
        ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, start, length);
        packed.add(threads.submit(packing(mapped, some)));
        start += length;
      }
      sum(unpacked);
      long bytes = sum(packed);
      long headers = (long) MOST_HEADER_BYTES * pageLengths.size();
      if (Math.abs(bytes - chunkBytes) > MOST_DIFFERENCE * chunkBytes + headers) {
        throw new IllegalStateException(
            "Pages were compressed to " + bytes + " bytes, in the files they take " + chunkBytes);
      }
    }
  }

  private static long sum(List<Future<Long>> running)
      throws InterruptedException, ExecutionException {
    long sum = 0;
    for (Future<Long> one : running) {
      sum += one.get();
    }
    return sum;
  }

  private static long unpack(Path file) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long bytes = 0;
    DigestInputStream stored =
        new DigestInputStream(Files.newInputStream(file), OrdersGenerator.md5());
    try (InputStream lines = new GZIPInputStream(stored, STORED_BUFFER_BYTES)) {
      for (int read = lines.read(buffer); read >= 0; read = lines.read(buffer)) {
        bytes += read;
      }
    }
    return bytes + stored.getMessageDigest().digest().length;
  }

  private Callable<Long> packing(ByteBuffer mapped, List<Integer> lengths) {
    return () -> {
      long bytes = 0;
      CRC32 checksum = new CRC32();
      ByteBuffer packed = ByteBuffer.allocateDirect(0);
      try (ZstdCompressCtx zstd = new ZstdCompressCtx()) {
        zstd.setLevel(level);
        int start = 0;
        for (int length : lengths) {
          int bound = Math.toIntExact(Zstd.compressBound(length));
          if (packed.capacity() < bound) {
            packed = ByteBuffer.allocateDirect(bound);
          }
          int size = zstd.compressDirectByteBuffer(packed, 0, bound, mapped, start, length);
          checksum.reset();
          checksum.update(packed.limit(size).position(0));
          packed.clear();
          bytes += size;
          start += length;
        }
      }
      return bytes;
    };
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
