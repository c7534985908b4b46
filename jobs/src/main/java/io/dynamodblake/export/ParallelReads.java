package io.dynamodblake.export;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Small documents read several at a time: a prefix with daily exports has a thousand of them after
 * three years.
 */
final class ParallelReads {
  private static final int CONCURRENT_READS = 16;

  private ParallelReads() {}

  /** Reads what belongs to one of several. */
  interface Read<T, R> {
    R of(T one) throws IOException;
  }

  /** Returns what was read, in the order of what it belongs to; the first failure is thrown. */
  static <T, R> List<R> all(List<T> inputs, Read<T, R> read) throws IOException {
    ExecutorService pool =
        Executors.newFixedThreadPool(
            CONCURRENT_READS,
            work -> {
              Thread thread = new Thread(work, "export-manifests");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<R>> readings = new ArrayList<>();
      for (T input : inputs) {
        readings.add(pool.submit(() -> read.of(input)));
      }
      List<R> results = new ArrayList<>();
      for (Future<R> reading : readings) {
        results.add(reading.get());
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while reading manifests", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("Cannot read manifests", e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }
}
