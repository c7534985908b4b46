package io.dynamodblake.spark.write;

import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.spark.run.JavaBytes;
import java.io.EOFException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Compares what lies in a folder with what its tasks say they wrote. Driver only. */
public final class ImportFolder {
  private static final int MOST_TASKS = 200;

  private ImportFolder() {}

  /**
   * Lists the folder and reads the end of every file: each must be there, at its length and with
   * its last bytes, which are a checksum where the files are compressed, and nothing else may lie
   * there.
   *
   * @param written what the tasks whose files were committed have answered
   * @throws IOException naming the first file that differs, or if the store fails
   */
  public static void verify(
      SparkSession session, Configuration configuration, String folder, List<ImportFile> written)
      throws IOException {
    Map<String, ImportFile> missing = new HashMap<>();
    for (ImportFile file : written) {
      if (missing.put(file.name(), file) != null) {
        throw new IOException("Two tasks wrote one file, " + folder + "/" + file.name());
      }
    }
    for (FileStatus found : new LakeFiles(configuration).filesBelow(folder)) {
      ImportFile file = missing.remove(found.getPath().getName());
      if (file == null) {
        throw new IOException(
            "Cannot account for a file that none of the tasks wrote, " + found.getPath());
      }
      if (found.getLen() != file.length()) {
        throw new IOException(
            "A written file has %,d bytes, but its task wrote %,d, %s"
                .formatted(found.getLen(), file.length(), found.getPath()));
      }
    }
    if (!missing.isEmpty()) {
      throw new IOException(
          "A file that a task wrote is not there, "
              + folder
              + "/"
              + missing.keySet().stream().sorted().findFirst().orElseThrow());
    }
    if (!written.isEmpty()) {
      verifyTails(session, configuration, folder, written);
    }
  }

  private static void verifyTails(
      SparkSession session, Configuration configuration, String folder, List<ImportFile> written)
      throws IOException {
    HadoopConfiguration settings = new HadoopConfiguration(configuration);
    // as bytes, because the session may have a serializer that knows no records
    List<byte[]> files = written.stream().map(JavaBytes::of).toList();
    Optional<String> differing =
        JavaSparkContext.fromSparkContext(session.sparkContext())
            .parallelize(files, Math.min(MOST_TASKS, files.size()))
            .map(bytes -> JavaBytes.to(ImportFile.class, bytes))
            .filter(file -> tail(folder, file, settings.configuration()) != file.tail())
            .map(ImportFile::name)
            .collect()
            .stream()
            .sorted()
            .findFirst();
    if (differing.isPresent()) {
      throw new IOException(
          "A written file does not end as its task wrote it, " + folder + "/" + differing.get());
    }
  }

  /** The end of a stored file, as {@link ImportFile#tail} has it. */
  private static long tail(String folder, ImportFile file, Configuration configuration)
      throws IOException {
    Path path = new Path(folder, file.name());
    byte[] end = new byte[(int) Math.min(ImportFile.TAIL_BYTES, file.length())];
    try (FSDataInputStream in = path.getFileSystem(configuration).open(path)) {
      in.readFully(file.length() - end.length, end);
    } catch (EOFException e) {
      throw new EOFException("A written file is shorter than its task wrote it, " + path);
    }
    long tail = 0;
    for (byte value : end) {
      tail = tail << Byte.SIZE | value & 0xff;
    }
    return tail;
  }
}
