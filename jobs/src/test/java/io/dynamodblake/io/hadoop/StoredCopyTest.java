package io.dynamodblake.io.hadoop;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.testing.PlainFileSystem;
import io.dynamodblake.testing.S3MockServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.statistics.IOStatisticsSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of files on stores that make them, and on one that does not. */
class StoredCopyTest {
  private static final byte[] CONTENT = "PAR1...".getBytes(StandardCharsets.US_ASCII);

  @TempDir java.nio.file.Path temp;

  private static void copy(Configuration configuration, String from, String to) throws IOException {
    Path source = new Path(from);
    FileSystem files = source.getFileSystem(configuration);
    try (OutputStream out = files.create(source)) {
      out.write(CONTENT);
    }
    StoredCopy copies = new StoredCopy(configuration);
    copies.copy(files.getFileStatus(source), to);
    copies.copy(files.getFileStatus(source), to); // as a task does that is repeated
    try (InputStream in = files.open(new Path(to))) {
      assertThat(in.readAllBytes()).isEqualTo(CONTENT);
    }
  }

  @Test
  void aLocalFileGetsASecondName() throws IOException {
    java.nio.file.Path from = temp.resolve("a=1/x y%20.parquet");
    java.nio.file.Path to = temp.resolve("b/a=1/x y%20.parquet");

    copy(new Configuration(), from.toString(), to.toString());

    assertThat(Files.isSameFile(from, to)).isTrue();
  }

  @Test
  void s3CopiesAnObjectItselfAndNoByteGoesThroughHere() throws IOException {
    S3MockServer server = S3MockServer.shared();
    Configuration configuration = server.hadoopConf();
    String from = server.path("stored-copy/a=1/x y%20.parquet");
    FileSystem files = new Path(from).getFileSystem(configuration);
    long before = written(files);

    copy(configuration, from, server.path("stored-copy/b/a=1/x y%20.parquet"));

    assertThat(written(files) - before).isEqualTo(CONTENT.length);
  }

  private static long written(FileSystem files) {
    return IOStatisticsSupport.snapshotIOStatistics(IOStatisticsSupport.retrieveIOStatistics(files))
        .counters()
        .getOrDefault("stream_write_bytes", 0L);
  }

  @Test
  void whereTheStoreCannotTheBytesAreCopiedHere() throws IOException {
    Configuration configuration = new Configuration();
    configuration.set("fs.plain.impl", PlainFileSystem.class.getName());

    copy(configuration, "plain:" + temp.resolve("x"), "plain:" + temp.resolve("y/x"));
  }
}
