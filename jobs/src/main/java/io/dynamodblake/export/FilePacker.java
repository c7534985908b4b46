package io.dynamodblake.export;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Spreads the data files of an export over tasks, so that many small files do not become many tiny
 * tasks and no task is much longer than the others. The same input gives the same tasks.
 *
 * <p>A manifest tells how many items a file has but not how long it is; the bytes of an item are
 * estimated from the lengths of a few files.
 */
public final class FilePacker {
  private static final int SAMPLED_FILES = 5;
  private static final long UNKNOWN_ITEM_BYTES = 100;
  // opening an object takes about as long as reading this much of it
  private static final long OPEN_COST_BYTES = 1 << 20;
  private static final long LEAST_TASK_BYTES = 4 << 20;
  // each costs the driver some kilobytes and some time; beyond, tasks become longer instead
  private static final int MOST_TASKS = 50_000;

  private FilePacker() {}

  /** Asks the store for the stored bytes of a file. */
  @FunctionalInterface
  public interface Lengths {
    /**
     * Returns the number of stored bytes of a file.
     *
     * @throws FileNotFoundException if it is missing
     */
    long length(DataFile file) throws IOException;
  }

  /**
   * Tasks and what they were made from.
   *
   * @param tasks the largest first; none is empty, and files are in the order of the manifest
   * @param storedBytes estimated stored bytes of all files
   */
  public record Packing(List<List<DataFile>> tasks, long storedBytes) {
    public Packing {
      tasks = tasks.stream().map(List::copyOf).toList();
    }
  }

  /**
   * Packs files into tasks.
   *
   * @param lengths asked for at most 5 files whose length is not known
   * @param taskBytes stored bytes that one task should read; more where there would be more than
   *     50,000 tasks
   * @param parallelism tasks wanted even if they are smaller than that, as long as they are worth
   *     it
   * @throws IOException if the store fails
   */
  public static Packing pack(List<DataFile> files, Lengths lengths, long taskBytes, int parallelism)
      throws IOException {
    if (taskBytes < 1 || parallelism < 1) {
      throw new IllegalArgumentException(
          "Task bytes and parallelism must be at least 1, not "
              + taskBytes
              + " and "
              + parallelism);
    }
    if (files.isEmpty()) {
      return new Packing(List.of(), 0);
    }
    double itemBytes = itemBytes(files, lengths);
    Weighted[] weighted = new Weighted[files.size()];
    long stored = 0;
    for (int i = 0; i < weighted.length; i++) {
      DataFile file = files.get(i);
      long bytes =
          file.length() >= 0
              ? file.length()
              : (long) Math.min(Math.max(file.itemCount(), 0) * itemBytes, 1L << 50);
      stored += bytes;
      weighted[i] = new Weighted(file, bytes + OPEN_COST_BYTES);
    }
    long total = stored + OPEN_COST_BYTES * weighted.length;
    long share = Math.min(taskBytes, Math.max(LEAST_TASK_BYTES, ceiling(total, parallelism)));
    share = Math.max(share, ceiling(total, MOST_TASKS));
    int tasks = (int) Math.min(ceiling(total, share), weighted.length);
    return new Packing(spread(weighted, tasks), stored);
  }

  /** Longest first, each to the task that has least so far. */
  private static List<List<DataFile>> spread(Weighted[] files, int count) {
    Arrays.sort(
        files,
        Comparator.comparingLong(Weighted::weight)
            .reversed()
            .thenComparingInt(weighted -> weighted.file().index()));
    PriorityQueue<Task> tasks =
        new PriorityQueue<>(
            count,
            Comparator.comparingLong((Task task) -> task.weight)
                .thenComparingInt(task -> task.number));
    for (int number = 0; number < count; number++) {
      tasks.add(new Task(number));
    }
    for (Weighted file : files) {
      Task least = tasks.remove();
      least.weight += file.weight();
      least.files.add(file.file());
      tasks.add(least);
    }
    return tasks.stream()
        .filter(task -> !task.files.isEmpty())
        .sorted(
            Comparator.comparingLong((Task task) -> task.weight)
                .reversed()
                .thenComparingInt(task -> task.number))
        .map(Task::inOrder)
        .toList();
  }

  private static double itemBytes(List<DataFile> files, Lengths lengths) throws IOException {
    // a file without items tells nothing of how long items are
    List<DataFile> unknown =
        files.stream().filter(file -> file.length() < 0 && file.itemCount() > 0).toList();
    long bytes = 0;
    long items = 0;
    int samples = Math.min(SAMPLED_FILES, unknown.size());
    for (int i = 0; i < samples; i++) {
      DataFile sample = unknown.get((int) ((long) i * unknown.size() / samples));
      try {
        bytes += lengths.length(sample);
        items += sample.itemCount();
      } catch (FileNotFoundException missing) {
        // the task that reads the file says so, and better
      }
    }
    return items > 0 ? (double) bytes / items : UNKNOWN_ITEM_BYTES;
  }

  private static long ceiling(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }

  private record Weighted(DataFile file, long weight) {}

  private static final class Task {
    private final int number;
    private final List<DataFile> files = new ArrayList<>();
    private long weight;

    Task(int number) {
      this.number = number;
    }

    List<DataFile> inOrder() {
      files.sort(Comparator.comparingInt(DataFile::index));
      return files;
    }
  }
}
