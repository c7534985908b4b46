package io.dynamodblake.io;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Short reads several at a time, each of which waits for an answer of the store. */
public final class ParallelReads {
  private ParallelReads() {}

  /** Reads what belongs to one of several. */
  @FunctionalInterface
  public interface Read<T, R> {
    R of(T one) throws IOException;
  }

  /**
   * Returns what was read, in the order of what it belongs to; the first failure is thrown.
   *
   * @param what is read, for the names of threads and for messages, such as {@code manifests}
   * @param atOnce how many at a time, at most
   */
  public static <T, R> List<R> all(String what, int atOnce, List<T> inputs, Read<T, R> read)
      throws IOException {
    ExecutorService pool =
        Executors.newFixedThreadPool(
            Math.max(1, Math.min(atOnce, inputs.size())),
            work -> {
              Thread thread = new Thread(work, "reading " + what);
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
      throw new IOException("Interrupted while reading " + what, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("Cannot read " + what, e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }
}
