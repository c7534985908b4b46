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
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;

/**
 * Counts rows by what the written files themselves say, which no lost or repeated task can make
 * wrong. Driver only.
 */
public final class ParquetFooters {
  private static final int CONCURRENT_READS = 16;

  private ParquetFooters() {}

  /** Rows of all files, read from their footers. */
  public static long rows(List<FileStatus> files, Configuration configuration) throws IOException {
    ExecutorService pool =
        Executors.newFixedThreadPool(
            Math.max(1, Math.min(CONCURRENT_READS, files.size())),
            work -> {
              Thread thread = new Thread(work, "parquet-footers");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<Long>> counts = new ArrayList<>();
      for (FileStatus file : files) {
        counts.add(pool.submit(() -> rows(file, configuration)));
      }
      long rows = 0;
      for (Future<Long> count : counts) {
        rows += count.get();
      }
      return rows;
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

  private static long rows(FileStatus file, Configuration configuration) throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromStatus(file, configuration))) {
      return reader.getRecordCount();
    } catch (IOException | RuntimeException e) {
      // that it is no Parquet at all, Parquet says with a plain RuntimeException
      if (e instanceof IOException && !DamagedParquet.isDamage(e)) {
        throw e;
      }
      throw DamagedParquet.refused(file.getPath().toString(), e);
    }
  }
}
