package io.dynamodblake.lake;

import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.run.DamagedParquet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;

/**
 * Counts rows, and asks other things, by what the written files themselves say, which no lost or
 * repeated task can make wrong. Driver only.
 */
public final class ParquetFooters {
  private static final int CONCURRENT_READS = 16;

  private ParquetFooters() {}

  /** Rows of all files, read from their footers. */
  public static long rows(List<FileStatus> files, Configuration configuration) throws IOException {
    return ofEach(files, configuration, ParquetFileReader::getRecordCount).stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  /** What each file's footer says, in the order of the files. */
  static <T> List<T> ofEach(
      List<FileStatus> files, Configuration configuration, Function<ParquetFileReader, T> question)
      throws IOException {
    ExecutorService pool =
        Executors.newFixedThreadPool(
            Math.max(1, Math.min(CONCURRENT_READS, files.size())),
            work -> {
              Thread thread = new Thread(work, "parquet-footers");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<T>> asked = new ArrayList<>();
      for (FileStatus file : files) {
        asked.add(pool.submit(() -> ask(file, configuration, question)));
      }
      List<T> answers = new ArrayList<>();
      for (Future<T> answer : asked) {
        answers.add(answer.get());
      }
      return answers;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while reading Parquet footers", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DataRefusedException refused) {
        throw refused;
      }
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  private static <T> T ask(
      FileStatus file, Configuration configuration, Function<ParquetFileReader, T> question)
      throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromStatus(file, configuration))) {
      return question.apply(reader);
    } catch (IOException | RuntimeException e) {
      // that it is no Parquet at all, Parquet says with a plain RuntimeException
      if (e instanceof IOException && !DamagedParquet.isDamage(e)) {
        throw e;
      }
      throw DamagedParquet.refused(file.getPath().toString(), e);
    }
  }
}
