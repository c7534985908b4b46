package io.dynamodblake.lake;

import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.spark.write.ImportCompression;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Counts what was written by reading it back, which no lost or repeated task can make wrong. */
final class ImportFiles {
  private static final int MOST_TASKS = 1_000;
  private static final int BUFFER_BYTES = 1 << 16;

  private ImportFiles() {}

  /** Lines of all files together. */
  static long lines(
      SparkSession session,
      Configuration configuration,
      List<FileStatus> files,
      ImportCompression compression) {
    if (files.isEmpty()) {
      return 0;
    }
    HadoopConfiguration settings = new HadoopConfiguration(configuration);
    List<String> paths = files.stream().map(file -> file.getPath().toString()).toList();
    return JavaSparkContext.fromSparkContext(session.sparkContext())
        .parallelize(paths, Math.min(MOST_TASKS, paths.size()))
        .map(path -> lines(path, settings.configuration(), compression))
        .fold(0L, Long::sum);
  }

  private static long lines(String file, Configuration configuration, ImportCompression compression)
      throws IOException {
    Path path = new Path(file);
    byte[] buffer = new byte[BUFFER_BYTES];
    long lines = 0;
    try (InputStream stored = path.getFileSystem(configuration).open(path);
        InputStream in = compression.decompress(stored)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        for (int i = 0; i < read; i++) {
          if (buffer[i] == '\n') {
            lines++;
          }
        }
      }
    }
    return lines;
  }
}
