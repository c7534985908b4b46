package io.dynamodblake.io.hadoop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlainLocalFileSystemTest {
  @TempDir Path folder;

  @Test
  void writesFilesAndNoChecksums() throws IOException {
    Configuration configuration = new Configuration();
    configuration.set("fs.file.impl", PlainLocalFileSystem.class.getName());
    configuration.setBoolean("fs.file.impl.disable.cache", true);
    org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path(folder.toUri() + "part-0");

    // what S3A casts to, to buffer its uploads
    LocalFileSystem files = FileSystem.getLocal(configuration);
    try (OutputStream out = files.create(file, false)) {
      out.write(new byte[] {1, 2, 3});
    }
    Path stored = folder.resolve("part-0");
    Files.write(stored, new byte[] {4, 5, 6, 7});

    assertThat(files).isInstanceOf(PlainLocalFileSystem.class);
    assertThat(folder.toFile().list()).containsExactly("part-0");
    try (InputStream in = files.open(file)) {
      assertThat(in.readAllBytes()).containsExactly(4, 5, 6, 7);
    }
  }
}
